//! Renders mails: every kind in every language, as subject, plain text and HTML (MAIL-2). Rendered
//! when sent; the texts are in `words`.
//!
//! Owns how facts become sentences. Must not decide to whom a mail goes, nor whether it is still
//! relevant.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use fluent_templates::fluent_bundle::FluentValue;

use super::layout;
use crate::{
    domain::{
        calendar::TimeZone,
        mail::MailKind,
        name::has_link,
        second_factor::SecondFactorKind,
        vocabulary::{Locale, QuotaLimiter, QuotaPeriod},
    },
    words::{self, Values, date, instant, number},
};

/// The longest name that is shown, in characters. Longer names are cut.
const LONGEST_NAME: usize = 120;

/// The state of a limit, for a warning (QUOTA-8).
#[derive(Debug, Clone)]
pub struct LimitFacts {
    /// 80 or 100.
    pub percent: i64,
    pub limit: i64,
    pub period: QuotaPeriod,
    /// The kind of limit.
    pub limiter: QuotaLimiter,
}

/// A member who reached a limit, for the digest (QUOTA-8).
#[derive(Debug, Clone)]
pub struct Shortage {
    /// The member's name.
    pub person: Option<String>,
    /// 80 or 100.
    pub percent: i64,
}

/// An API key that still works, by its visible prefix, and its workspace.
#[derive(Debug, Clone)]
pub struct LivingKey {
    /// The prefix of its secret.
    pub prefix: String,
    pub name: Option<String>,
    pub workspace: Option<String>,
}

/// Somebody's answer to an invitation (JOIN-15).
#[derive(Debug, Clone)]
pub struct InvitationAnswer {
    /// The person's name.
    pub person: Option<String>,
    /// Accepted or declined.
    pub accepted: bool,
}

/// The facts of a mail. All are optional: sentences leave out what is missing.
#[derive(Clone, Default)]
pub struct Facts {
    /// The receiver's given name.
    pub receiver: Option<String>,
    /// The workspace's name.
    pub workspace: Option<String>,
    /// The workspace's time zone: instants are shown in it.
    pub zone: TimeZone,
    /// Another person's name: the requester, the inviter, the new member.
    pub person: Option<String>,
    /// What somebody wrote: the note of an invitation, a reason, a message. Plain text of several
    /// lines.
    pub quote: Option<String>,
    /// An end, or until when the link is valid.
    pub until: Option<DateTime<Utc>>,
    /// The days until then.
    pub days: Option<i64>,
    /// The day of a digest.
    pub day: Option<NaiveDate>,
    /// The limit of a warning.
    pub limit: Option<LimitFacts>,
    /// Members who reached a limit.
    pub shortages: Vec<Shortage>,
    /// Answers to invitations.
    pub answers: Vec<InvitationAnswer>,
    /// How many more shortages, keys or answers there are.
    pub more: i64,
    /// The prefix of the key that the mail is about.
    pub key: Option<String>,
    /// Keys that still work.
    pub keys: Vec<LivingKey>,
    /// The kind of the second factor that the mail is about.
    pub factor: Option<SecondFactorKind>,
    /// How many recovery codes are left.
    pub left: Option<i64>,
    /// The title of the reuse or dataset that the mail is about.
    pub title: Option<String>,
    /// How many reuses wait.
    pub pending: Option<i64>,
    /// The target of the button.
    pub link: Option<String>,
    /// Where mails of this kind are unsubscribed from, without signing in (RFC 8058).
    pub unsubscribe: Option<String>,
}

impl Facts {
    /// The same without names that a mail program would turn into links.
    fn without_links(mut self) -> Self {
        let speaks = |name: &mut Option<String>| {
            name.take_if(|name| has_link(name));
        };
        [
            &mut self.receiver,
            &mut self.workspace,
            &mut self.person,
            &mut self.title,
        ]
        .into_iter()
        .for_each(speaks);
        self.shortages
            .iter_mut()
            .for_each(|shortage| speaks(&mut shortage.person));
        self.answers
            .iter_mut()
            .for_each(|answer| speaks(&mut answer.person));
        self.keys
            .iter_mut()
            .flat_map(|key| [&mut key.name, &mut key.workspace])
            .for_each(speaks);
        self
    }
}

