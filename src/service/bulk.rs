//! What all bulk calls share: which workspace they name, the result of each item, and what `atomic`
//! does to them (BULK-1).
//!
//! Owns the codes that items share. Must not decide who may do what: `domain::access::escalation`
//! does.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Access, Actor, Caller, Deps, Failure, UserError, write::Verdict};
use crate::{
    domain::{
        access::{escalation::Refused, facts::MemberFacts},
        error_code::{ErrorCode, Fault},
        id::{MembershipId, WorkspaceId},
        limit::ReachedLimit,
        permission::Permission,
        text,
        timeline::PeriodError,
    },
    store::{
        StoreError,
        naming::{self, Named},
        workspace::WorkspaceRef,
    },
    words::message,
};

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// The longest message to the administrators, in characters.
pub(crate) const LONGEST_MESSAGE: usize = 2_000;

/// What became of one item, in the order of the call: an outcome or a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item<I, O> {
    /// What the item names.
    pub id: I,
    /// What was done; `None` if it failed.
    pub outcome: Option<O>,
    /// Why it failed; `None` if it did not.
    pub code: Option<ErrorCode>,
    /// The limit that refuses, if one does (JOIN-17).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<ReachedLimit>,
}

impl<I, O> Item<I, O> {
    /// An item of which this became.
    pub fn new(id: I, became: Result<O, ErrorCode>) -> Self {
        match became {
            Ok(outcome) => Self {
                id,
                outcome: Some(outcome),
                code: None,
                limit: None,
            },
            Err(code) => Self {
                id,
                outcome: None,
                code: Some(code),
                limit: None,
            },
        }
    }

    /// An item whose decision reads the database: the call may fail on it.
    pub(crate) fn decided(id: I, became: Result<O, ItemError>) -> Result<Self, Failure> {
        match became {
            Ok(outcome) => Ok(Self::new(id, Ok(outcome))),
            Err(ItemError::Refused(code)) => Ok(Self::new(id, Err(code))),
            Err(ItemError::Failed(failure)) => Err(failure),
        }
    }

    /// Whether what the item names may be shown: not if the caller is told that there is no such
    /// thing.
    pub fn is_shown(&self) -> bool {
        self.code != Some(ErrorCode::NotFound)
    }
}

/// Why one item of a call is not done.
#[derive(Debug)]
pub(crate) enum ItemError {
    /// The item is refused; the others may be done.
    Refused(ErrorCode),
    /// The call fails as a whole.
    Failed(Failure),
}

impl From<ErrorCode> for ItemError {
    fn from(code: ErrorCode) -> Self {
        Self::Refused(code)
    }
}

impl From<Failure> for ItemError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<StoreError> for ItemError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// Says of the items that failed with `code` which limit refused them.
pub fn explain<I, O>(items: &mut [Item<I, O>], code: ErrorCode, limit: ReachedLimit) {
    for item in items.iter_mut().filter(|item| item.code == Some(code)) {
        item.limit = Some(limit);
    }
}

/// The verdict over all items: failed ones are skipped, or undo the others if the call is atomic.
pub fn settle<I, O>(mut items: Vec<Item<I, O>>, atomic: bool) -> Verdict<Vec<Item<I, O>>> {
    if !atomic || items.iter().all(|item| item.code.is_none()) {
        return Verdict::keep(items);
    }
    for item in &mut items {
        item.outcome = None;
        item.code.get_or_insert(ErrorCode::RolledBack);
    }
    Verdict::undo(items)
}

/// Tells the first occurrence of an id in a call from the later ones.
#[derive(Debug)]
pub struct Firsts<T>(HashSet<T>);

impl<T> Default for Firsts<T> {
    fn default() -> Self {
        Self(HashSet::new())
    }
}

impl<T: Eq + Hash> Firsts<T> {
    /// DUPLICATE for what came before.
    pub fn admit(&mut self, id: T) -> Result<(), ErrorCode> {
        if self.0.insert(id) {
            Ok(())
        } else {
            Err(ErrorCode::Duplicate)
        }
    }
}

