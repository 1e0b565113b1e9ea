//! How many statements the reads take that are measured (P4).

use concierge::domain::{
    interval::Interval,
    permission::Permission,
    vocabulary::{AccessMode, QuotaPeriod, QuotaScope, QuotaType},
};
use serde_json::json;

use crate::support::on_both;

on_both!(p_4_statements_where_license_and_cap_count_too, |app| {
    let main = app.workspace("riverton").await;
    let ws = app
        .workspace_with("transit", AccessMode::Public, Some(&main))
        .await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let group = app.group(&ws, "Parks", &[Permission::ManageReuses]).await;
    let mut last = None;
    for number in 0..12 {
        let member = app
            .member(&ws, &format!("Kim Number{number}"))
            .with(Permission::CreatePages)
            .create()
            .await;
        app.put_into(&ws, group, &member, Interval::from(app.now()))
            .await;
        app.quota(
            &ws,
            QuotaScope::Member,
            Some(member.id.0),
            (QuotaType::ApiCalls, None),
            number,
        )
        .await;
        last = Some(member);
    }
    for quota_type in [QuotaType::ApiCalls, QuotaType::Datasets] {
        let period = (quota_type == QuotaType::ApiCalls).then_some(QuotaPeriod::Day);
        app.quota(
            &main,
            QuotaScope::License,
            None,
            (quota_type, period),
            1_000,
        )
        .await;
        app.quota(
            &ws,
            QuotaScope::WorkspaceCap,
            None,
            (quota_type, period),
            500,
        )
        .await;
    }
    let member = last.unwrap();
    let fields = "id account { email displayName } state role { name } groups { group { title } } \
        effectiveQuota(type: API_CALLS) { limit decidedBy used }";
    let p1 = |size: usize, more: &str| {
        format!(
            "{{ workspace(slug: \"transit\") {{ members(first: {size}) {{ nodes {{ {fields} {more} }} }} }} }}"
        )
    };
    let p2 = format!(
        "{{ workspace(slug: \"transit\") {{ member(id: \"{}\") {{ {fields} }} }} }}",
        member.id
    );
    let node = format!(
        "{{ node(id: \"{}\") {{ ... on Membership {{ {fields} }} }} }}",
        member.id
    );
    let session = app.session(ada.account).await;
    let count = async |credential: &str, query: &str| {
        let answer = app.post(Some(credential), query, json!({})).await;
        answer.data();
        answer.statements
    };
    // Facts of the workspace are kept between requests; a write makes every node read them anew.
    for (credential, p1_most, p2_most) in [(&ada.key, 7, 7), (&session, 8, 8)] {
        for query in [
            p1(1, ""),
            p1(12, ""),
            p1(
                12,
                "effectivePermissions { permission } effectiveQuotas { limit }",
            ),
        ] {
            app.bump(&ws).await;
            let (cold, warm) = (
                count(credential, &query).await,
                count(credential, &query).await,
            );
            assert!(cold <= p1_most && warm == cold - 2, "{cold} {warm} {query}");
        }
        app.bump(&ws).await;
        let (cold, warm) = (count(credential, &p2).await, count(credential, &p2).await);
        assert!(cold <= p2_most && warm == cold - 2, "{cold} {warm}");
    }
    assert!(count(&ada.key, &node).await <= 7);
    assert_eq!(count(&ada.key, "{ viewer { kind } }").await, 1);
    assert_eq!(count(&session, "{ viewer { kind } }").await, 1);
});

on_both!(p_4_a_workspace_is_opened_once_a_request, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let session = app.session(ada.account).await;
    let fields: String = Permission::ALL
        .iter()
        .map(|permission| {
            format!("{permission}: can(workspace: \"riverton\", permission: {permission}) ")
        })
        .collect();
    let answer = app
        .post(
            Some(&session),
            &format!("{{ viewer {{ {fields} }} }}"),
            json!({}),
        )
        .await;
    answer.data();
    assert!(answer.statements <= 4, "{}", answer.statements);
    let twice = "{ a: workspace(slug: \"riverton\") { members { totalCount } } b: workspace(slug: \"riverton\") { groups { totalCount } } }";
    let answer = app.post(Some(&session), twice, json!({})).await;
    answer.data();
    assert_eq!(answer.statements, 3, "session, workspace, count");
});
