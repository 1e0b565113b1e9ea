//! Which columns hold personal data, and what becomes of it: every column of text or bytes is in
//! here, so that a new one has to be decided (ERASE-6).

use std::collections::BTreeSet;

use crate::support::TestApp;

use super::search;

/// What an erasure does with a column.
enum Fate {
    /// Emptied, or its row is deleted. The test of traces fills it.
    Emptied,
    /// The same; nothing that a test could search for is in it: hashes, seeds, keys.
    Secret,
    /// Kept: it holds ids, codes, decisions, hashes, or what belongs to the workspace.
    Kept(&'static str),
}

use Fate::{Emptied, Kept, Secret};

const WORKSPACES: &str = "the workspace's own words";
const CODE: &str = "a code";
const HASH: &str = "a hash that stays for the chain or for comparing";
const IDS: &str = "ids and numbers";

/// Tables whose rows of the account are deleted, and hold nothing that could be searched for.
pub(super) const OF_THE_ACCOUNT: [&str; 9] = [
    "dataset_follow",
    "email_change",
    "known_device",
    "passkey_ceremony",
    "password_reset",
    "second_factor",
    "session",
    "session_visit",
    "outbox",
];

const COLUMNS: &[(&str, &[(&str, Fate)])] = &[
    (
        "access_renewal",
        &[
            ("message", Emptied),
            ("reason", Secret),
            ("state", Kept(CODE)),
        ],
    ),
    (
        "access_request",
        &[
            ("answers", Secret),
            ("message", Emptied),
            ("reason", Emptied),
            ("state", Kept(CODE)),
        ],
    ),
    (
        "account",
        &[
            ("audit_hash", Kept(HASH)),
            ("email", Emptied),
            ("email_canonical", Emptied),
            ("family_name", Emptied),
            ("given_name", Emptied),
            ("locale", Secret),
            ("password_hash", Secret),
        ],
    ),
    (
        "account_deletion",
        &[(
            "reason",
            Kept("an operator's words, which are not to name the person"),
        )],
    ),
    (
        "account_idempotency_record",
        &[
            ("input_hash", Kept(HASH)),
            ("key_hash", Kept(HASH)),
            ("mutation", Kept(CODE)),
        ],
    ),
    ("analytics_count", &[("measure", Kept(CODE))]),
    (
        "api_key",
        &[
            ("allowed_networks", Emptied),
            ("end_reason", Kept(CODE)),
            ("kind", Kept(CODE)),
            ("last_used_from", Emptied),
            ("name", Emptied),
            ("prefix", Kept(HASH)),
            ("revocation_reason", Emptied),
            ("secret_hash", Kept(HASH)),
        ],
    ),
    (
        "api_key_permission",
        &[("end_reason", Kept(CODE)), ("permission", Kept(CODE))],
    ),
    (
        "api_key_secret",
        &[
            ("end_reason", Kept(CODE)),
            ("prefix", Kept(HASH)),
            ("secret_hash", Kept(HASH)),
        ],
    ),
    (
        "audit_event",
        &[
            ("actor_kind", Kept(CODE)),
            ("changes", Kept("sealed: personal values are salted hashes")),
            ("client", Kept(HASH)),
            ("hash", Kept(HASH)),
            ("kind", Kept(CODE)),
            ("request_id", Kept(IDS)),
            ("subject_id", Kept(IDS)),
        ],
    ),
    (
        "audit_value",
        &[("name", Secret), ("salt", Secret), ("value", Emptied)],
    ),
    (
        "barred_address",
        &[("email_key", Kept("JOIN-12: a keyed hash, for two years"))],
    ),
    (
        "dataset",
        &[
            ("description", Kept(WORKSPACES)),
            ("identifier", Kept(WORKSPACES)),
            ("security", Kept(CODE)),
            ("theme", Kept(WORKSPACES)),
            ("title", Kept(WORKSPACES)),
        ],
    ),
    (
        "dataset_theme",
        &[
            ("color", Kept(CODE)),
            ("icon", Kept(CODE)),
            ("label_en", Kept(WORKSPACES)),
            ("label_fr", Kept(WORKSPACES)),
            ("label_nl", Kept(WORKSPACES)),
            ("slug", Kept(WORKSPACES)),
        ],
    ),
    (
        "default_permission",
        &[("end_reason", Kept(CODE)), ("permission", Kept(CODE))],
    ),
    (
        "disabled_spell",
        &[("end_reason", Kept(CODE)), ("reason", Emptied)],
    ),
    (
        "distribution",
        &[("end_reason", Kept(CODE)), ("kind", Kept(CODE))],
    ),
    (
        "email_change",
        &[
            ("new_email", Emptied),
            ("new_email_canonical", Emptied),
            ("old_email", Emptied),
            ("old_email_canonical", Emptied),
        ],
    ),
    ("group_membership", &[("end_reason", Kept(CODE))]),
    (
        "idempotency_record",
        &[
            ("actor", Kept(IDS)),
            ("input_hash", Kept(HASH)),
            ("key_hash", Kept(HASH)),
            ("mutation", Kept(CODE)),
            ("result", Kept(IDS)),
        ],
    ),
    (
        "installation",
        &[("name", Kept(CODE)), ("value", Kept(IDS))],
    ),
    (
        "invitation",
        &[
            ("default_permissions", Kept(CODE)),
            ("delivery_state", Kept(CODE)),
            ("email", Emptied),
            ("email_canonical", Emptied),
            ("family_name", Emptied),
            ("given_name", Emptied),
            ("group_ids", Kept(IDS)),
            ("locale", Kept(CODE)),
            ("note", Emptied),
            ("permissions", Kept(CODE)),
            ("quotas", Kept(IDS)),
        ],
    ),
    ("job_lease", &[("name", Kept(CODE))]),
    ("known_device", &[("token_hash", Secret)]),
    (
        "mail_refusal",
        &[("email_key", Kept("a refusal of mail, keyed"))],
    ),
    (
        "member_group",
        &[
            ("description", Kept(WORKSPACES)),
            ("end_reason", Kept(CODE)),
            ("slug", Kept(WORKSPACES)),
            ("title", Kept(WORKSPACES)),
            ("title_folded", Kept(WORKSPACES)),
        ],
    ),
    ("member_word", &[("word", Emptied)]),
    (
        "membership",
        &[
            ("email_canonical", Emptied),
            ("end_reason", Kept(CODE)),
            ("origin", Kept(CODE)),
            ("sort_name", Emptied),
        ],
    ),
    ("membership_form", &[("answers", Emptied)]),
    (
        "outbox",
        &[
            ("email", Emptied),
            ("email_key", Secret),
            ("kind", Secret),
            ("last_error", Emptied),
            ("locale", Secret),
            ("payload", Secret),
            ("subject_id", Secret),
        ],
    ),
    (
        "page",
        &[
            ("content", Kept(WORKSPACES)),
            ("security", Kept(CODE)),
            ("slug", Kept(WORKSPACES)),
            ("title", Kept(WORKSPACES)),
        ],
    ),
    (
        "passkey_ceremony",
        &[
            ("client_hash", Secret),
            ("device_hash", Secret),
            ("kind", Secret),
            ("state", Secret),
            ("token_hash", Secret),
        ],
    ),
    (
        "permission_grant",
        &[
            ("access", Kept(CODE)),
            ("end_reason", Kept(CODE)),
            ("permission", Kept(CODE)),
            ("record_filter", Kept(WORKSPACES)),
            ("resource_kind", Kept(CODE)),
        ],
    ),
    (
        "quota_use",
        &[("quota_type", Kept(CODE)), ("subject", Kept(IDS))],
    ),
    (
        "quota_value",
        &[
            ("end_reason", Kept(CODE)),
            ("period", Kept(CODE)),
            ("quota_type", Kept(CODE)),
            ("scope", Kept(CODE)),
        ],
    ),
    (
        "quota_warning",
        &[("quota_type", Kept(CODE)), ("subject", Kept(IDS))],
    ),
    ("recovery_code", &[("code_hash", Secret)]),
    (
        "registration",
        &[
            ("device_hash", Secret),
            ("email", Emptied),
            ("email_canonical", Emptied),
            ("family_name", Emptied),
            ("given_name", Emptied),
            ("locale", Secret),
            ("password_hash", Secret),
        ],
    ),
    (
        "reuse",
        &[
            ("description", Emptied),
            ("reason", Emptied),
            ("state", Kept(CODE)),
            ("title", Emptied),
            ("url", Emptied),
        ],
    ),
    (
        "role",
        &[
            ("end_reason", Kept(CODE)),
            ("name", Kept(WORKSPACES)),
            ("name_folded", Kept(WORKSPACES)),
            ("preset", Kept(CODE)),
        ],
    ),
    ("role_assignment", &[("end_reason", Kept(CODE))]),
    (
        "role_permission",
        &[("end_reason", Kept(CODE)), ("permission", Kept(CODE))],
    ),
    (
        "second_factor",
        &[
            ("credential", Secret),
            ("credential_id", Secret),
            ("host", Secret),
            ("kind", Secret),
            ("name", Secret),
            ("seed", Secret),
        ],
    ),
    (
        "session",
        &[
            ("client_address", Emptied),
            ("token_hash", Secret),
            ("transport", Secret),
            ("user_agent", Secret),
        ],
    ),
    (
        "sign_in_challenge",
        &[
            ("client_hash", Secret),
            ("device_hash", Secret),
            ("token_hash", Secret),
        ],
    ),
    ("sign_in_failure", &[("key_hash", Kept(HASH))]),
    (
        "sign_in_policy",
        &[
            ("second_factor", Kept(CODE)),
            ("second_factor_before", Kept(CODE)),
        ],
    ),
    (
        "sign_up_settings",
        &[
            ("allowed_email_domains", Kept(WORKSPACES)),
            ("fields", Kept(WORKSPACES)),
            ("introduction", Kept(WORKSPACES)),
            ("notification_addresses", Kept(WORKSPACES)),
            ("notification_locales", Kept(WORKSPACES)),
        ],
    ),
    (
        "terms",
        &[("text", Kept(WORKSPACES)), ("texts", Kept(WORKSPACES))],
    ),
    (
        "workspace",
        &[
            ("access_mode", Kept(CODE)),
            ("audit_hash", Kept(HASH)),
            ("calendar", Kept(WORKSPACES)),
            ("description", Kept(WORKSPACES)),
            ("name", Kept(WORKSPACES)),
            ("slug", Kept(WORKSPACES)),
        ],
    ),
    (
        "workspace_theme",
        &[
            ("colors", Kept(WORKSPACES)),
            ("favicon_url", Kept(WORKSPACES)),
            ("font", Kept(WORKSPACES)),
            ("logo_url", Kept(WORKSPACES)),
        ],
    ),
];

fn all() -> impl Iterator<Item = (String, &'static Fate)> {
    COLUMNS.iter().flat_map(|(table, columns)| {
        columns
            .iter()
            .map(move |(column, fate)| (format!("{table}.{column}"), fate))
    })
}

/// The columns in which the test has to find the person before.
pub(super) fn filled() -> impl Iterator<Item = &'static str> {
    let filled = all().filter(|(_, fate)| matches!(fate, Emptied));
    filled.map(|(column, _)| &*column.leak())
}

