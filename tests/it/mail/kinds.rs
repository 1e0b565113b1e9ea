//! Every kind of mail, queued as its cause does, with the rows that it is about; and the same when
//! what it was about is gone.

use chrono::{DateTime, Duration, Utc};
use concierge::{
    domain::{
        audit,
        follow::follow_id,
        id::{AccessRenewalId, AccessRequestId, InvitationId},
        mail::MailKind,
        vocabulary::Locale,
    },
    entity::{
        access_renewal, access_request, dataset_follow, email_change, factor_removal,
        password_reset, quota_warning, registration, sign_in_policy,
    },
    job::outbox::deliver,
    store::outbox::{NewMail, Receiver},
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Value};
use serde_json::json;
use uuid::Uuid;

use super::{invitation, new, queue, rows};
use crate::support::{
    TestApp, on_both,
    smtp::{LINKS, Smtp},
    world::{Member, Ws},
};

async fn insert<E>(app: &TestApp, row: impl IntoActiveModel<E>)
where
    E: ActiveModelTrait,
    <E::Entity as EntityTrait>::Model: IntoActiveModel<E>,
{
    E::Entity::insert(row.into_active_model())
        .exec_without_returning(app.app.deps.db.writer())
        .await
        .unwrap();
}

struct Cast {
    ws: Ws,
    mia: Member,
    gone: Member,
    until: DateTime<Utc>,
}

impl Cast {
    async fn of(app: &TestApp) -> Self {
        let ws = app.workspace("riverton").await;
        app.administrator(&ws, "Ada Admin").await;
        let until = app.now() + Duration::days(7);
        let mia = app.member(&ws, "Mia Member").until(until).create().await;
        let gone = app
            .member(&ws, "Gus Gone")
            .until(app.now() - Duration::minutes(1))
            .create()
            .await;
        Self {
            ws,
            mia,
            gone,
            until,
        }
    }

