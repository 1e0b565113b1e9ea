//! Loads Concierge, the floor and the peers in turns, and prints the tables.

use std::{
    sync::{Arc, atomic::AtomicU64},
    time::{Duration, Instant},
};

use sqlx::{PgPool, Row, postgres::PgPoolOptions};

use crate::{
    Fault,
    load::{Connection, Round, round},
    processor::Spent,
    work::{KEY, Sort, Work},
};

/// How many connections load a server.
const CONNECTIONS: usize = 32;

struct Server {
    sort: Sort,
    address: String,
    process: u32,
}

impl Server {
    /// Parses `name=address=process`.
    fn parse(text: &str) -> Result<Self, Fault> {
        let parts: Vec<&str> = text.split('=').collect();
        let [name, address, process] = parts.as_slice() else {
            return Err("name=address=process".into());
        };
        let sort = Sort::named(name).ok_or("no such server")?;
        Ok(Self {
            sort,
            address: (*address).to_owned(),
            process: process.parse()?,
        })
    }

    fn path(&self, work: Work) -> String {
        if self.sort == Sort::Floor {
            format!("/{}", work.name())
        } else {
            "/graphql".to_owned()
        }
    }

    async fn ask(&self, work: Work, number: u64) -> Result<String, Fault> {
        let mut connection = Connection::open(&self.address, &self.path(work), work.key()).await?;
        Ok(
            String::from_utf8_lossy(connection.ask(&work.body(self.sort, number)).await?)
                .into_owned(),
        )
    }

    async fn round(
        &self,
        work: Work,
        connections: usize,
        time: Duration,
        numbers: &Arc<AtomicU64>,
    ) -> Result<Round, Fault> {
        round(
            &self.address,
            &self.path(work),
            (self.sort, work),
            connections,
            time,
            numbers,
        )
        .await
    }
}

/// The number of the next request. Grants have their own: no number may repeat, and there are
/// 109,989 of them.
struct Numbers {
    grants: Arc<AtomicU64>,
    others: Arc<AtomicU64>,
}

impl Default for Numbers {
    /// After those that are used to compare the answers.
    fn default() -> Self {
        Self {
            grants: Arc::new(AtomicU64::new(100)),
            others: Arc::new(AtomicU64::new(100)),
        }
    }
}

impl Numbers {
    fn of(&self, work: Work) -> &Arc<AtomicU64> {
        if work == Work::P6 {
            &self.grants
        } else {
            &self.others
        }
    }
}

/// The result of the rounds of one server and work.
struct Measured {
    /// The median round, by answers per second.
    median: Round,
    /// The processor time per answer, of all rounds.
    processor: String,
}

/// Everything that does not need a fresh process. `servers`: each as `name=address=process`,
/// Concierge first, then the floor, then the peers.
pub async fn run(
    (database, database_process): (&str, u32),
    servers: &[&str],
    time: Duration,
    rounds: usize,
) -> Result<(), Fault> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .connect(database)
        .await?;
    let servers = servers
        .iter()
        .map(|text| Server::parse(text))
        .collect::<Result<Vec<_>, _>>()?;
    let pid = servers.first().ok_or("no server")?.process;
    let idle = resident(pid)?;
    agree(&servers).await?;

    println!("Processor: milliseconds an answer, of the server + of PostgreSQL.\n");
    println!(
        "| work | Concierge, answers a second | processor | p50 | p99 | floor, answers a second | processor | p50 | ratio | to reach |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let numbers = Numbers::default();
    let (mut loaded, mut beside) = (0.0, String::new());
    for work in Work::ALL {
        let able: Vec<&Server> = servers
            .iter()
            .filter(|server| work.is_served_by(server.sort))
            .collect();
        let measured = in_turns(
            &able,
            database_process,
            work,
            time,
            rounds,
            numbers.of(work),
        )
        .await?;
        if work == Work::P1 {
            loaded = resident(pid)?;
        }
        let [ours, theirs, others @ ..] = measured.as_slice() else {
            continue;
        };
        println!(
            "| {} | {:.0} | {} | {} | {} | {:.0} | {} | {} | **{:.2}** | ≥ {:.2} |",
            work.name(),
            ours.median.rate,
            ours.processor,
            shown(ours.median.p50),
            shown(ours.median.p99),
            theirs.median.rate,
            theirs.processor,
            shown(theirs.median.p50),
            ours.median.rate / theirs.median.rate,
            work.target(),
        );
        for (server, peer) in able.iter().skip(2).zip(others) {
            let lead = work
                .lead(server.sort)
                .map_or(String::new(), |lead| format!("≥ {lead:.1} ×"));
            let (name, rate, p50) = (server.sort.name(), peer.median.rate, shown(peer.median.p50));
            let (processor, times) = (&peer.processor, ours.median.rate / rate);
            beside += &format!(
                "| {} | {name} | {rate:.0} | {processor} | {p50} | **{times:.1} ×** | {lead} |\n",
                work.name()
            );
        }
    }
    println!("\n| work | peer | answers a second | processor | p50 | Concierge to it | to reach |");
    println!("|---|---|---|---|---|---|---|\n{beside}");
    statements(&pool, &servers, time, &numbers).await?;
    units(&pool, &servers, time, &numbers).await?;
    println!(
        "| P7: resident memory | idle {idle:.1} MiB; after P1 under load {loaded:.1} MiB | ≤ 40; ≤ 80 |"
    );
    Ok(())
}

