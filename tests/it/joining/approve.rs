//! Requests that are approved: what the memberships start with, who may give it, who comes back
//! (JOIN-3, JOIN-4, JOIN-12, JOIN-13, PERM-6, PERM-7).

use chrono::Duration;
use concierge::domain::{
    id::AccountId,
    interval::Interval,
    mail::MailKind,
    permission::{Permission, Preset},
    vocabulary::MembershipEndReason,
};
use serde_json::{Value, json};

use super::{asks, defaults, guarded, invitation, join, kinds, seats, set};
use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

const APPROVE: &str = "approveAccessRequests";

fn of(ids: &[&str], more: Value) -> Value {
    let mut input = json!({ "ids": ids });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    input
}

async fn member(app: &TestApp, reader: &Member, id: &Value) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on Membership { state origin isSignedUpOnly accessEndsAt role { name } \
         groups { group { title } endsAt } answers { key value } acceptedTermsVersion effectivePermissions { permission } \
         effectiveQuota(type: API_CALLS) { limit } grants { nodes { permission grantedBy { displayName } } } } } }";
    app.post(Some(&reader.key), query, json!({ "id": id }))
        .await
        .data()["node"]
        .clone()
}

fn held(member: &Value) -> Vec<&str> {
    member["effectivePermissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["permission"].as_str().unwrap())
        .collect()
}

on_both!(
    join_3_approval_makes_the_membership_with_all_that_it_starts_with,
    |app| {
        let (ws, ada) = guarded(app).await;
        let fields =
            json!([{ "key": "why", "label": [{ "locale": "EN", "text": "Why" }], "kind": "TEXT" }]);
        set(
            app,
            &ada,
            &ws,
            json!({ "fields": fields, "terms": "Be fair." }),
        )
        .await;
        defaults(app, &ada, &ws, &[Permission::BrowseAllPages]).await;
        let sia = app.outsider("Sia Novak").await;
        let asked = join(
            app,
            &sia,
            &ws,
            json!({ "answers": [{ "key": "why", "value": "Trees" }], "acceptedTermsVersion": 1 }),
        )
        .await;
        let id = asked.0["accessRequest"]["id"].as_str().unwrap().to_owned();
        // Later terms are not those that were accepted.
        set(app, &ada, &ws, json!({ "terms": "Be very fair." })).await;
        let group = app
            .group(&ws, "Tree wardens", &[Permission::ManageReuses])
            .await
            .to_string();
        let role = app.preset(&ws, Preset::Viewer).await.to_string();
        let given = json!({ "roleId": role, "permissions": ["BROWSE_ANALYTICS", "BROWSE_ALL_PAGES"], "groupIds": [group],
        "quotas": [{ "type": "API_CALLS", "limit": 50 }], "accessEndsAt": app.at(86_400) });
        let done = app
            .rehearsed(&app.session(ada.account).await, APPROVE, of(&[&id], given))
            .await;
        assert_eq!(done.became(), ["APPROVED"]);
        let result = &done.0["results"][0];
        assert_eq!(
            (&result["accessRequest"]["state"], &done.0["effects"]),
            (&json!("APPROVED"), &json!([]))
        );
        assert_eq!(result["membership"]["accessEndsAt"], json!(app.at(86_400)));
        let seen = member(app, &ada, &result["membership"]["id"]).await;
        assert_eq!(
            (&seen["state"], &seen["origin"], &seen["role"]["name"]),
            (&json!("ACTIVE"), &json!("ACCESS_REQUEST"), &json!("Viewer"))
        );
        assert_eq!(
            (&seen["answers"], &seen["acceptedTermsVersion"]),
            (&json!([{ "key": "why", "value": "Trees" }]), &json!(1))
        );
        assert_eq!(
            seen["groups"],
            json!([{ "group": { "title": "Tree wardens" }, "endsAt": null }])
        );
        assert_eq!(seen["effectiveQuota"]["limit"], 50);
        let mut names = held(&seen);
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "BROWSE_ALL_DATASETS",
                "BROWSE_ALL_PAGES",
                "BROWSE_ANALYTICS",
                "MANAGE_REUSES"
            ]
        );
        // What the workspace gives has no giver, and is not given twice.
        let grants = seen["grants"]["nodes"].as_array().unwrap();
        let mut givers: Vec<(String, String)> = grants
            .iter()
            .map(|grant| {
                let giver = grant["grantedBy"]["displayName"].as_str().unwrap_or("-");
                (
                    grant["permission"].as_str().unwrap().to_owned(),
                    giver.to_owned(),
                )
            })
            .collect();
        givers.sort_unstable();
        let pair = |permission: &str, giver: &str| (permission.to_owned(), giver.to_owned());
        assert_eq!(
            givers,
            [
                pair("BROWSE_ALL_PAGES", "-"),
                pair("BROWSE_ANALYTICS", "Ada Veldkamp")
            ]
        );
        let mails = app
            .mails(MailKind::AccessRequestApproved, "sia.novak@example.org")
            .await;
        assert_eq!(
            mails
                .iter()
                .map(|mail| mail.subject_id.as_deref())
                .collect::<Vec<_>>(),
            [Some(id.as_str())]
        );
        let written = kinds(app, &ws).await;
        let last: Vec<&str> = written[written.len() - 6..]
            .iter()
            .map(String::as_str)
            .collect();
        let expected = [
            "MEMBERSHIP_CREATED",
            "ROLE_ASSIGNED",
            "PERMISSION_GRANTED",
            "GROUP_MEMBER_ADDED",
            "QUOTA_SET",
            "ACCESS_REQUEST_APPROVED",
        ];
        assert_eq!(last, expected);
        // The new member is in.
        let inside = "{ workspace(slug: \"riverton\") { viewerMembership { state } viewerCan(permission: BROWSE_ALL_PAGES) } }";
        let seen = app.post(Some(&sia), inside, json!({})).await.data()["workspace"].clone();
        assert_eq!(
            seen,
            json!({ "viewerMembership": { "state": "ACTIVE" }, "viewerCan": true })
        );
        assert_eq!(
            join(app, &sia, &ws, json!({})).await.errors(),
            ["ALREADY_MEMBER workspace"]
        );
    }
);

