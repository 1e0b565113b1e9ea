//! `acceptInvitation` (JOIN-8, JOIN-9, JOIN-10): by whom, once, and with what.

use chrono::Duration;
use concierge::domain::{
    mail::MailKind, permission::Permission, permission::Preset, vocabulary::MembershipEndReason,
};
use serde_json::{Value, json};

use super::{accepted, invited, member, with};
use crate::support::{TestApp, on_both};

on_both!(join_9_who_has_the_invited_address_joins_at_once, |app| {
    let (ws, ada) = app.portal().await;
    let session = app.outsider("Ida Holm").await;
    let id = invited(
        app,
        &ada.key,
        &ws,
        "IDA.Holm@example.org",
        json!({ "permissions": ["CREATE_PAGES"] }),
    )
    .await;
    let token = app.link(MailKind::Invitation, "ida.holm@example.org").await;
    let done = app
        .rehearsed(&session, "acceptInvitation", json!({ "token": token }))
        .await;
    assert_eq!(
        (&done.0["membership"]["state"], &done.0["effects"]),
        (&json!("ACTIVE"), &json!([]))
    );
    assert_eq!(app.invitation_state(&id).await, "ACCEPTED");
    let events = app.events(&ws).await;
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "INVITATION_CREATED",
            "MEMBERSHIP_CREATED",
            "PERMISSION_GRANTED",
            "INVITATION_ACCEPTED"
        ]
    );
    assert_eq!(events[1].actor_kind, "ACCOUNT");
    let own = "query { workspace(slug: \"riverton\") { viewerMembership { id effectivePermissions { permission } } } }";
    let own = app.post(Some(&session), own, json!({})).await;
    let own = &own.data()["workspace"]["viewerMembership"];
    assert_eq!(
        *own,
        json!({ "id": done.0["membership"]["id"], "effectivePermissions": [{ "permission": "CREATE_PAGES" }] })
    );
    // The token is used up.
    let before = app.footprint().await;
    let again = app
        .mutate(&session, "acceptInvitation", json!({ "token": token }))
        .await;
    assert_eq!(again.errors(), ["NOT_PENDING token"]);
    assert_eq!(
        app.mutate(&session, "acceptInvitation", json!({ "id": id }))
            .await
            .errors(),
        ["NOT_PENDING id"]
    );
    assert_eq!(app.footprint().await, before);
});

on_both!(join_9_another_address_is_a_mismatch, |app| {
    let (ws, ada) = app.portal().await;
    let (otto, una) = (
        app.outsider("Otto Weiss").await,
        app.outsider("Una Verified").await,
    );
    let id = invited(app, &ada.key, &ws, "ida.holm@example.org", json!({})).await;
    let unverified = invited(app, &ada.key, &ws, "una.verified@example.org", json!({})).await;
    let token = app.link(MailKind::Invitation, "ida.holm@example.org").await;
    app.sql(
        "UPDATE account SET email_verified_at = NULL WHERE email = $1",
        vec!["una.verified@example.org".into()],
    )
    .await;
    let before = app.footprint().await;
    let refused = app
        .mutate(&otto, "acceptInvitation", json!({ "token": token }))
        .await;
    assert_eq!(refused.errors(), ["INVITATION_EMAIL_MISMATCH token"]);
    // By id it is not there for whoever it did not go to; those who invite see it.
    assert_eq!(
        app.try_mutate(&otto, "acceptInvitation", json!({ "id": id }))
            .await
            .refusal(),
        "NOT_FOUND"
    );
    assert_eq!(
        app.try_mutate(&una, "acceptInvitation", json!({ "id": unverified }))
            .await
            .refusal(),
        "NOT_FOUND"
    );
    let session = app.session_of(ada.account).await;
    let refused = app
        .mutate(&session, "acceptInvitation", json!({ "id": id }))
        .await;
    assert_eq!(refused.errors(), ["INVITATION_EMAIL_MISMATCH id"]);
    assert_eq!(
        app.try_mutate(&ada.key, "acceptInvitation", json!({ "token": token }))
            .await
            .refusal(),
        "FORBIDDEN"
    );
    let anonymous = app
        .door()
        .mutate(None, "acceptInvitation", json!({ "token": token }))
        .await;
    assert_eq!(anonymous.refusal(), "UNAUTHENTICATED");
    for input in [json!({}), json!({ "id": id, "token": token })] {
        assert_eq!(
            app.try_mutate(&otto, "acceptInvitation", input)
                .await
                .refusal(),
            "BAD_USER_INPUT"
        );
    }
    assert_eq!(app.footprint().await, before);
});

