# Why a request is refused or fails as a whole: the texts of top-level errors.

# Who may not, and what is not there.
unauthenticated = Connectez-vous d’abord.
not-found = Cet élément n’existe pas, ou vous ne pouvez pas le voir.
invalid-input = Certains champs ne sont pas valides.
not-found-id = { $id } n’existe pas, ou vous ne pouvez pas le voir.
not-found-one-of = L’un des éléments { $ids } n’existe pas, ou vous ne pouvez pas le voir.
not-found-one-of-many = L’un des éléments { $ids } et d’autres n’existe pas, ou vous ne pouvez pas le voir.
requires-permission = Cette action requiert la permission « { $permission } ».
requires-administrator = Seuls les administrateurs peuvent faire cela.
requires-operator = Seuls les opérateurs de l’installation peuvent faire cela.
requires-operator-session = Seuls les opérateurs de l’installation peuvent créer des espaces de travail, et pas avec une clé d’API.
requires-active-member = Seuls les membres actifs de l’espace de travail peuvent faire cela.
requires-active-member-or-gateway = Seuls les membres actifs et les clés GATEWAY peuvent faire cela.
requires-gateway = Seule une clé GATEWAY peut compter des appels pour d’autres membres et pour les visiteurs.
requires-membership = Seuls les membres de l’espace de travail peuvent le quitter.
requires-own-membership = Vous ne pouvez demander plus de temps que pour vous-même.
requires-own-reuse = Vous ne pouvez modifier que les réutilisations que vous avez proposées.
requires-confirmed-email = Confirmez d’abord votre adresse e-mail.
requires-other-account = Ce lien appartient à un autre compte. Connectez-vous avec celui-ci.
not-by-key = Cela n’est pas possible avec une clé d’API. Connectez-vous.
not-on-oneself = Vous ne pouvez pas faire cela sur votre propre compte. Programmez plutôt sa suppression.
not-by-people = Seul le serveur peut faire cela.
administrator-not-by-key = Une clé d’API ne peut ni donner ni rétablir le rôle Administrator.
own-api-keys-only = Seule la personne à qui appartient cette clé d’API peut la modifier. Vous pouvez la révoquer.
own-access = Vous ne pouvez pas changer cela pour vous-même.
own-group = Vous ne pouvez pas augmenter les limites d’un groupe dont vous faites partie.
more-than-own = Vous ne pouvez donner que les droits que vous détenez vous-même.
longer-than-own = Vous ne pouvez pas donner de droits pour plus longtemps que vous ne les détenez vous-même.

# Not now.
too-many-calls = Trop d’appels. Réessayez dans { $seconds ->
    [one] { $seconds } seconde
   *[other] { $seconds } secondes
}.
too-many-attempts = Trop de tentatives. Réessayez dans { $seconds ->
    [one] { $seconds } seconde
   *[other] { $seconds } secondes
}.
budget-used-up = Le budget de { $limit } par minute est épuisé. Réessayez dans { $seconds ->
    [one] { $seconds } seconde
   *[other] { $seconds } secondes
}.
idempotency-conflict = Cette clé d’idempotence a déjà servi avec d’autres données. Utilisez une nouvelle clé.
unavailable = Le service n’est pas disponible pour le moment. Réessayez.
internal = Une erreur s’est produite sur le serveur. Si elle se répète, signalez le requestId.
timed-out = La requête a pris trop de temps. Demandez moins de données à la fois.
timed-out-mutation = La requête a pris trop de temps. « { $key } » a peut-être pris effet : vérifiez, ou répétez l’appel avec le même idempotencyKey.

