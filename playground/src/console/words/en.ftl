# Every text of the console. Ids are <page>-<thing>; the other languages have the same ids and variables.

app-name = Concierge
app-what = Users, groups and access of your open data portal.

# Frame
shell-skip = Skip to content
shell-menu = Menu
shell-sign-out = Sign out
shell-failed = The workspace could not be loaded.
shell-no-workspace = There is no such workspace
shell-no-workspace-why = The address is mistyped, or you may not see this workspace.
shell-own-end = When your access ends, this page closes. Ask an administrator if you need more time.
menu-users = Users
menu-why = Explain access
picker-language = Language
picker-appearance = Appearance
picker-appearance-system = System
picker-appearance-light = Light
picker-appearance-dark = Dark

home-title = Your workspaces
home-failed = Your workspaces could not be loaded.
home-none = You have no access to any workspace. If somebody invited you, follow the link in their message.

not-found-title = There is no such page
not-found-text = The address is mistyped or no longer in use.
crash-title = This page stopped working
crash-text = It may be that a newer version was installed while the page was open. Reloading usually helps.
crash-reload = Reload

# Signing in
sign-in = Sign in
sign-in-email = E-mail address
sign-in-password = Password
sign-in-code = Code
sign-in-code-help = Enter the code of your authenticator app, or one of your recovery codes.
sign-in-wrong = The address or the password is not correct.
sign-in-again = Sign in again
sign-in-again-why = Your session has ended. Sign in to continue where you were; nothing on the page is lost.
demo-title = This is a demo
demo-text = All people here are made up. Enter as the administrator of Riverton Open Data and try whatever you like.
demo-enter = Enter the demo
step-up = Please confirm that it is you before this is done.
step-up-confirm = Continue

# What may happen to a page
state-loading = Loading…
problem-retry = Try again
problem-details = Details
problem-request = Request
problem-network = The server cannot be reached. Check your connection. Nothing you typed is lost.
problem-unavailable = The server is busy at the moment. Please try again.
problem-rate-limited = That was a lot of requests in a short time.
problem-goes-on = This continues by itself in { $span }.
problem-wait = That was a lot of requests in a short time. Please try again in { $span }.
problem-internal = Something went wrong on the server.
refused-title = You do not have access to this page
refused-permission = It requires the permission “{ $permission }”.
refused-ask = If you need it, ask an administrator of { $workspace }.
refused-why = Explain why I do not have this permission

# Users
users-title = Users
users-failed = The users could not be loaded.
users-search = Search and filters
users-search-label = Search by name or e-mail
users-count = { $count ->
    [one] { $count } user
   *[other] { $count } users
}
users-counting = Counting…
users-export = Download as CSV
users-show-signed-up = Show people who only signed up
users-none = There are no users yet.
users-no-match = No user matches these filters.
users-only-signed-up = { $count ->
    [one] Show { $count } person who only signed up
   *[other] Show { $count } people who only signed up
}
filter-any = Any
filter-any-permission = Any
filter-state = State
filter-role = Role
filter-group = Group
filter-permission = Permission
filter-clear = Clear filters
column-name = Name
column-role = Role
column-state = State
column-groups = Groups
column-ends = Access ends
column-active = Last active
table-select-page = Select all on this page
table-select = Select { $name }
table-actions = Actions
table-menu = Actions for { $name }
pager-previous = Previous
pager-next = Next
pager-range = { $from }–{ $to }
pager-range-of = { $from }–{ $to } of { $total }
pager-of = of { $total }
pager-size = Rows per page
pager-rows = { $count } rows
selection = Selection
selection-count = { $count ->
    [one] { $count } user selected
   *[other] { $count } users selected
}
selection-actions = Actions
selection-all = Select all { $count } that match
selection-first = Select the first { $count }
selection-progress = Selecting
selection-done = All matching users are selected.
selection-clear = Clear selection

