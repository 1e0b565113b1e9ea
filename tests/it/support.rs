//! What every test builds on: databases, the application, a world of workspaces and members.

pub mod actors;
pub mod app;
pub mod ask;
pub mod databases;
pub mod log;
pub mod mail;
pub mod person;
pub mod record;
pub mod rows;
pub mod smtp;
pub mod world;
pub mod writing;

pub use app::TestApp;
pub use databases::Engine;
pub use writing::Payload;

/// Runs one test body on SQLite and on PostgreSQL: `on_both!(join_3_…, |app| async move { … })`
/// makes a module of two tests.
macro_rules! on_both {
    // The same on four threads, for concurrent calls.
    (threads: $name:ident, |$app:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn body($app: &$crate::support::TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn sqlite() {
                let app = $crate::support::TestApp::on($crate::support::Engine::Sqlite).await;
                body(&app.expect("the embedded database")).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn postgres() {
                if let Some(app) = $crate::support::TestApp::on($crate::support::Engine::Postgres).await {
                    body(&app).await;
                }
            }
        }
    };
    ($(#[$meta:meta])* $name:ident, |$app:ident| $body:block) => {
        mod $name {
            use super::*;

            $(#[$meta])*
            async fn body($app: &$crate::support::TestApp) $body

            #[tokio::test]
            async fn sqlite() {
                let app = $crate::support::TestApp::on($crate::support::Engine::Sqlite).await;
                body(&app.expect("the embedded database")).await;
            }

            #[tokio::test]
            async fn postgres() {
                if let Some(app) = $crate::support::TestApp::on($crate::support::Engine::Postgres).await {
                    body(&app).await;
                }
            }
        }
    };
}
pub(crate) use on_both;
