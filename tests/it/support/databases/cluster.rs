//! A PostgreSQL server for one run of the tests: finding its programs and the user to run them, and
//! starting it. Nothing is flushed to disk, and its folder is deleted afterwards.

use std::{
    env, fs,
    fs::File,
    io::Read,
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::Command,
};

/// The programs, and the user to run them if we are root (PostgreSQL refuses to run as root).
pub struct Tools {
    folder: PathBuf,
    user: Option<(u32, u32)>,
}

impl Tools {
    /// Finds both, or says what is missing.
    pub fn find() -> Result<Self, String> {
        let folder = folders()
            .into_iter()
            .find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists());
        let folder = folder
            .ok_or("initdb and pg_ctl are neither on PATH nor in /usr/lib/postgresql; run `eval \"$(tests/setup)\"` first")?;
        let id = |arguments: &[&str]| -> Option<u32> {
            let output = Command::new("id")
                .args(arguments)
                .output()
                .ok()
                .filter(|output| output.status.success())?;
            String::from_utf8(output.stdout).ok()?.trim().parse().ok()
        };
        let user = match id(&["-u"]) {
            Some(0) => Some(
                ["postgres", "nobody"]
                    .into_iter()
                    .find_map(|name| id(&["-u", name]).zip(id(&["-g", name])))
                    .ok_or("running as root, and there is neither a user postgres nor nobody")?,
            ),
            _ => None,
        };
        Ok(Self { folder, user })
    }

    fn run(&self, program: &str, home: &Path, arguments: &[&str]) -> Result<(), String> {
        let mut command = Command::new(self.folder.join(program));
        command.args(arguments).current_dir(home).env("LC_ALL", "C");
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        let output = command
            .output()
            .map_err(|error| format!("{program}: {error}"))?;
        let text = || {
            format!(
                "{program}: {}{}",
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            )
        };
        if output.status.success() {
            Ok(())
        } else {
            Err(text())
        }
    }

    fn give(&self, path: &Path) {
        if let Some((user, group)) = self.user {
            chown(path, Some(user), Some(group)).expect("the server's user gets its folder");
        }
    }
}

/// Only TEST_POSTGRES_BIN if tests/setup set it; otherwise PATH, then Debian's folder of each
/// release, the newest first.
fn folders() -> Vec<PathBuf> {
    if let Some(chosen) = env::var_os("TEST_POSTGRES_BIN") {
        return vec![PathBuf::from(chosen)];
    }
    let mut releases: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    releases.sort_by_key(|path| {
        let release = path
            .parent()
            .and_then(Path::file_name)
            .and_then(|name| name.to_str())
            .and_then(|name| name.parse::<u32>().ok());
        std::cmp::Reverse(release)
    });
    env::split_paths(&env::var_os("PATH").unwrap_or_default())
        .chain(releases)
        .collect()
}

/// Creates and starts a server, and returns its address. Writes its folder into `note` for the
/// watchdog before anything is in it.
pub fn start(tools: &Tools, note: &Path) -> String {
    let home = tempfile::Builder::new()
        .prefix("concierge-postgres-")
        .tempdir()
        .expect("a folder for the server")
        .keep();
    fs::write(note, home.display().to_string()).expect("the server's folder is noted");
    tools.give(&home);

    let password = random_text();
    let password_file = home.join("password");
    fs::write(&password_file, &password).expect("the server's password");
    tools.give(&password_file);
    let (data, password_file) = (
        home.join("data").display().to_string(),
        password_file.display().to_string(),
    );
    let make = |locale: &str| {
        let (locale, password_file) = (
            format!("--locale={locale}"),
            format!("--pwfile={password_file}"),
        );
        tools.run(
            "initdb",
            &home,
            &[
                "-D",
                &data,
                "-U",
                "postgres",
                "-E",
                "UTF8",
                &locale,
                "-A",
                "password",
                &password_file,
                "--no-sync",
            ],
        )
    };
    make("C.UTF-8")
        .or_else(|_| make("C"))
        .expect("initdb makes the server's folder");

    let log = home.join("log").display().to_string();
    let mut refusal = String::new();
    for _ in 0..5 {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port")
            .port();
        let settings = [
            format!("listen_addresses=127.0.0.1 port={port} unix_socket_directories={}", home.display()).replace(' ', " -c "),
            "fsync=off -c full_page_writes=off -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0".to_owned(),
            "max_connections=200 -c shared_buffers=64MB -c autovacuum=off".to_owned(),
        ];
        let options = format!("-c {}", settings.join(" -c "));
        match tools.run(
            "pg_ctl",
            &home,
            &["start", "-w", "-s", "-D", &data, "-l", &log, "-o", &options],
        ) {
            Ok(()) => return format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres"),
            Err(error) => refusal = error,
        }
    }
    panic!(
        "the PostgreSQL server for the tests does not start: {refusal}\n{}",
        fs::read_to_string(log).unwrap_or_default()
    );
}

fn random_text() -> String {
    let mut bytes = [0_u8; 16];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .expect("random bytes");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
