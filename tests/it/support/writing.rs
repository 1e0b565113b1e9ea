//! The mutations of a workspace as tests call them, and their payloads.

use chrono::{DateTime, Utc};
use concierge::{
    domain::{
        audit,
        id::{AccountId, MembershipId},
        interval::OPEN_END,
        permission::Preset,
        secret::SessionToken,
    },
    entity,
};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::{
    app::{Answer, Door, TestApp},
    world::{Member, Ws},
};

/// The fields that every payload of a workspace's mutation has.
const COMMON: &str = "errors { code path message limit retryAt } changeCount \
     changes { subjectId field before after } effectCount effects { membership { id } gained lost } replayed";

/// The fields of a dataset.
const DISTRIBUTED: &str = "results { index targetId workspaceId outcome code message item { ... on Dataset { id } ... on Page { id } } }";
const DATASET: &str = "dataset { id identifier title description theme recordCount isPublished security hiddenFromSearch \
     owner { id } createdAt updatedAt }";

/// The fields of a dataset theme.
const DATASET_THEME: &str = "datasetTheme { id slug en: label(locale: EN) fr: label(locale: FR) nl: label(locale: NL) color icon \
     datasetCount }";

/// The fields of a page.
const PAGE: &str =
    "page { id slug title content isPublished security owner { id } createdAt updatedAt }";

/// The fields of reuses that were decided.
const DECIDED_REUSES: &str =
    "results { index targetId outcome code message reuse { id state reason decidedBy { id } } }";

/// The fields of pending invitations.
const CHANGED_INVITATIONS: &str = "results { index targetId outcome code message limit retryAt invitation { id state note locale permissions \
     accessStartsAt accessEndsAt accessDurationSeconds expiresAt role { name } groups { title } quotaValues { type limit } } }";

