//! What comes of a call, by kind of actor: one function for each kind of rule.

use crate::support::actors::{Actor, Actor::*};

/// What comes of a call: `None` = it is allowed.
pub(super) type Expected = fn(Actor) -> Option<&'static str>;

/// By ids of things in a workspace, for EWP: who is no active member is told that there is nothing.
pub(super) fn by_id(actor: Actor) -> Option<&'static str> {
    match actor {
        Anonymous | KeyOfDisabled => Some("UNAUTHENTICATED"),
        Outsider
        | Disabled
        | Scheduled
        | Ended
        | OfAnotherWorkspace
        | KeyOfAnotherWorkspace
        | GatewayKey
        | ParentManager
        | Operator => Some("NOT_FOUND"),
        MemberWithout | NarrowedKey | KeyWithout | NarrowedKeyOfAdministrator | SecurityManager => {
            Some("FORBIDDEN")
        }
        MemberWith | KeyWithoutList | ListedKeyOfAdministrator | Administrator => None,
    }
}

/// By ids, for EWP, and not by key.
pub(super) fn by_id_and_session(actor: Actor) -> Option<&'static str> {
    if actor.is_key() && actor != KeyOfDisabled {
        Some("FORBIDDEN")
    } else {
        by_id(actor)
    }
}

/// For everybody, by key too; a bad credential is refused all the same.
pub(super) fn for_everybody(actor: Actor) -> Option<&'static str> {
    (actor == KeyOfDisabled).then_some("UNAUTHENTICATED")
}

/// By the id of a key of the workspace, for administrators, and not by key. Whoever may not see the
/// key is told that there is none.
pub(super) fn of_the_workspaces_key(actor: Actor) -> Option<&'static str> {
    match by_id_and_session(actor) {
        Some("FORBIDDEN") if !actor.is_key() => Some("NOT_FOUND"),
        None if actor != Administrator => Some("FORBIDDEN"),
        other => other,
    }
}

/// By the workspace's own id, for EWP, and not by key.
pub(super) fn by_workspace_and_session(actor: Actor) -> Option<&'static str> {
    match by_id_and_session(actor) {
        Some("NOT_FOUND") => Some("FORBIDDEN"),
        other => other,
    }
}

/// By the workspace's own id, for EWP.
pub(super) fn by_workspace(actor: Actor) -> Option<&'static str> {
    match by_id(actor) {
        Some("NOT_FOUND") if actor != KeyOfAnotherWorkspace => Some("FORBIDDEN"),
        other => other,
    }
}

/// By ids, for administrators.
pub(super) fn by_id_for_administrators(actor: Actor) -> Option<&'static str> {
    match by_id(actor) {
        None if actor != Administrator => Some("FORBIDDEN"),
        other => other,
    }
}

/// By the workspace's own id, for administrators.
pub(super) fn by_workspace_for_administrators(actor: Actor) -> Option<&'static str> {
    match by_workspace(actor) {
        None if actor != Administrator => Some("FORBIDDEN"),
        other => other,
    }
}

/// The same, and not by key.
pub(super) fn by_workspace_and_session_for_administrators(actor: Actor) -> Option<&'static str> {
    match by_workspace_and_session(actor) {
        None if actor != Administrator => Some("FORBIDDEN"),
        other => other,
    }
}

/// For operators, by session, about an account that there is not.
pub(super) fn of_operators_about_nobody(actor: Actor) -> Option<&'static str> {
    of_operators(actor).or(Some("NOT_FOUND"))
}

/// For operators, by session.
pub(super) fn of_operators(actor: Actor) -> Option<&'static str> {
    match by_session(actor) {
        None if actor != Operator => Some("FORBIDDEN"),
        other => other,
    }
}

/// By the workspace's own id, for any active member, and not by key.
pub(super) fn of_ones_own(actor: Actor) -> Option<&'static str> {
    match actor {
        MemberWithout | SecurityManager => None,
        other => by_workspace_and_session(other),
    }
}

/// By the workspace's own id, for whoever is a member of it, and not by key. A disabled member is
/// told why not (JOIN-12).
pub(super) fn of_ones_membership(actor: Actor) -> Option<&'static str> {
    match actor {
        Scheduled | Disabled => None,
        other => of_ones_own(other),
    }
}

