//! Prices follow work: bulk calls by items and rights, documents by their size, counts and exports
//! by measured time; and what a console shows stays cheap.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use axum::body::Body;
use concierge::{
    app::Edge,
    graphql::{
        admission::{Stopwatch, Work},
        prices,
    },
};
use http::Request;
use serde_json::{Value, json};

use crate::support::{TestApp, app::Answer, on_both};

/// What is left of the budget, as the answer's header has it.
fn left(answer: &Answer) -> u64 {
    let header = answer.headers["ratelimit"].to_str().unwrap().to_owned();
    header
        .split("r=")
        .nth(1)
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .parse()
        .unwrap()
}

/// What a request costs: what the budget is less by.
async fn cost(app: &TestApp, credential: &str, query: &str, variables: Value) -> u64 {
    let before = left(
        &app.post(Some(credential), "{ __typename }", json!({}))
            .await,
    );
    let after = left(&app.post(Some(credential), query, variables).await);
    before - after
}

on_both!(a3_all_keys_of_an_account_share_its_budget, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let session = app.session_of(ada.account).await;
    let key = async |kind: &str| {
        let input = json!({ "workspaceId": ws.id.to_string(), "name": "Loader", "kind": kind });
        let made = app.mutate(&session, "createApiKey", input).await;
        made.0["secret"].as_str().unwrap().to_owned()
    };
    let (second, gateway, other_gateway) = (
        key("MEMBER").await,
        key("GATEWAY").await,
        key("GATEWAY").await,
    );
    let now = async |credential: &str| {
        left(
            &app.post(Some(credential), "{ __typename }", json!({}))
                .await,
        )
    };
    // The document is read, and paid for, once.
    now(&ada.key).await;
    let full = now(&ben.key).await;
    let mut before = now(&session).await;
    assert!(before < full);
    for credential in [&ada.key, &second, &session] {
        let after = now(credential).await;
        assert!(after < before, "one budget, whatever the credential");
        before = after;
    }
    // Keys of the workspace have no owner: each is an actor of its own (KEY-8).
    assert_eq!(now(&gateway).await, full);
    assert_eq!(now(&other_gateway).await, full);
    assert_eq!(now(&gateway).await, now(&ben.key).await);
});

/// What one row of a console shows, and more.
const ROW: &str = "id asOf state origin isSignedUpOnly joinedAt accessStartsAt accessEndsAt accessSecondsRemaining lastActiveAt
    disabledAt endedAt endReason account { id displayName givenName familyName email } role { id name }
    groups { group { id title } startsAt endsAt }
    effectivePermissions { permission sources { kind grantId startsAt endsAt role { id name } group { id title }
        resource { __typename } grantedBy { id displayName } } }
    effectiveQuotas { type limit decidedBy used remaining groupLimits { group { id title } limit } }
    backOfficeSections accessRenewal { id state message }";

const P1: &str =
    "{ workspace(slug: \"riverton\") { members(first: 100) { nodes { id account { email displayName } state role { name }
    groups { group { title } } effectiveQuota(type: API_CALLS) { limit decidedBy used } } } } }";

on_both!(f5_a_hundred_rows_of_a_console_fit, |app| {
    let (_, ada) = app.portal().await;
    let session = app.session_of(ada.account).await;
    let page = format!(
        "{{ workspace(slug: \"riverton\") {{ members(first: 100) {{ totalCount pageInfo {{ hasNextPage endCursor }} edges {{ cursor node {{ {ROW} }} }} }} }} }}"
    );
    let answer = app.post(Some(&session), &page, json!({})).await;
    assert_eq!(
        (answer.status.as_u16(), answer.codes()),
        (200, vec![]),
        "{:#}",
        answer.body
    );
    let whole = cost(app, &session, &page, json!({})).await;
    assert!(whole < 100_000, "{whole}");
    // Several hundred pages a minute.
    let p1 = cost(app, &session, P1, json!({})).await;
    assert!(p1 * 400 < 2_000_000, "{p1}");
});

