# Tous les textes de la console.

app-name = Concierge
app-what = Les utilisateurs, les groupes et les accès de votre portail de données ouvertes.

# Cadre
shell-skip = Aller au contenu
shell-menu = Menu
shell-sign-out = Se déconnecter
shell-failed = L’espace de travail n’a pas pu être chargé.
shell-no-workspace = Cet espace de travail n’existe pas
shell-no-workspace-why = L’adresse est mal saisie, ou vous ne pouvez pas voir cet espace de travail.
shell-own-end = Cette page se fermera à la fin de votre accès. Adressez-vous à un administrateur s’il vous faut plus de temps.
menu-users = Utilisateurs
menu-why = Expliquer un accès
picker-language = Langue
picker-appearance = Apparence
picker-appearance-system = Système
picker-appearance-light = Clair
picker-appearance-dark = Sombre

home-title = Vos espaces de travail
home-failed = Vos espaces de travail n’ont pas pu être chargés.
home-none = Vous n’avez accès à aucun espace de travail. Si quelqu’un vous a invité, suivez le lien de son message.

not-found-title = Cette page n’existe pas
not-found-text = L’adresse est mal saisie ou n’est plus utilisée.
crash-title = Cette page ne fonctionne plus
crash-text = Une nouvelle version a peut-être été installée pendant que la page était ouverte. Il suffit en général de recharger la page.
crash-reload = Recharger

# Connexion
sign-in = Se connecter
sign-in-email = Adresse e-mail
sign-in-password = Mot de passe
sign-in-code = Code
sign-in-code-help = Saisissez le code de votre application d’authentification, ou l’un de vos codes de secours.
sign-in-wrong = L’adresse ou le mot de passe est incorrect.
sign-in-again = Reconnectez-vous
sign-in-again-why = Votre session a pris fin. Connectez-vous pour continuer où vous en étiez ; rien de ce qui se trouve sur la page n’est perdu.
demo-title = Ceci est une démonstration
demo-text = Toutes les personnes sont inventées. Entrez en tant qu’administratrice de Riverton Open Data et essayez ce que vous voulez.
demo-enter = Entrer dans la démonstration
step-up = Avant de continuer, confirmez que c’est bien vous.
step-up-confirm = Continuer

# Ce qui peut arriver à une page
state-loading = Chargement…
problem-retry = Réessayer
problem-details = Détails
problem-request = Requête
problem-network = Le serveur est injoignable. Vérifiez votre connexion. Rien de ce que vous avez saisi n’est perdu.
problem-unavailable = Le serveur est occupé pour le moment. Veuillez réessayer.
problem-rate-limited = Il y a eu beaucoup de requêtes en peu de temps.
problem-goes-on = La suite reprend d’elle-même dans { $span }.
problem-wait = Il y a eu beaucoup de requêtes en peu de temps. Veuillez réessayer dans { $span }.
problem-internal = Une erreur s’est produite sur le serveur.
refused-title = Vous n’avez pas accès à cette page
refused-permission = Il faut pour cela la permission « { $permission } ».
refused-ask = Si vous en avez besoin, adressez-vous à un administrateur de { $workspace }.
refused-why = Expliquer pourquoi je n’ai pas cette permission

