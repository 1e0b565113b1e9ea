#!/usr/bin/env bash
# The life of one member with curl and jq: invite, accept, grant, limit, warn, end, invite again. Runs against a server that was
# started with `make run`. README.md lists the variables.
set -euo pipefail
shopt -s inherit_errexit

url="${CONCIERGE_URL:-http://127.0.0.1:8080}"
# The demo's administrator, whose key is public.
administrator="Apikey ${ADMINISTRATOR_KEY:-cck_RivertonDemo0AdministratorKey00PUjsZ}"
# Seconds to wait for what jobs do. They run every 60 seconds by default.
patience=150

fail() { printf 'failed: %s\n' "$1" >&2; exit 1; }

# ask CREDENTIAL DOCUMENT VARIABLES: prints the data. Stops at a top-level error.
ask() {
    local header=() answer
    [ -z "$1" ] || header=(-H "Authorization: $1")
    answer=$(jq -n --arg query "$2" --argjson variables "$3" '{$query, $variables}' |
        curl -sS --max-time 30 "$url/graphql" -H 'Content-Type: application/json' "${header[@]}" --data-binary @-)
    jq -e 'select(.errors == null) | .data' <<<"$answer" || fail "refused: $answer"
}

# change CREDENTIAL MUTATION SELECTION INPUT: prints the payload. Stops at errors of the input, which are in `errors` of the payload,
# and for bulk mutations in the `code` of each item.
change() {
    local document="mutation(\$input: ${2^}Input!) { $2(input: \$input) { $3 errors { code path message } } }" payload
    payload=$(ask "$1" "$document" "$(jq -n --argjson input "$4" '{$input}')")
    jq -e --arg name "$2" '.[$name] | select(.errors == [] and all(.results[]?; .code == null))' <<<"$payload" || fail "$2: $payload"
}

# mail KIND [KNOWN]: prints the newest mail of a kind to Noor, except the one with the id KNOWN. A demo server sends no mails and shows
# them at /playground/mail instead.
mail() {
    curl -sS --max-time 30 "$url/playground/outbox.json" | jq --arg kind "$1" --arg email "$email" --arg known "${2:-}" \
        'first(.mails[] | select(.kind == $kind and .to == $email and .id != $known))'
}

# wait_for COMMAND…: repeats the command until it prints something.
wait_for() {
    local found until=$((SECONDS + patience))
    while ((SECONDS < until)); do
        found=$("$@")
        if [ -n "$found" ]; then printf '%s\n' "$found"; return; fi
        sleep 0.5
    done
    fail "nothing came of: $*"
}

# may PERMISSION: prints whether Noor has a permission now. Apps ask this before they show a button.
may() {
    ask "$noor" 'query($permission: Permission!) { viewer { can(workspace: "riverton", permission: $permission) } }' \
        "{\"permission\": \"$1\"}" | jq .viewer.can
}

# expect ACTUAL EXPECTED WHAT
expect() { [ "$1" = "$2" ] || fail "$3 ($1)"; printf '   %s\n' "$3"; }

token() { jq -r '.link | split("#")[1]' <<<"$1"; }
subject() { printf '   mail: %s\n' "$(jq -r .subject <<<"$1")"; }
random() { od -An -N6 -tx1 /dev/urandom | tr -d ' \n'; }

has_ended() {
    ask "$administrator" 'query($id: ID!) { node(id: $id) { ... on Membership { state endReason } } }' "{\"id\": \"$membership\"}" |
        jq -r '.node | select(.state == "ENDED") | .endReason'
}

email="noor.$(random)@example.org"
place=$(ask "$administrator" '{ workspace(slug: "riverton") { id signUp { termsVersion } } }' '{}')
workspace=$(jq -r .workspace.id <<<"$place")
terms=$(jq .workspace.signUp.termsVersion <<<"$place")

echo '1. Invite'
input=$(jq -n --arg id "$workspace" --arg email "$email" \
    '{workspaceId: $id, invitees: [{$email, givenName: "Noor"}], note: "Welcome to the data team!"}')
invited=$(change "$administrator" inviteMembers 'results { outcome code }' "$input")
expect "$(jq -r '.results[0].outcome' <<<"$invited")" INVITED "an invitation to $email"
letter=$(wait_for mail INVITATION)
first=$(jq -r .id <<<"$letter")
subject "$letter"

