//! The requests: the same documents for all servers except PostGraphile, which has its own form.
//! The floor recognises them by path and reads only the variables.

use serde_json::{Value, json};

/// The administrator's key (benches/setting.sql).
pub const KEY: &str = "cck_ConciergeBenchmarkSettingKey011mOq9d";

/// The permissions in the order of the catalogue.
pub const PERMISSIONS: [&str; 14] = [
    "EDIT_WORKSPACE_PROPERTIES",
    "MANAGE_SECONDARY_WORKSPACES",
    "MANAGE_WORKSPACE_THEME",
    "CREATE_DATASETS",
    "EDIT_ALL_DATASETS",
    "PUBLISH_OWN_DATASETS",
    "BROWSE_ALL_DATASETS",
    "MANAGE_OWN_DATASETS_SECURITY",
    "CREATE_PAGES",
    "EDIT_ALL_PAGES",
    "BROWSE_ALL_PAGES",
    "MANAGE_OWN_PAGES_SECURITY",
    "BROWSE_ANALYTICS",
    "MANAGE_REUSES",
];

/// The gateway's key (benches/setting.sql).
const GATEWAY: &str = "cck_ConciergeBenchmarkGatewayKey013aPJbJ";

/// The fields of P1, P1b and P2.
pub const FIELDS: &str = "id account { email displayName } state role { name } groups { group { title } } \
     effectiveQuota(type: API_CALLS) { limit decidedBy used }";

/// The same data in PostGraphile's form. The client would have to compute the effective limit and
/// the state, and counters are left out, because no foreign key leads to them.
const TABLES: &str = "rowId startsAt endsAt accountByAccountId { email givenName familyName } \
     disabledSpellsByMembershipId { nodes { startsAt endsAt } } \
     roleAssignmentsByMembershipId { nodes { roleByRoleId { name } } } \
     groupMembershipsByMembershipId { nodes { memberGroupByGroupId { rowId title } } } \
     quotaValuesByMembershipId { nodes { limitValue } }";

/// A measured server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Ours.
    Concierge,
    /// The same statements with nothing in between.
    Floor,
    /// graphql-yoga, DataLoader and pg.
    Yoga,
    /// PostGraphile over the tables.
    PostGraphile,
}

impl Sort {
    /// Its name in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Concierge => "Concierge",
            Self::Floor => "floor",
            Self::Yoga => "yoga",
            Self::PostGraphile => "PostGraphile",
        }
    }

    /// The server with that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Concierge, Self::Floor, Self::Yoga, Self::PostGraphile]
            .into_iter()
            .find(|sort| sort.name() == name)
    }

    /// Whether it answers exactly what Concierge answers, byte by byte.
    pub const fn answers_alike(self) -> bool {
        !matches!(self, Self::PostGraphile)
    }
}

/// A line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// A page of members.
    P1,
    /// The same with permissions.
    P1b,
    /// One member.
    P2,
    /// Authentication and nothing else.
    P3,
    /// A grant to one member.
    P6,
    /// A counted call of one member.
    P6c,
}

impl Work {
    pub const ALL: [Self; 6] = [Self::P1, Self::P1b, Self::P2, Self::P3, Self::P6, Self::P6c];

