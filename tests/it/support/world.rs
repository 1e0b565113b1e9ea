//! Workspaces and members to test with, written directly into the tables.

use chrono::{DateTime, Utc};
use concierge::{
    domain::{
        email::EmailAddress,
        ending_soon::NOT_WARNED,
        fold,
        id::{
            AccountId, ApiKeyId, DatasetId, DatasetThemeId, GrantId, GroupId, MembershipId, PageId,
            RoleId, WorkspaceId,
        },
        interval::{Interval, OPEN_END},
        permission::{Permission, Preset},
        secret::ApiKeySecret,
        vocabulary::{AccessMode, MembershipOrigin},
    },
    entity,
};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::app::TestApp;

/// A workspace to test with.
#[derive(Debug, Clone)]
pub struct Ws {
    pub id: WorkspaceId,
    pub slug: String,
}

/// A member to test with, and a key of theirs.
#[derive(Debug, Clone)]
pub struct Member {
    pub id: MembershipId,
    pub account: AccountId,
    pub email: String,
    pub key: String,
    pub key_id: ApiKeyId,
}

/// A member to be created.
pub struct MemberBuilder<'a> {
    app: &'a TestApp,
    ws: &'a Ws,
    name: String,
    role: Option<RoleId>,
    preset: Option<Preset>,
    permissions: Vec<Permission>,
    interval: Interval,
    origin: MembershipOrigin,
    disabled: Option<Interval>,
    account: Option<AccountId>,
    key_scope: Option<Vec<Permission>>,
}

impl TestApp {
    pub(super) fn uuid(&self) -> Uuid {
        self.app.deps.ids.uuid(self.now())
    }

    /// A PUBLIC workspace with the five presets, created an hour ago.
    pub async fn workspace(&self, slug: &str) -> Ws {
        self.workspace_with(slug, AccessMode::Public, None).await
    }

    /// A PUBLIC workspace, riverton, and its administrator, Ada Veldkamp.
    pub async fn portal(&self) -> (Ws, Member) {
        let ws = self.workspace("riverton").await;
        let ada = self.administrator(&ws, "Ada Veldkamp").await;
        (ws, ada)
    }

    /// A workspace with the five presets, created an hour ago.
    pub async fn workspace_with(&self, slug: &str, mode: AccessMode, parent: Option<&Ws>) -> Ws {
        let (id, made) = (self.uuid(), self.now() - chrono::Duration::hours(1));
        let db = self.app.deps.db.writer();
        let row = entity::workspace::Model {
            id,
            slug: slug.to_owned(),
            name: format!("{slug} open data"),
            description: None,
            created_at: made,
            access_mode: mode.as_str().to_owned(),
            sign_in_suggested: false,
            parent_id: parent.map(|parent| parent.id.0),
            access_version: 1,
            last_write_at: made,
            audit_sequence: 0,
            audit_hash: vec![0; 32],
            seats: None,
            secondary_workspaces_enabled: false,
            max_secondary_workspaces: None,
            anonymous_pool: None,
            anonymous_per_address: None,
            deleted_at: None,
            calendar: None,
        };
        entity::workspace::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        for preset in Preset::ALL {
            self.role_row(id, preset.title(), Some(*preset), made).await;
        }
        Ws {
            id: WorkspaceId(id),
            slug: slug.to_owned(),
        }
    }

    async fn role_row(
        &self,
        workspace: Uuid,
        name: &str,
        preset: Option<Preset>,
        made: DateTime<Utc>,
    ) -> RoleId {
        let id = self.uuid();
        let row = entity::role::Model {
            id,
            workspace_id: workspace,
            name: name.to_owned(),
            name_folded: fold::unique_form(name),
            preset: preset.map(|preset| preset.as_str().to_owned()),
            starts_at: made,
            ends_at: OPEN_END,
            granted_by: None,
            ended_by: None,
            end_reason: None,
        };
        entity::role::Entity::insert(row.into_active_model())
            .exec_without_returning(self.app.deps.db.writer())
            .await
            .unwrap();
        RoleId(id)
    }

    /// A custom role with these permissions.
    pub async fn role(&self, ws: &Ws, name: &str, permissions: &[Permission]) -> RoleId {
        let made = self.now() - chrono::Duration::hours(1);
        let role = self.role_row(ws.id.0, name, None, made).await;
        for permission in permissions {
            let row = entity::role_permission::Model {
                id: self.uuid(),
                workspace_id: ws.id.0,
                role_id: role.0,
                permission: permission.as_str().to_owned(),
                starts_at: made,
                ends_at: OPEN_END,
                granted_by: None,
                ended_by: None,
                end_reason: None,
            };
            let db = self.app.deps.db.writer();
            entity::role_permission::Entity::insert(row.into_active_model())
                .exec_without_returning(db)
                .await
                .unwrap();
        }
        role
    }