on_both!(
    join_4_with_approval_all_defaults_are_given_and_who_has_no_more_only_signed_up,
    |app| {
        let (ws, ada) = guarded(app).await;
        defaults(
            app,
            &ada,
            &ws,
            &[
                Permission::CreateDatasets,
                Permission::ManageReuses,
                Permission::BrowseAllPages,
            ],
        )
        .await;
        let ewa = app
            .member(&ws, "Ewa Kowalska")
            .with(Permission::EditWorkspaceProperties)
            .create()
            .await;
        let (_, id) = asks(app, &ws, "Sia Novak").await;
        // Defaults are the workspace's gift: who approves need not hold them.
        let done = app.mutate(&ewa.key, APPROVE, of(&[&id], json!({}))).await;
        assert_eq!(done.became(), ["APPROVED"]);
        let seen = member(app, &ada, &done.0["results"][0]["membership"]["id"]).await;
        let mut names = held(&seen);
        names.sort_unstable();
        assert_eq!(
            (names, &seen["isSignedUpOnly"]),
            (
                vec!["BROWSE_ALL_PAGES", "CREATE_DATASETS", "MANAGE_REUSES"],
                &json!(true)
            )
        );
        let query = "{ workspace(slug: \"riverton\") { members { totalCount } only: members(filter: { signedUpOnly: ONLY }) { totalCount } } }";
        let counts = app.post(Some(&ada.key), query, json!({})).await.data()["workspace"].clone();
        assert_eq!(
            counts,
            json!({ "members": { "totalCount": 2 }, "only": { "totalCount": 1 } })
        );
    }
);

