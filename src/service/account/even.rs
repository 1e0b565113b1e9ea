//! Answers that must not tell by their time whether an address has an account (ACC-4).

use std::time::Duration;

use tokio::time::Instant;

/// Answers are given at the next multiple of this: what is done for known addresses and not for unknown ones takes less.
const EVERY: Duration = Duration::from_millis(50);

/// Waits until the next step since `began`.
pub(in crate::service) async fn even_out(began: Instant) {
    let took = began.elapsed().as_millis() / EVERY.as_millis();
    let steps = u32::try_from(took).unwrap_or(u32::MAX).saturating_add(1);
    tokio::time::sleep_until(began + EVERY.saturating_mul(steps)).await;
}