on_both!(d3_what_is_too_complex_names_the_dear_part, |app| {
    let (_, ada) = app.portal().await;
    let session = app.session_of(ada.account).await;
    let query = "query($n: Int) { viewer { kind } workspace(slug: \"riverton\") { id all: members(first: $n) { nodes { id apiKeys(first: $n) { nodes { id membership { grants(first: 20) { nodes { id } } } } } } } } }";
    let answer = app.post(Some(&session), query, json!({ "n": 100 })).await;
    assert_eq!(
        (answer.status.as_u16(), answer.codes()),
        (400, vec!["QUERY_TOO_COMPLEX"])
    );
    let message = answer.body["errors"][0]["message"].as_str().unwrap();
    for part in [
        "at most 100000",
        "\"workspace.all.nodes.apiKeys.nodes.membership.grants",
        "fewer rows",
        "split the request",
    ] {
        assert!(message.contains(part), "{part} is not in {message}");
    }
    let many = format!(
        "{{ viewer {{ {} }} }}",
        (0..51).map(|n| format!("a{n}: kind ")).collect::<String>()
    );
    let answer = app.post(Some(&session), &many, json!({})).await;
    let message = answer.body["errors"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("51 aliases")
            && message.contains("at most 50")
            && message.contains("split"),
        "{message}"
    );
});

/// Ids that nobody has.
fn members(count: u128) -> Vec<String> {
    let id = |n| concierge::domain::id::MembershipId(uuid::Uuid::from_u128(n)).to_string();
    (1..=count).map(id).collect()
}

const GRANT: &str = "mutation($input: GrantPermissionsInput!) { grantPermissions(input: $input) { results { targetId code } errors { code } } }";

on_both!(a3_bulk_calls_cost_by_items_and_rights, |app| {
    let (_, ada) = app.portal().await;
    let session = app.session_of(ada.account).await;
    let all = json!(
        concierge::domain::permission::Permission::ALL
            .iter()
            .map(|one| one.as_str())
            .collect::<Vec<_>>()
    );
    let call = async |count: u128, permissions: Value| {
        let input = json!({ "membershipIds": members(count), "permissions": permissions });
        cost(app, &session, GRANT, json!({ "input": input })).await
    };
    let (one, many) = (
        call(1, json!(["CREATE_PAGES"])).await,
        call(1_000, json!(["CREATE_PAGES"])).await,
    );
    let most = call(1_000, all.clone()).await;
    let Work { base, item, right } = prices::work("grantPermissions");
    assert!(
        one >= base + item + right && many - one >= 999 * (item + right),
        "{one} {many}"
    );
    assert!(most - many >= 13 * 1_000 * right, "{many} {most}");
    // By whole group as many as the group holds, at most.
    let input = json!({ "membershipIds": members(1_000), "permissionGroups": ["DATASET"] });
    let grouped = cost(app, &session, GRANT, json!({ "input": input })).await;
    assert!(grouped > many, "{grouped}");
    // Written out in the document it costs no less.
    let literal = GRANT
        .replace("($input: GrantPermissionsInput!)", "")
        .replace(
            "$input",
            &format!(
                "{{ membershipIds: {:?}, permissions: [CREATE_PAGES] }}",
                members(100)
            ),
        );
    assert!(cost(app, &session, &literal, json!({})).await >= 100 * (item + right));
});

on_both!(every_documented_maximum_fits_one_request, |app| {
    let (ws, ada) = app.portal().await;
    let session = app.session_of(ada.account).await;
    let trees = app
        .dataset(&ws, "trees", &ada, false, true)
        .await
        .to_string();
    let all = json!(
        concierge::domain::permission::Permission::ALL
            .iter()
            .map(|one| one.as_str())
            .collect::<Vec<_>>()
    );
    let results = "results { index targetId outcome code message membership { id state accessEndsAt account { displayName email } role { name } } } errors { code }";
    let grant = GRANT.replace("results { targetId code } errors { code }", results);
    // The first one is there, so that the call is about a workspace; the others are items that
    // fail.
    let mut ids = members(1_000);
    ids[0] = app.member(&ws, "Ben Okafor").create().await.id.to_string();
    let input = json!({ "membershipIds": ids, "permissions": all });
    let answer = app
        .post(Some(&session), &grant, json!({ "input": input }))
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.codes()),
        (200, vec![]),
        "{:#}",
        answer.body["errors"]
    );
    let checks = "query($inputs: [CheckAccessInput!]!) { checkAccessBatch(inputs: $inputs) { index check { allowed recordFilters } code message } }";
    let inputs: Vec<Value> = members(1_000)
        .iter()
        .map(|id| json!({ "membershipId": id, "resource": trees }))
        .collect();
    let answer = app
        .post(Some(&session), checks, json!({ "inputs": inputs }))
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.codes()),
        (200, vec![]),
        "{:#}",
        answer.body["errors"]
    );
    let invite = "mutation($input: InviteMembersInput!) { inviteMembers(input: $input) { results { email outcome code message invitation { id state } membership { id } } errors { code } } }";
    let invitees: Vec<Value> = (0..500)
        .map(|n| json!({ "email": format!("p{n}@example.org") }))
        .collect();
    let input = json!({ "workspaceId": ws.id.to_string(), "invitees": invitees, "permissions": all, "dryRun": true });
    let answer = app
        .post(Some(&session), invite, json!({ "input": input }))
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.codes()),
        (200, vec![]),
        "{:#}",
        answer.body["errors"]
    );
});