    /// The workspace's role of that preset.
    pub async fn preset(&self, ws: &Ws, preset: Preset) -> RoleId {
        use sea_orm::{ColumnTrait, QueryFilter};
        let row = entity::role::Entity::find()
            .filter(entity::role::Column::WorkspaceId.eq(ws.id.0))
            .filter(entity::role::Column::Preset.eq(preset.as_str()))
            .one(self.app.deps.db.writer())
            .await
            .unwrap();
        RoleId(row.unwrap().id)
    }

    /// A member called `name` ("Given Family"), at `given.family@example.org`.
    pub fn member<'a>(&'a self, ws: &'a Ws, name: &str) -> MemberBuilder<'a> {
        MemberBuilder {
            app: self,
            ws,
            name: name.to_owned(),
            role: None,
            preset: None,
            permissions: Vec::new(),
            interval: Interval::from(self.now() - chrono::Duration::minutes(30)),
            origin: MembershipOrigin::Invitation,
            disabled: None,
            account: None,
            key_scope: None,
        }
    }

    /// An administrator called `name`.
    pub async fn administrator(&self, ws: &Ws, name: &str) -> Member {
        self.member(ws, name)
            .preset(Preset::Administrator)
            .create()
            .await
    }

    /// A group with these permissions.
    pub async fn group(&self, ws: &Ws, title: &str, permissions: &[Permission]) -> GroupId {
        let (id, made) = (self.uuid(), self.now() - chrono::Duration::minutes(20));
        let row = entity::member_group::Model {
            id,
            workspace_id: ws.id.0,
            slug: fold::fold(title).replace(' ', "-"),
            title: title.to_owned(),
            title_folded: fold::unique_form(title),
            description: None,
            starts_at: made,
            ends_at: OPEN_END,
            granted_by: None,
            ended_by: None,
            end_reason: None,
            updated_at: made,
            updated_by: None,
        };
        let db = self.app.deps.db.writer();
        entity::member_group::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        for permission in permissions {
            self.grant_row(
                ws,
                None,
                Some(GroupId(id)),
                Some(*permission),
                Interval::from(made),
                None,
            )
            .await;
        }
        self.bump(ws).await;
        GroupId(id)
    }

    /// Adds a member to a group.
    pub async fn put_into(&self, ws: &Ws, group: GroupId, member: &Member, interval: Interval) {
        let row = entity::group_membership::Model {
            id: self.uuid(),
            workspace_id: ws.id.0,
            group_id: group.0,
            membership_id: member.id.0,
            starts_at: interval.starts_at,
            ends_at: interval.ends_at,
            granted_by: None,
            ended_by: None,
            end_reason: None,
        };
        let db = self.app.deps.db.writer();
        entity::group_membership::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        self.bump(ws).await;
    }