# What is not valid, and where.
argument-misfit = L’argument « { $path } » de « { $field } » n’est pas valable. { $why }
arguments-misfit = Les arguments de « { $field } » ne sont pas valables ensemble. { $why }
literal-misfit = L’argument « { $path } » n’est pas valable. { $why }
variable-misfit = La variable « ${ $path } » n’est pas valable. { $why }
default-misfit = La valeur par défaut de « ${ $path } » n’est pas valable. { $why }
parameter-misfit = Le paramètre « { $name } » n’est pas valable. { $why }
value-expected = Une valeur de type « { $expected } » est attendue, et non { $found }.
integer-expected = Une valeur de type « { $expected } » de -2147483648 à 2147483647 est attendue, et non { $found }.
object-expected = Un objet « { $expected } » est attendu, et non { $found }.
enum-expected = Une valeur de « { $expected } » est attendue, et non { $found } : choisissez parmi { $choices }.
not-in-enum = { $value } n’est pas une valeur de « { $expected } » : choisissez parmi { $choices }.
found-variable = une variable
found-null = null
found-number = le nombre { $number }
found-string = une chaîne
found-boolean = un booléen
found-name = le nom { $name }
found-list = une liste
found-object = un objet
not-a-scalar = { $value } n’est pas un « { $expected } » valable. { $why }
scalar-expected = Une valeur de type « { $expected } » est attendue, et non { $found }. { $why }
one-field-exactly = « { $expected } » prend exactement un champ, et pas null.
unknown-input-field = « { $expected } » n’a pas de champ { $field }.
field-required = Le champ « { $field } » de « { $expected } » est obligatoire.
value-required = Une valeur de type « { $expected } » est obligatoire.
null-not-allowed = Null n’est pas permis ici.
not-an-input-type = « { $name } » n’est pas un type d’entrée.
cannot-be-null = Le champ « { $field } » ne peut pas être null. Omettez-le pour le laisser tel quel.

# Ids, instants, addresses, numbers, texts.
id-unknown-form = { $id } n’est pas un identifiant. Un identifiant se compose d’un préfixe comme mem_ et de 26 caractères parmi 0-9 et a-z.
id-malformed = { $id } n’est pas un identifiant. Il faut { $prefixes } suivi de 26 caractères parmi 0-9 et a-z.
id-of-something-else = { $id } est l’identifiant d’autre chose. Il faut { $prefixes } suivi de 26 caractères parmi 0-9 et a-z.
id-carries-instant = { $id } porte un instant, et seuls node et nodes acceptent de tels identifiants.
id-instant-malformed = { $id } n’est pas un identifiant : son instant doit se terminer par Z et avoir 6 décimales de seconde.
malformed-id = Ce n’est pas un identifiant. Un identifiant se compose d’un préfixe comme mem_ et de 26 caractères parmi 0-9 et a-z.
other-id-expected = Un identifiant qui commence par { $prefix } est attendu.
no-instant-in-id = Un identifiant qui porte un instant n’est accepté que par node et nodes.
instant-of-id-malformed = L’instant d’un identifiant doit se terminer par Z et avoir 6 décimales de seconde.
id-not-dated = Seuls les objets datés se lisent à un instant : membres, groupes, appartenances aux groupes, rôles, droits accordés, clés d’API et valeurs de quota.
id-is-a-string = Un identifiant est une chaîne.
date-time-form = Un DateTime suit la RFC 3339, avec Z ou un décalage comme +02:00, au plus 9 décimales de seconde et une année de 1970 à 9998.
long-form = Un Long est un nombre entier de -(2^53 - 1) à 2^53 - 1, en nombre JSON.
not-an-email = Ce n’est pas une adresse e-mail. Indiquez-en une comme nom@example.org.
email-too-long = Une adresse e-mail compte au plus { $most } octets, dont { $local } avant le @.
email-is-a-string = Une adresse e-mail est une chaîne.
text-length = Le texte compte { $length } caractères ; { $least } à { $most } sont permis.
control-characters = Les caractères de contrôle ne sont pas autorisés.
list-length = La liste compte { $length } éléments ; { $least } à { $most } sont permis.
list-length-at-most = La liste compte { $length } éléments ; { $most } au plus sont permis.
items = Indiquez { $least } à { $most } éléments dans { $field }.
items-at-most = Indiquez au plus { $most } éléments dans { $field }.
items-at-least-one = Indiquez au moins un élément dans chacun des champs { $fields }.
pairs-at-most = L’appel compte { $pairs } couples d’un élément et d’un espace de travail ; { $most } au plus sont permis.
any-list-at-most = Une liste ne peut contenir plus de { $most } éléments.
token-length = Un jeton compte 1 à { $most } caractères.
idempotency-key-form = Une clé d’idempotence compte 1 à { $most } caractères, sans caractères de contrôle.
search-length = Une recherche compte au plus { $most } caractères.
search-characters = Une recherche ne contient pas de caractères de contrôle.
theme-form = L’identifiant d’un thème compte au plus { $most } caractères, sans NUL.
hash-form = Une empreinte se compose de 64 chiffres hexadécimaux en minuscules.
slug-form = Un identifiant court (slug) se compose de a-z, 0-9 et -.
quota-limit-range = Une limite est un nombre entier de 0 à { $most }.
quota-limit-step = Une limite d’enregistrements doit être 0 ou un multiple de { $step }.

