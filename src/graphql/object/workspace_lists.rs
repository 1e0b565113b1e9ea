//! What stands behind a workspace's fields: guards, lists, previews.

use std::{collections::BTreeSet, sync::Arc};

use async_graphql::{Context, ID, MaybeUndefined};

use super::{
    filters::{
        GroupFilter, GroupOrder, GroupOrderField, MembershipFilter, MembershipOrder,
        OrderDirection, check_length,
    },
    group::Group,
    membership::{self, Membership},
    quota::EffectiveQuota,
    role::{Role, RoleOrder, RoleOrderField},
    workspace::{QuotaPreviewInput, Workspace},
};
use crate::service::list::{Page, Position, instant_key};
use crate::service::workspace::Family;
use crate::{
    domain::{
        fold,
        id::{GroupId, MembershipId},
        permission::PermissionSet,
        quota::check_limit,
    },
    graphql::{
        connection::{Connection, Counter, List, ListRow, PageArguments},
        loader,
        plain::AtHand,
        scalar::{EmailAddress, Long},
        scope::{Scope, WorkspaceView},
    },
    service::{
        Failure, invitation::MOST_GROUPS, member, quota as quotas, role, workspace as service,
    },
    words::message::{self, all_of},
};

/// The caller's membership, if it has not ended.
pub async fn own(ctx: &Context<'_>, view: &WorkspaceView) -> Result<Option<Membership>, Failure> {
    match view.access.own_member() {
        Some(facts) => loader::member(ctx, view, facts.id).await,
        None => Ok(None),
    }
}

impl Workspace {
    pub(super) async fn secondary_page(
        &self,
        ctx: &Context<'_>,
        arguments: &PageArguments,
    ) -> Result<Connection<Workspace>, Failure> {
        let access = self.access();
        service::require_secondaries(access, &Scope::of(ctx)?.caller)?;
        let family = Family::SecondaryOf(access.workspace.id);
        workspace_page(
            ctx,
            family,
            service::WorkspaceFilter::default(),
            (service::ListOrder::Slug, false),
            arguments,
        )
        .await
    }

    pub(super) async fn defaults(&self, ctx: &Context<'_>) -> Result<PermissionSet, Failure> {
        self.view.require_ewp(ctx)?;
        service::default_permissions(&Scope::of(ctx)?.deps, self.access()).await
    }

    pub(super) async fn one_member(
        &self,
        ctx: &Context<'_>,
        id: Option<ID>,
        email: Option<EmailAddress>,
    ) -> Result<Option<AtHand<Membership>>, Failure> {
        let scope = Scope::of(ctx)?;
        let access = self.access();
        let row = match (id, email) {
            (Some(id), None) => {
                member::by_id(
                    &scope.deps,
                    access,
                    &scope.caller,
                    MembershipId::parse(&id)?,
                )
                .await?
            }
            (None, Some(email)) => {
                let email = crate::domain::email::EmailAddress::parse(&email.0)
                    .map_err(|_| Failure::bad_input(message::not_an_email()))?;
                member::by_email(&scope.deps, access, &scope.caller, &email.canonical).await?
            }
            _ => {
                return Err(Failure::bad_input(message::exactly_one_of(all_of(&[
                    "id", "email",
                ]))));
            }
        };
        match row {
            Some(row) => Ok(membership::prefetch_one(ctx, &self.view, row)
                .await?
                .map(AtHand)),
            // Who may not see all members is not told whether there is this one.
            None => self.view.require_ewp(ctx).map(|()| None),
        }
    }

    pub(super) async fn member_page(
        &self,
        ctx: &Context<'_>,
        arguments: &PageArguments,
        filter: Option<MembershipFilter>,
        order: MembershipOrder,
    ) -> Result<Connection<AtHand<Membership>>, Failure> {
        self.view.require_ewp(ctx)?;
        let scope = Scope::of(ctx)?;
        let access = self.access();
        let filter = filter
            .map(MembershipFilter::read)
            .transpose()?
            .unwrap_or_default();
        let name = order.list();
        let order = order.read();
        let takes = |key: &str| order.0.takes(key);
        let counter = Counter::new(
            (scope.deps.clone(), Arc::clone(access), filter.clone()),
            |(deps, access, filter)| Box::pin(member::count(deps, access, filter)),
        );
        self.view
            .list(scope, &name)
            .connection(arguments, takes, counter, async |request| {
                let needs = membership::Needs::of(ctx);
                let mut page = if needs.rows {
                    member::page(&scope.deps, access, &filter, order, &request).await?
                } else {
                    Page::default()
                };
                let rows = std::mem::take(&mut page.rows);
                let members = membership::prefetch(ctx, &self.view, rows, &needs).await?;
                let row = |member: Membership| ListRow::new(member.row.position(order.0), member);
                Ok(page.with_rows(members.into_iter().map(row).collect()))
            })
            .await
    }

