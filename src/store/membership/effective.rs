//! The filter by effective permission as SQL (MEM-7). A test compares it with `domain::access` on
//! random workspaces.
//!
//! The engine says which roles and groups give a permission; the SQL looks at members' own rows.
//! Effective permissions are never materialised: a permission with few holders is looked up from
//! its holders, one with many is tested on each row of the list. SQL text, as the list is.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, Value};

use super::{
    MemberFilter,
    condition::{COUNTS, TestMode, Tests},
    lead::Lead,
};
use crate::{
    domain::{
        access::{self, facts::WorkspaceFacts},
        id::{AccountId, GroupId, RoleId, WorkspaceId},
        permission::Permission,
    },
    store::engine::{Row, Sql, StoreError},
};

/// The maximum number of rows to gather and sort for one page. If there are more holders, walking
/// the list soon fills every page.
pub const FEW: i64 = 5_000;

/// A permission, and what gives it at the instant besides direct grants.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PermissionGivers {
    pub permission: Permission,
    /// The roles that give it.
    pub roles: Vec<RoleId>,
    /// The groups that give it.
    pub groups: Vec<GroupId>,
}

/// What a list can start from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Source {
    /// The holders of a permission.
    PermissionGivers(PermissionGivers),
    /// The rows of another condition.
    Lead(Lead),
}

/// The permissions that members must hold, and where the list starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// All of them must be held.
    pub each: Vec<PermissionGivers>,
    /// What else the list can start from.
    pub leads: Vec<Lead>,
    /// What the list starts from: an index into `each`, or beyond its end into `leads`. `None`
    /// tests each row of the list.
    pub from: Option<usize>,
}

impl Held {
    /// The conditions for `permissions` at `t`, testing each row.
    pub fn of(facts: &WorkspaceFacts, permissions: &[Permission], t: DateTime<Utc>) -> Self {
        let mut each: Vec<PermissionGivers> = Vec::new();
        for permission in permissions {
            if !each.iter().any(|giving| giving.permission == *permission) {
                let (roles, groups) = access::givers(facts, *permission, t);
                each.push(PermissionGivers {
                    permission: *permission,
                    roles,
                    groups,
                });
            }
        }
        Self {
            each,
            leads: Vec::new(),
            from: None,
        }
    }

    /// Adds what the other filters can start from.
    #[must_use]
    pub fn or_from(self, filter: &MemberFilter) -> Self {
        Self {
            leads: Lead::of(filter),
            ..self
        }
    }

    /// The number of things that the list can start from.
    pub const fn sources(&self) -> usize {
        self.each.len() + self.leads.len()
    }

    /// One of them, to remember its count by.
    pub fn source(&self, index: usize) -> Option<Source> {
        let lead = || {
            self.leads
                .get(index.saturating_sub(self.each.len()))
                .cloned()
                .map(Source::Lead)
        };
        self.each
            .get(index)
            .cloned()
            .map(Source::PermissionGivers)
            .or_else(lead)
    }

    /// Chooses the start with the fewest rows, if they are few. `counts` are the rows of each
    /// source.
    pub fn choose(&mut self, counts: &[i64]) {
        let fewest = counts.iter().enumerate().min_by_key(|(_, sum)| **sum);
        self.from = fewest
            .filter(|(_, sum)| **sum <= FEW)
            .map(|(index, _)| index);
    }

    /// Adds the holders that the list starts from to a FROM clause, before `membership m`. CROSS
    /// JOIN stops SQLite from walking the list first. COALESCE stops it from reading all rows of
    /// the table in the order of members to see each once.
    pub(super) fn holders(&self, sql: &mut Sql, workspace: WorkspaceId, t: DateTime<Utc>) {
        let Some(index) = self.from else { return };
        sql.push("(");
        self.rows(
            index,
            sql,
            workspace,
            t,
            [
                "SELECT DISTINCT COALESCE(x.membership_id, NULL) AS id",
                "",
                " UNION ",
            ],
        );
        sql.push(") held CROSS JOIN ");
    }

    /// Adds the conditions on a member to a WHERE clause: ACTIVE, and a row that gives each
    /// permission.
    pub(super) fn condition(&self, sql: &mut Sql, tested: TestMode, t: DateTime<Utc>) {
        if self.from.is_some() {
            sql.push(" AND m.id = held.id");
        }
        if self.each.is_empty() {
            return;
        }
        let (at, tests) = (|| Value::from(t), tested.tests());
        sql.bind(
            &format!(" AND {COUNTS} AND NOT {}", tests.disabled),
            [at(), at(), at(), at()],
        );
        for (index, giving) in self.each.iter().enumerate() {
            if self.from != Some(index) {
                giving.condition(sql, &tests, t);
            }
        }
    }