on_both!(
    perm_6_nobody_approves_with_more_or_longer_than_they_hold,
    |app| {
        let (ws, ada) = guarded(app).await;
        let week = Interval::new(
            app.now() - Duration::hours(1),
            app.now() + Duration::days(7),
        );
        let ewa = app
            .member(&ws, "Ewa Kowalska")
            .with(Permission::EditWorkspaceProperties)
            .create()
            .await;
        app.grant_row(
            &ws,
            Some(ewa.id),
            None,
            Some(Permission::ManageReuses),
            week,
            None,
        )
        .await;
        let editors = app
            .group(&ws, "Editors", &[Permission::EditAllDatasets])
            .await
            .to_string();
        let role = async |preset| app.preset(&ws, preset).await.to_string();
        let (administrator, viewer) = (
            role(Preset::Administrator).await,
            role(Preset::Viewer).await,
        );
        let (_, id) = asks(app, &ws, "Sia Novak").await;
        let before = app.footprint().await;
        for more in [
            json!({ "permissions": ["EDIT_ALL_DATASETS"] }),
            json!({ "permissions": ["MANAGE_REUSES"] }),
            json!({ "permissions": ["MANAGE_REUSES"], "accessEndsAt": app.at(8 * 86_400) }),
            json!({ "groupIds": [editors] }),
            json!({ "roleId": viewer }),
            json!({ "roleId": administrator }),
        ] {
            assert_eq!(
                app.mutate(&ewa.key, APPROVE, of(&[&id], more.clone()))
                    .await
                    .became(),
                ["FORBIDDEN"],
                "{more}"
            );
        }
        // No key gives the ADMINISTRATOR role.
        let as_administrator = of(&[&id], json!({ "roleId": administrator }));
        assert_eq!(
            app.mutate(&ada.key, APPROVE, as_administrator.clone())
                .await
                .became(),
            ["FORBIDDEN"]
        );
        assert_eq!(app.footprint().await, before);
        let own = json!({ "permissions": ["MANAGE_REUSES"], "accessDurationSeconds": 6 * 86_400 });
        assert_eq!(
            app.mutate(&ewa.key, APPROVE, of(&[&id], own))
                .await
                .became(),
            ["APPROVED"]
        );
        let (_, id) = asks(app, &ws, "Tim Bauer").await;
        let as_administrator = of(&[&id], json!({ "roleId": administrator }));
        assert_eq!(
            app.mutate(&app.session(ada.account).await, APPROVE, as_administrator)
                .await
                .became(),
            ["APPROVED"]
        );
    }
);

