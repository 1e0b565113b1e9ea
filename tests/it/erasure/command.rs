//! `concierge erased` and `concierge erase`, also killed at any moment (ERASE-5, ERASE-7).

use std::{
    process::{Command, Output, Stdio},
    time::Duration as Time,
};

use chrono::Duration;
use concierge::{app::erasure::Erasing, domain::permission::Preset};
use serde_json::json;

use super::term;
use crate::support::{Engine, TestApp, on_both, world::Member};

fn command(app: &TestApp, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_concierge"));
    command
        .args(arguments)
        .env_clear()
        .env("CONCIERGE_DATA_DIR", std::env::temp_dir())
        .env("CONCIERGE_SECRET_KEY", "07".repeat(32))
        .env("DATABASE_URL", app.url())
        .stdin(Stdio::null());
    command
}

fn run(app: &TestApp, arguments: &[&str]) -> (bool, String) {
    let Output { status, stdout, .. } = command(app, arguments).output().unwrap();
    (status.success(), String::from_utf8(stdout).unwrap())
}

on_both!(
    erase_7_what_was_erased_is_erased_again_on_a_restored_backup,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.administrator(&ws, "Ada Veldkamp").await;
        let zoe = app.member(&ws, "Zoe Quill").create().await;
        let session = app.session_of(zoe.account).await;
        app.mutate(&session, "scheduleAccountDeletion", json!({}))
            .await;
        app.pass(term());
        let began = app.now();
        assert_eq!(app.erase_due().await, 1);
        let listed = app.app.erased(began - Duration::days(1)).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].account, zoe.account);
        assert!(listed[0].finished_at.is_some());
        assert!(
            app.app
                .erased(app.now() + Duration::days(1))
                .await
                .unwrap()
                .is_empty()
        );
        let (done, printed) = run(app, &["erased", "--since", "2026-03-01"]);
        assert!(
            done && printed.starts_with(&format!("{}  2026-", zoe.account)),
            "{printed}"
        );

        // The backup has the person again, as an ordinary member.
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let ids = format!("{},{},{}", zoe.account, ben.account, ada.account);
        let (done, printed) = run(app, &["erase", "--ids", &ids]);
        let last = format!(
            "not deleted: the last administrator of {} (see --force)",
            ws.id
        );
        let expected = format!(
            "{}: was deleted before\n{}: deleted\n{}: {last}\n",
            zoe.account, ben.account, ada.account
        );
        assert_eq!((done, printed), (false, expected));
        assert!(!app.is_accepted(&ben.key).await && app.is_accepted(&ada.key).await);
        let nobody = concierge::domain::id::AccountId(app.app.deps.ids.uuid(app.now())).to_string();
        assert_eq!(
            app.app.erase(&nobody, true).await.unwrap(),
            Erasing::Unknown
        );
        assert!(app.app.erase("nonsense", true).await.is_err());
        assert_eq!(
            app.app.erase(&ada.account.to_string(), true).await.unwrap(),
            Erasing::Erased
        );
        assert!(!app.is_accepted(&ada.key).await);
        app.assert_chains().await;
    }
);

/// A member of twelve workspaces.
async fn busy(app: &TestApp) -> Member {
    let mut zoe: Option<Member> = None;
    for number in 0..12 {
        let ws = app.workspace(&format!("portal-{number}")).await;
        app.administrator(&ws, &format!("Ada Number{number}")).await;
        let builder = app.member(&ws, "Zoe Quill").preset(Preset::Viewer);
        let member = match &zoe {
            None => builder.create().await,
            Some(zoe) => builder.of(zoe.account).create().await,
        };
        zoe.get_or_insert(member);
    }
    zoe.unwrap()
}

async fn killed(engine: Engine) {
    let Some(app) = TestApp::on(engine).await else {
        return;
    };
    let app = &app;
    let zoe = busy(app).await;
    let id = zoe.account.to_string();
    // Killed a little later each time: before, within and after each of its steps.
    let mut ended = false;
    let mut kills = 0;
    for wait in (0..100).map(|step| Time::from_millis(20 + 12 * step)) {
        let mut child = command(app, &["erase", "--ids", &id])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(wait);
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success());
            ended = true;
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
    }
    assert!(ended && kills > 0);
    for (what, rows) in [
        ("audit_event WHERE kind = 'MEMBERSHIP_ERASED'", 12),
        ("audit_event WHERE kind = 'ACCOUNT_DELETION_STARTED'", 1),
        ("audit_event WHERE kind = 'ACCOUNT_ERASED'", 1),
        ("account_deletion WHERE finished_at IS NOT NULL", 1),
        ("membership WHERE sort_name LIKE 'quill%'", 0),
        ("member_word WHERE word = 'quill'", 0),
        ("account WHERE family_name = 'Quill'", 0),
    ] {
        assert_eq!(app.count(what).await, rows, "{what}");
    }
    app.assert_chains().await;
}

#[tokio::test]
async fn erase_5_killed_again_and_again_it_ends_and_does_nothing_twice_sqlite() {
    killed(Engine::Sqlite).await;
}

#[tokio::test]
async fn erase_5_killed_again_and_again_it_ends_and_does_nothing_twice_postgres() {
    killed(Engine::Postgres).await;
}
