//! P5: the same questions to two portals in the demo's shape, one of them many times as large, in
//! turns.
//!
//! `concierge demo` made both, and `size.sql` spread 900 members over each list that one word
//! finds. Here they get a group, through the API, that is the only one to give a permission.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    Fault,
    load::{Connection, load},
    work::FIELDS,
};

/// The demo administrator's public key.
const KEY: &str = "cck_RivertonDemo0AdministratorKey00PUjsZ";
/// The word that finds the members chosen by size.sql.
const WORD: &str = "quixotry";
/// Only administrators hold it in the demo.
const RARE: &str = "MANAGE_SECONDARY_WORKSPACES";
/// Nearly everybody holds it in the demo.
const COMMON: &str = "BROWSE_ALL_DATASETS";
const CONNECTIONS: usize = 32;

/// A question, and how many times as long the large portal may take.
struct Question {
    name: String,
    filter: Value,
    from_middle: bool,
    most: f64,
}

/// A portal, and what is not known about it beforehand.
struct Portal<'a> {
    address: &'a str,
    group: String,
    middle: String,
}

async fn ask(address: &str, document: &str, variables: Value) -> Result<Value, Fault> {
    let mut connection = Connection::open(address, "/graphql", KEY).await?;
    let answer = connection
        .ask(&json!({ "query": document, "variables": variables }).to_string())
        .await?;
    let answer: Value = serde_json::from_slice(answer)?;
    if answer.get("errors").is_some() {
        Err(answer.to_string().into())
    } else {
        Ok(answer["data"].clone())
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

async fn count(address: &str, filter: &Value) -> Result<i64, Fault> {
    let document = "query Count($filter: MembershipFilter) { workspace(slug: \"riverton\") { members(first: 1, filter: $filter) { totalCount } } }";
    let data = ask(address, document, json!({ "filter": filter })).await?;
    Ok(data["workspace"]["members"]["totalCount"]
        .as_i64()
        .unwrap_or_default())
}

impl<'a> Portal<'a> {
    /// Adds the members chosen by size.sql to a group, and remembers the cursor of the middle one.
    async fn prepare(address: &'a str) -> Result<Self, Fault> {
        let document = "query Chosen($search: String, $after: String) { workspace(slug: \"riverton\") { id \
             members(first: 100, after: $after, filter: { search: $search }) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } } } }";
        let (mut workspace, mut ids, mut cursors, mut after) =
            (String::new(), Vec::new(), Vec::new(), Value::Null);
        loop {
            let data = ask(address, document, json!({ "search": WORD, "after": after })).await?;
            workspace = if workspace.is_empty() {
                text(&data["workspace"]["id"])
            } else {
                workspace
            };
            let page = &data["workspace"]["members"];
            for edge in page["edges"].as_array().ok_or("no edges")? {
                ids.push(text(&edge["node"]["id"]));
                cursors.push(text(&edge["cursor"]));
            }
            if page["pageInfo"]["hasNextPage"] != true {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
        let middle = cursors
            .get(cursors.len() / 2)
            .cloned()
            .ok_or("size.sql has not run")?;
        let document = "mutation Make($workspace: ID!) { createGroup(input: { workspaceId: $workspace, title: \"Quixotry\" }) { group { id } } }";
        let data = ask(address, document, json!({ "workspace": workspace })).await?;
        let group = text(&data["createGroup"]["group"]["id"]);
        let document = "mutation Fill($group: ID!, $ids: [ID!]!, $rare: Permission!) { \
             addGroupMembers(input: { groupId: $group, membershipIds: $ids }) { errors { code } } \
             grantPermissions(input: { groupId: $group, permissions: [$rare] }) { errors { code } } }";
        ask(
            address,
            document,
            json!({ "group": group, "ids": ids, "rare": RARE }),
        )
        .await?;
        Ok(Self {
            address,
            group,
            middle,
        })
    }

    fn filter(&self, question: &Question) -> Value {
        if question.filter == json!("group") {
            json!({ "groupIds": [self.group] })
        } else {
            question.filter.clone()
        }
    }

    fn body(&self, question: &Question) -> String {
        let document = format!(
            "query Page($after: String, $filter: MembershipFilter) {{ workspace(slug: \"riverton\") {{ \
             members(first: 100, after: $after, filter: $filter) {{ nodes {{ {FIELDS} }} }} }} }}"
        );
        let after = if question.from_middle {
            json!(self.middle)
        } else {
            Value::Null
        };
        json!({ "query": document, "variables": { "after": after, "filter": self.filter(question) } }).to_string()
    }

    async fn p50(&self, question: &Question, time: Duration) -> Result<Duration, Fault> {
        let mut open = Vec::with_capacity(CONNECTIONS);
        for _ in 0..CONNECTIONS {
            open.push(Connection::open(self.address, "/graphql", KEY).await?);
        }
        let body = self.body(question);
        Ok(load(
            open,
            time,
            move || body.clone(),
            |answer| answer.starts_with(b"{\"data\""),
        )
        .await?
        .p50)
    }
}

async fn questions(small: &str) -> Result<Vec<Question>, Fault> {
    let question = |name: &str, filter: Value, most: f64| Question {
        name: name.to_owned(),
        filter,
        from_middle: false,
        most,
    };
    let held = |permission: &str| json!({ "permissions": [permission] });
    // Looks for a permission that about three of ten hold: the demo draws it at random.
    let all = count(small, &Value::Null).await?;
    let mut third = (f64::MAX, "");
    for permission in crate::work::PERMISSIONS {
        let share = count(small, &held(permission)).await? as f64 / all as f64;
        if (share - 0.3).abs() < third.0 {
            third = ((share - 0.3).abs(), permission);
        }
    }
    Ok(vec![
        question("P1", Value::Null, 1.5),
        Question {
            from_middle: true,
            ..question("a page in the middle", Value::Null, 1.5)
        },
        question("in a group of 900", json!("group"), 1.5),
        question("a search with 900 hits", json!({ "search": WORD }), 1.5),
        question(&format!("{RARE} (few)"), held(RARE), 1.5),
        question(&format!("{} (three of ten)", third.1), held(third.1), 3.0),
        question(&format!("{COMMON} (most)"), held(COMMON), 1.5),
    ])
}

pub async fn run([small, large]: [&str; 2], time: Duration, rounds: usize) -> Result<(), Fault> {
    let portals = [Portal::prepare(small).await?, Portal::prepare(large).await?];
    println!(
        "| question | hits, small | hits, large | p50, small | p50, large | ratio | to reach |\n|---|---|---|---|---|---|---|"
    );
    for question in questions(small).await? {
        let mut times = [Vec::new(), Vec::new()];
        for turn in 0..=rounds {
            for step in 0..2 {
                let place = (turn + step) % 2;
                let (Some(portal), Some(times)) = (portals.get(place), times.get_mut(place)) else {
                    continue;
                };
                // The first turn is a warm-up.
                let p50 = portal
                    .p50(&question, if turn == 0 { time / 2 } else { time })
                    .await?;
                if turn > 0 {
                    times.push(p50);
                }
            }
        }
        let [small, large] = times.map(|mut times| {
            times.sort_unstable();
            times
                .get(times.len() / 2)
                .copied()
                .unwrap_or_default()
                .as_secs_f64()
                * 1_000.0
        });
        let [few, many] = &portals;
        let hits = [
            count(few.address, &few.filter(&question)).await?,
            count(many.address, &many.filter(&question)).await?,
        ];
        println!(
            "| {} | {} | {} | {small:.1} ms | {large:.1} ms | **{:.2}** | ≤ {:.1} |",
            question.name,
            hits[0],
            hits[1],
            large / small,
            question.most
        );
    }
    Ok(())
}
