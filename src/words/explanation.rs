//! What a suggestion says to people: one sentence.

use std::borrow::Cow;

use super::{Values, catalogue, in_key, plain, text};
use crate::domain::{
    access::AccessSuggestionKind,
    permission::Permission,
    vocabulary::{Locale, ResourceAccess},
};

/// What a suggestion is about, as people call it.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// Nothing but the member, the address or the item.
    Nothing,
    /// A permission.
    Permission(Permission),
    /// A role, by its name.
    Role(&'a str),
    /// A group, by its title.
    Group(&'a str),
    /// An access.
    Access(ResourceAccess),
}

/// The sentence for a reader of `locale`.
pub fn suggestion(kind: AccessSuggestionKind, subject: Subject<'_>, locale: Locale) -> String {
    let name = match subject {
        Subject::Nothing => String::new(),
        Subject::Permission(permission) => catalogue::label(permission, locale),
        Subject::Role(name) | Subject::Group(name) => name.to_owned(),
        Subject::Access(access) => plain(locale, &access_key(access)),
    };
    let values = Values::from([(Cow::Borrowed("name"), name.into())]);
    text(locale, &suggestion_key(kind, subject), &values)
}

fn access_key(access: ResourceAccess) -> String {
    format!("access-to-{}", in_key(access.as_str()))
}

fn suggestion_key(kind: AccessSuggestionKind, subject: Subject<'_>) -> String {
    let with = match (kind, subject) {
        (AccessSuggestionKind::Invite, Subject::Permission(_)) => "-permission",
        (AccessSuggestionKind::Invite, Subject::Role(_)) => "-role",
        (AccessSuggestionKind::Invite, Subject::Group(_)) => "-group",
        _ => "",
    };
    format!("suggest-{}{with}", in_key(kind.as_str()))
}

/// The keys of every suggestion and of every access.
#[cfg(test)]
pub(super) fn keys() -> Vec<String> {
    let permission = Subject::Permission(Permission::ManageReuses);
    let subjects = [
        permission,
        Subject::Nothing,
        Subject::Role(""),
        Subject::Group(""),
    ];
    let mut keys: Vec<String> = AccessSuggestionKind::ALL
        .iter()
        .flat_map(|kind| subjects.map(|subject| suggestion_key(*kind, subject)))
        .chain(ResourceAccess::ALL.iter().map(|access| access_key(*access)))
        .collect();
    keys.sort();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suggestion_is_one_sentence_of_its_own_in_every_language() {
        let permission = Subject::Permission(Permission::ManageReuses);
        for locale in Locale::ALL {
            let mut all: Vec<String> = AccessSuggestionKind::ALL
                .iter()
                .map(|kind| suggestion(*kind, permission, *locale))
                .collect();
            all.extend(
                [
                    Subject::Nothing,
                    Subject::Role("Reader"),
                    Subject::Group("Parks"),
                ]
                .map(|subject| suggestion(AccessSuggestionKind::Invite, subject, *locale)),
            );
            assert!(
                all.iter()
                    .all(|text| text.ends_with('.') && !text.contains(['{', '}'])),
                "{all:?}"
            );
            let count = all.len();
            all.sort();
            all.dedup();
            assert_eq!(all.len(), count);
        }
        let edit = Subject::Access(ResourceAccess::Edit);
        assert_eq!(
            suggestion(AccessSuggestionKind::GrantAccess, edit, Locale::Nl),
            "Geef het lid toegang tot het item: bewerken."
        );
        assert_eq!(
            suggestion(
                AccessSuggestionKind::GiveRole,
                Subject::Role("{ $name }"),
                Locale::En
            ),
            "Give the member the role \"{ $name }\"."
        );
    }
}