# Pages and cursors.
page-size = L’argument « { $argument } » de « { $field } » vaut { $number }, et une page compte 1 à { $most } lignes.
page-rows = Une page compte 1 à { $most } lignes.
first-or-last = Indiquez first ou last, pas les deux.
too-many-at-once = Trop de vos requêtes sont en cours en même temps. Patientez un instant, puis réessayez.
not-a-cursor = { $cursor } n’est pas un curseur. Indiquez-en un qu’une page a renvoyé.
other-lists-cursor = Ce curseur n’appartient pas à cette liste. Indiquez-en un qu’une page de la liste a renvoyé.
too-many-quota-values = Il y a plus de { $most } valeurs. Lisez allQuotaValues page par page.

# What goes together.
exactly-one-of = Indiquez exactement un élément parmi { $fields }.
at-least-one-of = Indiquez au moins un élément parmi { $fields }.
at-most-one-of = Indiquez au plus un élément parmi { $fields }.
permissions-or-role = Indiquez permissions, ou basedOnRoleId pour reprendre celles d’un autre rôle.
permissions-or-resource = Indiquez soit permissions et permissionGroups, soit resourceId avec access.
permission-or-resource = Indiquez soit permission, soit resource et access.
record-filter-with-resource = N’indiquez recordFilter qu’avec resourceId et access.
grant-ids-alone = Ne combinez pas grantIds avec d’autres champs qui désignent des droits accordés.
gateway-permissions = Une clé GATEWAY ne prend pas de permissions, car elle n’agit pour aucun membre.
gateway-names-subject = Une clé GATEWAY doit dire pour qui elle compte. Indiquez membershipId ou clientAddress.
ends-at-with-approve = N’indiquez endsAt qu’avec approve: true.
role-or-null = Indiquez une valeur pour roleId, ou null pour retirer le rôle.
limit-or-null = Indiquez une valeur pour limit, ou null pour supprimer la limite.
default-has-no-subject = La portée DEFAULT n’a pas de sujet. Omettez subjectId.
subject-required = Indiquez le groupe ou l’adhésion dans subjectId.
license-is-set-elsewhere = La licence se définit avec setLicense.
caps-are-set-elsewhere = Les plafonds se définissent depuis l’espace de travail principal.
invitation-of-other = Une invitation est acceptée par la personne invitée. Omettez invitationToken.
password-by-operator = Seuls les opérateurs créent des comptes sans mot de passe. Indiquez un mot de passe.
as-of-too-early = L’instant asOf précède la création de l’espace de travail.
to-after-from = L’argument « to » doit être postérieur à « from ».
too-many-days = La période compte plus de { $most } jours.
events-from-one = Les événements sont numérotés à partir de 1, et « to » ne doit pas être inférieur à « from ».
pin-from-one = Un repère porte le numéro d’un événement, à partir de 1.
actor-form = Un actorId est l’identifiant d’un compte (acc_…) ou d’une clé d’API (key_…).
workspace-reference = Indiquez le slug ou l’identifiant d’un espace de travail.
password-not-in-url = Envoyez ceci par POST : un mot de passe n’a pas sa place dans une URL.
token-not-in-url = Envoyez ceci par POST : un jeton n’a pas sa place dans une URL.
strength-once = Ne demandez passwordStrength qu’une fois par requête.
cookie-from-other-site = Depuis un autre site, transport COOKIE ne fonctionne pas : les navigateurs écartent un tel cookie (SameSite=Lax). Utilisez TOKEN, ou servez l’application depuis le même site que ce serveur.