    /// A mail of that kind, with what it is about.
    async fn mail(&self, app: &TestApp, kind: MailKind) -> NewMail {
        use MailKind::*;
        let (ws, mia, id) = (&self.ws, &self.mia, app.app.deps.ids.uuid(app.now()));
        let address = Receiver::Address {
            email: "ivy@example.org".to_owned(),
            key: [9; 32],
            locale: Locale::En,
        };
        let to = match kind {
            Registration | EmailChanged | EmailChangeRequested | Invitation
            | InvitationReminder => address,
            AccessEnded => Receiver::Account(self.gone.account),
            _ => Receiver::Account(mia.account),
        };
        let mail = new(app, kind, to);
        match kind {
            AccountDeletionScheduled | AccountDeletionNear => {
                self.deletion(app).await;
                mail.about(mia.account)
            }
            AccountDeletionPostponed => {
                self.deletion(app).await;
                mail.about(mia.account).saying(json!({ "workspaces": [ws.id] }))
            }
            AccountDeletionCancelled => mail.about(mia.account),
            AddressInUse | PasswordChanged | SignInFailures | SecondFactorFailures
            | RecoveryCodesRenewed
            | SecondFactorsRemoved
            | PasskeyRefused => mail.about(mia.account),
            SecondFactorAdded | SecondFactorRemoved => mail.about(mia.account).saying(json!({ "kind": "TOTP" })),
            RecoveryCodeUsed => mail.about(mia.account).saying(json!({ "left": 2 })),
            ApiKeyCreated | ApiKeyLeaked | ApiKeyRotated => mail.of(ws.id).about(mia.key_id),
            Registration => mail.about(self.registration(app, id).await).generation(1),
            PasswordReset | AccountCreated => mail.about(self.reset(app, id).await),
            EmailChanged | EmailChangeRequested => mail.about(self.change(app, id, kind == EmailChanged).await),
            Invitation | InvitationReminder => {
                invitation(app, ws, id, "ivy@example.org", None, 1).await;
                mail.of(ws.id).about(InvitationId(id)).generation(1)
            }
            FactorRemovalScheduled => mail.about(self.removal(app, id).await),
            SecondFactorRequired => {
                let from = self.policy(app).await;
                mail.of(ws.id).about(mia.id).saying(json!({ "requiredFrom": audit::instant(from) }))
            }
            InvitationAnswered => {
                for (address, column) in [("ivy@example.org", "accepted_at"), ("bo@example.org", "declined_at")] {
                    let id = app.app.deps.ids.uuid(app.now());
                    invitation(app, ws, id, address, Some(mia), 1).await;
                    app.sql(&format!("UPDATE invitation SET {column} = created_at WHERE id = $1"), vec![id.into()]).await;
                }
                let (from, to) = (audit::instant(app.now()), audit::instant(app.now() + Duration::hours(1)));
                mail.of(ws.id).about(ws.id).saying(json!({ "from": from, "to": to }))
            }
            AccessEnded => mail.of(ws.id).about(self.gone.id),
            WorkspaceKeysRemain => {
                app.sql("UPDATE api_key SET kind = 'GATEWAY' WHERE id = $1", vec![self.gone.key_id.0.into()]).await;
                mail.of(ws.id).about(self.gone.id)
            }
            AccessEnding => mail.of(ws.id).about(mia.id).saying(json!({ "endsAt": self.until, "daysBefore": 7 })),
            InactivityWarning => mail.of(ws.id).about(mia.id).saying(json!({
                "disabledAt": self.until, "inactiveSince": audit::instant(app.now()),
            })),
            MemberSignedUp => mail.of(ws.id).about(mia.id),
            AccessRequested | AccessRequestReceived => self.request(app, id, "PENDING", mail).await,
            AccessRequestApproved => self.request(app, id, "APPROVED", mail).await,
            AccessRequestRejected => self.request(app, id, "REJECTED", mail).await,
            AccessRenewalRequested => self.renewal(app, id, "PENDING", mail).await,
            AccessRenewalApproved => self.renewal(app, id, "APPROVED", mail).await,
            AccessRenewalRejected => self.renewal(app, id, "REJECTED", mail).await,
            DatasetUpdated => self.follow(app, id, mail).await,
            ReuseApproved => self.reuse(app, "APPROVED", mail).await,
            ReuseRejected => self.reuse(app, "REJECTED", mail).await,
            ReuseDigest => {
                self.reuse(app, "PENDING", mail.clone()).await;
                mail.of(ws.id).about(ws.id)
            }
            QuotaWarning => mail.of(ws.id).about(mia.id).saying(json!({
                "type": "API_CALLS", "threshold": 80, "limiter": "MEMBER", "limit": 12_500, "period": "DAY",
                "periodStart": "2026-03-02T00:00:00Z",
            })),
            QuotaDigest => {
                for threshold in [80, 100] {
                    let row = quota_warning::Model {
                        workspace_id: ws.id.0,
                        subject: mia.account.to_string(),
                        quota_type: "API_CALLS".to_owned(),
                        period_start: "2026-03-02T00:00:00Z".parse().unwrap(),
                        threshold,
                    };
                    insert(app, row).await;
                }
                mail.of(ws.id).about(ws.id).saying(json!({ "day": "2026-03-02" }))
            }
        }
    }

    async fn deletion(&self, app: &TestApp) {
        let at = app.now() + Duration::days(3);
        let sql = "UPDATE account SET deletion_scheduled_at = $1 WHERE id = $2";
        app.sql(sql, vec![at.into(), self.mia.account.0.into()])
            .await;
    }

    async fn removal(&self, app: &TestApp, id: Uuid) -> Uuid {
        let row = factor_removal::Model {
            id,
            account_id: self.mia.account.0,
            created_at: app.now(),
            removal_at: app.now() + Duration::hours(24),
            cancelled_at: None,
            done_at: None,
        };
        insert(app, row).await;
        id
    }

    async fn policy(&self, app: &TestApp) -> DateTime<Utc> {
        let from = app.now() + Duration::days(14);
        app.sql("DELETE FROM sign_in_policy", vec![]).await;
        let row = sign_in_policy::Model {
            workspace_id: self.ws.id.0,
            second_factor: "EVERYBODY".to_owned(),
            second_factor_from: from,
            second_factor_before: "OPTIONAL".to_owned(),
            mailed_up_to: None,
            mailed_at: None,
        };
        insert(app, row).await;
        from
    }

