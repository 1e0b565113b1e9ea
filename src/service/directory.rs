//! The directory: ids and names of members and groups, for those who choose whom to admit (PERM-4).
//!
//! Who may read it is decided in `domain::access`. Must not say more of anybody than id and name.

use std::collections::HashMap;

use super::{Access, Caller, Deps, Failure, bulk, member};
use crate::{
    domain::{
        access, fold,
        id::{GroupId, ItemId, MembershipId},
    },
    store::{
        directory as rows, item,
        page::{Direction, Page, PageRequest, Position},
    },
};

/// Somebody, or a group, in the directory.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Where it stands: by folded name, 'family given' of members.
    pub position: Position,
    /// The member or group.
    pub who: Who,
}

/// Whom an entry names.
#[derive(Debug, Clone)]
pub enum Who {
    /// A member, by given and family name.
    Member(MembershipId, Option<String>, Option<String>),
    /// A group, by title.
    Group(GroupId, String),
}

/// Refuses whoever manages the security of nothing here.
pub async fn require(deps: &Deps, access: &Access, caller: &Caller) -> Result<(), Failure> {
    if caller.is_anonymous() {
        return Err(Failure::Unauthenticated);
    }
    let (facts, subject, now) = (access.facts(), access.subject(), access.now);
    let may = |items: &HashMap<ItemId, _>| {
        access::may_read_directory(facts, subject, &|id| items.get(&id).copied(), now)
            .map_err(bulk::refusal)
    };
    let none = may(&HashMap::new());
    let secured = if none.is_ok() {
        Vec::new()
    } else {
        access::secured_items(facts, subject, now)
    };
    if secured.is_empty() {
        return none;
    }
    let rows = item::by_ids(deps.db.reader(), &secured).await?.into_iter();
    may(&rows
        .filter(|row| row.workspace_id == access.workspace.id)
        .map(|row| (row.facts.id, row.facts))
        .collect())
}

/// One page: members that have not ended and groups, in whose name every typed word occurs, case-
/// and accent-folded.
pub async fn page(
    deps: &Deps,
    access: &Access,
    search: Option<&str>,
    page: &PageRequest,
) -> Result<Page<Entry>, Failure> {
    let words = words(search)?;
    let rows = listed(access, &words).page(deps.db.reader(), page).await?;
    let member = |row: rows::NameRow| Entry {
        position: row.position(),
        who: Who::Member(row.id, row.given_name, row.family_name),
    };
    let mut entries: Vec<Entry> = rows.into_iter().map(member).collect();
    let within = |entry: &Entry| {
        page.after
            .as_ref()
            .is_none_or(|after| key(&entry.position) > key(after))
            && page
                .before
                .as_ref()
                .is_none_or(|before| key(&entry.position) < key(before))
    };
    entries.extend(groups(access, &words).filter(within));
    entries.sort_by(|one, other| key(&one.position).cmp(&key(&other.position)));
    if page.direction == Direction::Backward {
        entries.reverse();
    }
    Ok(page.page(entries))
}

/// How many entries there are over all pages.
pub async fn count(deps: &Deps, access: &Access, search: Option<&str>) -> Result<i64, Failure> {
    let words = words(search)?;
    let members = listed(access, &words).count(deps.db.reader()).await?;
    Ok(members + i64::try_from(groups(access, &words).count()).unwrap_or(i64::MAX))
}

fn words(search: Option<&str>) -> Result<Vec<String>, Failure> {
    Ok(search
        .map(member::search_words)
        .transpose()?
        .unwrap_or_default())
}

fn listed<'a>(access: &Access, words: &'a [String]) -> rows::Listed<'a> {
    rows::Listed {
        workspace: access.workspace.id,
        words,
        now: access.now,
    }
}

fn key(position: &Position) -> (&str, uuid::Uuid) {
    (&position.key, position.id)
}

/// The groups in whose title every word occurs: at most 1,000, and at hand.
fn groups<'a>(access: &'a Access, words: &'a [String]) -> impl Iterator<Item = Entry> + 'a {
    let live = access
        .facts()
        .groups
        .values()
        .filter(|group| group.interval.contains(access.now));
    let entry = |group: &access::facts::GroupFacts| Entry {
        position: Position {
            key: fold::fold(&group.title),
            id: group.id.0,
        },
        who: Who::Group(group.id, group.title.to_string()),
    };
    live.map(entry).filter(move |entry| {
        words
            .iter()
            .all(|word| entry.position.key.contains(word.as_str()))
    })
}
