//! The domain's enums in the schema: names and descriptions come from the domain, so that they
//! cannot differ.

use std::{borrow::Cow, sync::LazyLock};

use async_graphql::{
    ContextSelectionSet, InputType, InputValueError, InputValueResult, Name, OutputType,
    Positioned, ServerResult, Value,
    parser::types::Field,
    registry::{Deprecation, MetaEnumValue, MetaType, MetaTypeId, Registry},
};

use crate::domain::{
    access::{AccessCondition, AccessObstacle, AccessSuggestionKind, SecondFactorPolicy},
    audit::{AuditEventKind, verify::AuditBreakKind},
    import::ImportFormat,
    outcome::{
        ApproveAccessRequestsOutcome, DecideAccessRenewalsOutcome, DecideReusesOutcome,
        DisableMembersOutcome, DistributeOutcome, EnableMembersOutcome, GrantPermissionsOutcome,
        GroupMemberOutcome, ImportOutcome, InvitationOutcome, InviteOutcome, OnExistingMember,
        RejectAccessRequestsOutcome, ResetQuotaUsageOutcome, RestoreMembersOutcome,
        RevokeApiKeysOutcome, RevokeMembersOutcome, RevokePermissionsOutcome,
        SendPasswordResetsOutcome, SetAccessPeriodOutcome, SetInactivityExemptionsOutcome,
        SetMemberRoleOutcome, TransferOwnershipOutcome,
    },
    permission::{BackOfficeSection, Permission, PermissionGroup},
    restore::{LeftOutKind, LeftOutReason},
    second_factor::SecondFactorKind,
    vocabulary::{
        AccessMode, AccessRenewalState, AccessRequestState, ApiKeyKind, ApiKeyState, DeliveryState,
        InvitationState, Locale, MembershipEndReason, MembershipOrigin, MembershipState,
        QuotaLimiter, QuotaPeriod, QuotaScope, QuotaType, ResourceAccess, ReuseState, Security,
    },
};

/// The description of an enum or a value as the schema prints it: without the names of rules, which
/// nobody outside knows.
fn printed_description(text: &str) -> Option<String> {
    Some(without_rules(text.trim()))
}

/// The text without parentheses that hold nothing but rules: ` (MEM-1, MEM-3)`.
fn without_rules(text: &str) -> String {
    let is_rule = |word: &str| {
        word.split_once('-').is_some_and(|(name, number)| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_uppercase())
                && !number.is_empty()
                && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(" (") {
        let Some((inner, behind)) = after.split_once(')') else {
            break;
        };
        out.push_str(before);
        if !inner.split(", ").all(is_rule) {
            out.push_str(" (");
            out.push_str(inner);
            out.push(')');
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

macro_rules! enums {
    ($($name:ident),+ $(,)?) => {
        $(
            impl $name {
                fn graphql_name(self) -> Name {
                    static NAMES: LazyLock<Vec<Name>> =
                        LazyLock::new(|| $name::ALL.iter().map(|value| Name::new(value.as_str())).collect());
                    NAMES.get(self as usize).cloned().unwrap_or_else(|| Name::new(self.as_str()))
                }

                fn graphql_type(registry: &mut Registry) -> MetaType {
                    let _ = registry;
                    MetaType::Enum {
                        name: Self::TYPE.to_owned(),
                        description: printed_description(Self::DESCRIPTION),
                        enum_values: Self::ALL
                            .iter()
                            .map(|value| {
                                let meta_value = MetaEnumValue {
                                    name: value.as_str().to_owned(),
                                    description: printed_description(value.description()),
                                    deprecation: Deprecation::NoDeprecated,
                                    visible: None,
                                    inaccessible: false,
                                    tags: Vec::new(),
                                    directive_invocations: Vec::new(),
                                };
                                (value.as_str().to_owned(), meta_value)
                            })
                            .collect(),
                        visible: None,
                        inaccessible: false,
                        tags: Vec::new(),
                        rust_typename: Some(std::any::type_name::<Self>()),
                        directive_invocations: Vec::new(),
                        requires_scopes: Vec::new(),
                    }
                }
            }

            impl InputType for $name {
                type RawValueType = Self;

                fn type_name() -> Cow<'static, str> {
                    Cow::Borrowed(Self::TYPE)
                }

                fn create_type_info(registry: &mut Registry) -> String {
                    registry.create_input_type::<Self, _>(MetaTypeId::Enum, Self::graphql_type)
                }

                fn parse(value: Option<Value>) -> InputValueResult<Self> {
                    let value = value.unwrap_or_default();
                    let variant = match &value {
                        Value::Enum(name) => Self::parse(name.as_str()),
                        Value::String(name) => Self::parse(name),
                        _ => None,
                    };
                    variant.ok_or_else(|| InputValueError::expected_type(value))
                }

                fn to_value(&self) -> Value {
                    Value::Enum(self.graphql_name())
                }

                fn as_raw_value(&self) -> Option<&Self::RawValueType> {
                    Some(self)
                }
            }

            impl OutputType for $name {
                fn type_name() -> Cow<'static, str> {
                    Cow::Borrowed(Self::TYPE)
                }

                fn create_type_info(registry: &mut Registry) -> String {
                    registry.create_output_type::<Self, _>(MetaTypeId::Enum, Self::graphql_type)
                }

                async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
                    Ok(Value::Enum(self.graphql_name()))
                }
            }
        )+
    };
}

enums!(
    Permission,
    PermissionGroup,
    BackOfficeSection,
    AccessMode,
    AccessRenewalState,
    ReuseState,
    AccessRequestState,
    ApiKeyKind,
    ApiKeyState,
    AuditBreakKind,
    AuditEventKind,
    DeliveryState,
    InvitationState,
    Locale,
    MembershipEndReason,
    MembershipOrigin,
    MembershipState,
    QuotaLimiter,
    QuotaPeriod,
    QuotaScope,
    QuotaType,
    ResourceAccess,
    SecondFactorKind,
    SecondFactorPolicy,
    Security,
    AccessCondition,
    AccessObstacle,
    AccessSuggestionKind,
    SetAccessPeriodOutcome,
    EnableMembersOutcome,
    DisableMembersOutcome,
    RestoreMembersOutcome,
    RevokeMembersOutcome,
    SetInactivityExemptionsOutcome,
    SendPasswordResetsOutcome,
    SetMemberRoleOutcome,
    RevokeApiKeysOutcome,
    TransferOwnershipOutcome,
    GrantPermissionsOutcome,
    RevokePermissionsOutcome,
    GroupMemberOutcome,
    ImportFormat,
    OnExistingMember,
    ImportOutcome,
    InviteOutcome,
    InvitationOutcome,
    ResetQuotaUsageOutcome,
    DecideAccessRenewalsOutcome,
    DecideReusesOutcome,
    DistributeOutcome,
    ApproveAccessRequestsOutcome,
    RejectAccessRequestsOutcome,
    LeftOutKind,
    LeftOutReason,
);

#[cfg(test)]
mod tests {
    use super::without_rules;

    #[test]
    fn descriptions_name_no_rules() {
        for (text, shown) in [
            (
                "The state of a membership (MEM-1).",
                "The state of a membership.",
            ),
            (
                "Both (PERM-4, PERM-5) of them (all).",
                "Both of them (all).",
            ),
            ("In UTC (UTC-based), open (", "In UTC (UTC-based), open ("),
        ] {
            assert_eq!(without_rules(text), shown);
        }
    }
}
