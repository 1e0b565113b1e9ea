//! Migrations go up and down on both databases, and the entities are the tables.

mod themes;

use std::collections::BTreeSet;

use ::migrations::Migrator;
use concierge::{domain::interval::Interval, entity};
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseConnection, EntityTrait, Iden, Iterable, Statement,
};
use sea_orm_migration::MigratorTrait;

use crate::support::on_both;

async fn names(db: &DatabaseConnection, sql: String) -> BTreeSet<String> {
    let rows = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .unwrap();
    rows.iter()
        .map(|row| row.try_get_by_index::<String>(0).unwrap())
        .collect()
}

/// How many changes lead back to before the one of that name.
fn back_to(name: &str) -> Option<u32> {
    let changes = Migrator::migrations();
    let place = changes.iter().position(|change| change.name() == name);
    u32::try_from(changes.len() - place.unwrap()).ok()
}

async fn tables(db: &DatabaseConnection) -> BTreeSet<String> {
    let sql = match db.get_database_backend() {
        DatabaseBackend::Postgres => {
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'"
        }
        _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    };
    let mut found = names(db, sql.to_owned()).await;
    found.remove("seaql_migrations");
    found
}

async fn same_columns<E: EntityTrait>(db: &DatabaseConnection, checked: &mut BTreeSet<String>) {
    let table = E::default().table_name().to_owned();
    let sql = match db.get_database_backend() {
        DatabaseBackend::Postgres => {
            format!(
                "SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{table}'"
            )
        }
        _ => format!("SELECT name FROM pragma_table_info('{table}')"),
    };
    let entity: BTreeSet<String> = E::Column::iter().map(|column| column.to_string()).collect();
    assert_eq!(names(db, sql).await, entity, "{table}");
    // Every column has the type that the entity reads.
    E::find()
        .one(db)
        .await
        .unwrap_or_else(|error| panic!("{table}: {error}"));
    checked.insert(table);
}

macro_rules! all_entities {
    ($db:expr, $checked:expr, $($entity:ident),+ $(,)?) => { $(same_columns::<entity::$entity::Entity>($db, $checked).await;)+ };
}

on_both!(entities_are_the_migrated_tables, |app| {
    let db = app.app.deps.db.for_migrations().unwrap();
    let mut checked = BTreeSet::new();
    all_entities!(
        db,
        &mut checked,
        access_renewal,
        access_request,
        access_warning,
        account,
        account_deletion,
        account_export,
        analytics_count,
        barred_address,
        api_key,
        api_key_permission,
        api_key_secret,
        audit_event,
        audit_value,
        dataset,
        dataset_follow,
        dataset_theme,
        default_permission,
        disabled_spell,
        distribution,
        email_change,
        factor_removal,
        group_membership,
        idempotency_record,
        account_idempotency_record,
        inactivity_exemption,
        inactivity_notice,
        inactivity_policy,
        installation,
        invitation,
        job_lease,
        known_device,
        mail_refusal,
        member_day,
        member_group,
        member_word,
        membership,
        membership_form,
        outbox,
        page,
        passkey_ceremony,
        password_reset,
        permission_grant,
        quota_use,
        quota_value,
        quota_warning,
        recovery_code,
        registration,
        resource_calls,
        reuse,
        role,
        role_assignment,
        role_permission,
        second_factor,
        session,
        session_visit,
        sign_in_challenge,
        sign_in_failure,
        sign_in_policy,
        sign_up_settings,
        terms,
        workspace,
        workspace_theme,
    );
    assert_eq!(
        tables(db).await,
        checked,
        "every table has an entity that is compared here"
    );
});

on_both!(
    mem_10_counters_of_memberships_become_their_account_s,
    |app| {
        let ws = app.workspace("riverton").await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let gone = Interval::new(
            app.now() - chrono::Duration::days(3),
            app.now() - chrono::Duration::days(2),
        );
        let before = app
            .member(&ws, "Ben Okafor")
            .of(ben.account)
            .during(gone)
            .create()
            .await;
        let db = app.app.deps.db.for_migrations().unwrap();
        let back = back_to("m20261129_000071_counters_by_account");
        Migrator::down(db, back).await.unwrap();
        let day = concierge::domain::calendar::Calendar::default()
            .start(concierge::domain::vocabulary::QuotaPeriod::Day, app.now());
        for (subject, used) in [
            (ben.id.to_string(), 5_i64),
            (before.id.to_string(), 2),
            ("workspace".to_owned(), 9),
        ] {
            let sql = "INSERT INTO quota_use (workspace_id, subject, quota_type, period_start, used) VALUES ($1, $2, 'API_CALLS', $3, $4)";
            app.sql(
                sql,
                vec![
                    ws.id.0.into(),
                    subject.as_str().into(),
                    day.into(),
                    used.into(),
                ],
            )
            .await;
            let sql = "INSERT INTO quota_warning (workspace_id, subject, quota_type, period_start, threshold) \
             VALUES ($1, $2, 'API_CALLS', $3, 80)";
            app.sql(sql, vec![ws.id.0.into(), subject.into(), day.into()])
                .await;
        }
        Migrator::up(db, None).await.unwrap();
        let account = ben.account.to_string();
        assert_eq!(
            app.count(&format!(
                "quota_use WHERE subject = '{account}' AND used = 7"
            ))
            .await,
            1
        );
        assert_eq!(
            app.count("quota_use WHERE subject = 'workspace' AND used = 9")
                .await,
            1
        );
        assert_eq!(
            (
                app.count("quota_use").await,
                app.count("quota_warning").await
            ),
            (2, 2)
        );
        assert_eq!(
            app.count(&format!("quota_warning WHERE subject = '{account}'"))
                .await,
            1
        );
        Migrator::down(db, back).await.unwrap();
        assert_eq!(
            app.count(&format!(
                "quota_use WHERE subject = '{}' AND used = 7",
                ben.id
            ))
            .await,
            1,
            "the latest membership's"
        );
        Migrator::up(db, None).await.unwrap();
    }
);

on_both!(migrations_go_down_and_up_again, |app| {
    let db = app.app.deps.db.for_migrations().unwrap();
    let before = tables(db).await;
    Migrator::down(db, None).await.unwrap();
    assert!(tables(db).await.is_empty());
    Migrator::up(db, None).await.unwrap();
    assert_eq!(tables(db).await, before);
});
