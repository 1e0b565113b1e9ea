//! A fresh, migrated database for each test, on both engines: migrated once per run into a
//! template, then copied.
//!
//! With nextest every test is its own process, with `cargo test` all share one; in both cases the
//! parent process is the run. What a run shares is in a folder named after that parent. The first
//! test creates it, under a file lock, and a watchdog removes it when the parent has ended.
//! PostgreSQL is the server at `TEST_DATABASE_URL` if that is set, otherwise one started for the
//! run.

use std::{
    env, fs,
    fs::File,
    os::unix::process::{CommandExt, parent_id},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::UNIX_EPOCH,
};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, Statement};
use sea_orm_migration::MigratorTrait;
use tempfile::TempDir;

mod cluster;

/// The database of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The embedded one.
    Sqlite,
    /// The one that scales out.
    Postgres,
}

/// A migrated, empty database. Removed when dropped.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    kept: Kept,
}

#[derive(Debug)]
enum Kept {
    Sqlite { _folder: TempDir },
    Postgres { server: String, name: String },
}

impl TestDatabase {
    /// Its address: `sqlite://…` or `postgres://…`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// A new database for the caller. `None`, with a notice, if there is no PostgreSQL; panics if
/// `CI=true`.
pub async fn fresh(engine: Engine) -> Option<TestDatabase> {
    match engine {
        Engine::Sqlite => Some(fresh_sqlite().await),
        Engine::Postgres => fresh_postgres().await,
    }
}

async fn fresh_sqlite() -> TestDatabase {
    let template = {
        let run = Run::join();
        let template = run.folder.join(format!("template-{}.db", stamp()));
        if !template.exists() {
            let draft = run.folder.join("draft.db");
            fs::remove_file(&draft).ok();
            migrate(&format!("sqlite://{}?mode=rwc", draft.display()))
                .await
                .expect("the SQLite template migrates");
            fs::rename(&draft, &template).expect("the SQLite template gets its name");
        }
        template
    };
    let folder = tempfile::Builder::new()
        .prefix("concierge-test-")
        .tempdir()
        .expect("a folder for the SQLite file");
    let file = folder.path().join("concierge.db");
    fs::copy(template, &file).expect("the SQLite template is copied");
    TestDatabase {
        url: format!("sqlite://{}", file.display()),
        kept: Kept::Sqlite { _folder: folder },
    }
}

async fn fresh_postgres() -> Option<TestDatabase> {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let (server, template) = {
        let run = Run::join();
        let server = match run.server() {
            Ok(server) => server,
            Err(reason) => {
                let notice = format!("NOT TESTED ON POSTGRESQL: {reason}");
                assert!(env::var("CI").as_deref() != Ok("true"), "{notice}");
                eprintln!("\n*** {notice} ***\n");
                return None;
            }
        };
        let template = run
            .postgres_template(&server)
            .await
            .expect("the PostgreSQL template migrates");
        (server, template)
    };
    let name = format!(
        "concierge_test_{}_{}_{}",
        parent_id(),
        std::process::id(),
        COUNTER.fetch_add(1, Ordering::Relaxed)
    );
    let admin = connect(&server)
        .await
        .expect("the PostgreSQL server answers");
    let copy = format!("CREATE DATABASE {name} TEMPLATE {template}");
    // Copying files takes a third of the default's time. Releases before 15 always do that and do
    // not know the option.
    if admin
        .execute_unprepared(&format!("{copy} STRATEGY FILE_COPY"))
        .await
        .is_err()
    {
        admin
            .execute_unprepared(&copy)
            .await
            .expect("the PostgreSQL template is copied");
    }
    admin.close().await.ok();
    Some(TestDatabase {
        url: with_database(&server, &name),
        kept: Kept::Postgres { server, name },
    })
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Kept::Postgres { server, name } = &self.kept else {
            return;
        };
        let (server, sql) = (
            server.clone(),
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        );
        // The test's runtime cannot be waited for from here.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|error| error.to_string())?;
            runtime
                .block_on(async { connect(&server).await?.execute_unprepared(&sql).await })
                .map_err(|error| error.to_string())
                .map(drop)
        });
        if let Ok(Err(error)) = dropped.join() {
            eprintln!("the test's database stays behind: {error}");
        }
    }
}

/// What the processes of one run share. Locked while it is held.
struct Run {
    folder: PathBuf,
    _lock: File,
}

impl Run {
    fn join() -> Self {
        let runner = parent_id();
        let all = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = all.join(format!("databases-{runner}-{}", started(runner)));
        fs::create_dir_all(&folder).expect("a folder for what the run shares");
        let lock = File::create(folder.join("lock")).expect("the lock file");
        lock.lock().expect("the lock");
        if !folder.join("watched").exists() {
            for left_behind in left_behind(all, &folder) {
                watch(0, &left_behind);
            }
            watch(runner, &folder);
            File::create(folder.join("watched")).expect("the watchdog's mark");
        }
        Self {
            folder,
            _lock: lock,
        }
    }