/// The median round of each server. Each is warmed up first, and the order changes with every turn.
async fn in_turns(
    servers: &[&Server],
    database: u32,
    work: Work,
    time: Duration,
    rounds: usize,
    numbers: &Arc<AtomicU64>,
) -> Result<Vec<Measured>, Fault> {
    let mut measured: Vec<(Vec<Round>, Spent)> =
        vec![(Vec::new(), Spent::default()); servers.len()];
    for server in servers {
        server.round(work, CONNECTIONS, time / 4, numbers).await?;
    }
    for turn in 0..rounds {
        for step in 0..servers.len() {
            let place = (turn + step) % servers.len();
            if let (Some(server), Some((list, spent))) =
                (servers.get(place), measured.get_mut(place))
            {
                let before = Spent::so_far(server.process, database)?;
                list.push(server.round(work, CONNECTIONS, time, numbers).await?);
                *spent += Spent::so_far(server.process, database)?.since(before);
            }
        }
    }
    let sum = |(list, spent): (Vec<Round>, Spent)| {
        let answers = list.iter().map(|round| round.answers).sum();
        Measured {
            median: median(list),
            processor: spent.for_each(answers),
        }
    };
    Ok(measured.into_iter().map(sum).collect())
}

/// Checks that all servers return the same data.
async fn agree(servers: &[Server]) -> Result<(), Fault> {
    let [ours, theirs, ..] = servers else {
        return Ok(());
    };
    for other in servers
        .iter()
        .skip(1)
        .filter(|server| server.sort.answers_alike())
    {
        for work in [Work::P1, Work::P1b, Work::P2, Work::P3] {
            for number in [0, 7, 499, 4_321] {
                let (a, b) = (
                    ours.ask(work, number).await?,
                    other.ask(work, number).await?,
                );
                if a != b {
                    let at = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
                    let around = |text: &str| {
                        text.chars()
                            .skip(at.saturating_sub(200))
                            .take(400)
                            .collect::<String>()
                    };
                    let (work, other) = (work.name(), other.sort.name());
                    return Err(format!(
                        "{work} of {other} differs:\n{}\n{}",
                        around(&a),
                        around(&b)
                    )
                    .into());
                }
            }
        }
    }
    let (a, b) = (
        ours.ask(Work::P6c, 1).await?,
        theirs.ask(Work::P6c, 2).await?,
    );
    if a.replace(|c: char| c.is_ascii_digit(), "") != b.replace(|c: char| c.is_ascii_digit(), "") {
        return Err(format!("P6c differs:\n{a}\n{b}").into());
    }
    let form =
        |text: &str| text.replace(|letter: char| letter.is_alphanumeric() || letter == '_', "");
    let (a, b) = (ours.ask(Work::P6, 1).await?, theirs.ask(Work::P6, 2).await?);
    if form(&a) == form(&b) {
        Ok(())
    } else {
        Err(format!("P6 differs:\n{a}\n{b}").into())
    }
}

fn median(mut rounds: Vec<Round>) -> Round {
    rounds.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    rounds.get(rounds.len() / 2).copied().unwrap_or(Round {
        rate: 0.0,
        p50: Duration::ZERO,
        p99: Duration::ZERO,
        answers: 0,
    })
}

fn shown(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}