# Utilisateurs
users-title = Utilisateurs
users-failed = Les utilisateurs n’ont pas pu être chargés.
users-search = Recherche et filtres
users-search-label = Rechercher un nom ou une adresse
users-count = { $count ->
    [one] { $count } utilisateur
   *[other] { $count } utilisateurs
}
users-counting = Comptage…
users-export = Télécharger (CSV)
users-show-signed-up = Afficher les simples inscrits
users-none = Il n’y a pas encore d’utilisateurs.
users-no-match = Aucun utilisateur ne correspond à ces filtres.
users-only-signed-up = { $count ->
    [one] Afficher { $count } personne simplement inscrite
   *[other] Afficher { $count } personnes simplement inscrites
}
filter-any = Tous
filter-any-permission = Toutes
filter-state = État
filter-role = Rôle
filter-group = Groupe
filter-permission = Permission
filter-clear = Effacer les filtres
column-name = Nom
column-role = Rôle
column-state = État
column-groups = Groupes
column-ends = Fin de l’accès
column-active = Dernière activité
table-select-page = Sélectionner toute la page
table-select = Sélectionner { $name }
table-actions = Actions
table-menu = Actions pour { $name }
pager-previous = Précédent
pager-next = Suivant
pager-range = { $from }–{ $to }
pager-range-of = { $from }–{ $to } sur { $total }
pager-of = sur { $total }
pager-size = Lignes par page
pager-rows = { $count } lignes
selection = Sélection
selection-count = { $count ->
    [one] { $count } utilisateur sélectionné
   *[other] { $count } utilisateurs sélectionnés
}
selection-actions = Actions
selection-all = Sélectionner les { $count } résultats
selection-first = Sélectionner les { $count } premiers
selection-progress = Sélection en cours
selection-done = Tous les utilisateurs trouvés sont sélectionnés.
selection-clear = Annuler la sélection

# Un utilisateur
user-title = Utilisateur
user-failed = L’utilisateur n’a pas pu être chargé.
user-not-found = Cet utilisateur n’existe pas dans cet espace de travail.
user-actions = Actions
user-no-role = Aucun rôle
user-no-end = Sans fin
user-never = Jamais
user-email-hidden = Vous ne pouvez pas voir l’adresse e-mail.
user-signed-up-only = Simplement inscrit
user-joined = Arrivée
user-starts = Début de l’accès
user-disabled-at = Désactivation
user-ended-at = Fin
user-state-active = Actif
user-state-scheduled = À venir
user-state-disabled = Désactivé
user-state-ended = Terminé
user-origin-ACCESS_REQUEST = après une demande d’accès
user-origin-IMPORTED = par importation
user-origin-INVITATION = sur invitation
user-origin-OPERATOR = ajouté par l’exploitant
user-origin-PROVISIONED = ajouté par un autre système
user-origin-RESTORED = rétabli
user-origin-SIGN_UP = par inscription
user-end-ERASED = le compte a été supprimé
user-end-EXPIRED = la période d’accès était terminée
user-end-LEFT = a quitté l’espace de travail
user-end-REVOKED = l’accès a été retiré
user-tab-access = Accès
user-tab-groups = Groupes
user-tab-items = Jeux de données et pages
user-tab-quotas = Quotas
user-tab-keys = Clés d’API
user-tab-history = Historique
role-preset-administrator = Administrateur
role-preset-publisher = Responsable de publication
role-preset-editor = Rédacteur
role-preset-designer = Concepteur
role-preset-viewer = Lecteur
countdown-ends-in = L’accès prend fin dans { $span }.
countdown-ended = Terminé

access-state-scheduled = L’accès n’a pas encore commencé : aucune de ces permissions n’est utilisable d’ici là.
access-state-disabled = Cet utilisateur est désactivé : aucune de ces permissions n’est utilisable tant qu’il n’est pas réactivé.
access-state-ended = L’accès a pris fin : cet utilisateur n’a plus de permissions.
access-not-held = Non accordée
access-why = Pourquoi ? { $permission }
access-sections = Rubriques du back-office
access-no-sections = Cet utilisateur ne voit aucune rubrique du back-office.
section-ANALYTICS = Statistiques
section-ASSETS = Ressources
section-CATALOG = Catalogue
section-CONFIGURATION = Configuration
section-LOOK_AND_FEEL_BRANDING = Identité visuelle
section-LOOK_AND_FEEL_DATASET_THEMES = Thèmes des jeux de données
section-LOOK_AND_FEEL_DATA_VISUALIZATIONS = Visualisations de données
section-LOOK_AND_FEEL_NAVIGATION = Navigation
section-LOOK_AND_FEEL_THEME = Thème
section-PAGES = Pages
section-PLANS = Formules
section-REUSES = Réutilisations
section-USERS_AND_GROUPS = Utilisateurs et groupes
section-WORKSPACES = Espaces de travail

