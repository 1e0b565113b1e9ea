use std::collections::BTreeSet;

use super::*;

const LINK: &str = "https://example.org/playground/link/#ccl_inv_0123456789";

fn everything(text: &str) -> Facts {
    Facts {
        receiver: Some(text.to_owned()),
        workspace: Some(text.to_owned()),
        person: Some(text.to_owned()),
        quote: Some(format!("{text}\n\n{text}")),
        until: DateTime::from_timestamp(1_790_000_000, 0),
        zone: TimeZone::default(),
        days: Some(7),
        day: NaiveDate::from_ymd_opt(2026, 3, 1),
        limit: Some(LimitFacts {
            percent: 80,
            limit: 1_234_567,
            period: QuotaPeriod::Day,
            limiter: QuotaLimiter::Member,
        }),
        shortages: vec![
            Shortage {
                person: Some(text.to_owned()),
                percent: 100,
            },
            Shortage {
                person: None,
                percent: 80,
            },
        ],
        answers: vec![
            InvitationAnswer {
                person: Some(text.to_owned()),
                accepted: true,
            },
            InvitationAnswer {
                person: None,
                accepted: false,
            },
        ],
        more: 3,
        key: Some("cck0123abcd".to_owned()),
        keys: vec![LivingKey {
            prefix: "cck0123abcd".to_owned(),
            name: Some(text.to_owned()),
            workspace: Some(text.to_owned()),
        }],
        factor: Some(SecondFactorKind::Totp),
        left: Some(2),
        title: Some(text.to_owned()),
        pending: Some(2),
        link: Some(LINK.to_owned()),
        unsubscribe: Some(LINK.to_owned()),
    }
}

fn each(mut check: impl FnMut(MailKind, Locale)) {
    for kind in MailKind::ALL {
        for locale in Locale::ALL {
            check(*kind, *locale);
        }
    }
}

/// Checks that no sentence shows a placeholder or an internal word.
#[track_caller]
fn assert_whole(kind: MailKind, locale: Locale, mail: &Rendered) {
    let message = format!("{kind} {locale}: {}\n{}", mail.subject, mail.text);
    assert!(
        !mail.subject.is_empty() && !mail.subject.contains('\n'),
        "{message}"
    );
    for text in [&mail.subject, &mail.text] {
        for wrong in ["{", "}", "$", "  ", " .", "hasUntil", "_", "unused"] {
            let text = text.replace(LINK, "").replace("-- \n", "");
            assert!(!text.contains(wrong), "{wrong:?} in {message}");
        }
    }
    let paragraphs = mail.text.split("\n\n").count();
    assert!(paragraphs >= 3, "{message}");
}

#[test]
fn mail_2_every_kind_is_whole_in_every_language() {
    each(|kind, locale| {
        // What is always known for a mail of this kind is also in the minimal facts.
        let (until, days, day) = (
            everything("").until,
            everything("").days,
            everything("").day,
        );
        let certain = if matches!(
            kind,
            MailKind::AccessEnding
                | MailKind::AccountDeletionNear
                | MailKind::AccountDeletionPostponed
                | MailKind::AccountDeletionScheduled
                | MailKind::FactorRemovalScheduled
                | MailKind::InactivityWarning
                | MailKind::QuotaWarning
        ) {
            until
        } else {
            None
        };
        let lean = Facts {
            until: certain,
            days,
            day,
            key: everything("").key,
            ..Facts::default()
        };
        for facts in [
            everything("Ada"),
            Facts {
                link: Some(LINK.to_owned()),
                ..lean.clone()
            },
            lean,
        ] {
            let limit = LimitFacts {
                percent: 100,
                limit: 5,
                period: QuotaPeriod::Month,
                limiter: QuotaLimiter::License,
            };
            let facts = Facts {
                limit: Some(facts.limit.clone().unwrap_or(limit)),
                ..facts
            };
            assert_whole(kind, locale, &render(kind, locale, &facts));
        }
    });
}

