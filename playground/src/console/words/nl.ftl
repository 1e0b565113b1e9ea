# Alle teksten van de console.

app-name = Concierge
app-what = De gebruikers, de groepen en de toegang van uw opendataportaal.

# Kader
shell-skip = Naar de inhoud
shell-menu = Menu
shell-sign-out = Afmelden
shell-failed = De werkruimte kon niet worden geladen.
shell-no-workspace = Deze werkruimte bestaat niet
shell-no-workspace-why = Het adres is verkeerd getypt, of u mag deze werkruimte niet zien.
shell-own-end = Als uw toegang eindigt, sluit deze pagina. Vraag een beheerder om meer tijd als u die nodig hebt.
menu-users = Gebruikers
menu-why = Toegang verklaren
picker-language = Taal
picker-appearance = Weergave
picker-appearance-system = Systeem
picker-appearance-light = Licht
picker-appearance-dark = Donker

home-title = Uw werkruimten
home-failed = Uw werkruimten konden niet worden geladen.
home-none = U hebt geen toegang tot een werkruimte. Heeft iemand u uitgenodigd, volg dan de link in dat bericht.

not-found-title = Deze pagina bestaat niet
not-found-text = Het adres is verkeerd getypt of niet meer in gebruik.
crash-title = Deze pagina werkt niet meer
crash-text = Misschien is er een nieuwe versie geïnstalleerd terwijl de pagina openstond. Opnieuw laden helpt meestal.
crash-reload = Opnieuw laden

# Aanmelden
sign-in = Aanmelden
sign-in-email = E-mailadres
sign-in-password = Wachtwoord
sign-in-code = Code
sign-in-code-help = Voer de code van uw authenticatie-app in, of een van uw herstelcodes.
sign-in-wrong = Het adres of het wachtwoord is onjuist.
sign-in-again = Meld u opnieuw aan
sign-in-again-why = Uw sessie is beëindigd. Meld u aan om verder te gaan waar u was; er gaat niets op de pagina verloren.
demo-title = Dit is een demo
demo-text = Alle personen hier zijn verzonnen. Ga naar binnen als beheerder van Riverton Open Data en probeer uit wat u wilt.
demo-enter = De demo openen
step-up = Bevestig eerst dat u het bent.
step-up-confirm = Doorgaan

# Wat er met een pagina kan gebeuren
state-loading = Laden…
problem-retry = Opnieuw proberen
problem-details = Details
problem-request = Aanvraag
problem-network = De server is niet bereikbaar. Controleer uw verbinding. Er gaat niets verloren van wat u hebt ingevuld.
problem-unavailable = De server is op dit moment bezet. Probeer het opnieuw.
problem-rate-limited = Dat waren veel aanvragen in korte tijd.
problem-goes-on = Dit gaat vanzelf verder over { $span }.
problem-wait = Dat waren veel aanvragen in korte tijd. Probeer het opnieuw over { $span }.
problem-internal = Er is iets misgegaan op de server.
refused-title = U hebt geen toegang tot deze pagina
refused-permission = Daarvoor is het recht “{ $permission }” nodig.
refused-ask = Hebt u dat nodig, vraag het dan aan een beheerder van { $workspace }.
refused-why = Verklaren waarom ik dit recht niet heb