/// What becomes of each member that a call names, in order: `decide` is asked of those that are
/// there, each once.
pub fn each_member<O>(
    ids: &[MembershipId],
    members: &HashMap<MembershipId, Arc<MemberFacts>>,
    mut decide: impl FnMut(&MemberFacts) -> Result<O, ErrorCode>,
) -> Vec<Item<MembershipId, O>> {
    let mut firsts = Firsts::default();
    let mut item = |id: &MembershipId| {
        let member = firsts
            .admit(*id)
            .and_then(|()| members.get(id).ok_or(ErrorCode::NotFound));
        Item::new(*id, member.and_then(|member| decide(member)))
    };
    ids.iter().map(&mut item).collect()
}

/// Refuses an empty or over-long list of the input field `name`.
pub fn check_list<T>(deps: &Deps, name: &str, list: &[T]) -> Result<(), Failure> {
    let most = deps.limits.batch_items;
    if list.is_empty() || list.len() > most {
        return Err(Failure::bad_input(message::items(name, 1, most)));
    }
    Ok(())
}

/// A line of text that must not be empty, prepared (TEXT-1), or what is wrong about it; at most
/// `longest` characters.
pub fn required_line(typed: &str, longest: usize, path: &str) -> Result<String, UserError> {
    let line = text::line(typed);
    if line.is_empty() {
        return Err(UserError::at(Fault::too_short(1), path));
    }
    check_text(&line, longest, false, path).map_or(Ok(line), Err)
}

/// A text of several lines, prepared (TEXT-1), none if nothing is left; or what is wrong about it.
pub fn optional_lines(
    typed: Option<&str>,
    longest: usize,
    path: &str,
) -> Result<Option<String>, UserError> {
    let Some(lines) = text::optional_lines(typed) else {
        return Ok(None);
    };
    check_text(&lines, longest, true, path).map_or(Ok(Some(lines)), Err)
}

/// A reason as it is kept, prepared (TEXT-1); none if nothing is left.
pub fn prepared_reason(typed: Option<&str>) -> Option<String> {
    text::optional_lines(typed)
}

/// Checks prepared text: at most `longest` characters, and none that controls (line breaks and tabs
/// are fine if `lines`).
pub fn check_text(text: &str, longest: usize, lines: bool, path: &str) -> Option<UserError> {
    text::fault(text, longest, lines).map(|fault| UserError::at(fault, path))
}

/// Checks a reason that somebody gives for an act on members: at most 500 characters.
pub fn check_reason(reason: Option<&str>) -> Option<UserError> {
    reason.and_then(|reason| check_text(reason, LONGEST_REASON, true, "reason"))
}

/// What is wrong about an asked-for interval, as a form shows it.
pub fn period_errors(wrong: Vec<PeriodError>, starts_at: &str, ends_at: &str) -> Vec<UserError> {
    let path = |error: &PeriodError| {
        if error.is_about_start() {
            starts_at
        } else {
            ends_at
        }
    };
    wrong
        .iter()
        .map(|error| UserError::at(error.code(), path(error)))
        .collect()
}

/// A refusal of the whole call.
pub fn refusal(refused: Refused) -> Failure {
    match refused {
        Refused::RequiresPermission(permission) => Failure::requires(permission),
        other => Failure::forbidden(other),
    }
}

/// The workspace that a call over `ids` names: that of the first id that the caller may see.
/// Whoever is no active member of any of their workspaces is told that there is nothing.
pub async fn named_workspace(
    deps: &Deps,
    caller: &Caller,
    named: Named,
    ids: Vec<Uuid>,
) -> Result<WorkspaceId, Failure> {
    if caller.is_anonymous() {
        return Err(Failure::Unauthenticated);
    }
    let mentioned = naming::workspaces(deps.db.reader(), named, &ids).await?;
    first_seen(deps, caller, &mentioned)
        .await?
        .ok_or(Failure::NotFound)
}

