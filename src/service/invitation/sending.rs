//! What goes out about invitations: how many a workspace and an address may have in a day (JOIN-6),
//! and the mails themselves, queued in the transaction that causes them. Whoever refused further
//! mail from a workspace gets none; the invitation waits for them all the same.
//!
//! The limit of an address makes a mail wait and refuses nothing: strangers could use it up. Mails
//! that were never sent because their invitation was taken back count for the workspace that queued
//! them, and hold up nobody else's.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};

use crate::{
    domain::{
        error_code::ErrorCode,
        id::{InvitationId, WorkspaceId},
        keyed_hash::KeyedHash,
        limit::{LimitKind, ReachedLimit},
        mail::MailKind,
        vocabulary::{DeliveryState, Locale},
    },
    service::{Failure, write::Transaction},
    store::{
        invitation::{
            Delivery, delivery,
            write::{self as rows, InvitedAccount},
        },
        outbox::{self, MailToAddress, NewMail, Receiver},
    },
};

/// In how much time invitations and their mails are counted.
const DAY: Duration = Duration::hours(24);

/// The mails that count for what an address may be sent.
const COUNTED: &[MailKind] = &[MailKind::Invitation, MailKind::InvitationReminder];

/// To whom an invitation goes.
pub(super) struct Addressee<'a> {
    /// The address as it was typed.
    pub(super) email: &'a str,
    /// The same as it is compared.
    pub(super) canonical: &'a str,
    /// The account that has it, if there is one: mail goes to the address as its owner typed it, in
    /// its language (ACC-1).
    pub(super) account: Option<&'a InvitedAccount>,
    /// The language of the invitation.
    pub(super) locale: Locale,
}

/// What may still be sent, and what to send.
pub(super) struct Sending {
    left: i64,
    used: i64,
    /// When each address was sent a mail in the last day, or will be: oldest first.
    times: HashMap<Vec<u8>, Vec<DateTime<Utc>>>,
    refusing: HashSet<Vec<u8>>,
    mails: Vec<NewMail>,
}

impl Sending {
    /// Counts what went to these canonical addresses, and out of the workspace.
    pub(super) async fn load(tx: &Transaction<'_>, addresses: &[&str]) -> Result<Self, Failure> {
        let limits = &tx.deps.limits.invitations;
        let (workspace, since) = (tx.workspace_id(), tx.now - DAY);
        let keys: Vec<[u8; 32]> = addresses
            .iter()
            .flat_map(|address| tx.deps.secret.mail_keys(address).all().collect::<Vec<_>>())
            .collect();
        let mails = outbox::mails_to(tx.db(), COUNTED, &keys, since).await?;
        let times = |mails: Vec<MailToAddress>| {
            let mut times: Vec<_> = mails
                .iter()
                .filter_map(|mail| counts_at(mail, workspace))
                .collect();
            times.sort_unstable();
            times
        };
        Ok(Self {
            left: i64::from(limits.per_workspace_and_day)
                - rows::sent_since(tx.db(), workspace, since).await?,
            used: 0,
            times: mails
                .into_iter()
                .map(|(key, mails)| (key, times(mails)))
                .collect(),
            refusing: rows::refusing(tx.db(), workspace, &keys).await?,
            mails: Vec::new(),
        })
    }

    /// Lets the workspace make any number (IMPORT-3).
    pub(super) const fn lift_daily_limit(&mut self) {
        self.left = i64::MAX;
    }

    /// Queues the mail about an invitation, for as soon as the address may be sent one; refuses if
    /// the workspace may make no more.
    pub(super) fn send(
        &mut self,
        tx: &Transaction<'_>,
        invitation: InvitationId,
        generation: i32,
        to: &Addressee<'_>,
    ) -> Result<Delivery, ErrorCode> {
        self.send_after(tx, (invitation, generation, tx.now), to)
    }