# Gebruikers
users-title = Gebruikers
users-failed = De gebruikers konden niet worden geladen.
users-search = Zoeken en filters
users-search-label = Zoeken op naam of e-mailadres
users-count = { $count ->
    [one] { $count } gebruiker
   *[other] { $count } gebruikers
}
users-counting = Bezig met tellen…
users-export = Downloaden als CSV
users-show-signed-up = Ook wie zich alleen registreerde
users-none = Er zijn nog geen gebruikers.
users-no-match = Geen gebruiker past bij deze filters.
users-only-signed-up = { $count ->
    [one] { $count } persoon tonen die zich alleen registreerde
   *[other] { $count } personen tonen die zich alleen registreerden
}
filter-any = Alle
filter-any-permission = Alle
filter-state = Status
filter-role = Rol
filter-group = Groep
filter-permission = Recht
filter-clear = Filters wissen
column-name = Naam
column-role = Rol
column-state = Status
column-groups = Groepen
column-ends = Toegang eindigt
column-active = Laatst actief
table-select-page = Alles op deze pagina selecteren
table-select = { $name } selecteren
table-actions = Acties
table-menu = Acties voor { $name }
pager-previous = Vorige
pager-next = Volgende
pager-range = { $from }–{ $to }
pager-range-of = { $from }–{ $to } van { $total }
pager-of = van { $total }
pager-size = Rijen per pagina
pager-rows = { $count } rijen
selection = Selectie
selection-count = { $count ->
    [one] { $count } gebruiker geselecteerd
   *[other] { $count } gebruikers geselecteerd
}
selection-actions = Acties
selection-all = Alle { $count } resultaten selecteren
selection-first = De eerste { $count } selecteren
selection-progress = Bezig met selecteren
selection-done = Alle gevonden gebruikers zijn geselecteerd.
selection-clear = Selectie opheffen

# Een gebruiker
user-title = Gebruiker
user-failed = De gebruiker kon niet worden geladen.
user-not-found = Deze gebruiker bestaat niet in deze werkruimte.
user-actions = Acties
user-no-role = Geen rol
user-no-end = Geen einde
user-never = Nooit
user-email-hidden = U kunt het e-mailadres niet zien.
user-signed-up-only = Alleen geregistreerd
user-joined = Lid sinds
user-starts = Toegang begint
user-disabled-at = Uitgeschakeld
user-ended-at = Beëindigd
user-state-active = Actief
user-state-scheduled = Nog niet begonnen
user-state-disabled = Uitgeschakeld
user-state-ended = Beëindigd
user-origin-ACCESS_REQUEST = na een aanvraag om toegang
user-origin-IMPORTED = geïmporteerd
user-origin-INVITATION = op uitnodiging
user-origin-OPERATOR = toegevoegd door de exploitant
user-origin-PROVISIONED = toegevoegd door een ander systeem
user-origin-RESTORED = hersteld
user-origin-SIGN_UP = door registratie
user-end-ERASED = het account is verwijderd
user-end-EXPIRED = de toegangsperiode was voorbij
user-end-LEFT = heeft de werkruimte verlaten
user-end-REVOKED = de toegang is ingetrokken
user-tab-access = Toegang
user-tab-groups = Groepen
user-tab-items = Datasets en pagina’s
user-tab-quotas = Quota
user-tab-keys = API-sleutels
user-tab-history = Geschiedenis
role-preset-administrator = Beheerder
role-preset-publisher = Publicatieverantwoordelijke
role-preset-editor = Redacteur
role-preset-designer = Ontwerper
role-preset-viewer = Lezer
countdown-ends-in = De toegang eindigt over { $span }.
countdown-ended = Beëindigd

access-state-scheduled = De toegang is nog niet begonnen: tot dan kan geen van deze rechten worden gebruikt.
access-state-disabled = Deze gebruiker is uitgeschakeld: geen van deze rechten kan worden gebruikt tot de gebruiker weer is ingeschakeld.
access-state-ended = De toegang is beëindigd: deze gebruiker heeft geen rechten meer.
access-not-held = Niet toegekend
access-why = Waarom? { $permission }
access-sections = Onderdelen van de backoffice
access-no-sections = Deze gebruiker ziet geen onderdeel van de backoffice.
section-ANALYTICS = Statistieken
section-ASSETS = Bestanden
section-CATALOG = Catalogus
section-CONFIGURATION = Configuratie
section-LOOK_AND_FEEL_BRANDING = Huisstijl
section-LOOK_AND_FEEL_DATASET_THEMES = Datasetthema’s
section-LOOK_AND_FEEL_DATA_VISUALIZATIONS = Datavisualisaties
section-LOOK_AND_FEEL_NAVIGATION = Navigatie
section-LOOK_AND_FEEL_THEME = Thema
section-PAGES = Pagina’s
section-PLANS = Abonnementen
section-REUSES = Hergebruik
section-USERS_AND_GROUPS = Gebruikers en groepen
section-WORKSPACES = Werkruimten

