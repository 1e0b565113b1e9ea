//! The filter by effective permission as SQL (MEM-7): a test holds it against `domain::access` on random workspaces.
//!
//! Which roles and groups give a permission is said by the engine; the members' own rows are looked at here. Effective
//! permissions are never materialised: what few hold is looked for from its holders, what many hold is tested on each row of the
//! list as it is walked.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, Value};

use super::condition::{COUNTS, DISABLED, HAS_GRANT, HAS_GROUP, HAS_ROLE};
use crate::{
    domain::{
        access::{self, facts::WorkspaceFacts},
        id::{AccountId, GroupId, RoleId, WorkspaceId},
        permission::Permission,
    },
    store::engine::{Sql, StoreError},
};

/// So many rows at most are gathered and sorted for one page. Of more holders, every page of the list has its share among the
/// rows that are walked.
pub const FEW: i64 = 5_000;

/// One permission, and what gives it at the instant besides a member's own grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Giving {
    /// Which one.
    pub permission: Permission,
    /// The roles that give it.
    pub roles: Vec<RoleId>,
    /// The groups that give it.
    pub groups: Vec<GroupId>,
}

/// Which permissions members must hold, and how they are looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// All of them must be held.
    pub each: Vec<Giving>,
    /// The place in `each` of the permission from whose holders the list is made; `None`: each row of the list is tested.
    pub from: Option<usize>,
}

impl Held {
    /// What `permissions` ask for at `t`; each row is tested.
    pub fn of(facts: &WorkspaceFacts, permissions: &[Permission], t: DateTime<Utc>) -> Self {
        let mut each: Vec<Giving> = Vec::new();
        for permission in permissions {
            if !each.iter().any(|giving| giving.permission == *permission) {
                let (roles, groups) = access::givers(facts, *permission, t);
                each.push(Giving { permission: *permission, roles, groups });
            }
        }
        Self { each, from: None }
    }

    /// Adds to a FROM clause, in front of `membership m`, the holders that the list is made from. CROSS JOIN keeps SQLite from
    /// walking the list first.
    pub(super) fn holders(&self, sql: &mut Sql, workspace: WorkspaceId, t: DateTime<Utc>) {
        let Some(giving) = self.from.and_then(|place| self.each.get(place)) else { return };
        sql.push("(");
        giving.rows(sql, workspace, t, ["SELECT x.membership_id AS id", "", " UNION "]);
        sql.push(") held CROSS JOIN ");
    }

    /// Adds what must hold of a member to a WHERE clause: to be ACTIVE, and for each permission some row that gives it.
    pub(super) fn condition(&self, sql: &mut Sql, t: DateTime<Utc>) {
        if self.each.is_empty() {
            return;
        }
        let at = || Value::from(t);
        sql.bind(&format!(" AND {COUNTS} AND NOT {DISABLED}"), [at(), at(), at(), at()]);
        if self.from.is_some() {
            sql.push(" AND m.id = held.id");
        }
        for (place, giving) in self.each.iter().enumerate() {
            if self.from != Some(place) {
                giving.condition(sql, t);
            }
        }
    }
}

impl Giving {
    fn condition(&self, sql: &mut Sql, t: DateTime<Utc>) {
        let at = || Value::from(t);
        sql.push(" AND (");
        if !self.roles.is_empty() {
            sql.bind(&format!("{HAS_ROLE} AND "), [at(), at(), at(), at()]);
            sql.ids_in("x.role_id", self.roles.iter().map(|id| id.0)).push(") OR ");
        }
        if !self.groups.is_empty() {
            sql.bind(&format!("{HAS_GROUP} AND "), [at(), at(), at(), at()]);
            sql.ids_in("x.group_id", self.groups.iter().map(|id| id.0)).push(") OR ");
        }
        sql.bind(&format!("{HAS_GRANT} AND x.permission = ?))"), [at(), at(), self.permission.as_str().into()]);
    }

    /// Adds, for each kind of row that gives it, `before`, the rows and `after`.
    fn rows(&self, sql: &mut Sql, workspace: WorkspaceId, t: DateTime<Utc>, [before, after, between]: [&str; 3]) {
        let counting = [workspace.0.into(), t.into(), t.into()];
        let from =
            |table: &str| format!("{before} FROM {table} x WHERE x.workspace_id = ? AND x.starts_at <= ? AND x.ends_at > ?");
        sql.bind(&from("permission_grant"), counting.clone());
        sql.bind(" AND x.membership_id IS NOT NULL AND x.permission = ?", [self.permission.as_str().into()]).push(after);
        if !self.roles.is_empty() {
            sql.push(between).bind(&from("role_assignment"), counting.clone()).push(" AND ");
            sql.ids_in("x.role_id", self.roles.iter().map(|id| id.0)).push(after);
        }
        if !self.groups.is_empty() {
            sql.push(between).bind(&from("group_membership"), counting).push(" AND ");
            sql.ids_in("x.group_id", self.groups.iter().map(|id| id.0)).push(after);
        }
    }
}

/// The accounts of the active members who hold `permission` at `t`.
pub async fn holders(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    facts: &WorkspaceFacts,
    permission: Permission,
    t: DateTime<Utc>,
) -> Result<Vec<AccountId>, StoreError> {
    let mut sql = Sql::new(db, "SELECT DISTINCT m.account_id FROM membership m");
    sql.bind(" WHERE m.workspace_id = ?", [workspace.0.into()]);
    Held::of(facts, &[permission], t).condition(&mut sql, t);
    sql.push(" ORDER BY m.account_id");
    Ok(sql.all::<(uuid::Uuid,)>(db).await?.into_iter().map(|(id,)| AccountId(id)).collect())
}

/// Chooses how to look: from the holders of the permission that has the fewest, if they are few. The rows that give each are
/// counted in one statement, no further than to one more than few.
pub async fn choose(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    held: &mut Held,
    t: DateTime<Utc>,
) -> Result<(), StoreError> {
    if held.each.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(db, "");
    let enough = format!(" LIMIT {}) y", FEW + 1);
    for (place, giving) in held.each.iter().enumerate() {
        let count = format!("SELECT {place}, COUNT(*) FROM (SELECT 1 AS one");
        sql.push(if place > 0 { " UNION ALL " } else { "" });
        giving.rows(&mut sql, workspace, t, [&count, &enough, " UNION ALL "]);
    }
    let mut sums = vec![0; held.each.len()];
    for (place, count) in sql.all::<(i32, i64)>(db).await? {
        if let Some(sum) = usize::try_from(place).ok().and_then(|place| sums.get_mut(place)) {
            *sum += count;
        }
    }
    let fewest = sums.into_iter().enumerate().min_by_key(|(_, sum)| *sum);
    held.from = fewest.filter(|(_, sum)| *sum <= FEW).map(|(place, _)| place);
    Ok(())
}