    /// The same, and the mail waits at least until then (IMPORT-3).
    pub(super) fn send_after(
        &mut self,
        tx: &Transaction<'_>,
        (invitation, generation, not_before): (InvitationId, i32, DateTime<Utc>),
        to: &Addressee<'_>,
    ) -> Result<Delivery, ErrorCode> {
        let keys = tx.deps.secret.mail_keys(to.canonical);
        if self.left <= 0 {
            return Err(ErrorCode::LimitReached);
        }
        self.left -= 1;
        self.used += 1;
        if self.refuses(&keys) {
            return Ok(Delivery {
                state: DeliveryState::RefusedByReceiver,
                at: tx.now,
                status: None,
            });
        }
        let at = self.add(
            tx,
            MailKind::Invitation,
            (invitation, generation, not_before),
            (to, keys),
        );
        let state = if at > tx.now {
            DeliveryState::Deferred
        } else {
            DeliveryState::Queued
        };
        Ok(Delivery {
            state,
            at,
            status: None,
        })
    }

    /// Queues the reminder of an invitation, unless its receiver wants no more mail.
    pub(super) fn remind(
        &mut self,
        tx: &Transaction<'_>,
        invitation: InvitationId,
        generation: i32,
        to: &Addressee<'_>,
    ) {
        let keys = tx.deps.secret.mail_keys(to.canonical);
        if !self.refuses(&keys) {
            self.add(
                tx,
                MailKind::InvitationReminder,
                (invitation, generation, tx.now),
                (to, keys),
            );
        }
    }

    /// Whether the receiver wants no more mail of the workspace.
    fn refuses(&self, keys: &KeyedHash) -> bool {
        keys.all().any(|key| self.refusing.contains(key.as_slice()))
    }

    /// Adds a mail for as soon as the address may be sent one; answers when.
    fn add(
        &mut self,
        tx: &Transaction<'_>,
        kind: MailKind,
        (invitation, generation, not_before): (InvitationId, i32, DateTime<Utc>),
        (to, keys): (&Addressee<'_>, KeyedHash),
    ) -> DateTime<Utc> {
        let older = keys
            .older
            .and_then(|key| self.times.remove(key.as_slice()))
            .unwrap_or_default();
        let key = keys.current;
        let times = self.times.entry(key.to_vec()).or_default();
        times.extend(older);
        times.sort_unstable();
        let at = allowed_at(
            times,
            tx.deps.limits.invitations.mails_per_address_and_day,
            not_before.max(tx.now),
        );
        times.insert(times.partition_point(|time| *time <= at), at);
        let (email, locale) = to.account.map_or((to.email, to.locale), |account| {
            (account.email.as_str(), account.locale)
        });
        let receiver = Receiver::Address {
            email: email.to_owned(),
            key,
            locale,
        };
        let mail = NewMail::new(tx.deps.ids.uuid(tx.now), kind, receiver);
        self.mails.push(
            mail.of(tx.workspace_id())
                .about(invitation)
                .generation(generation)
                .after(at),
        );
        at
    }

    /// The limit that refuses with [`LIMIT_REACHED`], and until when.
    pub(super) async fn limit(&self, tx: &Transaction<'_>) -> Result<ReachedLimit, Failure> {
        let most = i64::from(tx.deps.limits.invitations.per_workspace_and_day);
        // Those of this call are the newest. Room comes when one less than the limit is left.
        let nth = most - self.used;
        let oldest = if nth > 0 {
            rows::nth_newest(tx.db(), tx.workspace_id(), tx.now - DAY, nth).await?
        } else {
            None
        };
        Ok(ReachedLimit::until(
            LimitKind::InvitationsPerDay,
            most,
            oldest.unwrap_or(tx.now) + DAY,
        ))
    }

    /// Puts the mails into the outbox.
    pub(super) async fn queue(self, tx: &Transaction<'_>) -> Result<(), Failure> {
        Ok(outbox::queue(tx.db(), self.mails, tx.now).await?)
    }
}

/// When a mail counts for its address, if it does.
fn counts_at(mail: &MailToAddress, own_workspace: WorkspaceId) -> Option<DateTime<Utc>> {
    match mail {
        MailToAddress {
            sent_at: Some(at), ..
        } => Some(*at),
        MailToAddress {
            is_dead: true,
            workspace,
            created_at,
            ..
        } => (*workspace == Some(own_workspace)).then_some(*created_at),
        MailToAddress {
            send_after,
            created_at,
            ..
        } => Some((*send_after).max(*created_at)),
    }
}

/// When an address that was or will be sent mails at `times`, oldest first, may be sent one more:
/// no 24 hours have more than `most`.
fn allowed_at(times: &[DateTime<Utc>], most: u32, now: DateTime<Utc>) -> DateTime<Utc> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let earliest = times
        .len()
        .checked_sub(most)
        .and_then(|index| times.get(index));
    earliest.map_or(now, |at| (*at + DAY).max(now))
}