/// P4: what PostgreSQL counted while it served nothing else, and whether both servers sent the same
/// texts.
async fn statements(
    pool: &PgPool,
    servers: &[Server],
    time: Duration,
    numbers: &Numbers,
) -> Result<(), Fault> {
    println!("| what | measured | to reach |\n|---|---|---|");
    for work in Work::ALL {
        let mut seen = Vec::new();
        for server in servers.iter().take(2) {
            sqlx::query("SELECT pg_stat_statements_reset()")
                .execute(pool)
                .await?;
            let loaded = server
                .round(work, CONNECTIONS, time / 4, numbers.of(work))
                .await?;
            let rows = sqlx::query(
                "SELECT queryid, calls FROM pg_stat_statements JOIN pg_database d ON d.oid = dbid AND datname = current_database() \
                 WHERE query NOT LIKE '%pg_stat_statements%' AND calls > 10 ORDER BY 1",
            );
            let rows = rows.fetch_all(pool).await?;
            let calls: i64 = rows.iter().map(|row| row.get::<i64, _>(1)).sum();
            seen.push((
                rows.iter()
                    .map(|row| row.get::<i64, _>(0))
                    .collect::<Vec<_>>(),
                calls as f64 / loaded.answers as f64,
            ));
        }
        let [(ours, count), (theirs, floor)] = seen.as_slice() else {
            continue;
        };
        let to_reach = work
            .statements()
            .map_or(String::new(), |most| format!("≤ {most}"));
        let foreign = ours.iter().filter(|id| !theirs.contains(id)).count()
            + theirs.iter().filter(|id| !ours.contains(id)).count();
        let same = if foreign == 0 {
            "the same texts"
        } else {
            "NOT the same texts"
        };
        println!(
            "| P4: statements of {} | {count:.2} (floor {floor:.2}, {same}) | {to_reach} |",
            work.name()
        );
    }
    Ok(())
}

/// P6: whether as many calls were counted as were allowed, with 64 connections.
async fn units(
    pool: &PgPool,
    servers: &[Server],
    time: Duration,
    numbers: &Numbers,
) -> Result<(), Fault> {
    // Whole days, so that a run over midnight counts the same. On the first of a month, the month's
    // counter would be the day's.
    let sum = "SELECT COALESCE(SUM(used), 0)::bigint FROM quota_use WHERE subject LIKE 'acc_%'";
    let Some(ours) = servers.first() else {
        return Ok(());
    };
    let before: i64 = sqlx::query(sum).fetch_one(pool).await?.get(0);
    let loaded = ours
        .round(Work::P6c, 64, time, numbers.of(Work::P6c))
        .await?;
    let after: i64 = sqlx::query(sum).fetch_one(pool).await?.get(0);
    println!(
        "| P6: calls counted at 64 connections | {} for {} allowed | as many |",
        after - before,
        loaded.answers
    );
    Ok(())
}

/// The resident memory of the process, in MiB.
fn resident(pid: u32) -> Result<f64, Fault> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse::<f64>()? / 1024.0)
}

/// Waits for the first answer of a server that was just started.
pub async fn first_answer(address: &str) -> Result<(), Fault> {
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(30) {
        if let Ok(mut connection) = Connection::open(address, "/graphql", KEY).await {
            // With the benchmark's data the key exists; with an empty database 401 is an answer as
            // well.
            match connection.ask("{\"query\":\"{ viewer { kind } }\"}").await {
                Ok(_) => return Ok(()),
                Err(answer) if answer.to_string().contains("401") => return Ok(()),
                Err(_) => {}
            }
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Err("no answer within 30 s".into())
}

/// Keeps a server under one load, for a profiler.
pub async fn hold(address: &str, work: &str, seconds: f64) -> Result<(), Fault> {
    let work = Work::ALL
        .into_iter()
        .find(|known| known.name() == work)
        .ok_or("no such work")?;
    let server = Server {
        sort: Sort::Concierge,
        address: address.to_owned(),
        process: 0,
    };
    let numbers = Arc::new(AtomicU64::new(u64::from(std::process::id()) * 10));
    let held = server
        .round(
            work,
            CONNECTIONS,
            Duration::from_secs_f64(seconds),
            &numbers,
        )
        .await?;
    println!(
        "{}: {:.0} answers a second, p50 {}",
        work.name(),
        held.rate,
        shown(held.p50)
    );
    Ok(())
}