    /// The PostgreSQL server of this run, started if necessary; or why there is none.
    fn server(&self) -> Result<String, String> {
        if let Ok(url) = env::var("TEST_DATABASE_URL") {
            return Ok(url);
        }
        let address = self.folder.join("server");
        if let Ok(url) = fs::read_to_string(&address) {
            return Ok(url);
        }
        let url = cluster::start(&cluster::Tools::find()?, &self.folder.join("cluster"));
        fs::write(&address, &url).expect("the server's address is kept");
        Ok(url)
    }

    /// The name of the migrated database that tests copy.
    async fn postgres_template(&self, server: &str) -> Result<String, DbErr> {
        let kept = self.folder.join(format!("template-{}.postgres", stamp()));
        if let Ok(name) = fs::read_to_string(&kept) {
            return Ok(name);
        }
        let admin = connect(server).await?;
        let now = "SELECT CAST(extract(epoch FROM now()) AS bigint)";
        let now = admin
            .query_one_raw(Statement::from_string(admin.get_database_backend(), now))
            .await?;
        let now: i64 = now
            .ok_or_else(|| DbErr::Custom("no clock".to_owned()))?
            .try_get_by_index(0)?;
        // On a server that outlives the run: old templates.
        let old = "SELECT datname FROM pg_database WHERE datname ~ '^concierge_template_[0-9]+_[0-9]+$' \
                   AND CAST(split_part(datname, '_', 3) AS bigint) < CAST(extract(epoch FROM now()) AS bigint) - 86400";
        for row in admin
            .query_all_raw(Statement::from_string(admin.get_database_backend(), old))
            .await?
        {
            admin
                .execute_unprepared(&format!(
                    "DROP DATABASE IF EXISTS {}",
                    row.try_get_by_index::<String>(0)?
                ))
                .await?;
        }
        let name = format!("concierge_template_{now}_{}", std::process::id());
        admin
            .execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE template0"))
            .await?;
        migrate(&with_database(server, &name)).await?;
        admin
            .execute_unprepared(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
            .await?;
        admin.close().await?;
        fs::write(&kept, &name).map_err(|error| DbErr::Custom(error.to_string()))?;
        Ok(name)
    }
}

async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await
}

async fn migrate(url: &str) -> Result<(), DbErr> {
    let database = connect(url).await?;
    migrations::Migrator::up(&database, None).await?;
    database.close().await
}

/// Distinguishes builds of the tests: a template has the schema of the build that made it.
fn stamp() -> u128 {
    let built = env::current_exe()
        .and_then(fs::metadata)
        .and_then(|file| file.modified())
        .expect("the test's own file");
    built
        .duration_since(UNIX_EPOCH)
        .map_or(0, |age| age.as_nanos())
}

/// Distinguishes a process from a later one with the same number. Without /proc, the number has to
/// be enough.
fn started(process: u32) -> String {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    after_name
        .split_whitespace()
        .nth(19)
        .unwrap_or("0")
        .to_owned()
}

/// Folders of runs that ended without their watchdog.
fn left_behind(all: &Path, ours: &Path) -> Vec<PathBuf> {
    let is_over = |path: &PathBuf| {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let Some((runner, start)) = name
            .strip_prefix("databases-")
            .and_then(|rest| rest.split_once('-'))
        else {
            return false;
        };
        path != ours && start != "0" && runner.parse().is_ok_and(|runner| started(runner) != start)
    };
    let entries = fs::read_dir(all).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(is_over).collect()
}

/// Waits for `runner` to end (0: it has), then stops the run's server and removes everything that
/// the run shared. A separate process in its own group, so that it survives the test that started
/// it and an interrupt at the terminal.
fn watch(runner: u32, folder: &Path) {
    const SCRIPT: &str = r#"
        while [ "$1" != 0 ] && kill -0 "$1" 2>/dev/null; do sleep 1; done
        if [ -f "$2/cluster" ]; then
            cluster=$(cat "$2/cluster")
            server=$(head -n 1 "$cluster/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$server" 2>/dev/null
            tries=50
            while [ "$tries" != 0 ] && [ -n "$server" ] && kill -0 "$server" 2>/dev/null; do sleep 0.1; tries=$((tries - 1)); done
            rm -rf -- "$cluster"
        fi
        rm -rf -- "$2"
    "#;
    let mut command = Command::new("sh");
    command
        .args(["-c", SCRIPT, "watchdog", &runner.to_string()])
        .arg(folder);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .current_dir("/")
        .process_group(0);
    drop(command.spawn().expect("the watchdog starts"));
}

/// The address of another database on the same server.
fn with_database(server: &str, name: &str) -> String {
    let (place, query) = server
        .split_once('?')
        .map_or((server, String::new()), |(place, query)| {
            (place, format!("?{query}"))
        });
    let host = place.find("://").map_or(0, |at| at + 3);
    let end = place[host..].find('/').map_or(place.len(), |at| host + at);
    format!("{}/{name}{query}", &place[..end])
}

#[test]
fn an_address_leads_to_another_database() {
    assert_eq!(
        with_database("postgres://u:p@h:1/old?sslmode=require", "new"),
        "postgres://u:p@h:1/new?sslmode=require"
    );
    assert_eq!(with_database("postgres://h", "new"), "postgres://h/new");
}
