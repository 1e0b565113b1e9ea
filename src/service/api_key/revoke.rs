//! `revokeApiKeys`: ends keys at once (KEY-3): the caller's own, or as EWP holder anybody's,
//! administrators' too (PERM-6 excepts it).

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::refuse_keys;
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        audit::{self, FieldChange},
        error_code::ErrorCode,
        id::{AccountId, ApiKeyId, MembershipId, WorkspaceId},
        outcome::RevokeApiKeysOutcome,
        permission::Permission,
        timeline,
        vocabulary::ApiKeyState,
    },
    service::{
        Access, Caller, Deps, Failure,
        bulk::{self, Firsts, Item},
        write::{
            self, Affects, CallOptions, Committed, Event, InformedUseCase, Transaction, UseCase,
            Verdict,
        },
    },
    store::{
        api_key::{self as rows, KeyRow},
        dated::{self, Dated, Ending},
        key::REVOKED,
        key_list,
        naming::Named,
    },
    words::message::{self, all_of},
};

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// The keys that a call names.
#[derive(Debug, Clone)]
pub enum Which {
    /// These, in order.
    Ids(Vec<ApiKeyId>),
    /// All of one membership.
    OfMember(MembershipId),
    /// All of the workspace.
    All(WorkspaceId),
}

impl Which {
    /// What an input says: exactly one of the three.
    pub fn of(
        ids: Option<Vec<ApiKeyId>>,
        member: Option<MembershipId>,
        workspace: Option<WorkspaceId>,
        all: bool,
    ) -> Result<Self, Failure> {
        match (ids, member, workspace, all) {
            (Some(ids), None, None, false) => Ok(Self::Ids(ids)),
            (None, Some(member), None, false) => Ok(Self::OfMember(member)),
            (None, None, Some(workspace), true) => Ok(Self::All(workspace)),
            _ => Err(Failure::bad_input(message::exactly_one_of(all_of(&[
                "ids",
                "membershipId",
                "workspaceId with all: true",
            ])))),
        }
    }
}

/// The input of `revokeApiKeys`.
#[derive(Debug, Clone)]
pub struct RevokeApiKeys {
    /// The keys to revoke.
    pub which: Which,
    /// Why, for the owner and the record.
    pub reason: Option<String>,
    /// Whether one failed item rolls back the whole call.
    pub atomic: bool,
}

/// The results: in the order of the ids, or of the keys' making.
pub type Output = Vec<Item<ApiKeyId, RevokeApiKeysOutcome>>;

/// Revokes keys.
pub async fn revoke(
    deps: &Deps,
    caller: &Caller,
    mut input: RevokeApiKeys,
    options: CallOptions,
) -> Result<Committed<Output>, Failure> {
    refuse_keys(caller)?;
    input.reason = bulk::prepared_reason(input.reason.as_deref());
    let workspace = match &input.which {
        Which::Ids(ids) => {
            bulk::check_list(deps, "ids", ids)?;
            let uuids = ids.iter().map(|id| id.0).collect();
            bulk::named_workspace(deps, caller, Named::ApiKey, uuids).await?
        }
        Which::OfMember(id) => {
            bulk::named_workspace(deps, caller, Named::Membership, vec![id.0]).await?
        }
        Which::All(id) => *id,
    };
    let keys = rows::find(deps.db.reader(), workspace, input.which.rows(), caller.now).await?;
    let owns_one = keys.iter().any(|key| owns(caller, key));
    write::run(deps, caller, workspace, &options, &(input, owns_one)).await
}

impl InformedUseCase for RevokeApiKeys {
    const CHANGES_ACCESS: bool = true;
    const AFFECTS: Affects = Affects::KEYS;
    type Output = Output;
    /// Whether one of the keys named is the caller's own: whose a key is never changes.
    type Before = bool;

    fn mutation(&self) -> &'static str {
        "revokeApiKeys"
    }

    fn authorize(&self, owns_one: &bool, access: &Access, caller: &Caller) -> Result<(), Failure> {
        refuse_keys(caller)?;
        let own = match &self.which {
            Which::All(_) => return access.require(caller, Permission::EditWorkspaceProperties),
            Which::Ids(_) => *owns_one,
            Which::OfMember(id) => access
                .member
                .as_ref()
                .is_some_and(|member| member.id == *id),
        };
        bulk::require_member(access)?;
        if own {
            Ok(())
        } else {
            access.require(caller, Permission::EditWorkspaceProperties)
        }
    }

    async fn run(&self, _: &bool, tx: &mut Transaction<'_>) -> Result<Verdict<Output>, Failure> {
        if let Some(error) = self
            .reason
            .as_deref()
            .and_then(|reason| bulk::check_text(reason, LONGEST_REASON, true, "reason"))
        {
            return Err(Failure::Invalid(vec![error]));
        }
        let keys = rows::find(tx.db(), tx.workspace_id(), self.which.rows(), tx.now).await?;
        let named: Vec<ApiKeyId> = match &self.which {
            Which::Ids(ids) => ids.clone(),
            Which::OfMember(_) | Which::All(_) => keys.iter().map(|key| key.id).collect(),
        };
        let by_id: HashMap<ApiKeyId, KeyRow> = keys.into_iter().map(|key| (key.id, key)).collect();
        let (mut firsts, mut items, mut revoked) = (
            Firsts::default(),
            Vec::with_capacity(named.len()),
            Vec::new(),
        );
        for id in named {
            let key = firsts
                .admit(id)
                .and_then(|()| by_id.get(&id).ok_or(ErrorCode::NotFound));
            items.push(Item::new(
                id,
                key.and_then(|key| revoke_one(tx, key, &mut revoked)),
            ));
        }
        let by = By {
            account: tx.caller.account_id(),
            reason: self.reason.as_deref(),
        };
        end(tx, &by, &revoked, None).await?;
        Ok(bulk::settle(items, self.atomic))
    }
}

