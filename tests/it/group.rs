//! Groups: making, changing and deleting them, who is in them, how they are read; and the
//! directory.

mod create;
mod delete;
mod directory;
mod members;
mod races;
mod read;
mod update;

use concierge::{
    domain::{
        ending_soon::NOT_WARNED,
        id::{GroupId, MembershipId},
        interval::{Interval, OPEN_END},
    },
    entity,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder,
};
use serde_json::{Value, json};

use crate::support::{
    TestApp,
    world::{Member, Ws},
};

/// The group as it is in the workspace's list, by slug; null if there is none.
async fn shown(app: &TestApp, key: &str, ws: &Ws, slug: &str) -> Value {
    let query = "query($ws: ID!, $slug: String!) { workspace(id: $ws) { group(slug: $slug) { id slug title description memberCount \
         permissions createdAt updatedAt members(first: 100) { edges { startsAt endsAt node { id } } } } } }";
    app.post(
        Some(key),
        query,
        json!({ "ws": ws.id.to_string(), "slug": slug }),
    )
    .await
    .data()["workspace"]["group"]
        .clone()
}

/// The slugs of all groups, by title.
async fn slugs(app: &TestApp, key: &str, ws: &Ws) -> Vec<String> {
    let query = "query($ws: ID!) { workspace(id: $ws) { groups(first: 100) { nodes { slug } } } }";
    let answer = app
        .post(Some(key), query, json!({ "ws": ws.id.to_string() }))
        .await;
    let nodes = answer.data()["workspace"]["groups"]["nodes"]
        .as_array()
        .unwrap()
        .clone();
    nodes
        .iter()
        .map(|node| node["slug"].as_str().unwrap().to_owned())
        .collect()
}

/// Whether there is such a node for whoever asks.
async fn is_node(app: &TestApp, key: &str, id: &str) -> bool {
    let answer = app
        .post(
            Some(key),
            "query($id: ID!) { node(id: $id) { id } }",
            json!({ "id": id }),
        )
        .await;
    !answer.data()["node"].is_null()
}

/// The group's row.
async fn row(app: &TestApp, id: &str) -> entity::member_group::Model {
    let id = GroupId::parse(id).unwrap();
    entity::member_group::Entity::find_by_id(id.0)
        .one(app.app.deps.db.writer())
        .await
        .unwrap()
        .unwrap()
}

/// The member's places in groups, by start and end; those that never counted are left out.
async fn places(app: &TestApp, member: MembershipId) -> Vec<entity::group_membership::Model> {
    let rows = entity::group_membership::Entity::find()
        .filter(entity::group_membership::Column::MembershipId.eq(member.0));
    let rows = rows
        .order_by_asc(entity::group_membership::Column::StartsAt)
        .order_by_asc(entity::group_membership::Column::EndsAt);
    let rows = rows.all(app.app.deps.db.writer()).await.unwrap();
    rows.into_iter()
        .filter(|row| row.starts_at < row.ends_at)
        .collect()
}

/// `number` groups without anything, written past the services.
async fn many_groups(app: &TestApp, ws: &Ws, number: usize) -> Vec<GroupId> {
    let rows: Vec<_> = (0..number)
        .map(|place| entity::member_group::Model {
            id: app.app.deps.ids.uuid(app.now()),
            workspace_id: ws.id.0,
            slug: format!("bulk-{place}"),
            title: format!("Bulk {place}"),
            title_folded: format!("bulk {place}"),
            description: None,
            starts_at: app.now(),
            ends_at: OPEN_END,
            granted_by: None,
            ended_by: None,
            end_reason: None,
            updated_at: app.now(),
            updated_by: None,
        })
        .collect();
    let ids = rows.iter().map(|row| GroupId(row.id)).collect();
    let models = rows.into_iter().map(IntoActiveModel::into_active_model);
    entity::member_group::Entity::insert_many(models)
        .exec_without_returning(app.app.deps.db.writer())
        .await
        .unwrap();
    app.bump(ws).await;
    ids
}