groups-none = Cet utilisateur ne fait partie d’aucun groupe.
groups-gives = Donne : { $permissions }
groups-gives-nothing = Ne donne aucune permission.
groups-leave = Retirer
groups-leave-name = Retirer du groupe { $name }

items-failed = Les jeux de données et les pages n’ont pas pu être chargés.
items-grants = Accès donnés un par un
items-no-grants = Cet utilisateur n’a reçu aucun accès à un jeu de données ou à une page en particulier.
items-owned = Propriété
items-no-owned = Cet utilisateur n’est propriétaire d’aucun jeu de données ni d’aucune page que vous pouvez voir.
items-dataset = Jeu de données
items-page = Page
items-published = publié
items-draft = brouillon
items-hidden = Vous ne pouvez pas le voir
items-filter = une partie des enregistrements seulement
items-cut = Seuls les 50 premiers sont affichés.
items-access-BROWSE = Consulter
items-access-EDIT = Modifier
items-access-PUBLISH = Publier
items-access-DELETE = Supprimer
items-access-MANAGE_SECURITY = Gérer les accès
items-remove-name = Retirer l’accès à { $name }

quotas-failed = Les quotas n’ont pas pu être chargés.
quota-type-API_CALLS = Appels d’API
quota-type-DATASETS = Jeux de données
quota-type-RECORDS_PER_DATASET = Enregistrements par jeu de données
quota-unlimited = Illimité
quota-decided-DEFAULT = selon la valeur par défaut
quota-decided-GROUP = selon un groupe
quota-decided-MEMBER = selon la valeur propre à l’utilisateur
quota-decided-LICENSE = selon la licence
quota-decided-WORKSPACE_CAP = selon le plafond de l’espace de travail
quota-decided-none = aucune limite n’est fixée
quota-used = { $used } utilisés
quota-used-of = { $used } utilisés sur { $limit }, reste { $remaining }
quota-resets = repart de zéro le
quota-calculator = D’où vient la limite
quota-license = Licence
quota-cap = Plafond de l’espace de travail
quota-default = Valeur par défaut
quota-own = Valeur propre à cet utilisateur
quota-not-set = non définie
quota-wins = C’est celle qui compte
quota-help = Saisissez une valeur pour voir ce qui compterait. Rien n’est enregistré tant que vous ne choisissez pas Enregistrer. Vide : aucune valeur propre.
quota-wrong = Saisissez un nombre entier, ou laissez le champ vide.
quota-save = Enregistrer…

keys-failed = Les clés d’API n’ont pas pu être chargées.
keys-none = Cet utilisateur n’a pas de clé d’API. Les utilisateurs créent leurs clés eux-mêmes.
keys-created = créée le
keys-no-end = sans fin
keys-used = dernière utilisation
keys-never-used = jamais utilisée
keys-networks = Uniquement depuis { $networks }
keys-revoke = Révoquer
keys-revoke-name = Révoquer { $name }
key-state-ACTIVE = Active
key-state-SUSPENDED = Suspendue
key-state-EXPIRED = Expirée
key-state-REVOKED = Révoquée

