//! Explaining an answer (PERM-8): who may ask about whom, and the facts as they were or will be at
//! the instant that is asked for.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Access, Actor, Caller, Deps, Failure, as_of};
use crate::{
    domain::{
        access::{
            self, AccessSuggestionKind, Explanation, Question, Suggestion, Who, facts::KeyFacts,
        },
        email::EmailAddress,
        id::{ApiKeyId, ItemId, ItemKind, MembershipId},
        permission::Permission,
        vocabulary::{ApiKeyKind, ResourceAccess},
    },
    store::{
        access::{self as rows, Wanted, WorkspaceSnapshot},
        item::{self, ItemRow},
        key_list, subject,
    },
    words::message,
};

/// About whom it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A member of the workspace.
    Member(MembershipId),
    /// Whoever has this address, in canonical form.
    Email(String),
    /// An API key of the workspace.
    Key(ApiKeyId),
    /// An anonymous visitor.
    Anonymous,
}

/// What the question asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A permission in the whole workspace.
    Permission(Permission),
    /// An access to a dataset or page.
    Item(ItemId, ResourceAccess),
}

/// A question: may this visitor do that?
#[derive(Debug, Clone)]
pub struct Explain {
    /// The visitor that the question is about.
    pub about: About,
    /// The permission or access that it asks for.
    pub asked: Asked,
    /// At which instant; absent: now.
    pub as_of: Option<DateTime<Utc>>,
}

/// The answer to a question.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The instant it is about.
    pub as_of: DateTime<Utc>,
    /// The answer and its reasons.
    pub explanation: Explanation,
    /// The roles and groups that it names, as they are known at that instant.
    pub snapshot: Arc<WorkspaceSnapshot>,
}

/// Explains; `None`: there is no such member, key or item here. EWP holders ask about anybody,
/// everybody who is signed in about themselves. What others may not see is left out of their
/// suggestions: groups, and for those who are not active members roles.
pub async fn explain(
    deps: &Deps,
    access: &Access,
    caller: &Caller,
    input: Explain,
) -> Result<Option<Explained>, Failure> {
    let as_of = input.as_of.unwrap_or(access.now);
    if !access.may_look_inside_at(as_of) {
        return Err(Failure::NotFound);
    }
    if as_of < access.workspace.created_at {
        return Err(Failure::bad_input(message::as_of_too_early()));
    }
    let is_settled_anew = input.as_of.is_some() && as_of::settle(deps, access, as_of).await?;
    let (db, workspace) = (deps.db.reader(), access.workspace.id);
    let key = match input.about {
        About::Key(id) => key_list::by_ids(db, workspace, &[id], as_of)
            .await?
            .into_iter()
            .next(),
        _ => None,
    };
    let key_of = key.as_ref().map(|key| key.membership_id);
    if !is_own(access, caller, &input.about, key_of) {
        access.require(caller, Permission::EditWorkspaceProperties)?;
    }
    let mut original = None;
    let question = match input.asked {
        Asked::Permission(permission) => Question::Permission(permission),
        Asked::Item(id, wanted) => match item(deps, access, id).await? {
            Some(row) => {
                original = row.original;
                Question::Item(row.facts, wanted)
            }
            None => return Ok(None),
        },
    };
    let member = match &input.about {
        About::Member(id) => Some(*id),
        About::Email(canonical) => {
            subject::member_by_email(db, workspace, canonical, as_of).await?
        }
        About::Key(_) => key_of,
        About::Anonymous => None,
    };
    let since = as_of.min(access.workspace.last_write_at);
    let facts = match member {
        Some(id) => rows::members(db, workspace, &[id], Wanted::ALL, since)
            .await?
            .remove(&id),
        None => None,
    };
    let key: Option<KeyFacts> = key.map(|key| key.facts);
    let who = match (&input.about, &facts, &key) {
        (About::Anonymous, ..) => Who::Visitor,
        (About::Key(_), Some(member), Some(key)) => Who::Key(member, key),
        (About::Member(_) | About::Email(_), Some(member), _) => Who::Member(member),
        (About::Email(_), None, _) => Who::Stranger,
        (About::Member(_) | About::Key(_), ..) => return Ok(None),
    };
    let snapshot = snapshot(deps, access, as_of, is_settled_anew).await?;
    let explained = |who| access::explain(&snapshot.facts, who, question, as_of, access.now);
    let mut explanation = explained(who);
    // Whoever asks about themselves now asks what this session may.
    if let (Some(withheld), None, Who::Member(member)) = (&access.withheld, input.as_of, who)
        && withheld.member.id == member.id
    {
        explanation = access::withheld(explained(Who::Visitor), explanation, withheld.obstacle);
    }
    if let Some(original) = original
        && !is_published_here(deps, original).await?
    {
        let is_publication = |one: &Suggestion| one.kind == AccessSuggestionKind::PublishResource;
        explanation.suggestions.retain(|one| !is_publication(one));
    }
    if !access.can(Permission::EditWorkspaceProperties) {
        let roles = access.is_active_member();
        explanation
            .suggestions
            .retain(|one| one.group.is_none() && (roles || one.role.is_none()));
    }
    Ok(Some(Explained {
        as_of,
        explanation,
        snapshot,
    }))
}

