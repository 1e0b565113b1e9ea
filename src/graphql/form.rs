//! The form of every input, declared once: of which kind an id is, how many items a list takes,
//! what goes together. Admission checks all root fields by it before the first one runs; the
//! resolvers check again as they read.
//!
//! Owns the tables alone. `tests/it/form.rs` holds them against the schema: an id or a list that is
//! in neither fails there.

use std::{borrow::Cow, sync::Arc};

use super::{
    admission::{Forms, Given, IdForm, Rule, Size, TextForm},
    cursor,
    scalar::Instant,
};
use crate::{
    domain::{
        audit::instant,
        id::{
            self, AccessRenewalId, AccessRequestId, AccountId, AnyId, ApiKeyId, DatasetId, GrantId,
            GroupId, InvitationId, MembershipId, PageId, RoleId, SessionId, WorkspaceId,
        },
        link::LONGEST_TOKEN,
        sign_up::{MOST_CHOICES, MOST_FIELDS},
    },
    service::{
        api_key::MOST_NETWORKS,
        invitation::{MOST_GROUPS, MOST_INVITEES, MOST_QUOTAS},
        quota::MOST_VALUES,
        sign_up::{MOST_ADDRESSES, MOST_DOMAINS},
        write::LONGEST_KEY,
    },
};

/// The forms of the schema.
pub fn forms() -> Forms {
    Forms {
        id,
        size,
        text,
        rule,
        check_id,
        is_cursor: Arc::new(cursor::is_cursor),
    }
}

const ACCOUNT: &[&str] = &[AccountId::PREFIX];
const ACTOR: &[&str] = &[AccountId::PREFIX, ApiKeyId::PREFIX];
const ANY: &[&str] = &[];
const API_KEY: &[&str] = &[ApiKeyId::PREFIX];
const DATASET: &[&str] = &[DatasetId::PREFIX];
const GRANT: &[&str] = &[GrantId::PREFIX];
const GROUP: &[&str] = &[GroupId::PREFIX];
const INVITATION: &[&str] = &[InvitationId::PREFIX];
const ITEM: &[&str] = &[DatasetId::PREFIX, PageId::PREFIX];
const MEMBERSHIP: &[&str] = &[MembershipId::PREFIX];
const PAGE: &[&str] = &[PageId::PREFIX];
const QUOTA_SUBJECT: &[&str] = &[GroupId::PREFIX, MembershipId::PREFIX];
const RENEWAL: &[&str] = &[AccessRenewalId::PREFIX];
const REQUEST: &[&str] = &[AccessRequestId::PREFIX];
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
        ("TransferOwnershipInput", "ids") => ITEM,
        ("Query.workspace" | "UpdateWorkspaceInput", "id") => WORKSPACE,
        ("Workspace.member", "id") => MEMBERSHIP,
        ("UpdateGroupInput" | "DeleteGroupInput", "id") => GROUP,
        ("UpdateRoleInput" | "DeleteRoleInput", "id") => ROLE,
        ("RevokeApiKeysInput", "ids") => API_KEY,
        ("AcceptInvitationInput" | "DeclineInvitationInput", "id") => INVITATION,
        ("UpdateInvitationsInput" | "ResendInvitationsInput" | "CancelInvitationsInput", "ids") => {
            INVITATION
        }
        ("WithdrawAccessRequestInput", "id")
        | ("ApproveAccessRequestsInput" | "RejectAccessRequestsInput", "ids") => REQUEST,
        ("DecideAccessRenewalsInput", "ids") => RENEWAL,
        (owner, "id") if owner.ends_with("DatasetInput") || owner == "SetDatasetSecurityInput" => {
            DATASET
        }
        (owner, "id") if owner.ends_with("PageInput") || owner == "SetPageSecurityInput" => PAGE,
        (_, "accountId") => ACCOUNT,
        (_, "apiKeyId") => API_KEY,
        (_, "grantIds") => GRANT,
        (_, "groupId" | "groupIds") => GROUP,
        (_, "membershipId" | "membershipIds") => MEMBERSHIP,
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
        ("SetLicenseInput" | "CreateWorkspaceLicenseInput", "values") => (0, Some(MOST_VALUES)),
        ("UpdateSignUpSettingsInput", "fields") | (_, "answers") => (0, Some(MOST_FIELDS)),
        ("UpdateSignUpSettingsInput", "allowedEmailDomains") => (0, Some(MOST_DOMAINS)),
        ("UpdateSignUpSettingsInput", "notificationAddresses" | "notificationReceivers") => {
            (0, Some(MOST_ADDRESSES))
        }
        ("UpdateSignUpSettingsInput", "introduction" | "termsByLocale")
        | ("SignUpFieldInput", "label") => (0, Some(MOST_TEXTS)),
        ("SignUpFieldInput", "choices") => (0, Some(MOST_CHOICES)),
        ("CreateApiKeyInput", "allowedNetworks") => (0, Some(MOST_NETWORKS)),
        (
            "CreateApiKeyInput"
            | "CreateRoleInput"
            | "UpdateRoleInput"
            | "SetDefaultPermissionsInput",
            "permissions",
        ) => (0, None),
        ("GrantPermissionsInput" | "RevokePermissionsInput", _) => (1, None),
        (_, "ids" | "membershipIds") => (1, None),
        _ => return None,
    };
    Some(Size { least, most })
}

