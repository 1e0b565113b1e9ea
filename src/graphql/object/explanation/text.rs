//! What a suggestion says to people: one sentence, in the languages of the product.

use crate::domain::{
    access::AccessSuggestionKind as Kind,
    catalogue,
    permission::Permission,
    vocabulary::{Locale, ResourceAccess},
};

/// A sentence in English, French, Dutch; `{}` is what it is about.
type Sentence = [&'static str; 3];

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

const fn sentence(kind: Kind, subject: Subject<'_>) -> Sentence {
    match (kind, subject) {
        (Kind::EnableMember, _) => [
            "Enable the member.",
            "Réactivez le membre.",
            "Schakel het lid weer in.",
        ],
        (Kind::ExtendAccess, _) => [
            "Change the member's access period so that it covers this instant.",
            "Modifiez la période d'accès du membre pour qu'elle couvre cet instant.",
            "Wijzig de toegangsperiode van het lid zodat dit moment erin valt.",
        ],
        (Kind::PublishResource, _) => [
            "Publish the item.",
            "Publiez l'élément.",
            "Publiceer het item.",
        ],
        (Kind::WidenKey, _) => [
            "Add the permission \"{}\" to the key's list.",
            "Ajoutez la permission « {} » à la liste de la clé.",
            "Voeg het recht \"{}\" toe aan de lijst van de sleutel.",
        ],
        (Kind::GrantAccess, _) => [
            "Grant the member access to the item: {}.",
            "Accordez au membre un accès à l'élément : {}.",
            "Geef het lid toegang tot het item: {}.",
        ],
        (Kind::GrantPermission, _) => [
            "Grant the member the permission \"{}\".",
            "Accordez au membre la permission « {} ».",
            "Geef het lid het recht \"{}\".",
        ],
        (Kind::GiveRole, _) => [
            "Give the member the role \"{}\".",
            "Donnez au membre le rôle « {} ».",
            "Geef het lid de rol \"{}\".",
        ],
        (Kind::AddToGroup, _) => [
            "Add the member to the group \"{}\".",
            "Ajoutez le membre au groupe « {} ».",
            "Voeg het lid toe aan de groep \"{}\".",
        ],
        (Kind::Invite, Subject::Permission(_)) => [
            "Invite this address with the permission \"{}\".",
            "Invitez cette adresse avec la permission « {} ».",
            "Nodig dit adres uit met het recht \"{}\".",
        ],
        (Kind::Invite, Subject::Role(_)) => [
            "Invite this address with the role \"{}\".",
            "Invitez cette adresse avec le rôle « {} ».",
            "Nodig dit adres uit met de rol \"{}\".",
        ],
        (Kind::Invite, Subject::Group(_)) => [
            "Invite this address into the group \"{}\".",
            "Invitez cette adresse dans le groupe « {} ».",
            "Nodig dit adres uit in de groep \"{}\".",
        ],
        (Kind::Invite, _) => [
            "Invite this address.",
            "Invitez cette adresse.",
            "Nodig dit adres uit.",
        ],
    }
}

const fn access(access: ResourceAccess) -> Sentence {
    match access {
        ResourceAccess::Browse => ["browse", "consulter", "bekijken"],
        ResourceAccess::Edit => ["edit", "modifier", "bewerken"],
        ResourceAccess::Delete => ["delete", "supprimer", "verwijderen"],
        ResourceAccess::Publish => ["publish", "publier", "publiceren"],
        ResourceAccess::ManageSecurity => [
            "manage security",
            "gérer la sécurité",
            "beveiliging beheren",
        ],
    }
}

const fn pick([en, fr, nl]: Sentence, locale: Locale) -> &'static str {
    match locale {
        Locale::En => en,
        Locale::Fr => fr,
        Locale::Nl => nl,
    }
}

/// The sentence for a reader of `locale`.
pub fn text(kind: Kind, subject: Subject<'_>, locale: Locale) -> String {
    let name = match subject {
        Subject::Nothing => "",
        Subject::Permission(permission) => catalogue::info(permission, locale).label,
        Subject::Role(name) | Subject::Group(name) => name,
        Subject::Access(wanted) => pick(access(wanted), locale),
    };
    pick(sentence(kind, subject), locale).replacen("{}", name, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suggestion_is_one_sentence_of_its_own_in_every_language() {
        let permission = Subject::Permission(Permission::ManageReuses);
        for locale in Locale::ALL {
            let mut all: Vec<String> = Kind::ALL
                .iter()
                .map(|kind| text(*kind, permission, *locale))
                .collect();
            all.extend(
                [
                    Subject::Nothing,
                    Subject::Role("Reader"),
                    Subject::Group("Parks"),
                ]
                .map(|s| text(Kind::Invite, s, *locale)),
            );
            assert!(
                all.iter()
                    .all(|text| text.ends_with('.') && !text.contains("{}")),
                "{all:?}"
            );
            let count = all.len();
            all.sort();
            all.dedup();
            assert_eq!(all.len(), count);
        }
        let edit = Subject::Access(ResourceAccess::Edit);
        assert_eq!(
            text(Kind::GrantAccess, edit, Locale::Nl),
            "Geef het lid toegang tot het item: bewerken."
        );
        assert_eq!(
            text(Kind::GiveRole, Subject::Role("{}"), Locale::En),
            "Give the member the role \"{}\"."
        );
    }
}
