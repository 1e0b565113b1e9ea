//! What happens at the same time: asked twice, decided twice, decided while the membership ends.

use chrono::Duration;
use serde_json::json;

use super::{DAY, DECIDE, REQUEST, of};
use crate::support::on_both;

on_both!(threads: mem_8_of_two_wishes_at_once_one_waits, |app| {
    let ws = app.workspace("riverton").await;
    app.administrator(&ws, "Ada Veldkamp").await;
    for round in 0..4 {
        let mia = app.member(&ws, &format!("Mia {round}")).until(app.now() + Duration::days(10)).create().await;
        let session = app.session(mia.account).await;
        let call = || (session.as_str(), REQUEST, of(&mia, json!({})));
        let both = app.at_once(call(), call()).await.map(|answer| answer.unwrap());
        let mut errors: Vec<_> = both.iter().map(crate::support::Payload::errors).collect();
        errors.sort();
        assert_eq!(errors, [vec![], vec!["REQUEST_PENDING membershipId".to_owned()]]);
    }
    let kinds: Vec<_> = app.events(&ws).await.into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds, ["ACCESS_RENEWAL_REQUESTED"; 4]);
});

on_both!(threads: mem_8_of_two_decisions_at_once_one_counts, |app| {
    let (ws, ada) = app.portal().await;
    let abe = app.administrator(&ws, "Abe Nakamura").await;
    for round in 0..4 {
        let mia = app.member(&ws, &format!("Mia {round}")).until(app.now() + Duration::days(10)).create().await;
        let id = app.renewal(&ws, &mia).await.to_string();
        let yes = (ada.key.as_str(), DECIDE, json!({ "ids": [id], "approve": true, "endsAt": app.at(20 * DAY) }));
        let no = (abe.key.as_str(), DECIDE, json!({ "ids": [id], "approve": false }));
        let [yes, no] = app.at_once(yes, no).await.map(|answer| answer.unwrap());
        let became = (yes.became()[0], no.became()[0]);
        assert!([("APPROVED", "ALREADY_DECIDED"), ("ALREADY_DECIDED", "REJECTED")].contains(&became), "{became:?}");
        let events = app.events(&ws).await;
        let about = events.iter().filter(|event| event.subject_id.as_deref() == Some(&id)).count();
        let moved = events.iter().filter(|event| event.subject_id == Some(mia.id.to_string())).count();
        assert_eq!((about, moved), (1, usize::from(became.0 == "APPROVED")));
    }
});

on_both!(threads: mem_8_a_decision_does_not_outlive_a_revocation, |app| {
    let (ws, ada) = app.portal().await;
    let abe = app.administrator(&ws, "Abe Nakamura").await;
    for round in 0..4 {
        let mia = app.member(&ws, &format!("Mia {round}")).until(app.now() + Duration::days(10)).create().await;
        let id = app.renewal(&ws, &mia).await.to_string();
        let decide = (ada.key.as_str(), DECIDE, json!({ "ids": [id], "approve": true, "endsAt": app.at(20 * DAY) }));
        let revoke = (abe.key.as_str(), "revokeMembers", json!({ "membershipIds": [mia.id.to_string()] }));
        let [decided, revoked] = app.at_once(decide, revoke).await.map(|answer| answer.unwrap());
        assert!(["APPROVED", "NOT_ACTIVE"].contains(&decided.became()[0]));
        assert_eq!(revoked.became(), ["REVOKED"]);
        let query = "query($id: ID!) { node(id: $id) { ... on Membership { state endReason accessRenewal { id } } } }";
        let seen = app.post(Some(&ada.key), query, json!({ "id": mia.id })).await;
        assert_eq!(seen.data()["node"], json!({ "state": "ENDED", "endReason": "REVOKED", "accessRenewal": null }));
    }
});
