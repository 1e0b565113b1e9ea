//! `updateInvitations`, `resendInvitations`, `cancelInvitations` (JOIN-8, JOIN-11).

use chrono::Duration;
use concierge::domain::{
    id::InvitationId,
    mail::MailKind,
    permission::{Permission, Preset},
    vocabulary::AccessMode,
};
use serde_json::{Value, json};

use super::{accepted, invited, member, to, with};
use crate::support::on_both;

on_both!(
    join_11_pending_invitations_are_changed_without_a_new_token,
    |app| {
        let (ws, ada) = app.portal().await;
        let session = app.outsider("Ida Holm").await;
        let group = app.group(&ws, "Tree wardens", &[]).await.to_string();
        let editor = app.preset(&ws, Preset::Editor).await.to_string();
        let offer = json!({ "permissions": ["MANAGE_REUSES"], "accessDurationSeconds": 60, "note": "Hello", "locale": "FR" });
        let id = invited(app, &ada.key, &ws, "ida.holm@example.org", offer).await;
        let token = app.link(MailKind::Invitation, "ida.holm@example.org").await;
        let change = |more: Value| with(json!({ "ids": [id] }), more);
        let all = change(json!({
            "roleId": editor, "permissions": ["CREATE_PAGES"], "groupIds": [group], "quotas": [{ "type": "DATASETS", "limit": 3 }],
            "accessStartsAt": app.at(60), "accessEndsAt": app.at(86_400), "locale": "NL", "note": "Welcome",
        }));
        let done = app
            .rehearsed(&ada.key, "updateInvitations", all.clone())
            .await;
        assert_eq!(done.became(), ["UPDATED"]);
        let shown = &done.0["results"][0]["invitation"];
        assert_eq!(
            (&shown["role"]["name"], &shown["groups"]),
            (&json!("Editor"), &json!([{ "title": "Tree wardens" }]))
        );
        assert_eq!(
            (&shown["permissions"], &shown["note"], &shown["locale"]),
            (&json!(["CREATE_PAGES"]), &json!("Welcome"), &json!("NL"))
        );
        assert_eq!(
            (&shown["accessEndsAt"], &shown["accessDurationSeconds"]),
            (&json!(app.at(86_400)), &Value::Null)
        );
        assert_eq!(
            shown["expiresAt"],
            json!(app.at(86_400)),
            "at the latest when access ends"
        );
        assert_eq!(
            shown["quotaValues"],
            json!([{ "type": "DATASETS", "limit": 3 }])
        );
        // What is absent stays; null clears.
        assert_eq!(
            app.mutate(&ada.key, "updateInvitations", change(json!({})))
                .await
                .became(),
            ["UNCHANGED"]
        );
        assert_eq!(
            app.mutate(&ada.key, "updateInvitations", all)
                .await
                .became(),
            ["UNCHANGED"]
        );
        let cleared = change(
            json!({ "roleId": null, "groupIds": null, "quotas": null, "accessStartsAt": null, "accessEndsAt": null,
        "note": null, "locale": null }),
        );
        let done = app.mutate(&ada.key, "updateInvitations", cleared).await;
        let shown = &done.0["results"][0]["invitation"];
        for field in [
            "role",
            "note",
            "accessStartsAt",
            "accessEndsAt",
            "accessDurationSeconds",
        ] {
            assert_eq!(shown[field], Value::Null, "{field}");
        }
        assert_eq!(
            (&shown["permissions"], &shown["locale"]),
            (&json!(["CREATE_PAGES"]), &json!("NL"))
        );
        assert_eq!(
            app.mails(MailKind::Invitation, "ida.holm@example.org")
                .await
                .len(),
            1
        );
        let joined = app
            .mutate(&session, "acceptInvitation", json!({ "token": token }))
            .await;
        assert_eq!(joined.errors(), Vec::<String>::new());
        let seen = member(app, &ada.key, &ws, &joined.0["membership"]["id"]).await;
        assert_eq!(
            (&seen["role"], &seen["groups"], &seen["accessEndsAt"]),
            (&Value::Null, &json!([]), &Value::Null)
        );
        assert_eq!(
            app.mutate(
                &ada.key,
                "updateInvitations",
                change(json!({ "note": "x" }))
            )
            .await
            .became(),
            ["NOT_PENDING"]
        );
    }
);

