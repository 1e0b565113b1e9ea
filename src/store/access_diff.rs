//! Finds the members with a row that begins or ends within an interval: those who may have gained
//! or lost access. The engine decides what they gained or lost. SQL text, because it is a list over
//! five tables.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, Value};
use uuid::Uuid;

use super::{
    engine::{Sql, StoreError},
    page::PageRequest,
};
use crate::domain::id::{GroupId, MembershipId, RoleId, WorkspaceId};

/// What to look for, and where.
#[derive(Debug)]
pub struct Window<'a> {
    pub workspace: WorkspaceId,
    /// After this instant.
    pub after: DateTime<Utc>,
    /// Until this instant, inclusive.
    pub until: DateTime<Utc>,
    /// Roles with a row that begins or ends within the interval. Everybody who has had one may be
    /// affected.
    pub roles: &'a [RoleId],
    /// Groups with such a row.
    pub groups: &'a [GroupId],
}

/// The members' own rows, with the column of the membership.
const OWN: [&str; 4] = [
    "disabled_spell",
    "role_assignment",
    "group_membership",
    "permission_grant",
];

/// One chunk of the members that may be affected, by id.
pub async fn affected(
    db: &impl ConnectionTrait,
    window: &Window<'_>,
    chunk: &PageRequest,
) -> Result<Vec<MembershipId>, StoreError> {
    let bounds = || -> [Value; 4] {
        [
            window.after.into(),
            window.until.into(),
            window.after.into(),
            window.until.into(),
        ]
    };
    let within = |alias: &str| {
        format!(
            "({alias}.starts_at > ? AND {alias}.starts_at <= ? OR {alias}.ends_at > ? AND {alias}.ends_at <= ?)"
        )
    };
    let mut sql = Sql::new(db, "SELECT m.id FROM membership m WHERE ");
    sql.bind("m.workspace_id = ? AND (", [window.workspace.0.into()])
        .bind(&within("m"), bounds());
    for table in OWN {
        sql.push(" OR EXISTS (SELECT 1 FROM ")
            .push(table)
            .push(" x WHERE x.workspace_id = m.workspace_id AND x.membership_id = m.id AND ")
            .bind(&within("x"), bounds())
            .push(")");
    }
    let mut through = |table: &str, column: &str, ids: Vec<Uuid>| {
        if !ids.is_empty() {
            sql.push(" OR EXISTS (SELECT 1 FROM ")
                .push(table)
                .push(" x WHERE x.workspace_id = m.workspace_id AND x.membership_id = m.id AND ")
                .ids_in(&format!("x.{column}"), ids)
                .bind(" AND x.ends_at > ?)", [window.after.into()]);
        }
    };
    through(
        "role_assignment",
        "role_id",
        window.roles.iter().map(|id| id.0).collect(),
    );
    through(
        "group_membership",
        "group_id",
        window.groups.iter().map(|id| id.0).collect(),
    );
    sql.push(")");
    chunk.apply(&mut sql, None, "m.id", false, |_| None);
    Ok(sql.ids(db).await?.into_iter().map(MembershipId).collect())
}
