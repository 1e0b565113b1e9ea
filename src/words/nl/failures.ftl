# Why a request is refused or fails as a whole: the texts of top-level errors.

# Who may not, and what is not there.
unauthenticated = Meld u eerst aan.
not-found = Dit bestaat niet, of u mag het niet zien.
invalid-input = Sommige velden zijn niet geldig.
not-found-id = { $id } bestaat niet, of u mag het niet zien.
not-found-one-of = Een van { $ids } bestaat niet, of u mag het niet zien.
not-found-one-of-many = Een van { $ids } of van nog andere bestaat niet, of u mag het niet zien.
requires-permission = Hiervoor is het recht "{ $permission }" nodig.
requires-administrator = Alleen beheerders mogen dit doen.
requires-operator = Alleen operators van de installatie mogen dit doen.
requires-operator-session = Alleen operators van de installatie mogen werkruimten aanmaken, en niet met een API-sleutel.
requires-active-member = Alleen actieve leden van de werkruimte mogen dit doen.
requires-active-member-or-gateway = Alleen actieve leden en GATEWAY-sleutels mogen dit doen.
requires-gateway = Alleen een GATEWAY-sleutel kan aanroepen tellen voor andere leden en bezoekers.
requires-membership = Alleen leden van de werkruimte kunnen haar verlaten.
requires-own-membership = U kunt alleen voor uzelf meer tijd vragen.
requires-own-reuse = U kunt alleen hergebruik wijzigen dat u zelf hebt ingediend.
requires-confirmed-email = Bevestig eerst uw e-mailadres.
requires-other-account = Deze link hoort bij een ander account. Meld u daarmee aan.
not-by-key = Dit kan niet met een API-sleutel. Meld u aan.
not-on-oneself = U kunt dit niet met uw eigen account doen. Plan de verwijdering ervan in.
not-by-people = Alleen de server kan dit doen.
administrator-not-by-key = Een API-sleutel kan de rol Administrator niet geven of herstellen.
own-api-keys-only = Alleen de eigenaar kan deze API-sleutel wijzigen. U kunt de sleutel wel intrekken.
own-access = U kunt dit niet voor uzelf wijzigen.
own-group = U kunt de limieten van een groep waartoe u behoort niet verhogen.
more-than-own = U kunt alleen rechten geven die u zelf hebt.
longer-than-own = U kunt rechten niet langer geven dan u ze zelf hebt.

# Not now.
too-many-calls = Te veel aanroepen. Probeer het over { $seconds ->
    [one] { $seconds } seconde
   *[other] { $seconds } seconden
} opnieuw.
too-many-attempts = Te veel pogingen. Probeer het over { $seconds ->
    [one] { $seconds } seconde
   *[other] { $seconds } seconden
} opnieuw.
budget-used-up = Het budget van { $limit } per minuut is op. Probeer het over { $seconds ->
    [one] { $seconds } seconde
   *[other] { $seconds } seconden
} opnieuw.
idempotency-conflict = Deze idempotentiesleutel is al met andere invoer gebruikt. Gebruik een nieuwe sleutel.
unavailable = De dienst is op dit moment niet beschikbaar. Probeer het opnieuw.
internal = Er ging iets mis op de server. Meld de requestId als het opnieuw gebeurt.
timed-out = Het verzoek duurde te lang. Vraag minder gegevens tegelijk.
timed-out-mutation = Het verzoek duurde te lang. Misschien is "{ $key }" wel uitgevoerd: controleer het, of herhaal de aanroep met dezelfde idempotencyKey.