groups-none = Deze gebruiker zit in geen enkele groep.
groups-gives = Geeft: { $permissions }
groups-gives-nothing = Geeft geen rechten.
groups-leave = Verwijderen
groups-leave-name = Verwijderen uit { $name }

items-failed = De datasets en pagina’s konden niet worden geladen.
items-grants = Afzonderlijk gegeven toegang
items-no-grants = Deze gebruiker kreeg geen toegang tot afzonderlijke datasets of pagina’s.
items-owned = Eigendom
items-no-owned = Deze gebruiker is geen eigenaar van een dataset of pagina die u kunt zien.
items-dataset = Dataset
items-page = Pagina
items-published = gepubliceerd
items-draft = concept
items-hidden = Niet zichtbaar voor u
items-filter = alleen een deel van de records
items-cut = Alleen de eerste 50 worden getoond.
items-access-BROWSE = Bekijken
items-access-EDIT = Bewerken
items-access-PUBLISH = Publiceren
items-access-DELETE = Verwijderen
items-access-MANAGE_SECURITY = Toegang beheren
items-remove-name = Toegang tot { $name } afnemen

quotas-failed = De quota konden niet worden geladen.
quota-type-API_CALLS = API-aanroepen
quota-type-DATASETS = Datasets
quota-type-RECORDS_PER_DATASET = Records per dataset
quota-unlimited = Onbeperkt
quota-decided-DEFAULT = volgens de standaardwaarde
quota-decided-GROUP = volgens een groep
quota-decided-MEMBER = volgens de eigen waarde van de gebruiker
quota-decided-LICENSE = volgens de licentie
quota-decided-WORKSPACE_CAP = volgens het plafond van de werkruimte
quota-decided-none = er is geen limiet ingesteld
quota-used = { $used } gebruikt
quota-used-of = { $used } van { $limit } gebruikt, { $remaining } over
quota-resets = begint opnieuw op
quota-calculator = Waar de limiet vandaan komt
quota-license = Licentie
quota-cap = Plafond van de werkruimte
quota-default = Standaardwaarde
quota-own = Eigen waarde van deze gebruiker
quota-not-set = niet ingesteld
quota-wins = Deze waarde telt
quota-help = Typ een waarde om te zien wat er zou tellen. Er wordt niets opgeslagen tot u Opslaan kiest. Leeg betekent: geen eigen waarde.
quota-wrong = Voer een geheel getal in, of laat het veld leeg.
quota-save = Opslaan…

keys-failed = De API-sleutels konden niet worden geladen.
keys-none = Deze gebruiker heeft geen API-sleutels. Gebruikers maken hun sleutels zelf aan.
keys-created = aangemaakt op
keys-no-end = geen einde
keys-used = laatst gebruikt
keys-never-used = nooit gebruikt
keys-networks = Alleen vanaf { $networks }
keys-revoke = Intrekken
keys-revoke-name = { $name } intrekken
key-state-ACTIVE = Actief
key-state-SUSPENDED = Opgeschort
key-state-EXPIRED = Verlopen
key-state-REVOKED = Ingetrokken