history-failed = L’historique n’a pas pu être chargé.
history-none = Le journal d’audit ne contient rien sur cet utilisateur.
history-more = Afficher les entrées plus anciennes
history-actor-ACCOUNT = une personne qui n’est plus là
history-actor-ANONYMOUS = un visiteur
history-actor-API_KEY = une clé d’API
history-actor-OPERATOR = l’exploitant
history-actor-SYSTEM = le système
history-change = { $field } : { $before } → { $after }
history-redacted = { $field } : effacé pour protéger la vie privée
history-number = Entrée { $number }
history-address = depuis
history-nothing = aucun
history-yes = oui
history-no = non
history-limit = { $limit } ({ $type })
event-other = Autre changement
event-ACCESS_EXPIRED = Accès à un élément expiré
event-ACCESS_GRANTED = Accès à un élément donné
event-ACCESS_PERIOD_CHANGED = Période d’accès modifiée
event-ACCESS_RENEWAL_APPROVED = Prolongation acceptée
event-ACCESS_RENEWAL_REJECTED = Prolongation refusée
event-ACCESS_RENEWAL_REQUESTED = Prolongation demandée
event-ACCESS_REVOKED = Accès à un élément retiré
event-API_KEY_CREATED = Clé d’API créée
event-API_KEY_EXPIRED = Clé d’API expirée
event-API_KEY_REVOKED = Clé d’API révoquée
event-GROUP_MEMBER_ADDED = Ajout à un groupe
event-GROUP_MEMBER_REMOVED = Retrait d’un groupe
event-GROUP_MEMBERSHIP_EXPIRED = Temps passé dans un groupe expiré
event-MEMBERSHIP_CREATED = Arrivée dans l’espace de travail
event-MEMBERSHIP_DISABLED = Désactivation
event-MEMBERSHIP_ENABLED = Réactivation
event-MEMBERSHIP_ERASED = Données personnelles effacées
event-MEMBERSHIP_EXPIRED = Accès expiré
event-MEMBERSHIP_LEFT = Départ de l’espace de travail
event-MEMBERSHIP_REVOKED = Accès retiré
event-PASSWORD_RESET_SENT = Lien pour un nouveau mot de passe envoyé
event-PERMISSION_EXPIRED = Permission expirée
event-PERMISSION_GRANTED = Permission donnée
event-PERMISSION_REVOKED = Permission retirée
event-QUOTA_REMOVED = Quota propre supprimé
event-QUOTA_SET = Quota propre défini
event-QUOTA_USAGE_RESET = Utilisation remise à zéro
event-QUOTA_VALUE_EXPIRED = Quota propre expiré
event-ROLE_ASSIGNED = Rôle donné
event-ROLE_ASSIGNMENT_EXPIRED = Rôle expiré
event-ROLE_UNASSIGNED = Rôle retiré
field-state = État
field-role = Rôle
field-group = Groupe
field-permissions = Permissions
field-startsAt = Début
field-endsAt = Fin
field-quota = Quota
field-reason = Motif

# Explication d'un accès
why = Pourquoi ?
why-title = Expliquer un accès
why-help = Pourquoi quelqu’un a-t-il une permission, ou ne l’a-t-il pas ? Choisissez une personne et une permission.
why-failed = L’explication n’a pas pu être chargée.
why-person = Personne
why-type = Saisissez un nom ou une adresse e-mail.
why-nobody = Personne ne correspond.
why-ask-self = Ma situation
why-ask-anonymous = Les visiteurs non connectés
why-you = Vous
why-anonymous = Visiteurs non connectés
why-key = Cette clé d’API
why-at = Telle était la situation le { $instant }.
why-now = Afficher la situation actuelle
why-open-user = Ouvrir la page de { $name }
why-yes = Oui : { $name } – { $permission }
why-no = Non : { $name } – { $permission }
why-everybody = Tout le monde a cette permission.
why-paths = { $count ->
    [one] { $count } voie donne cette permission :
   *[other] { $count } voies donnent cette permission :
}
why-each-suffices = Chacune de ces voies suffit. Pour retirer la permission, il faut toutes les fermer.
why-since = depuis le
why-until = jusqu’au
why-by = par
why-close-ROLE = Retirer le rôle…
why-close-GROUP = Retirer du groupe…
why-close-DIRECT = Retirer…
why-close-RESOURCE = Retirer…
why-obstacle-KEY_NOT_ACTIVE = La clé d’API est expirée, suspendue ou révoquée.
why-obstacle-KEY_SCOPE = La clé d’API est limitée à d’autres permissions.
why-obstacle-MEMBERSHIP_DISABLED = L’utilisateur est désactivé.
why-obstacle-MEMBERSHIP_ENDED = L’accès de l’utilisateur a pris fin.
why-obstacle-MEMBERSHIP_NOT_STARTED = L’accès de l’utilisateur n’a pas encore commencé.
why-obstacle-NOT_A_MEMBER = Cette personne n’est pas utilisatrice de cet espace de travail.
why-obstacle-NOT_GRANTED = Ni un rôle ni un groupe ne donne cette permission, et elle n’a pas été donnée directement.
why-obstacle-RESOURCE_NOT_PUBLISHED = Le jeu de données ou la page n’est pas publié.
why-obstacle-SECOND_FACTOR_REQUIRED = L’espace de travail exige un second facteur à la connexion, et aucun n’a été utilisé.
why-obstacle-WORKSPACE_PRIVATE = L’espace de travail est privé : seuls ses utilisateurs peuvent y entrer.
why-would-give = { $count ->
    [one] Ceci y changerait quelque chose :
   *[other] Chacune de ces actions y changerait quelque chose :
}
source-role = Rôle { $name }
source-group = Groupe { $name }
source-item = Accès à { $name }
source-owner = Propriétaire
source-open = Ouvert à tous
source-direct = Donnée directement
suggestion-ADD_TO_GROUP = Ajouter au groupe { $name }
suggestion-ENABLE_MEMBER = Réactiver l’utilisateur
suggestion-EXTEND_ACCESS = Modifier la période d’accès
suggestion-GIVE_ROLE = Donner le rôle { $name }
suggestion-GRANT_PERMISSION = Donner la permission directement
suggestion-INVITE = Inviter cette personne