on_both!(join_11_wrong_values_change_nothing, |app| {
    let (ws, ada) = app.portal().await;
    let later = invited(
        app,
        &ada.key,
        &ws,
        "ida@example.org",
        json!({ "accessStartsAt": app.at(86_400) }),
    )
    .await;
    let plain = invited(app, &ada.key, &ws, "zoe@example.org", json!({})).await;
    let unknown = InvitationId(app.app.deps.ids.uuid(app.now())).to_string();
    let before = app.footprint().await;
    let of = |ids: Value, more: Value| with(json!({ "ids": ids }), more);
    for (more, error) in [
        (json!({ "note": "x".repeat(501) }), "TOO_LONG note"),
        (
            json!({ "accessEndsAt": app.at(-1) }),
            "ENDS_IN_PAST accessEndsAt",
        ),
        (
            json!({ "accessDurationSeconds": 0 }),
            "OUT_OF_RANGE accessDurationSeconds",
        ),
    ] {
        let refused = app
            .mutate(&ada.key, "updateInvitations", of(json!([plain]), more))
            .await;
        assert_eq!(refused.errors(), [error]);
    }
    for (mutation, input) in [
        ("updateInvitations", of(json!([]), json!({}))),
        ("updateInvitations", of(json!(["nonsense"]), json!({}))),
        (
            "updateInvitations",
            of(
                json!([plain]),
                json!({ "accessEndsAt": app.at(60), "accessDurationSeconds": 60 }),
            ),
        ),
        ("resendInvitations", of(json!([]), json!({}))),
        (
            "cancelInvitations",
            of(json!(vec![plain.clone(); 1_001]), json!({})),
        ),
    ] {
        assert_eq!(
            app.try_mutate(&ada.key, mutation, input)
                .await
                .codes()
                .first(),
            Some(&"BAD_USER_INPUT"),
            "{mutation}"
        );
    }
    let ends = json!({ "accessEndsAt": app.at(3_600), "atomic": true });
    let done = app
        .mutate(
            &ada.key,
            "updateInvitations",
            of(json!([plain, later, unknown, plain]), ends),
        )
        .await;
    assert_eq!(
        done.became(),
        ["ROLLED_BACK", "ENDS_BEFORE_START", "NOT_FOUND", "DUPLICATE"]
    );
    assert_eq!(done.0["results"][2]["invitation"], Value::Null);
    assert_eq!(app.footprint().await, before);
});

on_both!(
    perm_6_invitations_are_changed_within_what_one_holds,
    |app| {
        let (ws, ada) = app.portal().await;
        let session = app.session_of(ada.account).await;
        let ewp = Permission::EditWorkspaceProperties;
        let end = app.now() + Duration::days(40);
        let ewa = app
            .member(&ws, "Ewa Kowalska")
            .with(ewp)
            .with(Permission::ManageReuses)
            .until(end)
            .create()
            .await;
        let administrator = app.preset(&ws, Preset::Administrator).await.to_string();
        let pages = invited(
            app,
            &ada.key,
            &ws,
            "ida@example.org",
            json!({ "permissions": ["CREATE_PAGES", "MANAGE_REUSES"] }),
        )
        .await;
        let boss = invited(
            app,
            &session,
            &ws,
            "zoe@example.org",
            json!({ "roleId": administrator }),
        )
        .await;
        let ids = |id: &str, more: Value| with(json!({ "ids": [id], "dryRun": true }), more);
        for (mutation, input, expected) in [
            // What stays or becomes less is free.
            (
                "updateInvitations",
                ids(&pages, json!({ "note": "Hello" })),
                "UPDATED",
            ),
            (
                "updateInvitations",
                ids(&pages, json!({ "permissions": ["CREATE_PAGES"] })),
                "UPDATED",
            ),
            (
                "updateInvitations",
                ids(&pages, json!({ "accessEndsAt": app.at(60) })),
                "UPDATED",
            ),
            (
                "updateInvitations",
                ids(&pages, json!({ "permissions": ["CREATE_DATASETS"] })),
                "FORBIDDEN",
            ),
            (
                "updateInvitations",
                ids(&pages, json!({ "roleId": administrator })),
                "FORBIDDEN",
            ),
            (
                "updateInvitations",
                ids(&boss, json!({ "note": "Hello" })),
                "FORBIDDEN",
            ),
            (
                "updateInvitations",
                ids(&boss, json!({ "roleId": null })),
                "FORBIDDEN",
            ),
            ("resendInvitations", ids(&pages, json!({})), "FORBIDDEN"),
            ("resendInvitations", ids(&boss, json!({})), "FORBIDDEN"),
            ("cancelInvitations", ids(&boss, json!({})), "FORBIDDEN"),
            ("cancelInvitations", ids(&pages, json!({})), "CANCELLED"),
        ] {
            assert_eq!(
                app.mutate(&ewa.key, mutation, input.clone()).await.became(),
                [expected],
                "{mutation} {input}"
            );
        }
        // Shortened by whoever, it is prolonged only by who holds it as long.
        let short = with(
            json!({ "ids": [pages] }),
            json!({ "permissions": ["MANAGE_REUSES"], "accessEndsAt": app.at(60) }),
        );
        assert_eq!(
            app.mutate(&ewa.key, "updateInvitations", short)
                .await
                .became(),
            ["UPDATED"]
        );
        for (days, expected) in [(39, "UPDATED"), (41, "FORBIDDEN")] {
            let input = ids(&pages, json!({ "accessEndsAt": app.at(days * 86_400) }));
            assert_eq!(
                app.mutate(&ewa.key, "updateInvitations", input)
                    .await
                    .became(),
                [expected],
                "{days} days"
            );
        }
        assert_eq!(
            app.mutate(&ada.key, "resendInvitations", ids(&boss, json!({})))
                .await
                .became(),
            ["FORBIDDEN"],
            "not by key"
        );
        assert_eq!(
            app.mutate(&session, "resendInvitations", ids(&boss, json!({})))
                .await
                .became(),
            ["RESENT"]
        );
    }
);

