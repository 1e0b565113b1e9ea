//! What the workspaces have before anybody joins: properties, roles, groups, sign-up, license, and
//! the first event of their audit logs.

use chrono::{DateTime, Duration, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::{
    draw::Draw,
    groups::{DELETED, GROUPS, Group, TRANSIT_GROUPS},
    items,
    rows::{self, GranteeFacts, Item, Span},
    world::{DemoWorkspace, World},
};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        audit::{self, FieldChange},
        fold,
        id::WorkspaceId,
        permission::Permission::{self, *},
        vocabulary::{
            AccessMode, ActorKind,
            QuotaPeriod::{Day, Month},
            QuotaScope, QuotaType, ResourceAccess,
        },
    },
    entity::{default_permission, member_group, role, role_permission, workspace},
    store::{
        audit::{Chain, EventRow},
        seed::Rows,
    },
};

/// The request id of the demo's events.
const REQUEST: &str = "demo";

const STEWARD: &[Permission] = &[
    CreateDatasets,
    EditAllDatasets,
    PublishOwnDatasets,
    BrowseAllDatasets,
    ManageOwnDatasetsSecurity,
];
const COMMUNICATIONS: &[Permission] = &[
    CreatePages,
    EditAllPages,
    BrowseAllPages,
    ManageReuses,
    BrowseAnalytics,
];

/// Both workspaces without their people.
pub fn rows(draw: &mut Draw, world: &World) -> Rows {
    let mut rows = Rows::default();
    let riverton = face(
        &world.riverton,
        "riverton",
        "Riverton Open Data",
        AccessMode::Public,
    );
    let riverton = workspace::Model {
        description: Some("What the city of Riverton knows, free to use.".to_owned()),
        seats: i32::try_from(400 * world.blocks).ok(),
        secondary_workspaces_enabled: true,
        max_secondary_workspaces: Some(3),
        anonymous_pool: Some(250_000),
        anonymous_per_address: Some(2_000),
        ..riverton
    };
    let transit = face(
        &world.transit,
        "riverton-transit",
        "Riverton Transit Authority",
        AccessMode::Private,
    );
    let transit = workspace::Model {
        description: Some(
            "Timetables, vehicles and ridership, for the people who run them.".to_owned(),
        ),
        parent_id: Some(world.riverton.id),
        sign_in_suggested: true,
        ..transit
    };
    for (workspace, mut model) in [(&world.riverton, riverton), (&world.transit, transit)] {
        rows.events.push(created(draw, &mut model));
        rows.workspace.push(model);
        presets(workspace, &mut rows);
    }
    custom_role(
        draw,
        &world.riverton,
        (world.stewards, "Data steward", STEWARD),
        &mut rows,
    );
    custom_role(
        draw,
        &world.riverton,
        (world.communications, "Communications", COMMUNICATIONS),
        &mut rows,
    );
    groups(
        draw,
        &world.riverton,
        GROUPS,
        (items::DATASETS, items::PAGES),
        &mut rows,
    );
    deleted_group(draw, &world.riverton, &mut rows);
    groups(
        draw,
        &world.transit,
        TRANSIT_GROUPS,
        (items::TRANSIT_DATASETS, items::TRANSIT_PAGES),
        &mut rows,
    );
    defaults(draw, world, &mut rows);
    limits(draw, world, &mut rows);
    super::sign_up::rows(world, &mut rows);
    rows
}

fn face(workspace: &DemoWorkspace, slug: &str, name: &str, access: AccessMode) -> workspace::Model {
    workspace::Model {
        id: workspace.id,
        slug: slug.to_owned(),
        name: name.to_owned(),
        description: None,
        created_at: workspace.opened,
        access_mode: access.as_str().to_owned(),
        sign_in_suggested: false,
        parent_id: None,
        access_version: 1,
        last_write_at: workspace.opened,
        audit_sequence: 0,
        audit_hash: audit::GENESIS.to_vec(),
        seats: None,
        secondary_workspaces_enabled: false,
        max_secondary_workspaces: None,
        anonymous_pool: None,
        anonymous_per_address: None,
        deleted_at: None,
        calendar: None,
    }
}

