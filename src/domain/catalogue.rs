//! The catalogue of permissions as people read it, in English, French and Dutch (PERM-1).
//!
//! Owns labels, descriptions, colours and icons. Must not say what a permission does in the code:
//! that is `access`; which group and sections it has is said in `permission`.

use super::{
    permission::{BackOfficeSection, Permission, PermissionGroup},
    vocabulary::Locale,
};

/// A group of permissions with what it holds (PERM-1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Which group.
    pub group: PermissionGroup,
    /// Its name.
    pub label: &'static str,
    /// Its colour, `#rrggbb`; white text on it and it on white are readable (WCAG AA).
    pub color: &'static str,
    /// The short name of its icon.
    pub icon: &'static str,
    /// Its permissions in the order of the table.
    pub permissions: Vec<Info>,
}

/// A permission as people read it (PERM-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Info {
    /// Which one.
    pub permission: Permission,
    /// Its name.
    pub label: &'static str,
    /// What it lets its holder do.
    pub description: &'static str,
    /// The back-office sections it opens.
    pub sections: &'static [BackOfficeSection],
}

/// The whole catalogue in `locale` (PERM-1): every group and every permission once, in the order of
/// the table.
pub fn categories(locale: Locale) -> Vec<Category> {
    let category = |group: PermissionGroup| Category {
        group,
        label: group_label(group).get(locale),
        color: color(group),
        icon: icon(group),
        permissions: group
            .permissions()
            .iter()
            .map(|permission| info(permission, locale))
            .collect(),
    };
    PermissionGroup::ALL
        .iter()
        .map(|group| category(*group))
        .collect()
}

/// One permission in `locale` (PERM-1).
pub const fn info(permission: Permission, locale: Locale) -> Info {
    let (label, description) = words(permission);
    Info {
        permission,
        label: label.get(locale),
        description: description.get(locale),
        sections: permission.sections(),
    }
}

/// One text in every language of the product.
struct Text {
    en: &'static str,
    fr: &'static str,
    nl: &'static str,
}

impl Text {
    const fn get(&self, locale: Locale) -> &'static str {
        match locale {
            Locale::En => self.en,
            Locale::Fr => self.fr,
            Locale::Nl => self.nl,
        }
    }
}

const fn text(en: &'static str, fr: &'static str, nl: &'static str) -> Text {
    Text { en, fr, nl }
}

const fn color(group: PermissionGroup) -> &'static str {
    match group {
        PermissionGroup::Domain => "#5b3e96",
        PermissionGroup::Dataset => "#1d5fa8",
        PermissionGroup::Page => "#8a4b08",
        PermissionGroup::Analytics => "#0b6b5d",
        PermissionGroup::Reuses => "#a3195b",
    }
}

const fn icon(group: PermissionGroup) -> &'static str {
    match group {
        PermissionGroup::Domain => "settings",
        PermissionGroup::Dataset => "database",
        PermissionGroup::Page => "file-text",
        PermissionGroup::Analytics => "chart",
        PermissionGroup::Reuses => "share",
    }
}

const fn group_label(group: PermissionGroup) -> Text {
    match group {
        PermissionGroup::Domain => text("Workspace", "Espace de travail", "Werkruimte"),
        PermissionGroup::Dataset => text("Datasets", "Jeux de données", "Datasets"),
        PermissionGroup::Page => text("Pages", "Pages", "Pagina's"),
        PermissionGroup::Analytics => text("Analytics", "Statistiques", "Statistieken"),
        PermissionGroup::Reuses => text("Reuses", "Réutilisations", "Hergebruik"),
    }
}

