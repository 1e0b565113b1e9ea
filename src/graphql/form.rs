//! The form of every input, declared once: of which kind an id is, how many items a list takes,
//! what goes together. Admission checks all root fields by it before the first one runs; the
//! resolvers check again as they read.
//!
//! Owns the tables alone. `tests/it/form.rs` holds them against the schema: an id or a list that is
//! in neither fails there.

use std::sync::Arc;

use super::{
    admission::{Forms, Given, IdForm, Rule, Size, TextForm, shortened},
    cursor::{self, CursorFault},
    object::item_list::check_theme,
    scalar::Instant,
};
use crate::{
    domain::{
        audit::{hash_from_hex, instant},
        id::{
            self, AccessRenewalId, AccessRequestId, AccountId, AnyId, ApiKeyId, DatasetId,
            DatasetThemeId, GrantId, GroupId, InvitationId, MembershipId, PageId, ReuseId, RoleId,
            SecondFactorId, SessionId, WorkspaceId,
        },
        link::LONGEST_TOKEN,
        quota::check_limit,
        second_factor::LONGEST_CODE,
        sign_up::{MOST_CHOICES, MOST_FIELDS},
        vocabulary::{Locale, QuotaType},
    },
    service::{
        api_key::MOST_NETWORKS,
        deps::SecretKey,
        invitation::{MOST_GROUPS, MOST_INVITEES, MOST_QUOTAS},
        quota::MOST_VALUES,
        sign_up::{MOST_ADDRESSES, MOST_DOMAINS},
        theme::MOST_COLORS,
        write::{LONGEST_KEY, MOST_TOGETHER},
    },
    words::message::{self, Message, Value, all_of},
};

/// The forms of the schema.
pub fn forms(secret: SecretKey) -> Forms {
    Forms {
        id,
        size,
        text,
        rule,
        check_id,
        check_cursor: Arc::new(move |connection, text| {
            cursor::check(&secret, connection, text).map_err(|fault| match fault {
                CursorFault::Malformed => message::not_a_cursor(shortened(text)),
                CursorFault::Foreign => message::other_lists_cursor(),
            })
        }),
    }
}

const ACCOUNT: &[&str] = &[AccountId::PREFIX];
const ACTOR: &[&str] = &[AccountId::PREFIX, ApiKeyId::PREFIX];
const ANY: &[&str] = &[];
const API_KEY: &[&str] = &[ApiKeyId::PREFIX];
const DATASET: &[&str] = &[DatasetId::PREFIX];
const DATASET_THEME: &[&str] = &[DatasetThemeId::PREFIX];
const FACTOR: &[&str] = &[SecondFactorId::PREFIX];
const GRANT: &[&str] = &[GrantId::PREFIX];
const GROUP: &[&str] = &[GroupId::PREFIX];
const INVITATION: &[&str] = &[InvitationId::PREFIX];
const ITEM: &[&str] = &[DatasetId::PREFIX, PageId::PREFIX];
const MEMBERSHIP: &[&str] = &[MembershipId::PREFIX];
const PAGE: &[&str] = &[PageId::PREFIX];
const QUOTA_SUBJECT: &[&str] = &[GroupId::PREFIX, MembershipId::PREFIX];
const RENEWAL: &[&str] = &[AccessRenewalId::PREFIX];
const REQUEST: &[&str] = &[AccessRequestId::PREFIX];
const REUSE: &[&str] = &[ReuseId::PREFIX];
const ROLE: &[&str] = &[RoleId::PREFIX];
const SESSION: &[&str] = &[SessionId::PREFIX];
const WORKSPACE: &[&str] = &[WorkspaceId::PREFIX];

