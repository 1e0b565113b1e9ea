//! The filters of the members list as SQL (MEM-7). What counts at an instant must agree with
//! `domain::access`. SQL text, as the list is.

use chrono::{DateTime, Utc};
use sea_orm::Value;

use super::{MemberFilter, Range, SignedUpOnly};
use crate::{
    domain::{id::WorkspaceId, interval::OPEN_END, vocabulary::MembershipState},
    store::engine::Sql,
};

/// The membership counts, so that what depends on it can count (TIME-7).
pub(super) const COUNTS: &str = "m.starts_at <= ? AND m.ends_at > ?";

/// How to test the rows that depend on a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TestMode {
    /// For each member separately, through an index: for a page, which needs few of the members.
    /// PostgreSQL may turn EXISTS into a hash of the whole table even for a page.
    OneByOne,
    /// As the database likes: for a count of all.
    Together,
}

/// The tests as SQL. All but the first two need a closing parenthesis.
pub(super) struct Tests {
    /// Is disabled.
    pub(super) disabled: String,
    /// Has a word.
    word: String,
    /// Has a role. Conditions on the role name `r`, so that it is found through the member.
    pub(super) role: String,
    /// Is in a group. Conditions on the group name `g`.
    pub(super) group: String,
    /// Was granted something. Written so that no index of permissions is used.
    pub(super) grant: String,
}

impl TestMode {
    pub(super) fn tests(self) -> Tests {
        let open = if self == Self::OneByOne {
            "0 < (SELECT COUNT(*)"
        } else {
            "EXISTS (SELECT 1"
        };
        let subquery = |from: &str, alias: &str| {
            format!(
                "{open} FROM {from} {alias}.workspace_id = m.workspace_id AND {alias}.membership_id = m.id"
            )
        };
        let counting = "AND x.starts_at <= ? AND x.ends_at > ?";
        let role = subquery(
            "role_assignment x JOIN role r ON r.id = x.role_id AND r.starts_at <= ? AND r.ends_at > ? WHERE",
            "x",
        );
        let group = subquery(
            "group_membership x JOIN member_group g ON g.id = x.group_id AND g.starts_at <= ? AND g.ends_at > ? WHERE",
            "x",
        );
        let grant = subquery("permission_grant x WHERE", "x");
        Tests {
            disabled: format!(
                "{} AND d.starts_at <= ? AND d.ends_at > ?)",
                subquery("disabled_spell d WHERE", "d")
            ),
            // Without the workspace, which would lead through all members with the word.
            word: format!(
                "{open} FROM member_word w WHERE w.membership_id = m.id AND w.word >= ? AND w.word < ?)"
            ),
            role: format!("{role} {counting}"),
            group: format!("{group} {counting}"),
            grant: format!("{grant} {counting}"),
        }
    }
}

/// Adds the WHERE clause for the filtered members of `workspace` at `t`.
pub(super) fn condition(
    sql: &mut Sql,
    workspace: WorkspaceId,
    filter: &MemberFilter,
    tested: TestMode,
    t: DateTime<Utc>,
) {
    let tests = tested.tests();
    sql.bind(" WHERE m.workspace_id = ?", [workspace.0.into()]);
    states(sql, filter.states.as_deref(), &tests.disabled, t);
    if filter.begun {
        sql.bind(" AND m.starts_at <= ?", [t.into()]);
    }
    for word in &filter.words {
        sql.push(" AND ").bind(
            &tests.word,
            [word.as_str().into(), format!("{word}\u{10ffff}").into()],
        );
    }
    signed_up_only(sql, filter.signed_up_only, &tests, t);
    rights(sql, filter, &tests, t);
    if let Some(origins) = &filter.origins {
        sql.push(" AND ")
            .texts_in("m.origin", origins.iter().map(|origin| origin.as_str()));
    }
    times(sql, filter);
}

