//! Answers with their reasons, and plain answers about others (PERM-8, WS-5).

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use crate::{
    domain::{
        access::{AccessCondition, AccessObstacle, AccessSuggestionKind, Suggestion},
        email,
        error_code::ErrorCode,
        id::{AccountId, ApiKeyId, ItemId, MembershipId},
        permission::Permission,
        vocabulary::{Locale, ResourceAccess},
    },
    graphql::{
        admission::carry,
        error::Nullable,
        object::{grant::AccessSource, group::Group, role::Role},
        scalar::{EmailAddress, Instant},
        scope::{Scope, WorkspaceView},
    },
    service::{
        Access, Failure,
        access_check::{self, Check, Checked, Visitor},
        explain::{self as service, About, Asked, Explain},
    },
    words::{
        explanation::{self, Subject},
        message::{self, all_of},
        user_error,
    },
};

/// The question to explain: exactly one of `membershipId`, `email`, `apiKeyId` and `anonymous`,
/// together with either `permission` or `resource` and `access`.
#[derive(Debug, InputObject)]
pub struct ExplainAccessInput {
    /// A member, in any state.
    pub membership_id: Option<ID>,
    /// The person with this e-mail address, ignoring case: a member, or somebody who could be
    /// invited.
    pub email: Option<EmailAddress>,
    /// An API key.
    pub api_key_id: Option<ID>,
    /// If true, the question is about an anonymous visitor.
    pub anonymous: Option<bool>,
    /// A permission in the whole workspace.
    pub permission: Option<Permission>,
    /// A dataset or page of the workspace.
    pub resource: Option<ID>,
    /// The kind of access to `resource`.
    pub access: Option<ResourceAccess>,
    /// The instant to explain, from the creation of the workspace on. Default: now. For future
    /// instants, the answer is what will hold if nothing changes.
    pub as_of: Option<Instant>,
}

impl ExplainAccessInput {
    fn read(self) -> Result<Explain, Failure> {
        let about = match (
            self.membership_id,
            self.email,
            self.api_key_id,
            self.anonymous,
        ) {
            (Some(id), None, None, None) => About::Member(MembershipId::parse(&id)?),
            (None, Some(typed), None, None) => {
                let email = email::EmailAddress::parse(&typed.0);
                About::Email(
                    email
                        .map_err(|_| Failure::bad_input(message::not_an_email()))?
                        .canonical,
                )
            }
            (None, None, Some(id), None) => About::Key(ApiKeyId::parse(&id)?),
            (None, None, None, Some(true)) => About::Anonymous,
            _ => {
                return Err(Failure::bad_input(message::exactly_one_of(all_of(&[
                    "membershipId",
                    "email",
                    "apiKeyId",
                    "anonymous: true",
                ]))));
            }
        };
        let asked = match (self.permission, self.resource, self.access) {
            (Some(permission), None, None) => Asked::Permission(permission),
            (None, Some(id), Some(access)) => Asked::Item(ItemId::parse(&id)?, access),
            _ => {
                return Err(Failure::bad_input(message::permission_or_resource()));
            }
        };
        Ok(Explain {
            about,
            asked,
            as_of: self.as_of.map(|instant| instant.0),
        })
    }
}

/// The answer to whether somebody has a permission or access at an instant, with the reasons.
#[derive(Debug, SimpleObject)]
pub struct AccessExplanation {
    /// True if the access is allowed.
    pub allowed: bool,
    /// The instant that the answer is about.
    pub as_of: Instant,
    /// Every path that gives the access. It would be refused only if all of them were removed.
    /// Empty if it is refused.
    pub sources: Vec<AccessSource>,
    /// Everything that prevents the access; empty if it is allowed.
    pub obstacles: Vec<AccessObstacle>,
    /// Single changes that would each be enough to allow the access: at most ten roles and ten
    /// groups, those that give the least first. Empty if no single change is enough, and for past
    /// instants. Groups are suggested only to viewers who may see them.
    pub suggestions: Vec<AccessSuggestion>,
    /// For BROWSE of a dataset: the filters of the visible records. A record is visible if one of
    /// them matches; null = all records. Empty if the access is refused.
    pub record_filters: Option<Vec<String>>,
}