#[test]
fn mail_2_the_languages_differ() {
    for kind in MailKind::ALL {
        let texts: BTreeSet<String> = Locale::ALL
            .iter()
            .map(|locale| render(*kind, *locale, &everything("Ada")).text)
            .collect();
        assert_eq!(texts.len(), Locale::ALL.len(), "{kind}");
    }
}

#[test]
fn mail_2_whatever_is_put_in_is_escaped() {
    let hostile = "<script>alert(\"1\")</script>&'\r\nBcc: eve@example.org\u{202e}";
    each(|kind, locale| {
        let mail = render(kind, locale, &everything(hostile));
        assert!(
            !mail.html.contains("<script") && !mail.html.contains("alert(\""),
            "{kind} {locale}"
        );
        assert!(
            !mail.subject.contains(['\r', '\n', '\u{202e}']),
            "{kind} {locale}"
        );
        assert!(
            !mail.text.contains("\nBcc:") && !mail.html.contains('\u{202e}'),
            "{kind} {locale}"
        );
        let balanced = |tag: &str| {
            mail.html.matches(&format!("<{tag}")).count()
                == mail.html.matches(&format!("</{tag}>")).count()
        };
        assert!(
            [
                "table",
                "tr",
                "td",
                "p",
                "a",
                "div",
                "ul",
                "li",
                "h1",
                "blockquote"
            ]
            .into_iter()
            .all(balanced),
            "{kind}"
        );
        assert!(
            !mail.html.contains("src=") && mail.html.matches("http").count() <= 4,
            "nothing is fetched from elsewhere"
        );
    });
}

#[test]
fn mail_2_a_link_is_the_only_secret_and_stands_where_it_is_meant() {
    each(|kind, locale| {
        let mail = render(kind, locale, &everything("Ada"));
        let unsubscribing = usize::from(kind == MailKind::DatasetUpdated);
        assert_eq!(mail.unsubscribe.is_some(), unsubscribing == 1);
        assert_eq!(
            mail.text.matches("ccl_").count(),
            1 + unsubscribing,
            "{kind} {locale}"
        );
        assert_eq!(
            mail.html.matches("ccl_").count(),
            3 + unsubscribing,
            "{kind} {locale}: the button, and the address to copy"
        );
        assert!(!mail.subject.contains("ccl_"));
    });
}

#[test]
fn mail_3_no_name_in_a_mail_brings_a_link() {
    let facts = Facts {
        quote: None,
        ..everything("Claim it at https://evil.example/x")
    };
    each(|kind, locale| {
        let mail = render(kind, locale, &facts);
        for text in [&mail.subject, &mail.text, &mail.html] {
            assert!(
                !text.contains("evil") && !text.contains("Claim"),
                "{kind} {locale}: {text}"
            );
        }
        assert_whole(kind, locale, &mail);
    });
}

#[test]
fn acc_4_mails_to_whoever_did_not_ask_have_nobody_s_words() {
    let named = |text: &str| text.contains("Zorro");
    for locale in Locale::ALL {
        for kind in [
            MailKind::Registration,
            MailKind::EmailChangeRequested,
            MailKind::AddressInUse,
            MailKind::EmailChanged,
        ] {
            let mail = render(kind, *locale, &everything("Zorro"));
            assert!(
                !named(&mail.subject) && !named(&mail.text) && !named(&mail.html),
                "{kind} {locale}"
            );
        }
        for kind in [MailKind::Invitation, MailKind::InvitationReminder] {
            let mail = render(kind, *locale, &everything("Zorro"));
            assert!(
                !named(&mail.subject) && named(&mail.text),
                "{kind} {locale}: nothing in the head"
            );
        }
    }
}

#[test]
fn mail_2_days_are_counted_as_people_do() {
    let ends = |days| {
        render(
            MailKind::AccessEnding,
            Locale::En,
            &Facts {
                days: Some(days),
                ..everything("Riverton")
            },
        )
        .subject
    };
    assert_eq!(
        (ends(1), ends(7)),
        (
            "Your access to Riverton ends tomorrow".into(),
            "Your access to Riverton ends in 7 days".into()
        )
    );
}
