//! Every text is there in every language, takes the same values, and is said by something.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::*;
use crate::domain::{
    calendar::TimeZone,
    error_code::ErrorCode,
    limit::{LimitKind, ReachedLimit},
    mail::MailKind,
    permission::{Permission, PermissionGroup},
};

/// What one language says: the names of the values by key.
type Texts = BTreeMap<String, BTreeSet<String>>;

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn tag(locale: Locale) -> String {
    locale.as_str().to_ascii_lowercase()
}

fn placeables(line: &str) -> impl Iterator<Item = String> {
    line.split("{ $").skip(1).map(|rest| {
        let name = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        rest.chars().take_while(name).collect()
    })
}

/// The texts of one file, or of all files of a language.
fn read(locale: Locale, file: Option<&str>) -> Texts {
    let folder = source().join("words").join(tag(locale));
    let mut texts = Texts::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if file.is_some_and(|file| path.file_name().unwrap() != file) {
            continue;
        }
        let (mut message, mut key) = (String::new(), String::new());
        for line in fs::read_to_string(&path).unwrap().lines() {
            let attribute = line.trim_start().strip_prefix('.');
            if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                message = line.split(" =").next().unwrap().to_owned();
                key.clone_from(&message);
            } else if let Some((name, _)) = attribute.and_then(|text| text.split_once(" =")) {
                key = format!("{message}.{name}");
            } else if line.is_empty() || line.starts_with('#') {
                continue;
            } else {
                texts.get_mut(&key).unwrap().extend(placeables(line));
                continue;
            }
            let before = texts.insert(key.clone(), placeables(line).collect());
            assert!(before.is_none(), "{key} twice in {}", tag(locale));
        }
    }
    texts
}

/// The Rust sources but for this folder.
fn sources() -> Vec<String> {
    fn files(folder: &Path, texts: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, texts);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                texts.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut texts = Vec::new();
    for entry in fs::read_dir(source()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("words") {
            files(&path, &mut texts);
        }
    }
    texts
}

#[test]
fn every_language_has_the_same_texts_with_the_same_values() {
    let english = read(Locale::En, None);
    assert!(english.len() > 400, "{} texts were found", english.len());
    for locale in Locale::ALL {
        let texts = read(*locale, None);
        let keys = |texts: &Texts| texts.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(keys(&texts), keys(&english), "{locale}");
        for (key, values) in &texts {
            assert_eq!(values, &english[key], "{key} in {locale}");
        }
    }
}

#[test]
fn every_message_of_a_top_level_error_has_its_text_and_no_text_is_left_over() {
    let declared: Texts = message::ALL
        .iter()
        .map(|(name, values)| {
            let values = values.iter().map(|value| (*value).to_owned()).collect();
            (name.replace('_', "-"), values)
        })
        .collect();
    assert_eq!(declared.len(), message::ALL.len());
    for locale in Locale::ALL {
        assert_eq!(read(*locale, Some("failures.ftl")), declared, "{locale}");
        for (key, values) in &declared {
            let values: Values<'_> = values
                .iter()
                .map(|value| (Cow::Owned(value.clone()), 2.into()))
                .collect();
            let said = find(*locale, key, &values).unwrap();
            assert!(
                !said.is_empty() && !said.contains(['{', '}']),
                "{key}: {said}"
            );
        }
    }
}

/// What may stand in a message that calls for `name`.
fn sample(name: &str) -> FluentValue<'static> {
    match name {
        "seconds" | "most" | "more" | "least" | "length" | "cost" | "number" => 2.into(),
        // As `admission::shortened` writes what was sent.
        "id" | "ids" | "cursor" | "value" | "kind" => "\"x\"".into(),
        "why" => "This is why.".into(),
        _ => "name".into(),
    }
}

/// Messages stand alone and behind one another: each begins like a sentence. What was found and
/// what the parser expected are put into the middle of one.
#[test]
fn every_sentence_of_a_message_begins_like_one() {
    let begins_well = |sentence: &str| {
        sentence
            .chars()
            .find(|c| !matches!(c, '"' | '«' | '\u{a0}' | ' '))
            .is_some_and(|c| !c.is_lowercase() || sentence.starts_with(['"', '«']))
    };
    for locale in Locale::ALL {
        for (name, values) in message::ALL {
            if name.starts_with("found_") {
                continue;
            }
            let put: Values<'_> = values
                .iter()
                .map(|value| (Cow::Borrowed(*value), sample(value)))
                .collect();
            let said = text(*locale, &name.replace('_', "-"), &put);
            for sentence in said.split(". ") {
                assert!(begins_well(sentence), "{name} in {locale}: {said}");
            }
        }
    }
}

