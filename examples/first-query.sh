#!/usr/bin/env bash
# The first query of the README, with the answer that stands there.
set -euo pipefail
cd "$(dirname "$0")"
url="${CONCIERGE_URL:-http://127.0.0.1:8080}"

answer=$(sed "s|http://127.0.0.1:8080|$url|" <<'END' | bash
curl -s http://127.0.0.1:8080/graphql \
  -H 'Content-Type: application/json' \
  -H 'Authorization: Apikey cck_RivertonDemo0AdministratorKey00PUjsZ' \
  -d '{"query": "{ workspace(slug: \"riverton\") { name members(first: 2) { totalCount nodes { account { displayName } role { name } } } } }"}'
END
)
diff <(jq -S . first-query.json) <(jq -S . <<<"$answer")
printf '   %s\n' "$(jq -c .data.workspace.members.totalCount <<<"$answer") members"
echo 'Done.'
