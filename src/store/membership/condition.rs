//! The filters of the members list as SQL (MEM-7): what counts at an instant is said as `domain::access` says it.

use chrono::{DateTime, Utc};
use sea_orm::Value;

use super::{MemberFilter, Range, SignedUpOnly};
use crate::{
    domain::{id::WorkspaceId, interval::OPEN_END, vocabulary::MembershipState},
    store::engine::Sql,
};

pub(super) const DISABLED: &str = "EXISTS (SELECT 1 FROM disabled_spell d WHERE d.workspace_id = m.workspace_id AND d.membership_id = m.id \
     AND d.starts_at <= ? AND d.ends_at > ?)";

/// The membership counts, and so what hangs on it can (TIME-7).
pub(super) const COUNTS: &str = "m.starts_at <= ? AND m.ends_at > ?";

pub(super) const HAS_ROLE: &str = "EXISTS (SELECT 1 FROM role_assignment x JOIN role r ON r.id = x.role_id AND r.starts_at <= ? AND r.ends_at > ? \
     WHERE x.workspace_id = m.workspace_id AND x.membership_id = m.id AND x.starts_at <= ? AND x.ends_at > ?";

pub(super) const HAS_GROUP: &str = "EXISTS (SELECT 1 FROM group_membership x JOIN member_group g ON g.id = x.group_id AND g.starts_at <= ? \
     AND g.ends_at > ? WHERE x.workspace_id = m.workspace_id AND x.membership_id = m.id AND x.starts_at <= ? AND x.ends_at > ?";

pub(super) const HAS_GRANT: &str = "EXISTS (SELECT 1 FROM permission_grant x WHERE x.workspace_id = m.workspace_id AND x.membership_id = m.id \
     AND x.starts_at <= ? AND x.ends_at > ?";

/// Adds the WHERE clause of the members of `workspace` that the filter finds at `t`.
pub(super) fn condition(sql: &mut Sql, workspace: WorkspaceId, filter: &MemberFilter, t: DateTime<Utc>) {
    let at = || Value::from(t);
    sql.bind(" WHERE m.workspace_id = ?", [workspace.0.into()]);
    states(sql, filter.states.as_deref(), t);
    if filter.begun {
        sql.bind(" AND m.starts_at <= ?", [at()]);
    }
    for word in &filter.words {
        sql.bind(
            " AND EXISTS (SELECT 1 FROM member_word w WHERE w.workspace_id = m.workspace_id AND w.membership_id = m.id \
             AND w.word >= ? AND w.word < ?)",
            [word.as_str().into(), format!("{word}\u{10ffff}").into()],
        );
    }
    let negation = match filter.signed_up_only {
        SignedUpOnly::Include => None,
        SignedUpOnly::Exclude => Some(" AND NOT ("),
        SignedUpOnly::Only => Some(" AND ("),
    };
    if let Some(negation) = negation {
        sql.push(negation).push("m.origin IN ('SIGN_UP', 'ACCESS_REQUEST') AND NOT ");
        sql.bind(HAS_ROLE, [at(), at(), at(), at()]).push(") AND NOT ");
        sql.bind(HAS_GROUP, [at(), at(), at(), at()]).push(") AND NOT ");
        sql.bind(HAS_GRANT, [at(), at()]).push(" AND x.granted_by IS NOT NULL))");
    }
    if let Some(roles) = &filter.role_ids {
        sql.bind(&format!(" AND {COUNTS} AND {HAS_ROLE} AND "), [at(), at(), at(), at(), at(), at()]);
        sql.ids_in("x.role_id", roles.iter().map(|id| id.0)).push(")");
    }
    if let Some(has_role) = filter.has_role {
        sql.push(if has_role { " AND (" } else { " AND NOT (" });
        sql.bind(&format!("{COUNTS} AND {HAS_ROLE}))"), [at(), at(), at(), at(), at(), at()]);
    }
    if let Some(groups) = &filter.group_ids {
        sql.bind(&format!(" AND {COUNTS} AND {HAS_GROUP} AND "), [at(), at(), at(), at(), at(), at()]);
        sql.ids_in("x.group_id", groups.iter().map(|id| id.0)).push(")");
    }
    for permission in &filter.direct_permissions {
        sql.bind(
            &format!(" AND {COUNTS} AND {HAS_GRANT} AND x.permission = ?)"),
            [at(), at(), at(), at(), permission.as_str().into()],
        );
    }
    if let Some(origins) = &filter.origins {
        sql.push(" AND ").texts_in("m.origin", origins.iter().map(|origin| origin.as_str()));
    }
    let nobody = DateTime::<Utc>::UNIX_EPOCH;
    range(sql, "m.ends_at", filter.access_ends, (" AND m.ends_at < ?", OPEN_END));
    range(sql, "m.joined_at", filter.joined, ("", nobody));
    range(sql, "m.last_active_at", filter.last_active, (" AND m.last_active_at > ?", nobody));
    match filter.never_active {
        Some(true) => sql.bind(" AND m.last_active_at = ?", [nobody.into()]),
        Some(false) => sql.bind(" AND m.last_active_at > ?", [nobody.into()]),
        None => sql,
    };
}

fn range(sql: &mut Sql, column: &str, range: Range, known: (&str, DateTime<Utc>)) {
    if range.after.is_none() && range.before.is_none() {
        return;
    }
    if !known.0.is_empty() {
        sql.bind(known.0, [known.1.into()]);
    }
    if let Some(after) = range.after {
        sql.bind(&format!(" AND {column} > ?"), [after.into()]);
    }
    if let Some(before) = range.before {
        sql.bind(&format!(" AND {column} < ?"), [before.into()]);
    }
}

fn states(sql: &mut Sql, states: Option<&[MembershipState]>, t: DateTime<Utc>) {
    let at = || Value::from(t);
    let Some(states) = states else {
        sql.bind(" AND m.ends_at > ? AND m.ends_at > m.starts_at", [at()]);
        return;
    };
    sql.push(" AND (1 = 0");
    for state in states {
        match state {
            MembershipState::Ended => sql.bind(" OR m.ends_at <= ? OR m.ends_at <= m.starts_at", [at()]),
            MembershipState::Disabled => {
                sql.bind(&format!(" OR (m.ends_at > ? AND m.ends_at > m.starts_at AND {DISABLED})"), [at(), at(), at()])
            }
            MembershipState::Scheduled => {
                sql.bind(&format!(" OR (m.starts_at > ? AND m.ends_at > m.starts_at AND NOT {DISABLED})"), [at(), at(), at()])
            }
            MembershipState::Active => sql.bind(&format!(" OR ({COUNTS} AND NOT {DISABLED})"), [at(), at(), at(), at()]),
        };
    }
    sql.push(")");
}