history-failed = De geschiedenis kon niet worden geladen.
history-none = Het auditlogboek bevat niets over deze gebruiker.
history-more = Oudere regels tonen
history-actor-ACCOUNT = een persoon die er niet meer is
history-actor-ANONYMOUS = een bezoeker
history-actor-API_KEY = een API-sleutel
history-actor-OPERATOR = de exploitant
history-actor-SYSTEM = het systeem
history-change = { $field }: { $before } → { $after }
history-redacted = { $field }: gewist om de privacy te beschermen
history-number = Regel { $number }
history-address = vanaf
history-nothing = geen
history-yes = ja
history-no = nee
history-limit = { $limit } ({ $type })
event-other = Andere wijziging
event-ACCESS_EXPIRED = Toegang tot een item verlopen
event-ACCESS_GRANTED = Toegang tot een item gegeven
event-ACCESS_PERIOD_CHANGED = Toegangsperiode gewijzigd
event-ACCESS_RENEWAL_APPROVED = Verlenging goedgekeurd
event-ACCESS_RENEWAL_REJECTED = Verlenging geweigerd
event-ACCESS_RENEWAL_REQUESTED = Verlenging gevraagd
event-ACCESS_REVOKED = Toegang tot een item afgenomen
event-API_KEY_CREATED = API-sleutel aangemaakt
event-API_KEY_EXPIRED = API-sleutel verlopen
event-API_KEY_REVOKED = API-sleutel ingetrokken
event-GROUP_MEMBER_ADDED = Toegevoegd aan een groep
event-GROUP_MEMBER_REMOVED = Verwijderd uit een groep
event-GROUP_MEMBERSHIP_EXPIRED = Tijd in een groep verlopen
event-MEMBERSHIP_CREATED = Lid geworden van de werkruimte
event-MEMBERSHIP_DISABLED = Uitgeschakeld
event-MEMBERSHIP_ENABLED = Ingeschakeld
event-MEMBERSHIP_ERASED = Persoonsgegevens gewist
event-MEMBERSHIP_EXPIRED = Toegang verlopen
event-MEMBERSHIP_LEFT = Werkruimte verlaten
event-MEMBERSHIP_REVOKED = Toegang ingetrokken
event-PASSWORD_RESET_SENT = Link voor een nieuw wachtwoord verstuurd
event-PERMISSION_EXPIRED = Recht verlopen
event-PERMISSION_GRANTED = Recht gegeven
event-PERMISSION_REVOKED = Recht afgenomen
event-QUOTA_REMOVED = Eigen quotum verwijderd
event-QUOTA_SET = Eigen quotum ingesteld
event-QUOTA_USAGE_RESET = Verbruik op nul gezet
event-QUOTA_VALUE_EXPIRED = Eigen quotum verlopen
event-ROLE_ASSIGNED = Rol gegeven
event-ROLE_ASSIGNMENT_EXPIRED = Rol verlopen
event-ROLE_UNASSIGNED = Rol afgenomen
field-state = Status
field-role = Rol
field-group = Groep
field-permissions = Rechten
field-startsAt = Begin
field-endsAt = Einde
field-quota = Quotum
field-reason = Reden

# Toegang verklaren
why = Waarom?
why-title = Toegang verklaren
why-help = Waarom heeft iemand een recht, of juist niet? Kies een persoon en een recht.
why-failed = De verklaring kon niet worden geladen.
why-person = Persoon
why-type = Typ een naam of een e-mailadres.
why-nobody = Niemand gevonden.
why-ask-self = Mijn eigen toegang
why-ask-anonymous = Bezoekers die niet zijn aangemeld
why-you = U
why-anonymous = Bezoekers die niet zijn aangemeld
why-key = Deze API-sleutel
why-at = Zo was de toestand op { $instant }.
why-now = De toestand van nu tonen
why-open-user = De pagina van { $name } openen
why-yes = Ja: { $name } – { $permission }
why-no = Nee: { $name } – { $permission }
why-everybody = Iedereen heeft dit recht.
why-paths = { $count ->
    [one] Dit recht wordt langs { $count } weg gegeven:
   *[other] Dit recht wordt langs { $count } wegen gegeven:
}
why-each-suffices = Elk van deze wegen volstaat. Om het recht af te nemen, moet u ze allemaal sluiten.
why-since = sinds
why-until = tot
why-by = door
why-close-ROLE = Rol afnemen…
why-close-GROUP = Uit de groep verwijderen…
why-close-DIRECT = Afnemen…
why-close-RESOURCE = Afnemen…
why-obstacle-KEY_NOT_ACTIVE = De API-sleutel is verlopen, opgeschort of ingetrokken.
why-obstacle-KEY_SCOPE = De API-sleutel is beperkt tot andere rechten.
why-obstacle-MEMBERSHIP_DISABLED = De gebruiker is uitgeschakeld.
why-obstacle-MEMBERSHIP_ENDED = De toegang van de gebruiker is beëindigd.
why-obstacle-MEMBERSHIP_NOT_STARTED = De toegang van de gebruiker is nog niet begonnen.
why-obstacle-NOT_A_MEMBER = Deze persoon is geen gebruiker van deze werkruimte.
why-obstacle-NOT_GRANTED = Geen rol en geen groep geeft dit recht, en het is niet rechtstreeks gegeven.
why-obstacle-RESOURCE_NOT_PUBLISHED = De dataset of pagina is niet gepubliceerd.
why-obstacle-SECOND_FACTOR_REQUIRED = De werkruimte vraagt bij het aanmelden een tweede factor, en die is niet gebruikt.
why-obstacle-WORKSPACE_PRIVATE = De werkruimte is privé: alleen haar gebruikers mogen erin.
why-would-give = { $count ->
    [one] Dit zou het veranderen:
   *[other] Elk van deze acties zou het veranderen:
}
source-role = Rol { $name }
source-group = Groep { $name }
source-item = Toegang tot { $name }
source-owner = Eigenaar
source-open = Open voor iedereen
source-direct = Rechtstreeks gegeven
suggestion-ADD_TO_GROUP = Toevoegen aan de groep { $name }
suggestion-ENABLE_MEMBER = De gebruiker inschakelen
suggestion-EXTEND_ACCESS = De toegangsperiode wijzigen
suggestion-GIVE_ROLE = De rol { $name } geven
suggestion-GRANT_PERMISSION = Het recht rechtstreeks geven
suggestion-INVITE = Deze persoon uitnodigen

