//! Where a filtered list starts (MEM-7). If few rows of another table match, the list starts from
//! those rows, so that a page costs the same however many members there are. If many match, each
//! row of the list is tested.
//!
//! Only chooses the start: every condition is tested anyway. SQL text, as the list is.

use chrono::{DateTime, Utc};

use super::MemberFilter;
use crate::{
    domain::{
        id::{GroupId, RoleId, WorkspaceId},
        permission::Permission,
    },
    store::engine::Sql,
};

/// How many words of a search are counted: the longest, because they are the rarest.
const WORDS: usize = 3;

/// Rows of another table. Every member that the filter finds has one of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Lead {
    /// Words with this prefix.
    Word(String),
    /// Assignments of these roles.
    Roles(Vec<RoleId>),
    /// Memberships of these groups.
    Groups(Vec<GroupId>),
    /// Grants of this permission.
    Direct(Permission),
}

impl Lead {
    /// The leads of a filter, without duplicates.
    pub(super) fn of(filter: &MemberFilter) -> Vec<Self> {
        let mut words: Vec<&String> = filter.words.iter().collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let mut leads: Vec<Self> = words
            .into_iter()
            .take(WORDS)
            .cloned()
            .map(Self::Word)
            .collect();
        leads.extend(filter.role_ids.clone().map(Self::Roles));
        leads.extend(filter.group_ids.clone().map(Self::Groups));
        for permission in &filter.direct_permissions {
            let lead = Self::Direct(*permission);
            if !leads.contains(&lead) {
                leads.push(lead);
            }
        }
        leads
    }

    /// Adds `before`, the rows as `x`, and `after`.
    pub(super) fn rows(
        &self,
        sql: &mut Sql,
        workspace: WorkspaceId,
        t: DateTime<Utc>,
        [before, after]: [&str; 2],
    ) {
        let mut push_rows = |table: &str| {
            sql.push(before).push(" FROM ").push(table);
            sql.bind(
                " x WHERE x.workspace_id = ? AND x.starts_at <= ? AND x.ends_at > ? AND ",
                [workspace.0.into(), t.into(), t.into()],
            );
        };
        match self {
            Self::Word(word) => {
                sql.push(before).bind(
                    " FROM member_word x WHERE x.workspace_id = ? AND x.word >= ? AND x.word < ?",
                    [
                        workspace.0.into(),
                        word.as_str().into(),
                        format!("{word}\u{10ffff}").into(),
                    ],
                );
            }
            Self::Roles(roles) => {
                push_rows("role_assignment");
                sql.ids_in("x.role_id", roles.iter().map(|id| id.0));
            }
            Self::Groups(groups) => {
                push_rows("group_membership");
                sql.ids_in("x.group_id", groups.iter().map(|id| id.0));
            }
            Self::Direct(permission) => {
                push_rows("permission_grant");
                sql.bind(
                    "x.membership_id IS NOT NULL AND x.permission = ?",
                    [permission.as_str().into()],
                );
            }
        }
        sql.push(after);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mem_7_the_longest_words_lead_and_each_permission_once() {
        let filter = MemberFilter {
            words: ["an", "lindqvist", "a", "ines", "riverton"]
                .map(str::to_owned)
                .to_vec(),
            direct_permissions: vec![Permission::CreatePages; 900],
            ..MemberFilter::default()
        };
        let word = |word: &str| Lead::Word(word.to_owned());
        let leads = [
            word("lindqvist"),
            word("riverton"),
            word("ines"),
            Lead::Direct(Permission::CreatePages),
        ];
        assert_eq!(Lead::of(&filter), leads);
        assert!(Lead::of(&MemberFilter::default()).is_empty());
    }
}
