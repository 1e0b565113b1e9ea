//! The contents of the tables, for what the API does not show: the audit log, and whether a call
//! left a trace.

use chrono::{DateTime, Utc};
use concierge::{domain::id::MembershipId, entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{
    app::TestApp,
    world::{Member, Ws},
};

/// The rows of all tables that a workspace's mutation may change. Times of last use are left out,
/// because any request sets them.
#[derive(Clone, PartialEq, Eq)]
pub struct Footprint(Vec<String>);

impl Footprint {
    /// Whether any row holds that text.
    pub fn contains(&self, text: &str) -> bool {
        self.0.iter().any(|row| row.contains(text))
    }
}

impl std::fmt::Debug for Footprint {
    /// The number of rows of each table: the rows themselves would fill screens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut counts = std::collections::BTreeMap::new();
        for row in &self.0 {
            *counts
                .entry(row.split(' ').next().unwrap_or_default())
                .or_insert(0) += 1;
        }
        counts.fmt(f)
    }
}

impl TestApp {
    /// Everything that a mutation could leave behind.
    pub async fn footprint(&self) -> Footprint {
        let db = self.app.deps.db.writer();
        let mut rows = Vec::new();
        macro_rules! tables {
            ($($table:ident),+) => {
                $(for row in entity::$table::Entity::find().all(db).await.unwrap() {
                    rows.push(format!("{} {row:?}", stringify!($table)));
                })+
            };
        }
        tables!(
            workspace,
            role,
            role_permission,
            role_assignment,
            disabled_spell,
            member_group,
            group_membership
        );
        tables!(
            permission_grant,
            default_permission,
            api_key_permission,
            api_key_secret,
            quota_value,
            audit_event,
            audit_value
        );
        tables!(
            quota_use,
            quota_warning,
            outbox,
            idempotency_record,
            account_idempotency_record,
            invitation,
            mail_refusal,
            membership_form,
            access_renewal,
            access_request,
            access_warning,
            reuse,
            inactivity_exemption,
            inactivity_notice,
            inactivity_policy,
            sign_in_policy,
            factor_removal,
            dataset,
            distribution,
            dataset_theme,
            workspace_theme,
            dataset_follow,
            page,
            sign_up_settings,
            terms,
            member_word,
            membership_form,
            account,
            account_deletion,
            account_export,
            barred_address,
            registration,
            password_reset,
            email_change,
            second_factor,
            recovery_code,
            sign_in_challenge
        );
        for mut row in entity::membership::Entity::find().all(db).await.unwrap() {
            row.last_active_at = DateTime::<Utc>::UNIX_EPOCH;
            rows.push(format!("membership {row:?}"));
        }
        for mut row in entity::api_key::Entity::find().all(db).await.unwrap() {
            (row.last_used_at, row.last_used_from) = (None, None);
            rows.push(format!("api_key {row:?}"));
        }
        rows.sort_unstable();
        Footprint(rows)
    }

    /// The workspace's events, by number.
    pub async fn events(&self, ws: &Ws) -> Vec<entity::audit_event::Model> {
        let events = entity::audit_event::Entity::find()
            .filter(entity::audit_event::Column::WorkspaceId.eq(ws.id.0));
        events
            .order_by_asc(entity::audit_event::Column::Sequence)
            .all(self.app.deps.db.writer())
            .await
            .unwrap()
    }

    /// The personal values beside one event, by name.
    pub async fn side_rows(
        &self,
        event: &entity::audit_event::Model,
    ) -> Vec<entity::audit_value::Model> {
        let rows = entity::audit_value::Entity::find()
            .filter(entity::audit_value::Column::EventId.eq(event.id));
        rows.order_by_asc(entity::audit_value::Column::Name)
            .all(self.app.deps.db.writer())
            .await
            .unwrap()
    }

    /// The workspace's row.
    pub async fn workspace_row(&self, ws: &Ws) -> entity::workspace::Model {
        entity::workspace::Entity::find_by_id(ws.id.0)
            .one(self.app.deps.db.writer())
            .await
            .unwrap()
            .unwrap()
    }

    /// The member's grants, by start and id.
    pub async fn grant_rows(&self, member: MembershipId) -> Vec<entity::permission_grant::Model> {
        let rows = entity::permission_grant::Entity::find()
            .filter(entity::permission_grant::Column::MembershipId.eq(member.0));
        let rows = rows
            .order_by_asc(entity::permission_grant::Column::StartsAt)
            .order_by_asc(entity::permission_grant::Column::Id);
        rows.all(self.app.deps.db.writer()).await.unwrap()
    }

    /// The member's role assignments, by start, without those that never counted.
    pub async fn role_rows(&self, member: &Member) -> Vec<entity::role_assignment::Model> {
        let rows = entity::role_assignment::Entity::find()
            .filter(entity::role_assignment::Column::MembershipId.eq(member.id.0));
        let rows = rows
            .order_by_asc(entity::role_assignment::Column::StartsAt)
            .all(self.app.deps.db.writer())
            .await
            .unwrap();
        rows.into_iter()
            .filter(|row| row.starts_at < row.ends_at)
            .collect()
    }
}
