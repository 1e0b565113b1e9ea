//! The calculator against what is stored (QUOTA-3).

use concierge::domain::{interval::Interval, vocabulary::QuotaType};
use serde_json::{Value, json};

use super::{FIELDS, explained, input, value};
use crate::support::on_both;

on_both!(quota_3_what_is_tried_is_what_will_be, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let operator = app.operator("Olu Adeyemi").await;
    let parks = app.group(&ws, "Parks", &[]).await;
    app.put_into(&ws, parks, &ben, Interval::from(app.now()))
        .await;
    app.dataset(&ws, "trees", &ben, true, true).await;
    for quota_type in QuotaType::ALL {
        let of_type = |limit| value(quota_type.as_str(), Some(limit));
        let license = json!({ "workspaceId": ws.id.to_string(), "values": of_type(50_000) });
        app.mutate(&operator, "setLicense", license).await;
        app.mutate(
            &ada.key,
            "setQuotas",
            input(&ws, "DEFAULT", None, of_type(10_000)),
        )
        .await;
        app.mutate(
            &ada.key,
            "setQuotas",
            input(&ws, "GROUP", Some(parks.to_string()), of_type(5_000)),
        )
        .await;
    }
    let query = format!(
        "query ($i: QuotaPreviewInput!) {{ workspace(slug: \"riverton\") {{ quotaPreview(input: $i) {{ {FIELDS} }} }} }}"
    );
    let preview = async |input: Value| {
        let answer = app
            .post(Some(&ada.key), &query, json!({ "i": input }))
            .await;
        answer.data()["workspace"]["quotaPreview"].clone()
    };
    for quota_type in QuotaType::ALL.iter().map(|quota_type| quota_type.as_str()) {
        let stored = json!({ "type": quota_type, "membershipId": ben.id.to_string() });
        assert_eq!(
            preview(stored.clone()).await,
            explained(app, &ada.key, &ben, quota_type).await
        );
        for (limit, decided) in [
            (Some(7_000), "MEMBER"),
            (Some(0), "MEMBER"),
            (Some(60_000), "LICENSE"),
            (None, "GROUP"),
        ] {
            let mut tried = stored.clone();
            tried["memberLimit"] = json!(limit);
            let tried = preview(tried).await;
            assert_eq!(tried["decidedBy"], decided, "{quota_type} {limit:?}");
            let set = input(
                &ws,
                "MEMBER",
                Some(ben.id.to_string()),
                value(quota_type, limit),
            );
            app.mutate(&ada.key, "setQuotas", set).await;
            assert_eq!(
                explained(app, &ada.key, &ben, quota_type).await,
                tried,
                "{quota_type} {limit:?}"
            );
        }
    }
});
