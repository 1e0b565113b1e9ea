//! The price list: what each kind of work costs, declared once. A unit of a fixed price stands for
//! 30 µs of processor time, so that the budget of a minute, 2,000,000 by default, pays for a minute
//! of one core; `make bench-prices` measures whether it holds (benches/README.md).
//!
//! Owns numbers alone. `tests/it/prices.rs` holds them against the schema.

use super::admission::{Prices, Work};

/// The prices of the schema.
pub fn prices() -> Prices {
    Prices {
        request: REQUEST,
        kilobyte: KILOBYTE,
        tokens: TOKENS,
        connection: CONNECTION,
        values: VALUES,
        micros: MICROS,
        own,
        length,
        work,
    }
}

/// Of each request: who asks is looked up, and the answer is written.
pub const REQUEST: u64 = 5;

/// Of each begun kB of a request.
pub const KILOBYTE: u64 = 5;

/// Tokens of a document for one unit, when it has to be read: what was read lately is kept.
pub const TOKENS: u64 = 2;

/// Of a list with pages, besides its rows: its statements.
pub const CONNECTION: u64 = 20;

/// Of a list of plain values.
pub const VALUES: u64 = 2;

/// Microseconds of measured time that a unit pays for: fewer than 30, for what the embedded
/// database does beside an export is not seen.
pub const MICROS: u64 = 24;

/// Of each member whose rights and limits are worked out for the effects of a mutation.
pub const EFFECT: u64 = 3;

/// Of each dataset that gets another theme: its row and its event.
pub const CHANGED_DATASET: u64 = 3;

/// Of each line of an imported file.
pub const IMPORTED_LINE: u64 = 60;

/// Of a count, before it is timed.
pub const COUNT: u64 = 50;

/// Of each member whom `accessDiff` reads, found or not.
pub const MEMBER_READ: u64 = 5;

/// Of a password's hash.
const HASH: u64 = 1_500;

/// What a field costs itself, if not 1.
pub fn own(parent: &str, field: &str) -> Option<u64> {
    Some(match (parent, field) {
        (parent, _) if parent.starts_with("__") => return None,
        (_, "totalCount" | "memberCount" | "followerCount") => COUNT,
        // Up to 5 ms of processor time.
        ("Query", "passwordStrength") => 250,
        // Reads up to 10,000 events.
        ("Query", "verifyAudit") => 10_000,
        // Each may be of another workspace, which has to be opened.
        ("Query", "nodes" | "node") => 30,
        ("Query", "workspace" | "invitationByToken") => 10,
        ("Query", "checkAccess") => 20,
        ("Query", "checkAccessBatch") => 5,
        ("Query", "explainQuota") => 20,
        ("Workspace", "explainAccess") => 200,
        ("Workspace", "accessDiff" | "quotaPreview") => 100,
        // What they read is timed.
        ("Analytics", "days" | "topDatasets") | ("Workspace", "apiCallsByDay") => 20,
        ("Workspace", "member" | "group" | "license" | "anonymousQuotas" | "signUp") => 10,
        ("Workspace", "theme" | "datasetThemes") => 10,
        // All themes of a page are counted at once, and that is timed.
        ("DatasetTheme", "datasetCount") => 5,
        _ => return None,
    })
}

/// How many entries a list without pages counts for: what a large portal's rows have, not the most
/// that can be.
pub fn length(parent: &str, field: &str) -> Option<u64> {
    Some(match (parent, field) {
        ("Membership", "effectivePermissions") => 14,
        ("EffectivePermission", "sources") | ("AccessExplanation", "sources") => 2,
        ("Membership", "effectiveQuotas") | ("License", "quotas") | ("AccessEffect", "quotas") => 3,
        ("EffectiveQuota", "groupLimits") => 3,
        ("Membership", "groups") => 5,
        ("Theme", "colors") => 5,
        ("Analytics", "days") | ("Workspace", "apiCallsByDay") => 100,
        ("AnalyticsDay", "refusals") => 2,
        ("Workspace", "datasetThemes") => 20,
        ("Invitation", "groups" | "quotaValues") | ("Group", "quotaValues") => 3,
        // Up to 3,000, most of them of the scope MEMBER; what has more is paged.
        ("Workspace", "quotaValues") => 100,
        ("Membership" | "AccessRequest", "answers") => 5,
        ("GrantPermissionsResult", "grants") => 5,
        (_, "errors") => 2,
        _ => return None,
    })
}

/// What a mutation costs besides its answer.
pub fn work(mutation: &str) -> Work {
    match mutation {
        "signIn" | "reauthenticate" | "createAccount" | "changePassword" | "resetPassword"
        | "changeEmail" => Work {
            base: HASH,
            item: 0,
            right: 0,
        },
        // Millions a day, by the portal's data servers.
        "consumeQuota" => Work {
            base: 10,
            item: 0,
            right: 0,
        },
        // Its lines are counted when they are read.
        "importMembers" => Work {
            base: 1_000,
            item: 0,
            right: 0,
        },
        "inviteMembers" | "resendInvitations" => Work {
            base: 100,
            item: 60,
            right: 1,
        },
        _ => Work {
            base: 100,
            item: 25,
            right: 1,
        },
    }
}
