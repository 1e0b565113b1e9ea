//! What stands behind a workspace's fields: guards, lists, previews.

use std::{collections::BTreeSet, sync::Arc};

use async_graphql::{Context, ID, MaybeUndefined};

use super::{
    filters::{
        GroupFilter, GroupOrder, GroupOrderField, MembershipFilter, MembershipOrder,
        OrderDirection, bounded,
    },
    group::{Group, GroupConnection, GroupEdge},
    membership::{self, Membership, MembershipConnection, MembershipEdge},
    quota::EffectiveQuota,
    role::{Role, RoleOrder, RoleOrderField},
    workspace::{QuotaPreviewInput, Workspace, WorkspaceConnection, WorkspaceEdge},
};
use crate::service::list::{Position, instant_key};
use crate::service::workspace::Family;
use crate::{
    domain::{
        fold,
        id::{GroupId, MembershipId},
        permission::{Permission, PermissionSet},
        quota::check_limit,
    },
    graphql::{
        connection::{List, PageArguments, PageInfo, check_bounds, slice},
        loader,
        plain::AtHand,
        scalar::EmailAddress,
        scope::{Scope, WorkspaceView},
    },
    service::{Actor, Failure, member, quota as quotas, workspace as service},
    words::message::{self, all_of},
};

/// The caller's membership, if it has not ended.
pub async fn own(ctx: &Context<'_>, place: &WorkspaceView) -> Result<Option<Membership>, Failure> {
    match &place.access.member {
        Some(facts) => loader::member(ctx, place, facts.id).await,
        None => Ok(None),
    }
}

fn unsigned(ctx: &Context<'_>) -> Result<Failure, Failure> {
    Ok(match Scope::of(ctx)?.caller.actor {
        Actor::Anonymous => Failure::Unauthenticated,
        _ => Failure::requires(Permission::EditWorkspaceProperties),
    })
}

impl Workspace {
    pub(super) async fn secondary_page(
        &self,
        ctx: &Context<'_>,
        arguments: &PageArguments,
    ) -> Result<WorkspaceConnection, Failure> {
        let access = self.access();
        if !access.can(Permission::ManageSecondaryWorkspaces) {
            self.place.require_ewp(ctx)?;
        }
        let scope = Scope::of(ctx)?;
        if scope.caller.key().is_some() {
            return Err(Failure::forbidden(message::requires_own_workspace()));
        }
        let family = Family::SecondaryOf(access.workspace.id);
        connection_of(
            ctx,
            family,
            service::WorkspaceFilter::default(),
            (service::ListOrder::Slug, false),
            arguments,
        )
        .await
    }

