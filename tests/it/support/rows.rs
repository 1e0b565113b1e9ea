//! Rows that a test needs besides workspaces and members: sessions, quota values, pages, access to
//! items, times of members.

use chrono::{DateTime, Utc};
use concierge::{
    domain::{
        ending_soon::NOT_WARNED,
        id::{
            AccessRenewalId, AccessRequestId, AccountId, DatasetId, GrantId, GroupId, ItemId,
            MembershipId, ReuseId,
        },
        interval::{Interval, OPEN_END},
        secret::SessionToken,
        vocabulary::{MembershipEndReason, QuotaPeriod, QuotaScope, QuotaType, ResourceAccess},
    },
    entity,
};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, Statement, Value};
use uuid::Uuid;

use super::{
    app::TestApp,
    world::{Member, Ws},
};

impl TestApp {
    /// Runs one statement past the services.
    pub async fn sql(&self, sql: &str, values: Vec<Value>) {
        let db = self.app.deps.db.writer();
        db.execute_raw(Statement::from_sql_and_values(
            db.get_database_backend(),
            sql,
            values,
        ))
        .await
        .unwrap();
    }

    /// Creates a session of an account and returns its token.
    pub async fn session(&self, account: AccountId) -> String {
        let token = SessionToken::generate(&self.app.deps.ids);
        let row = entity::session::Model {
            id: self.uuid(),
            account_id: account.0,
            token_hash: token.hash().to_vec(),
            transport: "TOKEN".to_owned(),
            created_at: self.now(),
            last_active_at: self.now(),
            expires_at: self.now() + chrono::Duration::days(90),
            ended_at: None,
            user_agent: None,
            client_address: None,
            // Whatever time passes, the password was just shown (MFA-8).
            password_at: Some(OPEN_END),
            factor_at: None,
        };
        let db = self.app.deps.db.writer();
        entity::session::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        token.expose().to_owned()
    }

    /// A pending access request of an account.
    pub async fn access_request(&self, ws: &Ws, account: AccountId) -> AccessRequestId {
        let row = entity::access_request::Model {
            id: self.uuid(),
            workspace_id: ws.id.0,
            account_id: account.0,
            state: "PENDING".to_owned(),
            message: Some("Let me in".to_owned()),
            answers: "[]".to_owned(),
            terms_version: None,
            requested_at: self.now(),
            decided_at: None,
            decided_by: None,
            reason: None,
            membership_id: None,
        };
        let id = AccessRequestId(row.id);
        let db = self.app.deps.db.writer();
        entity::access_request::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        id
    }

    /// Makes an account an operator.
    pub async fn make_operator(&self, account: AccountId) {
        self.sql(
            "UPDATE account SET is_operator = TRUE WHERE id = $1",
            vec![account.0.into()],
        )
        .await;
    }

    /// Ends a membership at `at`, by somebody or by expiry.
    pub async fn end(
        &self,
        ws: &Ws,
        member: &Member,
        at: DateTime<Utc>,
        reason: Option<MembershipEndReason>,
    ) {
        let sql = "UPDATE membership SET ends_at = $1, end_reason = $2 WHERE id = $3";
        let reason = reason.map(|reason| reason.as_str().to_owned());
        self.sql(sql, vec![at.into(), reason.into(), member.id.0.into()])
            .await;
        self.bump(ws).await;
    }

    /// A member's pending renewal.
    pub async fn renewal(&self, ws: &Ws, member: &Member) -> AccessRenewalId {
        let id = self.uuid();
        let row = entity::access_renewal::Model {
            id,
            workspace_id: ws.id.0,
            membership_id: member.id.0,
            state: "PENDING".to_owned(),
            message: None,
            requested_at: self.now(),
            decided_at: None,
            decided_by: None,
            reason: None,
            ends_at: None,
        };
        let db = self.app.deps.db.writer();
        entity::access_renewal::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        AccessRenewalId(id)
    }

    /// A pending reuse of a dataset, submitted by an account.
    pub async fn reuse(&self, ws: &Ws, dataset: DatasetId, by: AccountId) -> ReuseId {
        let id = self.uuid();
        let row = entity::reuse::Model {
            id,
            workspace_id: ws.id.0,
            dataset_id: dataset.0,
            submitted_by: by.0,
            title: "Tree map".to_owned(),
            url: "https://maps.example/trees".to_owned(),
            description: None,
            state: "PENDING".to_owned(),
            submitted_at: self.now(),
            submissions: 1,
            decided_at: None,
            decided_by: None,
            reason: None,
            deleted_at: None,
        };
        let db = self.app.deps.db.writer();
        entity::reuse::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        ReuseId(id)
    }

    /// Sets when a member was last active.
    pub async fn last_active(&self, member: &Member, at: DateTime<Utc>) {
        self.sql(
            "UPDATE membership SET last_active_at = $1 WHERE id = $2",
            vec![at.into(), member.id.0.into()],
        )
        .await;
    }

    /// Sets when a membership was created.
    pub async fn joined(&self, member: &Member, at: DateTime<Utc>) {
        self.sql(
            "UPDATE membership SET joined_at = $1 WHERE id = $2",
            vec![at.into(), member.id.0.into()],
        )
        .await;
    }