/// Whether the key acts for the caller. Nobody owns a key of the workspace, not even its maker
/// (KEY-8).
fn owns(caller: &Caller, key: &KeyRow) -> bool {
    !key.kind.is_of_workspace() && caller.account_id() == Some(key.account_id)
}

/// Decides on one key, and adds it to those that are to end.
fn revoke_one(
    tx: &Transaction<'_>,
    key: &KeyRow,
    revoked: &mut Vec<KeyRow>,
) -> Result<RevokeApiKeysOutcome, ErrorCode> {
    if !owns(tx.caller, key) && !tx.access.can(Permission::EditWorkspaceProperties) {
        return Err(ErrorCode::Forbidden);
    }
    if !timeline::is_ahead(key.counts(), tx.now) {
        return Ok(RevokeApiKeysOutcome::AlreadyRevoked);
    }
    revoked.push(*key);
    Ok(RevokeApiKeysOutcome::Revoked)
}

/// Revokes every key of an account, in every workspace, as the account's own doing: its owner has
/// just reset the password, and may not be the only one who had it. What could not be revoked still
/// works and can be listed.
pub(crate) async fn revoke_all_of(
    deps: &Deps,
    caller: &Caller,
    account: AccountId,
) -> Result<(), Failure> {
    for workspace in key_list::living_in(deps.db.latest(), account, deps.clock.now()).await? {
        write::run(
            deps,
            caller,
            workspace,
            &CallOptions::default(),
            &RevokeAllKeys { account },
        )
        .await?;
    }
    Ok(())
}

struct RevokeAllKeys {
    account: AccountId,
}

impl UseCase for RevokeAllKeys {
    const CHANGES_ACCESS: bool = true;
    const AFFECTS: Affects = Affects::KEYS;
    type Output = ();

    fn mutation(&self) -> &'static str {
        "resetPassword"
    }

    /// The token of the link has shown whose the keys are.
    fn authorize(&self, _: &Access, _: &Caller) -> Result<(), Failure> {
        Ok(())
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<()>, Failure> {
        let keys = rows::find(
            tx.db(),
            tx.workspace_id(),
            rows::KeySelection::OfAccount(self.account),
            tx.now,
        )
        .await?;
        tx.acts_as(self.account);
        end(
            tx,
            &By {
                account: Some(self.account),
                reason: None,
            },
            &keys,
            None,
        )
        .await?;
        Ok(Verdict::keep(()))
    }
}

/// Who revokes, and why.
pub(super) struct By<'a> {
    pub(super) account: Option<AccountId>,
    pub(super) reason: Option<&'a str>,
}

/// Revokes keys and records it; `more` is what else the record says of each.
pub(super) async fn end(
    tx: &mut Transaction<'_>,
    by: &By<'_>,
    revoked: &[KeyRow],
    more: Option<FieldChange>,
) -> Result<(), Failure> {
    let ids: Vec<_> = revoked.iter().map(|key| key.id.0).collect();
    let ending = Ending {
        by: by.account,
        reason: REVOKED,
    };
    dated::end(
        tx.db(),
        Dated::ApiKey,
        tx.workspace_id(),
        &ids,
        tx.now,
        ending,
    )
    .await?;
    if let (Some(reason), false) = (by.reason, ids.is_empty()) {
        rows::keep_reason(tx.db(), tx.workspace_id(), &ids, reason).await?;
    }
    let members: Vec<MembershipId> = revoked
        .iter()
        .map(|key| key.membership_id)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    tx.members(&members).await?;
    members.into_iter().for_each(|member| tx.touch(member));
    for key in revoked {
        let mut event = event(tx, by, key);
        event.changes.extend(more.clone());
        tx.record(event);
    }
    Ok(())
}

fn event(tx: &Transaction<'_>, by: &By<'_>, key: &KeyRow) -> Event {
    let mut changes = vec![
        FieldChange::plain(
            "state",
            ApiKeyState::Active.as_str(),
            ApiKeyState::Revoked.as_str(),
        ),
        FieldChange::plain(
            "endsAt",
            key.interval.end().map(audit::instant),
            audit::instant(tx.now),
        ),
    ];
    if let Some(reason) = by.reason {
        changes.push(FieldChange::personal("reason", Value::Null, reason));
    }
    Event {
        personal_of: Some(key.account_id),
        ..Event::new(AuditEventKind::ApiKeyRevoked, key.id, changes)
    }
}

impl Which {
    fn rows(&self) -> rows::KeySelection<'_> {
        match self {
            Self::Ids(ids) => rows::KeySelection::Ids(ids),
            Self::OfMember(id) => rows::KeySelection::OfMember(*id),
            Self::All(_) => rows::KeySelection::All,
        }
    }
}