# Actions
action-disable = Désactiver…
action-enable = Réactiver…
action-revoke = Retirer l’accès…
action-restore = Rétablir…
action-send-reset = Envoyer un lien pour un nouveau mot de passe…
action-role = Changer de rôle…
action-period = Modifier la période d’accès…
action-grant = Donner des permissions…
action-ungrant = Retirer des permissions…
action-join-group = Ajouter à un groupe…
action-leave-group = Retirer d’un groupe…
action-reset-usage = Remettre l’utilisation à zéro…
action-revoke-keys = Révoquer toutes les clés d’API…
cannot-self = Vous ne pouvez pas le faire pour vous-même.
cannot-administrator = Seul un administrateur peut le faire pour un administrateur.
cannot-right = Vous n’avez pas la permission de le faire.

action-title-disable = { $count ->
    [one] Désactiver { $name } ?
   *[other] Désactiver { $count } utilisateurs ?
}
action-title-enable = { $count ->
    [one] Réactiver { $name } ?
   *[other] Réactiver { $count } utilisateurs ?
}
action-title-revoke = { $count ->
    [one] Retirer l’accès de { $name } ?
   *[other] Retirer l’accès de { $count } utilisateurs ?
}
action-title-restore = { $count ->
    [one] Rétablir { $name } ?
   *[other] Rétablir { $count } utilisateurs ?
}
action-title-send-reset = { $count ->
    [one] Envoyer à { $name } un lien pour un nouveau mot de passe ?
   *[other] Envoyer à { $count } utilisateurs un lien pour un nouveau mot de passe ?
}
action-title-role = { $count ->
    [one] Changer le rôle de { $name }
   *[other] Changer le rôle de { $count } utilisateurs
}
action-title-period = { $count ->
    [one] Modifier la période d’accès de { $name }
   *[other] Modifier la période d’accès de { $count } utilisateurs
}
action-title-grant = { $count ->
    [one] Donner des permissions à { $name }
   *[other] Donner des permissions à { $count } utilisateurs
}
action-title-ungrant = { $count ->
    [one] Retirer des permissions à { $name }
   *[other] Retirer des permissions à { $count } utilisateurs
}
action-title-ungrant-ids = { $count ->
    [one] Retirer ceci à { $name } ?
   *[other] Retirer ceci à { $count } utilisateurs ?
}
action-title-join-group = { $count ->
    [one] Ajouter { $name } à un groupe
   *[other] Ajouter { $count } utilisateurs à un groupe
}
action-title-leave-group = { $count ->
    [one] Retirer { $name } d’un groupe
   *[other] Retirer { $count } utilisateurs d’un groupe
}
action-title-quota = { $count ->
    [one] Modifier le quota de { $name } ?
   *[other] Modifier le quota de { $count } utilisateurs ?
}
action-title-reset-usage = { $count ->
    [one] Remettre à zéro l’utilisation de { $name } ?
   *[other] Remettre à zéro l’utilisation de { $count } utilisateurs ?
}
action-title-revoke-keys = { $count ->
    [one] Révoquer des clés d’API de { $name } ?
   *[other] Révoquer des clés d’API de { $count } utilisateurs ?
}
action-confirm-disable = Désactiver
action-confirm-enable = Réactiver
action-confirm-revoke = Retirer l’accès
action-confirm-restore = Rétablir
action-confirm-send-reset = Envoyer
action-confirm-role = Changer le rôle
action-confirm-period = Modifier la période d’accès
action-confirm-grant = Donner les permissions
action-confirm-ungrant = Retirer
action-confirm-ungrant-ids = Retirer
action-confirm-join-group = Ajouter
action-confirm-leave-group = Retirer
action-confirm-quota = Enregistrer
action-confirm-reset-usage = Remettre à zéro
action-confirm-revoke-keys = Révoquer
action-done-disable = { $count ->
    [one] Désactivation effectuée : { $name }.
   *[other] { $count } utilisateurs ont été désactivés.
}
action-done-enable = { $count ->
    [one] Réactivation effectuée : { $name }.
   *[other] { $count } utilisateurs ont été réactivés.
}
action-done-revoke = { $count ->
    [one] L’accès de { $name } a été retiré.
   *[other] L’accès de { $count } utilisateurs a été retiré.
}
action-done-restore = { $count ->
    [one] L’accès de { $name } a été rétabli.
   *[other] L’accès de { $count } utilisateurs a été rétabli.
}
action-done-send-reset = { $count ->
    [one] { $name } va recevoir un lien pour un nouveau mot de passe.
   *[other] { $count } utilisateurs vont recevoir un lien pour un nouveau mot de passe.
}
action-done-role = { $count ->
    [one] Le rôle de { $name } a été changé.
   *[other] Le rôle de { $count } utilisateurs a été changé.
}
action-done-period = { $count ->
    [one] La période d’accès de { $name } a été modifiée.
   *[other] La période d’accès de { $count } utilisateurs a été modifiée.
}
action-done-grant = { $count ->
    [one] { $name } a reçu des permissions.
   *[other] { $count } utilisateurs ont reçu des permissions.
}
action-done-ungrant = { $count ->
    [one] Des permissions de { $name } ont été retirées.
   *[other] Des permissions de { $count } utilisateurs ont été retirées.
}
action-done-ungrant-ids = { $count ->
    [one] C’est retiré à { $name }.
   *[other] C’est retiré à { $count } utilisateurs.
}
action-done-join-group = { $count ->
    [one] { $name } fait maintenant partie du groupe.
   *[other] { $count } utilisateurs font maintenant partie du groupe.
}
action-done-leave-group = { $count ->
    [one] { $name } ne fait plus partie du groupe.
   *[other] { $count } utilisateurs ne font plus partie du groupe.
}
action-done-quota = { $count ->
    [one] Le quota de { $name } a été modifié.
   *[other] Le quota de { $count } utilisateurs a été modifié.
}
action-done-reset-usage = { $count ->
    [one] L’utilisation de { $name } a été remise à zéro.
   *[other] L’utilisation de { $count } utilisateurs a été remise à zéro.
}
action-done-revoke-keys = { $count ->
    [one] La clé d’API a été révoquée.
   *[other] { $count } clés d’API ont été révoquées.
}