/// The first event of a workspace's audit log, chained like every later one (AUD-2).
fn created(draw: &Draw, model: &mut workspace::Model) -> EventRow {
    let at = model.created_at;
    let id = |id: Uuid| WorkspaceId(id).to_string();
    let changes = [
        FieldChange::plain("slug", Value::Null, model.slug.as_str()),
        FieldChange::plain("name", Value::Null, model.name.as_str()),
        FieldChange::plain("accessMode", Value::Null, model.access_mode.as_str()),
        FieldChange::plain("parentId", Value::Null, model.parent_id.map(id)),
        FieldChange::plain("seats", Value::Null, model.seats),
    ];
    // No value is personal, so nothing is salted.
    let (sealed, side) = audit::seal(&changes, None, Vec::new);
    let kind = AuditEventKind::WorkspaceCreated;
    let subject_id = id(model.id);
    let content = audit::Content {
        sequence: 1,
        at,
        effective_at: at,
        kind: kind.as_str(),
        actor_kind: ActorKind::System.as_str(),
        actor_account_id: None,
        actor_api_key_id: None,
        client: None,
        subject_id: Some(&subject_id),
        request_id: REQUEST,
        changes: &sealed,
    };
    let hash = audit::hash(&model.audit_hash, &content, audit::Form::Whole);
    model.audit_sequence = 1;
    model.audit_hash = hash.to_vec();
    model.last_write_at = draw.now;
    EventRow {
        id: draw.id(at),
        chain: Chain::Workspace(WorkspaceId(model.id)),
        sequence: 1,
        at,
        effective_at: at,
        kind,
        actor_kind: ActorKind::System,
        actor_account_id: None,
        actor_api_key_id: None,
        client: None,
        subject_id: Some(subject_id.clone()),
        request_id: REQUEST.to_owned(),
        changes: sealed.to_string(),
        hash,
        side,
    }
}

fn presets(workspace: &DemoWorkspace, rows: &mut Rows) {
    for (preset, id) in &workspace.presets {
        let span = Span::open(workspace.opened, None);
        rows.role.push(role_model(
            workspace.id,
            *id,
            preset.title(),
            Some(preset.as_str()),
            span,
        ));
    }
}

fn custom_role(
    draw: &Draw,
    workspace: &DemoWorkspace,
    (id, name, permissions): (Uuid, &str, &[Permission]),
    rows: &mut Rows,
) {
    let by = workspace.administrators.first().copied();
    let span = Span::open(workspace.opened + Duration::days(9), by);
    rows.role
        .push(role_model(workspace.id, id, name, None, span));
    for permission in permissions {
        rows.role_permission.push(role_permission::Model {
            id: span.id(draw),
            workspace_id: workspace.id,
            role_id: id,
            permission: permission.as_str().to_owned(),
            starts_at: span.from,
            ends_at: span.to,
            granted_by: by,
            ended_by: None,
            end_reason: None,
        });
    }
}

fn role_model(
    workspace_id: Uuid,
    id: Uuid,
    name: &str,
    preset: Option<&str>,
    span: Span,
) -> role::Model {
    role::Model {
        id,
        workspace_id,
        name: name.to_owned(),
        name_folded: fold::unique_form(name),
        preset: preset.map(str::to_owned),
        starts_at: span.from,
        ends_at: span.to,
        granted_by: span.by,
        ended_by: None,
        end_reason: None,
    }
}

fn group_model(
    workspace_id: Uuid,
    id: Uuid,
    (slug, title): (&str, &str),
    span: Span,
) -> member_group::Model {
    member_group::Model {
        id,
        workspace_id,
        slug: slug.to_owned(),
        title: title.to_owned(),
        title_folded: fold::unique_form(title),
        description: None,
        starts_at: span.from,
        ends_at: span.to,
        granted_by: span.by,
        ended_by: span.ended_by,
        end_reason: span.end_reason(),
        updated_at: span.from,
        updated_by: span.by,
    }
}

fn groups(
    draw: &mut Draw,
    workspace: &DemoWorkspace,
    list: &[Group],
    items: (&[items::Dataset], &[items::Page]),
    rows: &mut Rows,
) {
    let since_creation = Span::open(
        workspace.opened + Duration::days(3),
        workspace.administrators.first().copied(),
    );
    for (group, id) in list.iter().zip(&workspace.groups) {
        let (granted_at, holder) = (
            draw.at_work(workspace.settled, draw.days_ago(20)),
            GranteeFacts::Group(*id),
        );
        let span = Span::open(granted_at, workspace.giver(draw, granted_at));
        rows.member_group.push(member_group::Model {
            description: Some(group.description.to_owned()),
            updated_at: granted_at,
            updated_by: span.by,
            ..group_model(workspace.id, *id, (group.slug, group.title), since_creation)
        });
        for permission in group.permissions {
            rows.permission_grant.push(rows::permission(
                draw,
                workspace.id,
                holder,
                *permission,
                since_creation,
            ));
        }
        for (item, since, access, filter) in item_grants(workspace, group, items) {
            let span = Span {
                from: granted_at.max(since),
                ..span
            };
            rows.permission_grant.push(rows::access(
                draw,
                workspace.id,
                holder,
                (item, access, filter),
                span,
            ));
        }
        for (quota_type, limit) in group.quotas {
            let period = (*quota_type == QuotaType::ApiCalls).then_some(Day);
            let scope = (QuotaScope::Group, Some(holder));
            rows.quota_value.push(rows::quota(
                draw,
                workspace.id,
                scope,
                (*quota_type, *limit, period),
                span,
            ));
        }
    }
}