    async fn registration(&self, app: &TestApp, id: Uuid) -> Uuid {
        let row = registration::Model {
            id,
            email: "ivy@example.org".to_owned(),
            email_canonical: "ivy@example.org".to_owned(),
            given_name: Some("Rude Words".to_owned()),
            family_name: None,
            locale: "EN".to_owned(),
            password_hash: "x".to_owned(),
            generation: 1,
            created_at: app.now(),
            expires_at: app.now() + Duration::days(1),
            device_hash: None,
            verified_at: None,
        };
        insert(app, row).await;
        id
    }

    async fn reset(&self, app: &TestApp, id: Uuid) -> Uuid {
        let (account_id, created_at) = (self.mia.account.0, app.now());
        let row = password_reset::Model {
            id,
            account_id,
            created_at,
            expires_at: created_at + Duration::hours(1),
            used_at: None,
        };
        insert(app, row).await;
        id
    }

    async fn change(&self, app: &TestApp, id: Uuid, confirmed: bool) -> Uuid {
        let row = email_change::Model {
            id,
            account_id: self.mia.account.0,
            old_email: "old@example.org".to_owned(),
            old_email_canonical: "old@example.org".to_owned(),
            new_email: "new@example.org".to_owned(),
            new_email_canonical: "new@example.org".to_owned(),
            created_at: app.now(),
            expires_at: app.now() + Duration::days(1),
            confirmed_at: confirmed.then(|| app.now()),
            undone_at: None,
        };
        insert(app, row).await;
        id
    }

    async fn request(&self, app: &TestApp, id: Uuid, state: &str, mail: NewMail) -> NewMail {
        let row = access_request::Model {
            id,
            workspace_id: self.ws.id.0,
            account_id: self.mia.account.0,
            state: state.to_owned(),
            message: Some("Let me in".to_owned()),
            answers: "{}".to_owned(),
            terms_version: None,
            requested_at: app.now(),
            decided_at: None,
            decided_by: None,
            reason: Some("No room".to_owned()),
            membership_id: None,
        };
        insert(app, row).await;
        mail.of(self.ws.id).about(AccessRequestId(id))
    }

    async fn renewal(&self, app: &TestApp, id: Uuid, state: &str, mail: NewMail) -> NewMail {
        let row = access_renewal::Model {
            id,
            workspace_id: self.ws.id.0,
            membership_id: self.mia.id.0,
            state: state.to_owned(),
            message: Some("A week more".to_owned()),
            requested_at: app.now(),
            decided_at: None,
            decided_by: None,
            reason: Some("No time".to_owned()),
            ends_at: None,
        };
        insert(app, row).await;
        mail.of(self.ws.id).about(AccessRenewalId(id))
    }

    async fn follow(&self, app: &TestApp, id: Uuid, mail: NewMail) -> NewMail {
        let name = id.simple().to_string();
        let dataset = app.dataset(&self.ws, &name, &self.mia, true, true).await;
        let row = dataset_follow::Model {
            id: follow_id(self.mia.account, dataset),
            workspace_id: self.ws.id.0,
            dataset_id: dataset.0,
            membership_id: self.mia.id.0,
            account_id: self.mia.account.0,
            followed_at: app.now(),
        };
        insert(app, row).await;
        let mail = mail.of(self.ws.id).about(dataset);
        mail.saying(json!({ "day": "2026-03-02" }))
    }

    async fn reuse(&self, app: &TestApp, state: &str, mail: NewMail) -> NewMail {
        let id = app.app.deps.ids.uuid(app.now()).simple().to_string();
        let dataset = app.dataset(&self.ws, &id, &self.mia, true, true).await;
        let id = app.reuse(&self.ws, dataset, self.mia.account).await;
        let sql = "UPDATE reuse SET state = $1, reason = 'Too short' WHERE id = $2";
        app.sql(sql, vec![state.into(), id.0.into()]).await;
        mail.of(self.ws.id).about(id)
    }