form-choose = Choisir…
form-role = Nouveau rôle
form-group = Groupe
form-period = Accès
form-period-hours = Pour quelques heures à partir de maintenant
form-period-days = Pour quelques jours à partir de maintenant
form-period-date = Jusqu’à une date
form-period-unlimited = Sans fin
form-amount-hours = Heures
form-amount-days = Jours
form-date = Dernier jour
form-date-help = Jusqu’à la fin de cette journée ({ $zone }).
form-reason = Motif (conservé dans le journal d’audit)
form-reason-needed = Motif (obligatoire, conservé dans le journal d’audit)
form-type-number = Pour confirmer, saisissez le nombre d’utilisateurs : { $count }

rehearsal-title = Aperçu
rehearsal-pending = Vérification de ce qui se passerait…
rehearsal-count = { $count ->
    [0] Rien ne changerait.
    [one] { $count } modification serait faite.
   *[other] { $count } modifications seraient faites.
}
rehearsal-unchanged = { $count ->
    [one] { $count } ne changerait pas
   *[other] { $count } ne changeraient pas
}
rehearsal-no-effect = Personne ne gagne ni ne perd de permission.
rehearsal-self = Vous faites partie de ces utilisateurs. Regardez bien ce que vous perdriez vous-même.
rehearsal-no-undo = Cette action est irréversible.
rehearsal-progress = Progression
rehearsal-stop = Arrêter
results-title = Résultat
results-count = { $count ->
    [0] Rien n’a été modifié.
    [one] C’est fait : { $count } modification.
   *[other] C’est fait : { $count } modifications.
}
results-unchanged = { $count ->
    [one] { $count } n’a pas changé
   *[other] { $count } n’ont pas changé
}
results-differ = La situation a changé entre-temps : l’effet n’est pas celui que montrait l’aperçu.
results-rehearsed = Ce que montrait l’aperçu
results-changed = modifié
results-copy = Copier la liste
results-copied = Copié
results-select-failed = Sélectionner les { $count } échecs
effect-lose = { $count ->
    [one] { $name } perd : { $permission }
   *[other] { $count } utilisateurs perdent : { $permission }
}
effect-gain = { $count ->
    [one] { $name } obtient : { $permission }
   *[other] { $count } utilisateurs obtiennent : { $permission }
}
effect-lose-item = { $count ->
    [one] { $name } perd l’accès à { $item }
   *[other] { $count } utilisateurs perdent l’accès à { $item }
}
effect-gain-item = { $count ->
    [one] { $name } obtient l’accès à { $item }
   *[other] { $count } utilisateurs obtiennent l’accès à { $item }
}
effect-limit = { $count ->
    [one] { $limit } : { $before } → { $after } pour { $name }
   *[other] { $limit } : { $before } → { $after } pour { $count } utilisateurs
}
effect-keys = { $count ->
    [one] { $count } clé d’API cesse de fonctionner
   *[other] { $count } clés d’API cessent de fonctionner
}
effect-more = { $count ->
    [one] et { $count } autre utilisateur
   *[other] et { $count } autres utilisateurs
}
left-out-title = Non rétabli
left-out-line = { $name } : { $what } ({ $reason })
left-out-ACCESS = l’accès à un élément
left-out-GROUP = un groupe
left-out-PERMISSION = une permission
left-out-QUOTA = un quota
left-out-ROLE = le rôle
left-out-reason-ENDED_MEANWHILE = arrivé à échéance entre-temps
left-out-reason-FORBIDDEN = vous ne pouvez pas l’accorder
left-out-reason-LIMIT_REACHED = une limite est atteinte
left-out-reason-NO_LONGER_EXISTS = n’existe plus
outcome-ALREADY_DISABLED = déjà désactivé
outcome-ALREADY_ENDED = accès déjà terminé
outcome-ALREADY_GRANTED = en dispose déjà
outcome-ALREADY_IN = fait déjà partie du groupe
outcome-ALREADY_REVOKED = déjà révoquée
outcome-ALREADY_SENT = un lien a été envoyé il y a peu
outcome-NOTHING_USED = rien n’a été utilisé
outcome-NOT_DISABLED = n’est pas désactivé
outcome-NOT_GRANTED = n’en dispose pas directement
outcome-NOT_IN = ne fait pas partie du groupe
outcome-UNCHANGED = c’est déjà le cas
undo = Annuler l’action…
undo-title = Annuler l’action ?
undo-confirm = Annuler l’action
undo-done = L’action a été annulée.
dialog-close = Fermer
dialog-cancel = Ne rien changer