# Documents.
engine = La requête n’est pas valable : { $why }
syntax-error = Erreur de syntaxe : { $why }.
unexpected-text = Erreur de syntaxe : texte inattendu.
unterminated-string = Erreur de syntaxe : chaîne non terminée.
escape-braces = Erreur de syntaxe : { $escape } prend des chiffres hexadécimaux entre ses accolades.
escape-digits = Erreur de syntaxe : { $escape } prend quatre chiffres hexadécimaux, ou davantage entre accolades.
escape-range = Erreur de syntaxe : { $escape } n’est pas un caractère : ils vont de 0 à D7FF et de E000 à 10FFFF.
no-first-surrogate = Erreur de syntaxe : { $escape } est la moitié d’une paire de substitution sans sa première moitié.
no-second-surrogate = Erreur de syntaxe : { $escape } est la moitié d’une paire de substitution sans sa seconde moitié.
operation-name-required = Le document contient plusieurs opérations. Indiquez laquelle dans « operationName ».
unknown-operation = Le document n’a pas d’opération de ce nom.
no-root-type = Le schéma n’a pas de { $operation }.
introspection-off = L’introspection est désactivée.
typename-alone = « __typename » ne prend ni arguments, ni sélections, ni directives autres que @skip et @include.
mutation-repeated = Une mutation sélectionne « { $key } » plusieurs fois. Donnez à chacune son propre alias.
one-subscription = Une souscription sélectionne exactement un champ racine.
no-subscriptions = Les souscriptions ne sont pas prises en charge.
empty-selection = Une sélection est vide.
unknown-field = Il n’y a pas de champ « { $field } » sur « { $parent } ».
conflicting-types = Les sélections de « { $key } » renvoient des types différents. Utilisez des alias.
conflicting-fields = Les sélections de « { $key } » sont des champs différents. Utilisez des alias.
conflicting-arguments = Les sélections de « { $key } » ont des arguments différents. Utilisez des alias.
input-field-repeated = Un objet d’entrée nomme plusieurs fois le champ « { $field } ».
fragment-cycle = Le fragment « { $name } » se contient lui-même, directement ou par un autre.
variable-unused = La variable « ${ $name } » n’est pas utilisée.
variable-undefined = La variable « ${ $name } » n’est pas définie.
variable-misplaced = La variable « ${ $name } » de type « { $given } » se trouve là où un « { $expected } » est attendu.
get-is-for-queries = GET n’exécute que des requêtes. Envoyez les mutations par POST.
no-document = La requête n’a ni « query » ni « documentId ».
document-id-form = Un « documentId » se compose de « sha256: » et de 64 chiffres hexadécimaux en minuscules.
documents-differ = « query » et « documentId » désignent des documents différents.
unknown-document = Ce « documentId » est inconnu. Envoyez le document dans « query ».
persisted-documents-only = Avec un cookie de session, seuls les documents que possède le serveur reçoivent une réponse. Indiquez-en un dans « documentId », ou envoyez la session dans l’en-tête Authorization.
# The text that Apollo's clients look for: the same in every language.
persisted-query-not-supported = PersistedQueryNotSupported

