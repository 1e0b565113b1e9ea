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

/// The direction of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum OrderDirection {
    /// The smallest or earliest first.
    Asc,
    /// The largest or latest first.
    Desc,
}

impl OrderDirection {
    /// True if the largest come first.
    pub const fn is_descending(self) -> bool {
        matches!(self, Self::Desc)
    }
}

/// A range of instants; both bounds are excluded. Missing values are in no range.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct DateTimeRange {
    /// Instants later than this one.
    pub after: Option<Instant>,
    /// Instants earlier than this one.
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

/// How to treat members who only signed up: their origin is SIGN_UP or ACCESS_REQUEST, and they
/// have no role, no group and no grant that somebody gave them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum SignedUpOnlyFilter {
    /// Leaves them out.
    Exclude,
    /// Returns only them.
    Only,
    /// Returns them together with all other members.
    Include,
}

/// Filter for members. All given conditions must match.
#[derive(Debug, Clone, InputObject)]
pub struct MembershipFilter {
    /// Members whose name or e-mail address matches this text: each word of the text must be the
    /// start of a word in the name or address, ignoring case and accents. At most 200 characters.
    /// Apostrophes and hyphens in names are optional, and so are the spaces in Chinese, Japanese
    /// and Korean names. A text without a letter or digit matches nobody; an empty text matches
    /// everybody.
    pub search: Option<String>,
    /// Members in one of these states. Default: all states except ENDED.
    pub states: Option<Vec<MembershipState>>,
    /// How to treat members who only signed up.
    #[graphql(default_with = "Some(SignedUpOnlyFilter::Exclude)")]
    pub signed_up_only: Option<SignedUpOnlyFilter>,
    /// Members who have one of these roles now.
    pub role_ids: Option<Vec<ID>>,
    /// If true, only members who have a role now; if false, only members without one.
    pub has_role: Option<bool>,
    /// Members who are in one of these groups now.
    pub group_ids: Option<Vec<ID>>,
    /// Members who effectively have all of these permissions now: by role, by direct grant or by
    /// group. Only ACTIVE members have permissions.
    pub permissions: Option<Vec<Permission>>,
    /// Members to whom all of these permissions are granted directly and workspace-wide now.
    pub direct_permissions: Option<Vec<Permission>>,
    /// Members with one of these origins.
    pub origins: Option<Vec<MembershipOrigin>>,
    /// Members whose access ends in this range. Members without an end are in no range.
    pub access_ends: Option<DateTimeRange>,
    /// Members whose membership was created in this range.
    pub joined: Option<DateTimeRange>,
    /// Members whose last use of the workspace is in this range. Members who never used it are in
    /// no range.
    pub last_active: Option<DateTimeRange>,
    /// If true, only members who never used the workspace; if false, only members who did.
    pub never_active: Option<bool>,
}

/// Refuses a list that is empty or too long.
pub(super) fn check_length<T>(list: Option<Vec<T>>, name: &str) -> Result<Option<Vec<T>>, Failure> {
    match list {
        Some(list) if list.is_empty() || list.len() > MOST => {
            Err(Failure::bad_input(message::items(name, 1, MOST)))
        }
        list => Ok(list),
    }
}

/// Reads an input object from JSON as a variable of that type, and refuses unknown fields.
fn from_json<T: InputType>(text: &str, name: &str) -> Result<T, Failure> {
    fn unknown(input: &Value, parsed: &Value) -> Option<String> {
        match (input, parsed) {
            (Value::Object(input), Value::Object(parsed)) => {
                input
                    .iter()
                    .find_map(|(name, inner)| match parsed.get(name.as_str()) {
                        None => Some(name.to_string()),
                        Some(parsed) => unknown(inner, parsed),
                    })
            }
            _ => None,
        }
    }
    let misfit = |why: Message| Failure::bad_input(message::parameter_misfit(name, why));
    let input: Value = serde_json::from_str(text).map_err(|_| misfit(message::not_json()))?;
    if !matches!(input, Value::Object(_)) {
        return Err(misfit(message::json_object_required()));
    }
    let parsed = T::parse(Some(input.clone())).map_err(|error| {
        misfit(message::engine(
            error.into_server_error(Pos::default()).message,
        ))
    })?;
    match unknown(&input, &parsed.to_value()) {
        Some(field) => Err(misfit(message::unknown_json_field(field))),
        None => Ok(parsed),
    }
}