    async fn queue_all(&self, app: &TestApp) {
        for kind in MailKind::ALL {
            let mail = self.mail(app, *kind).await;
            queue(app, vec![mail]).await;
        }
    }
}

on_both!(
    mail_2_every_kind_of_mail_is_delivered_with_what_it_is_about,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let cast = Cast::of(app).await;
        cast.queue_all(app).await;
        app.pass(chrono::Duration::seconds(1));
        let sent = deliver(&deps).await.unwrap();
        let all = rows(app).await;
        let left: Vec<_> = all
            .iter()
            .filter(|row| row.sent_at.is_none())
            .map(|row| (&row.kind, &row.last_error))
            .collect();
        assert_eq!(sent, MailKind::ALL.len(), "{left:?}");
        let mails = smtp.mails();
        let of = |kind: MailKind| {
            let row = all.iter().find(|row| row.kind == kind.as_str()).unwrap();
            mails
                .iter()
                .find(|mail| mail.id() == format!("<{}@example.org>", row.id))
                .unwrap_or_else(|| panic!("{kind}"))
        };
        let says = |kind, parts: &[&str]| {
            let mail = of(kind);
            let text = mail.text.replace("\r\n", "\n");
            for part in parts {
                assert!(
                    text.contains(part) || mail.subject.contains(part),
                    "{kind}: {part:?} in {}\n{text}",
                    mail.subject
                );
            }
        };
        use MailKind::*;
        let member = format!("{LINKS}?membership={}", cast.mia.id);
        says(
            AccessEnding,
            &[
                "riverton open data ends in 7 days",
                "on 9 March 2026, 09:00 UTC",
                &member,
            ],
        );
        says(
            AccountDeletionScheduled,
            &[
                "will be deleted on 5 March 2026, 09:00 UTC",
                "sign in before then and cancel",
            ],
        );
        says(AccountDeletionNear, &["will be deleted in 3 days"]);
        says(
            AccountDeletionPostponed,
            &["The account acc_", "- riverton open data\n"],
        );
        says(
            AccessEnded,
            &["Hello Gus", "ended on 2 March 2026, 08:59 UTC"],
        );
        says(
            AccessRenewalApproved,
            &["now ends on 9 March 2026, 09:00 UTC"],
        );
        says(
            AccessRenewalRejected,
            &[
                "Reason given:\n\n> No time",
                "ends on 9 March 2026, 09:00 UTC, as planned",
            ],
        );
        says(
            AccessRenewalRequested,
            &[
                "Mia Member asks for more time in riverton open data",
                "> A week more",
                "?renewal=ren_",
            ],
        );
        says(
            AccessRequested,
            &[
                "Mia Member asks for access to riverton open data",
                "?request=req_",
            ],
        );
        assert!(
            !of(AccessRequested).text.contains("Let me in"),
            "ACC-4: what a stranger wrote stands with the request"
        );
        says(
            AccessRequestApproved,
            &["Welcome to riverton open data", "?workspace=ws_"],
        );
        says(AccessRequestRejected, &["> No room"]);
        says(
            MemberSignedUp,
            &["Mia Member joined riverton open data", "?member=mem_"],
        );
        says(
            QuotaWarning,
            &[
                "You have used 80% of the 12,500 API calls that are allowed today in riverton open data.",
                "further calls are refused until 3 March 2026, 00:00 UTC.",
            ],
        );
        says(
            ReuseApproved,
            &["Your reuse “Tree map” was approved.", "?workspace=ws_"],
        );
        says(
            DatasetUpdated,
            &["was updated on 2 March 2026", "/unsubscribe?token=ccl_unf_"],
        );
        says(ReuseRejected, &["Reason given:\n\n> Too short"]);
        says(
            ReuseDigest,
            &["One reuse is waiting for a decision in riverton open data"],
        );
        says(
            FactorRemovalScheduled,
            &[
                "#ccl_fac_",
                "They will be removed on 3 March 2026, 09:00 UTC",
            ],
        );
        says(
            SecondFactorRequired,
            &[
                "From 16 March 2026, 09:00 UTC on, riverton open data requires",
                "?workspace=ws_",
            ],
        );
        says(QuotaDigest, &["on 2 March 2026", "- Mia Member: 100%\n"]);
        says(
            Registration,
            &["#ccl_reg_", "until 3 March 2026, 09:00 UTC"],
        );
        assert!(!of(Registration).text.contains("Rude"), "ACC-4");
        says(
            PasswordReset,
            &["#ccl_rst_", "until 2 March 2026, 10:00 UTC"],
        );
        says(AccountCreated, &["#ccl_rst_"]);
        says(
            ApiKeyCreated,
            &[
                "A new API key for riverton open data",
                "It begins with cck_",
                "?workspace=ws_",
            ],
        );
        says(
            PasswordChanged,
            &["These API keys still work", "…): riverton open data\n"],
        );
        says(EmailChangeRequested, &["#ccl_chg_"]);
        says(
            EmailChanged,
            &["#ccl_und_", "until 5 March 2026, 09:00 UTC"],
        );
        says(
            Invitation,
            &[
                "#ccl_inv_",
                "Someone invites you to become a member of riverton open data",
                "> Join <us>",
            ],
        );
        says(
            InvitationReminder,
            &[
                "#ccl_inv_",
                "Someone invited you",
                "can accept the invitation until 1 April 2026, 09:00 UTC",
            ],
        );
        assert!(
            !of(InvitationReminder).text.contains("Join"),
            "the note came with the invitation"
        );
        says(
            InvitationAnswered,
            &[
                "- ivy@example.org accepted and is now a member.\n- bo@example.org declined.\n",
                "?workspace=ws_",
            ],
        );
    }
);