on_both!(threads: join_9_two_acceptances_at_once_make_one_membership, |app| {
    let (ws, ada) = app.portal().await;
    for round in 0..6 {
        let session = app.outsider(&format!("Ida Holm{round}")).await;
        let address = format!("ida.holm{round}@example.org");
        let id = invited(app, &ada.key, &ws, &address, json!({})).await;
        let token = app.link(MailKind::Invitation, &address).await;
        let before = app.count("membership").await;
        let by = |input| (session.as_str(), "acceptInvitation", input);
        let both = app.at_once(by(json!({ "token": token })), by(json!({ "id": id }))).await.map(Result::unwrap);
        let won = both.iter().filter(|done| done.errors().is_empty()).count();
        assert_eq!((won, app.count("membership").await - before), (1, 1), "round {round}");
        assert_eq!(app.invitation_state(&id).await, "ACCEPTED");
    }
});

on_both!(threads: join_8_of_accepting_and_cancelling_at_once_one_holds, |app| {
    let (ws, ada) = app.portal().await;
    for round in 0..6 {
        let session = app.outsider(&format!("Ida Holm{round}")).await;
        let id = invited(app, &ada.key, &ws, &format!("ida.holm{round}@example.org"), json!({})).await;
        let before = app.count("membership").await;
        let accept = (session.as_str(), "acceptInvitation", json!({ "id": id }));
        let cancel = (ada.key.as_str(), "cancelInvitations", json!({ "ids": [id] }));
        let [accept, cancel] = app.at_once(accept, cancel).await.map(Result::unwrap);
        let joined = app.count("membership").await - before;
        match app.invitation_state(&id).await.as_str() {
            "ACCEPTED" => assert_eq!((joined, cancel.became()), (1, vec!["NOT_PENDING"]), "round {round}"),
            "CANCELLED" => {
                assert_eq!((joined, accept.errors()), (0, vec!["NOT_PENDING id".to_owned()]), "round {round}");
                assert_eq!(cancel.became(), ["CANCELLED"]);
            }
            other => panic!("round {round}: {other}"),
        }
    }
});

on_both!(join_9_groups_and_roles_that_are_gone_drop_out, |app| {
    let (ws, ada) = app.portal().await;
    let session = app.outsider("Ida Holm").await;
    let (gone, stays) = (
        app.group(&ws, "Gone", &[]).await.to_string(),
        app.group(&ws, "Stays", &[]).await.to_string(),
    );
    let id = invited(
        app,
        &ada.key,
        &ws,
        "ida.holm@example.org",
        json!({ "groupIds": [gone, stays] }),
    )
    .await;
    app.mutate(&ada.key, "deleteGroup", json!({ "id": gone }))
        .await;
    let joined = accepted(app, &session, &id).await;
    let seen = member(app, &ada.key, &ws, &joined.0["membership"]["id"]).await;
    assert_eq!(seen["groups"], json!([{ "group": { "title": "Stays" } }]));
});

on_both!(join_9_the_offer_stands_when_the_inviter_is_gone, |app| {
    let (ws, ada) = app.portal().await;
    let ewp = Permission::EditWorkspaceProperties;
    let ewa = app
        .member(&ws, "Ewa Kowalska")
        .with(ewp)
        .with(Permission::ManageReuses)
        .create()
        .await;
    let session = app.outsider("Ida Holm").await;
    let offer = json!({ "permissions": ["MANAGE_REUSES"] });
    let id = invited(app, &ewa.key, &ws, "ida.holm@example.org", offer).await;
    app.mutate(
        &ada.key,
        "revokeMembers",
        json!({ "membershipIds": [ewa.id.to_string()] }),
    )
    .await;
    let joined = accepted(app, &session, &id).await;
    let seen = member(app, &ada.key, &ws, &joined.0["membership"]["id"]).await;
    assert_eq!(
        seen["grants"]["nodes"][0]["grantedBy"]["displayName"],
        "Ewa Kowalska"
    );
});