type Look<'l, 'a> = &'l dyn Fn(&str) -> Given<'a>;
type Judged = Result<(), Cow<'static, str>>;

fn exactly_one(get: Look<'_, '_>, names: &[&str], why: &'static str) -> Judged {
    if names.iter().filter(|name| get(name).is_some()).count() == 1 {
        Ok(())
    } else {
        Err(why.into())
    }
}

fn at_most_one(get: Look<'_, '_>, names: &[&str], why: &'static str) -> Judged {
    if names.iter().filter(|name| get(name).is_some()).count() <= 1 {
        Ok(())
    } else {
        Err(why.into())
    }
}

fn given(get: Look<'_, '_>, name: &str, why: &'static str) -> Judged {
    if get(name) == Given::Absent {
        Err(why.into())
    } else {
        Ok(())
    }
}

fn not_null(get: Look<'_, '_>, name: &str, why: &'static str) -> Judged {
    if get(name) == Given::Null {
        Err(why.into())
    } else {
        Ok(())
    }
}

/// What must go together, by the input or by the field with its arguments.
pub fn rule(owner: &str) -> Option<Rule> {
    Some(match owner {
        "Query.workspace" => {
            |get| exactly_one(get, &["slug", "id"], "give slug or id, exactly one")
        }
        "Workspace.member" => {
            |get| exactly_one(get, &["id", "email"], "give id or email, exactly one")
        }
        "AcceptInvitationInput" | "DeclineInvitationInput" => {
            |get| exactly_one(get, &["token", "id"], "give token or id, exactly one")
        }
        "ConsumeQuotaInput" => |get| {
            at_most_one(
                get,
                &["membershipId", "clientAddress"],
                "give membershipId or clientAddress, not both",
            )
        },
        "CreateRoleInput" => {
            |get| match (get("permissions").is_some(), get("basedOnRoleId").is_some()) {
                (false, false) => {
                    Err("give permissions, or basedOnRoleId to take those of another role".into())
                }
                _ => Ok(()),
            }
        }
        "CreateApiKeyInput" => |get| match (get("kind"), get("permissions").is_some()) {
            (Given::Text("GATEWAY"), true) => {
                Err("a GATEWAY key takes no permissions: it acts for no member".into())
            }
            _ => Ok(()),
        },
        "DecideAccessRenewalsInput" => |get| match (get("approve"), get("endsAt").is_some()) {
            (Given::Boolean(false), true) => Err("endsAt goes with approve: true".into()),
            _ => Ok(()),
        },
        "UpdateAccountInput" => |get| {
            not_null(
                get,
                "locale",
                "locale: there is always one; leave it out to keep it",
            )
        },
        "UpdateGroupInput" => |get| {
            not_null(
                get,
                "title",
                "title: a group has one; leave it out to keep it",
            )
        },
        "CheckAccessInput" => |get| {
            one_subject(
                get,
                "accountId",
                "give exactly one of accountId, membershipId, apiKeyId and anonymous: true",
            )
        },
        "ExplainAccessInput" => explain,
        "GrantPermissionsInput" => |get| {
            if get("recordFilter").is_some() && !get("resourceId").is_some() {
                return Err("recordFilter goes with resourceId and access".into());
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
                true if others.iter().any(|name| get(name).is_some()) => {
                    Err("grantIds goes with nothing else that names grants".into())
                }
                true => Ok(()),
                false => grantees(get).and_then(|()| rights(get)),
            }
        },
        "InviteMembersInput" | "UpdateInvitationsInput" | "ApproveAccessRequestsInput" => |get| {
            let ends = ["accessEndsAt", "accessDurationSeconds"];
            at_most_one(
                get,
                &ends,
                "give at most one of accessEndsAt and accessDurationSeconds",
            )
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
                _ => Err("give either ids, or membershipId, or workspaceId with all: true".into()),
            }
        },
        "SetAccessPeriodInput" => |get| {
            let ends = [
                get("endsAt").is_some(),
                get("durationSeconds").is_some(),
                get("unlimited") == Given::Boolean(true),
            ];
            match ends.iter().filter(|given| **given).count() {
                1 => Ok(()),
                _ => Err("give exactly one of endsAt, durationSeconds and unlimited: true".into()),
            }
        },
        "UpdateSignUpSettingsInput" => |get| {
            at_most_one(
                get,
                &["terms", "termsByLocale"],
                "give terms or termsByLocale, not both",
            )?;
            let receivers = ["notificationAddresses", "notificationReceivers"];
            at_most_one(
                get,
                &receivers,
                "give notificationAddresses or notificationReceivers, not both",
            )
        },
        "SetMemberRoleInput" => |get| {
            given(
                get,
                "roleId",
                "roleId: give a role, or null to take the role away",
            )
        },
        "QuotaValueInput" | "LicenseValueInput" => {
            |get| given(get, "limit", "limit: give a limit, or null to take it away")
        }
        "SetQuotasInput" => |get| match (get("scope"), get("subjectId").is_some()) {
            (Given::Text("DEFAULT"), true) => Err("subjectId: DEFAULT has no subject".into()),
            (Given::Text("GROUP" | "MEMBER"), false) => {
                Err("subjectId: give the group or membership".into())
            }
            (Given::Text("LICENSE"), _) => Err("scope: the license is set by setLicense".into()),
            (Given::Text("WORKSPACE_CAP"), _) => {
                Err("scope: caps are set from the main workspace".into())
            }
            _ => Ok(()),
        },
        _ => return None,
    })
}