# A user
user-title = User
user-failed = The user could not be loaded.
user-not-found = There is no such user in this workspace.
user-actions = Actions
user-no-role = No role
user-no-end = No end
user-never = Never
user-email-hidden = You cannot see the e-mail address.
user-signed-up-only = Only signed up
user-joined = Joined
user-starts = Access begins
user-disabled-at = Disabled
user-ended-at = Ended
user-state-active = Active
user-state-scheduled = Not started
user-state-disabled = Disabled
user-state-ended = Ended
user-origin-ACCESS_REQUEST = after a request for access
user-origin-IMPORTED = imported
user-origin-INVITATION = by invitation
user-origin-OPERATOR = added by the operator
user-origin-PROVISIONED = added by another system
user-origin-RESTORED = restored
user-origin-SIGN_UP = by signing up
user-end-ERASED = the account was deleted
user-end-EXPIRED = the access period was over
user-end-LEFT = left the workspace
user-end-REVOKED = access was revoked
user-tab-access = Access
user-tab-groups = Groups
user-tab-items = Datasets and pages
user-tab-quotas = Quotas
user-tab-keys = API keys
user-tab-history = History
role-preset-administrator = Administrator
role-preset-publisher = Publisher
role-preset-editor = Editor
role-preset-designer = Designer
role-preset-viewer = Viewer
countdown-ends-in = Access ends in { $span }.
countdown-ended = Ended

access-state-scheduled = Access has not started yet: none of these permissions can be used until then.
access-state-disabled = This user is disabled: none of these permissions can be used until the user is enabled again.
access-state-ended = Access has ended: this user has no permissions any more.
access-not-held = Not held
access-why = Why? { $permission }
access-sections = Sections of the back office
access-no-sections = This user sees no section of the back office.
section-ANALYTICS = Analytics
section-ASSETS = Assets
section-CATALOG = Catalog
section-CONFIGURATION = Configuration
section-LOOK_AND_FEEL_BRANDING = Branding
section-LOOK_AND_FEEL_DATASET_THEMES = Dataset themes
section-LOOK_AND_FEEL_DATA_VISUALIZATIONS = Data visualizations
section-LOOK_AND_FEEL_NAVIGATION = Navigation
section-LOOK_AND_FEEL_THEME = Theme
section-PAGES = Pages
section-PLANS = Plans
section-REUSES = Reuses
section-USERS_AND_GROUPS = Users and groups
section-WORKSPACES = Workspaces

groups-none = This user is not in any group.
groups-gives = Gives: { $permissions }
groups-gives-nothing = Gives no permissions.
groups-leave = Remove
groups-leave-name = Remove from { $name }

items-failed = The datasets and pages could not be loaded.
items-grants = Access given one by one
items-no-grants = This user was given no access to single datasets or pages.
items-owned = Owned
items-no-owned = This user owns no dataset or page that you can see.
items-dataset = Dataset
items-page = Page
items-published = published
items-draft = draft
items-hidden = Not visible to you
items-filter = only some of the records
items-cut = Only the first 50 are shown.
items-access-BROWSE = See
items-access-EDIT = Edit
items-access-PUBLISH = Publish
items-access-DELETE = Delete
items-access-MANAGE_SECURITY = Manage access
items-remove-name = Take away access to { $name }

quotas-failed = The quotas could not be loaded.
quota-type-API_CALLS = API calls
quota-type-DATASETS = Datasets
quota-type-RECORDS_PER_DATASET = Records per dataset
quota-unlimited = Unlimited
quota-decided-DEFAULT = by the default value
quota-decided-GROUP = by a group
quota-decided-MEMBER = by the user’s own value
quota-decided-LICENSE = by the license
quota-decided-WORKSPACE_CAP = by the cap of the workspace
quota-decided-none = nothing sets a limit
quota-used = { $used } used
quota-used-of = { $used } of { $limit } used, { $remaining } left
quota-resets = starts again on
quota-calculator = Where the limit comes from
quota-license = License
quota-cap = Cap of the workspace
quota-default = Default
quota-own = This user’s own value
quota-not-set = not set
quota-wins = This one counts
quota-help = Type a value to see what would count. Nothing is saved until you choose Save. Empty means: no own value.
quota-wrong = Enter a whole number, or leave the field empty.
quota-save = Save…

keys-failed = The API keys could not be loaded.
keys-none = This user has no API keys. Users create their keys themselves.
keys-created = created
keys-no-end = no end
keys-used = last used
keys-never-used = never used
keys-networks = Only from { $networks }
keys-revoke = Revoke
keys-revoke-name = Revoke { $name }
key-state-ACTIVE = Active
key-state-SUSPENDED = Suspended
key-state-EXPIRED = Expired
key-state-REVOKED = Revoked