# Acties
action-disable = Uitschakelen…
action-enable = Inschakelen…
action-revoke = Toegang intrekken…
action-restore = Herstellen…
action-send-reset = Link voor een nieuw wachtwoord sturen…
action-role = Rol wijzigen…
action-period = Toegangsperiode wijzigen…
action-grant = Rechten geven…
action-ungrant = Rechten afnemen…
action-join-group = Toevoegen aan een groep…
action-leave-group = Verwijderen uit een groep…
action-reset-usage = Verbruik op nul zetten…
action-revoke-keys = Alle API-sleutels intrekken…
cannot-self = U kunt dit niet voor uzelf doen.
cannot-administrator = Alleen een beheerder kan dit bij een beheerder doen.
cannot-right = U hebt hiervoor niet het recht.

action-title-disable = { $count ->
    [one] { $name } uitschakelen?
   *[other] { $count } gebruikers uitschakelen?
}
action-title-enable = { $count ->
    [one] { $name } inschakelen?
   *[other] { $count } gebruikers inschakelen?
}
action-title-revoke = { $count ->
    [one] De toegang van { $name } intrekken?
   *[other] De toegang van { $count } gebruikers intrekken?
}
action-title-restore = { $count ->
    [one] { $name } herstellen?
   *[other] { $count } gebruikers herstellen?
}
action-title-send-reset = { $count ->
    [one] { $name } een link voor een nieuw wachtwoord sturen?
   *[other] { $count } gebruikers een link voor een nieuw wachtwoord sturen?
}
action-title-role = { $count ->
    [one] De rol van { $name } wijzigen
   *[other] De rol van { $count } gebruikers wijzigen
}
action-title-period = { $count ->
    [one] De toegangsperiode van { $name } wijzigen
   *[other] De toegangsperiode van { $count } gebruikers wijzigen
}
action-title-grant = { $count ->
    [one] { $name } rechten geven
   *[other] { $count } gebruikers rechten geven
}
action-title-ungrant = { $count ->
    [one] { $name } rechten afnemen
   *[other] { $count } gebruikers rechten afnemen
}
action-title-ungrant-ids = { $count ->
    [one] Dit van { $name } afnemen?
   *[other] Dit van { $count } gebruikers afnemen?
}
action-title-join-group = { $count ->
    [one] { $name } toevoegen aan een groep
   *[other] { $count } gebruikers toevoegen aan een groep
}
action-title-leave-group = { $count ->
    [one] { $name } verwijderen uit een groep
   *[other] { $count } gebruikers verwijderen uit een groep
}
action-title-quota = { $count ->
    [one] Het quotum van { $name } wijzigen?
   *[other] Het quotum van { $count } gebruikers wijzigen?
}
action-title-reset-usage = { $count ->
    [one] Het verbruik van { $name } op nul zetten?
   *[other] Het verbruik van { $count } gebruikers op nul zetten?
}
action-title-revoke-keys = { $count ->
    [one] API-sleutels van { $name } intrekken?
   *[other] API-sleutels van { $count } gebruikers intrekken?
}
action-confirm-disable = Uitschakelen
action-confirm-enable = Inschakelen
action-confirm-revoke = Toegang intrekken
action-confirm-restore = Herstellen
action-confirm-send-reset = Sturen
action-confirm-role = Rol wijzigen
action-confirm-period = Toegangsperiode wijzigen
action-confirm-grant = Rechten geven
action-confirm-ungrant = Afnemen
action-confirm-ungrant-ids = Afnemen
action-confirm-join-group = Toevoegen
action-confirm-leave-group = Verwijderen
action-confirm-quota = Opslaan
action-confirm-reset-usage = Op nul zetten
action-confirm-revoke-keys = Intrekken
action-done-disable = { $count ->
    [one] { $name } is uitgeschakeld.
   *[other] { $count } gebruikers zijn uitgeschakeld.
}
action-done-enable = { $count ->
    [one] { $name } is ingeschakeld.
   *[other] { $count } gebruikers zijn ingeschakeld.
}
action-done-revoke = { $count ->
    [one] De toegang van { $name } is ingetrokken.
   *[other] De toegang van { $count } gebruikers is ingetrokken.
}
action-done-restore = { $count ->
    [one] { $name } is hersteld.
   *[other] { $count } gebruikers zijn hersteld.
}
action-done-send-reset = { $count ->
    [one] { $name } krijgt een link voor een nieuw wachtwoord.
   *[other] { $count } gebruikers krijgen een link voor een nieuw wachtwoord.
}
action-done-role = { $count ->
    [one] De rol van { $name } is gewijzigd.
   *[other] De rol van { $count } gebruikers is gewijzigd.
}
action-done-period = { $count ->
    [one] De toegangsperiode van { $name } is gewijzigd.
   *[other] De toegangsperiode van { $count } gebruikers is gewijzigd.
}
action-done-grant = { $count ->
    [one] { $name } heeft rechten gekregen.
   *[other] { $count } gebruikers hebben rechten gekregen.
}
action-done-ungrant = { $count ->
    [one] Van { $name } zijn rechten afgenomen.
   *[other] Van { $count } gebruikers zijn rechten afgenomen.
}
action-done-ungrant-ids = { $count ->
    [one] Afgenomen van { $name }.
   *[other] Afgenomen van { $count } gebruikers.
}
action-done-join-group = { $count ->
    [one] { $name } is toegevoegd aan de groep.
   *[other] { $count } gebruikers zijn toegevoegd aan de groep.
}
action-done-leave-group = { $count ->
    [one] { $name } is verwijderd uit de groep.
   *[other] { $count } gebruikers zijn verwijderd uit de groep.
}
action-done-quota = { $count ->
    [one] Het quotum van { $name } is gewijzigd.
   *[other] Het quotum van { $count } gebruikers is gewijzigd.
}
action-done-reset-usage = { $count ->
    [one] Het verbruik van { $name } is op nul gezet.
   *[other] Het verbruik van { $count } gebruikers is op nul gezet.
}
action-done-revoke-keys = { $count ->
    [one] De API-sleutel is ingetrokken.
   *[other] { $count } API-sleutels zijn ingetrokken.
}

