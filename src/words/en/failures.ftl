# Why a request is refused or fails as a whole: the texts of top-level errors.

# Who may not, and what is not there.
unauthenticated = Sign in first.
not-found = This does not exist, or you may not see it.
invalid-input = Some fields are not valid.
not-found-id = { $id } does not exist, or you may not see it.
not-found-one-of = One of { $ids } does not exist, or you may not see it.
not-found-one-of-many = One of { $ids } and others does not exist, or you may not see it.
requires-permission = This requires the permission "{ $permission }".
requires-administrator = Only administrators may do this.
requires-operator = Only operators of the installation may do this.
requires-operator-session = Only operators of the installation may create workspaces, and not with an API key.
requires-active-member = Only active members of the workspace may do this.
requires-active-member-or-gateway = Only active members and GATEWAY keys may do this.
requires-gateway = Only a GATEWAY key can count API calls for other members and for visitors.
requires-membership = Only members of the workspace can leave it.
requires-own-membership = You can only ask for more time for yourself.
requires-own-reuse = You can only change reuses that you submitted yourself.
requires-confirmed-email = Confirm your e-mail address first.
requires-other-account = This link belongs to another account. Sign in with that one.
not-by-key = This cannot be done with an API key. Sign in.
not-on-oneself = You cannot do this to your own account. Schedule its deletion instead.
not-by-people = Only the server can do this.
administrator-not-by-key = An API key cannot give the role Administrator or restore it.
own-api-keys-only = Only its owner can change this API key. You can revoke it.
own-access = You cannot change this for yourself.
own-group = You cannot raise the limits of a group that you belong to.
more-than-own = You can only give rights that you hold yourself.
longer-than-own = You cannot give rights for longer than you hold them yourself.

# Not now.
too-many-calls = Too many calls. Try again in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}.
too-many-attempts = Too many attempts. Try again in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}.
budget-used-up = The budget of { $limit } per minute is used up. Try again in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}.
idempotency-conflict = This idempotency key was already used with different input. Use a new key.
unavailable = The service is not available at the moment. Try again.
internal = Something went wrong on the server. If it happens again, report the requestId.
timed-out = The request timed out. Request less data at a time.
timed-out-mutation = The request timed out. "{ $key }" may have taken effect: check, or repeat the call with the same idempotencyKey.

# What is not valid, and where.
argument-misfit = The argument "{ $path }" of "{ $field }" is not valid. { $why }
arguments-misfit = The arguments of "{ $field }" are not valid together. { $why }
literal-misfit = The argument "{ $path }" is not valid. { $why }
variable-misfit = The variable "${ $path }" is not valid. { $why }
default-misfit = The default of "${ $path }" is not valid. { $why }
parameter-misfit = The parameter "{ $name }" is not valid. { $why }
value-expected = A value of type "{ $expected }" is expected, not { $found }.
integer-expected = A value of type "{ $expected }" from -2147483648 to 2147483647 is expected, not { $found }.
object-expected = An object "{ $expected }" is expected, not { $found }.
enum-expected = A value of "{ $expected }" is expected, not { $found }: choose from { $choices }.
not-in-enum = { $value } is not a value of "{ $expected }": choose from { $choices }.
found-variable = a variable
found-null = null
found-number = the number { $number }
found-string = a string
found-boolean = a boolean
found-name = the name { $name }
found-list = a list
found-object = an object
not-a-scalar = { $value } is not a valid "{ $expected }". { $why }
scalar-expected = A value of type "{ $expected }" is expected, not { $found }. { $why }
one-field-exactly = "{ $expected }" takes exactly one field, and not null.
unknown-input-field = "{ $expected }" has no field { $field }.
field-required = The field "{ $field }" of "{ $expected }" is required.
value-required = A value of type "{ $expected }" is required.
null-not-allowed = Null is not allowed here.
not-an-input-type = "{ $name }" is not an input type.
cannot-be-null = The field "{ $field }" cannot be null. Leave it out to keep it as it is.