history-failed = The history could not be loaded.
history-none = The audit log has no entries about this user.
history-more = Show older entries
history-actor-ACCOUNT = a person who is no longer here
history-actor-ANONYMOUS = a visitor
history-actor-API_KEY = an API key
history-actor-OPERATOR = the operator
history-actor-SYSTEM = the system
history-change = { $field }: { $before } → { $after }
history-redacted = { $field }: deleted for privacy
history-number = Entry { $number }
history-address = from
history-nothing = none
history-yes = yes
history-no = no
history-limit = { $limit } ({ $type })
event-other = Another change
event-ACCESS_EXPIRED = Access to an item expired
event-ACCESS_GRANTED = Access to an item given
event-ACCESS_PERIOD_CHANGED = Access period changed
event-ACCESS_RENEWAL_APPROVED = Extension approved
event-ACCESS_RENEWAL_REJECTED = Extension rejected
event-ACCESS_RENEWAL_REQUESTED = Extension requested
event-ACCESS_REVOKED = Access to an item taken away
event-API_KEY_CREATED = API key created
event-API_KEY_EXPIRED = API key expired
event-API_KEY_REVOKED = API key revoked
event-GROUP_MEMBER_ADDED = Added to a group
event-GROUP_MEMBER_REMOVED = Removed from a group
event-GROUP_MEMBERSHIP_EXPIRED = Time in a group expired
event-MEMBERSHIP_CREATED = Joined the workspace
event-MEMBERSHIP_DISABLED = Disabled
event-MEMBERSHIP_ENABLED = Enabled
event-MEMBERSHIP_ERASED = Personal data deleted
event-MEMBERSHIP_EXPIRED = Access expired
event-MEMBERSHIP_LEFT = Left the workspace
event-MEMBERSHIP_REVOKED = Access revoked
event-PASSWORD_RESET_SENT = Link for a new password sent
event-PERMISSION_EXPIRED = Permission expired
event-PERMISSION_GRANTED = Permission given
event-PERMISSION_REVOKED = Permission taken away
event-QUOTA_REMOVED = Own quota removed
event-QUOTA_SET = Own quota set
event-QUOTA_USAGE_RESET = Usage set back to zero
event-QUOTA_VALUE_EXPIRED = Own quota expired
event-ROLE_ASSIGNED = Role given
event-ROLE_ASSIGNMENT_EXPIRED = Role expired
event-ROLE_UNASSIGNED = Role taken away
field-state = State
field-role = Role
field-group = Group
field-permissions = Permissions
field-startsAt = Begins
field-endsAt = Ends
field-quota = Quota
field-reason = Reason

# Explaining access
why = Why?
why-title = Explain access
why-help = Why does somebody have a permission, or not? Choose a person and a permission.
why-failed = The explanation could not be loaded.
why-person = Person
why-type = Type a name or an e-mail address.
why-nobody = Nobody matches.
why-ask-self = Ask about me
why-ask-anonymous = Ask about visitors who are not signed in
why-you = You
why-anonymous = Visitors who are not signed in
why-key = This API key
why-at = This was the situation on { $instant }.
why-now = Show today
why-open-user = Open the page of { $name }
why-yes = Yes: { $name } – { $permission }
why-no = No: { $name } – { $permission }
why-everybody = Everybody has this permission.
why-paths = { $count ->
    [one] There is { $count } way by which this permission is given:
   *[other] There are { $count } ways by which this permission is given:
}
why-each-suffices = Each of these ways is enough on its own. To take the permission away, close all of them.
why-since = since
why-until = until
why-by = by
why-close-ROLE = Remove the role…
why-close-GROUP = Remove from the group…
why-close-DIRECT = Take away…
why-close-RESOURCE = Take away…
why-obstacle-KEY_NOT_ACTIVE = The API key is expired, suspended or revoked.
why-obstacle-KEY_SCOPE = The API key is limited to other permissions.
why-obstacle-MEMBERSHIP_DISABLED = The user is disabled.
why-obstacle-MEMBERSHIP_ENDED = The user’s access has ended.
why-obstacle-MEMBERSHIP_NOT_STARTED = The user’s access has not started yet.
why-obstacle-NOT_A_MEMBER = This person is not a user of this workspace.
why-obstacle-NOT_GRANTED = Neither a role nor a group gives this permission, and it was not given directly.
why-obstacle-RESOURCE_NOT_PUBLISHED = The dataset or page is not published.
why-obstacle-SECOND_FACTOR_REQUIRED = The workspace requires a second factor at sign-in, and none was used.
why-obstacle-WORKSPACE_PRIVATE = The workspace is private: only its users may enter.
why-would-give = { $count ->
    [one] This would change it:
   *[other] Each of these would change it:
}
source-role = Role { $name }
source-group = Group { $name }
source-item = Access to { $name }
source-owner = Owner
source-open = Open to everybody
source-direct = Given directly
suggestion-ADD_TO_GROUP = Add to the group { $name }
suggestion-ENABLE_MEMBER = Enable the user
suggestion-EXTEND_ACCESS = Change the access period
suggestion-GIVE_ROLE = Give the role { $name }
suggestion-GRANT_PERMISSION = Give the permission directly
suggestion-INVITE = Invite this person