on_both!(
    perm_6_an_offer_is_prolonged_only_by_who_could_have_made_it,
    |app| {
        let (ws, ada) = app.portal().await;
        let ewa = app
            .member(&ws, "Ewa Kowalska")
            .with(Permission::EditWorkspaceProperties)
            .create()
            .await;
        let end = app.now() + Duration::days(40);
        let ewp = Permission::EditWorkspaceProperties;
        let tom = app
            .member(&ws, "Tom Bauer")
            .with(ewp)
            .with(Permission::ManageReuses)
            .until(end)
            .create()
            .await;
        let day = 86_400;
        let datasets = |more: Value| with(json!({ "permissions": ["EDIT_ALL_DATASETS"] }), more);
        let brief = invited(
            app,
            &ada.key,
            &ws,
            "ida@example.org",
            datasets(json!({ "accessDurationSeconds": day })),
        )
        .await;
        let fixed = json!({ "accessStartsAt": app.at(20 * day), "accessEndsAt": app.at(30 * day) });
        let later = invited(app, &ada.key, &ws, "zoe@example.org", datasets(fixed)).await;
        let soon = json!({ "permissions": ["MANAGE_REUSES"], "accessEndsAt": app.at(3_600) });
        let soon = invited(app, &tom.key, &ws, "kim@example.org", soon).await;
        for (who, id, more, expected) in [
            // A day from the acceptance on, whenever that is, is not 25 days; accepted on the last day
            // it would be less.
            (
                &ewa,
                &brief,
                json!({ "accessEndsAt": app.at(25 * day) }),
                "FORBIDDEN",
            ),
            (
                &ewa,
                &brief,
                json!({ "accessEndsAt": app.at(day) }),
                "UPDATED",
            ),
            (
                &ewa,
                &brief,
                json!({ "accessDurationSeconds": day - 1 }),
                "UPDATED",
            ),
            // Days that lay ahead do not begin today.
            (&ewa, &later, json!({ "accessStartsAt": null }), "FORBIDDEN"),
            (
                &ewa,
                &later,
                json!({ "accessStartsAt": app.at(19 * day) }),
                "FORBIDDEN",
            ),
            (
                &ewa,
                &later,
                json!({ "accessStartsAt": app.at(21 * day) }),
                "UPDATED",
            ),
            // A day from an acceptance on the last of them would reach beyond them.
            (
                &ewa,
                &later,
                json!({ "accessDurationSeconds": day }),
                "FORBIDDEN",
            ),
            // The term that was cut by the end comes back with another end: accepted on its last day,
            // 39 days are too long for Tom.
            (
                &tom,
                &soon,
                json!({ "accessDurationSeconds": 39 * day }),
                "FORBIDDEN",
            ),
            (
                &tom,
                &soon,
                json!({ "accessDurationSeconds": 9 * day }),
                "UPDATED",
            ),
        ] {
            let input = with(json!({ "ids": [id], "dryRun": true }), more);
            assert_eq!(
                app.mutate(&who.key, "updateInvitations", input.clone())
                    .await
                    .became(),
                [expected],
                "{input}"
            );
        }
    }
);