# What is not valid, and where.
argument-misfit = Het argument "{ $path }" van "{ $field }" is niet geldig. { $why }
arguments-misfit = De argumenten van "{ $field }" zijn samen niet geldig. { $why }
literal-misfit = Het argument "{ $path }" is niet geldig. { $why }
variable-misfit = De variabele "${ $path }" is niet geldig. { $why }
default-misfit = De standaardwaarde van "${ $path }" is niet geldig. { $why }
parameter-misfit = De parameter "{ $name }" is niet geldig. { $why }
value-expected = Er wordt een waarde van het type "{ $expected }" verwacht, niet { $found }.
integer-expected = Er wordt een waarde van het type "{ $expected }" van -2147483648 tot 2147483647 verwacht, niet { $found }.
object-expected = Er wordt een object "{ $expected }" verwacht, niet { $found }.
enum-expected = Er wordt een waarde van "{ $expected }" verwacht, niet { $found }: kies uit { $choices }.
not-in-enum = { $value } is geen waarde van "{ $expected }": kies uit { $choices }.
found-variable = een variabele
found-null = null
found-number = het getal { $number }
found-string = een tekst
found-boolean = een booleaanse waarde
found-name = de naam { $name }
found-list = een lijst
found-object = een object
not-a-scalar = { $value } is geen geldige "{ $expected }". { $why }
scalar-expected = Er wordt een waarde van het type "{ $expected }" verwacht, niet { $found }. { $why }
one-field-exactly = "{ $expected }" heeft precies één veld nodig, en niet null.
unknown-input-field = "{ $expected }" heeft geen veld { $field }.
field-required = Het veld "{ $field }" van "{ $expected }" is verplicht.
value-required = Een waarde van het type "{ $expected }" is verplicht.
null-not-allowed = Null is hier niet toegestaan.
not-an-input-type = "{ $name }" is geen invoertype.
cannot-be-null = Het veld "{ $field }" kan niet null zijn. Laat het weg om het te houden zoals het is.

# Ids, instants, addresses, numbers, texts.
id-unknown-form = { $id } is geen id. Een id is een voorvoegsel zoals mem_ met daarachter 26 tekens uit 0-9 en a-z.
id-malformed = { $id } is geen id. Verwacht wordt { $prefixes } met daarachter 26 tekens uit 0-9 en a-z.
id-of-something-else = { $id } is de id van iets anders. Verwacht wordt { $prefixes } met daarachter 26 tekens uit 0-9 en a-z.
id-carries-instant = { $id } bevat een tijdstip, en alleen node en nodes nemen zulke id's aan.
id-instant-malformed = { $id } is geen id: het tijdstip erin moet op Z eindigen en 6 decimalen van een seconde hebben.
malformed-id = Dit is geen id. Een id is een voorvoegsel zoals mem_ met daarachter 26 tekens uit 0-9 en a-z.
other-id-expected = Er wordt een id verwacht die met { $prefix } begint.
no-instant-in-id = Een id met een tijdstip erin wordt alleen door node en nodes aangenomen.
instant-of-id-malformed = Het tijdstip van een id moet op Z eindigen en 6 decimalen van een seconde hebben.
id-not-dated = Alleen gedateerde objecten zijn op een tijdstip te lezen: leden, groepen, groepslidmaatschappen, rollen, toekenningen, API-sleutels en quotumwaarden.
id-is-a-string = Een id is een tekst.
date-time-form = Een DateTime volgt RFC 3339, met Z of een verschil zoals +02:00, hoogstens 9 decimalen van een seconde en een jaar van 1970 tot 9998.
long-form = Een Long is een geheel getal van -(2^53 - 1) tot 2^53 - 1, als JSON-getal.
not-an-email = Dit is geen e-mailadres. Schrijf er een als naam@example.org.
email-too-long = Een e-mailadres heeft hoogstens { $most } bytes, waarvan { $local } vóór de @.
email-is-a-string = Een e-mailadres is een tekst.
text-length = De tekst heeft { $length } tekens; { $least } tot { $most } zijn toegestaan.
control-characters = Besturingstekens zijn niet toegestaan.
list-length = De lijst heeft { $length } items; { $least } tot { $most } zijn toegestaan.
list-length-at-most = De lijst heeft { $length } items; hoogstens { $most } zijn toegestaan.
items = Geef { $least } tot { $most } items in { $field }.
items-at-most = Geef hoogstens { $most } items in { $field }.
items-at-least-one = Geef ten minste één item in elk van { $fields }.
pairs-at-most = De aanroep bevat { $pairs } combinaties van een item en een werkruimte; hoogstens { $most } zijn toegestaan.
any-list-at-most = Een lijst mag hoogstens { $most } items bevatten.
token-length = Een token heeft 1 tot { $most } tekens.
idempotency-key-form = Een idempotentiesleutel heeft 1 tot { $most } tekens, zonder besturingstekens.
search-length = Een zoekopdracht heeft hoogstens { $most } tekens.
search-characters = Een zoekopdracht bevat geen besturingstekens.
theme-form = De slug van een thema heeft hoogstens { $most } tekens, zonder NUL.
hash-form = Een hash is 64 hexadecimale cijfers in kleine letters.
slug-form = Een slug bestaat uit a-z, 0-9 en -.
quota-limit-range = Een limiet is een geheel getal van 0 tot { $most }.
quota-limit-step = Een limiet voor records moet 0 of een veelvoud van { $step } zijn.

