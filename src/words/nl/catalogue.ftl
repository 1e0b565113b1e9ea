# The groups of permissions: permission-group-<group> (PERM-1).
permission-group-domain = Domeinrechten
permission-group-dataset = Datasetrechten
permission-group-page = Paginarechten
permission-group-analytics = Rechten voor statistieken
permission-group-reuses = Rechten voor hergebruik

# The permissions, with what each lets its holder do: permission-<permission> (PERM-1).
permission-edit-workspace-properties = Eigenschappen van de werkruimte bewerken
    .description = De werkruimte, de vormgeving en de quota instellen, en leden en groepen beheren.
permission-manage-secondary-workspaces = Alle secundaire werkruimten beheren
    .description = Secundaire werkruimten aanmaken, bewerken en verwijderen, en er datasets, pagina's en quota aan toewijzen.
permission-manage-workspace-theme = Thema van de werkruimte beheren
    .description = De kleuren en het logo van de werkruimte bewerken, en de thema's waarin datasets zijn ingedeeld.
permission-create-datasets = Nieuwe datasets aanmaken
    .description = Binnen het quotum datasets aanmaken en de eigen datasets bewerken. Publiceren is een apart recht.
permission-edit-all-datasets = Alle datasets bewerken
    .description = Elke dataset bewerken en verwijderen, ongeacht de eigenaar. Publiceren is een apart recht.
permission-publish-own-datasets = Eigen datasets publiceren
    .description = Datasets die men mag bewerken publiceren of de publicatie ervan intrekken.
permission-browse-all-datasets = Alle datasets doorbladeren
    .description = Alle gegevens van elke gepubliceerde dataset bekijken, ook als de toegang beperkt is.
permission-manage-own-datasets-security = Beveiliging van eigen datasets beheren
    .description = Bepalen wie toegang heeft tot de datasets die men mag bewerken, en tot welke records.
permission-create-pages = Nieuwe pagina's aanmaken
    .description = Pagina's aanmaken, en de eigen pagina's bewerken en publiceren.
permission-edit-all-pages = Alle pagina's bewerken
    .description = Elke pagina bewerken, publiceren en verwijderen, ongeacht de eigenaar.
permission-browse-all-pages = Alle pagina's doorbladeren
    .description = Elke gepubliceerde pagina bekijken, ook als de toegang beperkt is.
permission-manage-own-pages-security = Beveiliging van eigen pagina's beheren
    .description = Bepalen wie toegang heeft tot de pagina's die men mag bewerken.
permission-browse-analytics = Statistieken raadplegen
    .description = De gebruiksdashboards bekijken van de datasets en pagina's die men mag zien.
permission-manage-reuses = Hergebruik beheren
    .description = Ingezonden voorbeelden van hergebruik bekijken, goedkeuren, afwijzen en verwijderen.