/// The access of a group: item, when it was created, kind of access, record filter.
fn item_grants<'a>(
    workspace: &'a DemoWorkspace,
    group: &'a Group,
    (datasets, pages): (&'a [items::Dataset], &'a [items::Page]),
) -> impl Iterator<Item = (Item, DateTime<Utc>, ResourceAccess, Option<&'static str>)> {
    let on_datasets = group
        .datasets
        .iter()
        .filter_map(move |(name, access, filter)| {
            let mut list = datasets.iter().zip(&workspace.datasets);
            let (_, (id, created_at)) = list.find(|(dataset, _)| dataset.0 == *name)?;
            Some((Item::Dataset(*id), *created_at, *access, *filter))
        });
    let on_pages = group.pages.iter().filter_map(move |(slug, access)| {
        let mut list = pages.iter().zip(&workspace.pages);
        let (_, (id, created_at)) = list.find(|(page, _)| page.0 == *slug)?;
        Some((Item::Page(*id), *created_at, *access, None))
    });
    on_datasets.chain(on_pages)
}

fn deleted_group(draw: &mut Draw, workspace: &DemoWorkspace, rows: &mut Rows) {
    let (from, to) = (draw.day(400), draw.day(270));
    let (Some(by), id) = (workspace.administrators.first().copied(), draw.id(from)) else {
        return;
    };
    rows.member_group.push(group_model(
        workspace.id,
        id,
        DELETED,
        Span::ended(from, to, Some(by), by, "DELETED"),
    ));
    rows.permission_grant.push(rows::permission(
        draw,
        workspace.id,
        GranteeFacts::Group(id),
        EditAllPages,
        Span::open(from, Some(by)),
    ));
}

fn defaults(draw: &Draw, world: &World, rows: &mut Rows) {
    for (permission, since) in &world.defaults {
        let span = Span::open(*since, world.riverton.administrators.first().copied());
        rows.default_permission.push(default_permission::Model {
            id: span.id(draw),
            workspace_id: world.riverton.id,
            permission: permission.as_str().to_owned(),
            starts_at: span.from,
            ends_at: span.to,
            granted_by: span.by,
            ended_by: None,
            end_reason: None,
        });
    }
}

/// The license, the caps and the values for every member. The default for calls was raised once.
fn limits(draw: &mut Draw, world: &World, rows: &mut Rows) {
    use QuotaScope::{Default, License, WorkspaceCap};
    let blocks = i64::try_from(world.blocks).unwrap_or(1);
    let (riverton, transit) = (&world.riverton, &world.transit);
    let by = riverton.administrators.first().copied();
    let raised = draw.day(100);
    let (first, changed) = (Span::open(riverton.opened, None), Span::open(raised, by));
    let before = match by {
        Some(by) => Span::ended(
            riverton.opened + Duration::days(2),
            raised,
            Some(by),
            by,
            "REPLACED",
        ),
        None => Span::until(riverton.opened, raised, None),
    };
    let capped = Span::open(transit.opened, by);
    let mut put = |workspace: &DemoWorkspace, scope, what, span| {
        rows.quota_value
            .push(rows::quota(draw, workspace.id, (scope, None), what, span))
    };
    let calls = |limit, period| (QuotaType::ApiCalls, limit, Some(period));
    let datasets = |limit| (QuotaType::Datasets, limit, None);
    let records = |limit| (QuotaType::RecordsPerDataset, limit, None);
    put(riverton, License, calls(6_000_000 * blocks, Month), first);
    put(riverton, License, datasets(500), first);
    put(riverton, License, records(5_000_000), first);
    put(riverton, Default, calls(2_000, Day), before);
    put(riverton, Default, calls(5_000, Day), changed);
    let from_start = Span {
        from: riverton.opened + Duration::days(2),
        ..changed
    };
    put(riverton, Default, datasets(10), from_start);
    put(transit, WorkspaceCap, calls(80_000, Day), capped);
    put(transit, WorkspaceCap, datasets(50), capped);
    put(transit, WorkspaceCap, records(1_000_000), capped);
    let by_transit = Span {
        by: transit.administrators.first().copied(),
        ..capped
    };
    put(transit, Default, calls(1_000, Day), by_transit);
}
