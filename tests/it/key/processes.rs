//! Two processes over one PostgreSQL, under load: a key that one of them revokes is refused by both
//! from the next request on (KEY-3).

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::mpsc,
    time::timeout,
};

use crate::support::{Engine, TestApp};

/// Long enough for anything that is answered at all.
const ENOUGH: Duration = Duration::from_secs(60);

/// How many keys are revoked.
const KEYS: usize = 8;

/// `concierge serve`, killed when dropped.
struct Process {
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Process {
    async fn start(database: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_concierge"))
            .arg("serve")
            .env_clear()
            .env("CONCIERGE_LISTEN", "127.0.0.1:0")
            .env("CONCIERGE_DATA_DIR", folder.path())
            .env("CONCIERGE_SECRET_KEY", "5a".repeat(32))
            .env("CONCIERGE_LOG__FORMAT", "json")
            .env("DATABASE_URL", database)
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let (sender, mut addresses) = mpsc::unbounded_channel();
        // Reads to the end, so that the process never waits for its log to be read.
        std::thread::spawn(move || {
            let mut seen = Vec::new();
            for line in log.lines().map_while(Result::ok) {
                let entry: Value = serde_json::from_str(&line).unwrap_or_default();
                match entry["address"]
                    .as_str()
                    .filter(|_| entry["message"] == "serving")
                {
                    Some(address) => drop(sender.send(Ok(address.to_owned()))),
                    None => seen.push(line),
                }
            }
            drop(sender.send(Err(seen.join("\n"))));
        });
        let address = timeout(ENOUGH, addresses.recv())
            .await
            .expect("it starts in time");
        let address = address
            .unwrap()
            .unwrap_or_else(|log| panic!("it ended:\n{log}"));
        Self {
            child,
            address,
            _folder: folder,
        }
    }

    /// The status and the body of an answer.
    async fn ask(address: &str, credential: &str, query: &str, variables: Value) -> (u16, Value) {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let asking = async {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let request = format!(
                "POST /graphql HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {credential}\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            answer
        };
        let answer = timeout(ENOUGH, asking).await.expect("an answer in time");
        let status = answer[9..12].parse().unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        (status, serde_json::from_str(body).unwrap_or_default())
    }
}

const VIEWER: &str = "{ viewer { kind } }";
const REVOKE: &str =
    "mutation($id: ID!) { revokeApiKeys(input: { ids: [$id] }) { results { outcome code } } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn key_3_two_processes_under_load_refuse_a_revoked_key_at_once() {
    let Some(app) = TestApp::on(Engine::Postgres).await else {
        return;
    };
    let (ws, ada) = app.portal().await;
    let mut owners = Vec::new();
    for number in 0..KEYS {
        owners.push(
            app.member(&ws, &format!("Ben Number{number}"))
                .create()
                .await,
        );
    }
    let session = app.session(ada.account).await;
    // The processes have a clock of their own.
    app.sql(
        "UPDATE session SET last_active_at = now(), expires_at = now() + interval '1 hour'",
        Vec::new(),
    )
    .await;
    let nodes = [
        Process::start(app.url()).await,
        Process::start(app.url()).await,
    ];
    let addresses: Vec<String> = nodes.iter().map(|node| node.address.clone()).collect();

    // Each key is used on both nodes all the time, and so is in every cache there is.
    let stop = Arc::new(AtomicBool::new(false));
    let (accepted, refused) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut load = Vec::new();
    for (address, owner) in addresses
        .iter()
        .flat_map(|address| owners.iter().map(move |owner| (address.clone(), owner)))
    {
        let (key, stop) = (owner.key.clone(), Arc::clone(&stop));
        let (accepted, refused) = (Arc::clone(&accepted), Arc::clone(&refused));
        load.push(tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                let counted = match Process::ask(&address, &key, VIEWER, json!({})).await.0 {
                    200 => &accepted,
                    401 => &refused,
                    other => panic!("{other}"),
                };
                counted.fetch_add(1, Ordering::Relaxed);
            }
        }));
    }
    for (number, owner) in owners.iter().enumerate() {
        for address in &addresses {
            let (status, _) = Process::ask(address, &owner.key, VIEWER, json!({})).await;
            assert_eq!(status, 200, "before");
        }
        let by = &addresses[number % 2];
        let id = json!({ "id": owner.key_id.to_string() });
        let (status, done) = Process::ask(by, &session, REVOKE, id).await;
        assert_eq!(
            (
                status,
                &done["data"]["revokeApiKeys"]["results"][0]["outcome"]
            ),
            (200, &json!("REVOKED")),
            "{done:#}"
        );
        // The other node first: it did not revoke the key itself.
        for address in [&addresses[(number + 1) % 2], by] {
            let (status, _) = Process::ask(address, &owner.key, VIEWER, json!({})).await;
            assert_eq!(status, 401, "key {number} at once");
        }
    }
    stop.store(true, Ordering::Relaxed);
    for client in load {
        client.await.unwrap();
    }
    let (accepted, refused) = (
        accepted.load(Ordering::Relaxed),
        refused.load(Ordering::Relaxed),
    );
    assert!(
        accepted > KEYS * 4 && refused > KEYS * 4,
        "a load that says little: {accepted} accepted, {refused} refused"
    );
}