# Actions
action-disable = Disable…
action-enable = Enable…
action-revoke = Revoke access…
action-restore = Restore…
action-send-reset = Send a link for a new password…
action-role = Change role…
action-period = Change access period…
action-grant = Give permissions…
action-ungrant = Take away permissions…
action-join-group = Add to a group…
action-leave-group = Remove from a group…
action-reset-usage = Set usage back to zero…
action-revoke-keys = Revoke all API keys…
cannot-self = You cannot do this to yourself.
cannot-administrator = Only an administrator can do this to an administrator.
cannot-right = You do not have the permission for this.

action-title-disable = { $count ->
    [one] Disable { $name }?
   *[other] Disable { $count } users?
}
action-title-enable = { $count ->
    [one] Enable { $name }?
   *[other] Enable { $count } users?
}
action-title-revoke = { $count ->
    [one] Revoke the access of { $name }?
   *[other] Revoke the access of { $count } users?
}
action-title-restore = { $count ->
    [one] Restore { $name }?
   *[other] Restore { $count } users?
}
action-title-send-reset = { $count ->
    [one] Send { $name } a link for a new password?
   *[other] Send { $count } users a link for a new password?
}
action-title-role = { $count ->
    [one] Change the role of { $name }
   *[other] Change the role of { $count } users
}
action-title-period = { $count ->
    [one] Change the access period of { $name }
   *[other] Change the access period of { $count } users
}
action-title-grant = { $count ->
    [one] Give { $name } permissions
   *[other] Give { $count } users permissions
}
action-title-ungrant = { $count ->
    [one] Take away permissions of { $name }
   *[other] Take away permissions of { $count } users
}
action-title-ungrant-ids = { $count ->
    [one] Take this away from { $name }?
   *[other] Take this away from { $count } users?
}
action-title-join-group = { $count ->
    [one] Add { $name } to a group
   *[other] Add { $count } users to a group
}
action-title-leave-group = { $count ->
    [one] Remove { $name } from a group
   *[other] Remove { $count } users from a group
}
action-title-quota = { $count ->
    [one] Change the quota of { $name }?
   *[other] Change the quota of { $count } users?
}
action-title-reset-usage = { $count ->
    [one] Set the usage of { $name } back to zero?
   *[other] Set the usage of { $count } users back to zero?
}
action-title-revoke-keys = { $count ->
    [one] Revoke API keys of { $name }?
   *[other] Revoke API keys of { $count } users?
}
action-confirm-disable = Disable
action-confirm-enable = Enable
action-confirm-revoke = Revoke access
action-confirm-restore = Restore
action-confirm-send-reset = Send
action-confirm-role = Change role
action-confirm-period = Change access period
action-confirm-grant = Give permissions
action-confirm-ungrant = Take away
action-confirm-ungrant-ids = Take away
action-confirm-join-group = Add
action-confirm-leave-group = Remove
action-confirm-quota = Save
action-confirm-reset-usage = Set back to zero
action-confirm-revoke-keys = Revoke
action-done-disable = { $count ->
    [one] { $name } was disabled.
   *[other] { $count } users were disabled.
}
action-done-enable = { $count ->
    [one] { $name } was enabled.
   *[other] { $count } users were enabled.
}
action-done-revoke = { $count ->
    [one] The access of { $name } was revoked.
   *[other] The access of { $count } users was revoked.
}
action-done-restore = { $count ->
    [one] { $name } was restored.
   *[other] { $count } users were restored.
}
action-done-send-reset = { $count ->
    [one] { $name } will get a link for a new password.
   *[other] { $count } users will get a link for a new password.
}
action-done-role = { $count ->
    [one] The role of { $name } was changed.
   *[other] The role of { $count } users was changed.
}
action-done-period = { $count ->
    [one] The access period of { $name } was changed.
   *[other] The access period of { $count } users was changed.
}
action-done-grant = { $count ->
    [one] { $name } was given permissions.
   *[other] { $count } users were given permissions.
}
action-done-ungrant = { $count ->
    [one] Permissions of { $name } were taken away.
   *[other] Permissions of { $count } users were taken away.
}
action-done-ungrant-ids = { $count ->
    [one] Taken away from { $name }.
   *[other] Taken away from { $count } users.
}
action-done-join-group = { $count ->
    [one] { $name } was added to the group.
   *[other] { $count } users were added to the group.
}
action-done-leave-group = { $count ->
    [one] { $name } was removed from the group.
   *[other] { $count } users were removed from the group.
}
action-done-quota = { $count ->
    [one] The quota of { $name } was changed.
   *[other] The quota of { $count } users was changed.
}
action-done-reset-usage = { $count ->
    [one] The usage of { $name } was set back to zero.
   *[other] The usage of { $count } users was set back to zero.
}
action-done-revoke-keys = { $count ->
    [one] The API key was revoked.
   *[other] { $count } API keys were revoked.
}

