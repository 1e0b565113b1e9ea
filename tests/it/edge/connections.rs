//! The real listener: connections are bounded, and what holds one without using it is ended (A2).
//! Time passes really here: the system's sockets know no other clock.

use std::{net::SocketAddr, time::Duration};

use concierge::{
    app::{App, Edge},
    http::server::ConnectionLimits,
    store::{Database, engine::DatabaseOptions},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::{Instant, timeout},
};

use crate::support::{Engine, TestApp};

const HALF_A_BODY: &[u8] =
    b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{\"query\":";

const HALF_A_HEADER: &[u8] = b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: appl";
const LIVE: &[u8] = b"GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// Longer than anything here may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// Limits that no test meets by accident.
fn wide() -> ConnectionLimits {
    ConnectionLimits {
        header_timeout: PATIENCE * 2,
        idle_timeout: PATIENCE * 2,
        stall_timeout: PATIENCE * 2,
        connections: 100,
        connections_per_client: 100,
    }
}

struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    ended: JoinHandle<()>,
    _app: TestApp,
}

impl Server {
    async fn start(edge: Edge) -> Self {
        let app = TestApp::on(Engine::Sqlite)
            .await
            .expect("the embedded database");
        let options = DatabaseOptions {
            max_connections: 4,
            ..DatabaseOptions::new(app.url())
        };
        let mut deps = app.app.deps.clone();
        // Serving ends with closing the database.
        deps.db = Database::connect(&options).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(async move {
            App::new(deps, edge)
                .serve(listener, async move { drop(stopped.await) })
                .await
                .unwrap();
        });
        Self {
            address,
            stop: Some(stop),
            ended,
            _app: app,
        }
    }

    async fn within(connections: ConnectionLimits) -> Self {
        Self::start(Edge {
            connections,
            ..Edge::default()
        })
        .await
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn connect_with(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.unwrap();
        stream
    }

    /// Asks over a connection of its own whether the server lives.
    async fn is_alive(&self) -> bool {
        let mut stream = self.connect().await;
        stream.write_all(LIVE).await.is_ok()
            && answer(&mut stream)
                .await
                .is_some_and(|text| text.contains("200 OK"))
    }
}

/// The next answer, which is short; `None` if the connection ends without one.
async fn answer(stream: &mut TcpStream) -> Option<String> {
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    let whole = async {
        while !text.ends_with(b"}") {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => return None,
                Ok(count) => text.extend_from_slice(&buffer[..count]),
            }
        }
        Some(String::from_utf8_lossy(&text).into_owned())
    };
    timeout(PATIENCE, whole)
        .await
        .expect("an answer or an end in time")
}

/// Waits for the end of the connection; the bytes that came before.
async fn end(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A reset is an end too.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut bytes))
        .await
        .expect("the connection is never closed");
    bytes
}

#[tokio::test]
async fn a2_a_header_that_never_ends_holds_nothing() {
    let server = Server::within(ConnectionLimits {
        header_timeout: ms(400),
        ..wide()
    })
    .await;
    let began = Instant::now();
    let mut open = Vec::new();
    for _ in 0..20 {
        open.push(server.connect_with(HALF_A_HEADER).await);
    }
    open.push(server.connect_with(b"").await);
    let mut trickling = server.connect_with(HALF_A_HEADER).await;
    assert!(server.is_alive().await, "others are served meanwhile");
    // A byte now and then gives no more time.
    while trickling.write_all(b"x").await.is_ok() && began.elapsed() < PATIENCE {
        tokio::time::sleep(ms(50)).await;
    }
    assert!(began.elapsed() < PATIENCE, "it was never closed");
    for stream in &mut open {
        assert!(end(stream).await.is_empty());
    }
    assert!(
        began.elapsed() >= ms(400),
        "closed too soon: {:?}",
        began.elapsed()
    );
    assert!(server.is_alive().await);
}

