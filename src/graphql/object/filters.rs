//! The filters and orders of lists of members, groups and workspaces.

use async_graphql::{Enum, ID, InputObject, InputType, Pos, Value};

use crate::{
    domain::{
        id::{GroupId, RoleId},
        permission::Permission,
        vocabulary::{AccessMode, MembershipOrigin, MembershipState},
    },
    graphql::{form::MOST_IN_FILTER as MOST, scalar::Instant},
    service::{
        Failure,
        member::{self, MemberFilter, OrderField, Range, SignedUpOnly},
    },
    words::message::{self, Message},
};

/// Which way a list is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum OrderDirection {
    /// Smallest, or earliest, first.
    Asc,
    /// Largest, or latest, first.
    Desc,
}

impl OrderDirection {
    /// Whether the largest come first.
    pub const fn is_descending(self) -> bool {
        matches!(self, Self::Desc)
    }
}

/// A range of instants; both bounds lie outside it. What has no instant lies in no range.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct DateTimeRange {
    /// Later than this.
    pub after: Option<Instant>,
    /// Earlier than this.
    pub before: Option<Instant>,
}

impl From<DateTimeRange> for Range {
    fn from(range: DateTimeRange) -> Self {
        Self {
            after: range.after.map(|at| at.0),
            before: range.before.map(|at| at.0),
        }
    }
}

/// What to do with members who only signed up: origin SIGN_UP or ACCESS_REQUEST, without role,
/// group, or a grant that somebody gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum SignedUpOnlyFilter {
    /// Leave them out.
    Exclude,
    /// Only them.
    Only,
    /// Take them as all others.
    Include,
}

/// Which members; all conditions must hold.
#[derive(Debug, Clone, InputObject)]
pub struct MembershipFilter {
    /// Names and address: each typed word is the prefix of a word of the member's, case- and
    /// accent-folded; at most 200 characters. Apostrophes and hyphens of names may be left out, and
    /// the blanks of Chinese, Japanese and Korean names. A search without a letter or digit finds
    /// nobody; an empty one finds everybody.
    pub search: Option<String>,
    /// One of these states. By default all but ENDED.
    pub states: Option<Vec<MembershipState>>,
    /// Those who only signed up.
    #[graphql(default_with = "Some(SignedUpOnlyFilter::Exclude)")]
    pub signed_up_only: Option<SignedUpOnlyFilter>,
    /// One of these roles now.
    pub role_ids: Option<Vec<ID>>,
    /// With any role now, or with none.
    pub has_role: Option<bool>,
    /// In one of these groups now.
    pub group_ids: Option<Vec<ID>>,
    /// All of these held in effect now: by role, granted directly, or by a group. Only ACTIVE
    /// members hold any.
    pub permissions: Option<Vec<Permission>>,
    /// All of these granted to the member directly and workspace-wide now.
    pub direct_permissions: Option<Vec<Permission>>,
    /// One of these origins.
    pub origins: Option<Vec<MembershipOrigin>>,
    /// When access ends; members without an end lie in no range.
    pub access_ends: Option<DateTimeRange>,
    /// When the membership was made.
    pub joined: Option<DateTimeRange>,
    /// When the member last used the workspace; those who never did lie in no range.
    pub last_active: Option<DateTimeRange>,
    /// Those who never used the workspace, or those who did.
    pub never_active: Option<bool>,
}

/// Refuses a list that is empty or over-long.
pub(super) fn bounded<T>(list: Option<Vec<T>>, name: &str) -> Result<Option<Vec<T>>, Failure> {
    match list {
        Some(list) if list.is_empty() || list.len() > MOST => {
            Err(Failure::bad_input(message::items(name, 1, MOST)))
        }
        list => Ok(list),
    }
}

/// Reads an input object from JSON as a variable of that type is read; also refuses names that the
/// type does not have.
fn from_json<T: InputType>(text: &str, name: &str) -> Result<T, Failure> {
    fn unknown(given: &Value, read: &Value) -> Option<String> {
        match (given, read) {
            (Value::Object(given), Value::Object(read)) => {
                given
                    .iter()
                    .find_map(|(name, inner)| match read.get(name.as_str()) {
                        None => Some(name.to_string()),
                        Some(read) => unknown(inner, read),
                    })
            }
            _ => None,
        }
    }
    let no = |why: Message| Failure::bad_input(message::field_misfit(name, why));
    let given: Value = serde_json::from_str(text).map_err(|_| no(message::not_json()))?;
    if !matches!(given, Value::Object(_)) {
        return Err(no(message::json_object_required()));
    }
    let read = T::parse(Some(given.clone()))
        .map_err(|error| no(error.into_server_error(Pos::default()).message.into()))?;
    match unknown(&given, &read.to_value()) {
        Some(field) => Err(no(message::unknown_json_field(field))),
        None => Ok(read),
    }
}

impl MembershipFilter {
    /// From the JSON of a variable of this type: for what is asked without GraphQL.
    pub fn from_json(text: &str) -> Result<MemberFilter, Failure> {
        from_json::<Self>(text, "filter")?.read()
    }