    /// Ends a group at `at`.
    pub async fn end_group(&self, ws: &Ws, group: GroupId, at: DateTime<Utc>) {
        self.sql(
            "UPDATE member_group SET ends_at = $1 WHERE id = $2",
            vec![at.into(), group.0.into()],
        )
        .await;
        self.bump(ws).await;
    }

    /// A quota value. `subject` is a group or a membership, according to the scope.
    pub async fn quota(
        &self,
        ws: &Ws,
        scope: QuotaScope,
        subject: Option<Uuid>,
        of: (QuotaType, Option<QuotaPeriod>),
        limit: i64,
    ) {
        let subject = |wanted| subject.filter(|_| scope == wanted);
        let row = entity::quota_value::Model {
            id: self.uuid(),
            workspace_id: ws.id.0,
            scope: scope.as_str().to_owned(),
            membership_id: subject(QuotaScope::Member),
            group_id: subject(QuotaScope::Group),
            quota_type: of.0.as_str().to_owned(),
            limit_value: limit,
            period: of.1.map(|period| period.as_str().to_owned()),
            starts_at: self.now() - chrono::Duration::minutes(20),
            ends_at: concierge::domain::interval::OPEN_END,
            granted_by: None,
            ended_by: None,
            end_reason: None,
        };
        let db = self.app.deps.db.writer();
        entity::quota_value::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        self.bump(ws).await;
    }

    /// Sets the used API calls of a member or the whole workspace.
    pub async fn used(
        &self,
        ws: &Ws,
        member: Option<&Member>,
        period_start: DateTime<Utc>,
        used: i64,
    ) {
        let row = entity::quota_use::Model {
            workspace_id: ws.id.0,
            subject: member.map_or_else(
                || "workspace".to_owned(),
                |member| member.account.to_string(),
            ),
            quota_type: QuotaType::ApiCalls.as_str().to_owned(),
            period_start,
            used,
        };
        let db = self.app.deps.db.writer();
        entity::quota_use::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
    }

    /// Access to one item, granted to a member or a group.
    pub async fn item_grant(
        &self,
        ws: &Ws,
        to: (Option<MembershipId>, Option<GroupId>),
        item: ItemId,
        access: ResourceAccess,
        interval: Interval,
    ) -> GrantId {
        let id = self.uuid();
        let row = entity::permission_grant::Model {
            id,
            workspace_id: ws.id.0,
            membership_id: to.0.map(|id| id.0),
            group_id: to.1.map(|id| id.0),
            permission: None,
            resource_kind: Some(
                if matches!(item, ItemId::Dataset(_)) {
                    "DATASET"
                } else {
                    "PAGE"
                }
                .to_owned(),
            ),
            resource_id: Some(item.uuid()),
            access: Some(access.as_str().to_owned()),
            record_filter: None,
            starts_at: interval.starts_at,
            ends_at: interval.ends_at,
            granted_by: None,
            ended_by: None,
            end_reason: None,
        };
        let db = self.app.deps.db.writer();
        entity::permission_grant::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        self.bump(ws).await;
        GrantId(id)
    }

    /// `count` memberships of people without names, in a few statements. Returns their ids in the
    /// order of their addresses.
    pub async fn crowd(&self, ws: &Ws, count: usize, ends_at: DateTime<Utc>) -> Vec<MembershipId> {
        let db = self.app.deps.db.writer();
        let (mut accounts, mut members) = (Vec::new(), Vec::new());
        for number in 0..count {
            let (account, email) = (self.uuid(), format!("{}.{number:05}@example.org", ws.slug));
            accounts.push(entity::account::ActiveModel::from(entity::account::Model {
                id: account,
                email: email.clone(),
                email_canonical: email.clone(),
                given_name: None,
                family_name: None,
                locale: "EN".to_owned(),
                password_hash: None,
                is_operator: false,
                email_verified_at: None,
                created_at: self.now(),
                last_sign_in_at: None,
                deletion_scheduled_at: None,
                erased_at: None,
                last_write_at: self.now(),
                audit_sequence: 0,
                audit_hash: vec![0; 32],
            }));
            members.push(entity::membership::ActiveModel::from(
                entity::membership::Model {
                    id: self.uuid(),
                    workspace_id: ws.id.0,
                    account_id: account,
                    starts_at: self.now() - chrono::Duration::hours(1),
                    ends_at,
                    granted_by: None,
                    ended_by: None,
                    end_reason: None,
                    origin: "INVITATION".to_owned(),
                    joined_at: self.now(),
                    last_active_at: DateTime::<Utc>::UNIX_EPOCH,
                    sort_name: String::new(),
                    email_canonical: email,
                    warned_days: NOT_WARNED,
                    left_before_end: false,
                },
            ));
        }
        let ids = members
            .iter()
            .map(|row| MembershipId(*row.id.as_ref()))
            .collect();
        for chunk in accounts.chunks(500) {
            entity::account::Entity::insert_many(chunk.to_vec())
                .exec_without_returning(db)
                .await
                .unwrap();
        }
        for chunk in members.chunks(500) {
            entity::membership::Entity::insert_many(chunk.to_vec())
                .exec_without_returning(db)
                .await
                .unwrap();
        }
        self.bump(ws).await;
        ids
    }
}