on_both!(
    mail_1_what_is_about_something_gone_is_closed_and_not_sent,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let cast = Cast::of(app).await;
        // Each of these makes one mail obsolete, and each is tried on mails of its own.
        use MailKind::*;
        let now = || Value::from(app.now());
        let (mia, gone): (Value, Value) = (cast.mia.id.0.into(), cast.gone.account.0.into());
        let causes: Vec<(MailKind, &str, Vec<Value>)> = vec![
            (
                AccountDeletionScheduled,
                "UPDATE account SET deletion_scheduled_at = NULL WHERE id = $1",
                vec![self::Value::from(cast.mia.account.0)],
            ),
            (
                AccountDeletionNear,
                "UPDATE account SET deletion_scheduled_at = $1",
                vec![now()],
            ),
            (
                AccountDeletionPostponed,
                "UPDATE account SET deletion_scheduled_at = NULL WHERE id = $1",
                vec![self::Value::from(cast.mia.account.0)],
            ),
            (Registration, "DELETE FROM registration", vec![]),
            (
                Registration,
                "UPDATE registration SET generation = 2",
                vec![],
            ),
            (
                Registration,
                "UPDATE registration SET expires_at = $1",
                vec![now()],
            ),
            (
                PasswordReset,
                "UPDATE password_reset SET used_at = $1",
                vec![now()],
            ),
            (
                AccountCreated,
                "UPDATE password_reset SET expires_at = $1",
                vec![now()],
            ),
            (
                EmailChangeRequested,
                "UPDATE email_change SET confirmed_at = $1",
                vec![now()],
            ),
            (
                EmailChanged,
                "UPDATE email_change SET undone_at = $1",
                vec![now()],
            ),
            (
                EmailChanged,
                "UPDATE email_change SET confirmed_at = $1",
                vec![(app.now() - Duration::hours(72)).into()],
            ),
            (
                Invitation,
                "UPDATE invitation SET cancelled_at = $1",
                vec![now()],
            ),
            (
                Invitation,
                "UPDATE invitation SET accepted_at = $1",
                vec![now()],
            ),
            (
                Invitation,
                "UPDATE invitation SET declined_at = $1",
                vec![now()],
            ),
            (Invitation, "UPDATE invitation SET generation = 2", vec![]),
            (
                Invitation,
                "UPDATE invitation SET access_ends_at = $1",
                vec![now()],
            ),
            (
                Invitation,
                "INSERT INTO mail_refusal SELECT DISTINCT workspace_id, $1, created_at FROM invitation",
                vec![vec![9_u8; 32].into()],
            ),
            (
                InvitationReminder,
                "UPDATE invitation SET declined_at = $1",
                vec![now()],
            ),
            (
                InvitationReminder,
                "UPDATE invitation SET generation = 2",
                vec![],
            ),
            (
                InvitationAnswered,
                "UPDATE invitation SET invited_by = NULL",
                vec![],
            ),
            (
                AccessRequested,
                "UPDATE access_request SET state = 'WITHDRAWN'",
                vec![],
            ),
            (
                AccessRequestReceived,
                "UPDATE access_request SET state = 'APPROVED'",
                vec![],
            ),
            (
                AccessRenewalRequested,
                "UPDATE access_renewal SET state = 'REJECTED'",
                vec![],
            ),
            (QuotaDigest, "DELETE FROM quota_warning", vec![]),
            (DatasetUpdated, "DELETE FROM dataset_follow", vec![]),
            (
                DatasetUpdated,
                "UPDATE dataset SET deleted_at = $1",
                vec![now()],
            ),
            (ReuseApproved, "UPDATE reuse SET state = 'PENDING'", vec![]),
            (
                ReuseRejected,
                "UPDATE reuse SET deleted_at = $1",
                vec![now()],
            ),
            (ReuseDigest, "UPDATE reuse SET state = 'APPROVED'", vec![]),
            (
                AccessEnding,
                "UPDATE membership SET ends_at = $1 WHERE id = $2",
                vec![(cast.until + Duration::days(1)).into(), mia.clone()],
            ),
            (
                InactivityWarning,
                "UPDATE membership SET last_active_at = $1 WHERE id = $2",
                vec![(app.now() + Duration::seconds(1)).into(), mia],
            ),
            (
                FactorRemovalScheduled,
                "UPDATE factor_removal SET cancelled_at = $1",
                vec![now()],
            ),
            (
                SecondFactorRequired,
                "UPDATE sign_in_policy SET second_factor = 'OPTIONAL'",
                vec![],
            ),
            (
                AccessEnded,
                "UPDATE account SET erased_at = $1 WHERE id = $2",
                vec![now(), gone],
            ),
            (
                MemberSignedUp,
                "UPDATE membership SET ends_at = $1",
                vec![now()],
            ),
            (
                AccessRenewalRejected,
                "UPDATE membership SET ends_at = $1",
                vec![now()],
            ),
            (
                QuotaWarning,
                "UPDATE workspace SET deleted_at = $1",
                vec![now()],
            ),
        ];
        for (kind, sql, values) in causes {
            let mail = cast.mail(app, kind).await;
            queue(app, vec![mail]).await;
            app.sql(sql, values).await;
            assert_eq!(deliver(&deps).await.unwrap(), 0, "{kind}: {sql}");
            let row = rows(app).await.pop().unwrap();
            let closed = (row.dead_at, row.sent_at, row.last_error.as_deref());
            assert_eq!(
                closed,
                (Some(app.now()), None, Some("OBSOLETE")),
                "{kind}: {sql}"
            );
        }
        assert_eq!(smtp.connections(), 0);
        assert_eq!(
            concierge::service::outbox::state(&deps).await.unwrap().dead,
            0,
            "they are no dead letters"
        );
    }
);

on_both!(
    mem_8_whoever_is_back_is_not_told_that_the_former_time_is_over,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let cast = Cast::of(app).await;
        let mail = cast.mail(app, MailKind::AccessEnded).await;
        queue(app, vec![mail]).await;
        app.member(&cast.ws, "Gus Again")
            .of(cast.gone.account)
            .create()
            .await;
        assert_eq!(deliver(&app.mailing(&smtp)).await.unwrap(), 0);
        assert_eq!(rows(app).await[0].last_error.as_deref(), Some("OBSOLETE"));
    }
);
