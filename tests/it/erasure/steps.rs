//! A run goes on after a crash, wherever it happened, and on any number of nodes (ERASE-5).

use concierge::{domain::permission::Preset, service::erasure::Step};
use serde_json::json;

use super::term;
use crate::support::{Engine, TestApp};

/// A person in three workspaces, whose deletion is due.
async fn due(app: &TestApp) -> (crate::support::world::Member, String) {
    let mut zoe = None;
    for slug in ["riverton", "lakeside", "upriver"] {
        let ws = app.workspace(slug).await;
        app.administrator(&ws, &format!("Ada {slug}")).await;
        let member = app.member(&ws, "Zoe Quill").preset(Preset::Viewer);
        zoe = Some(match &zoe {
            None => member.create().await,
            Some(zoe) => {
                let zoe: &crate::support::world::Member = zoe;
                member.of(zoe.account).create().await
            }
        });
    }
    let zoe = zoe.unwrap();
    let session = app.session_of(zoe.account).await;
    app.mutate(&session, "scheduleAccountDeletion", json!({}))
        .await;
    app.pass(term());
    // One that is not idle for too long.
    let session = app.session_of(zoe.account).await;
    assert!(app.is_accepted(&session).await && app.is_accepted(&zoe.key).await);
    (zoe, session)
}

/// The order of the steps.
const STEPS: [Step; 6] = [
    Step::Begun,
    Step::Workspace,
    Step::Workspace,
    Step::Workspace,
    Step::Emptied,
    Step::Finished,
];

async fn crash_after(engine: Engine, steps: usize) {
    let Some(app) = TestApp::on(engine).await else {
        return;
    };
    let app = &app;
    let (zoe, session) = due(app).await;
    for expected in &STEPS[..steps] {
        assert_eq!(app.erasure_step(zoe.account).await, *expected);
        assert!(!app.is_accepted(&session).await, "after the first step");
        assert!(!app.is_accepted(&zoe.key).await, "after the first step");
    }
    // Another node, which knows nothing of the first, goes on.
    let other = app.another_deps().await;
    let ended = concierge::job::erasure::erase(&other).await.unwrap();
    assert_eq!(ended, usize::from(steps < STEPS.len()));
    for (what, rows) in [
        ("audit_event WHERE kind = 'MEMBERSHIP_ERASED'", 3),
        ("audit_event WHERE kind = 'ACCOUNT_DELETION_STARTED'", 1),
        ("audit_event WHERE kind = 'ACCOUNT_ERASED'", 1),
        ("account_deletion WHERE finished_at IS NOT NULL", 1),
        (
            "membership WHERE end_reason = 'ERASED' AND sort_name = '' AND email_canonical = ''",
            3,
        ),
        (
            "account WHERE email LIKE 'erased:acc_%' AND email_canonical LIKE 'erased:acc_%'",
            1,
        ),
    ] {
        assert_eq!(app.count(what).await, rows, "after {steps} steps: {what}");
    }
    app.assert_chains().await;
}

macro_rules! crashes {
    ($($name:ident = $steps:literal),+ $(,)?) => {
        $(mod $name {
            #[tokio::test]
            async fn sqlite() {
                super::crash_after(super::Engine::Sqlite, $steps).await;
            }

            #[tokio::test]
            async fn postgres() {
                super::crash_after(super::Engine::Postgres, $steps).await;
            }
        })+
    };
}

crashes! {
    erase_5_another_node_does_it_all = 0,
    erase_5_a_crash_after_the_account_was_marked = 1,
    erase_5_a_crash_after_one_workspace = 2,
    erase_5_a_crash_after_two_workspaces = 3,
    erase_5_a_crash_after_the_last_workspace = 4,
    erase_5_a_crash_before_the_log_was_emptied = 5,
    erase_5_a_run_that_ended_is_left_alone = 6,
}

crate::support::on_both!(threads: erase_5_two_nodes_at_once_do_each_step_once, |app| {
    let (zoe, _) = due(app).await;
    let mut nodes = Vec::new();
    for _ in 0..4 {
        let deps = app.another_deps().await;
        nodes.push(tokio::spawn(async move {
            concierge::service::erasure::run(&deps, zoe.account).await
        }));
    }
    for node in nodes {
        // One that meets another may be refused; what is left is for the next round.
        let _ = node.await.unwrap();
    }
    app.erase_due().await;
    for (what, rows) in [
        ("audit_event WHERE kind = 'MEMBERSHIP_ERASED'", 3),
        ("audit_event WHERE kind = 'ACCOUNT_DELETION_STARTED'", 1),
        ("audit_event WHERE kind = 'ACCOUNT_ERASED'", 1),
        ("account_deletion WHERE finished_at IS NOT NULL", 1),
    ] {
        assert_eq!(app.count(what).await, rows, "{what}");
    }
    app.assert_chains().await;
});