impl MembershipFilter {
    /// Reads a filter from the JSON of a variable of this type, for callers outside GraphQL.
    pub fn from_json(text: &str) -> Result<MemberFilter, Failure> {
        from_json::<Self>(text, "filter")?.read()
    }

    /// Checks the form of the filter.
    pub fn read(self) -> Result<MemberFilter, Failure> {
        let ids = |list: Option<Vec<ID>>, name| check_length(list, name);
        let range = |range: Option<DateTimeRange>| range.map(Range::from).unwrap_or_default();
        Ok(MemberFilter {
            words: self
                .search
                .as_deref()
                .map(member::search_words)
                .transpose()?
                .unwrap_or_default(),
            states: check_length(self.states, "states")?,
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
            permissions: check_length(self.permissions, "permissions")?.unwrap_or_default(),
            direct_permissions: check_length(self.direct_permissions, "directPermissions")?
                .unwrap_or_default(),
            origins: check_length(self.origins, "origins")?,
            access_ends: range(self.access_ends),
            joined: range(self.joined),
            last_active: range(self.last_active),
            never_active: self.never_active,
            begun: false,
        })
    }
}

/// The order of members. Ties are ordered by id.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct MembershipOrder {
    /// The field to order by.
    pub field: MembershipOrderField,
    /// The direction of the order.
    pub direction: OrderDirection,
}

/// The fields that members can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum MembershipOrderField {
    /// The family name, then the given name, ignoring case and accents, compared byte by byte.
    Name,
    /// The canonical e-mail address, compared byte by byte.
    Email,
    /// The time at which the membership was created.
    JoinedAt,
    /// The time at which the member last used the workspace. Members who never used it count as
    /// oldest.
    LastActiveAt,
    /// The time at which access ends. Members without an end count as latest.
    AccessEndsAt,
    /// The current role: members without a role, then preset roles by rank, then other roles by
    /// name, ignoring case and accents.
    Role,
    /// The state, in the order SCHEDULED, ACTIVE, DISABLED, ENDED.
    State,
}

impl MembershipOrder {
    /// The default order: by name.
    pub const BY_NAME: Self = Self {
        field: MembershipOrderField::Name,
        direction: OrderDirection::Asc,
    };

    /// Reads an order from the JSON of a variable of this type, for callers outside GraphQL.
    pub fn from_json(text: &str) -> Result<(OrderField, bool), Failure> {
        from_json::<Self>(text, "orderBy").map(Self::read)
    }

    /// The order as the service takes it: the field, and true if the largest come first.
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

    /// The name of the list, so that a cursor of another order is recognized.
    pub fn list(self) -> String {
        format!("members {:?} {:?}", self.field, self.direction)
    }
}

/// Filter for groups. All given conditions must match.
#[derive(Debug, Clone, InputObject)]
pub struct GroupFilter {
    /// Groups whose title contains this text, ignoring case and accents. At most 200 characters.
    pub search: Option<String>,
    /// Groups that give all of these permissions workspace-wide now.
    pub permissions: Option<Vec<Permission>>,
}

/// The order of groups. Ties are ordered by id.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct GroupOrder {
    /// The field to order by.
    pub field: GroupOrderField,
    /// The direction of the order.
    pub direction: OrderDirection,
}

/// The fields that groups can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum GroupOrderField {
    /// The title, ignoring case and accents, compared byte by byte.
    Title,
    /// The time of creation.
    CreatedAt,
}

/// Filter for workspaces. All given conditions must match.
#[derive(Debug, Clone, InputObject)]
pub struct WorkspaceFilter {
    /// Workspaces with this access mode.
    pub access_mode: Option<AccessMode>,
    /// If true, only main workspaces; if false, only secondary ones.
    pub is_main: Option<bool>,
    /// If true, only workspaces that you are a member of; if false, only others.
    pub mine: Option<bool>,
}

/// The order of workspaces. Ties are ordered by id.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct WorkspaceOrder {
    /// The field to order by.
    pub field: WorkspaceOrderField,
    /// The direction of the order.
    pub direction: OrderDirection,
}

/// The fields that workspaces can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum WorkspaceOrderField {
    /// The slug, compared byte by byte.
    Slug,
    /// The time of creation.
    CreatedAt,
}
