//! A mail for everybody whom it concerns: who that is, is looked up when it is sent (QUOTA-8).

use std::collections::BTreeSet;

use chrono::Duration;
use concierge::{
    domain::{
        interval::Interval,
        mail::MailKind,
        permission::{Permission, Preset},
    },
    job::outbox::deliver,
    store::outbox::Receiver,
};
use serde_json::json;

use super::{new, queue, rows};
use crate::support::{on_both, smtp::Smtp};

on_both!(
    quota_8_the_digest_goes_to_each_holder_of_the_permission_once,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let ws = app.workspace("riverton").await;
        let other = app.workspace("lakeside").await;
        let all = Permission::EditAllDatasets;
        let ada = app.administrator(&ws, "Ada Admin").await;
        let pat = app
            .member(&ws, "Pat Publisher")
            .preset(Preset::Publisher)
            .create()
            .await;
        let dee = app.member(&ws, "Dee Direct").with(all).create().await;
        let group = app.group(&ws, "Editors", &[all]).await;
        let gia = app.member(&ws, "Gia Grouped").create().await;
        app.put_into(
            &ws,
            group,
            &gia,
            Interval::from(app.now() - Duration::minutes(5)),
        )
        .await;
        let mia = app
            .member(&ws, "Mia Member")
            .preset(Preset::Editor)
            .create()
            .await;
        app.member(&ws, "Dis Abled")
            .with(all)
            .disabled()
            .create()
            .await;
        app.member(&ws, "Sam Scheduled")
            .with(all)
            .during(Interval::from(app.now() + Duration::days(9)))
            .create()
            .await;
        app.member(&ws, "Eli Ended")
            .with(all)
            .until(app.now() - Duration::minutes(1))
            .create()
            .await;
        app.administrator(&other, "Eve Elsewhere").await;
        for (subject, threshold) in [(mia.account, 80), (mia.account, 100), (gia.account, 80)] {
            let sql = "INSERT INTO quota_warning (workspace_id, subject, quota_type, period_start, threshold) VALUES ($1, $2, 'API_CALLS', $3, $4)";
            let day: chrono::DateTime<chrono::Utc> = "2026-03-02T00:00:00Z".parse().unwrap();
            app.sql(
                sql,
                vec![
                    ws.id.0.into(),
                    subject.to_string().into(),
                    day.into(),
                    threshold.into(),
                ],
            )
            .await;
        }
        let mail = new(app, MailKind::QuotaDigest, Receiver::Audience)
            .of(ws.id)
            .about(ws.id)
            .saying(json!({ "day": "2026-03-02" }));
        queue(app, vec![mail.after(app.now() + Duration::hours(15))]).await;
        assert_eq!(deliver(&deps).await.unwrap(), 0, "the day is not over");
        app.pass(Duration::hours(15));
        // Whoever gets the permission meanwhile is told too.
        let lea = app.member(&ws, "Lea Late").with(all).create().await;
        assert_eq!(deliver(&deps).await.unwrap(), 5);
        assert_eq!(deliver(&deps).await.unwrap(), 0);
        let mails = smtp.mails();
        let to: BTreeSet<String> = mails.iter().flat_map(|mail| mail.to.clone()).collect();
        assert_eq!(
            to,
            [&ada, &pat, &dee, &gia, &lea]
                .map(|member| member.email.clone())
                .into()
        );
        assert_eq!(mails.len(), 5, "each once");
        let text = mails[0].text.replace("\r\n", "\n");
        assert!(
            text.contains("\n- Mia Member: 100%\n- Gia Grouped: 80%\n"),
            "{text}"
        );
        let all = rows(app).await;
        assert_eq!(all.len(), 6, "the one that was queued, and one for each");
        assert!(all.iter().all(|row| row.sent_at.is_some()));
    }
);

on_both!(
    quota_8_a_digest_of_a_workspace_without_holders_is_closed,
    |app| {
        let Some(smtp) = Smtp::start() else { return };
        let deps = app.mailing(&smtp);
        let ws = app.workspace("riverton").await;
        let mail = || {
            new(app, MailKind::QuotaDigest, Receiver::Audience)
                .of(ws.id)
                .about(ws.id)
                .saying(json!({ "day": "2026-03-02" }))
        };
        queue(app, vec![mail(), mail()]).await;
        assert_eq!(deliver(&deps).await.unwrap(), 0);
        let all = rows(app).await;
        assert_eq!(all.len(), 2);
        assert!(
            all.iter()
                .all(|row| row.sent_at.is_some() && row.attempts == 1)
        );
    }
);