/// Which ids an input takes. Most say it by their name; `id`, `ids` and a few others by whose input
/// they are.
pub fn id(owner: &str, field: &str) -> Option<IdForm> {
    let prefixes = match (owner, field) {
        ("Query.node", "id") | ("Query.nodes", "ids") => {
            return Some(IdForm {
                prefixes: ANY,
                dated: true,
            });
        }
        ("AuditEventFilter", "actorId") => ACTOR,
        ("AuditEventFilter", "subjectId") => ANY,
        ("SetQuotasInput", "subjectId") => QUOTA_SUBJECT,
        ("DatasetFilter" | "PageFilter", "ownerId") => ACCOUNT,
        (
            "TransferOwnershipInput"
            | "DistributeDatasetsInput"
            | "WithdrawDatasetsInput"
            | "DistributePagesInput"
            | "WithdrawPagesInput",
            "ids",
        ) => ITEM,
        (
            "Query.workspace"
            | "UpdateWorkspaceInput"
            | "UpdateSecondaryWorkspaceInput"
            | "DeleteSecondaryWorkspaceInput",
            "id",
        )
        | ("CreateSecondaryWorkspaceInput", "parentId")
        | (
            "SetWorkspaceCapsInput"
            | "DistributeDatasetsInput"
            | "WithdrawDatasetsInput"
            | "DistributePagesInput"
            | "WithdrawPagesInput",
            "workspaceIds",
        ) => WORKSPACE,
        ("Workspace.member", "id") => MEMBERSHIP,
        ("UpdateGroupInput" | "DeleteGroupInput", "id") => GROUP,
        ("UpdateRoleInput" | "DeleteRoleInput", "id") => ROLE,
        ("RevokeApiKeysInput", "ids") | ("UpdateApiKeyInput" | "RotateApiKeyInput", "id") => {
            API_KEY
        }
        ("AcceptInvitationInput" | "DeclineInvitationInput", "id") => INVITATION,
        ("UpdateInvitationsInput" | "ResendInvitationsInput" | "CancelInvitationsInput", "ids") => {
            INVITATION
        }
        ("WithdrawAccessRequestInput", "id")
        | ("ApproveAccessRequestsInput" | "RejectAccessRequestsInput", "ids") => REQUEST,
        ("DecideAccessRenewalsInput", "ids") => RENEWAL,
        ("ApproveReusesInput" | "RejectReusesInput" | "DeleteReusesInput", "ids")
        | ("SubmitReuseInput", "id") => REUSE,
        (owner, "id") if owner.ends_with("DatasetInput") || owner == "SetDatasetSecurityInput" => {
            DATASET
        }
        (owner, "id") if owner.ends_with("PageInput") || owner == "SetPageSecurityInput" => PAGE,
        ("UpdateDatasetThemeInput" | "DeleteDatasetThemeInput", "id") => DATASET_THEME,
        ("RenamePasskeyInput" | "RemovePasskeyInput", "id") => FACTOR,
        (_, "accountId") => ACCOUNT,
        (_, "apiKeyId") => API_KEY,
        (_, "datasetId") => DATASET,
        (_, "grantIds") => GRANT,
        (_, "groupId" | "groupIds") => GROUP,
        (_, "membershipId" | "membershipIds") => MEMBERSHIP,
        (_, "replacement") => DATASET_THEME,
        (_, "resource" | "resourceId") => ITEM,
        (_, "roleId" | "roleIds" | "basedOnRoleId") => ROLE,
        (_, "sessionId") => SESSION,
        (_, "workspaceId") => WORKSPACE,
        _ => return None,
    };
    Some(IdForm {
        prefixes,
        dated: false,
    })
}

/// The most ids of `nodes`.
pub const MOST_NODES: usize = 100;

/// The most values of one list in a filter.
pub const MOST_IN_FILTER: usize = 1_000;

/// The most versions of one text: each language once, and more is told one by one.
const MOST_TEXTS: usize = 20;

/// The most successors of one account.
const MOST_SUCCESSORS: usize = 100;