/// The other fields of each payload.
const OWN: &[(&str, &str)] = &[
    (
        "setMemberRole",
        "results { index targetId outcome code message membership { id } }",
    ),
    (
        "setAccessPeriod",
        "results { index targetId outcome code message membership { id state accessStartsAt accessEndsAt accessSecondsRemaining } }",
    ),
    (
        "disableMembers",
        "results { index targetId outcome code message membership { id state disabledAt } }",
    ),
    (
        "enableMembers",
        "results { index targetId outcome code message membership { id state disabledAt } }",
    ),
    (
        "restoreMembers",
        "results { index targetId outcome code message membership { id state origin } \
         leftOutCount leftOut { kind reason role { name } permission group { title } access quotaType } }",
    ),
    (
        "revokeMembers",
        "results { index targetId outcome code message membership { id state endReason endedAt } }",
    ),
    (
        "sendPasswordResets",
        "results { index targetId outcome code message membership { id } }",
    ),
    (
        "leaveWorkspace",
        "membership { id state endReason endedAt }",
    ),
    (
        "requestAccessRenewal",
        "accessRenewal { id state message requestedAt membership { id } }",
    ),
    (
        "decideAccessRenewals",
        "results { index targetId outcome code message \
         accessRenewal { id state endsAt reason decidedBy { id } membership { id accessEndsAt } } }",
    ),
    (
        "submitReuse",
        "reuse { id title url description state submittedAt submittedBy { id } decidedAt decidedBy { id } reason dataset { id } }",
    ),
    ("approveReuses", DECIDED_REUSES),
    ("rejectReuses", DECIDED_REUSES),
    ("deleteReuses", DECIDED_REUSES),
    (
        "grantPermissions",
        "results { index targetId outcome code message membership { id } group { id } \
         grants { id permission access recordFilter startsAt endsAt grantedBy { id } } }",
    ),
    (
        "revokePermissions",
        "results { index targetId outcome code message membership { id } group { id } }",
    ),
    ("createApiKey", "apiKey { id prefix name } secret"),
    (
        "revokeApiKeys",
        "results { index targetId outcome code message apiKey { id state } }",
    ),
    (
        "createGroup",
        "group { id slug title description permissions memberCount createdAt updatedAt }",
    ),
    (
        "updateGroup",
        "group { id slug title description permissions memberCount createdAt updatedAt }",
    ),
    ("deleteGroup", "deletedGroupId"),
    (
        "addGroupMembers",
        "results { index targetId outcome code message membership { id } }",
    ),
    (
        "removeGroupMembers",
        "results { index targetId outcome code message membership { id } }",
    ),
    (
        "setQuotas",
        "values { type subjectId limit period startsAt endsAt }",
    ),
    (
        "setLicense",
        "license { seats seatsUsed secondaryWorkspacesEnabled maxSecondaryWorkspaces \
         quotas { type limit period used sumOfCaps } }",
    ),
    (
        "consumeQuota",
        "decision { allowed used limit remaining resetsAt refusedBy }",
    ),
    (
        "resetQuotaUsage",
        "results { index targetId outcome code message membership { id } }",
    ),
    (
        "updateApiKey",
        "apiKey { id name permissions expiresAt allowedNetworks }",
    ),
    ("rotateApiKey", "apiKey { id prefix } secret"),
    ("setAnonymousQuotas", "anonymousQuotas { pool perAddress }"),
    ("createDataset", DATASET),
    ("updateDataset", DATASET),
    ("publishDataset", DATASET),
    ("unpublishDataset", DATASET),
    ("setDatasetSecurity", DATASET),
    ("deleteDataset", "deletedDatasetId"),
    (
        "updateTheme",
        "theme { colors { name value } logoUrl faviconUrl font contrast contrastWarning }",
    ),
    ("createDatasetTheme", DATASET_THEME),
    ("updateDatasetTheme", DATASET_THEME),
    (
        "deleteDatasetTheme",
        "deletedDatasetThemeId datasetTheme { id slug } changedDatasets",
    ),
    ("createPage", PAGE),
    ("updatePage", PAGE),
    ("setPageSecurity", PAGE),
    ("deletePage", "deletedPageId"),
    (
        "transferOwnership",
        "results { index targetId outcome code message resource { ... on Dataset { id owner { id } } ... on Page { id owner { id } } } }",
    ),
    ("createRole", "role { id name isPreset permissions }"),
    ("updateRole", "role { id name isPreset permissions }"),
    ("deleteRole", "deletedRoleId"),
    (
        "createWorkspace",
        "workspace { id slug name } invitation { id email state role { name } }",
    ),
    (
        "createSecondaryWorkspace",
        "workspace { id slug name } invitation { id email state role { name } }",
    ),
    (
        "updateSecondaryWorkspace",
        "workspace { id name description }",
    ),
    (
        "deleteSecondaryWorkspace",
        "workspace { id slug deletedAt }",
    ),
    ("distributeDatasets", DISTRIBUTED),
    ("withdrawDatasets", DISTRIBUTED),
    ("distributePages", DISTRIBUTED),
    ("withdrawPages", DISTRIBUTED),
    (
        "setWorkspaceCaps",
        "results { index targetId code message workspace { id slug } }",
    ),
    (
        "inviteMembers",
        "results { index email outcome code message limit retryAt invitation { id email givenName state accessStartsAt accessEndsAt expiresAt } \
         membership { id } }",
    ),
    (
        "importMembers",
        "results { index line email outcome code message limit retryAt invitation { id email givenName state expiresAt } membership { id } }",
    ),
    ("updateInvitations", CHANGED_INVITATIONS),
    ("resendInvitations", CHANGED_INVITATIONS),
    ("cancelInvitations", CHANGED_INVITATIONS),
    (
        "acceptInvitation",
        "membership { id state origin accessStartsAt accessEndsAt }",
    ),
    ("declineInvitation", "invitation { id state }"),
    (
        "updateWorkspace",
        "workspace { id name description accessMode signInSuggested }",
    ),
    (
        "setInactivityPolicy",
        "workspace { id inactivityPolicy { disableAfterDays changedAt } } inactiveMembers { id } inactiveMemberCount",
    ),
    (
        "setSignInPolicy",
        "signInPolicy { secondFactor secondFactorFrom } concernedMembers { id } concernedMemberCount",
    ),
    (
        "setInactivityExemptions",
        "results { index targetId outcome code message membership { id exemptFromInactivity } }",
    ),
    (
        "setDefaultPermissions",
        "workspace { id defaultPermissions }",
    ),
    (
        "updateSignUpSettings",
        "workspace { id signUp { enabled approvalRequired messageRequired formForInvited allowedEmailDomains terms termsVersion \
         introductions { locale text } notificationAddresses notifyAdministrators \
         fields { key kind choices required labels { locale text } } } }",
    ),
    (
        "joinWorkspace",
        "membership { id state origin isSignedUpOnly acceptedTermsVersion answers { key value } } \
         accessRequest { id state message acceptedTermsVersion answers { key value } } waitUntil",
    ),
    (
        "withdrawAccessRequest",
        "accessRequest { id state decidedAt decidedBy { id } }",
    ),
    (
        "approveAccessRequests",
        "results { index targetId outcome code message limit retryAt \
         membership { id state origin accessStartsAt accessEndsAt role { name } } \
         accessRequest { id state decidedBy { id } } }",
    ),
    (
        "rejectAccessRequests",
        "results { index targetId outcome code message accessRequest { id state reason decidedAt decidedBy { id } } }",
    ),
];

