//! Answers that must not tell by their time whether an address has an account (ACC-4).

use std::time::Duration;

use tokio::time::Instant;

/// Answers are given at the next multiple of this. What is done for known addresses and not for
/// unknown ones takes less, also when a password was hashed at another cost than it would be today
/// (ACC-3); on a quiet machine all of it fits into the first.
const EVERY: Duration = Duration::from_millis(250);

/// Waits until the next step since `began`.
pub(crate) async fn pad_response_time(began: Instant) {
    let took = began.elapsed().as_millis() / EVERY.as_millis();
    let steps = u32::try_from(took).unwrap_or(u32::MAX).saturating_add(1);
    tokio::time::sleep_until(began + EVERY.saturating_mul(steps)).await;
}
