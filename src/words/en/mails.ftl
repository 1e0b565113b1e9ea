access-ended-subject = Your access to { $workspace } has ended
access-ended-body =
    Your access to { $workspace } { $hasUntil ->
        [yes] ended on { $until }
       *[no] has ended
    }. Your account and your access to other portals stay as they are.

    If you still need access, ask an administrator of the portal for a new invitation.
access-ended-why = You receive this e-mail because you were a member of { $workspace }.

access-ending-subject = Your access to { $workspace } ends { $days ->
    [0] today
    [one] tomorrow
   *[other] in { $days } days
}
access-ending-body =
    Your access to { $workspace } ends on { $until }. After that, you will no longer have your role, groups, permissions and API keys there.

    If you need more time, ask for it before then. An administrator will decide.
access-ending-action = Ask for more time
access-ending-why = You receive this e-mail because you are a member of { $workspace }.

access-renewal-approved-subject = Your access to { $workspace } has been extended
access-renewal-approved-body =
    Your request was approved. { $hasUntil ->
        [yes] Your access to { $workspace } now ends on { $until }.
       *[no] Your access to { $workspace } no longer has an end date.
    }
access-renewal-approved-quote = Message from the administrator:
access-renewal-approved-why = You receive this e-mail because you asked for more time in { $workspace }.

access-renewal-rejected-subject = Your access to { $workspace } was not extended
access-renewal-rejected-body = Your request for more time was not approved. { $hasUntil ->
        [yes] Your access to { $workspace } ends on { $until }, as planned.
       *[no] Your access to { $workspace } has not changed.
    }
access-renewal-rejected-quote = Reason given:
access-renewal-rejected-why = You receive this e-mail because you asked for more time in { $workspace }.

access-renewal-requested-subject = { $person } asks for more time in { $workspace }
access-renewal-requested-body =
    { $person } is a member of { $workspace } and asks for more time. { $hasUntil ->
        [yes] Without your approval, their access ends on { $until }.
       *[no] The decision is yours.
    }
access-renewal-requested-quote = Their message:
access-renewal-requested-action = Review the request
access-renewal-requested-why = You receive this e-mail because you decide who has access to { $workspace }.

access-requested-subject = { $person } asks for access to { $workspace }
access-requested-body =
    { $person } signed up for { $workspace } and is waiting for approval.

    Their message and their answers are shown with the request.
access-requested-action = Review the request
access-requested-why = You receive this e-mail because you are notified of requests for access to { $workspace }.

access-request-approved-subject = Welcome to { $workspace }
access-request-approved-body = Your request was approved: you are now a member of { $workspace }. Sign in with your account.
access-request-approved-action = Go to the portal
access-request-approved-why = You receive this e-mail because you asked for access to { $workspace }.

access-request-received-subject = Your request for access to { $workspace }
access-request-received-body =
    We have received your request for access to { $workspace }. An administrator will review it, and you will receive an e-mail as soon as there is a decision.

    You can withdraw your request at any time.
access-request-received-why = You receive this e-mail because you asked for access to { $workspace }.

access-request-rejected-subject = Your request for access to { $workspace } was not approved
access-request-rejected-body = An administrator has reviewed your request for access to { $workspace } and did not approve it.
access-request-rejected-quote = Reason given:
access-request-rejected-why = You receive this e-mail because you asked for access to { $workspace }.

account-deletion-cancelled-subject = Your account will not be deleted
account-deletion-cancelled-body =
    The deletion of your account was cancelled. Everything stays as it was.

    If it was not you, change your password now.
account-deletion-cancelled-why = You receive this e-mail because this is the address of your account.

account-deletion-near-subject = Your account will be deleted { $days ->
    [0] today
    [one] tomorrow
   *[other] in { $days } days
}
account-deletion-near-body =
    Your account will be deleted on { $until }, as requested. You will lose access to all portals, and your personal data will be removed. This cannot be undone, and you will receive no further e-mail about it.

    If you want to keep your account, sign in before then and cancel the deletion. Signing in alone does not cancel it.
account-deletion-near-why = You receive this e-mail because this is the address of your account.

account-deletion-postponed-subject = An account could not be deleted
account-deletion-postponed-body =
    The account { $key } was due to be deleted today, but it is the last administrator of the workspaces below. The deletion will be tried again on { $until }.

    Make another member an administrator there before then:
account-deletion-postponed-line = { $workspace }
account-deletion-postponed-why = You receive this e-mail because it is your account, or because you are an operator of this installation.