on_both!(
    join_12_who_was_stopped_comes_back_by_an_approved_request,
    |app| {
        let (ws, ada) = guarded(app).await;
        let gone = Interval::new(app.now() - Duration::days(9), app.now() - Duration::days(8));
        let expired = app
            .member(&ws, "Eli Expired")
            .with(Permission::ManageReuses)
            .during(gone)
            .create()
            .await;
        let revoked = app
            .member(&ws, "Rob Revoked")
            .with(Permission::ManageReuses)
            .create()
            .await;
        app.end(
            &ws,
            &revoked,
            app.now() - Duration::minutes(1),
            Some(MembershipEndReason::Revoked),
        )
        .await;
        let disabled = app
            .member(&ws, "Dan Disabled")
            .with(Permission::EditAllDatasets)
            .disabled()
            .create()
            .await;
        let ewa = app
            .member(&ws, "Ewa Kowalska")
            .with(Permission::EditWorkspaceProperties)
            .create()
            .await;
        let mut ids = Vec::new();
        for member in [&expired, &revoked, &disabled] {
            let asked = join(app, &app.session(member.account).await, &ws, json!({})).await;
            ids.push(asked.0["accessRequest"]["id"].as_str().unwrap().to_owned());
        }
        let all: Vec<&str> = ids.iter().map(String::as_str).collect();
        // Enabling gives back what Ewa does not hold (PERM-6).
        let done = app.mutate(&ewa.key, APPROVE, of(&all, json!({}))).await;
        assert_eq!(done.became(), ["APPROVED", "APPROVED", "FORBIDDEN"]);
        // Those whose membership had ended start anew, with nothing of what they had.
        for (place, old) in [(0, &expired), (1, &revoked)] {
            let id = &done.0["results"][place]["membership"]["id"];
            assert_ne!(*id, json!(old.id.to_string()));
            let seen = member(app, &ada, id).await;
            assert_eq!(
                (held(&seen).len(), &seen["origin"]),
                (0, &json!("ACCESS_REQUEST"))
            );
        }
        let done = app
            .rehearsed(
                &ada.key,
                APPROVE,
                of(&[all[2]], json!({ "permissions": ["MANAGE_REUSES"] })),
            )
            .await;
        assert_eq!(done.became(), ["ENABLED"]);
        let id = &done.0["results"][0]["membership"]["id"];
        assert_eq!(
            (id, &done.0["effects"][0]["gained"]),
            (
                &json!(disabled.id.to_string()),
                &json!(["EDIT_ALL_DATASETS"])
            )
        );
        // With what they had, and nothing else.
        assert_eq!(held(&member(app, &ada, id).await), ["EDIT_ALL_DATASETS"]);
        assert_eq!(
            app.post(Some(&disabled.key), "{ viewer { kind } }", json!({}))
                .await
                .status,
            200
        );
        assert_eq!(
            app.mails(MailKind::AccessRequestApproved, &disabled.email)
                .await
                .len(),
            1
        );
        assert_eq!(
            kinds(app, &ws)
                .await
                .iter()
                .filter(|kind| *kind == "MEMBERSHIP_ENABLED")
                .count(),
            1
        );
    }
);

on_both!(
    join_3_an_approval_of_who_is_a_member_by_now_closes_the_request,
    |app| {
        let (ws, ada) = guarded(app).await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let stale = app.access_request(&ws, ben.account).await.to_string();
        let done = app
            .mutate(
                &ada.key,
                APPROVE,
                of(&[&stale], json!({ "permissions": ["MANAGE_REUSES"] })),
            )
            .await;
        assert_eq!(done.became(), ["ALREADY_MEMBER"]);
        assert_eq!(
            done.0["results"][0]["membership"]["id"],
            json!(ben.id.to_string())
        );
        assert_eq!(done.0["results"][0]["accessRequest"]["state"], "APPROVED");
        assert_eq!(
            held(&member(app, &ada, &json!(ben.id.to_string())).await).len(),
            0
        );
        // Where nobody decides any more, joining closes what waited.
        let (sia, id) = asks(app, &ws, "Sia Novak").await;
        set(app, &ada, &ws, json!({ "approvalRequired": false })).await;
        assert_eq!(
            join(app, &sia, &ws, json!({})).await.0["membership"]["origin"],
            "SIGN_UP"
        );
        assert_eq!(
            app.mutate(&ada.key, APPROVE, of(&[&id], json!({})))
                .await
                .became(),
            ["ALREADY_DECIDED"]
        );
        assert_eq!(
            app.count("access_request WHERE state = 'APPROVED' AND membership_id IS NOT NULL")
                .await,
            2
        );
    }
);