# Pages and cursors.
page-size = Het argument "{ $argument }" van "{ $field }" is { $number }, en een pagina heeft 1 tot { $most } rijen.
page-rows = Een pagina heeft 1 tot { $most } rijen.
first-or-last = Geef first of last, niet beide.
too-many-at-once = Er lopen te veel verzoeken van u tegelijk. Wacht even en probeer het opnieuw.
not-a-cursor = { $cursor } is geen cursor. Geef er een die een pagina heeft teruggegeven.
other-lists-cursor = Deze cursor hoort niet bij deze lijst. Geef er een die een pagina van de lijst heeft teruggegeven.
too-many-quota-values = Er zijn meer dan { $most } waarden. Lees allQuotaValues pagina voor pagina.

# What goes together.
exactly-one-of = Geef precies één van { $fields }.
at-least-one-of = Geef minstens één van { $fields }.
at-most-one-of = Geef hoogstens één van { $fields }.
permissions-or-role = Geef permissions, of basedOnRoleId om die van een andere rol over te nemen.
permissions-or-resource = Geef óf permissions en permissionGroups, óf resourceId met access.
permission-or-resource = Geef óf permission, óf resource en access.
record-filter-with-resource = Geef recordFilter alleen samen met resourceId en access.
grant-ids-alone = Combineer grantIds niet met andere velden die toekenningen aanwijzen.
gateway-permissions = Een GATEWAY-sleutel krijgt geen rechten, omdat die namens geen lid handelt.
gateway-names-subject = Een GATEWAY-sleutel moet aangeven voor wie wordt geteld. Geef membershipId of clientAddress.
ends-at-with-approve = Geef endsAt alleen met approve: true.
role-or-null = Geef een waarde voor roleId, of null om de rol weg te nemen.
limit-or-null = Geef een waarde voor limit, of null om de limiet te verwijderen.
default-has-no-subject = Het bereik DEFAULT heeft geen onderwerp. Laat subjectId weg.
subject-required = Geef de groep of het lidmaatschap in subjectId.
license-is-set-elsewhere = De licentie wordt met setLicense ingesteld.
caps-are-set-elsewhere = Plafonds worden vanuit de hoofdwerkruimte ingesteld.
invitation-of-other = Een uitnodiging wordt aanvaard door wie is uitgenodigd. Laat invitationToken weg.
password-by-operator = Alleen operators maken accounts zonder wachtwoord aan. Geef een wachtwoord op.
as-of-too-early = Het tijdstip asOf ligt vóór het aanmaken van de werkruimte.
to-after-from = Het argument "to" moet na "from" liggen.
too-many-days = De periode telt meer dan { $most } dagen.
events-from-one = Gebeurtenissen zijn genummerd vanaf 1, en "to" mag niet kleiner zijn dan "from".
pin-from-one = Een ijkpunt heeft het nummer van een gebeurtenis, vanaf 1.
actor-form = Een actorId is de id van een account (acc_…) of van een API-sleutel (key_…).
workspace-reference = Geef de slug of de id van een werkruimte.
password-not-in-url = Verstuur dit met POST: een wachtwoord hoort niet in een URL.
token-not-in-url = Verstuur dit met POST: een token hoort niet in een URL.
strength-once = Vraag passwordStrength maar één keer per verzoek.
cookie-from-other-site = Vanaf een andere site werkt transport COOKIE niet: browsers weigeren zo'n cookie (SameSite=Lax). Gebruik TOKEN, of bied de app aan vanaf dezelfde site als deze server.