/// A single change that would allow a refused access.
#[derive(Debug, SimpleObject)]
pub struct AccessSuggestion {
    /// The kind of change.
    pub kind: AccessSuggestionKind,
    /// The permission to grant, to add to the API key, or to offer in an invitation.
    pub permission: Option<Permission>,
    /// The role to assign, or to offer in an invitation.
    pub role: Option<Role>,
    /// The group to add the member to, or to offer in an invitation.
    pub group: Option<Group>,
    /// The access to grant for the dataset or page.
    pub access: Option<ResourceAccess>,
    /// The change in one sentence, in the viewer's language.
    pub text: String,
}

impl AccessSuggestion {
    fn of(view: &WorkspaceView, suggestion: Suggestion, locale: Locale) -> Self {
        let facts = &view.snapshot.facts;
        let role = suggestion.role.and_then(|id| facts.roles.get(&id));
        let group = suggestion.group.and_then(|id| facts.groups.get(&id));
        let subject = match (suggestion.permission, role, group, suggestion.access) {
            (Some(permission), ..) => Subject::Permission(permission),
            (_, Some(role), ..) => Subject::Role(&role.name),
            (_, _, Some(group), _) => Subject::Group(&group.title),
            (.., Some(access)) => Subject::Access(access),
            _ => Subject::Nothing,
        };
        Self {
            kind: suggestion.kind,
            permission: suggestion.permission,
            role: suggestion.role.and_then(|id| Role::find(view, id)),
            group: suggestion.group.and_then(|id| Group::find(view, id)),
            access: suggestion.access,
            text: explanation::suggestion(suggestion.kind, subject, locale),
        }
    }
}

/// Explains an answer in the workspace of `view`.
pub async fn explain(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    input: ExplainAccessInput,
) -> Result<Option<AccessExplanation>, Failure> {
    let scope = Scope::of(ctx)?;
    let input = input.read()?;
    let Some(explained) = service::explain(&scope.deps, &view.access, &scope.caller, input).await?
    else {
        return Ok(None);
    };
    let view = WorkspaceView {
        access: std::sync::Arc::<Access>::clone(&view.access),
        snapshot: explained.snapshot,
    };
    let (answer, locale) = (explained.explanation, scope.caller.locale());
    Ok(Some(AccessExplanation {
        allowed: answer.allowed,
        as_of: Instant(explained.as_of),
        sources: answer
            .sources
            .into_iter()
            .map(|source| AccessSource::of(&view, source))
            .collect(),
        obstacles: answer.obstacles,
        suggestions: answer
            .suggestions
            .into_iter()
            .map(|suggestion| AccessSuggestion::of(&view, suggestion, locale))
            .collect(),
        record_filters: match answer.record_filters {
            Some(shown) => Some(filters(ctx, &shown)?),
            None => None,
        },
    }))
}

fn filters(ctx: &Context<'_>, filters: &[std::sync::Arc<str>]) -> Result<Vec<String>, Failure> {
    carry(ctx, filters.iter().map(|filter| filter.len()).sum())?;
    Ok(filters.iter().map(ToString::to_string).collect())
}

/// The question whether somebody has access to a dataset or page: exactly one of `accountId`,
/// `membershipId`, `apiKeyId` and `anonymous`, together with `resource`.
#[derive(Debug, InputObject)]
pub struct CheckAccessInput {
    /// An account. Treated as its membership in the workspace of `resource`, or as an anonymous
    /// visitor without one.
    pub account_id: Option<ID>,
    /// A member.
    pub membership_id: Option<ID>,
    /// The id of an API key.
    pub api_key_id: Option<ID>,
    /// If true, the question is about an anonymous visitor.
    pub anonymous: Option<bool>,
    /// The dataset or page.
    pub resource: ID,
    /// The kind of access. Default: BROWSE.
    pub access: Option<ResourceAccess>,
}