    pub(super) async fn group_page(
        &self,
        ctx: &Context<'_>,
        arguments: &PageArguments,
        filter: Option<GroupFilter>,
        order: Option<GroupOrder>,
    ) -> Result<Connection<Group>, Failure> {
        self.view.require_ewp(ctx)?;
        let now = self.access().now;
        let order = order.unwrap_or(GroupOrder {
            field: GroupOrderField::Title,
            direction: OrderDirection::Asc,
        });
        let filter = filter.unwrap_or(GroupFilter {
            search: None,
            permissions: None,
        });
        let search = filter
            .search
            .as_deref()
            .map(member::check_search)
            .transpose()?
            .map(|typed| fold::fold(&typed));
        let permissions: PermissionSet = check_length(filter.permissions, "permissions")?
            .unwrap_or_default()
            .into_iter()
            .collect();
        let rows: Vec<(Position, Group)> = self
            .access()
            .facts()
            .groups_at(now)
            .filter_map(|facts| {
                let title = fold::fold(&facts.title);
                let group = Group::find(&self.view, facts.id)?;
                let matches = search
                    .as_ref()
                    .is_none_or(|search| title.contains(search.as_str()));
                let key = match order.field {
                    GroupOrderField::Title => title,
                    GroupOrderField::CreatedAt => {
                        format!("{:020}", facts.interval.starts_at.timestamp_micros())
                    }
                };
                let position = Position {
                    key,
                    id: facts.id.0,
                };
                (matches && group.held_permissions().is_superset(permissions))
                    .then_some((position, group))
            })
            .collect();
        let name = format!("groups {:?} {:?}", order.field, order.direction);
        let descending = order.direction.is_descending();
        self.view
            .list(Scope::of(ctx)?, &name)
            .slice(arguments, rows, descending, std::convert::identity)
            .await
    }

    pub(super) async fn role_list(
        &self,
        ctx: &Context<'_>,
        order: Option<RoleOrder>,
    ) -> Result<Vec<Role>, Failure> {
        let scope = Scope::of(ctx)?;
        let mut roles = role::visible(&scope.deps, &scope.caller, self.access()).await?;
        match order.map(|order| order.field) {
            None => roles.sort_by_key(|role| {
                (
                    role.preset.is_none(),
                    role.preset,
                    fold::fold(&role.name),
                    role.id,
                )
            }),
            Some(RoleOrderField::Name) => {
                roles.sort_by_key(|role| (fold::fold(&role.name), role.id))
            }
            Some(RoleOrderField::CreatedAt) => {
                roles.sort_by_key(|role| (role.interval.starts_at, role.id))
            }
        }
        if order.is_some_and(|order| order.direction.is_descending()) {
            roles.reverse();
        }
        Ok(roles
            .into_iter()
            .filter_map(|role| Role::find(&self.view, role.id))
            .collect())
    }

    pub(super) async fn preview(
        &self,
        ctx: &Context<'_>,
        input: QuotaPreviewInput,
    ) -> Result<EffectiveQuota, Failure> {
        let scope = Scope::of(ctx)?;
        let access = self.access();
        let target = input
            .membership_id
            .as_ref()
            .map(|id| MembershipId::parse(id))
            .transpose()?;
        quotas::require_preview(access, &scope.caller, target)?;
        let member_limit = match &input.member_limit {
            MaybeUndefined::Value(Long(limit)) => Some(Some(
                check_limit(input.r#type, *limit).map_err(Failure::bad_input)?,
            )),
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Undefined => None,
        };
        let groups: Option<Vec<GroupId>> = match &input.group_ids {
            None => None,
            Some(ids) if ids.len() > MOST_GROUPS => {
                return Err(Failure::bad_input(message::items_at_most(
                    "groupIds",
                    MOST_GROUPS,
                )));
            }
            Some(ids) => Some(
                ids.iter()
                    .map(|id| GroupId::parse(id))
                    .collect::<Result<BTreeSet<_>, _>>()?
                    .into_iter()
                    .collect(),
            ),
        };
        let exists = |id: &GroupId| access.group(*id).is_some();
        if let Some(groups) = &groups
            && !groups.iter().all(exists)
        {
            return Err(Failure::NotFound);
        }
        let quota = quotas::preview(
            &scope.deps,
            access,
            &scope.caller,
            input.r#type,
            target,
            groups,
            member_limit,
        )
        .await?;
        Ok(EffectiveQuota {
            view: self.view.clone(),
            quota,
        })
    }
}

/// One page of workspaces.
pub async fn workspace_page(
    ctx: &Context<'_>,
    family: Family,
    filter: service::WorkspaceFilter,
    order: (service::ListOrder, bool),
    arguments: &PageArguments,
) -> Result<Connection<Workspace>, Failure> {
    let scope = Scope::of(ctx)?;
    let caller = &scope.caller;
    let name = format!("workspaces {family:?} {:?} {}", order.0, order.1);
    let takes = |key: &str| order.0.takes(key);
    let counter = Counter::new(
        (
            scope.deps.clone(),
            Arc::clone(caller),
            family,
            filter.clone(),
        ),
        |(deps, caller, family, filter)| Box::pin(service::count(deps, caller, *family, filter)),
    );
    List::new(scope, name, caller.now)
        .connection(arguments, takes, counter, async |request| {
            let page = service::page(&scope.deps, caller, family, &filter, order, &request).await?;
            Ok(page.map(|access| {
                let position = Position {
                    key: match order.0 {
                        service::ListOrder::Slug => access.workspace.slug.to_string(),
                        service::ListOrder::CreatedAt => instant_key(access.workspace.created_at),
                    },
                    id: access.workspace.id.0,
                };
                ListRow::new(position, Workspace::of(Arc::new(access)))
            }))
        })
        .await
}