/// A rendered mail. No `Debug`, because its link may contain a token.
#[derive(Clone)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// For clients without HTML.
    pub text: String,
    /// The same in HTML.
    pub html: String,
    /// The target of its button.
    pub link: Option<String>,
    /// What its header says about unsubscribing (RFC 8058).
    pub unsubscribe: Option<String>,
}

/// The texts of one kind of mail in one language, with their values.
struct Words<'a> {
    locale: Locale,
    prefix: String,
    values: Values<'a>,
}

impl Words<'_> {
    fn get(&self, key: &str) -> String {
        look_up(self.locale, key, &self.values)
    }

    /// A text of this kind of mail.
    fn own(&self, what: &str) -> String {
        self.get(&format!("{}-{what}", self.prefix))
    }
}

/// Empty if there is no such text: not every mail has a button or a quote.
fn look_up(locale: Locale, key: &str, values: &Values<'_>) -> String {
    words::find(locale, key, values).unwrap_or_default()
}

/// Mails that may reach people who did not ask for them. Any names in them may have been typed by a
/// stranger (ACC-4).
const fn names_nobody(kind: MailKind) -> bool {
    use MailKind::*;
    matches!(
        kind,
        Registration | EmailChangeRequested | EmailChanged | AddressInUse | AccountCreated
    )
}

/// Renders the mail of this kind in this language. Leaves out names with links, from before those
/// were refused (MAIL-3).
pub fn render(kind: MailKind, locale: Locale, facts: &Facts) -> Rendered {
    let facts = &if names_nobody(kind) {
        Facts {
            link: facts.link.clone(),
            until: facts.until,
            zone: facts.zone,
            ..Facts::default()
        }
    } else {
        facts.clone().without_links()
    };
    let words = words_of(kind, locale, facts);
    // Only what one has subscribed to has a link to unsubscribe.
    let unsubscribe = (facts.unsubscribe.clone()).filter(|_| kind == MailKind::DatasetUpdated);
    let subject = one_line(&words.own("subject"), usize::MAX);
    let paragraphs = |text: String| {
        text.split("\n\n")
            .map(|part| one_line(part, usize::MAX))
            .collect::<Vec<_>>()
    };
    let quote = facts
        .quote
        .as_deref()
        .map(several_lines)
        .filter(|quote| !quote.is_empty());
    let mail = layout::Parts {
        language: language(locale),
        brand: facts
            .workspace
            .as_deref()
            .map_or_else(|| words.get("brand"), name),
        greeting: words.get("greeting"),
        body: paragraphs(words.own("body")),
        quote: quote.map(|quote| (words.own("quote"), quote)),
        items: items(kind, locale, facts),
        action: facts.link.clone().map(|link| layout::Action {
            label: words.own("action"),
            or_copy: words.get("or-copy"),
            after: words.get(if facts.until.is_some() && kind.link().is_some() {
                "link-until"
            } else {
                "nothing"
            }),
            link,
        }),
        foot: paragraphs(words.own("why")),
        unsubscribe: unsubscribe
            .clone()
            .map(|link| (words.own("unsubscribe"), link)),
        subject: subject.clone(),
    };
    Rendered {
        subject,
        text: mail.text(),
        html: mail.html(),
        link: facts.link.clone(),
        unsubscribe,
    }
}