/// Whether the person may be found in a column before.
pub(super) fn is_emptied(column: &str) -> bool {
    // The planner's samples of indexes go with the next ANALYZE.
    all().any(|(listed, fate)| listed == column && matches!(fate, Emptied | Secret))
}

/// Every column of text or bytes is listed, and no other. Ids, which are bytes on SQLite, have
/// their own type.
pub(super) async fn assert_complete(app: &TestApp) {
    let db = app.app.deps.db.for_migrations().unwrap();
    let columns = search::columns(db).await;
    let is_text = |kind: &str| {
        let kind = kind.to_lowercase();
        [
            "text",
            "character varying",
            "varchar",
            "bytea",
            "blob",
            "json",
            "jsonb",
        ]
        .contains(&kind.as_str())
    };
    let real: BTreeSet<String> = columns
        .iter()
        .filter(|column| column.table != "seaql_migrations")
        .filter(|column| !column.table.starts_with("sqlite_"))
        .filter(|column| is_text(&column.kind))
        .map(|column| format!("{}.{}", column.table, column.name))
        .collect();
    let listed: BTreeSet<String> = all().map(|(column, _)| column).collect();
    let unlisted: Vec<_> = real.difference(&listed).collect();
    assert!(
        unlisted.is_empty(),
        "say what an erasure does with {unlisted:?}"
    );
    let gone: Vec<_> = listed.difference(&real).collect();
    assert!(gone.is_empty(), "no such columns of text: {gone:?}");
    let reasons = all().filter_map(|(_, fate)| match fate {
        Kept(why) => Some(*why),
        Emptied | Secret => None,
    });
    assert!(reasons.into_iter().all(|why| !why.is_empty()));
}