/// How many items a list takes.
pub fn size(owner: &str, field: &str) -> Option<Size> {
    let (least, most) = match (owner, field) {
        ("Query.nodes", "ids") => (1, Some(MOST_NODES)),
        ("Query.checkAccessBatch", "inputs") => (1, None),
        (owner, _) if owner.ends_with("Filter") => (1, Some(MOST_IN_FILTER)),
        ("InviteMembersInput", "invitees") => (1, Some(MOST_INVITEES)),
        ("InviteMembersInput" | "UpdateInvitationsInput" | "ApproveAccessRequestsInput", field)
            if field != "ids" =>
        {
            match field {
                "groupIds" => (0, Some(MOST_GROUPS)),
                "quotas" | "permissions" => (0, Some(MOST_QUOTAS)),
                _ => return None,
            }
        }
        ("QuotaPreviewInput", "groupIds") => (0, Some(MOST_GROUPS)),
        ("SetQuotasInput", "values") => (1, Some(MOST_VALUES)),
        ("SetLicenseInput" | "CreateWorkspaceLicenseInput", "values")
        | ("CreateSecondaryWorkspaceInput", "caps") => (0, Some(MOST_VALUES)),
        ("SetWorkspaceCapsInput", "values") => (1, Some(MOST_VALUES)),
        (
            "SetWorkspaceCapsInput"
            | "DistributeDatasetsInput"
            | "WithdrawDatasetsInput"
            | "DistributePagesInput"
            | "WithdrawPagesInput",
            "workspaceIds",
        ) => (1, Some(MOST_TOGETHER)),
        ("UpdateSignUpSettingsInput", "fields") | (_, "answers") => (0, Some(MOST_FIELDS)),
        ("UpdateSignUpSettingsInput", "allowedEmailDomains") => (0, Some(MOST_DOMAINS)),
        ("UpdateSignUpSettingsInput", "notificationAddresses" | "notificationReceivers") => {
            (0, Some(MOST_ADDRESSES))
        }
        ("UpdateSignUpSettingsInput", "introduction" | "termsByLocale")
        | ("SignUpFieldInput", "label") => (0, Some(MOST_TEXTS)),
        ("SignUpFieldInput", "choices") => (0, Some(MOST_CHOICES)),
        ("CreateApiKeyInput" | "UpdateApiKeyInput", "allowedNetworks") => (0, Some(MOST_NETWORKS)),
        (
            "CreateApiKeyInput"
            | "UpdateApiKeyInput"
            | "CreateRoleInput"
            | "UpdateRoleInput"
            | "SetDefaultPermissionsInput",
            "permissions",
        ) => (0, None),
        ("ScheduleAccountDeletionInput" | "EraseAccountInput", "successors") => {
            (0, Some(MOST_SUCCESSORS))
        }
        ("UpdateThemeInput", "colors") => (0, Some(MOST_COLORS)),
        ("CreateDatasetThemeInput" | "UpdateDatasetThemeInput", "labels") => {
            (1, Some(Locale::ALL.len()))
        }
        ("GrantPermissionsInput" | "RevokePermissionsInput", _) => (1, None),
        (_, "ids" | "membershipIds") => (1, None),
        _ => return None,
    };
    Some(Size { least, most })
}

type Look<'l, 'a> = &'l dyn Fn(&str) -> Given<'a>;
type Judged = Result<(), Message>;

fn count(get: Look<'_, '_>, names: &[&str]) -> usize {
    names.iter().filter(|name| get(name).is_some()).count()
}

fn exactly_one(get: Look<'_, '_>, names: &[&str]) -> Judged {
    if count(get, names) == 1 {
        Ok(())
    } else {
        Err(message::exactly_one_of(all_of(names)))
    }
}

fn at_least_one(get: Look<'_, '_>, names: &[&str]) -> Judged {
    if count(get, names) >= 1 {
        Ok(())
    } else {
        Err(message::at_least_one_of(all_of(names)))
    }
}

fn at_most_one(get: Look<'_, '_>, names: &[&str]) -> Judged {
    if count(get, names) <= 1 {
        Ok(())
    } else {
        Err(message::at_most_one_of(all_of(names)))
    }
}

/// Like [`at_most_one`] where null clears, and so says something.
fn at_most_one_said(get: Look<'_, '_>, names: &[&str]) -> Judged {
    let said = names.iter().filter(|name| get(name) != Given::Absent);
    if said.count() <= 1 {
        Ok(())
    } else {
        Err(message::at_most_one_of(all_of(names)))
    }
}