on_both!(
    join_3_what_is_wrong_about_an_approval_is_named_and_nothing_kept,
    |app| {
        let (ws, ada) = guarded(app).await;
        let other = app.workspace("lakeside").await;
        let eve = app.administrator(&other, "Eve Laurent").await;
        let foreign_role = app.preset(&other, Preset::Viewer).await.to_string();
        let foreign_group = app.group(&other, "Boats", &[]).await.to_string();
        let (_, id) = asks(app, &ws, "Sia Novak").await;
        let before = app.footprint().await;
        for (more, expected) in [
            (
                json!({ "roleId": foreign_role, "groupIds": [foreign_group] }),
                vec!["NOT_FOUND roleId", "NOT_FOUND groupIds.0"],
            ),
            (
                json!({ "accessEndsAt": app.at(-1) }),
                vec!["ENDS_IN_PAST accessEndsAt"],
            ),
            (
                json!({ "accessStartsAt": app.at(-61) }),
                vec!["STARTS_IN_PAST accessStartsAt"],
            ),
            (
                json!({ "accessStartsAt": app.at(200), "accessEndsAt": app.at(100) }),
                vec!["ENDS_BEFORE_START accessEndsAt"],
            ),
            (
                json!({ "accessDurationSeconds": 0 }),
                vec!["OUT_OF_RANGE accessDurationSeconds"],
            ),
            (
                json!({ "quotas": [{ "type": "API_CALLS", "limit": -1 }] }),
                vec!["OUT_OF_RANGE quotas.0.limit"],
            ),
            (
                json!({ "quotas": [{ "type": "RECORDS_PER_DATASET", "limit": 1 }] }),
                vec!["NOT_A_MULTIPLE quotas.0.limit"],
            ),
        ] {
            assert_eq!(
                app.mutate(&ada.key, APPROVE, of(&[&id], more))
                    .await
                    .errors(),
                expected
            );
        }
        let both = json!({ "accessEndsAt": app.at(100), "accessDurationSeconds": 100 });
        for input in [
            of(&[&id], both),
            of(&[], json!({})),
            of(&["req_x"], json!({})),
            of(&[&id], json!({ "roleId": "grp_x" })),
        ] {
            assert_eq!(
                app.try_mutate(&ada.key, APPROVE, input).await.refusal(),
                "BAD_USER_INPUT"
            );
        }
        assert_eq!(
            app.try_mutate(&eve.key, APPROVE, of(&[&id], json!({})))
                .await
                .refusal(),
            "NOT_FOUND"
        );
        assert_eq!(app.footprint().await, before);
        let nobody =
            concierge::domain::id::AccessRequestId(app.app.deps.ids.uuid(app.now())).to_string();
        let atomic = app
            .mutate(
                &ada.key,
                APPROVE,
                of(&[&id, &id, &nobody], json!({ "atomic": true })),
            )
            .await;
        assert_eq!(atomic.became(), ["ROLLED_BACK", "DUPLICATE", "NOT_FOUND"]);
        assert_eq!(app.footprint().await, before);
        let later = of(
            &[&id, &id, &nobody],
            json!({ "accessStartsAt": app.at(3_600), "accessDurationSeconds": 60 }),
        );
        let done = app.mutate(&ada.key, APPROVE, later).await;
        assert_eq!(done.became(), ["APPROVED", "DUPLICATE", "NOT_FOUND"]);
        let made = &done.0["results"][0]["membership"];
        let expected = (
            json!("SCHEDULED"),
            json!(app.at(3_600)),
            json!(app.at(3_660)),
        );
        assert_eq!(
            (
                made["state"].clone(),
                made["accessStartsAt"].clone(),
                made["accessEndsAt"].clone()
            ),
            expected
        );
    }
);

