//! The vectors of QUOTA-2, each set through the API and read back from it.

use concierge::domain::{
    interval::Interval,
    vocabulary::{AccessMode, QuotaPeriod, QuotaScope, QuotaType},
};
use serde_json::{Value, json};

use super::{explained, input, value};
use crate::support::on_both;

on_both!(quota_2_the_vectors_hold_through_the_api, |app| {
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/contract/quota.json"
    ))
    .unwrap();
    let vectors: Value = serde_json::from_str(&text).unwrap();
    let main = app.workspace("riverton").await;
    let ws = app
        .workspace_with("transit", AccessMode::Private, Some(&main))
        .await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let operator = app.operator("Olu Adeyemi").await;
    let mut set_up = 0;
    for (number, case) in vectors["cases"].as_array().unwrap().iter().enumerate() {
        let (name, quota_type) = (&case["name"], case["type"].as_str().unwrap());
        let member = app
            .member(&ws, &format!("Kim Number{number}"))
            .create()
            .await;
        let set = async |scope: &str, subject: Option<String>, limit: Option<i64>| {
            let done = app
                .mutate(
                    &ada.key,
                    "setQuotas",
                    input(&ws, scope, subject, value(quota_type, limit)),
                )
                .await;
            assert_eq!(done.errors(), Vec::<String>::new(), "{name}");
        };
        let license = json!({ "type": quota_type, "limit": case["license"]["limit"], "period": case["license"]["period"] });
        let license = json!({ "workspaceId": main.id.to_string(), "values": [license] });
        assert_eq!(
            app.mutate(&operator, "setLicense", license).await.errors(),
            Vec::<String>::new(),
            "{name}"
        );
        app.sql(
            "UPDATE quota_value SET ends_at = starts_at WHERE scope = $1",
            vec!["WORKSPACE_CAP".into()],
        )
        .await;
        if let Some(limit) = case["cap"]["limit"].as_i64() {
            let period = case["cap"]["period"].as_str().and_then(QuotaPeriod::parse);
            let of = (QuotaType::parse(quota_type).unwrap(), period);
            app.quota(&ws, QuotaScope::WorkspaceCap, None, of, limit)
                .await;
        }
        app.bump(&ws).await;
        set("DEFAULT", None, case["default"].as_i64()).await;
        for (place, limit) in case["groups"].as_array().into_iter().flatten().enumerate() {
            let group = app
                .group(&ws, &format!("Group {number} {place}"), &[])
                .await;
            app.put_into(&ws, group, &member, Interval::from(app.now()))
                .await;
            set("GROUP", Some(group.to_string()), limit.as_i64()).await;
        }
        set(
            "MEMBER",
            Some(member.id.to_string()),
            case["member"].as_i64(),
        )
        .await;
        let shown = explained(app, &ada.key, &member, quota_type).await;
        for field in ["limit", "decidedBy", "period"] {
            assert_eq!(shown[field], case["expect"][field], "{name}: {field}");
        }
        set_up += 1;
    }
    assert!(set_up >= 27);
});