account-deletion-scheduled-subject = Your account will be deleted on { $until }
account-deletion-scheduled-body =
    You asked for the deletion of your account. It will be deleted on { $until }. Until then, you can use it as before. Then you will lose access to all portals, and your personal data will be removed. This cannot be undone.

    If you change your mind, sign in before then and cancel the deletion. Signing in alone does not cancel it. If it was not you, cancel the deletion and change your password now.
account-deletion-scheduled-why = You receive this e-mail because this is the address of your account.

account-created-subject = Your new account
account-created-body =
    An account has been created for you with this address. Set your password to get started.

    If you were not expecting an account, ignore this e-mail.
account-created-action = Set your password
account-created-why = You receive this e-mail because the operators of this service created an account for this address.

address-in-use-subject = You already have an account
address-in-use-body =
    Someone, possibly you, tried to use this address for an account. You already have one: sign in, or reset your password if you have forgotten it.

    If it was not you, you do not need to do anything. Your account has not changed.
address-in-use-why = You receive this e-mail because this address belongs to an account.

api-key-created-subject = A new API key for { $workspace }
api-key-created-body =
    An API key was created with your account in { $workspace }. It begins with { $key }.

    If it was you, you do not need to do anything. If not, revoke the key and change your password now.
api-key-created-action = Go to the portal
api-key-created-why = You receive this e-mail because this is the address of your account.

api-key-leaked-subject = An API key of { $workspace } was revoked because its secret leaked
api-key-leaked-body =
    Someone found the secret of the API key { $key } of { $workspace } in a place that others can read, and reported it. The key was revoked at once and no longer works.

    Create a new key for the program that used it, and remove the old secret from where it stands.
api-key-leaked-action = Go to the portal
api-key-leaked-why = You receive this e-mail because the key is yours, or because you may revoke API keys in { $workspace }.

api-key-rotated-subject = A new secret for an API key of { $workspace }
api-key-rotated-body =
    The API key { $key } of { $workspace } was given a new secret with your account. The old secret stops working at once or at the chosen time.

    If it was you, you do not need to do anything. If not, revoke the key and change your password now.
api-key-rotated-action = Go to the portal
api-key-rotated-why = You receive this e-mail because this is the address of your account.

dataset-updated-subject = { $hasTitle ->
    [yes] “{ $title }” was updated in { $workspace }
   *[no] A dataset that you follow was updated in { $workspace }
}
dataset-updated-body = { $hasTitle ->
        [yes] The dataset “{ $title }” in { $workspace }, which you follow, was updated on { $day }.
       *[no] A dataset in { $workspace } that you follow was updated on { $day }.
    }
dataset-updated-action = Go to the portal
dataset-updated-why = You receive this e-mail, at most once a day, because you follow this dataset.
dataset-updated-unsubscribe = Stop e-mails about this dataset

email-changed-subject = The address of your account was changed
email-changed-body =
    Your account no longer uses this address. From now on, sign in with the new one.

    If it was you, you do not need to do anything. If not, undo the change now, and then set a new password.
email-changed-action = Undo the change
email-changed-why = You receive this e-mail because your account had this address until now.

email-change-requested-subject = Confirm your new address
email-change-requested-body =
    Someone, possibly you, wants to use this address for an account. If it was you, open the link, sign in to that account and confirm the address. From then on, the account has this address.

    If it was not you, ignore this e-mail: nothing will change.
email-change-requested-action = Confirm the address
email-change-requested-why = You receive this e-mail because this address was entered as the new address of an account.

factor-removal-scheduled-subject = Your second factors will be removed
factor-removal-scheduled-body =
    The operators of this service were asked to remove all second factors from your account. They will be removed on { $until }, together with your recovery codes. After that, your password is enough to sign in.

    If you asked for this, you do not need to do anything. If not, someone may know your password: cancel the removal now, and then change your password.
factor-removal-scheduled-action = Cancel the removal
factor-removal-scheduled-why = You receive this e-mail because this is the address of your account.

inactivity-warning-subject = Your access to { $workspace } will be disabled { $days ->
    [0] today
    [one] tomorrow
   *[other] in { $days } days
}
inactivity-warning-body =
    You have not used { $workspace } for a long time. If you do not come back before { $until }, your access will be disabled.

    One visit is enough to keep it: sign in and open the workspace. Your role, groups and permissions are kept in any case, and an administrator can give you access again later.
inactivity-warning-action = Go to the workspace
inactivity-warning-why = You receive this e-mail because you are a member of { $workspace }.

invitation-subject = You are invited to a data portal
invitation-body =
    { $person } invites you to become a member of { $workspace }.

    Accept the invitation to get started. If you have no account yet, you can create one on the same page.
invitation-quote = Message from { $person }:
invitation-action = See the invitation
invitation-why = You receive this e-mail because an administrator of { $workspace } invited you. If you do not want to join, decline the invitation or ignore this e-mail. On the same page you can also stop further invitation e-mails from this portal.