form-choose = Choose…
form-role = New role
form-group = Group
form-period = Access
form-period-hours = For some hours from now
form-period-days = For some days from now
form-period-date = Until a date
form-period-unlimited = Without an end
form-amount-hours = Hours
form-amount-days = Days
form-date = Last day
form-date-help = Until the end of this day ({ $zone }).
form-reason = Reason (kept in the audit log)
form-reason-needed = Reason (required, kept in the audit log)
form-type-number = To confirm, type the number of users: { $count }

rehearsal-title = Preview
rehearsal-pending = Checking what would happen…
rehearsal-count = { $count ->
    [0] Nothing would change.
    [one] { $count } change would be made.
   *[other] { $count } changes would be made.
}
rehearsal-unchanged = { $count ->
    [one] { $count } would stay as it is
   *[other] { $count } would stay as they are
}
rehearsal-no-effect = Nobody gains or loses a permission by this.
rehearsal-self = You are among these users. Look closely at what you would lose yourself.
rehearsal-no-undo = This cannot be undone.
rehearsal-progress = Progress
rehearsal-stop = Stop
results-title = Result
results-count = { $count ->
    [0] Nothing was changed.
    [one] Done: { $count } change was made.
   *[other] Done: { $count } changes were made.
}
results-unchanged = { $count ->
    [one] { $count } stayed as it is
   *[other] { $count } stayed as they are
}
results-differ = Something changed in the meantime: the effect is not what the preview showed.
results-rehearsed = What the preview showed
results-changed = changed
results-copy = Copy the list
results-copied = Copied
results-select-failed = Select the { $count } that failed
effect-lose = { $count ->
    [one] { $name } loses: { $permission }
   *[other] { $count } users lose: { $permission }
}
effect-gain = { $count ->
    [one] { $name } gains: { $permission }
   *[other] { $count } users gain: { $permission }
}
effect-lose-item = { $count ->
    [one] { $name } loses access to { $item }
   *[other] { $count } users lose access to { $item }
}
effect-gain-item = { $count ->
    [one] { $name } gains access to { $item }
   *[other] { $count } users gain access to { $item }
}
effect-limit = { $count ->
    [one] { $limit }: { $before } → { $after } for { $name }
   *[other] { $limit }: { $before } → { $after } for { $count } users
}
effect-keys = { $count ->
    [one] { $count } API key stops working
   *[other] { $count } API keys stop working
}
effect-more = { $count ->
    [one] and { $count } more user
   *[other] and { $count } more users
}
left-out-title = Not restored
left-out-line = { $name }: { $what } ({ $reason })
left-out-ACCESS = access to an item
left-out-GROUP = a group
left-out-PERMISSION = a permission
left-out-QUOTA = a quota
left-out-ROLE = the role
left-out-reason-ENDED_MEANWHILE = its end has passed
left-out-reason-FORBIDDEN = you may not give it
left-out-reason-LIMIT_REACHED = a limit is reached
left-out-reason-NO_LONGER_EXISTS = no longer exists
outcome-ALREADY_DISABLED = is already disabled
outcome-ALREADY_ENDED = has already ended
outcome-ALREADY_GRANTED = already has this
outcome-ALREADY_IN = is already in the group
outcome-ALREADY_REVOKED = is already revoked
outcome-ALREADY_SENT = a link was sent a short time ago
outcome-NOTHING_USED = nothing was used
outcome-NOT_DISABLED = is not disabled
outcome-NOT_GRANTED = does not have this directly
outcome-NOT_IN = is not in the group
outcome-UNCHANGED = is already like this
undo = Undo…
undo-title = Undo?
undo-confirm = Undo
undo-done = It was undone.
dialog-close = Close
dialog-cancel = Cancel
