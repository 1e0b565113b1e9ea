//! Links to set a new password, sent by who manages members (ACC-7).

use chrono::Duration;
use concierge::domain::{
    interval::Interval,
    mail::MailKind,
    permission::{Permission, Preset},
};
use serde_json::{Value, json};

use super::ending::{kinds, of};
use crate::support::{TestApp, on_both, world::Member};

const SEND: &str = "sendPasswordResets";

/// How many mails with a link the member was sent.
async fn links(app: &TestApp, member: &Member) -> usize {
    app.mails(MailKind::PasswordReset, &member.email)
        .await
        .len()
}

/// Whether whoever asks is told that they may.
async fn may(app: &TestApp, credential: &str, target: &Member) -> bool {
    let query = "query ($id: ID!) { node(id: $id) { ... on Membership { viewerCan(action: SEND_PASSWORD_RESET) } } }";
    let answer = app
        .post(
            Some(credential),
            query,
            json!({ "id": target.id.to_string() }),
        )
        .await;
    answer.data()["node"]["viewerCan"] == Value::Bool(true)
}

on_both!(
    acc_7_who_manages_members_sends_links_that_they_never_see,
    |app| {
        let ws = app.workspace("riverton").await;
        let ewp = app
            .member(&ws, "Edith Ewp")
            .with(Permission::EditWorkspaceProperties)
            .create()
            .await;
        let (ben, dan) = (
            app.member(&ws, "Ben Okafor").create().await,
            app.member(&ws, "Dan Perez").disabled().create().await,
        );
        let sent = app
            .mutate(&ewp.key, SEND, of(&[&ben, &dan], json!({})))
            .await;
        assert_eq!(sent.became(), ["SENT", "SENT"]);
        assert_eq!((links(app, &ben).await, links(app, &dan).await), (1, 1));
        let token = app.link(MailKind::PasswordReset, &ben.email).await;
        assert!(!sent.0.to_string().contains(&token));
        assert_eq!(
            kinds(app, &ws).await,
            ["PASSWORD_RESET_SENT", "PASSWORD_RESET_SENT"]
        );
        let events = app.events(&ws).await;
        assert_eq!(
            events[0].subject_id.as_deref(),
            Some(ben.id.to_string().as_str())
        );
        // The account's own record says who asked.
        assert_eq!(
            app.count("audit_event WHERE kind = 'PASSWORD_RESET_REQUESTED'")
                .await,
            2
        );
        // The link sets a password; nothing but its owner's account changes.
        let set = "mutation ($token: String!) { resetPassword(input: { token: $token, newPassword: \"nine copper kettles boil\" }) \
         { errors { code } } }";
        let set = app.post(None, set, json!({ "token": token })).await;
        assert_eq!(set.data()["resetPassword"]["errors"], json!([]));
    }
);

on_both!(acc_7_asked_again_within_two_minutes_sends_nothing, |app| {
    let (ws, ada) = app.portal().await;
    let (ben, cho) = (
        app.member(&ws, "Ben Okafor").create().await,
        app.member(&ws, "Cho Minh").create().await,
    );
    assert_eq!(
        app.mutate(&ada.key, SEND, of(&[&ben], json!({})))
            .await
            .became(),
        ["SENT"]
    );
    app.pass(Duration::seconds(119));
    let again = app
        .mutate(&ada.key, SEND, of(&[&ben, &cho], json!({})))
        .await;
    assert_eq!(again.became(), ["ALREADY_SENT", "SENT"]);
    assert_eq!((links(app, &ben).await, links(app, &cho).await), (1, 1));
    assert_eq!(
        kinds(app, &ws).await.len(),
        2,
        "what was not sent is no event"
    );
    app.pass(Duration::seconds(2));
    assert_eq!(
        app.mutate(&ada.key, SEND, of(&[&ben], json!({})))
            .await
            .became(),
        ["SENT"]
    );
    assert_eq!(links(app, &ben).await, 2);
});

on_both!(
    perm_6_only_administrators_send_links_to_administrators,
    |app| {
        let (ws, ada) = app.portal().await;
        let abe = app
            .member(&ws, "Abe Nakamura")
            .preset(Preset::Administrator)
            .create()
            .await;
        let ewp = app
            .member(&ws, "Edith Ewp")
            .with(Permission::EditWorkspaceProperties)
            .create()
            .await;
        let bare = app.member(&ws, "Bob Bare").create().await;
        let administrator = app.preset(&ws, Preset::Administrator).await;
        let later = app
            .member(&ws, "Lena Later")
            .role(administrator)
            .during(Interval::from(app.now() + Duration::days(1)));
        let later = later.create().await;
        let before = app.footprint().await;
        assert_eq!(
            app.mutate(&ewp.key, SEND, of(&[&abe, &later], json!({})))
                .await
                .became(),
            ["FORBIDDEN", "FORBIDDEN"]
        );
        assert_eq!(app.footprint().await, before);
        assert_eq!(
            (
                may(app, &ewp.key, &abe).await,
                may(app, &ada.key, &abe).await
            ),
            (false, true)
        );
        assert_eq!(
            (
                may(app, &ewp.key, &bare).await,
                may(app, &bare.key, &ewp).await
            ),
            (true, false)
        );
        assert_eq!(
            app.mutate(&ada.key, SEND, of(&[&abe], json!({})))
                .await
                .became(),
            ["SENT"]
        );
        // Oneself too: a link is no access of one's own (PERM-7).
        assert_eq!(
            (
                may(app, &ewp.key, &ewp).await,
                may(app, &ewp.key, &later).await
            ),
            (true, false)
        );
        assert_eq!(
            app.mutate(&ewp.key, SEND, of(&[&bare, &ewp], json!({})))
                .await
                .became(),
            ["SENT", "SENT"]
        );
    }
);

on_both!(acc_7_each_member_has_a_result, |app| {
    let (ws, other) = (
        app.workspace("riverton").await,
        app.workspace("lakeside").await,
    );
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let gone = app.member(&ws, "Eli Stone").until(app.now()).create().await;
    let far = app.member(&other, "Lea Lake").create().await;
    // A membership's state is no refusal (PERM-9).
    assert!(may(app, &ada.key, &gone).await);
    let all = [&ben, &ben, &gone, &far];
    let before = app.footprint().await;
    let atomic = app
        .mutate(&ada.key, SEND, of(&all, json!({ "atomic": true })))
        .await;
    assert_eq!(
        atomic.became(),
        ["ROLLED_BACK", "DUPLICATE", "NOT_ACTIVE", "NOT_FOUND"]
    );
    let rehearsed = app
        .mutate(&ada.key, SEND, of(&[&ben], json!({ "dryRun": true })))
        .await;
    assert_eq!(rehearsed.became(), ["SENT"]);
    assert_eq!(app.footprint().await, before, "nothing is sent");
    let each = app.mutate(&ada.key, SEND, of(&all, json!({}))).await;
    assert_eq!(
        each.became(),
        ["SENT", "DUPLICATE", "NOT_ACTIVE", "NOT_FOUND"]
    );
    assert_eq!(
        (
            links(app, &ben).await,
            links(app, &gone).await,
            links(app, &far).await
        ),
        (1, 0, 0)
    );
});