/// The workspace that a call over members names; refuses an empty or over-long list.
pub async fn workspace_of_members(
    deps: &Deps,
    caller: &Caller,
    ids: &[MembershipId],
) -> Result<WorkspaceId, Failure> {
    check_list(deps, "membershipIds", ids)?;
    let ids = ids.iter().map(|id| id.0).collect();
    named_workspace(deps, caller, Named::Membership, ids).await
}

/// The first of `workspaces` that the caller is an active member of.
pub async fn first_seen(
    deps: &Deps,
    caller: &Caller,
    workspaces: &[WorkspaceId],
) -> Result<Option<WorkspaceId>, Failure> {
    match &caller.actor {
        Actor::Anonymous | Actor::System => Err(Failure::Unauthenticated),
        Actor::Key(key) => Ok(workspaces
            .contains(&key.workspace.id)
            .then_some(key.workspace.id)),
        Actor::Session(session) => {
            let own = naming::workspaces_of_account(deps.db.reader(), session.account.id).await?;
            for id in workspaces.iter().filter(|id| own.contains(id)) {
                let access = Access::open(deps, caller, &WorkspaceRef::Id(*id)).await?;
                if access.is_some_and(|access| access.is_active_member()) {
                    return Ok(Some(*id));
                }
            }
            Ok(None)
        }
    }
}

/// Lets active members pass; to all others nothing is there that an id could name.
pub fn require_member(access: &Access) -> Result<(), Failure> {
    if access.is_active_member() {
        Ok(())
    } else {
        Err(Failure::NotFound)
    }
}

/// The first gate of what is done to members and groups by their ids: to all but active members
/// nothing is there, and of those EWP holders pass. Whom they may touch, and what they may give, is
/// decided target by target (PERM-6, PERM-7).
pub fn require_ewp_member(access: &Access, caller: &Caller) -> Result<(), Failure> {
    caller.require_credential()?;
    require_member(access)?;
    access.require(caller, Permission::EditWorkspaceProperties)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bulk_1_failed_items_are_skipped_or_undo_all() {
        let items = || {
            vec![
                Item::new(1, Ok("done")),
                Item::new(2, Err(ErrorCode::Forbidden)),
                Item::new(3, Ok("done")),
            ]
        };
        let kept = settle(items(), false);
        assert!(kept.keep && kept.output == items());
        let undone = settle(items(), true);
        assert!(!undone.keep && undone.errors.is_empty());
        let codes: Vec<_> = undone
            .output
            .iter()
            .map(|item| (item.outcome, item.code))
            .collect();
        assert_eq!(
            codes,
            [
                (None, Some(ErrorCode::RolledBack)),
                (None, Some(ErrorCode::Forbidden)),
                (None, Some(ErrorCode::RolledBack))
            ]
        );
        assert!(settle(vec![Item::new(1, Ok("done"))], true).keep);
    }

    #[test]
    fn later_occurrences_of_an_id_are_duplicates() {
        let mut firsts = Firsts::default();
        assert_eq!(
            [firsts.admit(1), firsts.admit(2), firsts.admit(1)],
            [Ok(()), Ok(()), Err(ErrorCode::Duplicate)]
        );
    }

    #[test]
    fn texts_are_measured_in_characters() {
        assert_eq!(check_text(&"é".repeat(100), 100, false, "name"), None);
        assert_eq!(
            check_text(&"é".repeat(101), 100, false, "name"),
            Some(UserError::at(Fault::too_long(100), "name"))
        );
        assert_eq!(
            check_text("a\u{0}", 100, true, "name"),
            Some(UserError::at(ErrorCode::InvalidCharacters, "name"))
        );
        assert_eq!(check_text("a\nb", 100, true, "reason"), None);
    }
}
