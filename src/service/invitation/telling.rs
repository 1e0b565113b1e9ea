//! Tells whoever invited what the invited answered (JOIN-15): one mail for all answers of a while,
//! queued with the first of them. The workspace's sign-up settings can switch it off.

use std::collections::BTreeSet;

use chrono::Duration;
use serde_json::json;

use crate::{
    domain::{audit, id::AccountId, mail::MailKind},
    service::{Failure, sign_up, write::Transaction},
    store::outbox::{self, NewMail, Receiver},
};

/// For a write that was begun before the mail is written and commits after it: an answer this late
/// stands in the next mail.
const MARGIN: Duration = Duration::seconds(60);

/// Sees to it that these inviters are told of what was answered now; nobody is told of what they
/// did themselves.
pub(crate) async fn tell_inviters(
    tx: &Transaction<'_>,
    inviters: impl IntoIterator<Item = Option<AccountId>>,
) -> Result<(), Failure> {
    let own = tx.caller.account_id();
    let inviters: BTreeSet<AccountId> = inviters
        .into_iter()
        .flatten()
        .filter(|inviter| Some(*inviter) != own)
        .collect();
    if inviters.is_empty() || !sign_up::under_lock(tx).await?.notify_inviters {
        return Ok(());
    }
    let workspace = tx.workspace_id();
    let mut mails = Vec::new();
    for inviter in inviters {
        if outbox::waits(
            tx.db(),
            MailKind::InvitationAnswered,
            workspace,
            inviter,
            tx.now + MARGIN,
        )
        .await?
        {
            continue;
        }
        let to = tx.now + tx.deps.limits.invitations.answers_after;
        let mail = NewMail::new(
            tx.deps.ids.uuid(tx.now),
            MailKind::InvitationAnswered,
            Receiver::Account(inviter),
        )
        .of(workspace)
        .about(workspace)
        .saying(json!({ "from": audit::instant(tx.now), "to": audit::instant(to) }))
        .after(to + MARGIN);
        mails.push(mail);
    }
    Ok(outbox::queue(tx.db(), mails, tx.now).await?)
}