/// Puts one member into many groups, written past the services.
async fn put_into_all(
    app: &TestApp,
    ws: &Ws,
    member: &Member,
    groups: &[GroupId],
    interval: Interval,
) {
    let rows: Vec<_> = groups
        .iter()
        .map(|group| place_of(app, ws, *group, member.id, interval))
        .collect();
    entity::group_membership::Entity::insert_many(rows)
        .exec_without_returning(app.app.deps.db.writer())
        .await
        .unwrap();
    app.bump(ws).await;
}

fn place_of(
    app: &TestApp,
    ws: &Ws,
    group: GroupId,
    member: MembershipId,
    interval: Interval,
) -> entity::group_membership::ActiveModel {
    let mut row = <entity::group_membership::ActiveModel as ActiveModelTrait>::default();
    row.id = Set(app.app.deps.ids.uuid(app.now()));
    row.workspace_id = Set(ws.id.0);
    row.group_id = Set(group.0);
    row.membership_id = Set(member.0);
    row.starts_at = Set(interval.starts_at);
    row.ends_at = Set(interval.ends_at);
    row
}

/// `number` members with an account each, in `group` if there is one, written past the services.
async fn crowd(app: &TestApp, ws: &Ws, group: Option<GroupId>, number: usize) -> Vec<MembershipId> {
    let db = app.app.deps.db.writer();
    let ids: Vec<MembershipId> = (0..number)
        .map(|_| MembershipId(app.app.deps.ids.uuid(app.now())))
        .collect();
    for chunk in ids.chunks(1_000) {
        let (mut accounts, mut members) = (Vec::new(), Vec::new());
        for id in chunk {
            let account = app.app.deps.ids.uuid(app.now());
            let email = format!("{id}@example.org");
            accounts.push(
                entity::account::Model {
                    id: account,
                    email: email.clone(),
                    email_canonical: email.clone(),
                    given_name: Some("Cora".to_owned()),
                    family_name: Some("Crowd".to_owned()),
                    locale: "EN".to_owned(),
                    password_hash: None,
                    is_operator: false,
                    email_verified_at: Some(app.now()),
                    created_at: app.now(),
                    last_sign_in_at: None,
                    deletion_scheduled_at: None,
                    erased_at: None,
                    last_write_at: app.now(),
                    audit_sequence: 0,
                    audit_hash: vec![0; 32],
                }
                .into_active_model(),
            );
            members.push(
                entity::membership::Model {
                    id: id.0,
                    workspace_id: ws.id.0,
                    account_id: account,
                    starts_at: app.now(),
                    ends_at: OPEN_END,
                    granted_by: None,
                    ended_by: None,
                    end_reason: None,
                    origin: "INVITATION".to_owned(),
                    joined_at: app.now(),
                    last_active_at: chrono::DateTime::<chrono::Utc>::UNIX_EPOCH,
                    sort_name: "crowd cora".to_owned(),
                    email_canonical: email,
                    warned_days: NOT_WARNED,
                    left_before_end: false,
                }
                .into_active_model(),
            );
        }
        entity::account::Entity::insert_many(accounts)
            .exec_without_returning(db)
            .await
            .unwrap();
        entity::membership::Entity::insert_many(members)
            .exec_without_returning(db)
            .await
            .unwrap();
        if let Some(group) = group {
            let rows = chunk
                .iter()
                .map(|id| place_of(app, ws, group, *id, Interval::from(app.now())));
            entity::group_membership::Entity::insert_many(rows)
                .exec_without_returning(db)
                .await
                .unwrap();
        }
    }
    app.bump(ws).await;
    ids
}

/// Ids as an input says them.
fn ids<'a>(members: impl IntoIterator<Item = &'a Member>) -> Value {
    Value::from(
        members
            .into_iter()
            .map(|member| member.id.to_string())
            .collect::<Vec<_>>(),
    )
}