#[tokio::test]
async fn a2_an_idle_connection_is_kept_for_a_while_then_closed() {
    let server = Server::within(ConnectionLimits {
        header_timeout: ms(200),
        idle_timeout: ms(1_000),
        ..wide()
    })
    .await;
    let mut stream = server.connect_with(LIVE).await;
    assert!(answer(&mut stream).await.is_some());
    tokio::time::sleep(ms(500)).await;
    stream.write_all(LIVE).await.unwrap();
    assert!(
        answer(&mut stream).await.is_some(),
        "idle for longer than a header may take"
    );
    let began = Instant::now();
    assert!(end(&mut stream).await.is_empty());
    assert!(
        began.elapsed() >= ms(900),
        "closed too soon: {:?}",
        began.elapsed()
    );
    // The next header on a kept connection has the time of a header.
    let mut stream = server.connect_with(LIVE).await;
    assert!(answer(&mut stream).await.is_some());
    let began = Instant::now();
    stream.write_all(HALF_A_HEADER).await.unwrap();
    assert!(end(&mut stream).await.is_empty());
    assert!(began.elapsed() < ms(900), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a2_one_client_has_so_many_connections_and_a_trusted_proxy_any_number() {
    let limits = ConnectionLimits {
        connections_per_client: 3,
        ..wide()
    };
    let server = Server::within(limits.clone()).await;
    let mut open = Vec::new();
    for _ in 0..3 {
        let mut stream = server.connect_with(LIVE).await;
        assert!(answer(&mut stream).await.is_some());
        open.push(stream);
    }
    let mut more = server.connect().await;
    let _ = more.write_all(LIVE).await;
    assert!(
        end(&mut more).await.is_empty(),
        "one too many is closed unread"
    );
    open[0].write_all(LIVE).await.unwrap();
    assert!(answer(&mut open[0]).await.is_some(), "those there are stay");
    drop(open.pop());
    let again = timeout(PATIENCE, async { while !server.is_alive().await {} }).await;
    assert!(again.is_ok(), "the place is free again");

    let trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let proxied = Server::start(Edge {
        connections: limits,
        trusted_proxies,
        ..Edge::default()
    })
    .await;
    let mut open = Vec::new();
    for _ in 0..10 {
        let mut stream = proxied.connect_with(LIVE).await;
        assert!(answer(&mut stream).await.is_some());
        open.push(stream);
    }
}

#[tokio::test]
async fn a2_when_all_places_are_taken_the_longest_idle_goes() {
    let server = Server::within(ConnectionLimits {
        connections: 10,
        ..wide()
    })
    .await;
    let mut first = server.connect_with(HALF_A_HEADER).await;
    let mut open = Vec::new();
    for _ in 0..9 {
        open.push(server.connect_with(HALF_A_HEADER).await);
    }
    for _ in 0..30 {
        assert!(
            server.is_alive().await,
            "nobody is kept out by those who do nothing"
        );
    }
    assert!(
        end(&mut first).await.is_empty(),
        "the one that waited longest"
    );
}

#[tokio::test]
async fn a2_withheld_bodies_keep_nobody_out() {
    let server = Server::within(ConnectionLimits {
        connections: 10,
        ..wide()
    })
    .await;
    let mut open = Vec::new();
    for _ in 0..20 {
        open.push(server.connect_with(HALF_A_BODY).await);
    }
    for _ in 0..30 {
        assert!(
            server.is_alive().await,
            "nobody is kept out by those who send half a body"
        );
    }
}

#[tokio::test]
async fn a2_half_a_body_is_answered_and_ended() {
    let mut edge = Edge {
        connections: wide(),
        ..Edge::default()
    };
    edge.limits.timeout = ms(300);
    let server = Server::start(edge).await;
    let mut stream = server.connect_with(HALF_A_BODY).await;
    let text = String::from_utf8(end(&mut stream).await).unwrap();
    assert!(
        text.starts_with("HTTP/1.1 400 ") && text.contains("did not arrive in time"),
        "{text}"
    );
}

#[tokio::test]
async fn a2_who_takes_nothing_of_an_answer_is_cut_off() {
    const ASKED: usize = 100;
    let server = Server::within(ConnectionLimits {
        stall_timeout: ms(500),
        ..wide()
    })
    .await;
    let query = "{ __schema { types { name description fields { name description args { name description } } } } }";
    let body = serde_json::json!({ "query": query }).to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let began = Instant::now();
    let mut one = server
        .connect_with(
            request
                .replace("\r\nhost", "\r\nconnection: close\r\nhost")
                .as_bytes(),
        )
        .await;
    let size = end(&mut one).await.len();
    let each = began.elapsed();
    // What the buffers of both systems may take, and how long the server may work for it.
    let until_full = 8_000_000 / size + 2;
    assert!(until_full < ASKED, "{size} bytes are too few");
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut stream = socket.connect(server.address).await.unwrap();
    stream
        .write_all(request.repeat(ASKED).as_bytes())
        .await
        .unwrap();
    tokio::time::sleep(each * u32::try_from(until_full).unwrap() * 2 + ms(1_500)).await;
    let taken = end(&mut stream).await.len();
    assert!(taken < ASKED * size, "all of {ASKED} answers came");
    assert!(server.is_alive().await);
}

#[tokio::test]
async fn a2_stopping_ends_idle_connections_at_once_and_lets_requests_end() {
    let mut server = Server::within(wide()).await;
    let mut idle = server.connect_with(LIVE).await;
    assert!(answer(&mut idle).await.is_some());
    let mut half = server.connect_with(HALF_A_HEADER).await;
    let body = r#"{"query":"{ viewer { kind } }"}"#;
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{}",
        body.len(),
        &body[..10]
    );
    let mut under_way = server.connect_with(head.as_bytes()).await;
    assert!(server.is_alive().await, "all three were accepted before");
    tokio::time::sleep(ms(200)).await;
    drop(server.stop.take());
    assert!(end(&mut idle).await.is_empty());
    assert!(end(&mut half).await.is_empty());
    assert!(
        TcpStream::connect(server.address).await.is_err(),
        "nobody new is taken"
    );
    under_way.write_all(&body.as_bytes()[10..]).await.unwrap();
    let text = answer(&mut under_way)
        .await
        .expect("what was under way is answered");
    assert!(
        text.starts_with("HTTP/1.1 200 ") && text.contains("ANONYMOUS"),
        "{text}"
    );
    timeout(PATIENCE, &mut server.ended)
        .await
        .expect("it ends")
        .unwrap();
}

#[tokio::test]
async fn a2_http2_is_spoken_and_ends_when_idle() {
    let server = Server::within(ConnectionLimits {
        idle_timeout: ms(600),
        ..wide()
    })
    .await;
    let socket = hyper_util::rt::TokioIo::new(server.connect().await);
    let executor = hyper_util::rt::TokioExecutor::new();
    let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, socket)
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    for _ in 0..3 {
        let request = http::Request::get(format!("http://{}/health/live", server.address));
        let response = sender
            .send_request(request.body(axum::body::Body::empty()).unwrap())
            .await
            .unwrap();
        assert_eq!(
            (response.status().as_u16(), response.version()),
            (200, http::Version::HTTP_2)
        );
    }
    let began = Instant::now();
    let _ = timeout(PATIENCE, connection)
        .await
        .expect("it is closed")
        .unwrap();
    assert!(
        began.elapsed() >= ms(500),
        "closed too soon: {:?}",
        began.elapsed()
    );
}