on_both!(perm_8_who_offers_it_last_is_who_gave_it, |app| {
    let (ws, ada) = app.portal().await;
    let ewa = app
        .member(&ws, "Ewa Kowalska")
        .with(Permission::EditWorkspaceProperties)
        .create()
        .await;
    let giver = async |id: &str, offered: &str| {
        let session = app.session_of(app.account_of(offered).await).await;
        let joined = accepted(app, &session, id).await;
        let seen = member(app, &ada.key, &ws, &joined.0["membership"]["id"]).await;
        seen["grants"]["nodes"][0]["grantedBy"]["displayName"]
            .as_str()
            .unwrap_or("-")
            .to_owned()
    };
    for name in ["Ida Holm", "Zoe Lark", "Kim Park"] {
        app.outsider(name).await;
    }
    let widened = invited(app, &ewa.key, &ws, "ida.holm@example.org", json!({})).await;
    let more = json!({ "ids": [widened], "permissions": ["BROWSE_ANALYTICS"] });
    assert_eq!(
        app.mutate(&ada.key, "updateInvitations", more)
            .await
            .became(),
        ["UPDATED"]
    );
    assert_eq!(giver(&widened, "Ida Holm").await, "Ada Veldkamp");
    // Whoever could not have offered it does not stand behind it by changing a word.
    let touched = invited(
        app,
        &ada.key,
        &ws,
        "zoe.lark@example.org",
        json!({ "permissions": ["BROWSE_ANALYTICS"] }),
    )
    .await;
    let note = json!({ "ids": [touched], "note": "Welcome" });
    assert_eq!(
        app.mutate(&ewa.key, "updateInvitations", note)
            .await
            .became(),
        ["UPDATED"]
    );
    assert_eq!(giver(&touched, "Zoe Lark").await, "Ada Veldkamp");
    let abe = app.administrator(&ws, "Abe Nakamura").await;
    let resent = invited(
        app,
        &ada.key,
        &ws,
        "kim.park@example.org",
        json!({ "permissions": ["BROWSE_ANALYTICS"] }),
    )
    .await;
    assert_eq!(
        app.mutate(&abe.key, "resendInvitations", json!({ "ids": [resent] }))
            .await
            .became(),
        ["RESENT"]
    );
    assert_eq!(giver(&resent, "Kim Park").await, "Abe Nakamura");
});

