//! How strangers join the main workspace: the form, its texts, the terms (JOIN-2).

use uuid::Uuid;

use super::{draw::Draw, rows::json, world::World};
use crate::{
    domain::{
        joining::{Answer, LocalizedText, SignUpFieldKind, SignUpFieldSpec},
        vocabulary::Locale,
    },
    entity::{sign_up_settings, terms},
    store::seed::Rows,
};

/// The choices for a purpose.
const PURPOSES: &[&str] = &[
    "Research",
    "Journalism",
    "Business",
    "Teaching",
    "Personal interest",
];

const ORGANISATIONS: &[&str] = &[
    "Riverton Cycling Union",
    "Harbour Street School",
    "Kade & Zoon Architecten",
    "Les Amis du Quartier Saint-Éloi",
    "Brightwater Analytics",
    "none",
    "The Riverton Lantern",
    "Atelier Nord",
];

const TERMS_1: &str = "Be fair: name Riverton as the source, do not sell access to what is free, and tell us about mistakes.";

const TERMS_2: &str = "Be fair: name Riverton as the source, do not sell access to what is free, and tell us about mistakes. \
     Keep your API keys to yourself; what is done with a key is done by its owner. We may pause an account that harms others.";

/// Settings and terms of both workspaces.
pub fn rows(world: &World, rows: &mut Rows) {
    let (riverton, transit) = (&world.riverton, &world.transit);
    rows.sign_up_settings.push(sign_up_settings::Model {
        enabled: true,
        approval_required: true,
        introduction: json(&texts(
            "Sign up to get your own API key and to follow datasets. A person reads every request.",
            "Inscrivez-vous pour obtenir votre clé d’API et suivre des jeux de données. Chaque demande est lue par une personne.",
            "Meld je aan voor een eigen API-sleutel en om datasets te volgen. Elke aanvraag wordt door iemand gelezen.",
        )),
        fields: json(&fields()),
        notification_addresses: json(&["open-data@riverton.example"]),
        ..closed(riverton.id)
    });
    rows.sign_up_settings.push(closed(transit.id));
    let by = riverton.administrators.first().copied();
    let version = |version, text: &str, created_at| terms::Model {
        workspace_id: riverton.id,
        version,
        text: text.to_owned(),
        created_at,
        created_by: by,
        texts: None,
    };
    rows.terms.push(version(1, TERMS_1, riverton.opened));
    rows.terms.push(version(2, TERMS_2, world.terms_since));
}

/// Somebody's answers to the form.
pub fn answers(draw: &mut Draw) -> Vec<Answer> {
    let answer = |key: &str, value: &str| Answer {
        key: key.to_owned(),
        value: value.to_owned(),
    };
    let newsletter = if draw.percent(40) { "true" } else { "false" };
    vec![
        answer("organisation", draw.text(ORGANISATIONS)),
        answer("purpose", draw.text(PURPOSES)),
        answer("newsletter", newsletter),
    ]
}

fn closed(workspace_id: Uuid) -> sign_up_settings::Model {
    sign_up_settings::Model {
        workspace_id,
        enabled: false,
        approval_required: false,
        message_required: false,
        form_for_invited: false,
        allowed_email_domains: json::<[&str; 0]>(&[]),
        introduction: json(&LocalizedText::default()),
        fields: json::<[SignUpFieldSpec; 0]>(&[]),
        notification_addresses: json::<[&str; 0]>(&[]),
        notify_administrators: true,
        notification_locales: None,
        notify_inviters: true,
    }
}

fn texts(english: &str, french: &str, dutch: &str) -> LocalizedText {
    LocalizedText::new(
        [
            (Locale::En, english),
            (Locale::Fr, french),
            (Locale::Nl, dutch),
        ]
        .map(|(l, text)| (l, text.to_owned())),
    )
}

fn fields() -> [SignUpFieldSpec; 3] {
    let field = |key: &str, label, kind, choices: &[&str], required| SignUpFieldSpec {
        key: key.to_owned(),
        label,
        kind,
        choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
        required,
    };
    [
        field(
            "organisation",
            texts("Organisation", "Organisation", "Organisatie"),
            SignUpFieldKind::Text,
            &[],
            false,
        ),
        field(
            "purpose",
            texts(
                "What will you use the data for?",
                "À quoi serviront les données ?",
                "Waarvoor gebruik je de data?",
            ),
            SignUpFieldKind::Choice,
            PURPOSES,
            true,
        ),
        field(
            "newsletter",
            texts(
                "Send me the monthly newsletter",
                "Envoyez-moi la lettre mensuelle",
                "Stuur mij de maandelijkse nieuwsbrief",
            ),
            SignUpFieldKind::Checkbox,
            &[],
            false,
        ),
    ]
}
