#!/usr/bin/env python3
"""The life of one member, in Python without any package: invite, accept, grant, limit, warn, end, invite again. Runs against a
server that was started with `make run`. README.md lists the variables."""

import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid

URL = os.environ.get("CONCIERGE_URL", "http://127.0.0.1:8080")
# The demo's administrator, whose key is public.
ADMINISTRATOR = "Apikey " + os.environ.get("ADMINISTRATOR_KEY", "cck_RivertonDemo0AdministratorKey00PUjsZ")
WORKSPACE = "riverton"
# Seconds to wait for what jobs do. They run every 60 seconds by default.
PATIENCE = 150


def fetch(path, body=None, credential=None):
    """Fetches JSON from the server."""
    headers = {"Content-Type": "application/json"}
    if credential:
        headers["Authorization"] = credential
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(URL + path, data, headers), timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        # The body says why the request was refused.
        return json.load(refused)


def ask(credential, document, **variables):
    """Runs a GraphQL document and returns its data. Stops at a top-level error."""
    answer = fetch("/graphql", {"query": document, "variables": variables}, credential)
    if answer.get("errors"):
        sys.exit(f"refused: {json.dumps(answer['errors'], indent=2)}")
    return answer["data"]


def change(credential, mutation, selection, **values):
    """Runs one mutation and returns its payload. Stops at errors of the input: `errors`, and in bulk mutations the `code` of an item."""
    name = mutation[0].upper() + mutation[1:]
    document = f"mutation($input: {name}Input!) {{ {mutation}(input: $input) {{ {selection} errors {{ code path message }} }} }}"
    payload = ask(credential, document, input=values)[mutation]
    wrong = payload["errors"] + [item for item in payload.get("results") or [] if item["code"]]
    if wrong:
        sys.exit(f"{mutation}: {json.dumps(wrong, indent=2)}")
    return payload


def wait_for(what, look):
    """Repeats `look` until it returns something."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.5)
    sys.exit(f"waited too long for {what}")


def mail(kind, email, known=()):
    """The newest mail of a kind to an address. A demo server sends no mails and shows them at /playground/mail instead."""
    mails = fetch("/playground/outbox.json")["mails"]
    return next((mail for mail in mails if (mail["kind"], mail["to"]) == (kind, email) and mail["id"] not in known), None)


def token_of(letter):
    """The token in the link of a mail: what follows the #."""
    return letter["link"].split("#")[1]


def may(credential, permission):
    """Whether the caller has a permission now. Apps ask this before they show a button."""
    document = "query($ws: String!, $permission: Permission!) { viewer { can(workspace: $ws, permission: $permission) } }"
    return ask(credential, document, ws=WORKSPACE, permission=permission)["viewer"]["can"]


def expect(holds, what):
    """Prints what holds, or stops."""
    if not holds:
        sys.exit(f"failed: {what}")
    print(f"   {what}")


def member(membership):
    """A membership as the administrator sees it."""
    document = "query($id: ID!) { node(id: $id) { ... on Membership { state endReason accessEndsAt grants(first: 10) { nodes { permission } } } } }"
    return ask(ADMINISTRATOR, document, id=membership)["node"]