    /// Checks the filter's form.
    pub fn read(self) -> Result<MemberFilter, Failure> {
        let ids = |list: Option<Vec<ID>>, name| bounded(list, name);
        let range = |range: Option<DateTimeRange>| range.map(Range::from).unwrap_or_default();
        Ok(MemberFilter {
            words: self
                .search
                .as_deref()
                .map(member::search_words)
                .transpose()?
                .unwrap_or_default(),
            states: bounded(self.states, "states")?,
            signed_up_only: match self.signed_up_only.unwrap_or(SignedUpOnlyFilter::Exclude) {
                SignedUpOnlyFilter::Exclude => SignedUpOnly::Exclude,
                SignedUpOnlyFilter::Only => SignedUpOnly::Only,
                SignedUpOnlyFilter::Include => SignedUpOnly::Include,
            },
            role_ids: ids(self.role_ids, "roleIds")?
                .map(|list| {
                    list.iter()
                        .map(|id| RoleId::parse(id))
                        .collect::<Result<_, _>>()
                })
                .transpose()?,
            has_role: self.has_role,
            group_ids: ids(self.group_ids, "groupIds")?
                .map(|list| {
                    list.iter()
                        .map(|id| GroupId::parse(id))
                        .collect::<Result<_, _>>()
                })
                .transpose()?,
            permissions: bounded(self.permissions, "permissions")?.unwrap_or_default(),
            direct_permissions: bounded(self.direct_permissions, "directPermissions")?
                .unwrap_or_default(),
            origins: bounded(self.origins, "origins")?,
            access_ends: range(self.access_ends),
            joined: range(self.joined),
            last_active: range(self.last_active),
            never_active: self.never_active,
            begun: false,
        })
    }
}

/// In which order members are listed; then by id.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct MembershipOrder {
    /// By what.
    pub field: MembershipOrderField,
    /// Which way.
    pub direction: OrderDirection,
}

/// What members are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum MembershipOrderField {
    /// Family name, then given name, case- and accent-folded, by bytes.
    Name,
    /// The canonical address, by bytes.
    Email,
    /// When the membership was made.
    JoinedAt,
    /// When the member last used the workspace; never counts as oldest.
    LastActiveAt,
    /// When access ends; no end counts as latest.
    AccessEndsAt,
    /// The role that the member holds now: none, then presets by rank, then by name, case- and
    /// accent-folded.
    Role,
    /// SCHEDULED, ACTIVE, DISABLED, ENDED.
    State,
}

impl MembershipOrder {
    /// The order that is used if none is given: by name.
    pub const BY_NAME: Self = Self {
        field: MembershipOrderField::Name,
        direction: OrderDirection::Asc,
    };

    /// From the JSON of a variable of this type: for what is asked without GraphQL.
    pub fn from_json(text: &str) -> Result<(OrderField, bool), Failure> {
        from_json::<Self>(text, "orderBy").map(Self::read)
    }

    /// As the service takes it: the field, and whether largest come first.
    pub const fn read(self) -> (OrderField, bool) {
        let field = match self.field {
            MembershipOrderField::Name => OrderField::Name,
            MembershipOrderField::Email => OrderField::Email,
            MembershipOrderField::JoinedAt => OrderField::JoinedAt,
            MembershipOrderField::LastActiveAt => OrderField::LastActiveAt,
            MembershipOrderField::AccessEndsAt => OrderField::AccessEndsAt,
            MembershipOrderField::Role => OrderField::Role,
            MembershipOrderField::State => OrderField::State,
        };
        (field, matches!(self.direction, OrderDirection::Desc))
    }

    /// Names the list, so that a cursor of another order is told.
    pub fn list(self) -> String {
        format!("members {:?} {:?}", self.field, self.direction)
    }
}

/// Which groups; all conditions must hold.
#[derive(Debug, Clone, InputObject)]
pub struct GroupFilter {
    /// Part of the title, case- and accent-folded; at most 200 characters.
    pub search: Option<String>,
    /// Groups that give all of these workspace-wide now.
    pub permissions: Option<Vec<Permission>>,
}

/// In which order groups are listed; then by id.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct GroupOrder {
    /// By what.
    pub field: GroupOrderField,
    /// Which way.
    pub direction: OrderDirection,
}

/// What groups are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum GroupOrderField {
    /// The title, case- and accent-folded, by bytes.
    Title,
    /// When the group was made.
    CreatedAt,
}

/// Which workspaces; all conditions must hold.
#[derive(Debug, Clone, InputObject)]
pub struct WorkspaceFilter {
    /// PUBLIC or PRIVATE ones.
    pub access_mode: Option<AccessMode>,
    /// Main ones, or secondary ones.
    pub is_main: Option<bool>,
    /// Those that one is a member of.
    pub mine: Option<bool>,
}

/// In which order workspaces are listed; then by id.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct WorkspaceOrder {
    /// By what.
    pub field: WorkspaceOrderField,
    /// Which way.
    pub direction: OrderDirection,
}

/// What workspaces are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum WorkspaceOrderField {
    /// The slug, by bytes.
    Slug,
    /// When the workspace was made.
    CreatedAt,
}