on_both!(
    join_2_the_invited_accept_the_terms_and_fill_in_the_form_if_it_is_for_them,
    |app| {
        let (ws, ada) = app.portal().await;
        let (ida, zoe) = (
            app.outsider("Ida Holm").await,
            app.outsider("Zoe Lark").await,
        );
        let fields = json!([{ "key": "purpose", "label": [{ "locale": "EN", "text": "Purpose" }], "kind": "TEXT", "required": true }]);
        let settings = json!({ "workspaceId": ws.id.to_string(), "fields": fields, "terms": "Be fair.", "formForInvited": false });
        let set = app.mutate(&ada.key, "updateSignUpSettings", settings).await;
        assert_eq!(set.errors(), Vec::<String>::new());
        let first = invited(app, &ada.key, &ws, "ida.holm@example.org", json!({})).await;
        let second = invited(app, &ada.key, &ws, "zoe.lark@example.org", json!({})).await;
        let answers = json!([{ "key": "purpose", "value": "Research" }]);
        let accept = |id: &str, more: Value| with(json!({ "id": id }), more);
        let before = app.footprint().await;
        for (more, errors) in [
            (json!({}), vec!["TERMS_NOT_ACCEPTED acceptedTermsVersion"]),
            (
                json!({ "acceptedTermsVersion": 7 }),
                vec!["TERMS_OUTDATED acceptedTermsVersion"],
            ),
            (
                json!({ "acceptedTermsVersion": 1, "answers": answers }),
                vec!["UNKNOWN_FIELD answers.0.key"],
            ),
        ] {
            let refused = app
                .mutate(&ida, "acceptInvitation", accept(&first, more.clone()))
                .await;
            assert_eq!(
                (refused.errors(), app.footprint().await),
                (
                    errors.into_iter().map(str::to_owned).collect(),
                    before.clone()
                ),
                "{more}"
            );
        }
        let done = app
            .mutate(
                &ida,
                "acceptInvitation",
                accept(&first, json!({ "acceptedTermsVersion": 1 })),
            )
            .await;
        assert_eq!(done.errors(), Vec::<String>::new());
        let form = json!({ "workspaceId": ws.id.to_string(), "formForInvited": true });
        app.mutate(&ada.key, "updateSignUpSettings", form).await;
        let without = app
            .mutate(
                &zoe,
                "acceptInvitation",
                accept(&second, json!({ "acceptedTermsVersion": 1 })),
            )
            .await;
        assert_eq!(without.errors(), ["ANSWER_REQUIRED answers.purpose"]);
        let filled = json!({ "acceptedTermsVersion": 1, "answers": answers });
        let done = app
            .mutate(&zoe, "acceptInvitation", accept(&second, filled))
            .await;
        assert_eq!(
            (done.errors(), app.count("membership_form").await),
            (Vec::new(), 2)
        );
    }
);

on_both!(
    join_10_who_was_here_before_starts_from_the_invitation_alone,
    |app| {
        let (ws, ada) = app.portal().await;
        for (name, reason) in [
            ("Ria Vos", Some(MembershipEndReason::Revoked)),
            ("Leo Brandt", Some(MembershipEndReason::Left)),
            ("Eli Stone", Some(MembershipEndReason::Expired)),
            ("Una Swept", None),
        ] {
            let before = app
                .member(&ws, name)
                .preset(Preset::Editor)
                .with(Permission::ManageReuses)
                .create()
                .await;
            app.end(&ws, &before, app.now() - Duration::seconds(1), reason)
                .await;
            let session = app.session_of(before.account).await;
            let id = invited(
                app,
                &ada.key,
                &ws,
                &before.email,
                json!({ "permissions": ["CREATE_PAGES"] }),
            )
            .await;
            let joined = accepted(app, &session, &id).await;
            assert_ne!(
                joined.0["membership"]["id"],
                json!(before.id.to_string()),
                "{name}"
            );
            let seen = member(app, &ada.key, &ws, &joined.0["membership"]["id"]).await;
            let held = (&seen["role"], &seen["effectivePermissions"]);
            assert_eq!(
                held,
                (&Value::Null, &json!([{ "permission": "CREATE_PAGES" }])),
                "{name}"
            );
        }
    }
);

on_both!(join_9_who_is_a_member_by_then_is_told, |app| {
    let (ws, ada) = app.portal().await;
    for (name, code) in [
        ("Ben Okafor", "ALREADY_MEMBER"),
        ("Dina Abadi", "MEMBERSHIP_DISABLED"),
    ] {
        let builder = app.member(&ws, name);
        let member = if code == "ALREADY_MEMBER" {
            builder
        } else {
            builder.disabled()
        }
        .create()
        .await;
        // Invited by an address that became theirs afterwards.
        let address = format!("second.{}", member.email);
        let id = invited(app, &ada.key, &ws, &address, json!({})).await;
        let sql = "UPDATE account SET email = $1, email_canonical = $1 WHERE id = $2";
        app.sql(sql, vec![address.into(), member.account.0.into()])
            .await;
        let session = app.session_of(member.account).await;
        let refused = app
            .mutate(&session, "acceptInvitation", json!({ "id": id }))
            .await;
        assert_eq!(refused.errors(), [format!("{code} id")], "{name}");
    }
});

impl TestApp {
    /// Where an invitation stands, by its row.
    pub async fn invitation_state(&self, id: &str) -> String {
        use sea_orm::EntityTrait;
        let id = concierge::domain::id::InvitationId::parse(id).unwrap();
        let found = concierge::entity::invitation::Entity::find_by_id(id.0)
            .one(self.app.deps.db.writer())
            .await
            .unwrap();
        let row = found.unwrap();
        let states = [
            (row.accepted_at, "ACCEPTED"),
            (row.declined_at, "DECLINED"),
            (row.cancelled_at, "CANCELLED"),
        ];
        let found: Vec<&str> = states
            .iter()
            .filter(|(at, _)| at.is_some())
            .map(|(_, state)| *state)
            .collect();
        assert!(found.len() <= 1, "{found:?}");
        found.first().copied().unwrap_or("OPEN").to_owned()
    }
}