fn one_subject(get: Look<'_, '_>, third: &str, why: &'static str) -> Judged {
    let anonymous = usize::from(get("anonymous") == Given::Boolean(true));
    let refused = get("anonymous") == Given::Boolean(false);
    let named = ["membershipId", "apiKeyId", third]
        .iter()
        .filter(|name| get(name).is_some())
        .count();
    if named + anonymous == 1 && !refused {
        Ok(())
    } else {
        Err(why.into())
    }
}

fn explain(get: Look<'_, '_>) -> Judged {
    one_subject(
        get,
        "email",
        "give exactly one of membershipId, email, apiKeyId and anonymous: true",
    )?;
    match (
        get("permission").is_some(),
        get("resource").is_some(),
        get("access").is_some(),
    ) {
        (true, false, false) | (false, true, true) => Ok(()),
        _ => Err("give either permission, or resource and access".into()),
    }
}

fn grantees(get: Look<'_, '_>) -> Judged {
    exactly_one(
        get,
        &["membershipIds", "groupId"],
        "give either membershipIds or groupId",
    )
}

fn rights(get: Look<'_, '_>) -> Judged {
    let permissions = get("permissions").is_some() || get("permissionGroups").is_some();
    match (
        permissions,
        get("resourceId").is_some(),
        get("access").is_some(),
    ) {
        (true, false, false) | (false, true, true) => Ok(()),
        _ => Err("give either permissions and permissionGroups, or resourceId with access".into()),
    }
}

/// How long a text is where that is part of its form.
pub fn text(owner: &str, field: &str) -> Option<TextForm> {
    let (least, most, controls) = match (owner, field) {
        (_, "idempotencyKey") => (1, LONGEST_KEY, false),
        (
            "AcceptInvitationInput" | "DeclineInvitationInput" | "Query.invitationByToken",
            "token",
        ) => (1, LONGEST_TOKEN, true),
        _ => return None,
    };
    Some(TextForm {
        least,
        most,
        controls,
    })
}

/// Says why a text is no id of this form; the text itself stands in front of it.
pub fn check_id(text: &str, form: IdForm) -> Result<(), String> {
    let expected = || match form.prefixes {
        [] => "an id is a prefix such as mem_ and 26 characters of 0-9 and a-z".to_owned(),
        prefixes => {
            let prefixes: Vec<String> =
                prefixes.iter().map(|prefix| format!("{prefix}_")).collect();
            format!(
                "expected is {} and 26 characters of 0-9 and a-z",
                prefixes.join(" or ")
            )
        }
    };
    let plain = match text.split_once('@') {
        None => text,
        Some(_) if !form.dated => {
            return Err("carries an instant, and only node and nodes take such ids".to_owned());
        }
        Some((plain, at)) => match Instant::read(at) {
            Some(read) if instant(read.0) == at => plain,
            _ => {
                return Err(
                    "is no id: its instant ends in Z and has 6 digits of a second".to_owned(),
                );
            }
        },
    };
    let malformed = || format!("is no id: {}", expected());
    AnyId::parse(plain).map_err(|_| malformed())?;
    let (prefix, _) = id::decode(plain).map_err(|_| malformed())?;
    if form.prefixes.is_empty() || form.prefixes.contains(&prefix) {
        Ok(())
    } else {
        Err(format!("is the id of something else: {}", expected()))
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
            .unwrap_err(),
            "is the id of something else: expected is ds_ or page_ and 26 characters of 0-9 and a-z"
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
                    .starts_with("is no id: expected is mem_ and"),
                "{bad}"
            );
        }
        let dated = format!("{good}@2026-03-02T09:00:00.000000Z");
        assert!(
            check_id(&dated, member)
                .unwrap_err()
                .starts_with("carries an instant")
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
