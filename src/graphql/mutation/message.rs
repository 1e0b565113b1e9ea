//! What codes mean, for people, in the languages of the product. One line a code; the code is what
//! programs read.

use crate::domain::{
    limit::{LimitKind, ReachedLimit},
    vocabulary::Locale,
};

/// A code with its message in English, French, Dutch.
type Message = (&'static str, [&'static str; 3]);

const MESSAGES: &[Message] = &[
    (
        "ACCESS_END_REQUIRED",
        [
            "Say when access is to end.",
            "Indiquez la fin de l'accès.",
            "Geef aan wanneer de toegang eindigt.",
        ],
    ),
    (
        "ACCOUNT_EXISTS",
        [
            "This address has an account: sign in with it, then accept.",
            "Cette adresse a un compte : connectez-vous, puis acceptez.",
            "Dit adres heeft een account: meld u aan en neem dan aan.",
        ],
    ),
    (
        "ALREADY_DECIDED",
        [
            "This request has been decided.",
            "Cette demande a déjà reçu une réponse.",
            "Over deze aanvraag is al beslist.",
        ],
    ),
    (
        "ALREADY_INVITED",
        [
            "This address has an invitation that waits.",
            "Une invitation à cette adresse est en attente.",
            "Voor dit adres staat al een uitnodiging open.",
        ],
    ),
    (
        "ALREADY_MEMBER",
        [
            "This account is a member already.",
            "Ce compte est déjà membre.",
            "Dit account is al lid.",
        ],
    ),
    (
        "ALREADY_STARTED",
        [
            "This membership has begun: its start stays.",
            "Cette adhésion a commencé : son début ne change plus.",
            "Dit lidmaatschap is begonnen: het begin blijft.",
        ],
    ),
    (
        "ALREADY_VERIFIED",
        [
            "This address is confirmed already: sign in.",
            "Cette adresse est déjà confirmée : connectez-vous.",
            "Dit adres is al bevestigd: meld u aan.",
        ],
    ),
    (
        "ANSWER_REQUIRED",
        [
            "This has to be filled in.",
            "Ce champ est obligatoire.",
            "Dit moet worden ingevuld.",
        ],
    ),
    (
        "CHOICES_NOT_ALLOWED",
        [
            "Only a field of kind CHOICE has choices.",
            "Seul un champ de type CHOICE a des choix.",
            "Alleen een veld van het type CHOICE heeft keuzes.",
        ],
    ),
    (
        "CHOICES_REQUIRED",
        [
            "A field of kind CHOICE needs choices.",
            "Un champ de type CHOICE doit proposer des choix.",
            "Een veld van het type CHOICE heeft keuzes nodig.",
        ],
    ),
    (
        "CONTAINS_EMAIL",
        [
            "A password must not contain the e-mail address.",
            "Un mot de passe ne contient pas l'adresse e-mail.",
            "Een wachtwoord bevat het e-mailadres niet.",
        ],
    ),
    (
        "CONTAINS_LINK",
        [
            "A name must not contain a link (:// or www.).",
            "Un nom ne contient pas de lien (:// ou www.).",
            "Een naam bevat geen link (:// of www.).",
        ],
    ),
    (
        "CONTAINS_PRODUCT_NAME",
        [
            "A password must not contain the name of this product.",
            "Un mot de passe ne contient pas le nom de ce produit.",
            "Een wachtwoord bevat de naam van dit product niet.",
        ],
    ),
    (
        "DUPLICATE",
        [
            "This came before in the same call.",
            "Déjà cité dans le même appel.",
            "Dit stond al eerder in dezelfde aanroep.",
        ],
    ),
    (
        "EMAIL_DOMAIN_NOT_ALLOWED",
        [
            "Addresses of this domain cannot sign up here.",
            "Les adresses de ce domaine ne peuvent pas s'inscrire ici.",
            "Adressen van dit domein kunnen zich hier niet aanmelden.",
        ],
    ),
    (
        "ENDS_BEFORE_START",
        [
            "The end must come after the start.",
            "La fin doit suivre le début.",
            "Het einde moet na het begin komen.",
        ],
    ),
    (
        "ENDS_IN_PAST",
        [
            "The end must lie in the future.",
            "La fin doit être à venir.",
            "Het einde moet in de toekomst liggen.",
        ],
    ),
    (
        "EXPIRED",
        [
            "This has run out: ask for a new invitation.",
            "Délai dépassé : demandez une nouvelle invitation.",
            "De termijn is verstreken: vraag een nieuwe uitnodiging.",
        ],
    ),
    (
        "FILTER_NOT_ALLOWED",
        [
            "A record filter goes with BROWSE on a dataset, and with nothing else.",
            "Un filtre d'enregistrements n'accompagne que BROWSE sur un jeu de données.",
            "Een recordfilter hoort alleen bij BROWSE op een dataset.",
        ],
    ),
    (
        "FORBIDDEN",
        [
            "You may not do this here.",
            "Vous n'y êtes pas autorisé.",
            "U mag dit hier niet doen.",
        ],
    ),
    (
        "FORBIDDEN_EMAIL",
        [
            "Nothing is sent to this address.",
            "Aucun message n'est envoyé à cette adresse.",
            "Naar dit adres wordt niets verstuurd.",
        ],
    ),
    (
        "INVALID_ACCESS",
        [
            "This kind of access cannot be granted on this item.",
            "Ce type d'accès ne peut pas être accordé sur cet élément.",
            "Dit soort toegang kan op dit item niet worden toegekend.",
        ],
    ),
    (
        "INVALID_ADDRESS",
        [
            "A client address is written like 192.0.2.7 or 2001:db8::7.",
            "Une adresse s'écrit 192.0.2.7 ou 2001:db8::7.",
            "Een adres schrijft men als 192.0.2.7 of 2001:db8::7.",
        ],
    ),
    (
        "INVALID_CHARACTERS",
        [
            "Control characters are not allowed.",
            "Les caractères de contrôle sont refusés.",
            "Besturingstekens zijn niet toegestaan.",
        ],
    ),
    (
        "INVALID_CREDENTIALS",
        [
            "The address or the password is wrong.",
            "L'adresse ou le mot de passe est incorrect.",
            "Het adres of het wachtwoord is onjuist.",
        ],
    ),
    (
        "INVALID_DOMAIN",
        [
            "This is no domain of e-mail addresses.",
            "Ceci n'est pas un domaine d'adresses e-mail.",
            "Dit is geen domein van e-mailadressen.",
        ],
    ),
    (
        "INVALID_EMAIL",
        [
            "This is no e-mail address.",
            "Ceci n'est pas une adresse e-mail.",
            "Dit is geen e-mailadres.",
        ],
    ),
    (
        "INVALID_IDENTIFIER",
        [
            "This has a-z, 0-9, - and _ only, and begins with a letter or a digit.",
            "Seuls a-z, 0-9, - et _ sont admis, avec une lettre ou un chiffre au début.",
            "Dit bestaat uit a-z, 0-9, - en _, en begint met een letter of een cijfer.",
        ],
    ),
    (
        "INVALID_KEY",
        [
            "A key begins with a letter and has at most 64 of A-Z, a-z, 0-9, - and _.",
            "Une clé commence par une lettre et compte au plus 64 caractères parmi A-Z, a-z, 0-9, - et _.",
            "Een sleutel begint met een letter en heeft hoogstens 64 tekens uit A-Z, a-z, 0-9, - en _.",
        ],
    ),
    (
        "INVALID_NETWORK",
        [
            "A network is written like 192.0.2.0/24 or 2001:db8::/32.",
            "Un réseau s'écrit 192.0.2.0/24 ou 2001:db8::/32.",
            "Een netwerk schrijft men als 192.0.2.0/24 of 2001:db8::/32.",
        ],
    ),
    (
        "INVALID_SLUG",
        [
            "A slug has 3 to 27 of a-z, 0-9 and -, and neither begins nor ends with -.",
            "Un identifiant compte 3 à 27 caractères parmi a-z, 0-9 et -, sans - au début ni à la fin.",
            "Een slug heeft 3 tot 27 tekens uit a-z, 0-9 en -, en begint of eindigt niet met -.",
        ],
    ),
    (
        "INVALID_TOKEN",
        [
            "This link does not count: it was used, is too old, or is not complete.",
            "Ce lien n'est pas valable : déjà utilisé, trop ancien ou incomplet.",
            "Deze link telt niet: hij is gebruikt, te oud of onvolledig.",
        ],
    ),
    (
        "INVITATION_EMAIL_MISMATCH",
        [
            "This invitation went to another address than yours.",
            "Cette invitation a été envoyée à une autre adresse que la vôtre.",
            "Deze uitnodiging ging naar een ander adres dan het uwe.",
        ],
    ),
    (
        "INVITATION_REQUIRED",
        [
            "You can come back by invitation only.",
            "Vous ne pouvez revenir que sur invitation.",
            "U kunt alleen op uitnodiging terugkomen.",
        ],
    ),
    (
        "IN_USE",
        ["This is in use.", "Ceci est utilisé.", "Dit is in gebruik."],
    ),
    (
        "LAST_ADMINISTRATOR",
        [
            "The workspace would be left without an administrator.",
            "L'espace se retrouverait sans administrateur.",
            "De werkruimte zou zonder beheerder achterblijven.",
        ],
    ),
    (
        "LIMIT_REACHED",
        [
            "The maximum number has been reached.",
            "Le nombre maximal est atteint.",
            "Het maximum is bereikt.",
        ],
    ),
    (
        "MEMBERSHIP_DISABLED",
        [
            "This membership is disabled.",
            "Cette adhésion est désactivée.",
            "Dit lidmaatschap is uitgeschakeld.",
        ],
    ),
    (
        "MESSAGE_REQUIRED",
        [
            "A message to the administrators is needed.",
            "Un message aux administrateurs est nécessaire.",
            "Een bericht aan de beheerders is nodig.",
        ],
    ),
    (
        "NOT_ACTIVE",
        [
            "This membership has ended.",
            "Cette adhésion est terminée.",
            "Dit lidmaatschap is beëindigd.",
        ],
    ),
    (
        "NOT_A_BOOLEAN",
        [
            "This is true or false.",
            "La valeur est true ou false.",
            "Dit is true of false.",
        ],
    ),
    (
        "NOT_A_COUNTER",
        [
            "Only API calls are counted as they happen.",
            "Seuls les appels d'API sont comptés au fur et à mesure.",
            "Alleen API-aanroepen worden geteld terwijl ze gebeuren.",
        ],
    ),
    (
        "NOT_A_MEMBER",
        [
            "There is no such member.",
            "Ce membre n'existe pas.",
            "Er is geen lid met deze id.",
        ],
    ),
    (
        "NOT_A_MULTIPLE",
        [
            "A number of records is 0 or a multiple of 1,000.",
            "Un nombre d'enregistrements vaut 0 ou un multiple de 1 000.",
            "Een aantal records is 0 of een veelvoud van 1.000.",
        ],
    ),
    (
        "NOT_FOUND",
        ["There is no such thing.", "Introuvable.", "Niet gevonden."],
    ),
    (
        "NOT_LONGER",
        [
            "This is no more time than the member has.",
            "Ce n'est pas plus de temps que le membre n'en a.",
            "Dit is niet meer tijd dan het lid al heeft.",
        ],
    ),
    (
        "NOT_OFFERED",
        [
            "This is none of the choices.",
            "Ce choix n'est pas proposé.",
            "Dit is geen van de keuzes.",
        ],
    ),
    (
        "NOT_PENDING",
        [
            "This was answered or taken back already.",
            "Une réponse a déjà été donnée, ou l'offre a été retirée.",
            "Dit is al beantwoord of ingetrokken.",
        ],
    ),
    (
        "NO_ACCESS_END",
        [
            "This access has no end.",
            "Cet accès n'a pas de fin.",
            "Deze toegang heeft geen einde.",
        ],
    ),
    (
        "OUT_OF_RANGE",
        [
            "This number is too small or too large.",
            "Ce nombre est trop petit ou trop grand.",
            "Dit getal is te klein of te groot.",
        ],
    ),
    (
        "PASSWORD_REQUIRED",
        [
            "Give the password that you chose when you registered.",
            "Indiquez le mot de passe choisi à l'inscription.",
            "Geef het wachtwoord dat u bij de registratie koos.",
        ],
    ),
    (
        "PERIOD_NOT_ALLOWED",
        [
            "There is no period here.",
            "Il n'y a pas de période ici.",
            "Hier hoort geen periode bij.",
        ],
    ),
    (
        "PRESET_ROLE",
        [
            "Preset roles stay as they are.",
            "Les rôles prédéfinis restent tels quels.",
            "Vaste rollen blijven zoals ze zijn.",
        ],
    ),
    (
        "QUOTA_EXCEEDED",
        [
            "This would go beyond a quota.",
            "Un quota serait dépassé.",
            "Hiermee zou een quotum worden overschreden.",
        ],
    ),
    (
        "REQUEST_PENDING",
        [
            "Your request is waiting for an answer.",
            "Votre demande attend une réponse.",
            "Uw aanvraag wacht op antwoord.",
        ],
    ),
    (
        "RESERVED",
        [
            "This name is reserved.",
            "Ce nom est réservé.",
            "Deze naam is gereserveerd.",
        ],
    ),
    (
        "ROLLED_BACK",
        [
            "Not done, because another item failed.",
            "Annulé, car un autre élément a échoué.",
            "Niet uitgevoerd, omdat een ander item mislukte.",
        ],
    ),
    (
        "SEATS_EXCEEDED",
        [
            "There is no seat left in the license.",
            "La licence n'a plus de place libre.",
            "De licentie heeft geen plaats meer vrij.",
        ],
    ),
    (
        "SECONDARY_WORKSPACE",
        [
            "A secondary workspace has the license of its main one.",
            "Un espace secondaire a la licence de son espace principal.",
            "Een secundaire werkruimte heeft de licentie van haar hoofdwerkruimte.",
        ],
    ),
    (
        "SECOND_FACTOR_REQUIRED",
        [
            "A code of your second factor is needed.",
            "Un code de votre second facteur est nécessaire.",
            "Een code van uw tweede factor is nodig.",
        ],
    ),
    (
        "SECRET_ALREADY_SHOWN",
        [
            "The secret was shown once, in the first answer.",
            "Le secret a été montré une seule fois, dans la première réponse.",
            "Het geheim is één keer getoond, in het eerste antwoord.",
        ],
    ),
    (
        "SELF",
        [
            "This is your own address.",
            "C'est votre propre adresse.",
            "Dit is uw eigen adres.",
        ],
    ),
    (
        "SIGN_UP_DISABLED",
        [
            "Nobody can sign up here by themself.",
            "L'inscription libre n'est pas ouverte ici.",
            "Hier kan niemand zichzelf aanmelden.",
        ],
    ),
    (
        "STARTS_IN_PAST",
        [
            "The start must not lie in the past.",
            "Le début ne peut pas être passé.",
            "Het begin mag niet in het verleden liggen.",
        ],
    ),
    (
        "TAKEN",
        [
            "This is taken already.",
            "Ceci est déjà pris.",
            "Dit is al in gebruik.",
        ],
    ),
    (
        "TERMS_NOT_ACCEPTED",
        [
            "The terms have to be accepted.",
            "Les conditions doivent être acceptées.",
            "De voorwaarden moeten worden aanvaard.",
        ],
    ),
    (
        "TERMS_OUTDATED",
        [
            "The terms have changed: read and accept those in force.",
            "Les conditions ont changé : lisez et acceptez celles en vigueur.",
            "De voorwaarden zijn gewijzigd: lees en aanvaard de geldende.",
        ],
    ),
    (
        "TOO_COMMON",
        [
            "This password is too easily guessed.",
            "Ce mot de passe est trop facile à deviner.",
            "Dit wachtwoord is te gemakkelijk te raden.",
        ],
    ),
    (
        "TOO_LONG",
        ["This is too long.", "C'est trop long.", "Dit is te lang."],
    ),
    (
        "TOO_SHORT",
        [
            "This is empty or too short.",
            "Ceci est vide ou trop court.",
            "Dit is leeg of te kort.",
        ],
    ),
    (
        "UNCHANGED",
        ["This is so already.", "C'est déjà le cas.", "Dit is al zo."],
    ),
    (
        "UNKNOWN_FIELD",
        [
            "The form has no such field.",
            "Le formulaire n'a pas ce champ.",
            "Het formulier heeft dit veld niet.",
        ],
    ),
    (
        "WAIT",
        [
            "After a rejection a new request has to wait.",
            "Après un refus, une nouvelle demande doit attendre.",
            "Na een afwijzing moet een nieuwe aanvraag wachten.",
        ],
    ),
];

