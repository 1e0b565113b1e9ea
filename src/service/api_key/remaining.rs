//! Warns those who may revoke keys that somebody without access may still know secrets of the
//! workspace, because its keys keep working (KEY-8). Must be called by whatever ends or disables a
//! membership, in its transaction.

use crate::{
    domain::{id::MembershipId, mail::MailKind},
    service::{Failure, write::Transaction},
    store::{
        key_list,
        outbox::{self, NewMail, Receiver},
    },
};

/// Queues a mail for each of `members` who created keys of the workspace that have not ended. Who
/// receives it, and which keys it names, is looked up when it is sent.
pub(crate) async fn warn(
    tx: &mut Transaction<'_>,
    members: &[MembershipId],
) -> Result<(), Failure> {
    let (workspace, now) = (tx.workspace_id(), tx.now);
    let makers = key_list::makers(tx.db(), workspace, members, now).await?;
    let mail = |member| {
        let id = tx.deps.ids.uuid(now);
        NewMail::new(id, MailKind::WorkspaceKeysRemain, Receiver::Audience)
            .of(workspace)
            .about(member)
    };
    Ok(outbox::queue(tx.db(), makers.into_iter().map(mail).collect(), now).await?)
}
