//! Second factors. Seen by the person alone.

use async_graphql::{ComplexObject, Context, ID, SimpleObject};

use crate::{
    domain::{id::SecondFactorId, second_factor::SecondFactorKind},
    graphql::{scalar::Instant, scope::Scope},
    service::{Failure, second_factor as service},
};

/// A second factor of the viewer's account. Recovery codes are counted by `recoveryCodesLeft`.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct SecondFactor {
    #[graphql(skip)]
    factor: SecondFactorId,
    /// The kind: TOTP or PASSKEY.
    pub kind: SecondFactorKind,
    /// The name that was given to a passkey; null for an authenticator app.
    pub name: Option<String>,
    /// When the factor was set up.
    pub created_at: Instant,
    /// When the factor was last used; null if it was not used yet.
    pub last_used_at: Option<Instant>,
    /// Whether a passkey is kept on several devices, as it says itself; null for other kinds.
    pub is_synced: Option<bool>,
}

#[ComplexObject]
impl SecondFactor {
    /// The factor's id (`fac_…`).
    pub async fn id(&self) -> ID {
        ID(self.factor.to_string())
    }
}

impl From<service::SecondFactor> for SecondFactor {
    fn from(factor: service::SecondFactor) -> Self {
        let service::SecondFactor {
            id,
            kind,
            name,
            created_at,
            last_used_at,
            is_synced,
        } = factor;
        Self {
            factor: id,
            kind,
            name,
            created_at: Instant(created_at),
            last_used_at: last_used_at.map(Instant),
            is_synced,
        }
    }
}

impl SecondFactor {
    /// The viewer's factors, oldest first.
    pub async fn own(ctx: &Context<'_>) -> Result<Vec<Self>, Failure> {
        let scope = Scope::of(ctx)?;
        let factors = service::own(&scope.deps, &scope.caller).await?;
        Ok(factors.into_iter().map(Self::from).collect())
    }

    /// The factor with this id, if it is the viewer's.
    pub async fn find(ctx: &Context<'_>, id: SecondFactorId) -> Result<Option<Self>, Failure> {
        let scope = Scope::of(ctx)?;
        let factor = service::by_id(&scope.deps, &scope.caller, id).await?;
        Ok(factor.map(Self::from))
    }
}
