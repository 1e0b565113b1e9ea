//! The mail of a day about a dataset (FOLLOW-2): when one is queued, and who of the followers may
//! still browse the dataset when it is sent.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::rows;
use crate::{
    domain::{
        access::{
            self,
            facts::{MemberFacts, Subject},
        },
        follow::is_news,
        id::{AccountId, DatasetId, MembershipId},
        mail::MailKind,
        vocabulary::{MembershipState, QuotaPeriod, ResourceAccess},
    },
    service::{
        Deps, Failure,
        item::ItemRow,
        write::{Event, Transaction},
    },
    store::{
        access::{self as facts, Wanted},
        outbox::{self, NewMail, Receiver},
        workspace::{self, WorkspaceRef},
    },
};

/// Queues the mail of the day to the followers of a dataset, if one of these events is news to them
/// and none waits already. It is sent when the day is over; who follows and may browse is looked up
/// then.
pub(in crate::service) async fn announce(
    tx: &Transaction<'_>,
    dataset: DatasetId,
    events: &[Event],
) -> Result<(), Failure> {
    let is_news = |event: &Event| is_news(event.kind, &event.changes);
    if !events.iter().any(is_news) || !rows::has_followers(tx.db(), dataset).await? {
        return Ok(());
    }
    let (workspace, now, kind) = (tx.workspace_id(), tx.now, MailKind::DatasetUpdated);
    let subject = dataset.to_string();
    if outbox::is_due_after(tx.db(), kind, workspace, &subject, now).await? {
        return Ok(());
    }
    let calendar = tx.access.workspace.calendar;
    let day_name = calendar.day_name(now);
    let mail = NewMail::new(tx.deps.ids.uuid(now), kind, Receiver::Audience)
        .of(workspace)
        .about(subject)
        .saying(json!({ "day": day_name }))
        .after(calendar.resets_at(QuotaPeriod::Day, now));
    Ok(outbox::queue(tx.db(), vec![mail], now).await?)
}

/// The accounts of those members, by membership, who are active and may browse the dataset at `now`.
pub(in crate::service) async fn readers(
    deps: &Deps,
    dataset: &ItemRow,
    members: &[MembershipId],
    now: DateTime<Utc>,
) -> Result<HashMap<MembershipId, AccountId>, Failure> {
    let (db, id) = (deps.db.latest(), dataset.workspace_id);
    let found = workspace::find(db, &WorkspaceRef::Id(id), None, now).await?;
    let Some((workspace, _)) = found else {
        return Ok(HashMap::new());
    };
    let snapshot = deps.cache.workspace(db, &workspace).await?;
    let since = workspace.last_write_at;
    let members = facts::members(db, id, members, Wanted::ALL, since).await?;
    let now = now.max(workspace.not_before());
    let may = |member: &MemberFacts| {
        let (subject, item) = (Subject::Member(member), &dataset.facts);
        let browse = ResourceAccess::Browse;
        access::state(member, now) == MembershipState::Active
            && access::decide(&snapshot.facts, subject, item, browse, now).allowed
    };
    Ok(members
        .into_values()
        .filter(may)
        .map(|member| (member.id, member.account_id))
        .collect())
}

/// Whether `account` may browse the dataset at `now` as an active member.
pub(in crate::service) async fn may_browse(
    deps: &Deps,
    account: AccountId,
    dataset: &ItemRow,
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let reference = WorkspaceRef::Id(dataset.workspace_id);
    let found = workspace::find(deps.db.latest(), &reference, Some(account), now).await?;
    let Some(member) = found.and_then(|(_, member)| member) else {
        return Ok(false);
    };
    let readers = readers(deps, dataset, &[member], now).await?;
    Ok(readers.contains_key(&member))
}
