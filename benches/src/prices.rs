//! The most expensive requests of each kind against a server with the demo portal: the processor
//! seconds of its process that one minute's budget pays for. One request at a time, so that the
//! process spends its time on it alone.
//!
//! The server's budget is raised so that nothing is refused. The cost of a request is the
//! difference in the `RateLimit` header.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::Fault;

/// The demo administrator's public key.
const KEY: &str = "cck_RivertonDemo0AdministratorKey00PUjsZ";
/// The default budget of one minute.
const BUDGET: f64 = 2_000_000.0;
/// The maximum processor seconds that it may pay for.
const MOST: f64 = 60.0;
const PERMISSIONS: [&str; 14] = [
    "EDIT_WORKSPACE_PROPERTIES",
    "MANAGE_SECONDARY_WORKSPACES",
    "MANAGE_WORKSPACE_THEME",
    "CREATE_DATASETS",
    "EDIT_ALL_DATASETS",
    "PUBLISH_OWN_DATASETS",
    "BROWSE_ALL_DATASETS",
    "MANAGE_OWN_DATASETS_SECURITY",
    "CREATE_PAGES",
    "EDIT_ALL_PAGES",
    "BROWSE_ALL_PAGES",
    "MANAGE_OWN_PAGES_SECURITY",
    "BROWSE_ANALYTICS",
    "MANAGE_REUSES",
];
const ROW: &str = "id state origin joinedAt accessStartsAt accessEndsAt lastActiveAt account { id displayName email } role { id name } \
    groups { group { id title } startsAt endsAt } effectivePermissions { permission sources { kind grantId startsAt endsAt \
    role { id name } group { id title } grantedBy { id displayName } } } effectiveQuotas { type limit decidedBy used \
    groupLimits { group { id title } limit } }";

/// Builds a request each time it is sent.
type Make = Box<dyn Fn(u64) -> String>;

struct Kind {
    name: &'static str,
    /// Whether to send the administrator's key.
    signed: bool,
    make: Make,
}

/// The ids in the portal.
struct Portal {
    workspace: String,
    members: Vec<String>,
    groups: Vec<String>,
    datasets: Vec<String>,
}

struct Answer {
    status: String,
    left: Option<f64>,
    body: Vec<u8>,
}

struct Client {
    stream: TcpStream,
}

impl Client {
    async fn open(address: &str) -> Result<Self, Fault> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream })
    }

    /// Sends one request on this connection. `target` with a body is a POST.
    async fn send(
        &mut self,
        target: &str,
        key: Option<&str>,
        body: Option<&str>,
    ) -> Result<Answer, Fault> {
        let key = key.map_or(String::new(), |key| format!("x-api-key: {key}\r\n"));
        let method = if body.is_some() { "POST" } else { "GET" };
        let body = body.unwrap_or_default();
        let head = format!(
            "{method} {target} HTTP/1.1\r\nhost: bench\r\n{key}content-type: application/json\r\naccept: \
             application/graphql-response+json, text/csv, */*\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        self.stream.write_all(head.as_bytes()).await?;
        self.stream.write_all(body.as_bytes()).await?;
        let mut received = Vec::with_capacity(1 << 16);
        let end = loop {
            if let Some(end) = received.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end + 4;
            }
            self.more(&mut received).await?;
        };
        let head = String::from_utf8_lossy(&received[..end]).to_ascii_lowercase();
        let header = |name: &str| {
            head.lines()
                .find_map(|line| line.strip_prefix(name))
                .map(|value| value.trim().to_owned())
        };
        if let Some(length) = header("content-length:") {
            let length: usize = length.parse()?;
            while received.len() < end + length {
                self.more(&mut received).await?;
            }
        } else if header("transfer-encoding:").is_some() {
            while !received.ends_with(b"0\r\n\r\n") {
                self.more(&mut received).await?;
            }
        }
        let left = header("ratelimit:")
            .and_then(|value| value.split("r=").nth(1)?.split(';').next()?.parse().ok());
        let status = head.split(' ').nth(1).unwrap_or_default().to_owned();
        Ok(Answer {
            status,
            left,
            body: received.split_off(end),
        })
    }

    async fn more(&mut self, received: &mut Vec<u8>) -> Result<(), Fault> {
        match self.stream.read_buf(received).await? {
            0 => Err("the connection was closed".into()),
            _ => Ok(()),
        }
    }

    async fn data(&mut self, query: &str, variables: Value) -> Result<Value, Fault> {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let answer = self.send("/graphql", Some(KEY), Some(&body)).await?;
        let body: Value = serde_json::from_slice(&answer.body)?;
        if body.get("errors").is_some() {
            Err(body.to_string().into())
        } else {
            Ok(body["data"].clone())
        }
    }
}