/// Roles and groups as they are known at `t`: those at hand, unless rows are needed that have ended
/// since, or writes were waited for.
async fn snapshot(
    deps: &Deps,
    access: &Access,
    t: DateTime<Utc>,
    anew: bool,
) -> Result<Arc<WorkspaceSnapshot>, Failure> {
    let workspace = &access.workspace;
    if t >= workspace.last_write_at && !anew {
        return Ok(Arc::clone(&access.snapshot));
    }
    let (db, mode) = (deps.db.reader(), workspace.access_mode);
    Ok(Arc::new(
        rows::workspace_snapshot(
            db,
            workspace.id,
            workspace.main_id(),
            mode,
            t.min(workspace.last_write_at),
        )
        .await?,
    ))
}

/// The item, if it is one of the workspace. Active members ask about any: why they may not see one
/// is what they want to know. Everybody else asks about what they may browse.
async fn item(deps: &Deps, access: &Access, id: ItemId) -> Result<Option<ItemRow>, Failure> {
    let row = item::by_ids(deps.db.reader(), &[id])
        .await?
        .into_iter()
        .find(|row| row.workspace_id == access.workspace.id);
    Ok(row.filter(|row| {
        access.is_active_member() || access.can_access(&row.facts, ResourceAccess::Browse)
    }))
}

/// Whether a copy of this original can be published where it is: a page's copy follows its original,
/// and a dataset's counts as published only while the original is (DIST-2).
async fn is_published_here(deps: &Deps, original: ItemId) -> Result<bool, Failure> {
    let rows = item::by_ids(deps.db.reader(), &[original]).await?;
    let is_dataset = original.kind() == ItemKind::Dataset;
    Ok(is_dataset && rows.iter().any(|row| row.facts.published))
}

/// Whether the caller asks about themselves. A GATEWAY key asks for others, by `checkAccess` alone
/// (KEY-7); a key knows no other key than itself (KEY-5).
fn is_own(access: &Access, caller: &Caller, about: &About, key_of: Option<MembershipId>) -> bool {
    let own = access.own_member().map(|member| member.id);
    match (&caller.actor, about) {
        (Actor::Anonymous | Actor::System, _) | (_, About::Anonymous) => false,
        (Actor::Key(key), _) if key.key.kind == ApiKeyKind::Gateway => false,
        (_, About::Member(id)) => own == Some(*id),
        (Actor::Key(key), About::Key(id)) => key.key.id == *id,
        (Actor::Session(_), About::Key(_)) => key_of.is_some() && key_of == own,
        (_, About::Email(canonical)) => {
            let account = caller
                .account()
                .and_then(|account| EmailAddress::parse(&account.email).ok());
            account.is_some_and(|email| email.canonical == *canonical)
        }
    }
}