on_both!(a3_documents_cost_by_their_size_refused_ones_too, |app| {
    let from = "192.0.2.77";
    let ask = async |query: &str| app.ask(query).from(from).send().await;
    let begin = left(&ask("{ viewer { kind } }").await);
    let small = begin - left(&ask("{ viewer { kind } }").await);
    assert!(small >= prices::REQUEST + prices::KILOBYTE, "{small}");
    let mut before = left(&ask("{ viewer { kind } }").await);
    let fields = "kind ".repeat(2_000);
    for (query, code) in [
        (format!("{{ viewer {{ {fields} }} }}"), None),
        (format!("{{ viewer {{ {fields} }}"), Some("BAD_USER_INPUT")),
        (
            format!("{{ viewer {{ {fields} nowhere }} }}"),
            Some("BAD_USER_INPUT"),
        ),
        (
            format!("{{ viewer {{ {} }} }}", "kind ".repeat(10_001)),
            Some("QUERY_TOO_COMPLEX"),
        ),
    ] {
        let answer = ask(&query).await;
        assert_eq!(answer.codes().first().copied(), code);
        let after = left(&answer);
        let least = prices::REQUEST + prices::KILOBYTE * (query.len() as u64 / 1_000);
        assert!(before - after >= least, "{code:?}: {}", before - after);
        before = after;
    }
    // What is no JSON either.
    let body = format!("{{\"query\": {}", "x".repeat(50_000));
    let request = Request::post("/graphql")
        .header("content-type", "application/json")
        .header("content-length", body.len());
    let peer = std::net::SocketAddr::from(([192, 0, 2, 77], 40_000));
    let answer = app
        .door()
        .send_from(peer, request.body(Body::from(body)).unwrap())
        .await;
    assert_eq!(answer.status, 400);
    assert!(before - left(&answer) >= 50 * prices::KILOBYTE);
});

/// A clock that goes on by 30 ms whenever it is looked at.
fn ticking() -> Duration {
    static LOOKS: AtomicU64 = AtomicU64::new(0);
    Duration::from_millis(LOOKS.fetch_add(1, Ordering::Relaxed) * 30)
}

on_both!(a3_counts_and_exports_cost_what_they_took, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let stopwatch = Stopwatch {
        processor: || Duration::ZERO,
        elapsed: ticking,
    };
    let door = app.another_door(
        Edge {
            stopwatch,
            ..Edge::default()
        },
        false,
    );
    let probe = async |credential: &str| {
        left(
            &door
                .post(Some(credential), "{ __typename }", json!({}))
                .await,
        )
    };
    let (session, other) = (
        app.session_of(ada.account).await,
        app.session_of(ben.account).await,
    );
    let small = {
        let before = probe(&session).await;
        before - probe(&session).await
    };
    let spent = async |query: &str| {
        let before = probe(&session).await;
        let answer = door.post(Some(&session), query, json!({})).await;
        assert_eq!(answer.codes(), Vec::<&str>::new());
        (
            before - left(&answer),
            before - probe(&session).await - small,
        )
    };
    let (told, charged) =
        spent("{ workspace(slug: \"riverton\") { members { totalCount } } }").await;
    assert_eq!(told, charged);
    assert!(told >= 30_000 / prices::MICROS, "{told}");
    let nodes = format!("{{ nodes(ids: [\"{}\"]) {{ id }} }}", ada.id);
    assert!(spent(&nodes).await.0 >= 30_000 / prices::MICROS);
    let export = async |credential: &str, workspace: &str| {
        let before = probe(credential).await;
        let request = Request::get(format!("/export/members.csv?workspace={workspace}"));
        let request = request
            .header("authorization", format!("Bearer {credential}"))
            .body(Body::empty())
            .unwrap();
        let status = door.send(request).await.status.as_u16();
        (status, before - probe(credential).await - small)
    };
    let (status, charged) = export(&session, "riverton").await;
    assert_eq!(status, 200);
    // The opening and each page.
    assert!(charged >= 2 * 30_000 / prices::MICROS, "{charged}");
    assert_eq!(
        export(&other, "riverton").await,
        (403, 0),
        "a refused export is free"
    );
    assert_eq!(export(&session, "nowhere").await, (404, 0));
    assert_eq!(export(&session, "river%00ton").await, (400, 0));
});