/// The fields of an account.
const ACCOUNT: &str = "account { id displayName givenName familyName email }";

/// The same for mutations of accounts and sessions, which change no workspace.
const OF_ACCOUNTS: &[(&str, &str)] = &[
    (
        "createAccount",
        "sent account { id displayName givenName familyName email } membership { id state } session { id isCurrent } token",
    ),
    ("verifyEmail", ACCOUNT),
    ("resendVerificationEmail", "sent"),
    ("updateAccount", ACCOUNT),
    ("changePassword", "account { id } endedSessionIds"),
    ("requestPasswordReset", "sent"),
    (
        "resetPassword",
        "account { id displayName email } livingApiKeyCount \
         livingApiKeys { apiKeyId name prefix workspaceId workspaceName }",
    ),
    ("changeEmail", "sent"),
    ("confirmEmailChange", ACCOUNT),
    ("undoEmailChange", ACCOUNT),
    ("signIn", "token challenge secondFactors"),
    (
        "completeSignIn",
        "token session { id } account { id email }",
    ),
    ("reauthenticate", "session { id isCurrent }"),
    ("scheduleFactorRemoval", "removalAt"),
    ("cancelFactorRemoval", "cancelled"),
    ("startTotpEnrolment", "secret url"),
    (
        "confirmTotp",
        "secondFactor { id kind name createdAt lastUsedAt } recoveryCodes",
    ),
    ("disableTotp", "secondFactor { id kind }"),
    ("regenerateRecoveryCodes", "recoveryCodes"),
    ("startPasskeyRegistration", "ceremony options"),
    (
        "finishPasskeyRegistration",
        "secondFactor { id kind name isSynced lastUsedAt } recoveryCodes",
    ),
    ("renamePasskey", "secondFactor { id name }"),
    ("removePasskey", "secondFactor { id name }"),
    ("startPasskeySignIn", "ceremony options"),
    (
        "signInWithPasskey",
        "token session { id } account { id email }",
    ),
    (
        "scheduleAccountDeletion",
        "deletionScheduledAt blockedBy { id slug }",
    ),
    ("cancelAccountDeletion", "cancelled"),
    ("exportAccountData", "url expiresAt"),
    ("eraseAccount", "accountId blockedBy { id slug }"),
    (
        "followDataset",
        "dataset { id viewerFollows followerCount } errors { limit retryAt }",
    ),
    (
        "unfollowDataset",
        "dataset { id viewerFollows followerCount }",
    ),
    ("findApiKey", "apiKey { id }"),
    ("reportLeakedApiKey", "accepted"),
    ("signOut", "endedSessionIds"),
    ("endSession", "endedSessionIds"),
    ("endOtherSessions", "endedSessionIds"),
];