# Ids, instants, addresses, numbers, texts.
id-unknown-form = { $id } is not an id. An id is a prefix such as mem_ followed by 26 characters of 0-9 and a-z.
id-malformed = { $id } is not an id. Expected: { $prefixes } followed by 26 characters of 0-9 and a-z.
id-of-something-else = { $id } is an id of another kind. Expected: { $prefixes } followed by 26 characters of 0-9 and a-z.
id-carries-instant = { $id } carries an instant, and only node and nodes take such ids.
id-instant-malformed = { $id } is not an id: its instant must end in Z and have 6 decimal places.
malformed-id = This is not an id. An id is a prefix such as mem_ followed by 26 characters of 0-9 and a-z.
other-id-expected = An id that begins with { $prefix } is expected.
no-instant-in-id = An id with an instant in it is only taken by node and nodes.
instant-of-id-malformed = The instant of an id must end in Z and have 6 decimal places.
id-not-dated = Only dated objects can be read at an instant: members, groups, group memberships, roles, grants, API keys and quota values.
id-is-a-string = An id is a string.
date-time-form = A DateTime is RFC 3339 with Z or an offset such as +02:00, at most 9 digits of a second, and a year from 1970 to 9998.
long-form = A Long is a whole number from -(2^53 - 1) to 2^53 - 1, as a JSON number.
not-an-email = This is not an e-mail address. Write one like name@example.org.
email-too-long = An e-mail address has at most { $most } octets, { $local } of them before the @.
email-is-a-string = An e-mail address is a string.
text-length = The text has { $length } characters; { $least } to { $most } are allowed.
control-characters = Control characters are not allowed.
list-length = The list has { $length } items; { $least } to { $most } are allowed.
list-length-at-most = The list has { $length } items; at most { $most } are allowed.
items = "{ $field }" must have { $least } to { $most } items.
items-at-most = "{ $field }" must have at most { $most } items.
items-at-least-one = Give at least one item in each of { $fields }.
pairs-at-most = The call names { $pairs } pairs of an item and a workspace; at most { $most } are allowed.
any-list-at-most = A list takes at most { $most } items.
token-length = A token has 1 to { $most } characters.
idempotency-key-form = An idempotency key has 1 to { $most } characters and must not contain control characters.
search-length = A search has at most { $most } characters.
search-characters = A search must not contain control characters.
theme-form = The slug of a theme has at most { $most } characters and no NUL.
hash-form = A hash is 64 hexadecimal digits in lower case.
slug-form = A slug consists of a-z, 0-9 and -.
quota-limit-range = A limit is a whole number from 0 to { $most }.
quota-limit-step = A limit on records must be 0 or a multiple of { $step }.

# Pages and cursors.
page-size = "{ $argument }" of "{ $field }" must be from 1 to { $most }, not { $number }.
page-rows = A page has 1 to { $most } rows.
first-or-last = Give first or last, not both.
too-many-at-once = Too many of your requests are running at the same time. Wait a moment and try again.
not-a-cursor = { $cursor } is not a cursor. Give one that a page returned.
other-lists-cursor = This cursor does not belong to this list. Give one that a page of the list returned.
too-many-quota-values = There are more than { $most } values. Read allQuotaValues page by page.

# What goes together.
exactly-one-of = Give exactly one of { $fields }.
at-least-one-of = Give at least one of { $fields }.
at-most-one-of = Give at most one of { $fields }.
permissions-or-role = Give permissions, or basedOnRoleId to take those of another role.
permissions-or-resource = Give either permissions and permissionGroups, or resourceId with access.
permission-or-resource = Give either permission, or resource and access.
record-filter-with-resource = Give recordFilter only together with resourceId and access.
grant-ids-alone = Do not combine grantIds with other fields that name grants.
gateway-permissions = A GATEWAY key takes no permissions because it acts for no member.
gateway-names-subject = A GATEWAY key has to say for whom it counts. Give membershipId or clientAddress.
ends-at-with-approve = Give endsAt only with approve: true.
role-or-null = Give a value for roleId, or null to take the role away.
limit-or-null = Give a value for limit, or null to remove the limit.
default-has-no-subject = The scope DEFAULT has no subject. Leave subjectId out.
subject-required = Give the group or the membership in subjectId.
license-is-set-elsewhere = The license is set with setLicense.
caps-are-set-elsewhere = Caps are set from the main workspace.
invitation-of-other = An invitation is accepted by the person invited. Leave invitationToken out.
password-by-operator = Only operators create accounts without a password. Give a password.
as-of-too-early = The instant asOf is before the workspace was created.
to-after-from = The argument "to" must be after "from".
too-many-days = The range has more than { $most } days.
events-from-one = Events are numbered from 1, and "to" must not be smaller than "from".
pin-from-one = A pin needs the number of an event, 1 or more.
actor-form = An actorId is the id of an account (acc_…) or of an API key (key_…).
workspace-reference = Give the slug or the id of a workspace.
password-not-in-url = Send this by POST: a password must not be in a URL.
token-not-in-url = Send this by POST: a token must not be in a URL.
strength-once = Ask for passwordStrength only once in a request.
cookie-from-other-site = From another site, transport COOKIE does not work: browsers drop such a cookie (SameSite=Lax). Use TOKEN, or serve the app from the same site as this server.