form-choose = Kiezen…
form-role = Nieuwe rol
form-group = Groep
form-period = Toegang
form-period-hours = Voor een aantal uren vanaf nu
form-period-days = Voor een aantal dagen vanaf nu
form-period-date = Tot en met een datum
form-period-unlimited = Zonder einde
form-amount-hours = Uren
form-amount-days = Dagen
form-date = Laatste dag
form-date-help = Tot het einde van deze dag ({ $zone }).
form-reason = Reden (wordt bewaard in het auditlogboek)
form-reason-needed = Reden (verplicht, wordt bewaard in het auditlogboek)
form-type-number = Typ ter bevestiging het aantal gebruikers: { $count }

rehearsal-title = Voorbeeld
rehearsal-pending = Nagaan wat er zou gebeuren…
rehearsal-count = { $count ->
    [0] Er zou niets veranderen.
    [one] Er zou { $count } wijziging worden gemaakt.
   *[other] Er zouden { $count } wijzigingen worden gemaakt.
}
rehearsal-unchanged = { $count ->
    [one] { $count } zou blijven zoals het is
   *[other] { $count } zouden blijven zoals ze zijn
}
rehearsal-no-effect = Niemand krijgt of verliest hierdoor een recht.
rehearsal-self = U bent een van deze gebruikers. Kijk goed wat u zelf zou verliezen.
rehearsal-no-undo = Dit kan niet ongedaan worden gemaakt.
rehearsal-progress = Voortgang
rehearsal-stop = Stoppen
results-title = Resultaat
results-count = { $count ->
    [0] Er is niets gewijzigd.
    [one] Klaar: { $count } wijziging.
   *[other] Klaar: { $count } wijzigingen.
}
results-unchanged = { $count ->
    [one] { $count } is gebleven zoals het was
   *[other] { $count } zijn gebleven zoals ze waren
}
results-differ = Er is intussen iets veranderd: het gevolg is anders dan het voorbeeld liet zien.
results-rehearsed = Wat het voorbeeld liet zien
results-changed = gewijzigd
results-copy = Lijst kopiëren
results-copied = Gekopieerd
results-select-failed = De { $count } mislukte selecteren
effect-lose = { $count ->
    [one] { $name } verliest: { $permission }
   *[other] { $count } gebruikers verliezen: { $permission }
}
effect-gain = { $count ->
    [one] { $name } krijgt: { $permission }
   *[other] { $count } gebruikers krijgen: { $permission }
}
effect-lose-item = { $count ->
    [one] { $name } verliest de toegang tot { $item }
   *[other] { $count } gebruikers verliezen de toegang tot { $item }
}
effect-gain-item = { $count ->
    [one] { $name } krijgt toegang tot { $item }
   *[other] { $count } gebruikers krijgen toegang tot { $item }
}
effect-limit = { $count ->
    [one] { $limit }: { $before } → { $after } voor { $name }
   *[other] { $limit }: { $before } → { $after } voor { $count } gebruikers
}
effect-keys = { $count ->
    [one] { $count } API-sleutel werkt niet meer
   *[other] { $count } API-sleutels werken niet meer
}
effect-more = { $count ->
    [one] en nog { $count } gebruiker
   *[other] en nog { $count } gebruikers
}
left-out-title = Niet hersteld
left-out-line = { $name }: { $what } ({ $reason })
left-out-ACCESS = toegang tot een item
left-out-GROUP = een groep
left-out-PERMISSION = een recht
left-out-QUOTA = een quotum
left-out-ROLE = de rol
left-out-reason-ENDED_MEANWHILE = intussen afgelopen
left-out-reason-FORBIDDEN = u mag dit niet geven
left-out-reason-LIMIT_REACHED = een limiet is bereikt
left-out-reason-NO_LONGER_EXISTS = bestaat niet meer
outcome-ALREADY_DISABLED = is al uitgeschakeld
outcome-ALREADY_ENDED = is al beëindigd
outcome-ALREADY_GRANTED = heeft dit al
outcome-ALREADY_IN = zit al in de groep
outcome-ALREADY_REVOKED = is al ingetrokken
outcome-ALREADY_SENT = kort geleden is al een link verstuurd
outcome-NOTHING_USED = er is niets verbruikt
outcome-NOT_DISABLED = is niet uitgeschakeld
outcome-NOT_GRANTED = heeft dit niet rechtstreeks
outcome-NOT_IN = zit niet in de groep
outcome-UNCHANGED = is al zo
undo = Ongedaan maken…
undo-title = Ongedaan maken?
undo-confirm = Ongedaan maken
undo-done = Het is ongedaan gemaakt.
dialog-close = Sluiten
dialog-cancel = Annuleren