fn not_absent(get: Look<'_, '_>, name: &str, why: fn() -> Message) -> Judged {
    if get(name) == Given::Absent {
        Err(why())
    } else {
        Ok(())
    }
}

fn not_null(get: Look<'_, '_>, name: &str) -> Judged {
    if get(name) == Given::Null {
        Err(message::cannot_be_null(name))
    } else {
        Ok(())
    }
}

/// What must go together, by the input or by the field with its arguments.
pub fn rule(owner: &str) -> Option<Rule> {
    Some(match owner {
        "Query.workspace" => |get| exactly_one(get, &["slug", "id"]),
        "Workspace.member" => |get| exactly_one(get, &["id", "email"]),
        "CancelFactorRemovalInput" => |get| exactly_one(get, &["token", "accountId"]),
        "AcceptInvitationInput" | "DeclineInvitationInput" => {
            |get| exactly_one(get, &["token", "id"])
        }
        "Query.verifyAudit" => |get| match (get("from"), get("to")) {
            (Given::Integer(from), _) if from < 1 => Err(message::events_from_one()),
            (Given::Integer(from), Given::Integer(to)) if to < from => {
                Err(message::events_from_one())
            }
            (_, Given::Integer(to)) if to < 1 => Err(message::events_from_one()),
            _ => Ok(()),
        },
        "AuditPinInput" => |get| match (get("sequence"), get("hash")) {
            (Given::Integer(sequence), _) if sequence < 1 => Err(message::pin_from_one()),
            (_, Given::Text(hash)) if hash_from_hex(hash).is_none() => Err(message::hash_form()),
            _ => Ok(()),
        },
        "DatasetFilter" => |get| match get("theme") {
            Given::Text(theme) => check_theme(theme),
            _ => Ok(()),
        },
        "ConsumeQuotaInput" => |get| at_most_one(get, &["membershipId", "clientAddress"]),
        "CreateRoleInput" => |get| match count(get, &["permissions", "basedOnRoleId"]) {
            0 => Err(message::permissions_or_role()),
            _ => Ok(()),
        },
        "CreateApiKeyInput" => |get| match (get("kind"), get("permissions").is_some()) {
            (Given::Text("GATEWAY"), true) => Err(message::gateway_permissions()),
            _ => Ok(()),
        },
        "DecideAccessRenewalsInput" => |get| match (get("approve"), get("endsAt").is_some()) {
            (Given::Boolean(false), true) => Err(message::ends_at_with_approve()),
            _ => Ok(()),
        },
        "SubmitReuseInput" => |get| exactly_one(get, &["datasetId", "id"]),
        "CompleteSignInInput" => |get| exactly_one(get, &["code", "passkey"]),
        "ReauthenticateInput" => |get| {
            at_least_one(get, &["password", "code", "passkey"])?;
            at_most_one(get, &["code", "passkey"])
        },
        "UpdateAccountInput" => |get| not_null(get, "locale"),
        "UpdateGroupInput" => |get| not_null(get, "title"),
        "CheckAccessInput" => |get| one_subject(get, "accountId"),
        "ExplainAccessInput" => explain,
        "GrantPermissionsInput" => |get| {
            if get("recordFilter").is_some() && !get("resourceId").is_some() {
                return Err(message::record_filter_with_resource());
            }
            grantees(get).and_then(|()| rights(get))
        },
        "RevokePermissionsInput" => |get| {
            let others = [
                "membershipIds",
                "groupId",
                "resourceId",
                "permissions",
                "permissionGroups",
                "access",
            ];
            match get("grantIds").is_some() {
                true if count(get, &others) > 0 => Err(message::grant_ids_alone()),
                true => Ok(()),
                false => grantees(get).and_then(|()| rights(get)),
            }
        },
        "InviteMembersInput" | "UpdateInvitationsInput" | "ApproveAccessRequestsInput" => {
            |get| at_most_one(get, &["accessEndsAt", "accessDurationSeconds"])
        }
        "RestoreMembersInput" => |get| match (get("endsAt").is_some(), get("unlimited")) {
            (true, Given::Boolean(true)) => Err(message::at_most_one_of(all_of(&[
                "endsAt",
                "unlimited: true",
            ]))),
            _ => Ok(()),
        },
        "RevokeApiKeysInput" => |get| {
            let all = get("all") == Given::Boolean(true);
            match (
                get("ids").is_some(),
                get("membershipId").is_some(),
                get("workspaceId").is_some(),
                all,
            ) {
                (true, false, false, false)
                | (false, true, false, false)
                | (false, false, true, true) => Ok(()),
                _ => Err(message::exactly_one_of(all_of(&[
                    "ids",
                    "membershipId",
                    "workspaceId with all: true",
                ]))),
            }
        },
        "SetAccessPeriodInput" => |get| {
            let ends = [
                get("endsAt").is_some(),
                get("durationSeconds").is_some(),
                get("unlimited") == Given::Boolean(true),
            ];
            match ends.iter().filter(|is_given| **is_given).count() {
                1 => Ok(()),
                _ => Err(message::exactly_one_of(all_of(&[
                    "endsAt",
                    "durationSeconds",
                    "unlimited: true",
                ]))),
            }
        },
        "UpdateSignUpSettingsInput" => |get| {
            at_most_one_said(get, &["terms", "termsByLocale"])?;
            at_most_one_said(get, &["notificationAddresses", "notificationReceivers"])
        },
        "QuotaPreviewInput" => |get| match (get("type"), get("memberLimit")) {
            (Given::Text(name), Given::Integer(limit)) => match QuotaType::parse(name) {
                Some(quota_type) => check_limit(quota_type, limit)
                    .map(|_| ())
                    .map_err(Message::from),
                None => Ok(()),
            },
            _ => Ok(()),
        },
        "SetMemberRoleInput" => |get| not_absent(get, "roleId", message::role_or_null),
        "QuotaValueInput" | "LicenseValueInput" => {
            |get| not_absent(get, "limit", message::limit_or_null)
        }
        "SetQuotasInput" => |get| match (get("scope"), get("subjectId")) {
            (Given::Text("DEFAULT"), subject) if subject.is_some() => {
                Err(message::default_has_no_subject())
            }
            (Given::Text("GROUP" | "MEMBER"), subject) if !subject.is_some() => {
                Err(message::subject_required())
            }
            (Given::Text("LICENSE"), _) => Err(message::license_is_set_elsewhere()),
            (Given::Text("WORKSPACE_CAP"), _) => Err(message::caps_are_set_elsewhere()),
            (Given::Text("GROUP"), Given::Text(id)) => subject(id, GROUP),
            (Given::Text("MEMBER"), Given::Text(id)) => subject(id, MEMBERSHIP),
            _ => Ok(()),
        },
        _ => return None,
    })
}

