//! Answers with their reasons, and plain answers about others (PERM-8, WS-5).

use async_graphql::{Context, ID, InputObject, SimpleObject};

use crate::{
    domain::{
        access::{AccessObstacle, AccessSuggestionKind, Suggestion},
        email,
        id::{AccountId, ApiKeyId, ItemId, MembershipId},
        permission::Permission,
        vocabulary::{Locale, ResourceAccess},
    },
    graphql::{
        object::{grant::AccessSource, group::Group, role::Role},
        scalar::{EmailAddress, Instant},
        scope::{Place, Scope},
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

/// What is to be explained: about exactly one of `membershipId`, `email`, `apiKeyId` and
/// `anonymous`; either `permission`, or `resource` with `access`.
#[derive(Debug, InputObject)]
pub struct ExplainAccessInput {
    /// A member, in any state.
    pub membership_id: Option<ID>,
    /// Whoever has this address, in any case: a member, or somebody who could be invited.
    pub email: Option<EmailAddress>,
    /// An API key.
    pub api_key_id: Option<ID>,
    /// True: an anonymous visitor.
    pub anonymous: Option<bool>,
    /// A permission in the whole workspace.
    pub permission: Option<Permission>,
    /// A dataset or page of the workspace.
    pub resource: Option<ID>,
    /// The access to it.
    pub access: Option<ResourceAccess>,
    /// At which instant; absent: now. Not before the workspace was made. In the future: what will
    /// hold if nobody acts.
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

/// Whether somebody may do something at an instant, and why, or why not.
#[derive(Debug, SimpleObject)]
pub struct AccessExplanation {
    /// Whether they may.
    pub allowed: bool,
    /// The instant that it is about.
    pub as_of: Instant,
    /// Every path that gives it; without all of them it would be refused. Empty if it is refused.
    pub sources: Vec<AccessSource>,
    /// Everything that stands in the way; empty if it is allowed.
    pub obstacles: Vec<AccessObstacle>,
    /// Single changes, each of which alone would turn the refusal; of roles and of groups at most
    /// ten each, those that give the least first. Empty if no single change is enough, and for the
    /// past. Groups are suggested to those who may see them.
    pub suggestions: Vec<AccessSuggestion>,
    /// For BROWSE of a dataset: which records, as alternatives; null = all records. Empty if it is
    /// refused.
    pub record_filters: Option<Vec<String>>,
}

/// A single change that would turn a refusal.
#[derive(Debug, SimpleObject)]
pub struct AccessSuggestion {
    /// What to do.
    pub kind: AccessSuggestionKind,
    /// The permission to grant, to put on the key's list, or to invite with.
    pub permission: Option<Permission>,
    /// The role to give, or to invite with.
    pub role: Option<Role>,
    /// The group to add to, or to invite into.
    pub group: Option<Group>,
    /// The access to the item that is to be granted.
    pub access: Option<ResourceAccess>,
    /// What to do, in one sentence, in the viewer's language.
    pub text: String,
}

impl AccessSuggestion {
    fn of(place: &Place, suggestion: Suggestion, locale: Locale) -> Self {
        let facts = &place.snapshot.facts;
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
            role: suggestion.role.and_then(|id| Role::find(place, id)),
            group: suggestion.group.and_then(|id| Group::find(place, id)),
            access: suggestion.access,
            text: explanation::suggestion(suggestion.kind, subject, locale),
        }
    }
}

/// Explains an answer in the workspace of `place`.
pub async fn explain(
    ctx: &Context<'_>,
    place: &Place,
    input: ExplainAccessInput,
) -> Result<Option<AccessExplanation>, Failure> {
    let scope = Scope::of(ctx)?;
    let input = input.read()?;
    let Some(found) = service::explain(&scope.deps, &place.access, &scope.caller, input).await?
    else {
        return Ok(None);
    };
    let place = Place {
        access: std::sync::Arc::<Access>::clone(&place.access),
        snapshot: found.snapshot,
    };
    let (answer, locale) = (found.explanation, scope.caller.locale());
    Ok(Some(AccessExplanation {
        allowed: answer.allowed,
        as_of: Instant(found.as_of),
        sources: answer
            .sources
            .into_iter()
            .map(|source| AccessSource::of(&place, source))
            .collect(),
        obstacles: answer.obstacles,
        suggestions: answer
            .suggestions
            .into_iter()
            .map(|one| AccessSuggestion::of(&place, one, locale))
            .collect(),
        record_filters: answer.record_filters.map(filters),
    }))
}

fn filters(filters: Vec<std::sync::Arc<str>>) -> Vec<String> {
    filters.iter().map(ToString::to_string).collect()
}

/// May they do that to this item? About exactly one of `accountId`, `membershipId`, `apiKeyId` and
/// `anonymous`.
#[derive(Debug, InputObject)]
pub struct CheckAccessInput {
    /// An account: as the member it is in the item's workspace, else as an anonymous visitor.
    pub account_id: Option<ID>,
    /// A member.
    pub membership_id: Option<ID>,
    /// An API key, by its id.
    pub api_key_id: Option<ID>,
    /// True: an anonymous visitor.
    pub anonymous: Option<bool>,
    /// The dataset or page.
    pub resource: ID,
    /// What they would do; absent: BROWSE.
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

/// Whether somebody may do that to an item now.
#[derive(Debug, SimpleObject)]
pub struct AccessCheck {
    /// Whether they may.
    pub allowed: bool,
    /// For BROWSE of a dataset: which records, as alternatives; null = all records. Empty if it is
    /// refused.
    pub record_filters: Option<Vec<String>>,
}

impl AccessCheck {
    fn of(checked: Checked) -> Self {
        Self {
            allowed: checked.allowed,
            record_filters: checked.record_filters.map(filters),
        }
    }
}

/// The answer to one question of `checkAccessBatch`.
#[derive(Debug, SimpleObject)]
pub struct CheckAccessResult {
    /// The question's place in `inputs`, from 0.
    pub index: i32,
    /// The answer; null if there is none, and `code` says why.
    pub check: Option<AccessCheck>,
    /// Why there is no answer: NOT_FOUND (no such item, member or key in the workspace that the
    /// call is about) or FORBIDDEN (you may not ask about them).
    pub code: Option<String>,
    /// The same for people, in your language.
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
        Some(Ok(checked)) => Ok(Some(AccessCheck::of(checked))),
        Some(Err("FORBIDDEN")) => Err(Failure::requires(Permission::EditWorkspaceProperties)),
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
    let result = |(index, answer): (usize, Result<Checked, &'static str>)| {
        let index = i32::try_from(index).unwrap_or(i32::MAX);
        match answer {
            Ok(checked) => CheckAccessResult {
                index,
                check: Some(AccessCheck::of(checked)),
                code: None,
                message: None,
            },
            Err(code) => CheckAccessResult {
                index,
                check: None,
                code: Some(code.to_owned()),
                message: Some(user_error::of_code(code, locale)),
            },
        }
    };
    Ok(Some(answers.into_iter().enumerate().map(result).collect()))
}