# Documents.
engine = Het verzoek is niet geldig: { $why }
syntax-error = Syntaxisfout: { $why }.
unexpected-text = Syntaxisfout: onverwachte tekst.
unterminated-string = Syntaxisfout: niet-afgesloten tekst.
escape-braces = Syntaxisfout: { $escape } neemt hexadecimale cijfers tussen de accolades.
escape-digits = Syntaxisfout: { $escape } neemt vier hexadecimale cijfers, of meer tussen accolades.
escape-range = Syntaxisfout: { $escape } is geen teken: tekens zijn 0 tot D7FF en E000 tot 10FFFF.
no-first-surrogate = Syntaxisfout: { $escape } is de helft van een surrogaatpaar zonder de eerste helft.
no-second-surrogate = Syntaxisfout: { $escape } is de helft van een surrogaatpaar zonder de tweede helft.
operation-name-required = Het document bevat meerdere bewerkingen. Geef met "operationName" aan welke bedoeld is.
unknown-operation = Het document heeft geen bewerking met die naam.
no-root-type = Het schema heeft geen { $operation }.
introspection-off = Introspectie is uitgeschakeld.
typename-alone = "__typename" neemt geen argumenten, geen selecties, en geen andere directives dan @skip en @include.
mutation-repeated = Een mutatie selecteert "{ $key }" meer dan één keer. Geef elk een eigen alias.
one-subscription = Een subscription selecteert precies één hoofdveld.
no-subscriptions = Subscriptions worden niet ondersteund.
empty-selection = Een selectie is leeg.
unknown-field = Er is geen veld "{ $field }" op "{ $parent }".
conflicting-types = De selecties van "{ $key }" geven verschillende typen terug. Gebruik aliassen.
conflicting-fields = De selecties van "{ $key }" zijn verschillende velden. Gebruik aliassen.
conflicting-arguments = De selecties van "{ $key }" hebben verschillende argumenten. Gebruik aliassen.
input-field-repeated = Een invoerobject noemt het veld "{ $field }" meer dan één keer.
fragment-cycle = Fragment "{ $name }" bevat zichzelf, rechtstreeks of via andere fragmenten.
variable-unused = De variabele "${ $name }" wordt niet gebruikt.
variable-undefined = De variabele "${ $name }" is niet gedefinieerd.
variable-misplaced = De variabele "${ $name }" van het type "{ $given }" staat waar een "{ $expected }" wordt verwacht.
get-is-for-queries = GET voert alleen queries uit. Verstuur mutaties met POST.
no-document = Het verzoek heeft geen "query" en geen "documentId".
document-id-form = Een "documentId" is "sha256:" en 64 hexadecimale cijfers in kleine letters.
documents-differ = "query" en "documentId" zijn van verschillende documenten.
unknown-document = Deze "documentId" is onbekend. Verstuur het document in "query".
persisted-documents-only = Met een sessiecookie worden alleen documenten beantwoord die de server heeft. Noem er een in "documentId", of stuur de sessie in de header Authorization.
# The text that Apollo's clients look for: the same in every language.
persisted-query-not-supported = PersistedQueryNotSupported