on_both!(
    mem_5_founders_see_to_the_invitation_of_the_first_administrator,
    |app| {
        let main = app.workspace("upriver").await;
        let ws = app
            .workspace_with("riverton", AccessMode::Private, Some(&main))
            .await;
        let mona = app
            .member(&main, "Mona Rask")
            .with(Permission::ManageSecondaryWorkspaces)
            .create()
            .await;
        let (mona, operator) = (
            app.session_of(mona.account).await,
            app.operator("Olu Adeyemi").await,
        );
        let stranger = app.outsider("Otto Weiss").await;
        let administrator = app.preset(&ws, Preset::Administrator).await.to_string();
        let id = invited(
            app,
            &mona,
            &ws,
            "typo@example.org",
            json!({ "roleId": administrator }),
        )
        .await;
        let ids = |more: Value| with(json!({ "ids": [id] }), more);
        let seen = async |session: &str| {
            let query = "query($id: ID!) { node(id: $id) { ... on Invitation { state } } }";
            app.post(Some(session), query, json!({ "id": id }))
                .await
                .data()["node"]["state"]
                .clone()
        };
        assert_eq!(
            (
                seen(&mona).await,
                seen(&operator).await,
                seen(&stranger).await
            ),
            (json!("PENDING"), json!("PENDING"), Value::Null)
        );
        // They find it again without its id, and the role for another.
        let query = "query($slug: String!) { workspace(slug: $slug) { roles { id name } invitations { nodes { id role { name } delivery { state } } totalCount } } }";
        let found = async |session: &str| {
            app.post(Some(session), query, json!({ "slug": ws.slug }))
                .await
        };
        let shown = json!({ "roles": [{ "id": administrator, "name": "Administrator" }],
        "invitations": { "nodes": [{ "id": id, "role": { "name": "Administrator" }, "delivery": { "state": "QUEUED" } }], "totalCount": 1 } });
        for founder in [&mona, &operator] {
            assert_eq!(found(founder).await.data()["workspace"], shown);
            let role = app
                .post(
                    Some(founder),
                    "query($id: ID!) { node(id: $id) { id } }",
                    json!({ "id": administrator }),
                )
                .await;
            assert_eq!(role.data()["node"]["id"], json!(administrator));
        }
        assert_eq!(found(&stranger).await.codes(), ["FORBIDDEN", "FORBIDDEN"]);
        // What became of the mail, also where the invitation is found by its id; not of others.
        let delivery = async |session: &str, id: &str| {
            let query =
                "query($id: ID!) { node(id: $id) { ... on Invitation { delivery { state } } } }";
            app.post(Some(session), query, json!({ "id": id })).await
        };
        for founder in [&mona, &operator] {
            assert_eq!(
                delivery(founder, &id).await.data()["node"]["delivery"]["state"],
                "QUEUED"
            );
        }
        let invitee = app.outsider("Ida Holm").await;
        let theirs = invited(
            app,
            &mona,
            &ws,
            "ida.holm@example.org",
            json!({ "roleId": administrator }),
        )
        .await;
        assert_eq!(
            delivery(&invitee, &theirs).await.refusals(),
            ["FORBIDDEN node.delivery"]
        );
        let cancel = json!({ "ids": [theirs] });
        app.mutate(&mona, "cancelInvitations", cancel).await;
        for mutation in [
            "resendInvitations",
            "cancelInvitations",
            "updateInvitations",
        ] {
            assert_eq!(
                app.try_mutate(&stranger, mutation, ids(json!({})))
                    .await
                    .refusal(),
                "NOT_FOUND",
                "{mutation}"
            );
        }
        let before = app.footprint().await;
        // What it offers stays what it is.
        let more = ids(json!({ "permissions": ["CREATE_PAGES"] }));
        assert_eq!(
            app.try_mutate(&operator, "updateInvitations", more)
                .await
                .refusal(),
            "NOT_FOUND"
        );
        assert_eq!(app.footprint().await, before);
        assert_eq!(
            app.rehearsed(&operator, "resendInvitations", ids(json!({})))
                .await
                .became(),
            ["RESENT"]
        );
        assert_eq!(
            app.rehearsed(&mona, "cancelInvitations", ids(json!({})))
                .await
                .became(),
            ["CANCELLED"]
        );
        // Other invitations are none of theirs.
        let ada = app.administrator(&ws, "Ada Veldkamp").await;
        let viewer = app.preset(&ws, Preset::Viewer).await.to_string();
        let other = invited(
            app,
            &ada.key,
            &ws,
            "zoe@example.org",
            json!({ "roleId": viewer }),
        )
        .await;
        app.sql(
            "UPDATE membership SET ends_at = starts_at WHERE id = $1",
            vec![ada.id.0.into()],
        )
        .await;
        app.bump(&ws).await;
        let others = json!({ "ids": [other] });
        assert_eq!(
            app.mutate(&operator, "cancelInvitations", others.clone())
                .await
                .became(),
            ["NOT_FOUND"]
        );
        app.sql(
            "UPDATE membership SET ends_at = '9999-12-31T23:59:59.999999Z' WHERE id = $1",
            vec![ada.id.0.into()],
        )
        .await;
        app.bump(&ws).await;
        // Nor is any, once there is an administrator, and nothing of the workspace is shown to them.
        assert_eq!(found(&operator).await.codes(), ["FORBIDDEN", "FORBIDDEN"]);
        assert_eq!(
            app.try_mutate(&operator, "cancelInvitations", others)
                .await
                .refusal(),
            "NOT_FOUND"
        );
    }
);