invitation-answered-subject = { $workspace }: replies to your invitations
invitation-answered-body = These people replied to your invitations to { $workspace }:
invitation-answered-accepted = { $person } accepted and is now a member.
invitation-answered-declined = { $person } declined.
invitation-answered-more = { $count ->
    [one] One more person replied.
   *[other] { $count } more people replied.
}
invitation-answered-action = Go to the workspace
invitation-answered-why = You receive this e-mail because you invited people to { $workspace }. These e-mails can be turned off in the sign-up settings of the workspace.

invitation-reminder-subject = Your invitation to a data portal expires soon
invitation-reminder-body =
    { $person } invited you to become a member of { $workspace }. { $hasUntil ->
        [yes] You can accept the invitation until { $until }.
       *[no] The invitation expires soon.
    }

    You will not receive another reminder.
invitation-reminder-action = See the invitation
invitation-reminder-why = You receive this e-mail because an administrator of { $workspace } invited you. If you do not want to join, decline the invitation or ignore this e-mail. On the same page you can also stop further invitation e-mails from this portal.

member-signed-up-subject = { $person } joined { $workspace }
member-signed-up-body = { $person } signed up and is now a member of { $workspace }, with the permissions that everyone who signs up receives.
member-signed-up-action = See the member
member-signed-up-why = You receive this e-mail because you are notified when people sign up for { $workspace }.

passkey-refused-subject = A passkey of your account was refused
passkey-refused-body =
    Someone, possibly you, tried to use a passkey of your account, and it was refused: its counter went back, so there may be a copy of it.

    Remove the passkey from your account and create a new one. If it was not you, change your password too.
passkey-refused-why = You receive this e-mail because this is the address of your account.

password-changed-subject = Your password was changed
password-changed-body =
    The password of your account was changed, and all other sessions were ended.

    If it was not you, reset your password now: choose “Forgot password” on the sign-in page.{ $count ->
        [0] {""}
       *[other] {" "}These API keys still work. Revoke those that are not yours:
    }
password-changed-line = { $key }: { $workspace }
password-changed-why = You receive this e-mail because this is the address of your account.

password-reset-subject = Set a new password
password-reset-body =
    Someone, possibly you, asked to reset the password of your account.

    If it was not you, ignore this e-mail: your password stays as it is.
password-reset-action = Set a new password
password-reset-why = You receive this e-mail because this is the address of your account.

quota-digest-subject = { $workspace }: members at or near their limit on { $day }
quota-digest-body = These members of { $workspace } used most or all of their daily limit of API calls on { $day }:
quota-digest-line = { $person }: { $percent }%
quota-digest-more = { $count ->
    [one] and one more
   *[other] and { $count } more
}
quota-digest-action = Go to the workspace
quota-digest-why = You receive this e-mail, at most once a day, because you can edit all datasets of { $workspace }.

quota-warning-subject = { $workspace }: { $percent }% of the API calls have been used
quota-warning-body =
    { $limiter ->
        [WORKSPACE_CAP] The workspace has
        [LICENSE] All workspaces of the license together have
        [ANONYMOUS_POOL] Visitors who are not signed in have
       *[MEMBER] You have
    } used { $percent }% of the { $limit } API calls that are allowed { $period ->
        [MONTH] this month
       *[DAY] today
    } in { $workspace }.

    { $percent ->
        [100] Further calls are refused until { $until }.
       *[other] Once the limit is reached, further calls are refused until { $until }.
    }
quota-warning-action = Go to the workspace
quota-warning-why = You receive this e-mail because this limit concerns you in { $workspace }.

recovery-code-used-subject = A recovery code of your account was used
recovery-code-used-body =
    Someone, possibly you, used one of the recovery codes of your account as a second factor. { $left ->
        [0] No recovery code is left: create new ones in your account now.
        [one] One recovery code is left: create new ones in your account soon.
        [2] Two recovery codes are left: create new ones in your account soon.
       *[other] { $left } recovery codes are left.
    }

    If it was not you, someone knows your password and has your recovery codes. Change your password and create new recovery codes now.
recovery-code-used-why = You receive this e-mail because this is the address of your account.

recovery-codes-renewed-subject = Your account has new recovery codes
recovery-codes-renewed-body =
    New recovery codes were created for your account. The old ones no longer work.

    If it was not you, change your password and create new recovery codes now.
recovery-codes-renewed-why = You receive this e-mail because this is the address of your account.

registration-subject = Confirm your address
registration-body =
    Someone, possibly you, entered this address to create an account. Confirm it to finish creating the account.

    If it was not you, ignore this e-mail: without confirmation, no account is created.