    /// Its name in the table, and its path at the floor.
    pub const fn name(self) -> &'static str {
        match self {
            Self::P1 => "P1",
            Self::P1b => "P1b",
            Self::P2 => "P2",
            Self::P3 => "P3",
            Self::P6 => "P6",
            Self::P6c => "P6c",
        }
    }

    /// The API key for the request.
    pub const fn key(self) -> &'static str {
        if matches!(self, Self::P6c) {
            GATEWAY
        } else {
            KEY
        }
    }

    /// Whether an answer reports success.
    pub fn is_done(self, answer: &[u8]) -> bool {
        let contains = |part: &[u8]| answer.windows(part.len()).any(|bytes| bytes == part);
        answer.starts_with(b"{\"data\"")
            && match self {
                Self::P6 => contains(b"\"GRANTED\""),
                Self::P6c => contains(b"\"allowed\":true"),
                _ => true,
            }
    }

    /// The part of the floor's speed to reach.
    pub const fn target(self) -> f64 {
        match self {
            Self::P1 => 0.85,
            Self::P1b => 0.82,
            Self::P2 => 0.75,
            Self::P3 => 0.80,
            Self::P6 | Self::P6c => 0.60,
        }
    }

    /// How many times as fast as a peer Concierge has to be, where a number is set.
    pub const fn lead(self, peer: Sort) -> Option<f64> {
        match (self, peer) {
            (Self::P1 | Self::P1b, Sort::Yoga) => Some(5.0),
            (Self::P1, Sort::PostGraphile) => Some(15.0),
            (Self::P2, Sort::Yoga | Sort::PostGraphile) => Some(1.0),
            _ => None,
        }
    }

    /// Whether `server` supports it.
    pub const fn is_served_by(self, server: Sort) -> bool {
        match server {
            Sort::Concierge | Sort::Floor => true,
            Sort::Yoga => !matches!(self, Self::P6 | Self::P6c),
            Sort::PostGraphile => matches!(self, Self::P1 | Self::P2),
        }
    }

    /// The maximum number of SQL statements of one request, where a number is set.
    pub const fn statements(self) -> Option<u32> {
        match self {
            Self::P1 => Some(8),
            Self::P2 => Some(7),
            Self::P3 => Some(1),
            Self::P1b | Self::P6 | Self::P6c => None,
        }
    }

    fn document(self) -> String {
        let page = |more: &str| {
            format!(
                "{{ workspace(slug: \"bench\") {{ members(first: 100) {{ nodes {{ {FIELDS}{more} }} }} }} }}"
            )
        };
        match self {
            Self::P1 => page(""),
            Self::P1b => page(" effectivePermissions { permission }"),
            Self::P2 => format!("query One($id: ID!) {{ workspace(slug: \"bench\") {{ member(id: $id) {{ {FIELDS} }} }} }}"),
            Self::P3 => "{ viewer { kind } }".to_owned(),
            Self::P6 => "mutation Grant($id: ID!, $permission: Permission!) { grantPermissions(input: { membershipIds: [$id], \
                 permissions: [$permission] }) { results { index targetId outcome grants { permission } } errors { code } } }"
                .to_owned(),
            Self::P6c => format!(
                "mutation Count($id: ID!) {{ consumeQuota(input: {{ workspaceId: \"{}\", membershipId: $id, type: API_CALLS, amount: 1 }}) \
                 {{ decision {{ allowed used limit remaining }} errors {{ code }} }} }}",
                type_id("ws", row_id(2, 1))
            ),
        }
    }

    fn of_tables(self) -> String {
        match self {
            Self::P2 => {
                format!("query One($id: UUID!) {{ membershipByRowId(rowId: $id) {{ {TABLES} }} }}")
            }
            _ => format!(
                "{{ allMemberships(first: 100, condition: {{ workspaceId: \"{}\" }}, orderBy: [SORT_NAME_ASC]) {{ nodes {{ {TABLES} }} }} }}",
                row_id(2, 1)
            ),
        }
    }

    /// The body of the request with this number. Numbers give different members, and new grants as
    /// long as no number repeats.
    pub fn body(self, server: Sort, number: u64) -> String {
        let member = number % 9_999 + 2;
        if server == Sort::PostGraphile {
            return json!({ "query": self.of_tables(), "variables": { "id": row_id(6, member).to_string() } }).to_string();
        }
        let variables = match self {
            Self::P2 => json!({ "id": member_id(member) }),
            Self::P6 => {
                // The benchmark's data gives each member the three permissions before these.
                let place = member * 3 + 3 + number / 9_999 % 11;
                json!({ "id": member_id(member), "permission": PERMISSIONS.get(place as usize % 14).copied().unwrap_or_default() })
            }
            // Members with their own limit, far from the warning thresholds.
            Self::P6c => json!({ "id": member_id(number % 500 * 20 + 20) }),
            _ => Value::Null,
        };
        json!({ "query": self.document(), "variables": variables }).to_string()
    }
}

/// The TypeID of the member with this number in the benchmark's data.
pub fn member_id(number: u64) -> String {
    type_id("mem", row_id(6, number))
}

/// A primary key of the benchmark's data, from a kind and a number.
fn row_id(kind: u128, number: u64) -> uuid::Uuid {
    uuid::Uuid::from_u128(
        0x0190_0000_0000_7000_8000_0000_0000_0000 | kind << 96 | u128::from(number),
    )
}

/// An id as in the API.
pub fn type_id(prefix: &str, id: uuid::Uuid) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut text = String::with_capacity(prefix.len() + 27);
    text.push_str(prefix);
    text.push('_');
    let bits = id.as_u128();
    text.extend(
        (0..26)
            .rev()
            .filter_map(|place| ALPHABET.get((bits >> (place * 5)) as usize & 31))
            .map(|digit| char::from(*digit)),
    );
    text
}