    fn rows(
        &self,
        index: usize,
        sql: &mut Sql,
        workspace: WorkspaceId,
        t: DateTime<Utc>,
        around: [&str; 3],
    ) {
        match (
            self.each.get(index),
            self.leads.get(index.saturating_sub(self.each.len())),
        ) {
            (Some(giving), _) => giving.rows(sql, workspace, t, around),
            (None, Some(lead)) => lead.rows(sql, workspace, t, [around[0], around[1]]),
            (None, None) => {}
        }
    }
}

impl PermissionGivers {
    fn condition(
        &self,
        sql: &mut Sql,
        Tests {
            role, group, grant, ..
        }: &Tests,
        t: DateTime<Utc>,
    ) {
        let at = || Value::from(t);
        sql.push(" AND (");
        if !self.roles.is_empty() {
            sql.bind(&format!("{role} AND "), [at(), at(), at(), at()]);
            sql.ids_in("r.id", self.roles.iter().map(|id| id.0))
                .push(") OR ");
        }
        if !self.groups.is_empty() {
            sql.bind(&format!("{group} AND "), [at(), at(), at(), at()]);
            sql.ids_in("g.id", self.groups.iter().map(|id| id.0))
                .push(") OR ");
        }
        sql.bind(
            &format!("{grant} AND COALESCE(x.permission, '') = ?))"),
            [at(), at(), self.permission.as_str().into()],
        );
    }

    /// Adds, for each kind of row that gives the permission, `before`, the rows and `after`.
    fn rows(
        &self,
        sql: &mut Sql,
        workspace: WorkspaceId,
        t: DateTime<Utc>,
        [before, after, between]: [&str; 3],
    ) {
        let counting = [workspace.0.into(), t.into(), t.into()];
        let from = |table: &str| {
            format!(
                "{before} FROM {table} x WHERE x.workspace_id = ? AND x.starts_at <= ? AND x.ends_at > ?"
            )
        };
        sql.bind(&from("permission_grant"), counting.clone());
        sql.bind(
            " AND x.membership_id IS NOT NULL AND x.permission = ?",
            [self.permission.as_str().into()],
        )
        .push(after);
        if !self.roles.is_empty() {
            sql.push(between)
                .bind(&from("role_assignment"), counting.clone())
                .push(" AND ");
            sql.ids_in("x.role_id", self.roles.iter().map(|id| id.0))
                .push(after);
        }
        if !self.groups.is_empty() {
            sql.push(between)
                .bind(&from("group_membership"), counting)
                .push(" AND ");
            sql.ids_in("x.group_id", self.groups.iter().map(|id| id.0))
                .push(after);
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
    let mut sql = Sql::new(db, "SELECT DISTINCT m.account_id AS id FROM membership m");
    sql.bind(" WHERE m.workspace_id = ?", [workspace.0.into()]);
    Held::of(facts, &[permission], t).condition(&mut sql, TestMode::Together, t);
    sql.push(" ORDER BY m.account_id");
    Ok(sql.ids(db).await?.into_iter().map(AccountId).collect())
}

/// Counts the rows of these sources, in one statement, each no further than [`FEW`] + 1.
pub async fn count_sources(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    held: &Held,
    indexes: &[usize],
    t: DateTime<Utc>,
) -> Result<Vec<i64>, StoreError> {
    let mut counts = vec![0; indexes.len()];
    if indexes.is_empty() {
        return Ok(counts);
    }
    let mut sql = Sql::new(db, "");
    let enough = format!(" LIMIT {}) y", FEW + 1);
    for (number, index) in indexes.iter().enumerate() {
        let count = format!("SELECT {number} AS place, COUNT(*) AS count FROM (SELECT 1 AS one");
        sql.push(if number > 0 { " UNION ALL " } else { "" });
        held.rows(
            *index,
            &mut sql,
            workspace,
            t,
            [&count, &enough, " UNION ALL "],
        );
    }
    for row in &sql.rows(db).await? {
        let row = Row::of(row);
        if let Some(sum) = usize::try_from(row.get::<i32>("place")?)
            .ok()
            .and_then(|index| counts.get_mut(index))
        {
            *sum += row.get::<i64>("count")?;
        }
    }
    Ok(counts)
}

/// Counts the sources and chooses the start.
pub async fn choose(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    held: &mut Held,
    t: DateTime<Utc>,
) -> Result<(), StoreError> {
    let indexes: Vec<usize> = (0..held.sources()).collect();
    let counts = count_sources(db, workspace, held, &indexes, t).await?;
    held.choose(&counts);
    Ok(())
}
