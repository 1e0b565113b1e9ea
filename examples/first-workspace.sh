#!/usr/bin/env bash
# From an empty database to the first workspace with its administrator, as the README tells it under "Run it in
# production". Starts a server of its own on the port PORT (default 8090) over an empty folder that goes away; with
# DATABASE_URL over that empty database. In place of a mail server it reads the outbox. Needs `concierge` on PATH,
# curl, jq and openssl.
set -euo pipefail
shopt -s inherit_errexit
examples=$(cd "$(dirname "$0")" && pwd)
url="http://127.0.0.1:${PORT:-8090}"

folder=$(mktemp -d)
server=
stop() {
    status=$?
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    ((status == 0)) || tail -n 20 "$folder/log" >&2 2>/dev/null || true
    rm -rf "$folder"
    exit "$status"
}
trap stop EXIT
cd "$folder"
export CONCIERGE_LISTEN="${url#http://}" CONCIERGE_DATA_DIR="$folder/data" CONCIERGE_MAIL__SHOW_OUTBOX=true

fail() { printf 'failed: %s\n' "$1" >&2; exit 1; }

# ask TOKEN DOCUMENT VARIABLES: the data; stops at any error.
ask() {
    local header=() answer
    [ -z "$1" ] || header=(-H "Authorization: Bearer $1")
    answer=$(jq -n --arg query "$2" --argjson variables "$3" '{$query, $variables}' |
        curl -sS --max-time 30 "$url/graphql" -H 'Content-Type: application/json' "${header[@]}" --data-binary @-)
    jq -e 'select(.errors == null and all(.data[]; .errors == [])) | .data' <<<"$answer" || fail "$answer"
}

echo '1. Secret key, tables, operator'
export CONCIERGE_SECRET_KEY=$(openssl rand -hex 32)
concierge migrate >>"$folder/log"
created=$(concierge operator create --email ops@example.org --given-name Ada --family-name Larsen)
password=$(sed -n 's/^Password (shown only once): //p' <<<"$created")
concierge doctor >>"$folder/log"
printf '   %s\n' "$(sed -n 1p <<<"$created" | cut -d' ' -f1-3)"

echo '2. Serve'
concierge serve >>"$folder/log" 2>&1 &
server=$!
for ((tries = 0; tries < 120; tries++)); do
    kill -0 "$server" 2>/dev/null || fail 'the server did not start'
    ! curl -sf --max-time 5 -o /dev/null "$url/health/ready" || break
    sleep 0.5
done

echo '3. Create the workspace'
sign_in='mutation($input: SignInInput!) { signIn(input: $input) { token errors { code message } } }'
input=$(jq -n --arg password "$password" '{input: {email: "ops@example.org", $password}}')
operator=$(ask '' "$sign_in" "$input" | jq -r .signIn.token)
workspace=$(ask "$operator" "$(<"$examples/create-workspace.graphql")" '{}')
printf '   %s\n' "$(jq -r '"\(.createWorkspace.workspace.slug): \(.createWorkspace.invitation.email) is invited"' <<<"$workspace")"

echo '4. The administrator accepts'
# The link in the mail leads to a page that asks for names and a password and sends this.
token=$(curl -sS "$url/playground/outbox.json" | jq -r 'first(.mails[] | select(.kind == "INVITATION")).link | split("#")[1]')
create_account='mutation($input: CreateAccountInput!) {
  createAccount(input: $input) { membership { state role { name } workspace { slug } } errors { code path message } }
}'
input=$(jq -n --arg token "$token" --arg password "four calm words $(openssl rand -hex 6)" \
    '{input: {email: "grace@example.org", $password, givenName: "Grace", familyName: "Moreau", invitationToken: $token}}')
membership=$(ask '' "$create_account" "$input" | jq -c .createAccount.membership)
[ "$membership" = '{"state":"ACTIVE","role":{"name":"Administrator"},"workspace":{"slug":"lakeside"}}' ] || fail "$membership"
echo '   Grace is the administrator of lakeside'
echo 'Done.'