fn ids(list: &Value) -> Vec<String> {
    let nodes = list["nodes"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    nodes
        .iter()
        .filter_map(|node| node["id"].as_str().map(str::to_owned))
        .collect()
}

impl Portal {
    async fn read(client: &mut Client) -> Result<Self, Fault> {
        let first = "{ workspace(slug: \"riverton\") { id groups(first: 100) { nodes { id } } datasets(first: 100) { nodes { id } } } }";
        let data = client.data(first, Value::Null).await?;
        let workspace = &data["workspace"];
        let mut portal = Self {
            workspace: workspace["id"].as_str().unwrap_or_default().to_owned(),
            members: Vec::new(),
            groups: ids(&workspace["groups"]),
            datasets: ids(&workspace["datasets"]),
        };
        let page = "query($after: String) { workspace(slug: \"riverton\") { members(first: 100, after: $after, filter: { states: [ACTIVE] }) \
                    { nodes { id } pageInfo { hasNextPage endCursor } } } }";
        let mut after = Value::Null;
        while portal.members.len() < 1_000 {
            let data = client.data(page, json!({ "after": after })).await?;
            let members = &data["workspace"]["members"];
            portal.members.extend(ids(members));
            after = members["pageInfo"]["endCursor"].clone();
            if members["pageInfo"]["hasNextPage"] != true {
                break;
            }
        }
        // The first may be the administrator, from whom nobody may take anything.
        portal.members.truncate(1_000);
        Ok(portal)
    }
}

/// The instant that many days ago.
fn ago(days: i64) -> String {
    (chrono::Utc::now() - chrono::Duration::days(days))
        .format("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}

/// A document with these variables, the same each time.
fn query(name: &'static str, document: impl Into<String>, variables: Value) -> Kind {
    let document = document.into();
    let make = move |_: u64| json!({ "query": document, "variables": variables }).to_string();
    Kind {
        name,
        signed: true,
        make: Box::new(make),
    }
}

/// A document that differs each time.
fn fresh(name: &'static str, document: impl Fn(u64) -> String + 'static) -> Kind {
    Kind {
        name,
        signed: false,
        make: Box::new(move |number| json!({ "query": document(number) }).to_string()),
    }
}

fn bulk(
    name: &'static str,
    mutation: &str,
    input: impl Fn(u64) -> Value + 'static,
    answer: &str,
) -> Kind {
    let kind = format!("{}{}", mutation[..1].to_uppercase(), &mutation[1..]);
    let document =
        format!("mutation($input: {kind}Input!) {{ {mutation}(input: $input) {{ {answer} }} }}");
    let make = move |number: u64| {
        json!({ "query": document, "variables": { "input": input(number) } }).to_string()
    };
    Kind {
        name,
        signed: true,
        make: Box::new(make),
    }
}

/// Documents: parsed, validated and discarded.
fn documents() -> Vec<Kind> {
    vec![
        fresh("a new document of 9,900 tokens", |n| {
            format!("# {n}\n{{ viewer {{ {} }} }}", "kind ".repeat(9_890))
        }),
        fresh("the same with 2,000 unknown fields", |n| {
            format!(
                "# {n}\n{{ viewer {{ {} }} }}",
                (0..2_000)
                    .map(|f| format!("nowhere{f} "))
                    .collect::<String>()
            )
        }),
        fresh("the same with an error at the end", |n| {
            format!("# {n}\n{{ viewer {{ {} }}", "kind ".repeat(9_890))
        }),
        fresh("100 fragments, spread and spread again", |n| {
            let fragments: String = (0..100)
                .map(|f| {
                    format!("fragment f{f} on Viewer {{ kind account {{ id displayName }} }} ")
                })
                .collect();
            let spreads: String = (0..100).map(|f| format!("...f{f} ")).collect();
            format!("# {n}\n{{ viewer {{ {spreads} }} }} {fragments}")
        }),
        fresh("5,000 overlapping inline fragments", |n| {
            format!(
                "# {n}\n{{ viewer {{ {} }} }}",
                "... on Viewer { kind } ".repeat(1_600)
            )
        }),
        fresh("90 kB of escapes in a literal", |n| {
            format!(
                "# {n}\n{{ workspace(slug: \"{}\") {{ id }} }}",
                "\\\\u{1F333}".repeat(8_000)
            )
        }),
        fresh("introspection", |_| {
            "{ __schema { types { kind name description fields(includeDeprecated: true) { name description args { name description \
             defaultValue } type { kind name } } inputFields { name description } enumValues { name description } } } }"
                .to_owned()
        }),
        fresh("the smallest request", |_| "{ viewer { kind } }".to_owned()),
        Kind {
            name: "a body that is no JSON",
            signed: false,
            make: Box::new(|_| format!("{{\"query\": {}", "[".repeat(90_000))),
        },
    ]
}

fn reads(portal: &Portal) -> Vec<Kind> {
    let in_workspace =
        |selection: &str| format!("{{ workspace(slug: \"riverton\") {{ {selection} }} }}");
    let many = |selection: &dyn Fn(usize) -> String, times: usize| {
        (0..times).map(selection).collect::<String>()
    };
    let checks: Vec<Value> = portal
        .members
        .iter()
        .enumerate()
        .map(|(n, id)| json!({ "membershipId": id, "resource": portal.datasets[n % portal.datasets.len()] }))
        .collect();
    let hundred = |ids: &[String]| ids.iter().cycle().take(100).cloned().collect::<Vec<_>>();
    vec![
        query("viewer, by key", "{ viewer { kind } }", Value::Null),
        query(
            "a page of 100 members (P1)",
            in_workspace(
                "members(first: 100) { nodes { id account { email displayName } state role { name } groups { group { title } } effectiveQuota(type: API_CALLS) { limit decidedBy used } } }",
            ),
            Value::Null,
        ),
        query(
            "a page of 100 rows of a console",
            in_workspace(&format!("members(first: 100) {{ nodes {{ {ROW} }} }}")),
            Value::Null,
        ),
        query(
            "100 members with their grants and keys",
            in_workspace("members(first: 100) { nodes { id grants(first: 1) { nodes { id } } } }"),
            Value::Null,
        ),
        query(
            "100 groups with their members",
            in_workspace(
                "groups(first: 100) { nodes { id memberCount members(first: 5) { nodes { id } } } }",
            ),
            Value::Null,
        ),
        query(
            "20 counts of a search",
            format!(
                "{{ workspace(slug: \"riverton\") {{ {} }} }}",
                many(
                    &|n| format!(
                        "c{n}: members(first: 1, filter: {{ search: \"a\" }}) {{ totalCount }} "
                    ),
                    20
                )
            ),
            Value::Null,
        ),
        query(
            "20 pages by a permission",
            format!(
                "{{ workspace(slug: \"riverton\") {{ {} }} }}",
                many(
                    &|n| format!(
                        "c{n}: members(first: 1, filter: {{ permissions: [{}] }}) {{ nodes {{ id }} }} ",
                        PERMISSIONS[n % 14]
                    ),
                    20
                )
            ),
            Value::Null,
        ),
        query(
            "nodes: 100 members",
            "query($ids: [ID!]!) { nodes(ids: $ids) { id } }",
            json!({ "ids": hundred(&portal.members) }),
        ),
        query(
            "nodes: 100 datasets",
            "query($ids: [ID!]!) { nodes(ids: $ids) { id } }",
            json!({ "ids": hundred(&portal.datasets) }),
        ),
        query(
            "checkAccessBatch of 1,000",
            "query($inputs: [CheckAccessInput!]!) { checkAccessBatch(inputs: $inputs) { check { allowed } code } }",
            json!({ "inputs": checks }),
        ),
        query(
            "checkAccess",
            "query($i: CheckAccessInput!) { checkAccess(input: $i) { allowed } }",
            json!({ "i": checks[0] }),
        ),
        query(
            "20 explanations",
            format!(
                "query($i: ExplainAccessInput!) {{ workspace(slug: \"riverton\") {{ {} }} }}",
                many(
                    &|n| format!(
                        "e{n}: explainAccess(input: $i) {{ allowed suggestions {{ text }} }} "
                    ),
                    20
                )
            ),
            json!({ "i": { "membershipId": portal.members[1], "permission": "MANAGE_SECONDARY_WORKSPACES" } }),
        ),
        query(
            "accessDiff of 20 days",
            in_workspace(
                "accessDiff(from: \"2026-01-01T00:00:00Z\", to: \"2027-12-01T00:00:00Z\", first: 100) { edges { cursor } }",
            ),
            Value::Null,
        ),
        query(
            "100 events of the record",
            in_workspace(
                "auditEvents(first: 100) { nodes { id kind changes { field } hash subjectId } }",
            ),
            Value::Null,
        ),
        query(
            "verifyAudit",
            "query($id: ID!) { verifyAudit(workspaceId: $id) { intact } }",
            json!({ "id": portal.workspace }),
        ),
        query(
            "a search of the directory",
            in_workspace("directory(search: \"a\", first: 100) { nodes { __typename } }"),
            Value::Null,
        ),
        query(
            "100 members as of ten days ago",
            in_workspace(&format!(
                "members(first: 100, asOf: \"{}\") {{ nodes {{ id state }} }}",
                ago(10)
            )),
            Value::Null,
        ),
        query(
            "20 strengths of passwords",
            format!(
                "query($p: String!) {{ {} }}",
                many(
                    &|n| format!(
                        "p{n}: passwordStrength(password: $p, email: \"a@example.org\") {{ score: __typename }} "
                    ),
                    20
                )
            ),
            json!({ "p": "p4$$w0rd!".repeat(14) }),
        ),
        Kind {
            name: "a bad sign-in",
            signed: false,
            make: Box::new(|n| {
                json!({ "query": format!("mutation {{ signIn(input: {{ email: \"nobody{n}@example.org\", password: \"a wrong password, and long\", transport: TOKEN }}) {{ errors {{ code }} }} }}") }).to_string()
            }),
        },
    ]
}

fn writes(portal: &Portal) -> Vec<Kind> {
    let results = "results { targetId code } errors { code }";
    let (members, workspace) = (portal.members.clone(), portal.workspace.clone());
    let give = {
        let members = members.clone();
        move |_: u64| json!({ "membershipIds": members, "permissions": PERMISSIONS })
    };
    let take = give.clone();
    let groups: Vec<String> = portal.groups.iter().take(5).cloned().collect();
    let invite = {
        let (workspace, groups) = (workspace.clone(), groups.clone());
        move |n: u64| {
            let invitees: Vec<Value> = (0..500)
                .map(|one| json!({ "email": format!("p{n}-{one}@example.org") }))
                .collect();
            json!({ "workspaceId": workspace, "invitees": invitees, "groupIds": groups, "permissions": PERMISSIONS, "dryRun": true })
        }
    };
    let group = portal.groups[0].clone();
    let into = {
        let members = members.clone();
        move |_: u64| json!({ "groupId": group, "membershipIds": members })
    };
    let quotas = move |n: u64| json!({ "workspaceId": workspace, "scope": "DEFAULT", "values": [{ "type": "API_CALLS", "limit": 1_000 + n % 7 }] });
    let disable = {
        let members = members[1..].to_vec();
        move |_: u64| json!({ "membershipIds": members })
    };
    let enable = disable.clone();
    let to_group = {
        let group = portal.groups[0].clone();
        move |_: u64| json!({ "groupId": group, "permissions": PERMISSIONS })
    };
    let from_group = to_group.clone();
    vec![
        bulk(
            "grantPermissions: 1,000 members, 14 permissions",
            "grantPermissions",
            give,
            results,
        ),
        bulk(
            "revokePermissions: the same",
            "revokePermissions",
            take,
            results,
        ),
        bulk(
            "grantPermissions: a group, 14 permissions",
            "grantPermissions",
            to_group,
            results,
        ),
        bulk(
            "revokePermissions: the same of a group",
            "revokePermissions",
            from_group,
            results,
        ),
        bulk(
            "inviteMembers: 500, 5 groups, 14 permissions (dry run)",
            "inviteMembers",
            invite,
            "results { index code } errors { code }",
        ),
        bulk("addGroupMembers: 1,000", "addGroupMembers", into, results),
        bulk(
            "setQuotas: the default of 10,000 members",
            "setQuotas",
            quotas,
            "errors { code }",
        ),
        bulk("disableMembers: 999", "disableMembers", disable, results),
        bulk("enableMembers: 999", "enableMembers", enable, results),
    ]
}

/// The processor seconds of a process so far, in user mode and in the kernel.
fn processor(pid: u32) -> Result<f64, Fault> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let ticks = |at: usize| {
        fields
            .get(at)
            .and_then(|ticks| ticks.parse::<f64>().ok())
            .unwrap_or_default()
    };
    // A hundred ticks per second, on every Linux that this runs on.
    Ok((ticks(11) + ticks(12)) / 100.0)
}

struct Row {
    name: &'static str,
    status: String,
    sent: u32,
    cost: f64,
    seconds: f64,
}

impl Row {
    fn per_budget(&self) -> f64 {
        self.seconds / self.cost * BUDGET
    }
}

/// Sends requests of one kind for a time, at least three.
async fn measure(
    address: &str,
    pid: u32,
    kind: &Kind,
    time: Duration,
    number: &mut u64,
) -> Result<Row, Fault> {
    let mut client = Client::open(address).await?;
    let key = kind.signed.then_some(KEY);
    let (mut cost, mut sent, mut status) = (0.0, 0, String::new());
    let (mut seconds, begin) = (0.0, Instant::now());
    while sent < 3 || (begin.elapsed() < time && sent < 2_000) {
        let probe = client
            .send("/graphql", key, Some("{\"query\":\"{ __typename }\"}"))
            .await?;
        // Requests between two probes, so that the probes do not count but their ticks do.
        let before = processor(pid)?;
        let (mut left, mut turned) = (probe.left, false);
        for _ in 0..10_u32.min(2_000 - sent) {
            *number += 1;
            let answer = client
                .send("/graphql", key, Some(&(kind.make)(*number)))
                .await?;
            if let (Some(was), Some(is)) = (left, answer.left) {
                turned |= is > was;
                if is <= was {
                    cost += was - is;
                    sent += 1;
                }
            }
            left = answer.left;
            status = format!("{} {}", answer.status, code(&answer.body));
            if begin.elapsed() > time && sent >= 3 {
                break;
            }
        }
        // The end of a minute falls in between, so the cost is unknown.
        if turned {
            (cost, sent, seconds) = (0.0, 0, 0.0);
            continue;
        }
        seconds += processor(pid)? - before;
    }
    Ok(Row {
        name: kind.name,
        status,
        sent,
        cost,
        seconds,
    })
}

/// The first error code of an answer, if there is one.
fn code(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    text.split("\"code\":\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_default()
        .to_owned()
}

async fn export(address: &str, pid: u32, name: &'static str, path: &str) -> Result<Row, Fault> {
    let mut client = Client::open(address).await?;
    let probe = "{\"query\":\"{ __typename }\"}";
    let first = client.send("/graphql", Some(KEY), Some(probe)).await?;
    let second = client.send("/graphql", Some(KEY), Some(probe)).await?;
    let (Some(first), Some(begin)) = (first.left, second.left) else {
        return Err("no budget is told".into());
    };
    let before = processor(pid)?;
    let answer = client.send(path, Some(KEY), None).await?;
    let seconds = processor(pid)? - before;
    let end = client
        .send("/graphql", Some(KEY), Some(probe))
        .await?
        .left
        .unwrap_or_default();
    Ok(Row {
        name,
        status: answer.status,
        sent: 1,
        cost: begin - end - (first - begin),
        seconds,
    })
}

/// Measures all kinds and prints the table, the most expensive first.
pub async fn run(address: &str, pid: u32, time: Duration) -> Result<(), Fault> {
    let mut client = Client::open(address).await?;
    let portal = Portal::read(&mut client).await?;
    let mut number = 0;
    let mut rows = Vec::new();
    for kind in documents()
        .into_iter()
        .chain(reads(&portal))
        .chain(writes(&portal))
    {
        rows.push(measure(address, pid, &kind, time, &mut number).await?);
    }
    for (name, path) in [
        ("members.csv", "/export/members.csv?workspace=riverton"),
        ("audit.ndjson", "/export/audit.ndjson?workspace=riverton"),
    ] {
        rows.push(export(address, pid, name, path).await?);
    }
    rows.sort_by(|one, other| other.per_budget().total_cmp(&one.per_budget()));
    println!(
        "| request | answer | cost | processor, ms | processor seconds for a minute's budget |\n|---|---|---|---|---|"
    );
    for row in &rows {
        let (each, cost) = (
            row.seconds / f64::from(row.sent) * 1_000.0,
            row.cost / f64::from(row.sent),
        );
        println!(
            "| {} | {} | {cost:.0} | {each:.2} | {:.1} |",
            row.name,
            row.status.trim(),
            row.per_budget()
        );
    }
    match rows.iter().filter(|row| row.per_budget() > MOST).count() {
        0 => Ok(()),
        above => Err(format!("{above} kinds take more than {MOST} s for a minute's budget").into()),
    }
}
