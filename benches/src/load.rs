//! The load: a number of keep-alive connections, each with one request at a time, over bare
//! sockets, so that the driver takes little of the machine that it shares with the servers.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    Fault,
    work::{Sort, Work},
};

/// One keep-alive connection.
pub struct Connection {
    stream: TcpStream,
    path: String,
    key: &'static str,
    received: Vec<u8>,
    request: Vec<u8>,
}

impl Connection {
    /// Connects. All requests use this API key.
    pub async fn open(address: &str, path: &str, key: &'static str) -> Result<Self, Fault> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            path: path.to_owned(),
            key,
            received: Vec::with_capacity(1 << 17),
            request: Vec::with_capacity(4096),
        })
    }

    /// Sends one request and returns the body of the answer. An error unless the status is 200.
    pub async fn ask(&mut self, body: &str) -> Result<&[u8], Fault> {
        self.request.clear();
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: bench\r\nx-api-key: {}\r\ncontent-type: application/json\r\n\
             accept: application/graphql-response+json\r\ncontent-length: {}\r\n\r\n",
            self.path,
            self.key,
            body.len()
        );
        self.request.extend_from_slice(head.as_bytes());
        self.request.extend_from_slice(body.as_bytes());
        self.stream.write_all(&self.request).await?;
        self.received.clear();
        let head = loop {
            if let Some(end) = self
                .received
                .windows(4)
                .position(|bytes| bytes == b"\r\n\r\n")
            {
                break end + 4;
            }
            self.more().await?;
        };
        let text = String::from_utf8_lossy(self.received.get(..head).unwrap_or_default())
            .to_ascii_lowercase();
        let length: usize = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .ok_or("an answer without a length")?
            .trim()
            .parse()?;
        while self.received.len() < head + length {
            self.more().await?;
        }
        let body = self.received.get(head..head + length).unwrap_or_default();
        if text.starts_with("http/1.1 200") {
            Ok(body)
        } else {
            Err(format!("{text}{}", String::from_utf8_lossy(body)).into())
        }
    }

    async fn more(&mut self) -> Result<(), Fault> {
        match self.stream.read_buf(&mut self.received).await? {
            0 => Err("the connection was closed".into()),
            _ => Ok(()),
        }
    }
}

/// The result of a round.
#[derive(Debug, Clone, Copy)]
pub struct Round {
    /// Answers per second.
    pub rate: f64,
    /// The median time of an answer.
    pub p50: Duration,
    /// The time of the 99th percentile.
    pub p99: Duration,
    pub answers: u64,
}

/// Loads a server with one kind of work for a time. `numbers` gives each request its own number.
pub async fn round(
    address: &str,
    path: &str,
    (server, work): (Sort, Work),
    connections: usize,
    time: Duration,
    numbers: &Arc<AtomicU64>,
) -> Result<Round, Fault> {
    let mut open = Vec::with_capacity(connections);
    for _ in 0..connections {
        open.push(Connection::open(address, path, work.key()).await?);
    }
    let numbers = Arc::clone(numbers);
    let body = move || work.body(server, numbers.fetch_add(1, Ordering::Relaxed));
    load(open, time, body, move |answer| work.is_done(answer)).await
}

/// Sends requests over all connections for a time, one at a time on each. An error if an answer is
/// not `good`.
pub async fn load(
    open: Vec<Connection>,
    time: Duration,
    body: impl Fn() -> String + Clone + Send + 'static,
    good: impl Fn(&[u8]) -> bool + Copy + Send + 'static,
) -> Result<Round, Fault> {
    let begin = Instant::now();
    let ask = |mut connection: Connection| {
        let body = body.clone();
        tokio::spawn(async move {
            let mut times = Vec::with_capacity(4096);
            while begin.elapsed() < time {
                let body = body();
                let sent_at = Instant::now();
                let answer = connection.ask(&body).await?;
                times.push(sent_at.elapsed());
                if !good(answer) {
                    return Err(String::from_utf8_lossy(answer).into_owned().into());
                }
            }
            Ok::<_, Fault>(times)
        })
    };
    let tasks: Vec<_> = open.into_iter().map(ask).collect();
    let mut times = Vec::new();
    for task in tasks {
        times.append(&mut task.await??);
    }
    let took = begin.elapsed();
    times.sort_unstable();
    let at = |part: usize| {
        times
            .get(times.len() * part / 100)
            .copied()
            .unwrap_or_default()
    };
    Ok(Round {
        rate: times.len() as f64 / took.as_secs_f64(),
        p50: at(50),
        p99: at(99),
        answers: times.len() as u64,
    })
}