/// Invitations with the same delivery, by its state and instant.
type Alike<'a> = BTreeMap<(&'a str, DateTime<Utc>), (Delivery, Vec<InvitationId>)>;

/// Says of resent invitations what becomes of their mails.
pub(super) async fn keep(
    tx: &Transaction<'_>,
    deliveries: &[(InvitationId, Delivery)],
) -> Result<(), Failure> {
    let mut alike: Alike<'_> = BTreeMap::new();
    for (id, became) in deliveries {
        alike
            .entry((became.state.as_str(), became.at))
            .or_insert((*became, Vec::new()))
            .1
            .push(*id);
    }
    for (became, ids) in alike.into_values() {
        delivery::set(tx.db(), tx.workspace_id(), ids, became).await?;
    }
    Ok(())
}

/// Voids the mails about invitations that were not sent yet: they were answered, taken back, or are
/// sent anew.
pub(crate) async fn void(tx: &Transaction<'_>, ids: &[InvitationId]) -> Result<(), Failure> {
    if ids.is_empty() {
        return Ok(());
    }
    let subjects: Vec<String> = ids.iter().map(ToString::to_string).collect();
    outbox::void(tx.db(), COUNTED, tx.workspace_id(), &subjects, tx.now).await?;
    Ok(delivery::clear_unsent(tx.db(), tx.workspace_id(), ids).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn join_6_no_day_has_more_mails_than_it_may() {
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let at = |hours: i64| now + Duration::hours(hours);
        assert_eq!(allowed_at(&[], 3, now), now);
        assert_eq!(allowed_at(&[at(-2), at(-1)], 3, now), now);
        assert_eq!(allowed_at(&[at(-23), at(-2), at(-1)], 3, now), at(1));
        assert_eq!(allowed_at(&[at(-25), at(-2), at(-1)], 3, now), now);
        assert_eq!(
            allowed_at(&[at(-23), at(-2), at(-1), at(1)], 3, now),
            at(22),
            "one that waits counts at its time"
        );
    }

    #[test]
    fn join_6_what_was_never_sent_counts_for_its_own_workspace_alone() {
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let (own, other) = (
            WorkspaceId(uuid::Uuid::from_u128(1)),
            WorkspaceId(uuid::Uuid::from_u128(2)),
        );
        let waits = MailToAddress {
            workspace: Some(own),
            created_at: now,
            send_after: now + Duration::hours(5),
            sent_at: None,
            is_dead: false,
        };
        assert_eq!(counts_at(&waits, other), Some(waits.send_after));
        let voided = MailToAddress {
            is_dead: true,
            ..waits
        };
        assert_eq!(
            (counts_at(&voided, own), counts_at(&voided, other)),
            (Some(now), None)
        );
        let sent = MailToAddress {
            sent_at: Some(now + Duration::hours(6)),
            ..waits
        };
        assert_eq!(counts_at(&sent, other), sent.sent_at);
    }
}
