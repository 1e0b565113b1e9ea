//! What is asked for: the same documents of both servers. The floor knows them by their path and reads the variables alone.

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

const FIELDS: &str = "id account { email displayName } state role { name } groups { group { title } } \
     effectiveQuota(type: API_CALLS) { limit decidedBy used }";

/// One line of the table.
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
}

impl Work {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::P1, Self::P1b, Self::P2, Self::P3, Self::P6];

    /// Its name in the table, and its path at the floor.
    pub const fn name(self) -> &'static str {
        match self {
            Self::P1 => "P1",
            Self::P1b => "P1b",
            Self::P2 => "P2",
            Self::P3 => "P3",
            Self::P6 => "P6",
        }
    }

    /// The part of the floor's speed that is to be reached.
    pub const fn target(self) -> f64 {
        match self {
            Self::P1 => 0.80,
            Self::P1b => 0.70,
            Self::P2 => 0.65,
            Self::P3 | Self::P6 => 0.60,
        }
    }

    /// The most SQL statements of one request, where a number is set.
    pub const fn statements(self) -> Option<u32> {
        match self {
            Self::P1 => Some(8),
            Self::P2 => Some(7),
            Self::P3 => Some(1),
            Self::P1b | Self::P6 => None,
        }
    }

    fn document(self) -> String {
        let page =
            |more: &str| format!("{{ workspace(slug: \"bench\") {{ members(first: 100) {{ nodes {{ {FIELDS}{more} }} }} }} }}");
        match self {
            Self::P1 => page(""),
            Self::P1b => page(" effectivePermissions { permission }"),
            Self::P2 => format!("query One($id: ID!) {{ workspace(slug: \"bench\") {{ member(id: $id) {{ {FIELDS} }} }} }}"),
            Self::P3 => "{ viewer { kind } }".to_owned(),
            Self::P6 => "mutation Grant($id: ID!, $permission: Permission!) { grantPermissions(input: { membershipIds: [$id], \
                 permissions: [$permission] }) { results { index id outcome grants { permission } } errors { code } } }"
                .to_owned(),
        }
    }

    /// The body of the request with this number. Numbers give different members, and grants that were not given before as
    /// long as no number comes twice.
    pub fn body(self, number: u64) -> String {
        let member = number % 9_999 + 2;
        let variables = match self {
            Self::P2 => json!({ "id": member_id(member) }),
            Self::P6 => {
                // The setting gives each member the three permissions before these.
                let place = member * 3 + 3 + number / 9_999 % 11;
                json!({ "id": member_id(member), "permission": PERMISSIONS.get(place as usize % 14).copied().unwrap_or_default() })
            }
            _ => Value::Null,
        };
        json!({ "query": self.document(), "variables": variables }).to_string()
    }
}

/// The TypeID of the member with this number in the setting.
pub fn member_id(number: u64) -> String {
    type_id("mem", uuid::Uuid::from_u128(0x0190_0006_0000_7000_8000_0000_0000_0000 | u128::from(number)))
}

/// An id as the API writes it.
pub fn type_id(prefix: &str, id: uuid::Uuid) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut text = String::with_capacity(prefix.len() + 27);
    text.push_str(prefix);
    text.push('_');
    let bits = id.as_u128();
    text.extend(
        (0..26).rev().filter_map(|place| ALPHABET.get((bits >> (place * 5)) as usize & 31)).map(|digit| char::from(*digit)),
    );
    text
}