fn words_of<'a>(kind: MailKind, locale: Locale, facts: &Facts) -> Words<'a> {
    let none = Values::new();
    let mut values: Values<'a> = Values::new();
    let mut put =
        |name: &'static str, value: FluentValue<'a>| values.insert(Cow::Borrowed(name), value);
    let yes_or_no = |is_so: bool| FluentValue::from(if is_so { "yes" } else { "no" });
    put("hasName", yes_or_no(facts.receiver.is_some()));
    put(
        "name",
        facts
            .receiver
            .as_deref()
            .map(name)
            .unwrap_or_default()
            .into(),
    );
    put(
        "workspace",
        facts
            .workspace
            .as_deref()
            .map_or_else(|| look_up(locale, "some-workspace", &none), name)
            .into(),
    );
    put(
        "person",
        facts
            .person
            .as_deref()
            .map_or_else(|| look_up(locale, "somebody", &none), name)
            .into(),
    );
    put("hasUntil", yes_or_no(facts.until.is_some()));
    put(
        "until",
        facts
            .until
            .map(|until| instant(locale, facts.zone, until))
            .unwrap_or_default()
            .into(),
    );
    put("days", facts.days.unwrap_or_default().into());
    put(
        "day",
        facts
            .day
            .map(|day| date(locale, day))
            .unwrap_or_default()
            .into(),
    );
    put("key", facts.key.clone().unwrap_or_default().into());
    put("count", facts.keys.len().into());
    put(
        "factor",
        facts
            .factor
            .map_or("OTHER", SecondFactorKind::as_str)
            .into(),
    );
    put("left", facts.left.unwrap_or_default().into());
    put("pending", facts.pending.unwrap_or_default().into());
    put("hasTitle", yes_or_no(facts.title.is_some()));
    put(
        "title",
        facts.title.as_deref().map(name).unwrap_or_default().into(),
    );
    if let Some(limit) = &facts.limit {
        put("percent", limit.percent.into());
        put("limit", number(locale, limit.limit).into());
        put("period", limit.period.as_str().into());
        put("limiter", limit.limiter.as_str().into());
    }
    Words {
        locale,
        prefix: text_prefix(kind),
        values,
    }
}

/// What the names of this mail's texts begin with.
fn text_prefix(kind: MailKind) -> String {
    kind.as_str().to_ascii_lowercase().replace('_', "-")
}

fn items(kind: MailKind, locale: Locale, facts: &Facts) -> Vec<String> {
    let none = Values::new();
    let named = |person: &Option<String>| {
        person
            .as_deref()
            .map_or_else(|| look_up(locale, "somebody", &none), name)
    };
    let more = |key: &str| {
        let more = look_up(
            locale,
            key,
            &Values::from([(Cow::Borrowed("count"), facts.more.into())]),
        );
        (facts.more > 0).then_some(more)
    };
    if kind == MailKind::InvitationAnswered {
        let line = |answer: &InvitationAnswer| {
            let key = if answer.accepted {
                "invitation-answered-accepted"
            } else {
                "invitation-answered-declined"
            };
            look_up(
                locale,
                key,
                &Values::from([(Cow::Borrowed("person"), named(&answer.person).into())]),
            )
        };
        return facts
            .answers
            .iter()
            .map(line)
            .chain(more("invitation-answered-more"))
            .collect();
    }
    let line = |shortage: &Shortage| {
        let person = named(&shortage.person);
        let values = Values::from([
            (Cow::Borrowed("person"), person.into()),
            (Cow::Borrowed("percent"), shortage.percent.into()),
        ]);
        look_up(locale, "quota-digest-line", &values)
    };
    let line_key = format!("{}-line", text_prefix(kind));
    let key = |key: &LivingKey| {
        let prefix = format!("{}…", key.prefix);
        let shown = key.name.as_deref().map_or_else(
            || prefix.clone(),
            |called| format!("{} ({prefix})", name(called)),
        );
        let workspace = key
            .workspace
            .as_deref()
            .map_or_else(|| look_up(locale, "some-workspace", &none), name);
        let values = Values::from([
            (Cow::Borrowed("key"), shown.into()),
            (Cow::Borrowed("workspace"), workspace.into()),
        ]);
        look_up(locale, &line_key, &values)
    };
    facts
        .shortages
        .iter()
        .map(line)
        .chain(facts.keys.iter().map(key))
        .chain(more("quota-digest-more"))
        .collect()
}

const fn language(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "en",
        Locale::Fr => "fr",
        Locale::Nl => "nl",
    }
}

/// A name for a sentence or a header: one line, no marks that turn the text around, limited in
/// length.
fn name(text: &str) -> String {
    one_line(text, LONGEST_NAME)
}

fn one_line(text: &str, longest: usize) -> String {
    let shown: String = text
        .chars()
        .filter(|c| !is_hidden(*c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    shown
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(longest)
        .collect()
}

fn several_lines(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| one_line(line, usize::MAX))
        .collect();
    lines.join("\n").trim().to_owned()
}

/// Invisible characters that change how others are shown or read.
const fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests;