# Documents over a limit.
too-many-brackets = Het document nest haakjes dieper dan { $most }: splits het verzoek.
too-many-tokens = Het document heeft meer dan { $most } tokens: splits het verzoek.
too-many-fragments = Het document heeft meer dan { $most } fragmenten: splits het verzoek.
too-long-fragment-chain = Meer dan { $most } fragmenten bevatten elkaar op een rij: splits het verzoek.
too-many-conditions = Meer dan { $most } variabelen bepalen wat wordt geselecteerd: splits het verzoek.
too-large-written-out = Het document is te groot als de fragmenten zijn uitgeschreven: splits het verzoek.
too-many-nested-selections = Het document heeft { $found } geneste selecties, en hoogstens { $most } zijn toegestaan: splits het verzoek.
too-many-levels = Het document heeft { $found } niveaus van velden, en hoogstens { $most } zijn toegestaan: splits het verzoek.
too-many-introspection-levels = Het document heeft { $found } niveaus van introspectie, en hoogstens { $most } zijn toegestaan: splits het verzoek.
too-many-aliases = Het document heeft { $found } aliassen, en hoogstens { $most } zijn toegestaan: splits het verzoek.
too-many-root-fields = Het document heeft { $found } hoofdvelden, en hoogstens { $most } zijn toegestaan: splits het verzoek.
too-many-selections = Het document heeft, uitgeschreven, { $found } velden en fragmenten, en hoogstens { $most } zijn toegestaan: splits het verzoek.
too-many-directives = Het document heeft { $found } directives op één plaats, en hoogstens { $most } zijn toegestaan: splits het verzoek.
too-costly = Het verzoek kost { $cost }, en hoogstens { $most } is toegestaan: splits het verzoek.
too-costly-part = Het verzoek kost { $cost }, en hoogstens { $most } is toegestaan. Het duurste deel is "{ $path }" met { $part }: vraag minder rijen of items tegelijk, minder velden, of splits het verzoek.

# Around the document: HTTP, credentials, files.
media-types = Antwoorden zijn application/graphql-response+json of application/json. Accepteer een van beide.
get-or-post = Verstuur GET of POST.
no-such-address = Op dit adres is niets te vinden. De API staat op /graphql.
json-body = Verstuur application/json in UTF-8.
compressed-body = Verstuur de inhoud zonder compressie.
answer-size = De lange teksten van het antwoord zijn groter dan { $most } MB. Vraag minder items of minder lange teksten tegelijk.
body-size = Een verzoek heeft hoogstens { $most } bytes.
body-size-signed-out = Een verzoek heeft hoogstens { $most } bytes, { $more } als u bent aangemeld.
body-late = De inhoud is niet op tijd aangekomen.
body-incomplete = De inhoud is niet volledig aangekomen.
one-request = Verstuur één verzoek, geen lijst.
body-form = De inhoud is geen GraphQL-verzoek: { $why }.
credential-form = Authorization wordt niet begrepen. Verstuur "Authorization: Bearer <sessietoken of API-sleutel>", "Authorization: Apikey <API-sleutel>" of "X-Api-Key: <API-sleutel>".
bad-credential = De aanmeldgegevens zijn niet geldig: ze zijn onbekend, ingetrokken of verlopen, of er zijn twee verschillende verzonden.
session-ended = De sessie is beëindigd. Meld u opnieuw aan.
parameter-twice = De parameter "{ $name }" is twee keer gegeven.
parameter-encoding = De parameter "{ $name }" is niet goed gecodeerd.
parameter-object = De parameter "{ $name }" is geen JSON-object.
parameters = De parameters zijn { $names }.
not-json = Dit is geen JSON.
json-object-required = Een JSON-object is nodig.
unknown-json-field = Er is geen veld { $field }.
name-the-workspace = Noem de werkruimte: ?workspace=<slug of id>.
separators = De parameter separator is comma, semicolon of tab.
byte-order-mark = De parameter bom is true of false.
unknown-event-kind = { $kind } is geen soort gebeurtenis. De parameter kinds neemt waarden van AuditEventKind aan, gescheiden door komma's, zoals GROUP_CREATED,GROUP_DELETED.
export-instants = De parameters after en before zijn tijdstippen in UTC, zoals 2026-01-31T12:00:00Z.
export-format = De parameter format is OPENDATASOFT, of ontbreekt.
invalid-csv = Het bestand is vanaf regel { $line } niet te lezen. Het moet CSV in UTF-8 zijn met de kolommen van zijn formaat, gescheiden door komma’s, puntkomma’s of tabs.
import-lines = Een aanroep neemt hoogstens { $most } regels aan. Stuur grotere bestanden naar /import/members.csv.
csv-body = Stuur het bestand als text/csv in UTF-8, niet gecomprimeerd.
import-parameters = De parameter format is OPENDATASOFT of SOCRATA, onExisting is REPORT of APPLY, createGroups en dryRun zijn true of false.