/// Label and description of a permission.
const fn words(permission: Permission) -> (Text, Text) {
    use Permission as P;
    match permission {
        P::EditWorkspaceProperties => (
            text(
                "Manage the workspace",
                "Administrer l'espace de travail",
                "Werkruimte beheren",
            ),
            text(
                "Configure the workspace, its appearance and its quotas, and manage members and groups.",
                "Configurer l'espace de travail, son apparence et ses quotas, et gérer les membres et les groupes.",
                "De werkruimte, de vormgeving en de quota instellen, en leden en groepen beheren.",
            ),
        ),
        P::ManageSecondaryWorkspaces => (
            text(
                "Manage secondary workspaces",
                "Gérer les espaces de travail secondaires",
                "Secundaire werkruimten beheren",
            ),
            text(
                "Create, edit and delete secondary workspaces, and distribute datasets, pages and quotas to them.",
                "Créer, modifier et supprimer des espaces de travail secondaires, et y distribuer des jeux de données, des pages et des quotas.",
                "Secundaire werkruimten aanmaken, bewerken en verwijderen, en er datasets, pagina's en quota aan toewijzen.",
            ),
        ),
        P::ManageWorkspaceTheme => (
            text("Edit the theme", "Modifier le thème", "Thema bewerken"),
            text(
                "Edit the colours and logo of the workspace, and the themes that datasets are sorted under.",
                "Modifier les couleurs et le logo de l'espace de travail, ainsi que les thèmes de classement des jeux de données.",
                "De kleuren en het logo van de werkruimte bewerken, en de thema's waarin datasets zijn ingedeeld.",
            ),
        ),
        P::CreateDatasets => (
            text(
                "Create datasets",
                "Créer des jeux de données",
                "Datasets aanmaken",
            ),
            text(
                "Create datasets within the quota and edit one's own. Publishing them is a permission of its own.",
                "Créer des jeux de données dans la limite du quota et modifier les siens. La publication relève d'une permission distincte.",
                "Binnen het quotum datasets aanmaken en de eigen datasets bewerken. Publiceren is een aparte bevoegdheid.",
            ),
        ),
        P::EditAllDatasets => (
            text(
                "Edit all datasets",
                "Modifier tous les jeux de données",
                "Alle datasets bewerken",
            ),
            text(
                "Edit and delete every dataset, whoever owns it. Publishing them is a permission of its own.",
                "Modifier et supprimer tout jeu de données, quel qu'en soit le propriétaire. La publication relève d'une permission distincte.",
                "Elke dataset bewerken en verwijderen, ongeacht de eigenaar. Publiceren is een aparte bevoegdheid.",
            ),
        ),
        P::PublishOwnDatasets => (
            text(
                "Publish datasets",
                "Publier des jeux de données",
                "Datasets publiceren",
            ),
            text(
                "Publish and unpublish the datasets one may edit.",
                "Publier et dépublier les jeux de données que l'on peut modifier.",
                "Datasets die men mag bewerken publiceren of de publicatie intrekken.",
            ),
        ),
        P::BrowseAllDatasets => (
            text(
                "See all datasets",
                "Consulter tous les jeux de données",
                "Alle datasets bekijken",
            ),
            text(
                "See all data of every published dataset, restricted ones included.",
                "Consulter toutes les données de chaque jeu de données publié, y compris ceux dont l'accès est restreint.",
                "Alle gegevens van elke gepubliceerde dataset bekijken, ook als de toegang beperkt is.",
            ),
        ),
        P::ManageOwnDatasetsSecurity => (
            text(
                "Manage access to datasets",
                "Gérer l'accès aux jeux de données",
                "Toegang tot datasets beheren",
            ),
            text(
                "For the datasets one may edit, decide who has access and to which records.",
                "Pour les jeux de données que l'on peut modifier, décider qui y a accès et à quels enregistrements.",
                "Voor datasets die men mag bewerken bepalen wie toegang heeft en tot welke records.",
            ),
        ),
        P::CreatePages => (
            text("Create pages", "Créer des pages", "Pagina's aanmaken"),
            text(
                "Create pages, and edit and publish one's own.",
                "Créer des pages, modifier et publier les siennes.",
                "Pagina's aanmaken en de eigen pagina's bewerken en publiceren.",
            ),
        ),
        P::EditAllPages => (
            text(
                "Edit all pages",
                "Modifier toutes les pages",
                "Alle pagina's bewerken",
            ),
            text(
                "Edit, publish and delete every page, whoever owns it.",
                "Modifier, publier et supprimer toute page, quel qu'en soit le propriétaire.",
                "Elke pagina bewerken, publiceren en verwijderen, ongeacht de eigenaar.",
            ),
        ),
        P::BrowseAllPages => (
            text(
                "See all pages",
                "Consulter toutes les pages",
                "Alle pagina's bekijken",
            ),
            text(
                "See every published page, restricted ones included.",
                "Consulter chaque page publiée, y compris celles dont l'accès est restreint.",
                "Elke gepubliceerde pagina bekijken, ook als de toegang beperkt is.",
            ),
        ),
        P::ManageOwnPagesSecurity => (
            text(
                "Manage access to pages",
                "Gérer l'accès aux pages",
                "Toegang tot pagina's beheren",
            ),
            text(
                "For the pages one may edit, decide who has access.",
                "Pour les pages que l'on peut modifier, décider qui y a accès.",
                "Voor pagina's die men mag bewerken bepalen wie toegang heeft.",
            ),
        ),
        P::BrowseAnalytics => (
            text(
                "See the analytics",
                "Consulter les statistiques",
                "Statistieken bekijken",
            ),
            text(
                "See the usage dashboards, for the datasets and pages one may see.",
                "Consulter les tableaux de bord d'utilisation, pour les jeux de données et les pages auxquels on a accès.",
                "De gebruiksdashboards bekijken, voor de datasets en pagina's die men mag zien.",
            ),
        ),
        P::ManageReuses => (
            text(
                "Manage reuses",
                "Gérer les réutilisations",
                "Hergebruik beheren",
            ),
            text(
                "See, approve, reject and delete the reuses that people submit.",
                "Consulter, approuver, refuser et supprimer les réutilisations proposées.",
                "Ingezonden voorbeelden van hergebruik bekijken, goedkeuren, afwijzen en verwijderen.",
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn perm_1_every_permission_has_its_own_words_in_every_locale() {
        for locale in Locale::ALL {
            let categories = categories(*locale);
            let infos: Vec<&Info> = categories
                .iter()
                .flat_map(|category| &category.permissions)
                .collect();
            assert_eq!(
                infos.iter().map(|info| info.permission).collect::<Vec<_>>(),
                Permission::ALL
            );
            assert!(
                categories
                    .iter()
                    .all(|c| !c.label.is_empty() && !c.icon.is_empty())
            );
            for texts in [
                infos.iter().map(|i| i.label).collect::<Vec<_>>(),
                infos.iter().map(|i| i.description).collect(),
            ] {
                assert!(
                    texts
                        .iter()
                        .all(|text| !text.trim().is_empty() && text.trim() == *text)
                );
                assert_eq!(
                    texts.iter().collect::<HashSet<_>>().len(),
                    Permission::ALL.len()
                );
            }
            assert!(infos.iter().all(|info| info.description.ends_with('.')
                && info.sections == info.permission.sections()));
        }
    }

    #[test]
    fn perm_1_descriptions_are_translated() {
        for permission in Permission::ALL {
            let texts: HashSet<&str> = Locale::ALL
                .iter()
                .map(|locale| info(*permission, *locale).description)
                .collect();
            assert_eq!(texts.len(), Locale::ALL.len(), "{permission}");
        }
    }

    #[test]
    fn perm_1_colours_are_readable_on_white() {
        let linear = |hex: &str| {
            let part = f64::from(u8::from_str_radix(hex, 16).expect("two hex digits")) / 255.0;
            if part <= 0.03928 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        for category in categories(Locale::En) {
            let hex = category.color.strip_prefix('#').expect("a hash");
            let luminance = 0.2126 * linear(&hex[0..2])
                + 0.7152 * linear(&hex[2..4])
                + 0.0722 * linear(&hex[4..6]);
            assert!(
                1.05 / (luminance + 0.05) >= 4.5,
                "{} on white",
                category.color
            );
        }
    }
}
