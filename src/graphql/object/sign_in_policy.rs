//! The sign-in policy of a workspace (MFA-10).

use async_graphql::SimpleObject;

use crate::{
    graphql::scalar::Instant,
    service::sign_in_policy::{self as service, PolicySet, SecondFactorPolicy},
};

/// The sign-in policy of a workspace.
#[derive(Debug, Clone, SimpleObject)]
pub struct SignInPolicy {
    /// Who needs a second factor. A session without one counts as an anonymous visitor in the
    /// workspace; API keys are not affected.
    pub second_factor: SecondFactorPolicy,
    /// When the policy takes effect; null for OPTIONAL. Until then, the previous policy applies.
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