echo '2. Accept'
# Somebody without an account registers, confirms the address with a mailed link, and signs in.
password="four calm words $(random)"
login=$(jq -n --arg email "$email" --arg password "$password" '{$email, $password}')
change '' createAccount sent "$(jq '. + {givenName: "Noor", familyName: "Haddad"}' <<<"$login")" >/dev/null
confirming=$(wait_for mail REGISTRATION)
input=$(jq -n --arg token "$(token "$confirming")" --arg password "$password" '{$token, $password}')
change '' verifyEmail 'account { id }' "$input" >/dev/null
noor="Bearer $(change '' signIn token "$login" | jq -r .token)"
input=$(jq -n --arg token "$(token "$letter")" --argjson terms "$terms" '{$token, acceptedTermsVersion: $terms}')
joined=$(change "$noor" acceptInvitation 'membership { id state }' "$input")
membership=$(jq -r .membership.id <<<"$joined")
expect "$(jq -r .membership.state <<<"$joined")" ACTIVE 'Noor is a member'
members="{\"membershipIds\": [\"$membership\"]}"

echo '3. Grant'
expect "$(may MANAGE_REUSES)" false 'Noor may not manage reuses yet'
change "$administrator" grantPermissions 'results { outcome code }' "$(jq '.permissions = ["MANAGE_REUSES"]' <<<"$members")" >/dev/null
expect "$(may MANAGE_REUSES)" true 'Noor may manage reuses, at once'

echo '4. Limit'
input=$(jq -n --arg workspace "$workspace" --arg member "$membership" \
    '{workspaceId: $workspace, scope: "MEMBER", subjectId: $member, values: [{type: "API_CALLS", limit: 3}]}')
change "$administrator" setQuotas 'values { limit }' "$input" >/dev/null
consume() {
    input=$(jq -n --arg workspace "$workspace" --argjson amount "$1" '{workspaceId: $workspace, type: "API_CALLS", $amount}')
    change "$noor" consumeQuota 'decision { allowed }' "$input" | jq .decision.allowed
}
expect "$(consume 2)" true '2 calls: counted'
expect "$(consume 2)" false '2 calls: refused, none counted'
expect "$(consume 1)" true '1 call: counted'

echo '5. Warn'
# Twelve hours are less than a day, so the warning of the last day is due now.
change "$administrator" setAccessPeriod 'results { outcome code }' "$(jq '.durationSeconds = 43200' <<<"$members")" >/dev/null
letter=$(wait_for mail ACCESS_ENDING)
subject "$letter"
input=$(jq -n --arg id "$membership" '{membershipId: $id, message: "Until the report is out, please."}')
renewal=$(change "$noor" requestAccessRenewal 'accessRenewal { id }' "$input" | jq -r .accessRenewal.id)
input=$(jq -n --arg id "$renewal" '{ids: [$id], approve: true, endsAt: (now + 86400 | todate), reason: "Good luck!"}')
change "$administrator" decideAccessRenewals 'results { outcome code }' "$input" >/dev/null
letter=$(wait_for mail ACCESS_RENEWAL_APPROVED)
subject "$letter"

echo '6. End'
change "$administrator" setAccessPeriod 'results { outcome code }' "$(jq '.durationSeconds = 2' <<<"$members")" >/dev/null
expect "$(wait_for has_ended)" EXPIRED 'the membership has expired'
expect "$(may MANAGE_REUSES)" false 'Noor may not manage reuses any more, at once, and is still signed in'
letter=$(wait_for mail ACCESS_ENDED)
subject "$letter"

echo '7. Invite again'
input=$(jq -n --arg id "$workspace" --arg email "$email" '{workspaceId: $id, invitees: [{$email}], accessDurationSeconds: 2592000}')
change "$administrator" inviteMembers 'results { outcome code }' "$input" >/dev/null
letter=$(wait_for mail INVITATION "$first")
# Somebody with an account signs in and accepts.
input=$(jq -n --arg token "$(token "$letter")" --argjson terms "$terms" '{$token, acceptedTermsVersion: $terms}')
again=$(change "$noor" acceptInvitation 'membership { id state }' "$input" | jq -r .membership.id)
[ "$again" != "$membership" ] || fail 'the membership is not a new one'
printf '   Noor is a member again: a new membership, for 30 days\n'
expect "$(may MANAGE_REUSES)" false 'nothing of the earlier membership has come back'
expect "$(has_ended)" EXPIRED 'the earlier membership stays as it ended'
change "$administrator" revokeMembers 'results { outcome code }' \
    "$(jq -n --arg id "$again" '{membershipIds: [$id], reason: "End of the example"}')" >/dev/null
echo 'Done.'