# Documents.
engine = { $why }
syntax-error = Syntax error: { $why }.
unexpected-text = Syntax error: unexpected text.
unterminated-string = Syntax error: unterminated string.
escape-braces = Syntax error: { $escape } takes hexadecimal digits between its braces.
escape-digits = Syntax error: { $escape } takes four hexadecimal digits, or more in braces.
escape-range = Syntax error: { $escape } is not a character: characters are 0 to D7FF and E000 to 10FFFF.
no-first-surrogate = Syntax error: { $escape } is half of a surrogate pair without its first half.
no-second-surrogate = Syntax error: { $escape } is half of a surrogate pair without its second half.
operation-name-required = The document has several operations. Say which one in "operationName".
unknown-operation = The document has no operation of that name.
no-root-type = The schema has no { $operation }.
introspection-off = Introspection is turned off.
typename-alone = "__typename" takes no arguments, no selections, and no directives but @skip and @include.
mutation-repeated = A mutation selects "{ $key }" more than once. Give each its own alias.
one-subscription = A subscription selects exactly one root field.
no-subscriptions = Subscriptions are not supported.
empty-selection = A selection is empty.
unknown-field = There is no field "{ $field }" on "{ $parent }".
conflicting-types = The selections of "{ $key }" return different types. Use aliases.
conflicting-fields = The selections of "{ $key }" are different fields. Use aliases.
conflicting-arguments = The selections of "{ $key }" have different arguments. Use aliases.
input-field-repeated = An input object names the field "{ $field }" more than once.
fragment-cycle = Fragment "{ $name }" includes itself, directly or through other fragments.
variable-unused = The variable "${ $name }" is not used.
variable-undefined = The variable "${ $name }" is not defined.
variable-misplaced = The variable "${ $name }" of type "{ $given }" stands where a "{ $expected }" is expected.
get-is-for-queries = GET runs queries only. Send mutations by POST.
no-document = The request has neither "query" nor "documentId".
document-id-form = A "documentId" is "sha256:" and 64 hexadecimal digits in lower case.
documents-differ = "query" and "documentId" are of different documents.
unknown-document = This "documentId" is unknown. Send the document in "query".
persisted-documents-only = With a session cookie, only documents that the server has are answered. Name one in "documentId", or send the session in the header Authorization.
# The text that Apollo's clients look for: the same in every language.
persisted-query-not-supported = PersistedQueryNotSupported

# Documents over a limit.
too-many-brackets = Brackets are nested more than { $most } levels deep: split the request.
too-many-tokens = The document has more than { $most } tokens: split the request.
too-many-fragments = The document has more than { $most } fragments: split the request.
too-long-fragment-chain = More than { $most } fragments spread each other in a row: split the request.
too-many-conditions = More than { $most } variables decide what is selected: split the request.
too-large-written-out = The document is too large when its fragments are written out: split the request.
too-many-nested-selections = The document has { $found } nested selections, and at most { $most } are allowed: split the request.
too-many-levels = The document has { $found } levels of fields, and at most { $most } are allowed: split the request.
too-many-introspection-levels = The document has { $found } levels of introspection, and at most { $most } are allowed: split the request.
too-many-aliases = The document has { $found } aliases, and at most { $most } are allowed: split the request.
too-many-root-fields = The document has { $found } root fields, and at most { $most } are allowed: split the request.
too-many-selections = The document has { $found } fields and fragments, written out, and at most { $most } are allowed: split the request.
too-many-directives = The document has { $found } directives in one place, and at most { $most } are allowed: split the request.
too-costly = The request costs { $cost }, and at most { $most } is allowed: split the request.
too-costly-part = The request costs { $cost }, and at most { $most } is allowed. The most expensive part is "{ $path }" with { $part }: ask for fewer rows or items at once, for fewer fields, or split the request.

# Around the document: HTTP, credentials, files.
media-types = Answers are application/graphql-response+json or application/json. Accept one of them.
get-or-post = Send GET or POST.
no-such-address = There is nothing at this address. The API is at /graphql.
json-body = Send application/json in UTF-8.
compressed-body = Send the body uncompressed.
answer-size = The long texts of the answer exceed { $most } MB. Request fewer items or fewer long texts at a time.
body-size = A body has at most { $most } bytes.
body-size-signed-out = A body has at most { $most } bytes, { $more } if you are signed in.
body-late = The body did not arrive in time.
body-incomplete = The body did not arrive completely.
one-request = Send one request, not an array of them.
body-form = The body is not a GraphQL request: { $why }.
credential-form = The Authorization header is malformed. Send "Authorization: Bearer <session token or API key>", "Authorization: Apikey <API key>" or "X-Api-Key: <API key>".
bad-credential = The credential is not valid: it is unknown, was revoked or has expired, or two different ones were sent.
session-ended = The session has ended. Sign in again.
parameter-twice = The parameter "{ $name }" is given twice.
parameter-encoding = The parameter "{ $name }" is not correctly percent-encoded.
parameter-object = The parameter "{ $name }" is not a JSON object.
parameters = The parameters are { $names }.
not-json = This is not JSON.
json-object-required = A JSON object is required.
unknown-json-field = There is no field { $field }.
name-the-workspace = Name the workspace: ?workspace=<slug or id>.
separators = The parameter separator is comma, semicolon or tab.
byte-order-mark = The parameter bom is true or false.
unknown-event-kind = { $kind } is not a kind of event. The parameter kinds takes values of AuditEventKind, separated by commas, such as GROUP_CREATED,GROUP_DELETED.
export-instants = The parameters after and before are instants in UTC such as 2026-01-31T12:00:00Z.
export-format = The parameter format is OPENDATASOFT, or absent.
invalid-csv = The file cannot be read from line { $line } on. It must be CSV in UTF-8 with the columns of its format, separated by commas, semicolons or tabs.
import-lines = A call takes at most { $most } lines. Send larger files to /import/members.csv.
csv-body = Send the file as text/csv in UTF-8, not compressed.
import-parameters = The parameter format is OPENDATASOFT or SOCRATA, onExisting is REPORT or APPLY, createGroups and dryRun are true or false.
