//! What a workspace asks of whoever signs in (MFA-10).

use async_graphql::SimpleObject;

use crate::{
    graphql::scalar::Instant,
    service::sign_in_policy::{self as service, PolicySet, SecondFactorPolicy},
};

/// What a workspace asks of whoever signs in.
#[derive(Debug, Clone, SimpleObject)]
pub struct SignInPolicy {
    /// Who needs a second factor. A session without one counts as an anonymous visitor in the
    /// workspace; API keys are not affected.
    pub second_factor: SecondFactorPolicy,
    /// From when on it is needed; null for OPTIONAL. Until then, what was asked for before holds.
    pub second_factor_from: Option<Instant>,
}

impl From<service::SignInPolicy> for SignInPolicy {
    fn from(policy: service::SignInPolicy) -> Self {
        Self {
            second_factor: policy.second_factor,
            second_factor_from: policy.asked_from().map(Instant),
        }
    }
}

impl From<&PolicySet> for SignInPolicy {
    fn from(set: &PolicySet) -> Self {
        Self {
            second_factor: set.policy(),
            second_factor_from: set.second_factor_from.map(Instant),
        }
    }
}