on_both!(
    join_9_who_is_invited_and_approved_gets_what_both_give,
    |app| {
        let (ws, ada) = guarded(app).await;
        let abe = app.administrator(&ws, "Abe Nakamura").await;
        let role = async |preset| app.preset(&ws, preset).await.to_string();
        let (editor, viewer) = (role(Preset::Editor).await, role(Preset::Viewer).await);
        let wardens = app.group(&ws, "Tree wardens", &[]).await.to_string();
        let editors = app.group(&ws, "Editors", &[]).await.to_string();
        let invite = async |email: &str| {
            let input = json!({ "workspaceId": ws.id.to_string(), "invitees": [{ "email": email }], "roleId": editor,
            "permissions": ["MANAGE_REUSES"], "groupIds": [wardens], "accessEndsAt": app.at(86_400),
            "quotas": [{ "type": "API_CALLS", "limit": 50 }] });
            let query = "mutation($input: InviteMembersInput!) { inviteMembers(input: $input) { results { outcome } } }";
            assert_eq!(
                app.post(Some(&ada.key), query, json!({ "input": input }))
                    .await
                    .payload()
                    .became(),
                ["INVITED"]
            );
        };
        let givers = |seen: &Value| {
            let of = |grant: &Value| {
                (
                    grant["permission"].as_str().unwrap().to_owned(),
                    grant["grantedBy"]["displayName"].clone(),
                )
            };
            let mut givers: Vec<(String, Value)> = seen["grants"]["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .map(of)
                .collect();
            givers.sort_by(|a, b| a.0.cmp(&b.0));
            givers
        };
        let named = |permission: &str, giver: &str| (permission.to_owned(), json!(giver));
        // With nothing from who approves: all that was offered, as long as it was.
        let (_, sia) = asks(app, &ws, "Sia Novak").await;
        invite("sia.novak@example.org").await;
        let done = app
            .rehearsed(
                &app.session(abe.account).await,
                APPROVE,
                of(&[&sia], json!({})),
            )
            .await;
        let seen = member(app, &ada, &done.0["results"][0]["membership"]["id"]).await;
        assert_eq!(
            (&seen["role"]["name"], &seen["origin"]),
            (&json!("Editor"), &json!("INVITATION"))
        );
        assert_eq!(
            (&seen["accessEndsAt"], &seen["effectiveQuota"]["limit"]),
            (&json!(app.at(86_400)), &json!(50))
        );
        assert_eq!(seen["groups"][0]["group"]["title"], "Tree wardens");
        assert_eq!(givers(&seen), [named("MANAGE_REUSES", "Ada Veldkamp")]);
        // With something: what both give, and of what there is one of, what is given now.
        let (_, tim) = asks(app, &ws, "Tim Bauer").await;
        invite("tim.bauer@example.org").await;
        let more = json!({ "roleId": viewer, "permissions": ["BROWSE_ANALYTICS", "MANAGE_REUSES"], "groupIds": [editors, wardens],
        "quotas": [{ "type": "API_CALLS", "limit": 7 }], "accessEndsAt": app.at(2 * 86_400) });
        let done = app
            .rehearsed(&app.session(abe.account).await, APPROVE, of(&[&tim], more))
            .await;
        let seen = member(app, &ada, &done.0["results"][0]["membership"]["id"]).await;
        assert_eq!(
            (&seen["role"]["name"], &seen["effectiveQuota"]["limit"]),
            (&json!("Viewer"), &json!(7))
        );
        assert_eq!(
            (
                &seen["accessEndsAt"],
                seen["groups"].as_array().unwrap().len()
            ),
            (&json!(app.at(2 * 86_400)), 2)
        );
        assert_eq!(
            givers(&seen),
            [
                named("BROWSE_ANALYTICS", "Abe Nakamura"),
                named("MANAGE_REUSES", "Ada Veldkamp")
            ]
        );
        assert_eq!(app.count("invitation WHERE accepted_at IS NULL").await, 0);
        // What was offered for a day is not prolonged by who could not have offered it (PERM-6).
        let ewa = app
            .member(&ws, "Ewa Kowalska")
            .with(Permission::EditWorkspaceProperties)
            .create()
            .await;
        let (_, uma) = asks(app, &ws, "Uma Ek").await;
        invite("uma.ek@example.org").await;
        for (more, expected) in [
            (json!({ "accessEndsAt": app.at(86_401) }), "FORBIDDEN"),
            (json!({ "accessEndsAt": app.at(86_399) }), "APPROVED"),
        ] {
            assert_eq!(
                app.mutate(&ewa.key, APPROVE, of(&[&uma], more))
                    .await
                    .became(),
                [expected]
            );
        }
    }
);

on_both!(threads: join_9_an_approval_and_an_acceptance_at_once_make_one_membership, |app| {
    let (ws, ada) = guarded(app).await;
    for round in 0..6 {
        let (session, id) = asks(app, &ws, &format!("One Round{round}")).await;
        let input = json!({ "workspaceId": ws.id.to_string(), "permissions": ["MANAGE_REUSES"],
            "invitees": [{ "email": format!("one.round{round}@example.org") }] });
        let query = "mutation($input: InviteMembersInput!) { inviteMembers(input: $input) { results { invitation { id } } } }";
        let invited = app.post(Some(&ada.key), query, json!({ "input": input })).await.payload();
        let invitation = invited.0["results"][0]["invitation"]["id"].clone();
        let acceptance = (session.as_str(), "acceptInvitation", json!({ "id": invitation }));
        let [approval, acceptance] = app.at_once((&ada.key, APPROVE, of(&[&id], json!({}))), acceptance).await;
        let approved = approval.unwrap().became() == ["APPROVED"];
        let errors = acceptance.unwrap().errors();
        assert_eq!(errors.is_empty(), !approved, "round {round}: {errors:?}");
        assert_eq!(app.count("membership").await, round + 2);
        assert_eq!(app.count("permission_grant WHERE permission = 'MANAGE_REUSES'").await, round + 1);
    }
});

on_both!(join_13_approvals_take_seats_until_there_are_none, |app| {
    let (ws, ada) = guarded(app).await;
    seats(app, &ws, 3).await;
    let (_, one) = asks(app, &ws, "Sia Novak").await;
    let (_, two) = asks(app, &ws, "Tim Bauer").await;
    let (_, three) = asks(app, &ws, "Uma Ek").await;
    invitation(app, &ws, "uma.ek@example.org").await;
    let all = [one.as_str(), &two, &three];
    let before = app.footprint().await;
    let atomic = app
        .mutate(&ada.key, APPROVE, of(&all, json!({ "atomic": true })))
        .await;
    assert_eq!(
        atomic.became(),
        ["ROLLED_BACK", "SEATS_EXCEEDED", "ROLLED_BACK"]
    );
    assert_eq!(app.footprint().await, before);
    // Uma's invitation has taken a seat, which is hers.
    let done = app.mutate(&ada.key, APPROVE, of(&all, json!({}))).await;
    assert_eq!(done.became(), ["APPROVED", "SEATS_EXCEEDED", "APPROVED"]);
    assert_eq!(
        app.count("invitation WHERE accepted_at IS NOT NULL").await,
        1
    );
    assert_eq!(
        app.mutate(&ada.key, APPROVE, of(&[&two], json!({})))
            .await
            .became(),
        ["SEATS_EXCEEDED"]
    );
    // Where there are fewer seats than are taken, whoever has one by an invitation keeps it, and
    // makes room for nobody else.
    let (_, four) = asks(app, &ws, "Vic Sol").await;
    seats(app, &ws, 4).await;
    invitation(app, &ws, "vic.sol@example.org").await;
    seats(app, &ws, 1).await;
    let done = app
        .mutate(&ada.key, APPROVE, of(&[&two, &four, &two], json!({})))
        .await;
    assert_eq!(done.became(), ["SEATS_EXCEEDED", "APPROVED", "DUPLICATE"]);
});

on_both!(threads: join_13_two_approvals_at_once_do_not_share_the_last_seat, |app| {
    let (ws, ada) = guarded(app).await;
    let session = app.session(ada.account).await;
    for round in 0..6 {
        seats(app, &ws, round + 2).await;
        let (_, one) = asks(app, &ws, &format!("One Round{round}")).await;
        let (_, other) = asks(app, &ws, &format!("Other Round{round}")).await;
        let answers =
            app.at_once((&ada.key, APPROVE, of(&[&one], json!({}))), (&session, APPROVE, of(&[&other], json!({})))).await;
        let mut codes: Vec<String> = answers.into_iter().map(|answer| answer.unwrap().became()[0].to_owned()).collect();
        codes.sort_unstable();
        assert_eq!(codes, ["APPROVED", "SEATS_EXCEEDED"], "round {round}");
    }
});

on_both!(threads: join_3_an_approval_and_a_withdrawal_at_once_never_both_hold, |app| {
    let (ws, ada) = guarded(app).await;
    let (mut approved, rounds) = (0, 10);
    for round in 0..rounds {
        let (session, id) = asks(app, &ws, &format!("One Round{round}")).await;
        let withdrawal = (session.as_str(), "withdrawAccessRequest", json!({ "id": id }));
        let [first, second] = app.at_once((&ada.key, APPROVE, of(&[&id], json!({}))), withdrawal).await;
        let (approval, withdrawal) = (first.unwrap(), second.unwrap());
        let was_approved = approval.became() == ["APPROVED"];
        approved += i64::from(was_approved);
        let expected: Vec<String> = if was_approved { vec!["ALREADY_DECIDED id".to_owned()] } else { vec![] };
        assert_eq!(withdrawal.errors(), expected, "round {round}: {:?}", approval.became());
    }
    assert_eq!(app.count("membership").await, approved + 1);
    assert_eq!(app.count("access_request WHERE state = 'WITHDRAWN'").await, rounds - approved);
});

on_both!(threads: join_3_one_request_that_two_approve_at_once_makes_one_membership, |app| {
    let (ws, ada) = guarded(app).await;
    let session = app.session(ada.account).await;
    for round in 0..6 {
        let (_, id) = asks(app, &ws, &format!("One Round{round}")).await;
        let input = || of(&[&id], json!({}));
        let answers = app.at_once((&ada.key, APPROVE, input()), (&session, APPROVE, input())).await;
        let mut codes: Vec<String> = answers.into_iter().map(|answer| answer.unwrap().became()[0].to_owned()).collect();
        codes.sort_unstable();
        assert_eq!(codes, ["ALREADY_DECIDED", "APPROVED"], "round {round}");
        assert_eq!(app.count("membership").await, round + 2);
    }
});

/// Requests of so many people.
async fn crowd(app: &TestApp, ws: &Ws, count: usize) -> Vec<String> {
    let mut ids = Vec::with_capacity(count);
    for number in 0..count {
        app.outsider(&format!("Nr Person{number}")).await;
        let account: AccountId = app.account_of(&format!("Nr Person{number}")).await;
        ids.push(app.access_request(ws, account).await.to_string());
    }
    ids
}

on_both!(join_3_a_thousand_are_approved_at_once, |app| {
    let (ws, ada) = guarded(app).await;
    defaults(app, &ada, &ws, &[Permission::BrowseAllPages]).await;
    let role = app.preset(&ws, Preset::Viewer).await.to_string();
    let ids = crowd(app, &ws, 1_000).await;
    let all: Vec<&str> = ids.iter().map(String::as_str).collect();
    let begun = std::time::Instant::now();
    let query = "mutation($input: ApproveAccessRequestsInput!) { approveAccessRequests(input: $input) { results { outcome code } } }";
    let answer = app
        .post(
            Some(&ada.key),
            query,
            json!({ "input": of(&all, json!({ "roleId": role })) }),
        )
        .await;
    println!(
        "1,000 approvals: {:?}, {} statements",
        begun.elapsed(),
        answer.statements
    );
    let done = answer.payload();
    assert!(
        done.became().iter().all(|outcome| *outcome == "APPROVED"),
        "{:#}",
        done.0
    );
    assert_eq!(
        app.count("membership WHERE origin = 'ACCESS_REQUEST'")
            .await,
        1_000
    );
    assert_eq!(
        app.count("outbox WHERE kind = 'ACCESS_REQUEST_APPROVED'")
            .await,
        1_000
    );
    let mut over = all.clone();
    over.push("req_00000000000000000000000000");
    assert_eq!(
        app.try_mutate(&ada.key, APPROVE, of(&over, json!({})))
            .await
            .refusal(),
        "BAD_USER_INPUT"
    );
    let query = "{ workspace(slug: \"riverton\") { accessRequests(filter: { states: [PENDING] }) { totalCount } } }";
    let left = app.post(Some(&ada.key), query, json!({})).await.data()["workspace"]["accessRequests"]["totalCount"].clone();
    assert_eq!(left, 0);
});