/// Mutations that take nothing.
const WITHOUT_INPUT: &[&str] = &[
    "endOtherSessions",
    "startTotpEnrolment",
    "disableTotp",
    "regenerateRecoveryCodes",
    "startPasskeyRegistration",
    "cancelAccountDeletion",
    "exportAccountData",
];

/// The document of a mutation, with its whole payload.
pub fn document(mutation: &str) -> String {
    const ERRORS: &str = "errors { code path message }";
    let of = |list: &'static [(&str, &'static str)]| {
        list.iter()
            .find(|(name, _)| *name == mutation)
            .map(|(_, own)| *own)
    };
    let (own, common) = match (of(OWN), of(OF_ACCOUNTS)) {
        (Some(own), _) => (own, COMMON),
        (None, Some(own)) => (own, ERRORS),
        (None, None) => panic!("a mutation without a document: {mutation}"),
    };
    if WITHOUT_INPUT.contains(&mutation) {
        return format!("mutation {{ {mutation} {{ {own} {common} }} }}");
    }
    let input = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    format!("mutation($input: {input}!) {{ {mutation}(input: $input) {{ {own} {common} }} }}")
}

/// A payload.
#[derive(Debug, Clone, PartialEq)]
pub struct Payload(pub Value);

impl Payload {
    /// The outcome of each item, or its code.
    pub fn became(&self) -> Vec<&str> {
        let results = self.0["results"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        results
            .iter()
            .map(|item| {
                item["outcome"]
                    .as_str()
                    .or_else(|| item["code"].as_str())
                    .unwrap_or("-")
            })
            .collect()
    }

    /// The codes of `errors`, each with its path.
    pub fn errors(&self) -> Vec<String> {
        let errors = self.0["errors"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let steps = |error: &Value| {
            let steps = error["path"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            steps
                .iter()
                .map(|step| step.as_str().unwrap_or("-").to_owned())
                .collect::<Vec<_>>()
                .join(".")
        };
        errors
            .iter()
            .map(|error| format!("{} {}", error["code"].as_str().unwrap_or("-"), steps(error)))
            .collect()
    }

    /// The ids of the grants of the item at `index`.
    pub fn grants(&self, index: usize) -> Vec<String> {
        let grants = self.0["results"][index]["grants"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        grants
            .iter()
            .map(|grant| grant["id"].as_str().unwrap_or("-").to_owned())
            .collect()
    }

    /// The ids of the invitations of the items that have one.
    pub fn invitations(&self) -> Vec<String> {
        let results = self.0["results"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        results
            .iter()
            .filter_map(|item| item["invitation"]["id"].as_str())
            .map(str::to_owned)
            .collect()
    }

    /// Whether it is the stored answer of an earlier call.
    pub fn replayed(&self) -> bool {
        self.0["replayed"].as_bool().unwrap()
    }
}

/// A credential, a mutation and its input.
pub type Call<'a> = (&'a str, &'a str, Value);

/// What two runs of one call have in common: all but the ids of what they create, and the times.
fn scrubbed(value: &Value) -> Value {
    let made = |text: &str| {
        [
            "role_", "ws_", "mem_", "req_", "inv_", "gra_", "ren_", "dth_", "reu_",
        ]
        .iter()
        .any(|prefix| text.starts_with(prefix))
    };
    match value {
        Value::String(text) if made(text) || text.parse::<DateTime<Utc>>().is_ok() => json!("made"),
        Value::Array(items) => items.iter().map(scrubbed).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), scrubbed(value)))
            .collect(),
        other => other.clone(),
    }
}

impl Answer {
    /// The payload of the only mutation, of an answer without top-level errors.
    #[track_caller]
    pub fn payload(&self) -> Payload {
        let data = self.data().as_object().unwrap();
        Payload(data.values().next().unwrap().clone())
    }

    /// The code of the only top-level error.
    #[track_caller]
    pub fn refusal(&self) -> &str {
        let codes = self.codes();
        assert_eq!(codes.len(), 1, "{:#}", self.body);
        codes[0]
    }
}

impl Door {
    /// Calls a mutation.
    pub async fn mutate(&self, credential: Option<&str>, mutation: &str, input: Value) -> Answer {
        self.post(credential, &document(mutation), json!({ "input": input }))
            .await
    }
}

impl TestApp {
    /// Calls a mutation with a credential.
    pub async fn try_mutate(&self, credential: &str, mutation: &str, input: Value) -> Answer {
        self.door().mutate(Some(credential), mutation, input).await
    }

    /// Calls a mutation that is not refused.
    #[track_caller]
    pub fn mutate(
        &self,
        credential: &str,
        mutation: &str,
        input: Value,
    ) -> impl Future<Output = Payload> {
        let (door, credential, mutation) =
            (self.door(), credential.to_owned(), mutation.to_owned());
        async move {
            door.mutate(Some(&credential), &mutation, input)
                .await
                .payload()
        }
    }

    /// Two calls at once, each on its own thread: a payload, or the code of the refusal.
    pub async fn at_once(&self, one: Call<'_>, other: Call<'_>) -> [Result<Payload, String>; 2] {
        let gate = std::sync::Arc::new(tokio::sync::Barrier::new(2));
        let run = |(credential, mutation, input): Call<'_>| {
            let (door, gate) = (self.door(), std::sync::Arc::clone(&gate));
            let (credential, mutation) = (credential.to_owned(), mutation.to_owned());
            tokio::spawn(async move {
                gate.wait().await;
                let answer = door.mutate(Some(&credential), &mutation, input).await;
                if answer.codes().is_empty() {
                    Ok(answer.payload())
                } else {
                    Err(answer.refusal().to_owned())
                }
            })
        };
        let (one, other) = (run(one), run(other));
        [one.await.unwrap(), other.await.unwrap()]
    }

    /// Makes a dry run of a call, and checks that it leaves no trace and predicts the call's
    /// answer. Checks that the call is replayed when repeated, and returns its payload. The
    /// comparison leaves out generated ids and times.
    pub async fn rehearsed(&self, credential: &str, mutation: &str, input: Value) -> Payload {
        let (mut dry, mut real) = (input.clone(), input);
        dry["dryRun"] = json!(true);
        real["idempotencyKey"] =
            json!(format!("{mutation} {}", self.app.deps.ids.uuid(self.now())));
        let before = self.footprint().await;
        let rehearsal = self.mutate(credential, mutation, dry).await;
        assert_eq!(self.footprint().await, before, "{mutation} left a trace");
        let done = self.mutate(credential, mutation, real.clone()).await;
        assert_ne!(self.footprint().await, before, "{mutation} did nothing");
        for what in ["errors", "changes", "effects"] {
            assert_eq!(
                scrubbed(&rehearsal.0[what]),
                scrubbed(&done.0[what]),
                "{mutation} {what}"
            );
        }
        let after = self.footprint().await;
        let mut again = self.mutate(credential, mutation, real).await;
        assert_eq!(self.footprint().await, after, "{mutation} again");
        assert!(again.replayed());
        again.0["replayed"] = json!(false);
        assert_eq!(again, done, "{mutation} again");
        done
    }

    /// A session of the account that begins now.
    pub async fn session_of(&self, account: AccountId) -> String {
        let token = SessionToken::generate(&self.app.deps.ids);
        let row = entity::session::Model {
            id: self.app.deps.ids.uuid(self.now()),
            account_id: account.0,
            token_hash: token.hash().to_vec(),
            transport: "TOKEN".to_owned(),
            created_at: self.now(),
            last_active_at: self.now(),
            expires_at: OPEN_END,
            ended_at: None,
            user_agent: None,
            client_address: None,
            // Whatever time passes, the password was just shown (MFA-8).
            password_at: Some(OPEN_END),
            factor_at: None,
        };
        entity::session::Entity::insert(row.into_active_model())
            .exec_without_returning(self.app.deps.db.writer())
            .await
            .unwrap();
        token.expose().to_owned()
    }

    /// A member's permissions in the workspace now, according to `reader` (an administrator).
    pub async fn permissions(&self, reader: &Member, ws: &Ws, member: MembershipId) -> Vec<String> {
        let member = self.shown(reader, ws, member).await;
        let all = member["effectivePermissions"].as_array().unwrap();
        all.iter()
            .map(|one| one["permission"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The name of a member's role now, according to `reader` (an administrator). Empty if there is
    /// none.
    pub async fn role_name(&self, reader: &Member, ws: &Ws, member: &Member) -> String {
        self.shown(reader, ws, member.id).await["role"]["name"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    async fn shown(&self, reader: &Member, ws: &Ws, member: MembershipId) -> Value {
        let query = "query($ws: ID!, $id: ID!) { workspace(id: $ws) { member(id: $id) { \
             role { name } effectivePermissions { permission } } } }";
        let variables = json!({ "ws": ws.id.to_string(), "id": member.to_string() });
        let answer = self.post(Some(&reader.key), query, variables).await;
        answer.data()["workspace"]["member"].clone()
    }

    /// The clock's instant plus `seconds`, in the form of an input.
    pub fn at(&self, seconds: i64) -> String {
        audit::instant(self.now() + chrono::Duration::seconds(seconds))
    }

    /// A session of somebody with an account and without any membership.
    pub async fn outsider(&self, name: &str) -> String {
        self.person(name, false).await
    }

    /// The account of somebody whom [`Self::outsider`] or [`Self::operator`] created.
    pub async fn account_of(&self, name: &str) -> AccountId {
        use sea_orm::{ColumnTrait, QueryFilter};
        let email = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
        let found = entity::account::Entity::find()
            .filter(entity::account::Column::EmailCanonical.eq(email));
        AccountId(
            found
                .one(self.app.deps.db.writer())
                .await
                .unwrap()
                .unwrap()
                .id,
        )
    }

    /// An operator's session.
    pub async fn operator(&self, name: &str) -> String {
        self.person(name, true).await
    }

    async fn person(&self, name: &str, is_operator: bool) -> String {
        let email = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
        let row = entity::account::Model {
            id: self.app.deps.ids.uuid(self.now()),
            email: email.clone(),
            email_canonical: email,
            given_name: name.split(' ').next().map(str::to_owned),
            family_name: name.split(' ').nth(1).map(str::to_owned),
            locale: "EN".to_owned(),
            password_hash: None,
            is_operator,
            email_verified_at: Some(self.now()),
            created_at: self.now(),
            last_sign_in_at: None,
            deletion_scheduled_at: None,
            erased_at: None,
            last_write_at: self.now(),
            audit_sequence: 0,
            audit_hash: vec![0; 32],
        };
        let account = AccountId(row.id);
        entity::account::Entity::insert(row.into_active_model())
            .exec_without_returning(self.app.deps.db.writer())
            .await
            .unwrap();
        self.session_of(account).await
    }

    /// Gives a member without a role one, since half an hour ago and until `until`.
    pub async fn role_row_of(
        &self,
        ws: &Ws,
        member: &Member,
        preset: Preset,
        until: DateTime<Utc>,
    ) {
        let row = entity::role_assignment::Model {
            id: self.app.deps.ids.uuid(self.now()),
            workspace_id: ws.id.0,
            membership_id: member.id.0,
            role_id: self.preset(ws, preset).await.0,
            starts_at: self.now() - chrono::Duration::minutes(30),
            ends_at: until,
            granted_by: None,
            ended_by: None,
            end_reason: None,
        };
        let db = self.app.deps.db.writer();
        entity::role_assignment::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        self.bump(ws).await;
    }
}