/// Who signed up and got nothing from anybody since.
fn signed_up_only(sql: &mut Sql, filter: SignedUpOnly, tests: &Tests, t: DateTime<Utc>) {
    let at = || Value::from(t);
    let negation = match filter {
        SignedUpOnly::Include => None,
        SignedUpOnly::Exclude => Some(" AND NOT ("),
        SignedUpOnly::Only => Some(" AND ("),
    };
    if let Some(negation) = negation {
        sql.push(negation)
            .push("m.origin IN ('SIGN_UP', 'ACCESS_REQUEST') AND NOT ");
        sql.bind(&tests.role, [at(), at(), at(), at()])
            .push(") AND NOT ");
        sql.bind(&tests.group, [at(), at(), at(), at()])
            .push(") AND NOT ");
        sql.bind(&tests.grant, [at(), at()])
            .push(" AND x.granted_by IS NOT NULL))");
    }
}

/// Roles, groups and permissions that count at `t`.
fn rights(sql: &mut Sql, filter: &MemberFilter, tests: &Tests, t: DateTime<Utc>) {
    let at = || Value::from(t);
    let Tests {
        role, group, grant, ..
    } = tests;
    if let Some(roles) = &filter.role_ids {
        sql.bind(
            &format!(" AND {COUNTS} AND {role} AND "),
            [at(), at(), at(), at(), at(), at()],
        );
        sql.ids_in("r.id", roles.iter().map(|id| id.0)).push(")");
    }
    if let Some(any) = filter.has_role {
        sql.push(if any { " AND (" } else { " AND NOT (" });
        sql.bind(
            &format!("{COUNTS} AND {role}))"),
            [at(), at(), at(), at(), at(), at()],
        );
    }
    if let Some(groups) = &filter.group_ids {
        sql.bind(
            &format!(" AND {COUNTS} AND {group} AND "),
            [at(), at(), at(), at(), at(), at()],
        );
        sql.ids_in("g.id", groups.iter().map(|id| id.0)).push(")");
    }
    for permission in &filter.direct_permissions {
        sql.bind(
            &format!(" AND {COUNTS} AND {grant} AND COALESCE(x.permission, '') = ?)"),
            [at(), at(), at(), at(), permission.as_str().into()],
        );
    }
}

/// When access ends, when they joined and when they were last active.
fn times(sql: &mut Sql, filter: &MemberFilter) {
    let nobody = DateTime::<Utc>::UNIX_EPOCH;
    range(
        sql,
        "m.ends_at",
        filter.access_ends,
        (" AND m.ends_at < ?", OPEN_END),
    );
    range(sql, "m.joined_at", filter.joined, ("", nobody));
    range(
        sql,
        "m.last_active_at",
        filter.last_active,
        (" AND m.last_active_at > ?", nobody),
    );
    match filter.never_active {
        Some(true) => sql.bind(" AND m.last_active_at = ?", [nobody.into()]),
        Some(false) => sql.bind(" AND m.last_active_at > ?", [nobody.into()]),
        None => sql,
    };
}

fn range(sql: &mut Sql, column: &str, range: Range, has_value: (&str, DateTime<Utc>)) {
    if range.after.is_none() && range.before.is_none() {
        return;
    }
    if !has_value.0.is_empty() {
        sql.bind(has_value.0, [has_value.1.into()]);
    }
    if let Some(after) = range.after {
        sql.bind(&format!(" AND {column} > ?"), [after.into()]);
    }
    if let Some(before) = range.before {
        sql.bind(&format!(" AND {column} < ?"), [before.into()]);
    }
}

fn states(sql: &mut Sql, states: Option<&[MembershipState]>, disabled: &str, t: DateTime<Utc>) {
    let at = || Value::from(t);
    let Some(states) = states else {
        sql.bind(" AND m.ends_at > ? AND m.ends_at > m.starts_at", [at()]);
        return;
    };
    sql.push(" AND (1 = 0");
    for state in states {
        match state {
            MembershipState::Ended => {
                sql.bind(" OR m.ends_at <= ? OR m.ends_at <= m.starts_at", [at()])
            }
            MembershipState::Disabled => sql.bind(
                &format!(" OR (m.ends_at > ? AND m.ends_at > m.starts_at AND {disabled})"),
                [at(), at(), at()],
            ),
            MembershipState::Scheduled => sql.bind(
                &format!(" OR (m.starts_at > ? AND m.ends_at > m.starts_at AND NOT {disabled})"),
                [at(), at(), at()],
            ),
            MembershipState::Active => sql.bind(
                &format!(" OR ({COUNTS} AND NOT {disabled})"),
                [at(), at(), at(), at()],
            ),
        };
    }
    sql.push(")");
}
