# The groups of permissions: permission-group-<group> (PERM-1).
permission-group-domain = Permissions du domaine
permission-group-dataset = Permissions sur les jeux de données
permission-group-page = Permissions sur les pages
permission-group-analytics = Permissions sur les statistiques
permission-group-reuses = Permissions sur les réutilisations

# The permissions, with what each lets its holder do: permission-<permission> (PERM-1).
permission-edit-workspace-properties = Modifier les propriétés de l’espace de travail
    .description = Configurer l’espace de travail, son apparence et ses quotas, et gérer les membres et les groupes.
permission-manage-secondary-workspaces = Gérer tous les espaces de travail secondaires
    .description = Créer, modifier et supprimer des espaces de travail secondaires, et y distribuer des jeux de données, des pages et des quotas.
permission-manage-workspace-theme = Gérer le thème de l’espace de travail
    .description = Modifier les couleurs et le logo de l’espace de travail, ainsi que les thèmes de classement des jeux de données.
permission-create-datasets = Créer de nouveaux jeux de données
    .description = Créer des jeux de données dans la limite du quota et modifier les siens. La publication relève d’une permission distincte.
permission-edit-all-datasets = Modifier tous les jeux de données
    .description = Modifier et supprimer tout jeu de données, quel qu’en soit le propriétaire. La publication relève d’une permission distincte.
permission-publish-own-datasets = Publier ses propres jeux de données
    .description = Publier et dépublier les jeux de données que l’on peut modifier.
permission-browse-all-datasets = Parcourir tous les jeux de données
    .description = Consulter toutes les données de chaque jeu de données publié, y compris ceux dont l’accès est restreint.
permission-manage-own-datasets-security = Gérer la sécurité de ses propres jeux de données
    .description = Décider qui a accès aux jeux de données que l’on peut modifier, et à quels enregistrements.
permission-create-pages = Créer de nouvelles pages
    .description = Créer des pages, modifier et publier les siennes.
permission-edit-all-pages = Modifier toutes les pages
    .description = Modifier, publier et supprimer toute page, quel qu’en soit le propriétaire.
permission-browse-all-pages = Parcourir toutes les pages
    .description = Consulter chaque page publiée, y compris celles dont l’accès est restreint.
permission-manage-own-pages-security = Gérer la sécurité de ses propres pages
    .description = Décider qui a accès aux pages que l’on peut modifier.
permission-browse-analytics = Consulter les statistiques
    .description = Consulter les tableaux de bord d’utilisation des jeux de données et des pages auxquels on a accès.
permission-manage-reuses = Gérer les réutilisations
    .description = Consulter, approuver, refuser et supprimer les réutilisations proposées.