/// By the id of a membership that is none of theirs, for its own member alone, and not by key.
pub(super) fn of_a_member_that_is_not_them(actor: Actor) -> Option<&'static str> {
    by_id_and_session(actor).or(Some("FORBIDDEN"))
}

/// By the workspace's own id, for any active member about themself; a GATEWAY key must say about
/// whom (KEY-7).
pub(super) fn about_oneself(actor: Actor) -> Option<&'static str> {
    match actor {
        MemberWithout | NarrowedKey | KeyWithout | NarrowedKeyOfAdministrator | SecurityManager => {
            None
        }
        GatewayKey => Some("BAD_USER_INPUT"),
        other => by_workspace(other),
    }
}

/// By the workspace's own id, for GATEWAY keys alone (KEY-7).
pub(super) fn by_gateway(actor: Actor) -> Option<&'static str> {
    match about_oneself(actor) {
        _ if actor == GatewayKey => None,
        None => Some("FORBIDDEN"),
        other => other,
    }
}

/// Access to an item, to be given: for who manages its security.
pub(super) fn of_an_item(actor: Actor) -> Option<&'static str> {
    match actor {
        MemberWith | KeyWithoutList | ListedKeyOfAdministrator => Some("FORBIDDEN"),
        other => to_take_of_an_item(other),
    }
}

/// Access to an item, to be taken: for who manages its security or the workspace.
pub(super) fn to_take_of_an_item(actor: Actor) -> Option<&'static str> {
    if actor == SecurityManager {
        None
    } else {
        by_id(actor)
    }
}

/// What managing an item's security does not give.
pub(super) fn of_all_items(actor: Actor) -> Option<&'static str> {
    if actor == SecurityManager {
        Some("FORBIDDEN")
    } else {
        of_an_item(actor)
    }
}

/// Making an item by the workspace's own id; a key of another workspace does not know of this one.
pub(super) fn making_an_item(actor: Actor) -> Option<&'static str> {
    match of_all_items(actor) {
        Some("NOT_FOUND") if actor != KeyOfAnotherWorkspace => Some("FORBIDDEN"),
        other => other,
    }
}

/// The workspace's look, by its own id: managing the workspace does not give it.
pub(super) fn of_the_look(actor: Actor) -> Option<&'static str> {
    making_an_item(actor)
}

/// By ids of reuses, for holders of MANAGE_REUSES: among these, administrators and their keys that list
/// it.
pub(super) fn of_reuses(actor: Actor) -> Option<&'static str> {
    match actor {
        NarrowedKeyOfAdministrator => None,
        MemberWith | KeyWithoutList | ListedKeyOfAdministrator => Some("FORBIDDEN"),
        other => by_id(other),
    }
}

/// By the id of an unpublished dataset that nobody here may browse but administrators, and not by key.
pub(super) fn of_a_draft(actor: Actor) -> Option<&'static str> {
    match by_session(actor) {
        None if actor != Administrator => Some("NOT_FOUND"),
        other => other,
    }
}

/// For everybody who is signed in by session.
pub(super) fn by_session(actor: Actor) -> Option<&'static str> {
    match actor {
        Anonymous | KeyOfDisabled => Some("UNAUTHENTICATED"),
        key if key.is_key() => Some("FORBIDDEN"),
        _ => None,
    }
}

/// By the id of something of one person's own, who is none of these, and not by key.
pub(super) fn of_somebody_else(actor: Actor) -> Option<&'static str> {
    by_session(actor).or(Some("NOT_FOUND"))
}

/// By the id of an invitation to nobody here: whoever may invite sees it, and is no more it than
/// all others.
pub(super) fn of_the_invited(actor: Actor) -> Option<&'static str> {
    match by_session(actor) {
        None if !matches!(actor, MemberWith | Administrator) => Some("NOT_FOUND"),
        other => other,
    }
}

/// For everybody but keys, which have nothing to do with sessions (KEY-5).
pub(super) fn public(actor: Actor) -> Option<&'static str> {
    by_session(actor).filter(|_| actor != Anonymous)
}

/// By the id of a session that is not one's own: nobody is told that it is there (ACC-6).
pub(super) fn of_ones_sessions(actor: Actor) -> Option<&'static str> {
    by_session(actor).or(Some("NOT_FOUND"))
}