on_both!(a3_an_export_has_to_wait_when_nothing_is_left, |app| {
    let (_, ada) = app.portal().await;
    let limits = concierge::graphql::admission::Limits {
        budget: prices::REQUEST,
        ..Default::default()
    };
    let door = app.another_door(
        Edge {
            limits,
            ..Edge::default()
        },
        false,
    );
    let session = app.session_of(ada.account).await;
    let export = async || {
        let request = Request::get("/export/members.csv?workspace=riverton")
            .header("authorization", format!("Bearer {session}"));
        door.send(request.body(Body::empty()).unwrap())
            .await
            .status
            .as_u16()
    };
    // Each costs at least what a request does.
    assert_eq!(export().await, 200);
    assert_eq!(export().await, 429);
});

on_both!(a3_access_diff_costs_by_members_read, |app| {
    let (ws, ada) = app.portal().await;
    let session = app.session_of(ada.account).await;
    let from = app.at(0);
    app.pass(chrono::Duration::hours(1));
    let mut ids = Vec::new();
    for number in 0..60 {
        ids.push(
            app.member(&ws, &format!("Member Number{number}"))
                .create()
                .await
                .id
                .to_string(),
        );
    }
    let input = json!({ "membershipIds": ids, "permissions": ["CREATE_PAGES"] });
    app.mutate(&session, "grantPermissions", input.clone())
        .await;
    app.pass(chrono::Duration::hours(1));
    app.mutate(&session, "revokePermissions", input).await;
    app.pass(chrono::Duration::hours(1));
    // All of them are read, and nobody differs.
    let query = "query($from: DateTime!, $to: DateTime!) { workspace(slug: \"riverton\") { accessDiff(from: $from, to: $to, first: 1) { pageInfo { hasNextPage } } } }";
    let variables = json!({ "from": from, "to": app.at(0) });
    let spent = cost(app, &session, query, variables).await;
    assert!(spent >= 60 * prices::MEMBER_READ, "{spent}");
});

#[test]
fn the_description_of_a_cost_says_the_prices() {
    let schema = async_graphql::parser::parse_schema(concierge::app::schema_sdl()).unwrap();
    let described = schema
        .definitions
        .iter()
        .find_map(|definition| match definition {
            TypeSystemDefinition::Type(of) if of.node.name.node == "RequestCost" => {
                match &of.node.kind {
                    TypeKind::Object(object) => object
                        .fields
                        .iter()
                        .find(|field| field.node.name.node == "complexity"),
                    _ => None,
                }
            }
            _ => None,
        });
    let text = described
        .unwrap()
        .node
        .description
        .as_ref()
        .unwrap()
        .node
        .replace('\n', " ");
    let manual = include_str!("../../src/config/default.toml");
    let (request, kilobyte, tokens) = (prices::REQUEST, prices::KILOBYTE, prices::TOKENS);
    for part in [
        format!("until it began: {request}, and {kilobyte} for each begun 1,000 bytes"),
        format!("1 for each {tokens} tokens"),
        format!("{} for a list with pages", prices::CONNECTION),
        format!("{} for a count", prices::COUNT),
        format!("A unit pays for {} µs", prices::MICROS),
    ] {
        assert!(text.contains(&part), "{part:?} is not in {text:?}");
    }
    assert!(manual.contains(&format!("A unit pays for {} µs", prices::MICROS)));
}
