access-ended-subject = Your access to { $workspace } has ended
access-ended-body =
    Your access to { $workspace } ended { $hasUntil ->
        [yes] on { $until }
       *[no] now
    }. Your account stays as it is, and so does your access to other portals.

    If you still need access, ask an administrator of the portal to invite you again.
access-ended-why = You receive this mail because you were a member of { $workspace }.

access-ending-subject = Your access to { $workspace } ends { $days ->
    [0] today
    [one] tomorrow
   *[other] in { $days } days
}
access-ending-body =
    Your access to { $workspace } ends on { $until }. From then on, you no longer have your role, your groups, your permissions and your API keys there.

    If you need more time, ask for it before that: an administrator decides.
access-ending-action = Ask for more time
access-ending-why = You receive this mail because you are a member of { $workspace }.

access-renewal-approved-subject = You have more time in { $workspace }
access-renewal-approved-body =
    Your request was approved. { $hasUntil ->
        [yes] Your access to { $workspace } now ends on { $until }.
       *[no] Your access to { $workspace } no longer has an end.
    }
access-renewal-approved-quote = A word from whoever decided:
access-renewal-approved-why = You receive this mail because you asked for more time in { $workspace }.

access-renewal-rejected-subject = Your access to { $workspace } was not extended
access-renewal-rejected-body = Your request for more time was not approved. { $hasUntil ->
        [yes] Your access to { $workspace } ends on { $until }, as planned.
       *[no] Nothing has changed about your access to { $workspace }.
    }
access-renewal-rejected-quote = The reason given:
access-renewal-rejected-why = You receive this mail because you asked for more time in { $workspace }.

access-renewal-requested-subject = { $person } asks for more time in { $workspace }
access-renewal-requested-body =
    { $person } is a member of { $workspace } and asks for more time. { $hasUntil ->
        [yes] Without your approval, access ends on { $until }.
       *[no] It is for you to decide.
    }
access-renewal-requested-quote = Their message:
access-renewal-requested-action = Decide
access-renewal-requested-why = You receive this mail because you decide who has access to { $workspace }.

access-requested-subject = { $person } asks for access to { $workspace }
access-requested-body =
    { $person } signed up for { $workspace } and waits for approval.

    What they wrote and filled in is shown with the request.
access-requested-action = See the request
access-requested-why = You receive this mail because you are told who asks for access to { $workspace }.

access-request-approved-subject = Welcome to { $workspace }
access-request-approved-body = Your request was approved: you are now a member of { $workspace }. Sign in with the account that you have.
access-request-approved-action = Go to the portal
access-request-approved-why = You receive this mail because you asked for access to { $workspace }.

access-request-received-subject = Your request for access to { $workspace }
access-request-received-body =
    We have received your request for access to { $workspace }. An administrator will look at it, and you will get a mail as soon as it is decided.

    You can withdraw it at any time.
access-request-received-why = You receive this mail because you asked for access to { $workspace }.

access-request-rejected-subject = Your request for access to { $workspace } was not approved
access-request-rejected-body = An administrator has looked at your request for access to { $workspace } and did not approve it.
access-request-rejected-quote = The reason given:
access-request-rejected-why = You receive this mail because you asked for access to { $workspace }.

account-created-subject = Your new account
account-created-body =
    An account for this address was made for you. Set your password to begin.

    If you do not expect an account, ignore this mail.
account-created-action = Set your password
account-created-why = You receive this mail because an operator of the installation made an account for this address.

address-in-use-subject = You already have an account
address-in-use-body =
    Somebody, perhaps you, tried to use this address for an account. There is one already: sign in with it, or reset the password if you have forgotten it.

    If it was not you, there is nothing to do. Your account has not changed.
address-in-use-why = You receive this mail because this address belongs to an account.

api-key-created-subject = A new API key for { $workspace }
api-key-created-body =
    An API key was made with your account in { $workspace }. It begins with { $key }.

    If it was you, there is nothing to do. If it was not, revoke the key and change your password now.
api-key-created-action = Go to the portal
api-key-created-why = You receive this mail because this is the address of your account.

email-changed-subject = The address of your account was changed
email-changed-body =
    The address of your account was changed from this one to another. From now on you sign in with the new one.

    If it was you, there is nothing to do. If it was not, take the change back now, and then set a new password.
email-changed-action = Take the change back
email-changed-why = You receive this mail because your account had this address until now.

email-change-requested-subject = Confirm your new address
email-change-requested-body =
    Somebody, perhaps you, wants to use this address for an account. Sign in to that account and confirm it, and the account has this address from then on.

    If it was not you, ignore this mail: nothing happens.