def main():
    email = f"noor.{uuid.uuid4().hex[:12]}@example.org"
    place = ask(ADMINISTRATOR, "query($ws: String!) { workspace(slug: $ws) { id signUp { termsVersion } } }", ws=WORKSPACE)["workspace"]
    terms = place["signUp"]["termsVersion"]

    print("1. Invite")
    invited = change(
        ADMINISTRATOR, "inviteMembers", "results { outcome code invitation { id } }",
        workspaceId=place["id"], invitees=[{"email": email, "givenName": "Noor"}], note="Welcome to the data team!",
    )["results"][0]
    expect(invited["outcome"] == "INVITED", f"an invitation to {email}")
    letter = wait_for("the invitation's mail", lambda: mail("INVITATION", email))
    print(f"   mail: {letter['subject']}")

    print("2. Accept")
    # Somebody without an account registers, confirms the address with a mailed link, and signs in.
    password = f"four calm words {uuid.uuid4().hex}"
    change(None, "createAccount", "sent", email=email, password=password, givenName="Noor", familyName="Haddad")
    confirming = wait_for("the mail that confirms the address", lambda: mail("REGISTRATION", email))
    change(None, "verifyEmail", "account { id }", token=token_of(confirming), password=password)
    noor = "Bearer " + change(None, "signIn", "token", email=email, password=password)["token"]
    joined = change(
        noor, "acceptInvitation", "membership { id state }", token=token_of(letter), acceptedTermsVersion=terms
    )
    membership = joined["membership"]["id"]
    expect(joined["membership"]["state"] == "ACTIVE", "Noor is a member")

    print("3. Grant")
    expect(not may(noor, "MANAGE_REUSES"), "Noor may not manage reuses yet")
    change(ADMINISTRATOR, "grantPermissions", "results { outcome code }", membershipIds=[membership], permissions=["MANAGE_REUSES"])
    expect(may(noor, "MANAGE_REUSES"), "Noor may manage reuses, at once")

    print("4. Limit")
    change(
        ADMINISTRATOR, "setQuotas", "values { limit }",
        workspaceId=place["id"], scope="MEMBER", subjectId=membership, values=[{"type": "API_CALLS", "limit": 3}],
    )
    for amount, allowed in [(2, True), (2, False), (1, True)]:
        decision = change(
            noor, "consumeQuota", "decision { allowed remaining }", workspaceId=place["id"], type="API_CALLS", amount=amount
        )["decision"]
        expect(decision["allowed"] is allowed, f"{amount} calls: {'counted' if allowed else 'refused, none counted'}")

    print("5. Warn")
    # Twelve hours are less than a day, so the warning of the last day is due now.
    change(ADMINISTRATOR, "setAccessPeriod", "results { outcome code }", membershipIds=[membership], durationSeconds=12 * 3600)
    letter = wait_for("the warning", lambda: mail("ACCESS_ENDING", email))
    print(f"   mail: {letter['subject']}")
    asked = change(
        noor, "requestAccessRenewal", "accessRenewal { id state }", membershipId=membership, message="Until the report is out, please."
    )["accessRenewal"]
    tomorrow = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86_400))
    change(
        ADMINISTRATOR, "decideAccessRenewals", "results { outcome code }",
        ids=[asked["id"]], approve=True, endsAt=tomorrow, reason="Good luck!",
    )
    letter = wait_for("the answer", lambda: mail("ACCESS_RENEWAL_APPROVED", email))
    print(f"   mail: {letter['subject']}")

    print("6. End")
    change(ADMINISTRATOR, "setAccessPeriod", "results { outcome code }", membershipIds=[membership], durationSeconds=2)
    wait_for("the end", lambda: member(membership)["state"] == "ENDED")
    expect(member(membership)["endReason"] == "EXPIRED", "the membership has expired")
    expect(not may(noor, "MANAGE_REUSES"), "Noor may not manage reuses any more, at once, and is still signed in")
    letter = wait_for("the mail of the end", lambda: mail("ACCESS_ENDED", email))
    print(f"   mail: {letter['subject']}")

    print("7. Invite again")
    first = mail("INVITATION", email)
    known = {first["id"]} if first else set()
    change(
        ADMINISTRATOR, "inviteMembers", "results { outcome code }",
        workspaceId=place["id"], invitees=[{"email": email}], accessDurationSeconds=30 * 86_400,
    )
    letter = wait_for("the second invitation's mail", lambda: mail("INVITATION", email, known))
    # Somebody with an account signs in and accepts.
    again = change(
        noor, "acceptInvitation", "membership { id state }", token=token_of(letter), acceptedTermsVersion=terms
    )["membership"]
    expect(again["id"] != membership and again["state"] == "ACTIVE", "Noor is a member again: a new membership, for 30 days")
    expect(not may(noor, "MANAGE_REUSES"), "nothing of the earlier membership has come back")
    expect(member(membership)["state"] == "ENDED", "the earlier membership stays as it ended")
    change(ADMINISTRATOR, "revokeMembers", "results { outcome code }", membershipIds=[again["id"]], reason="End of the example")
    print("Done.")


if __name__ == "__main__":
    main()
