//! Use cases that go by something that was read before the lock.

use super::{Affects, Transaction, UseCase, Verdict};
use crate::service::{Access, Caller, Failure};
use serde::{Serialize, de::DeserializeOwned};

/// A [`UseCase`] that goes by something that was read before the lock, such as whose a key is:
/// it runs as the pair of the command and that.
pub trait InformedUseCase: Send + Sync {
    /// As [`UseCase::CHANGES_ACCESS`].
    const CHANGES_ACCESS: bool;
    /// As [`UseCase::AFFECTS`].
    const AFFECTS: Affects = Affects::RIGHTS;
    /// As [`UseCase::ACCEPTS_OFFER`].
    const ACCEPTS_OFFER: bool = false;
    /// As [`UseCase::Output`].
    type Output: Serialize + DeserializeOwned + Default + Send;
    /// What was read before the lock.
    type Before: Send + Sync;

    /// As [`UseCase::mutation`].
    fn mutation(&self) -> &'static str;

    /// As [`UseCase::actor`].
    fn actor(&self, _before: &Self::Before, caller: &Caller) -> String {
        caller.name()
    }

    /// As [`UseCase::authorize`].
    fn authorize(
        &self,
        before: &Self::Before,
        access: &Access,
        caller: &Caller,
    ) -> Result<(), Failure>;

    /// As [`UseCase::needs_step_up`].
    fn needs_step_up(&self) -> bool {
        false
    }

    /// As [`UseCase::run`].
    fn run(
        &self,
        before: &Self::Before,
        tx: &mut Transaction<'_>,
    ) -> impl Future<Output = Result<Verdict<Self::Output>, Failure>> + Send;
}

impl<C: InformedUseCase> UseCase for (C, C::Before) {
    const CHANGES_ACCESS: bool = C::CHANGES_ACCESS;
    const AFFECTS: Affects = C::AFFECTS;
    const ACCEPTS_OFFER: bool = C::ACCEPTS_OFFER;
    type Output = C::Output;

    fn mutation(&self) -> &'static str {
        self.0.mutation()
    }

    fn actor(&self, caller: &Caller) -> String {
        self.0.actor(&self.1, caller)
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        self.0.authorize(&self.1, access, caller)
    }

    fn needs_step_up(&self) -> bool {
        self.0.needs_step_up()
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<C::Output>, Failure> {
        self.0.run(&self.1, tx).await
    }
}