impl CheckAccessInput {
    fn read(self) -> Result<Check, Failure> {
        let visitor = match (
            self.account_id,
            self.membership_id,
            self.api_key_id,
            self.anonymous,
        ) {
            (Some(id), None, None, None) => Visitor::Account(AccountId::parse(&id)?),
            (None, Some(id), None, None) => Visitor::Member(MembershipId::parse(&id)?),
            (None, None, Some(id), None) => Visitor::Key(ApiKeyId::parse(&id)?),
            (None, None, None, Some(true)) => Visitor::Anonymous,
            _ => {
                return Err(Failure::bad_input(message::exactly_one_of(all_of(&[
                    "accountId",
                    "membershipId",
                    "apiKeyId",
                    "anonymous: true",
                ]))));
            }
        };
        Ok(Check {
            visitor,
            item: ItemId::parse(&self.resource)?,
            access: self.access.unwrap_or(ResourceAccess::Browse),
        })
    }
}

/// The answer to whether somebody has access to a dataset or page now.
#[derive(Debug)]
pub struct AccessCheck(Checked);

/// The answer to whether somebody has access to a dataset or page now.
#[Object]
impl AccessCheck {
    /// True if the access is allowed.
    async fn allowed(&self) -> bool {
        self.0.allowed
    }

    /// For BROWSE of a dataset: the filters of the visible records. A record is visible if one of
    /// them matches; null = all records. Empty if the access is refused.
    async fn record_filters(&self, ctx: &Context<'_>) -> Nullable<Vec<String>> {
        let shown = self.0.record_filters.as_deref()?;
        Some(filters(ctx, shown).map_err(Into::into))
    }

    /// What the person's session must meet for this answer to apply. A session that does not is
    /// treated as an anonymous visitor, who may do less. Empty if there are no conditions, if the
    /// access is refused, and for API keys.
    async fn conditions(&self) -> Nullable<Vec<AccessCondition>> {
        Some(Ok(self.0.conditions.clone()))
    }
}

/// The answer to one question of `checkAccessBatch`.
#[derive(Debug, SimpleObject)]
pub struct CheckAccessResult {
    /// The position of the question in `inputs`, from 0.
    pub index: i32,
    /// The answer; null if there is none, and `code` gives the reason.
    pub check: Option<AccessCheck>,
    /// The reason why there is no answer: NOT_FOUND (no such resource, member or key in the
    /// workspace that the call is about) or FORBIDDEN (you may not ask about them).
    pub code: Option<String>,
    /// The reason as a message for people, in your language.
    pub message: Option<String>,
}

/// Answers one question.
pub async fn check(
    ctx: &Context<'_>,
    input: CheckAccessInput,
) -> Result<Option<AccessCheck>, Failure> {
    let scope = Scope::of(ctx)?;
    let answers = access_check::check(&scope.deps, &scope.caller, &[input.read()?]).await?;
    match answers.into_iter().next() {
        Some(Ok(checked)) => Ok(Some(AccessCheck(checked))),
        Some(Err(ErrorCode::Forbidden)) => {
            Err(Failure::requires(Permission::EditWorkspaceProperties))
        }
        _ => Err(Failure::NotFound),
    }
}

/// Answers up to 1,000 questions, in order.
pub async fn check_batch(
    ctx: &Context<'_>,
    inputs: Vec<CheckAccessInput>,
) -> Result<Option<Vec<CheckAccessResult>>, Failure> {
    let scope = Scope::of(ctx)?;
    let checks = inputs
        .into_iter()
        .map(CheckAccessInput::read)
        .collect::<Result<Vec<_>, _>>()?;
    let answers = access_check::check(&scope.deps, &scope.caller, &checks).await?;
    let locale = scope.caller.locale();
    let result = |(index, answer): (usize, Result<Checked, ErrorCode>)| {
        let index = i32::try_from(index).unwrap_or(i32::MAX);
        match answer {
            Ok(checked) => CheckAccessResult {
                index,
                check: Some(AccessCheck(checked)),
                code: None,
                message: None,
            },
            Err(code) => CheckAccessResult {
                index,
                check: None,
                code: Some(code.to_string()),
                message: Some(user_error::of_code(code, None, locale)),
            },
        }
    };
    Ok(Some(answers.into_iter().enumerate().map(result).collect()))
}
