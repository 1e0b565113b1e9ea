//! How much mail an address gets that anybody can have sent to it by typing it (ACC-7): little from
//! one network, so that whoever sends it from there takes nothing from the owner elsewhere, and a
//! bounded sum from all.
//!
//! Counts the same, by as many statements, for addresses with and without an account (ACC-4).

use chrono::Duration;

use crate::{
    domain::{audit::hex, network::network},
    service::{Caller, Deps, Failure},
    store::{
        DatabaseTransaction,
        session::failure::{self, Key},
    },
};

/// Asking again within this time sends nothing.
const PAUSE: Duration = Duration::minutes(2);

/// The hours that are summed up for a day: the one under way, and all that reach into the last 24.
const HOURS: i64 = 25;

/// What is mailed; each is counted by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A link that sets a new password.
    Reset,
    /// A registration.
    Registration,
    /// A change to this address.
    EmailChange,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Registration => "registration",
            Self::EmailChange => "email change",
        }
    }
}

/// From where it is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source<'a> {
    /// The caller's network.
    Network,
    /// A device that signed in to the account before: strangers use up nothing of what is left to
    /// it.
    Device(&'a Key),
    /// The caller's account, which may have it sent to others.
    Account,
}

/// Whether the mail may be sent now; then it is counted. The transaction must be committed.
pub(crate) async fn may_send(
    deps: &Deps,
    caller: &Caller,
    db: &DatabaseTransaction,
    (purpose, source): (Purpose, Source<'_>),
    email_canonical: &str,
) -> Result<bool, Failure> {
    let now = deps.clock.now();
    let hour = now.timestamp().div_euclid(3_600);
    let hours = |from: &str| -> Vec<Key> {
        let name = |ago| {
            format!(
                "{} {} {from} {email_canonical}",
                purpose.as_str(),
                hour - ago
            )
        };
        (0..HOURS)
            .map(|ago| deps.secret.keyed_hash("mail hour", name(ago).as_bytes()))
            .collect()
    };
    let (from, all, is_bounded_by_all) = match source {
        Source::Network => (caller.client.map(network).unwrap_or_default(), "all", true),
        Source::Device(key) => (hex(key), "all", false),
        Source::Account => (
            caller
                .account_id()
                .map(|id| id.to_string())
                .unwrap_or_default(),
            "all accounts",
            false,
        ),
    };
    let (all_hours, source_hours) = (hours(all), hours(&from));
    let (Some(all_now), Some(source_now)) = (all_hours.first(), source_hours.first()) else {
        return Ok(false);
    };
    // The sum of all first: so calls for one address come one after the other.
    failure::add(db, all_now, now).await?;
    let sent_in_all = failure::sum(db, &all_hours).await?;
    let sent_from_source = failure::sum(db, &source_hours).await?;
    let was_just_sent = failure::last(db, source_hours.get(..2).unwrap_or_default(), now - PAUSE)
        .await?
        .is_some();
    let is_too_much = is_bounded_by_all && sent_in_all > i64::from(deps.limits.mails_to_address)
        || sent_from_source >= i64::from(deps.limits.mails_from_network);
    if was_just_sent || is_too_much {
        failure::take_back(db, all_now).await?;
        return Ok(false);
    }
    failure::add(db, source_now, now).await?;
    Ok(true)
}