/// Whether the id is one of these; its form was checked before.
fn subject(id: &str, prefixes: &'static [&'static str]) -> Judged {
    check_id(
        id,
        IdForm {
            prefixes,
            dated: false,
        },
    )
}

fn one_subject(get: Look<'_, '_>, own: &str) -> Judged {
    let anonymous = usize::from(get("anonymous") == Given::Boolean(true));
    let refused = get("anonymous") == Given::Boolean(false);
    if count(get, &[own, "membershipId", "apiKeyId"]) + anonymous == 1 && !refused {
        Ok(())
    } else {
        Err(message::exactly_one_of(all_of(&[
            own,
            "membershipId",
            "apiKeyId",
            "anonymous: true",
        ])))
    }
}

fn explain(get: Look<'_, '_>) -> Judged {
    one_subject(get, "email")?;
    match (
        get("permission").is_some(),
        get("resource").is_some(),
        get("access").is_some(),
    ) {
        (true, false, false) | (false, true, true) => Ok(()),
        _ => Err(message::permission_or_resource()),
    }
}

fn grantees(get: Look<'_, '_>) -> Judged {
    exactly_one(get, &["membershipIds", "groupId"])
}

fn rights(get: Look<'_, '_>) -> Judged {
    let permissions = get("permissions").is_some() || get("permissionGroups").is_some();
    match (
        permissions,
        get("resourceId").is_some(),
        get("access").is_some(),
    ) {
        (true, false, false) | (false, true, true) => Ok(()),
        _ => Err(message::permissions_or_resource()),
    }
}

