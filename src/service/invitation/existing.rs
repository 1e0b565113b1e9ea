//! What `onExisting: APPLY` does to those who are members already (JOIN-6): role, permissions and
//! groups of the call are given to them over the call's access interval, by the rules and in the
//! words of `setMemberRole`, `grantPermissions` and `addGroupMembers`. All of it for one member, or
//! none.

use std::sync::Arc;

use crate::{
    domain::{
        access::{Given, facts::MemberFacts},
        error_code::ErrorCode,
        interval::Interval,
        offer::Offer,
    },
    service::{
        Access, Failure, grant::Granting, group::Placing, member::set_role::Assigning,
        write::Transaction,
    },
};

/// What is given to members, gathered over all of them.
pub(crate) struct Applying<'a> {
    access: &'a Access,
    interval: Interval,
    granting: Granting,
    placing: Placing<'a>,
    assigning: Option<Assigning<'a>>,
}

impl<'a> Applying<'a> {
    /// What `offer` gives, over `interval`.
    pub(crate) async fn of(
        tx: &mut Transaction<'_>,
        access: &'a Access,
        offer: &Offer,
        interval: Interval,
    ) -> Result<Self, Failure> {
        let rights = offer
            .permissions
            .iter()
            .map(|permission| Given::permission(permission, interval))
            .collect();
        let assigning = match offer.role(access) {
            Some(role) => Some(Assigning::of(tx, access, role, interval).await?),
            None => None,
        };
        let placing = Placing::of(tx, access, &offer.groups, interval).await?;
        Ok(Self {
            access,
            interval,
            granting: Granting::of(rights),
            placing,
            assigning,
        })
    }

    /// Decides on one member.
    pub(crate) fn decide(
        &mut self,
        tx: &Transaction<'_>,
        member: &Arc<MemberFacts>,
    ) -> Result<(), ErrorCode> {
        if self.interval.ends_at <= member.interval.starts_at {
            return Err(ErrorCode::EndsBeforeStart);
        }
        let plans = self.placing.decide(tx, member)?;
        let gift = self.granting.decide(tx, self.access, member)?;
        // Last, for it counts the administrators as it goes.
        if let Some(assigning) = &mut self.assigning {
            assigning.decide(tx, member)?;
        }
        self.placing.take(plans);
        self.granting.take(gift);
        Ok(())
    }

    /// Writes what was decided.
    pub(crate) async fn write(self, tx: &mut Transaction<'_>) -> Result<(), Failure> {
        if let Some(assigning) = self.assigning {
            assigning.write(tx).await?;
        }
        self.granting.write(tx).await?;
        self.placing.write(tx).await
    }
}