    pub(super) async fn defaults(&self, ctx: &Context<'_>) -> Result<PermissionSet, Failure> {
        self.place.require_ewp(ctx)?;
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
        let found = match (id, email) {
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
        match found {
            Some(row) => Ok(membership::one(ctx, &self.place, row).await?.map(AtHand)),
            None if access.can(Permission::EditWorkspaceProperties) => Ok(None),
            None => Err(unsigned(ctx)?),
        }
    }

    pub(super) async fn member_page(
        &self,
        ctx: &Context<'_>,
        arguments: &PageArguments,
        filter: Option<MembershipFilter>,
        order: MembershipOrder,
    ) -> Result<MembershipConnection, Failure> {
        self.place.require_ewp(ctx)?;
        let scope = Scope::of(ctx)?;
        let access = self.access();
        let filter = filter
            .map(MembershipFilter::read)
            .transpose()?
            .unwrap_or_default();
        let list = self.place.list(scope, &order.list());
        let request = arguments.request(&list, access.now)?;
        check_bounds(&request, |key| order.read().0.takes(key))?;
        let needs = membership::Needs::of(ctx);
        let mut found = if needs.rows {
            member::page(&scope.deps, access, &filter, order.read(), &request).await?
        } else {
            crate::service::list::Page {
                rows: Vec::new(),
                has_next: false,
                has_previous: false,
            }
        };
        let (field, _) = order.read();
        let cursors: Vec<String> = if needs.cursors {
            found
                .rows
                .iter()
                .map(|row| list.cursor(request.page_one, &row.position(field)))
                .collect()
        } else {
            vec![String::new(); found.rows.len()]
        };
        let rows = std::mem::take(&mut found.rows);
        let members = membership::prefetch(ctx, &self.place, rows, &needs).await?;
        let edges: Vec<MembershipEdge> = cursors
            .into_iter()
            .zip(members)
            .map(|(cursor, node)| MembershipEdge {
                cursor,
                node: node.into(),
            })
            .collect();
        let (deps, access) = (scope.deps.clone(), Arc::clone(access));
        Ok(MembershipConnection {
            page_info: PageInfo::of(
                &found,
                edges.first().map(|edge| &edge.cursor),
                edges.last().map(|edge| &edge.cursor),
            ),
            edges,
            counter: Box::new(move || {
                let (deps, access, filter) = (deps.clone(), Arc::clone(&access), filter.clone());
                Box::pin(async move { member::count(&deps, &access, &filter).await })
            }),
        })
    }

    pub(super) fn group_page(
        &self,
        ctx: &Context<'_>,
        arguments: &PageArguments,
        filter: Option<GroupFilter>,
        order: Option<GroupOrder>,
    ) -> Result<GroupConnection, Failure> {
        self.place.require_ewp(ctx)?;
        let now = self.access().now;
        let order = order.unwrap_or(GroupOrder {
            field: GroupOrderField::Title,
            direction: OrderDirection::Asc,
        });
        let list = self.place.list(
            Scope::of(ctx)?,
            &format!("groups {:?} {:?}", order.field, order.direction),
        );
        let request = arguments.request(&list, now)?;
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
        let wanted: PermissionSet = bounded(filter.permissions, "permissions")?
            .unwrap_or_default()
            .into_iter()
            .collect();
        let rows: Vec<(Position, Group)> = self
            .access()
            .facts()
            .groups_at(now)
            .filter_map(|facts| {
                let title = fold::fold(&facts.title);
                let group = Group::find(&self.place, facts.id)?;
                let found = search
                    .as_ref()
                    .is_none_or(|search| title.contains(search.as_str()));
                let key = match order.field {
                    GroupOrderField::Title => title,
                    GroupOrderField::CreatedAt => {
                        format!("{:020}", facts.interval.starts_at.timestamp_micros())
                    }
                };
                (found && group.held().is_superset(wanted)).then_some((
                    Position {
                        key,
                        id: facts.id.0,
                    },
                    group,
                ))
            })
            .collect();
        let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let page = slice(rows, &request, order.direction == OrderDirection::Desc);
        let edges: Vec<GroupEdge> = page
            .rows
            .iter()
            .map(|(position, node)| GroupEdge {
                cursor: list.cursor(request.page_one, position),
                node: node.clone(),
            })
            .collect();
        Ok(GroupConnection {
            page_info: PageInfo::of(
                &page,
                edges.first().map(|edge| &edge.cursor),
                edges.last().map(|edge| &edge.cursor),
            ),
            edges,
            counter: Box::new(move || Box::pin(async move { Ok(total) })),
        })
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
            .filter_map(|role| Role::find(&self.place, role.id))
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
        let is_own = target.is_some()
            && access.is_active_member()
            && access.member.as_ref().map(|own| own.id) == target;
        if !is_own {
            self.place.require_ewp(ctx)?;
        }
        let tried = match &input.member_limit {
            MaybeUndefined::Value(Long(limit)) => Some(Some(
                check_limit(input.r#type, *limit).map_err(Failure::bad_input)?,
            )),
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Undefined => None,
        };
        let groups: Option<Vec<GroupId>> = match &input.group_ids {
            None => None,
            Some(ids) if ids.len() > 100 => {
                return Err(Failure::bad_input(message::items_at_most("groupIds", 100)));
            }
            Some(ids) => Some(
                ids.iter()
                    .map(|id| GroupId::parse(id))
                    .collect::<Result<BTreeSet<_>, _>>()?
                    .into_iter()
                    .collect(),
            ),
        };
        let known = |id: &GroupId| access.group(*id).is_some();
        if let Some(groups) = &groups
            && !groups.iter().all(known)
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
            tried,
        )
        .await?;
        Ok(EffectiveQuota {
            place: self.place.clone(),
            quota,
        })
    }
}

use crate::graphql::scalar::Long;
use crate::service::role;

/// One page of workspaces.
pub async fn connection_of(
    ctx: &Context<'_>,
    family: Family,
    filter: service::WorkspaceFilter,
    order: (service::ListOrder, bool),
    arguments: &PageArguments,
) -> Result<WorkspaceConnection, Failure> {
    let scope = Scope::of(ctx)?;
    let list = List::new(
        scope,
        format!("workspaces {family:?} {:?} {}", order.0, order.1),
    );
    let request = arguments.request(&list, scope.caller.now)?;
    check_bounds(&request, |key| order.0.takes(key))?;
    let page = service::page(&scope.deps, &scope.caller, family, &filter, order, &request).await?;
    let position = |access: &crate::service::Access| Position {
        key: match order.0 {
            service::ListOrder::Slug => access.workspace.slug.to_string(),
            service::ListOrder::CreatedAt => instant_key(access.workspace.created_at),
        },
        id: access.workspace.id.0,
    };
    let edges: Vec<WorkspaceEdge> = page
        .rows
        .iter()
        .map(|access| WorkspaceEdge {
            cursor: list.cursor(request.page_one, &position(access)),
            node: Workspace::of(Arc::new(access.clone())),
        })
        .collect();
    let (deps, caller) = (scope.deps.clone(), Arc::clone(&scope.caller));
    Ok(WorkspaceConnection {
        page_info: PageInfo::of(
            &page,
            edges.first().map(|edge| &edge.cursor),
            edges.last().map(|edge| &edge.cursor),
        ),
        edges,
        counter: Box::new(move || {
            let (deps, caller, filter) = (deps.clone(), Arc::clone(&caller), filter.clone());
            Box::pin(async move { service::count(&deps, &caller, family, &filter).await })
        }),
    })
}