/// What `code` means, in the reader's language; the code itself if nothing is known of it.
pub fn message(code: &str, locale: Locale) -> String {
    let found = MESSAGES.iter().find(|(known, _)| *known == code);
    let text = found.map(|(_, [en, fr, nl])| match locale {
        Locale::En => *en,
        Locale::Fr => *fr,
        Locale::Nl => *nl,
    });
    text.unwrap_or(code).to_owned()
}

/// Which limit refuses, how much it is, and until when, in the reader's language (JOIN-17).
pub fn of_limit(reached: &ReachedLimit, locale: Locale) -> String {
    let limit = reached.limit;
    let which = match (reached.kind, locale) {
        (LimitKind::ApiKeys, Locale::En) => {
            format!("A member may have {limit} API keys, and this one has as many.")
        }
        (LimitKind::ApiKeys, Locale::Fr) => {
            format!("Un membre peut avoir {limit} clés d'API, et celui-ci en a autant.")
        }
        (LimitKind::ApiKeys, Locale::Nl) => {
            format!("Een lid mag {limit} API-sleutels hebben, en dit lid heeft er zoveel.")
        }
        (LimitKind::DaysAfterRejection, Locale::En) => {
            format!("After a rejection a new request has to wait for {limit} days.")
        }
        (LimitKind::DaysAfterRejection, Locale::Fr) => {
            format!("Après un refus, une nouvelle demande doit attendre {limit} jours.")
        }
        (LimitKind::DaysAfterRejection, Locale::Nl) => {
            format!("Na een afwijzing moet een nieuwe aanvraag {limit} dagen wachten.")
        }
        (LimitKind::Groups, Locale::En) => {
            format!("A workspace may have {limit} groups, and this one has as many.")
        }
        (LimitKind::Groups, Locale::Fr) => {
            format!("Un espace peut avoir {limit} groupes, et celui-ci en a autant.")
        }
        (LimitKind::Groups, Locale::Nl) => {
            format!("Een werkruimte mag {limit} groepen hebben, en deze heeft er zoveel.")
        }
        (LimitKind::GroupsOfMember, Locale::En) => {
            format!("A member may be in {limit} groups, now or later, and this one is in as many.")
        }
        (LimitKind::GroupsOfMember, Locale::Fr) => {
            format!(
                "Un membre peut être dans {limit} groupes, maintenant ou plus tard, et celui-ci l'est déjà."
            )
        }
        (LimitKind::GroupsOfMember, Locale::Nl) => {
            format!(
                "Een lid mag nu of later in {limit} groepen zitten, en dit lid zit er al in zoveel."
            )
        }
        (LimitKind::InvitationsPerDay, Locale::En) => {
            format!(
                "A workspace may send {limit} invitations in 24 hours, and this one has sent as many."
            )
        }
        (LimitKind::InvitationsPerDay, Locale::Fr) => {
            format!(
                "Un espace peut envoyer {limit} invitations en 24 heures, et celui-ci en a envoyé autant."
            )
        }
        (LimitKind::InvitationsPerDay, Locale::Nl) => {
            format!(
                "Een werkruimte mag in 24 uur {limit} uitnodigingen versturen, en deze heeft er zoveel verstuurd."
            )
        }
        (LimitKind::JoinsPerDay, Locale::En) => {
            format!(
                "You may ask to join or join a workspace {limit} times in 24 hours, and you have done so."
            )
        }
        (LimitKind::JoinsPerDay, Locale::Fr) => {
            format!(
                "Vous pouvez rejoindre un espace, ou le demander, {limit} fois en 24 heures, et vous l'avez fait."
            )
        }
        (LimitKind::JoinsPerDay, Locale::Nl) => {
            format!(
                "U kunt in 24 uur {limit} keer lid worden van een werkruimte of dat vragen, en dat hebt u gedaan."
            )
        }
        (LimitKind::QuotaValues, Locale::En) => {
            format!(
                "There may be {limit} values of one type for the same subject, now or later, and there are as many."
            )
        }
        (LimitKind::QuotaValues, Locale::Fr) => {
            format!(
                "Il peut y avoir {limit} valeurs d'un type pour le même sujet, et il y en a autant."
            )
        }
        (LimitKind::QuotaValues, Locale::Nl) => {
            format!(
                "Er mogen {limit} waarden van één type voor hetzelfde onderwerp zijn, en er zijn er zoveel."
            )
        }
        (LimitKind::Roles, Locale::En) => {
            format!("A workspace may have {limit} custom roles, and this one has as many.")
        }
        (LimitKind::Roles, Locale::Fr) => {
            format!("Un espace peut avoir {limit} rôles propres, et celui-ci en a autant.")
        }
        (LimitKind::Roles, Locale::Nl) => {
            format!("Een werkruimte mag {limit} eigen rollen hebben, en deze heeft er zoveel.")
        }
        (LimitKind::Seats, Locale::En) => {
            format!(
                "The license has {limit} seats, and all are taken by members and pending invitations."
            )
        }
        (LimitKind::Seats, Locale::Fr) => {
            format!(
                "La licence a {limit} places, toutes occupées par des membres et des invitations en attente."
            )
        }
        (LimitKind::Seats, Locale::Nl) => {
            format!(
                "De licentie heeft {limit} plaatsen, en alle zijn bezet door leden en openstaande uitnodigingen."
            )
        }
    };
    let Some(at) = reached.retry_at else {
        return which;
    };
    // To the next full minute: never said too early.
    let at = (at + chrono::Duration::seconds(59)).format("%Y-%m-%d %H:%M UTC");
    match locale {
        Locale::En => format!("{which} Try again after {at}."),
        Locale::Fr => format!("{which} Réessayez après le {at}."),
        Locale::Nl => format!("{which} Probeer het opnieuw na {at}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn join_17_a_limit_says_which_how_much_and_until_when() {
        let at = chrono::DateTime::from_timestamp(1_790_000_001, 0).unwrap();
        let reached = ReachedLimit::until(LimitKind::InvitationsPerDay, 2_000, at);
        let text = "A workspace may send 2000 invitations in 24 hours, and this one has sent as many. \
             Try again after 2026-09-21 14:14 UTC.";
        assert_eq!(of_limit(&reached, Locale::En), text);
        for kind in LimitKind::ALL {
            let texts = [Locale::En, Locale::Fr, Locale::Nl]
                .map(|locale| of_limit(&ReachedLimit::of(*kind, 4_711), locale));
            assert!(
                texts
                    .iter()
                    .all(|text| text.contains("4711") && text.ends_with('.')),
                "{texts:?}"
            );
            assert!(texts[0] != texts[1] && texts[1] != texts[2], "{texts:?}");
        }
    }

    #[test]
    fn messages_stand_in_order_and_say_something() {
        assert!(MESSAGES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(
            MESSAGES
                .iter()
                .all(|(_, texts)| texts.iter().all(|text| text.ends_with('.')))
        );
        assert_eq!(
            message("FORBIDDEN", Locale::Fr),
            "Vous n'y êtes pas autorisé."
        );
    }
}