on_both!(
    perm_10_an_invitation_whose_role_is_gone_is_not_sent_again,
    |app| {
        let (ws, ada) = app.portal().await;
        let role = app
            .role(&ws, "Tree wardens", &[Permission::ManageReuses])
            .await;
        let id = invited(
            app,
            &ada.key,
            &ws,
            "ida@example.org",
            json!({ "roleId": role.to_string() }),
        )
        .await;
        app.pass(Duration::days(31));
        let gone = app
            .mutate(&ada.key, "deleteRole", json!({ "id": role.to_string() }))
            .await;
        assert_eq!(gone.errors(), Vec::<String>::new());
        assert_eq!(
            app.mutate(&ada.key, "resendInvitations", json!({ "ids": [id] }))
                .await
                .became(),
            ["NOT_FOUND"]
        );
    }
);

on_both!(join_8_resending_makes_a_new_token_and_term, |app| {
    let (ws, ada) = app.portal().await;
    let ids: Vec<String> = app
        .mutate(
            &ada.key,
            "inviteMembers",
            to(
                &ws,
                &["ida@example.org", "zoe@example.org", "kim@example.org"],
                json!({}),
            ),
        )
        .await
        .invitations();
    app.mutate(&ada.key, "cancelInvitations", json!({ "ids": [ids[2]] }))
        .await;
    app.pass(Duration::days(3));
    let done = app
        .mutate(&ada.key, "resendInvitations", json!({ "ids": ids }))
        .await;
    assert_eq!(done.became(), ["RESENT", "RESENT", "NOT_PENDING"]);
    let expires = done.0["results"][0]["invitation"]["expiresAt"]
        .as_str()
        .unwrap();
    assert_eq!(expires[..19], app.at(30 * 86_400)[..19]);
    let mails = app.mails(MailKind::Invitation, "ida@example.org").await;
    assert_eq!(
        mails.iter().map(|mail| mail.generation).collect::<Vec<_>>(),
        [1, 2]
    );
    // Run out, it is sent again unless something stands in its way.
    app.pass(Duration::days(31));
    invited(app, &ada.key, &ws, "ida@example.org", json!({})).await;
    app.outsider("Zoe Lark").await;
    app.sql(
        "UPDATE workspace SET seats = 2 WHERE id = $1",
        vec![ws.id.0.into()],
    )
    .await;
    app.bump(&ws).await;
    let both = json!({ "ids": [ids[0], ids[1]] });
    assert_eq!(
        app.mutate(&ada.key, "resendInvitations", both.clone())
            .await
            .became(),
        ["ALREADY_INVITED", "SEATS_EXCEEDED"]
    );
    app.sql(
        "UPDATE workspace SET seats = NULL WHERE id = $1",
        vec![ws.id.0.into()],
    )
    .await;
    app.bump(&ws).await;
    assert_eq!(
        app.mutate(&ada.key, "resendInvitations", both)
            .await
            .became(),
        ["ALREADY_INVITED", "RESENT"]
    );
});

on_both!(join_8_what_is_taken_back_is_void_at_once, |app| {
    let (ws, ada) = app.portal().await;
    let session = app.outsider("Ida Holm").await;
    let id = invited(app, &ada.key, &ws, "ida.holm@example.org", json!({})).await;
    let token = app.link(MailKind::Invitation, "ida.holm@example.org").await;
    let done = app
        .rehearsed(&ada.key, "cancelInvitations", json!({ "ids": [id] }))
        .await;
    assert_eq!(
        (done.became(), &done.0["results"][0]["invitation"]["state"]),
        (vec!["CANCELLED"], &json!("CANCELLED"))
    );
    assert_eq!(
        app.mutate(&session, "acceptInvitation", json!({ "token": token }))
            .await
            .errors(),
        ["NOT_PENDING token"]
    );
    for mutation in [
        "cancelInvitations",
        "updateInvitations",
        "resendInvitations",
    ] {
        assert_eq!(
            app.mutate(&ada.key, mutation, json!({ "ids": [id] }))
                .await
                .became(),
            ["NOT_PENDING"],
            "{mutation}"
        );
    }
    // The address can be invited anew.
    let id = invited(app, &ada.key, &ws, "ida.holm@example.org", json!({})).await;
    accepted(app, &session, &id).await;
});