    /// A grant of a permission.
    pub async fn grant_row(
        &self,
        ws: &Ws,
        member: Option<MembershipId>,
        group: Option<GroupId>,
        permission: Option<Permission>,
        interval: Interval,
        giver: Option<AccountId>,
    ) -> GrantId {
        let id = self.uuid();
        let row = entity::permission_grant::Model {
            id,
            workspace_id: ws.id.0,
            membership_id: member.map(|id| id.0),
            group_id: group.map(|id| id.0),
            permission: permission.map(|permission| permission.as_str().to_owned()),
            resource_kind: None,
            resource_id: None,
            access: None,
            record_filter: None,
            starts_at: interval.starts_at,
            ends_at: interval.ends_at,
            granted_by: giver.map(|id| id.0),
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

    /// A dataset.
    pub async fn dataset(
        &self,
        ws: &Ws,
        identifier: &str,
        owner: &Member,
        published: bool,
        open: bool,
    ) -> DatasetId {
        let id = self.uuid();
        let row = entity::dataset::Model {
            id,
            workspace_id: ws.id.0,
            identifier: identifier.to_owned(),
            title: identifier.to_owned(),
            description: None,
            theme: None,
            owner_id: Some(owner.account.0),
            original_id: None,
            record_count: 1_000,
            published,
            security: if open { "OPEN" } else { "RESTRICTED" }.to_owned(),
            hidden_from_search: false,
            created_at: self.now(),
            updated_at: self.now(),
            deleted_at: None,
        };
        let db = self.app.deps.db.writer();
        entity::dataset::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        DatasetId(id)
    }

    /// Published open datasets, with what `theme` says of each for a theme.
    pub async fn many_datasets(
        &self,
        ws: &Ws,
        owner: &Member,
        count: usize,
        theme: impl Fn(usize) -> Option<String>,
    ) {
        let row = |number: usize| {
            let row = entity::dataset::Model {
                id: self.uuid(),
                workspace_id: ws.id.0,
                identifier: format!("bulk-{number}"),
                title: format!("Bulk {number}"),
                description: None,
                theme: theme(number),
                owner_id: Some(owner.account.0),
                original_id: None,
                record_count: 0,
                published: true,
                security: "OPEN".to_owned(),
                hidden_from_search: false,
                created_at: self.now(),
                updated_at: self.now(),
                deleted_at: None,
            };
            row.into_active_model()
        };
        let rows: Vec<_> = (0..count).map(row).collect();
        for chunk in rows.chunks(500) {
            entity::dataset::Entity::insert_many(chunk.to_vec())
                .exec_without_returning(self.app.deps.db.writer())
                .await
                .unwrap();
        }
    }

    /// A dataset theme behind the others, called in every language like its slug.
    pub async fn dataset_theme(&self, ws: &Ws, slug: &str) -> DatasetThemeId {
        use entity::dataset_theme::{Column, Entity, Model};
        use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};
        let id = self.uuid();
        let db = self.app.deps.db.writer();
        let others = Entity::find()
            .filter(Column::WorkspaceId.eq(ws.id.0))
            .filter(Column::DeletedAt.is_null());
        let place = i32::try_from(others.count(db).await.unwrap()).unwrap() + 1;
        let row = Model {
            id,
            workspace_id: ws.id.0,
            slug: slug.to_owned(),
            label_en: slug.to_owned(),
            label_fr: slug.to_owned(),
            label_nl: slug.to_owned(),
            color: "#4b5563".to_owned(),
            icon: "folder".to_owned(),
            place,
            created_at: self.now(),
            updated_at: self.now(),
            deleted_at: None,
        };
        Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        DatasetThemeId(id)
    }

    /// A page.
    pub async fn page(
        &self,
        ws: &Ws,
        slug: &str,
        owner: &Member,
        published: bool,
        open: bool,
    ) -> PageId {
        let id = self.uuid();
        let row = entity::page::Model {
            id,
            workspace_id: ws.id.0,
            slug: slug.to_owned(),
            title: slug.to_owned(),
            content: None,
            owner_id: Some(owner.account.0),
            original_id: None,
            published,
            security: if open { "OPEN" } else { "RESTRICTED" }.to_owned(),
            created_at: self.now(),
            updated_at: self.now(),
            deleted_at: None,
        };
        let db = self.app.deps.db.writer();
        entity::page::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        PageId(id)
    }

    /// Reports that rows were written past the services.
    pub async fn bump(&self, ws: &Ws) {
        use sea_orm::ConnectionTrait;
        let db = self.app.deps.db.writer();
        let sql = "UPDATE workspace SET access_version = access_version + 1 WHERE id = $1";
        let statement = sea_orm::Statement::from_sql_and_values(
            db.get_database_backend(),
            sql,
            [ws.id.0.into()],
        );
        db.execute_raw(statement).await.unwrap();
    }
}

impl MemberBuilder<'_> {
    pub fn preset(mut self, preset: Preset) -> Self {
        self.preset = Some(preset);
        self
    }

    pub fn role(mut self, role: RoleId) -> Self {
        self.role = Some(role);
        self
    }

    pub fn with(mut self, permission: Permission) -> Self {
        self.permissions.push(permission);
        self
    }

    pub fn during(mut self, interval: Interval) -> Self {
        self.interval = interval;
        self
    }

    pub fn until(mut self, end: DateTime<Utc>) -> Self {
        self.interval.ends_at = end;
        self
    }

    pub fn origin(mut self, origin: MembershipOrigin) -> Self {
        self.origin = origin;
        self
    }

    pub fn disabled(mut self) -> Self {
        self.disabled = Some(Interval::from(
            self.app.now() - chrono::Duration::minutes(1),
        ));
        self
    }

    /// Another membership of the same account.
    pub fn of(mut self, account: AccountId) -> Self {
        self.account = Some(account);
        self
    }

    /// Gives the key a list of permissions.
    pub fn scoped(mut self, permissions: &[Permission]) -> Self {
        self.key_scope = Some(permissions.to_vec());
        self
    }