/// How long a text is where that is part of its form.
pub fn text(owner: &str, field: &str) -> Option<TextForm> {
    let (least, most, controls) = match (owner, field) {
        (_, "idempotencyKey") => (1, LONGEST_KEY, false),
        (
            "AcceptInvitationInput"
            | "CancelFactorRemovalInput"
            | "DeclineInvitationInput"
            | "Query.invitationByToken",
            "token",
        )
        | ("CompleteSignInInput" | "StartPasskeySignInInput", "challenge")
        | (
            "FinishPasskeyRegistrationInput" | "PasskeyAnswerInput" | "SignInWithPasskeyInput",
            "ceremony",
        ) => (1, LONGEST_TOKEN, true),
        ("SignInInput", "secondFactor")
        | ("CompleteSignInInput" | "ReauthenticateInput" | "ConfirmTotpInput", "code") => {
            (1, LONGEST_CODE, true)
        }
        _ => return None,
    };
    Some(TextForm {
        least,
        most,
        controls,
    })
}

/// Says why a text is no id of this form.
pub fn check_id(text: &str, form: IdForm) -> Result<(), Message> {
    let shown = || shortened(text);
    let prefixes = || {
        let prefixes = form.prefixes.iter();
        Value::Any(prefixes.map(|prefix| format!("{prefix}_")).collect())
    };
    let plain = match text.split_once('@') {
        None => text,
        Some(_) if !form.dated => return Err(message::id_carries_instant(shown())),
        Some((plain, at)) => match Instant::read(at) {
            Some(read) if instant(read.0) == at => plain,
            _ => return Err(message::id_instant_malformed(shown())),
        },
    };
    let malformed = || match form.prefixes {
        [] => message::id_unknown_form(shown()),
        _ => message::id_malformed(shown(), prefixes()),
    };
    AnyId::parse(plain).map_err(|_| malformed())?;
    let (prefix, _) = id::decode(plain).map_err(|_| malformed())?;
    if form.prefixes.is_empty() || form.prefixes.contains(&prefix) {
        Ok(())
    } else {
        Err(message::id_of_something_else(shown(), prefixes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_by_prefix_and_form() {
        let member = IdForm {
            prefixes: MEMBERSHIP,
            dated: false,
        };
        let good = "mem_01jzmv0b0pem2r1tnhdwk2shhy";
        assert_eq!(check_id(good, member), Ok(()));
        assert_eq!(
            check_id(
                good,
                IdForm {
                    prefixes: ITEM,
                    dated: false
                }
            )
            .unwrap_err()
            .to_string(),
            "\"mem_01jzmv0b0pem2r1tnhdwk2shhy\" is an id of another kind. \
             Expected: ds_ or page_ followed by 26 characters of 0-9 and a-z."
        );
        for bad in [
            "",
            "nonsense",
            "mem_",
            &good.to_uppercase(),
            &format!("{good}0"),
            &format!(" {good}"),
            "foo_01jzmv0b0pem2r1tnhdwk2shhy",
        ] {
            assert!(
                check_id(bad, member)
                    .unwrap_err()
                    .to_string()
                    .contains(" is not an id. Expected: mem_ followed by"),
                "{bad}"
            );
        }
        let dated = format!("{good}@2026-03-02T09:00:00.000000Z");
        assert!(
            check_id(&dated, member)
                .unwrap_err()
                .to_string()
                .contains("carries an instant")
        );
        let any = IdForm {
            prefixes: ANY,
            dated: true,
        };
        assert_eq!(check_id(&dated, any), Ok(()));
        assert!(check_id(&format!("{good}@2026-03-02T09:00:00Z"), any).is_err());
        assert!(check_id(&format!("{good}@x"), any).is_err());
    }
}
