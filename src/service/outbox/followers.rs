//! The mail to the followers of a dataset: one row for each of them who may browse it when it is
//! sent, made in batches (FOLLOW-2). The row that was queued remembers how far it came, in the
//! transaction that makes the mails of a batch, so that a node that dies leaves the rest to another
//! and nobody is told twice.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::compose::key;
use crate::{
    domain::{
        follow::follow_id,
        id::{DatasetId, MembershipId},
        mail::MailKind,
    },
    mail::Facts,
    service::{
        Deps, Failure,
        follow::{telling, unsubscribe_url},
    },
    store::{
        StoreError, follow,
        item::{self, ItemRow},
        outbox::{
            self, NewMail, Receiver,
            claim::{self, OutboxRow},
        },
    },
};

/// How many followers are looked at in one transaction.
const BATCH: usize = 500;

/// What the row that was queued says: the day, and after which follower to go on.
const AFTER: &str = "after";

/// Makes the mails and closes `row`, unless another batch has it by now.
pub(super) async fn expand(
    deps: &Deps,
    row: &OutboxRow,
    holder: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let mut said: Value = serde_json::from_str(&row.payload).unwrap_or_default();
    let from = said.get(AFTER).and_then(Value::as_str);
    let mut after = from.and_then(|id| MembershipId::parse(id).ok());
    let dataset = dataset(deps, row).await?;
    loop {
        let followers = match &dataset {
            Some((id, _)) => {
                let after = after.unwrap_or(MembershipId(Uuid::nil()));
                follow::followers(deps.db.latest(), *id, after, BATCH, now).await?
            }
            None => Vec::new(),
        };
        let mails = match &dataset {
            Some(dataset) => mails(deps, row, dataset, (&followers, &said), now).await?,
            None => Vec::new(),
        };
        let is_last = followers.len() < BATCH;
        after = followers.last().copied().or(after);
        said[AFTER] = json!(after);
        let tx = deps.db.begin().await?;
        let is_held = if is_last {
            claim::finish(&tx, row.id, holder, now).await?
        } else {
            claim::go_on(&tx, row.id, holder, said.to_string()).await?
        };
        if !is_held {
            tx.rollback().await.map_err(StoreError::from)?;
            return Ok(());
        }
        outbox::queue(&tx, mails, now).await?;
        tx.commit().await.map_err(StoreError::from)?;
        if is_last {
            return Ok(());
        }
    }
}

/// The dataset that a mail is about; `None` if it was deleted.
async fn dataset(deps: &Deps, row: &OutboxRow) -> Result<Option<(DatasetId, ItemRow)>, Failure> {
    let Some(id) = row.subject.as_deref().and_then(key).map(DatasetId) else {
        return Ok(None);
    };
    let rows = item::by_ids(deps.db.latest(), &[id.into()]).await?;
    let found = rows.into_iter().next();
    Ok(found
        .filter(|found| Some(found.workspace_id) == row.workspace)
        .map(|found| (id, found)))
}

/// The mails to those of `followers` who may browse the dataset.
async fn mails(
    deps: &Deps,
    row: &OutboxRow,
    (id, dataset): &(DatasetId, ItemRow),
    (followers, said): (&[MembershipId], &Value),
    now: DateTime<Utc>,
) -> Result<Vec<NewMail>, Failure> {
    let readers = telling::readers(deps, dataset, followers, now).await?;
    let day = json!({ "day": said["day"] });
    let mail = |account| {
        let to = Receiver::Account(account);
        let mail = NewMail::new(deps.ids.uuid(now), MailKind::DatasetUpdated, to);
        let mail = mail.of(dataset.workspace_id).about(id);
        mail.saying(day.clone()).after(row.send_after)
    };
    let accounts = followers.iter().filter_map(|id| readers.get(id));
    Ok(accounts.map(|account| mail(*account)).collect())
}

/// What the mail to one follower says; `None` if they unfollowed meanwhile, the dataset is gone, or
/// they may no longer browse it.
pub(super) async fn facts(
    deps: &Deps,
    row: &OutboxRow,
    now: DateTime<Utc>,
) -> Result<Option<Facts>, Failure> {
    let (Some(account), Some((id, dataset))) = (row.account, dataset(deps, row).await?) else {
        return Ok(None);
    };
    if !follow::exists(deps.db.latest(), follow_id(account, id)).await? {
        return Ok(None);
    }
    if !telling::may_browse(deps, account, &dataset, now).await? {
        return Ok(None);
    }
    let said: Value = serde_json::from_str(&row.payload).unwrap_or_default();
    let day = said.get("day").and_then(Value::as_str);
    Ok(Some(Facts {
        title: Some(dataset.title),
        day: day.and_then(|day| day.parse().ok()),
        unsubscribe: Some(unsubscribe_url(deps, account, id)),
        ..Facts::default()
    }))
}