    pub async fn create(self) -> Member {
        let (app, ws) = (self.app, self.ws);
        let db = app.app.deps.db.writer();
        let (given, family) = self
            .name
            .split_once(' ')
            .unwrap_or((self.name.as_str(), ""));
        let local = self.name.to_lowercase().replace(' ', ".");
        let email = EmailAddress::parse(&format!("{local}@example.org")).expect("an address");
        let account = match self.account {
            Some(account) => account,
            None => self.insert_account(&email, given, family).await,
        };
        let id = MembershipId(app.uuid());
        let row = entity::membership::Model {
            id: id.0,
            workspace_id: ws.id.0,
            account_id: account.0,
            starts_at: self.interval.starts_at,
            ends_at: self.interval.ends_at,
            granted_by: None,
            ended_by: None,
            end_reason: None,
            origin: self.origin.as_str().to_owned(),
            joined_at: self.interval.starts_at.min(app.now()),
            last_active_at: DateTime::<Utc>::UNIX_EPOCH,
            sort_name: fold::sort_name(Some(given), Some(family)),
            email_canonical: email.canonical.clone(),
            warned_days: NOT_WARNED,
            left_before_end: false,
        };
        entity::membership::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        for word in fold::words(Some(given), Some(family), &email.canonical) {
            let row = entity::member_word::Model {
                workspace_id: ws.id.0,
                word,
                membership_id: id.0,
            };
            entity::member_word::Entity::insert(row.into_active_model())
                .exec_without_returning(db)
                .await
                .unwrap();
        }
        let role = match (self.role, self.preset) {
            (Some(role), _) => Some(role),
            (None, Some(preset)) => Some(app.preset(ws, preset).await),
            (None, None) => None,
        };
        if let Some(role) = role {
            self.insert_role_assignment(id, role).await;
        }
        for permission in &self.permissions {
            let interval = Interval::from(self.interval.starts_at);
            app.grant_row(
                ws,
                Some(id),
                None,
                Some(*permission),
                interval,
                Some(account),
            )
            .await;
        }
        if let Some(interval) = self.disabled {
            self.insert_disabled(id, interval).await;
        }
        let (secret, key_id) = self.insert_key(id, account).await;
        app.bump(ws).await;
        Member {
            id,
            account,
            email: email.typed,
            key: secret.expose().to_owned(),
            key_id,
        }
    }

    async fn insert_account(&self, email: &EmailAddress, given: &str, family: &str) -> AccountId {
        let app = self.app;
        let db = app.app.deps.db.writer();
        let row = entity::account::Model {
            id: app.uuid(),
            email: email.typed.clone(),
            email_canonical: email.canonical.clone(),
            given_name: Some(given.to_owned()),
            family_name: Some(family.to_owned()),
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
        };
        let id = row.id;
        entity::account::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        AccountId(id)
    }

    async fn insert_role_assignment(&self, id: MembershipId, role: RoleId) {
        let app = self.app;
        let db = app.app.deps.db.writer();
        let row = entity::role_assignment::Model {
            id: app.uuid(),
            workspace_id: self.ws.id.0,
            membership_id: id.0,
            role_id: role.0,
            starts_at: self.interval.starts_at,
            ends_at: OPEN_END,
            granted_by: None,
            ended_by: None,
            end_reason: None,
        };
        entity::role_assignment::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
    }

    async fn insert_disabled(&self, id: MembershipId, interval: Interval) {
        let app = self.app;
        let db = app.app.deps.db.writer();
        let row = entity::disabled_spell::Model {
            id: app.uuid(),
            workspace_id: self.ws.id.0,
            membership_id: id.0,
            starts_at: interval.starts_at,
            ends_at: interval.ends_at,
            granted_by: None,
            ended_by: None,
            end_reason: None,
            reason: None,
        };
        entity::disabled_spell::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
    }

    async fn insert_key(&self, id: MembershipId, account: AccountId) -> (ApiKeySecret, ApiKeyId) {
        let (app, ws) = (self.app, self.ws);
        let db = app.app.deps.db.writer();
        let secret = ApiKeySecret::generate(&app.app.deps.ids);
        let key_id = ApiKeyId(app.uuid());
        let row = entity::api_key::Model {
            id: key_id.0,
            workspace_id: ws.id.0,
            membership_id: id.0,
            name: "test".to_owned(),
            kind: "MEMBER".to_owned(),
            prefix: secret.prefix(),
            secret_hash: secret.hash().to_vec(),
            is_scoped: self.key_scope.is_some(),
            allowed_networks: "[]".to_owned(),
            starts_at: app.now() - chrono::Duration::minutes(10),
            ends_at: OPEN_END,
            granted_by: Some(account.0),
            ended_by: None,
            end_reason: None,
            revocation_reason: None,
            last_used_at: None,
            last_used_from: None,
        };
        entity::api_key::Entity::insert(row.into_active_model())
            .exec_without_returning(db)
            .await
            .unwrap();
        for permission in self.key_scope.iter().flatten() {
            let row = entity::api_key_permission::ActiveModel {
                id: Set(app.uuid()),
                workspace_id: Set(ws.id.0),
                api_key_id: Set(key_id.0),
                permission: Set(permission.as_str().to_owned()),
                starts_at: Set(app.now() - chrono::Duration::minutes(10)),
                ends_at: Set(OPEN_END),
                granted_by: Set(None),
                ended_by: Set(None),
                end_reason: Set(None),
            };
            entity::api_key_permission::Entity::insert(row)
                .exec_without_returning(db)
                .await
                .unwrap();
        }
        (secret, key_id)
    }
}