registration-action = Confirm the address
registration-why = You receive this e-mail because this address was entered to create an account.

reuse-approved-subject = Your reuse was published in { $workspace }
reuse-approved-body =
    { $hasTitle ->
        [yes] Your reuse “{ $title }” was approved.
       *[no] Your reuse was approved.
    } It is now visible to everyone who can see the dataset in { $workspace }.

    If you change it, it will need to be approved again.
reuse-approved-quote = Message from the portal:
reuse-approved-action = Go to the portal
reuse-approved-why = You receive this e-mail because you submitted a reuse to { $workspace }.

reuse-digest-subject = { $pending ->
    [one] One reuse is waiting for a decision in { $workspace }
   *[other] { $pending } reuses are waiting for a decision in { $workspace }
}
reuse-digest-body = People submitted reuses of datasets in { $workspace }. { $pending ->
        [one] One of them is waiting
       *[other] { $pending } of them are waiting
    } to be approved or rejected.
reuse-digest-action = Go to the portal
reuse-digest-why = You receive this e-mail, at most once a day, because you manage the reuses of { $workspace }.

reuse-rejected-subject = Your reuse was not published in { $workspace }
reuse-rejected-body =
    { $hasTitle ->
        [yes] Your reuse “{ $title }” was reviewed and was not approved.
       *[no] Your reuse was reviewed and was not approved.
    } It is visible only to you and to the people who manage the reuses of { $workspace }.

    You can change it and submit it again.
reuse-rejected-quote = Reason given:
reuse-rejected-action = Go to the portal
reuse-rejected-why = You receive this e-mail because you submitted a reuse to { $workspace }.

second-factor-added-subject = A second factor was added to your account
second-factor-added-body =
    { $factor ->
        [TOTP] An authenticator app was
        [PASSKEY] A passkey was
       *[OTHER] A second factor was
    } added to your account. From now on, signing in with your password also asks for a second factor.

    Keep your recovery codes in a safe place: they let you in if you lose it. If it was not you, change your password now and remove the second factor.
second-factor-added-why = You receive this e-mail because this is the address of your account.

second-factor-failures-subject = Someone knows your password
second-factor-failures-body =
    Someone signed in to your account with the right password, and then entered five wrong codes of your second factor. They did not get in, and further codes are refused for some minutes.

    If it was not you, change your password now, and wherever else you use it.
second-factor-failures-why = You receive this e-mail because this is the address of your account.

second-factor-removed-subject = A second factor was removed from your account
second-factor-removed-body =
    { $factor ->
        [TOTP] An authenticator app was
        [PASSKEY] A passkey was
       *[OTHER] A second factor was
    } removed from your account and can no longer be used to sign in.

    If it was not you, change your password now and set up a second factor again.
second-factor-removed-why = You receive this e-mail because this is the address of your account.

second-factor-required-subject = { $workspace } requires a second factor
second-factor-required-body =
    { $hasUntil ->
        [yes] From { $until } on, { $workspace } requires a second factor when you sign in.
       *[no] { $workspace } now requires a second factor when you sign in.
    } Your account has none yet. Without one, you will see only what every visitor sees there.

    Sign in and set one up: an authenticator app or a passkey. It takes a few minutes. Your role, groups and permissions stay as they are, and so do your API keys.
second-factor-required-action = Go to the workspace
second-factor-required-why = You receive this e-mail because you are a member of { $workspace }.

second-factors-removed-subject = All second factors were removed from your account
second-factors-removed-body =
    All second factors and recovery codes were removed from your account, as we announced. Your password is now enough to sign in.

    Sign in and set up a second factor again. If you did not ask for the removal, also change your password now.
second-factors-removed-why = You receive this e-mail because this is the address of your account.

sign-in-failures-subject = Many failed attempts to sign in
sign-in-failures-body =
    Someone tried many times to sign in to your account with a wrong password. Further attempts are slowed down. Your account is not locked.

    If it was you and you have forgotten your password, reset it. If it was not you, you do not need to do anything, as long as your password is strong and you use it nowhere else.
sign-in-failures-why = You receive this e-mail because this is the address of your account.

workspace-keys-remain-subject = API keys in { $workspace } still work without their creator
workspace-keys-remain-body =
    These API keys of { $workspace } were created by { $person }, who no longer has access to it. The keys belong to the workspace and still work, so that the portal's servers keep running.

    If the secrets may have left with that person, create new keys and revoke these:
workspace-keys-remain-line = { $key }
workspace-keys-remain-action = Go to the workspace
workspace-keys-remain-why = You receive this e-mail because you may revoke API keys in { $workspace }.