email-change-requested-action = Confirm the address
email-change-requested-why = You receive this mail because this address was entered as the new one of an account.

invitation-subject = You are invited to a data portal
invitation-body =
    { $person } invites you to become a member of { $workspace }.

    Accept the invitation, and you can begin at once. If you have no account yet, you can create one there.
invitation-quote = { $person } adds:
invitation-action = See the invitation
invitation-why = You receive this mail because an administrator of { $workspace } entered your address. If you do not want this, decline, or ignore this mail. On the same page you can also refuse further mail about invitations.

invitation-answered-subject = { $workspace }: answers to your invitations
invitation-answered-body = These people answered your invitations to { $workspace }:
invitation-answered-accepted = { $person } accepted and is now a member.
invitation-answered-declined = { $person } declined.
invitation-answered-more = { $count ->
    [one] One more answered.
   *[other] { $count } more answered.
}
invitation-answered-action = See the workspace
invitation-answered-why = You receive this mail because you invited people to { $workspace }. Its sign-up settings say whether such mails are sent.

invitation-reminder-subject = Your invitation to a data portal expires soon
invitation-reminder-body =
    { $person } invited you to become a member of { $workspace }. { $hasUntil ->
        [yes] The invitation can be accepted until { $until }.
       *[no] The invitation expires soon.
    }

    This is the only reminder.
invitation-reminder-action = See the invitation
invitation-reminder-why = You receive this mail because an administrator of { $workspace } entered your address. If you do not want this, decline, or ignore this mail. On the same page you can also refuse further mail about invitations.

member-signed-up-subject = { $person } joined { $workspace }
member-signed-up-body = { $person } signed up and is now a member of { $workspace }, with the permissions that everybody gets who signs up.
member-signed-up-action = See the member
member-signed-up-why = You receive this mail because you are told who signs up for { $workspace }.

password-changed-subject = Your password was changed
password-changed-body =
    The password of your account was changed, and all other sessions were ended.

    If it was not you, reset the password now: choose “Forgot password” where you sign in.{ $count ->
        [0] {""}
       *[other] {" "}These API keys work as before; revoke those that are not yours:
    }
password-changed-line = { $key }: { $workspace }
password-changed-why = You receive this mail because this is the address of your account.

password-reset-subject = Set a new password
password-reset-body =
    Somebody, perhaps you, asked for a new password for your account.

    If it was not you, ignore this mail: your password stays as it is.
password-reset-action = Set a new password
password-reset-why = You receive this mail because this is the address of your account.

quota-digest-subject = { $workspace }: who ran short on { $day }
quota-digest-body = These members of { $workspace } used most or all of their daily limit of API calls on { $day }:
quota-digest-line = { $person }: { $percent } %
quota-digest-more = { $count ->
    [one] and one more
   *[other] and { $count } more
}
quota-digest-action = See the workspace
quota-digest-why = You receive this mail, once a day at most, because you may edit all datasets of { $workspace }.

quota-warning-subject = { $workspace }: { $percent } % of the API calls are used
quota-warning-body =
    { $limiter ->
        [WORKSPACE_CAP] The workspace has
        [LICENSE] The license has
        [ANONYMOUS_POOL] Visitors who are not signed in have
       *[MEMBER] You have
    } used { $percent } % of the limit of { $limit } API calls for this { $period ->
        [MONTH] month
       *[DAY] day
    } in { $workspace }.

    { $percent ->
        [100] Further calls are refused until the next { $period ->
            [MONTH] month
           *[DAY] day
        } begins, at 00:00 UTC.
       *[other] When all of it is used, further calls are refused until the next { $period ->
            [MONTH] month
           *[DAY] day
        } begins, at 00:00 UTC.
    }
quota-warning-action = See the workspace
quota-warning-why = You receive this mail because this limit concerns you in { $workspace }.

registration-subject = Confirm your address
registration-body =
    Somebody, perhaps you, entered this address to make an account. Confirm it, and the account is yours.

    If it was not you, ignore this mail: no account is made without it.
registration-action = Confirm the address
registration-why = You receive this mail because this address was entered to make an account.

sign-in-failures-subject = Many failed attempts to sign in
sign-in-failures-body =
    Somebody tried to sign in to your account many times with a wrong password. Further attempts are slowed down; your account is not locked.

    If it was you and you forgot the password, reset it. If it was not you, there is nothing to do as long as your password is a good one and used nowhere else.
sign-in-failures-why = You receive this mail because this is the address of your account.