# Documents over a limit.
too-many-brackets = Le document imbrique des parenthèses ou accolades sur plus de { $most } niveaux : divisez la requête.
too-many-tokens = Le document compte plus de { $most } lexèmes : divisez la requête.
too-many-fragments = Le document compte plus de { $most } fragments : divisez la requête.
too-long-fragment-chain = Plus de { $most } fragments s’enchaînent : divisez la requête.
too-many-conditions = Plus de { $most } variables décident de ce qui est sélectionné : divisez la requête.
too-large-written-out = Le document est trop grand une fois ses fragments développés : divisez la requête.
too-many-nested-selections = Le document compte { $found } sélections imbriquées, et { $most } au plus sont permises : divisez la requête.
too-many-levels = Le document compte { $found } niveaux de champs, et { $most } au plus sont permis : divisez la requête.
too-many-introspection-levels = Le document compte { $found } niveaux d’introspection, et { $most } au plus sont permis : divisez la requête.
too-many-aliases = Le document compte { $found } alias, et { $most } au plus sont permis : divisez la requête.
too-many-root-fields = Le document compte { $found } champs racines, et { $most } au plus sont permis : divisez la requête.
too-many-selections = Le document compte, une fois développé, { $found } champs et fragments, et { $most } au plus sont permis : divisez la requête.
too-many-directives = Le document compte { $found } directives au même endroit, et { $most } au plus sont permises : divisez la requête.
too-costly = La requête coûte { $cost }, et { $most } au plus est permis : divisez la requête.
too-costly-part = La requête coûte { $cost }, et { $most } au plus est permis. La partie la plus coûteuse est « { $path } », avec { $part } : demandez moins de lignes ou d’éléments à la fois, moins de champs, ou divisez la requête.

# Around the document: HTTP, credentials, files.
media-types = Les réponses sont en application/graphql-response+json ou en application/json. Acceptez l’un des deux.
get-or-post = Envoyez GET ou POST.
no-such-address = Il n’y a rien à cette adresse. L’API se trouve à /graphql.
json-body = Envoyez application/json en UTF-8.
compressed-body = Envoyez le corps sans compression.
answer-size = Les longs textes de la réponse dépassent { $most } Mo. Demandez moins d'éléments ou moins de longs textes à la fois.
body-size = Un corps compte au plus { $most } octets.
body-size-signed-out = Un corps compte au plus { $most } octets, { $more } si vous êtes connecté.
body-late = Le corps n’est pas arrivé à temps.
body-incomplete = Le corps n’est pas arrivé en entier.
one-request = Envoyez une seule requête, pas un tableau.
body-form = Le corps n’est pas une requête GraphQL : { $why }.
credential-form = L’en-tête Authorization n’est pas compris. Envoyez « Authorization: Bearer <jeton de session ou clé d’API> », « Authorization: Apikey <clé d’API> » ou « X-Api-Key: <clé d’API> ».
bad-credential = L’identifiant de connexion n’est pas valable : il est inconnu, révoqué ou expiré, ou deux identifiants différents ont été envoyés.
session-ended = La session est terminée. Reconnectez-vous.
parameter-twice = Le paramètre « { $name } » est indiqué deux fois.
parameter-encoding = Le paramètre « { $name } » est mal encodé.
parameter-object = Le paramètre « { $name } » n’est pas un objet JSON.
parameters = Les paramètres sont { $names }.
not-json = Ce n’est pas du JSON.
json-object-required = Un objet JSON est nécessaire.
unknown-json-field = Il n’y a pas de champ { $field }.
name-the-workspace = Nommez l’espace de travail : ?workspace=<slug ou id>.
separators = Le paramètre separator vaut comma, semicolon ou tab.
byte-order-mark = Le paramètre bom vaut true ou false.
unknown-event-kind = { $kind } n’est pas un type d’événement. Le paramètre kinds prend des valeurs d’AuditEventKind, séparées par des virgules, comme GROUP_CREATED,GROUP_DELETED.
export-instants = Les paramètres after et before sont des instants en UTC, comme 2026-01-31T12:00:00Z.
export-format = Le paramètre format vaut OPENDATASOFT ou est absent.
invalid-csv = Le fichier est illisible à partir de la ligne { $line }. Il doit être un CSV en UTF-8 avec les colonnes de son format, séparées par des virgules, des points-virgules ou des tabulations.
import-lines = Un appel accepte au plus { $most } lignes. Envoyez les fichiers plus grands à /import/members.csv.
csv-body = Envoyez le fichier en text/csv, en UTF-8 et sans compression.
import-parameters = Le paramètre format vaut OPENDATASOFT ou SOCRATA, onExisting vaut REPORT ou APPLY, createGroups et dryRun valent true ou false.