#[test]
fn every_explanation_and_every_permission_has_its_text_and_no_text_is_left_over() {
    let suggestions: BTreeSet<String> = explanation::keys().into_iter().collect();
    let groups = PermissionGroup::ALL.iter().map(|group| group.as_str());
    let groups = groups.map(|group| format!("permission-group-{}", in_key(group)));
    let permissions = Permission::ALL.iter().flat_map(|permission| {
        let key = format!("permission-{}", in_key(permission.as_str()));
        [format!("{key}.description"), key]
    });
    let permissions: BTreeSet<String> = groups.chain(permissions).collect();
    for locale in Locale::ALL {
        let keys = |file| {
            read(*locale, Some(file))
                .into_keys()
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(keys("explanations.ftl"), suggestions, "{locale}");
        assert_eq!(keys("catalogue.ftl"), permissions, "{locale}");
    }
}

#[test]
fn every_code_is_answered_by_something() {
    let sources = sources();
    for code in ErrorCode::ALL {
        let written = format!("ErrorCode::{code:?}");
        assert!(
            sources.iter().any(|source| source.contains(&written)),
            "{code} is answered by nothing"
        );
    }
}

#[test]
fn every_limit_and_every_code_has_its_text_and_no_text_is_left_over() {
    let limits: BTreeSet<String> = LimitKind::ALL
        .iter()
        .map(|kind| user_error::limit_key(&ReachedLimit::of(*kind, 1)))
        .chain(
            [
                "limit-until",
                "bound-at-least",
                "bound-at-most",
                "bound-between",
                "bound-not-empty",
            ]
            .map(str::to_owned),
        )
        .collect();
    for locale in Locale::ALL {
        let keys = read(*locale, Some("errors.ftl")).into_keys();
        let (errors, others): (BTreeSet<String>, BTreeSet<String>) =
            keys.partition(|key| key.starts_with("error-"));
        assert_eq!(others, limits);
        let codes = ErrorCode::ALL
            .iter()
            .map(|code| user_error::code_key(code.as_str()));
        assert_eq!(errors, codes.collect());
    }
}

#[test]
fn mail_2_every_kind_of_mail_has_its_texts_and_no_text_is_left_over() {
    let renderer = fs::read_to_string(source().join("mail/render.rs")).unwrap();
    let parts: Vec<&str> = renderer
        .split("own(\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert!(parts.len() >= 5, "{parts:?}");
    for locale in Locale::ALL {
        let mut left = read(*locale, Some("mails.ftl"));
        for kind in MailKind::ALL {
            let prefix = in_key(kind.as_str());
            for part in ["subject", "body", "why"] {
                let key = format!("{prefix}-{part}");
                assert!(left.remove(&key).is_some(), "{key} in {locale}");
            }
            if kind.link().is_some() {
                let key = format!("{prefix}-action");
                assert!(left.contains_key(&key), "{key} in {locale}");
            }
            // The lines of mails that name keys.
            left.remove(&format!("{prefix}-line"));
            for part in &parts {
                left.remove(&format!("{prefix}-{part}"));
            }
        }
        for key in left.keys() {
            assert!(
                renderer.contains(&format!("\"{key}\"")),
                "{key} is said by nothing"
            );
        }
    }
}

#[test]
fn every_shared_text_is_said_by_something() {
    let mut sources = sources();
    for own in ["words.rs", "words/message.rs", "words/theme.rs"] {
        sources.push(fs::read_to_string(source().join(own)).unwrap());
    }
    for key in read(Locale::En, Some("common.ftl")).keys() {
        assert!(
            sources
                .iter()
                .any(|source| source.contains(&format!("\"{key}\""))),
            "{key} is said by nothing"
        );
    }
}

#[test]
fn mail_2_dates_and_numbers_are_written_as_the_language_does() {
    let at = DateTime::from_timestamp(1_772_326_800, 0).unwrap();
    assert_eq!(
        instant(Locale::En, TimeZone::default(), at),
        "1 March 2026, 01:00 UTC"
    );
    assert_eq!(
        instant(Locale::Fr, TimeZone::default(), at),
        "1er mars 2026 à 01:00 UTC"
    );
    assert_eq!(
        instant(Locale::Nl, TimeZone::default(), at),
        "1 maart 2026 om 01:00 UTC"
    );
    let in_zone = |name: &str| instant(Locale::En, name.parse().unwrap(), at);
    assert_eq!(in_zone("Europe/Amsterdam"), "1 March 2026, 02:00 CET");
    assert_eq!(in_zone("America/New_York"), "28 February 2026, 20:00 EST");
    assert_eq!(in_zone("Asia/Kathmandu"), "1 March 2026, 06:45 UTC+05:45");
    assert_eq!(number(Locale::En, 1_234_567), "1,234,567");
    assert_eq!(number(Locale::Fr, 1_000), "1\u{202f}000");
    assert_eq!(
        (number(Locale::Nl, 999), number(Locale::Nl, 0)),
        ("999".to_owned(), "0".to_owned())
    );
}
