/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** A reason why access is refused. */
export type AccessObstacle =
  /** The API key is expired, revoked or suspended. */
  | 'KEY_NOT_ACTIVE'
  /** The API key does not allow it: the needed permission is not in its list, or it is a GATEWAY key. */
  | 'KEY_SCOPE'
  /** The membership is disabled. */
  | 'MEMBERSHIP_DISABLED'
  /** The membership has ended. */
  | 'MEMBERSHIP_ENDED'
  /** The membership has not begun. */
  | 'MEMBERSHIP_NOT_STARTED'
  /** The person is not a member of the workspace. */
  | 'NOT_A_MEMBER'
  /** Nothing gives the member access: no role, grant, group or ownership, and the item is not open. */
  | 'NOT_GRANTED'
  /** The dataset or page is not published. */
  | 'RESOURCE_NOT_PUBLISHED'
  /** The workspace requires a second factor of the member, and the session that asks has not shown one. Sign in with a second factor; set one up first if the account has none. */
  | 'SECOND_FACTOR_REQUIRED'
  /** The dataset or page is open to everybody who may enter the workspace, but only active members may enter. */
  | 'WORKSPACE_PRIVATE';

/** The kind of path that gives a permission or access. */
export type AccessSourceKind =
  /** A grant to the member. */
  | 'DIRECT'
  /** A grant to one of the member's groups. */
  | 'GROUP'
  /** The dataset or page is open to everybody who may enter the workspace. */
  | 'OPEN'
  /** Ownership of the dataset or page. */
  | 'OWNER'
  /** A grant on the dataset or page itself. */
  | 'RESOURCE'
  /** The member's role. */
  | 'ROLE';

/** A single change that would turn a refusal into access. */
export type AccessSuggestionKind =
  /** Add the member to this group. */
  | 'ADD_TO_GROUP'
  /** Enable the member. */
  | 'ENABLE_MEMBER'
  /** Move the start of the membership to an earlier time, or its end to a later time. */
  | 'EXTEND_ACCESS'
  /** Give the member this role instead of their current role. */
  | 'GIVE_ROLE'
  /** Grant the member this kind of access to the dataset or page. */
  | 'GRANT_ACCESS'
  /** Grant the member this permission in the whole workspace. */
  | 'GRANT_PERMISSION'
  /** Invite the address, with the suggested permission, role or group if there is one. */
  | 'INVITE'
  /** Publish the dataset or page. */
  | 'PUBLISH_RESOURCE'
  /** Add the permission to the list of the API key. */
  | 'WIDEN_KEY';

/** The members to add to a group, and when. */
export type AddGroupMembersInput = {
  /** If true, one failed item rolls back the whole call. Default: false. */
  atomic?: boolean | null | undefined;
  /** Validate and simulate the call without saving it. The payload shows what would change. */
  dryRun?: boolean | null | undefined;
  /**
   * When it ends. Default: never. ENDS_IN_PAST if it is not in the future, ENDS_BEFORE_START if
   * it is not after `startsAt`.
   */
  endsAt?: string | null | undefined;
  /** The group. */
  groupId: string | number;
  /**
   * A name that you choose for this call, 1 to 255 characters. If you repeat the call with the
   * same key within 24 hours, nothing is done again, and you get the first answer with
   * `replayed: true`. The key applies to you (your account, or one API key), the workspace and
   * the mutation. IDEMPOTENCY_CONFLICT if the other fields differ from those of the first call;
   * null differs from an absent field, and one item from a list of one.
   */
  idempotencyKey?: string | null | undefined;
  /** The members, 1 to 1,000 of the workspace of the group. A repeated id is DUPLICATE. */
  membershipIds: Array<string | number>;
  /**
   * When it starts. Default: now. A time up to one minute ago counts as now; an earlier one is
   * STARTS_IN_PAST.
   */
  startsAt?: string | null | undefined;
};

/** The purpose of an API key. */
export type ApiKeyKind =
  /** The portal's data servers use the key to check access. */
  | 'GATEWAY'
  /** The key acts as its member. */
  | 'MEMBER';

/** The state of an API key. */
export type ApiKeyState =
  /** The key works. */
  | 'ACTIVE'
  /** It expired. */
  | 'EXPIRED'
  /** Somebody revoked the key, or its membership ended. */
  | 'REVOKED'
  /** The key's membership is disabled or has not begun. */
  | 'SUSPENDED';

/** The kind of actor. */
export type AuditActorKind =
  /** An account, through a session. */
  | 'ACCOUNT'
  /** An unknown visitor. */
  | 'ANONYMOUS'
  /** An API key. */
  | 'API_KEY'
  /** A staff member of the installation. */
  | 'OPERATOR'
  /** Concierge itself, or somebody with access to its machine. */
  | 'SYSTEM';

/** The kind of an audit event. More kinds will be added, so clients must accept unknown kinds. */
export type AuditEventKind =
  /** Access to one dataset or page expired. */
  | 'ACCESS_EXPIRED'
  /** Access to one dataset or page was granted. */
  | 'ACCESS_GRANTED'
  /** The end of a membership's access was moved or removed, or its start was moved. */
  | 'ACCESS_PERIOD_CHANGED'
  /** A member's request for more time was approved. */
  | 'ACCESS_RENEWAL_APPROVED'
  /** A member's request for more time was rejected. */
  | 'ACCESS_RENEWAL_REJECTED'
  /** A member asked for more time. */
  | 'ACCESS_RENEWAL_REQUESTED'
  /** An access request was approved. */
  | 'ACCESS_REQUEST_APPROVED'
  /** Somebody asked to become a member. */
  | 'ACCESS_REQUEST_CREATED'
  /** An access request was rejected. */
  | 'ACCESS_REQUEST_REJECTED'
  /** An access request was withdrawn by the requester. */
  | 'ACCESS_REQUEST_WITHDRAWN'
  /** Access to one dataset or page was revoked. */
  | 'ACCESS_REVOKED'
  /** An account was created. */
  | 'ACCOUNT_CREATED'
  /** A scheduled deletion of an account was cancelled. In the account's audit log. */
  | 'ACCOUNT_DELETION_CANCELLED'
  /** The deletion of an account was postponed by a day, because a workspace would be left without an administrator. In the account's audit log. */
  | 'ACCOUNT_DELETION_POSTPONED'
  /** The deletion of an account was scheduled. In the account's audit log. */
  | 'ACCOUNT_DELETION_SCHEDULED'
  /** The deletion of an account began: nobody can sign in to it any more. In the account's audit log. */
  | 'ACCOUNT_DELETION_STARTED'
  /** All personal data of an account was removed. In the account's audit log. */
  | 'ACCOUNT_ERASED'
  /** A link to download the data of an account was requested. In the account's audit log. */
  | 'ACCOUNT_EXPORTED'
  /** An account's names or language were changed, or it is no longer an operator. In the account's audit log. */
  | 'ACCOUNT_UPDATED'
  /** The quotas of anonymous visitors were changed. */
  | 'ANONYMOUS_QUOTAS_UPDATED'
  /** An API key was created. */
  | 'API_KEY_CREATED'
  /** An API key expired. */
  | 'API_KEY_EXPIRED'
  /** A holder of EDIT_WORKSPACE_PROPERTIES looked up an API key by its secret. */
  | 'API_KEY_LOOKED_UP'
  /** An API key was revoked. */
  | 'API_KEY_REVOKED'
  /** An API key was given a new secret. */
  | 'API_KEY_ROTATED'
  /** The name, permissions, end or networks of an API key were changed. */
  | 'API_KEY_UPDATED'
  /** A dataset was created. */
  | 'DATASET_CREATED'
  /** A dataset was deleted. */
  | 'DATASET_DELETED'
  /** A dataset was distributed to a secondary workspace, where a copy of it was created. In the audit logs of both. */
  | 'DATASET_DISTRIBUTED'
  /** A dataset was published. */
  | 'DATASET_PUBLISHED'
  /** A dataset became OPEN or RESTRICTED. */
  | 'DATASET_SECURITY_CHANGED'
  /** A dataset theme was created. */
  | 'DATASET_THEME_CREATED'
  /** A dataset theme was deleted. */
  | 'DATASET_THEME_DELETED'
  /** The labels, colour, icon or place of a dataset theme were changed. */
  | 'DATASET_THEME_UPDATED'
  /** A dataset was transferred to another owner. */
  | 'DATASET_TRANSFERRED'
  /** A dataset was unpublished. */
  | 'DATASET_UNPUBLISHED'
  /** A dataset was changed. */
  | 'DATASET_UPDATED'
  /** A dataset was withdrawn from a secondary workspace, where its copy was deleted. In the audit logs of both. */
  | 'DATASET_WITHDRAWN'
  /** The permissions that new members get were changed. */
  | 'DEFAULT_PERMISSIONS_UPDATED'
  /** The e-mail address of an account was changed. In the account's audit log. */
  | 'EMAIL_CHANGED'
  /** A change of an account's e-mail address was requested; the new address must be confirmed. In the account's audit log. */
  | 'EMAIL_CHANGE_REQUESTED'
  /** A change of the e-mail address was undone from the old address. In the account's audit log. */
  | 'EMAIL_CHANGE_UNDONE'
  /** The removal of all second factors of an account was cancelled. In the account's audit log. */
  | 'FACTOR_REMOVAL_CANCELLED'
  /** An operator scheduled the removal of all second factors of an account. In the account's audit log. */
  | 'FACTOR_REMOVAL_SCHEDULED'
  /** A group was created. */
  | 'GROUP_CREATED'
  /** A group was deleted. */
  | 'GROUP_DELETED'
  /** A member's group membership expired. */
  | 'GROUP_MEMBERSHIP_EXPIRED'
  /** A member was added to a group. */
  | 'GROUP_MEMBER_ADDED'
  /** A member was removed from a group. */
  | 'GROUP_MEMBER_REMOVED'
  /** A group's title, slug or description was changed. */
  | 'GROUP_UPDATED'
  /** A member was exempted from being disabled for inactivity, or no longer is. */
  | 'INACTIVITY_EXEMPTION_CHANGED'
  /** The number of days was changed after which inactive members are disabled. */
  | 'INACTIVITY_POLICY_UPDATED'
  /** An invitation was accepted, or its address joined in another way. */
  | 'INVITATION_ACCEPTED'
  /** An invitation was cancelled. */
  | 'INVITATION_CANCELLED'
  /** An address was invited. */
  | 'INVITATION_CREATED'
  /** An invitation was declined. */
  | 'INVITATION_DECLINED'
  /** The receiver of an invitation unsubscribed from e-mails about invitations, after that invitation had stopped waiting for an answer. */
  | 'INVITATION_MAIL_REFUSED'
  /** An invitation was sent again, with a new lifetime. */
  | 'INVITATION_RESENT'
  /** The offer of an invitation was changed. */
  | 'INVITATION_UPDATED'
  /** The license was changed. */
  | 'LICENSE_UPDATED'
  /** Somebody became a member. */
  | 'MEMBERSHIP_CREATED'
  /** A member was disabled. */
  | 'MEMBERSHIP_DISABLED'
  /** A disabled member was enabled again. */
  | 'MEMBERSHIP_ENABLED'
  /** A membership ended because its account was deleted. */
  | 'MEMBERSHIP_ERASED'
  /** A membership expired. */
  | 'MEMBERSHIP_EXPIRED'
  /** A member left the workspace. */
  | 'MEMBERSHIP_LEFT'
  /** A membership was ended by somebody. */
  | 'MEMBERSHIP_REVOKED'
  /** A page was created. */
  | 'PAGE_CREATED'
  /** A page was deleted. */
  | 'PAGE_DELETED'
  /** A page was distributed to a secondary workspace, where a copy of it was created. In the audit logs of both. */
  | 'PAGE_DISTRIBUTED'
  /** A page was published. */
  | 'PAGE_PUBLISHED'
  /** A page became OPEN or RESTRICTED. */
  | 'PAGE_SECURITY_CHANGED'
  /** A page was transferred to another owner. */
  | 'PAGE_TRANSFERRED'
  /** A page was unpublished. */
  | 'PAGE_UNPUBLISHED'
  /** A page was changed. */
  | 'PAGE_UPDATED'
  /** A page was withdrawn from a secondary workspace, where its copy was deleted. In the audit logs of both. */
  | 'PAGE_WITHDRAWN'
  /** A password was changed by entering the old one. In the account's audit log. */
  | 'PASSWORD_CHANGED'
  /** A signed-in user entered a wrong password when asked for it again. In the account's audit log. */
  | 'PASSWORD_CHECK_FAILED'
  /** A password was set with a mailed link. In the account's audit log. */
  | 'PASSWORD_RESET'
  /** A link to set a password was requested. In the account's audit log. */
  | 'PASSWORD_RESET_REQUESTED'
  /** A link to set a password was sent to a member. */
  | 'PASSWORD_RESET_SENT'
  /** A permission granted in the whole workspace expired. */
  | 'PERMISSION_EXPIRED'
  /** Permissions were granted in the whole workspace. */
  | 'PERMISSION_GRANTED'
  /** Permissions granted in the whole workspace were revoked. */
  | 'PERMISSION_REVOKED'
  /** A quota value was removed. */
  | 'QUOTA_REMOVED'
  /** A quota value was set. */
  | 'QUOTA_SET'
  /** A member's counter of a quota was reset to 0. */
  | 'QUOTA_USAGE_RESET'
  /** A quota value expired. */
  | 'QUOTA_VALUE_EXPIRED'
  /** New recovery codes replaced the old ones. In the account's audit log. */
  | 'RECOVERY_CODES_RENEWED'
  /** A recovery code was used in place of another second factor. In the account's audit log. */
  | 'RECOVERY_CODE_USED'
  /** A reuse was approved. */
  | 'REUSE_APPROVED'
  /** A reuse was deleted. */
  | 'REUSE_DELETED'
  /** A reuse was rejected. */
  | 'REUSE_REJECTED'
  /** A reuse of a dataset was submitted. */
  | 'REUSE_SUBMITTED'
  /** The submitter changed a reuse, which waits for a decision again. */
  | 'REUSE_UPDATED'
  /** A role was assigned to a member. */
  | 'ROLE_ASSIGNED'
  /** A member's role assignment expired. */
  | 'ROLE_ASSIGNMENT_EXPIRED'
  /** A role was created. */
  | 'ROLE_CREATED'
  /** A role was deleted. */
  | 'ROLE_DELETED'
  /** A member's role was removed. */
  | 'ROLE_UNASSIGNED'
  /** A role's name or permissions were changed. */
  | 'ROLE_UPDATED'
  /** The caps of a secondary workspace were changed. */
  | 'SECONDARY_WORKSPACE_CAPS_UPDATED'
  /** A secondary workspace was created. */
  | 'SECONDARY_WORKSPACE_CREATED'
  /** A secondary workspace was deleted. */
  | 'SECONDARY_WORKSPACE_DELETED'
  /** The name or description of a secondary workspace was changed from its main workspace. */
  | 'SECONDARY_WORKSPACE_UPDATED'
  /** A second factor was set up. In the account's audit log. */
  | 'SECOND_FACTOR_ADDED'
  /** Somebody who knows the password entered a wrong code of the second factor, or a passkey was not accepted. In the account's audit log. */
  | 'SECOND_FACTOR_FAILED'
  /** A second factor was removed. In the account's audit log. */
  | 'SECOND_FACTOR_REMOVED'
  /** A passkey was given another name. In the account's audit log. */
  | 'SECOND_FACTOR_RENAMED'
  /** A session was ended before it expired. In the account's audit log. */
  | 'SESSION_ENDED'
  /** A signed-in user entered the password or a second factor again. In the account's audit log. */
  | 'SESSION_REAUTHENTICATED'
  /** Somebody signed in. In the account's audit log. */
  | 'SESSION_STARTED'
  /** A sign-in attempt failed. In the account's audit log. */
  | 'SIGN_IN_FAILED'
  /** The sign-in policy of the workspace was changed. */
  | 'SIGN_IN_POLICY_UPDATED'
  /** The sign-up settings or the terms were changed. */
  | 'SIGN_UP_SETTINGS_UPDATED'
  /** The theme of the workspace was changed. */
  | 'THEME_UPDATED'
  /** The workspace's caps were changed from its main workspace. */
  | 'WORKSPACE_CAPS_UPDATED'
  /** A workspace was created. */
  | 'WORKSPACE_CREATED'
  /** The workspace was deleted from its main workspace. */
  | 'WORKSPACE_DELETED'
  /** A workspace's properties were changed. */
  | 'WORKSPACE_UPDATED';

/** A section of the portal's back office. */
export type BackOfficeSection =
  /** The dashboards. */
  | 'ANALYTICS'
  /** Uploaded files. */
  | 'ASSETS'
  /** The catalogue of datasets. */
  | 'CATALOG'
  /** Settings. */
  | 'CONFIGURATION'
  /** Look and feel: branding. */
  | 'LOOK_AND_FEEL_BRANDING'
  /** Look and feel: dataset themes. */
  | 'LOOK_AND_FEEL_DATASET_THEMES'
  /** Look and feel: visualisations. */
  | 'LOOK_AND_FEEL_DATA_VISUALIZATIONS'
  /** Look and feel: navigation. */
  | 'LOOK_AND_FEEL_NAVIGATION'
  /** Look and feel: the theme. */
  | 'LOOK_AND_FEEL_THEME'
  /** The pages. */
  | 'PAGES'
  /** Quota plans. */
  | 'PLANS'
  /** The reuses. */
  | 'REUSES'
  /** Members and groups. */
  | 'USERS_AND_GROUPS'
  /** Secondary workspaces. */
  | 'WORKSPACES';

/** The second factor of a sign-in. */
export type CompleteSignInInput = {
  /** The token from `signIn`. At most 500 characters. */
  challenge: string;
  /**
   * The code that the authenticator app shows, or a recovery code. Spaces and hyphens are
   * ignored. At most 64 characters. Give this or `passkey`.
   */
  code?: string | null | undefined;
  /** A passkey, after `startPasskeySignIn` with this challenge. */
  passkey?: PasskeyAnswerInput | null | undefined;
  /** How the token is delivered. Default: TOKEN. */
  transport?: SessionTransport | null | undefined;
};

/** A range of instants; both bounds are excluded. Missing values are in no range. */
export type DateTimeRange = {
  /** Instants later than this one. */
  after?: string | null | undefined;
  /** Instants earlier than this one. */
  before?: string | null | undefined;
};

/** The members to disable. */
export type DisableMembersInput = {
  /** If true, one failed item rolls back the whole call. Default: false. */
  atomic?: boolean | null | undefined;
  /** Validate and simulate the call without saving it. The payload shows what would change. */
  dryRun?: boolean | null | undefined;
  /**
   * A name that you choose for this call, 1 to 255 characters. If you repeat the call with the
   * same key within 24 hours, nothing is done again, and you get the first answer with
   * `replayed: true`. The key applies to you (your account, or one API key), the workspace and
   * the mutation. IDEMPOTENCY_CONFLICT if the other fields differ from those of the first call;
   * null differs from an absent field, and one item from a list of one.
   */
  idempotencyKey?: string | null | undefined;
  /**
   * The members, 1 to 1,000. All must belong to the workspace of the first id that you may see.
   * A repeated id is DUPLICATE.
   */
  membershipIds: Array<string | number>;
  /** The reason, for the audit log: at most 500 characters. */
  reason?: string | null | undefined;
};

/** The result for one member. */
export type DisableMembersOutcome =
  /** The member was already disabled. */
  | 'ALREADY_DISABLED'
  /** The member was disabled. */
  | 'DISABLED';

/** The members to enable. */
export type EnableMembersInput = {
  /** If true, one failed item rolls back the whole call. Default: false. */
  atomic?: boolean | null | undefined;
  /** Validate and simulate the call without saving it. The payload shows what would change. */
  dryRun?: boolean | null | undefined;
  /**
   * A name that you choose for this call, 1 to 255 characters. If you repeat the call with the
   * same key within 24 hours, nothing is done again, and you get the first answer with
   * `replayed: true`. The key applies to you (your account, or one API key), the workspace and
   * the mutation. IDEMPOTENCY_CONFLICT if the other fields differ from those of the first call;
   * null differs from an absent field, and one item from a list of one.
   */
  idempotencyKey?: string | null | undefined;
  /**
   * The members, 1 to 1,000. All must belong to the workspace of the first id that you may see.
   * A repeated id is DUPLICATE.
   */
  membershipIds: Array<string | number>;
  /** The reason, for the audit log: at most 500 characters. */
  reason?: string | null | undefined;
};

/** The result for one member. */
export type EnableMembersOutcome =
  /** The member was enabled. */
  | 'ENABLED'
  /** The member was not disabled. */
  | 'NOT_DISABLED';

/**
 * The question to explain: exactly one of `membershipId`, `email`, `apiKeyId` and `anonymous`,
 * together with either `permission` or `resource` and `access`.
 */
export type ExplainAccessInput = {
  /** The kind of access to `resource`. */
  access?: ResourceAccess | null | undefined;
  /** If true, the question is about an anonymous visitor. */
  anonymous?: boolean | null | undefined;
  /** An API key. */
  apiKeyId?: string | number | null | undefined;
  /**
   * The instant to explain, from the creation of the workspace on. Default: now. For future
   * instants, the answer is what will hold if nothing changes.
   */
  asOf?: string | null | undefined;
  /**
   * The person with this e-mail address, ignoring case: a member, or somebody who could be
   * invited.
   */
  email?: string | null | undefined;
  /** A member, in any state. */
  membershipId?: string | number | null | undefined;
  /** A permission in the whole workspace. */
  permission?: Permission | null | undefined;
  /** A dataset or page of the workspace. */
  resource?: string | number | null | undefined;
};

/**
 * What to grant, to whom and when. Exactly one of `membershipIds` and `groupId`; either
 * `permissions` and `permissionGroups` (at least one of the two), or `resourceId` with `access`.
 */
export type GrantPermissionsInput = {
  /**
   * The kinds of access: BROWSE, EDIT, PUBLISH or MANAGE_SECURITY for a dataset; BROWSE, EDIT or
   * MANAGE_SECURITY for a page.
   */
  access?: Array<ResourceAccess> | null | undefined;
  /** If true, one failed item rolls back the whole call. Default: false. */
  atomic?: boolean | null | undefined;
  /** Validate and simulate the call without saving it. The payload shows what would change. */
  dryRun?: boolean | null | undefined;
  /**
   * When it ends. Default: never. ENDS_IN_PAST if it is not in the future, ENDS_BEFORE_START if
   * it is not after `startsAt`.
   */
  endsAt?: string | null | undefined;
  /** The group. Each member has the grant while they are in the group. */
  groupId?: string | number | null | undefined;
  /**
   * A name that you choose for this call, 1 to 255 characters. If you repeat the call with the
   * same key within 24 hours, nothing is done again, and you get the first answer with
   * `replayed: true`. The key applies to you (your account, or one API key), the workspace and
   * the mutation. IDEMPOTENCY_CONFLICT if the other fields differ from those of the first call;
   * null differs from an absent field, and one item from a list of one.
   */
  idempotencyKey?: string | null | undefined;
  /** The members, 1 to 1,000. All must belong to the workspace of the first id that you may see. */
  membershipIds?: Array<string | number> | null | undefined;
  /** Permission groups: all permissions that they contain now. */
  permissionGroups?: Array<PermissionGroup> | null | undefined;
  /** Permissions in the whole workspace. */
  permissions?: Array<Permission> | null | undefined;
  /**
   * Which records can be seen, as text that the portal interprets, at most 10,000 characters.
   * Only for BROWSE alone on a dataset. Default: all records.
   */
  recordFilter?: string | null | undefined;
  /** The dataset or page to give access to. */
  resourceId?: string | number | null | undefined;
  /**
   * When it starts. Default: now. A time up to one minute ago counts as now; an earlier one is
   * STARTS_IN_PAST.
   */
  startsAt?: string | null | undefined;
};

/** Whether anything was granted. */
export type GrantPermissionsOutcome =
  /** Existing grants already give all of the rights for the whole interval. */
  | 'ALREADY_GRANTED'
  /** At least one of the rights was granted. */
  | 'GRANTED';

/** The result for one member of a group. */
export type GroupMemberOutcome =
  /** The member was added to the group for the interval. */
  | 'ADDED'
  /** The member is already in the group for the whole interval. Nothing was changed. */
  | 'ALREADY_IN'
  /** The member is not in the group at any instant of the interval. Nothing was changed. */
  | 'NOT_IN'
  /** The member was removed from the group for the interval. */
  | 'REMOVED';

/** The kind of a thing that was not restored. */
export type LeftOutKind =
  /** Access to a dataset or page. */
  | 'ACCESS'
  /** A group membership. */
  | 'GROUP'
  /** A permission. */
  | 'PERMISSION'
  /** A quota of the member. */
  | 'QUOTA'
  /** The role. */
  | 'ROLE';

/** Why a thing was not restored. */
export type LeftOutReason =
  /** It had an end, which has passed. */
  | 'ENDED_MEANWHILE'
  /** You may not give it: you do not hold it yourself, or not for as long. */
  | 'FORBIDDEN'
  /** A limit was reached. */
  | 'LIMIT_REACHED'
  /** The role, group, dataset or page no longer exists. */
  | 'NO_LONGER_EXISTS';

/** A language of the product. */
export type Locale =
  /** English. */
  | 'EN'
  /** French. */
  | 'FR'
  /** Dutch. */
  | 'NL';

/** Why a membership ended. */
export type MembershipEndReason =
  /** The account was erased. */
  | 'ERASED'
  /** It expired. */
  | 'EXPIRED'
  /** The member left the workspace. */
  | 'LEFT'
  /** Somebody ended the membership. */
  | 'REVOKED';

/** Filter for members. All given conditions must match. */
export type MembershipFilter = {
  /** Members whose access ends in this range. Members without an end are in no range. */
  accessEnds?: DateTimeRange | null | undefined;
  /** Members to whom all of these permissions are granted directly and workspace-wide now. */
  directPermissions?: Array<Permission> | null | undefined;
  /** Members who are in one of these groups now. */
  groupIds?: Array<string | number> | null | undefined;
  /** If true, only members who have a role now; if false, only members without one. */
  hasRole?: boolean | null | undefined;
  /** Members whose membership was created in this range. */
  joined?: DateTimeRange | null | undefined;
  /**
   * Members whose last use of the workspace is in this range. Members who never used it are in
   * no range.
   */
  lastActive?: DateTimeRange | null | undefined;
  /** If true, only members who never used the workspace; if false, only members who did. */
  neverActive?: boolean | null | undefined;
  /** Members with one of these origins. */
  origins?: Array<MembershipOrigin> | null | undefined;
  /**
   * Members who effectively have all of these permissions now: by role, by direct grant or by
   * group. Only ACTIVE members have permissions.
   */
  permissions?: Array<Permission> | null | undefined;
  /** Members who have one of these roles now. */
  roleIds?: Array<string | number> | null | undefined;
  /**
   * Members whose name or e-mail address matches this text: each word of the text must be the
   * start of a word in the name or address, ignoring case and accents. At most 200 characters.
   * Apostrophes and hyphens in names are optional, and so are the spaces in Chinese, Japanese
   * and Korean names. A text without a letter or digit matches nobody; an empty text matches
   * everybody.
   */
  search?: string | null | undefined;
  /** How to treat members who only signed up. */
  signedUpOnly?: SignedUpOnlyFilter | null | undefined;
  /** Members in one of these states. Default: all states except ENDED. */
  states?: Array<MembershipState> | null | undefined;
};

/** The order of members. Ties are ordered by id. */
export type MembershipOrder = {
  /** The direction of the order. */
  direction: OrderDirection;
  /** The field to order by. */
  field: MembershipOrderField;
};

/** The fields that members can be ordered by. */
export type MembershipOrderField =
  /** The time at which access ends. Members without an end count as latest. */
  | 'ACCESS_ENDS_AT'
  /** The canonical e-mail address, compared byte by byte. */
  | 'EMAIL'
  /** The time at which the membership was created. */
  | 'JOINED_AT'
  /**
   * The time at which the member last used the workspace. Members who never used it count as
   * oldest.
   */
  | 'LAST_ACTIVE_AT'
  /** The family name, then the given name, ignoring case and accents, compared byte by byte. */
  | 'NAME'
  /**
   * The current role: members without a role, then preset roles by rank, then other roles by
   * name, ignoring case and accents.
   */
  | 'ROLE'
  /** The state, in the order SCHEDULED, ACTIVE, DISABLED, ENDED. */
  | 'STATE';

/** How a membership was created. */
export type MembershipOrigin =
  /** By signing up with approval. */
  | 'ACCESS_REQUEST'
  /** By an import from another system. */
  | 'IMPORTED'
  /** By accepting an invitation. */
  | 'INVITATION'
  /** By an operator. */
  | 'OPERATOR'
  /** By an identity provider. */
  | 'PROVISIONED'
  /** By restoring a membership that had ended. */
  | 'RESTORED'
  /** By signing up without approval. */
  | 'SIGN_UP';

/** The state of a membership at an instant. */
export type MembershipState =
  /** The membership is in force. */
  | 'ACTIVE'
  /** The membership is disabled for now and gives no access. Everything that belongs to it is kept. */
  | 'DISABLED'
  /** The membership has ended. */
  | 'ENDED'
  /** The membership begins later. */
  | 'SCHEDULED';

/** The direction of an order. */
export type OrderDirection =
  /** The smallest or earliest first. */
  | 'ASC'
  /** The largest or latest first. */
  | 'DESC';

/** A passkey that the browser shows. */
export type PasskeyAnswerInput = {
  /** The token from `startPasskeySignIn`. At most 500 characters. */
  ceremony: string;
  /** The credential as AuthenticationResponseJSON (`PublicKeyCredential.toJSON()`). */
  credential: unknown;
};

/** One of the fourteen permissions in a workspace. No permission implies another, and whatever is not granted is denied. */
export type Permission =
  /** See all data of all published datasets. */
  | 'BROWSE_ALL_DATASETS'
  /** See all pages, including private ones. */
  | 'BROWSE_ALL_PAGES'
  /** See the dashboards. */
  | 'BROWSE_ANALYTICS'
  /** Create datasets within the quota, and edit the datasets that the member owns. */
  | 'CREATE_DATASETS'
  /** Create pages, and edit and publish the pages that the member owns. */
  | 'CREATE_PAGES'
  /** Edit every dataset. */
  | 'EDIT_ALL_DATASETS'
  /** Edit and delete every page. */
  | 'EDIT_ALL_PAGES'
  /** Configure everything in the sections that it opens, including members and groups. */
  | 'EDIT_WORKSPACE_PROPERTIES'
  /** Set the security of the datasets that the member may edit. */
  | 'MANAGE_OWN_DATASETS_SECURITY'
  /** Set the security of the pages that the member may edit. */
  | 'MANAGE_OWN_PAGES_SECURITY'
  /** See, approve, reject and delete reuses. */
  | 'MANAGE_REUSES'
  /** Create, edit and delete secondary workspaces, and distribute content to them. */
  | 'MANAGE_SECONDARY_WORKSPACES'
  /** Edit the workspace's theme and the dataset themes. */
  | 'MANAGE_WORKSPACE_THEME'
  /** Publish and unpublish the datasets that the member may edit. */
  | 'PUBLISH_OWN_DATASETS';

/** The groups in which permissions are shown. */
export type PermissionGroup =
  /** Analytics. */
  | 'ANALYTICS'
  /** Datasets. */
  | 'DATASET'
  /** The workspace itself. */
  | 'DOMAIN'
  /** Pages. */
  | 'PAGE'
  /** Reuses. */
  | 'REUSES';

/** The period after which a counter restarts, in the time zone of its workspace. */
export type QuotaPeriod =
  /** A day, from midnight. */
  | 'DAY'
  /** A month, from its first day. */
  | 'MONTH';

/** A limit to preview, with stored values or with other values. */
export type QuotaPreviewInput = {
  /**
   * The instant to read, from the creation of the workspace on. Default: now. The amount used is
   * always today's.
   */
  asOf?: string | null | undefined;
  /** The groups, at most 100. Default: the member's groups. */
  groupIds?: Array<string | number> | null | undefined;
  /** The value to try for the member; null to try without a value. Default: the stored value. */
  memberLimit?: number | null | undefined;
  /** The member. If omitted, the preview assumes that nothing is used yet. */
  membershipId?: string | number | null | undefined;
  /** The quota type. */
  type: QuotaType;
};

/** The scope of a quota value: whom or what it applies to. */
export type QuotaScope =
  /** Each active member. */
  | 'DEFAULT'
  /** Each member of a group. */
  | 'GROUP'
  /** A main workspace; set by an operator. */
  | 'LICENSE'
  /** One member. */
  | 'MEMBER'
  /** A secondary workspace; set from its main workspace. */
  | 'WORKSPACE_CAP';

/** What a quota limits (QUOTA). */
export type QuotaType =
  /** Calls to the portal's API. */
  | 'API_CALLS'
  /** Datasets that a member owns. */
  | 'DATASETS'
  /** Records in one dataset. */
  | 'RECORDS_PER_DATASET';

/** A limit and the period in which it applies. */
export type QuotaValueInput = {
  /**
   * When it ends; the earlier value then applies again. Default: never. ENDS_IN_PAST if it is
   * not in the future, ENDS_BEFORE_START if it is not after `startsAt`.
   */
  endsAt?: string | null | undefined;
  /**
   * The limit, 0 to 2^53 - 1 (OUT_OF_RANGE), in calls, datasets or records. For records, 0 or a
   * multiple of 1,000 (NOT_A_MULTIPLE). Null removes the limit; no limit is not the same as
   * zero. This field is required: if it is missing, the call is BAD_USER_INPUT.
   */
  limit?: number | null | undefined;
  /**
   * When it starts. Default: now. A time up to one minute ago counts as now; an earlier one is
   * STARTS_IN_PAST.
   */
  startsAt?: string | null | undefined;
  /** What is limited. API calls are counted per day. */
  type: QuotaType;
};

/** What you show again: the password, a second factor, or both. A passkey counts as both. */
export type ReauthenticateInput = {
  /**
   * The code that the authenticator app shows, or a recovery code. Spaces and hyphens are
   * ignored. At most 64 characters. Give at most one of this and `passkey`.
   */
  code?: string | null | undefined;
  /** A passkey, after `startPasskeySignIn` in this session. */
  passkey?: PasskeyAnswerInput | null | undefined;
  /** Your password. */
  password?: string | null | undefined;
};

/** The members to remove from a group, and when. */
export type RemoveGroupMembersInput = {
  /** If true, one failed item rolls back the whole call. Default: false. */
  atomic?: boolean | null | undefined;
  /** Validate and simulate the call without saving it. The payload shows what would change. */
  dryRun?: boolean | null | undefined;
  /**
   * When the removal ends; members who would be in the group after that are in it again.
   * Default: never. ENDS_IN_PAST if it is not in the future, ENDS_BEFORE_START if it is not
   * after `startsAt`.
   */
  endsAt?: string | null | undefined;
  /** The group. */
  groupId: string | number;
  /**
   * A name that you choose for this call, 1 to 255 characters. If you repeat the call with the
   * same key within 24 hours, nothing is done again, and you get the first answer with
   * `replayed: true`. The key applies to you (your account, or one API key), the workspace and
   * the mutation. IDEMPOTENCY_CONFLICT if the other fields differ from those of the first call;
   * null differs from an absent field, and one item from a list of one.
   */
  idempotencyKey?: string | null | undefined;
  /** The members, 1 to 1,000 of the workspace of the group. A repeated id is DUPLICATE. */
  membershipIds: Array<string | number>;
  /**
   * When it starts. Default: now. A time up to one minute ago counts as now; an earlier one is
   * STARTS_IN_PAST.
   */
  startsAt?: string | null | undefined;
};

/** The members whose usage is reset. */
export type ResetQuotaUsageInput = {
  /** If true, one failed item rolls back the whole call. Default: false. */
  atomic?: boolean | null | undefined;
  /** Validate and simulate the call without saving it. The payload shows what would change. */
  dryRun?: boolean | null | undefined;
  /**
   * A name that you choose for this call, 1 to 255 characters. If you repeat the call with the
   * same key within 24 hours, nothing is done again, and you get the first answer with
   * `replayed: true`. The key applies to you (your account, or one API key), the workspace and
   * the mutation. IDEMPOTENCY_CONFLICT if the other fields differ from those of the first call;
   * null differs from an absent field, and one item from a list of one.
   */
  idempotencyKey?: string | null | undefined;
  /**
   * The members, 1 to 1,000. All must belong to the workspace of the first id that you may see.
   * A repeated id is DUPLICATE.
   */
  membershipIds: Array<string | number>;
  /** The reason, for the audit log: 1 to 500 characters (TOO_SHORT, TOO_LONG). */
  reason: string;
  /** The type of quota: API_CALLS. The other types cannot be reset: NOT_A_COUNTER. */
  type: QuotaType;
};

/** The result for one member's counter. */
export type ResetQuotaUsageOutcome =
  /** Nothing had been used in this period. */
  | 'NOTHING_USED'
  /** The counter was reset to 0. */
  | 'RESET';

/** A kind of access to one dataset or page. */
export type ResourceAccess =
  /** See the dataset or page. */
  | 'BROWSE'
  /** Delete the dataset or page. */
  | 'DELETE'
  /** Change the dataset or page. */
  | 'EDIT'
  /** Decide who has access to the dataset or page. */
  | 'MANAGE_SECURITY'
  /** Publish and unpublish the dataset or page. */
  | 'PUBLISH';

/** The memberships to restore. */
export type RestoreMembersInput = {
  /** If true, one failed item rolls back the whole call. Default: false. */
  atomic?: boolean | null | undefined;
  /** Validate and simulate the call without saving it. The payload shows what would change. */
  dryRun?: boolean | null | undefined;
  /**
   * When access ends. Default: when it would have ended if that is in the future, otherwise
   * ACCESS_END_REQUIRED. ENDS_IN_PAST if it is not in the future.
   */
  endsAt?: string | null | undefined;
  /**
   * A name that you choose for this call, 1 to 255 characters. If you repeat the call with the
   * same key within 24 hours, nothing is done again, and you get the first answer with
   * `replayed: true`. The key applies to you (your account, or one API key), the workspace and
   * the mutation. IDEMPOTENCY_CONFLICT if the other fields differ from those of the first call;
   * null differs from an absent field, and one item from a list of one.
   */
  idempotencyKey?: string | null | undefined;
  /**
   * The memberships, 1 to 1,000, each the latest of its account. All must belong to the
   * workspace of the first id that you may see. A repeated id is DUPLICATE.
   */
  membershipIds: Array<string | number>;
  /** If true, access has no end. Not together with `endsAt`. */
  unlimited?: boolean | null | undefined;
};

/** The result for one membership. */
export type RestoreMembersOutcome =
  /** A new membership began with what the ended one had. */
  | 'RESTORED';

/**
 * The API keys to revoke. Exactly one of `ids`, `membershipId`, and `workspaceId` with `all:
 * true`.
 */
export type RevokeApiKeysInput = {
  /** Must be true with `workspaceId`. */
  all?: boolean | null | undefined;
  /** If true, one failed item rolls back the whole call. Default: false. */
  atomic?: boolean | null | undefined;
  /** Validate and simulate the call without saving it. The payload shows what would change. */
  dryRun?: boolean | null | undefined;
  /**
   * A name that you choose for this call, 1 to 255 characters. If you repeat the call with the
   * same key within 24 hours, nothing is done again, and you get the first answer with
   * `replayed: true`. The key applies to you (your account, or one API key), the workspace and
   * the mutation. IDEMPOTENCY_CONFLICT if the other fields differ from those of the first call;
   * null differs from an absent field, and one item from a list of one.
   */
  idempotencyKey?: string | null | undefined;
  /** The keys, 1 to 1,000. All must belong to the workspace of the first id that you may see. */
  ids?: Array<string | number> | null | undefined;
  /** Revokes all keys of this member that have not been revoked and have not expired. */
  membershipId?: string | number | null | undefined;
  /** The reason, for the owners of the keys and the audit log: at most 500 characters. */
  reason?: string | null | undefined;
  /**
   * With `all: true`: revokes all keys of this workspace that have not been revoked and have not
   * expired.
   */
  workspaceId?: string | number | null | undefined;
};

/** The result for one API key. */
export type RevokeApiKeysOutcome =
  /** The key had already stopped working: it was revoked, it expired, or its membership ended. */
  | 'ALREADY_REVOKED'
  /** The key was revoked. */
  | 'REVOKED';

/** The members to revoke. */
export type RevokeMembersInput = {
  /** If true, one failed item rolls back the whole call. Default: false. */
  atomic?: boolean | null | undefined;
  /**
   * If true, pending invitations to this workspace that were sent by the revoked members are
   * also cancelled. Default: false.
   */
  cancelTheirInvitations?: boolean | null | undefined;
  /** Validate and simulate the call without saving it. The payload shows what would change. */
  dryRun?: boolean | null | undefined;
  /**
   * A name that you choose for this call, 1 to 255 characters. If you repeat the call with the
   * same key within 24 hours, nothing is done again, and you get the first answer with
   * `replayed: true`. The key applies to you (your account, or one API key), the workspace and
   * the mutation. IDEMPOTENCY_CONFLICT if the other fields differ from those of the first call;
   * null differs from an absent field, and one item from a list of one.
   */
  idempotencyKey?: string | null | undefined;
  /**
   * The members, 1 to 1,000. All must belong to the workspace of the first id that you may see.
   * A repeated id is DUPLICATE.
   */
  membershipIds: Array<string | number>;
  /** The reason, for the audit log: at most 500 characters. */
  reason?: string | null | undefined;
};

/** The result for one membership. */
export type RevokeMembersOutcome =
  /** The membership had already ended. */
  | 'ALREADY_ENDED'
  /** The membership was ended. */
  | 'REVOKED';

/**
 * What to revoke, and from whom. Exactly one of `grantIds`, `membershipIds` and `groupId`; with
 * members or a group also what to revoke: `permissions` and `permissionGroups`, or `resourceId`
 * with `access`.
 */
export type RevokePermissionsInput = {
  /** The kinds of access to remove, whatever the record filter. */
  access?: Array<ResourceAccess> | null | undefined;
  /** If true, one failed item rolls back the whole call. Default: false. */
  atomic?: boolean | null | undefined;
  /** Validate and simulate the call without saving it. The payload shows what would change. */
  dryRun?: boolean | null | undefined;
  /**
   * Only these grants, 1 to 1,000. All must belong to the workspace of the first id that you may
   * see.
   */
  grantIds?: Array<string | number> | null | undefined;
  /** The group. */
  groupId?: string | number | null | undefined;
  /**
   * A name that you choose for this call, 1 to 255 characters. If you repeat the call with the
   * same key within 24 hours, nothing is done again, and you get the first answer with
   * `replayed: true`. The key applies to you (your account, or one API key), the workspace and
   * the mutation. IDEMPOTENCY_CONFLICT if the other fields differ from those of the first call;
   * null differs from an absent field, and one item from a list of one.
   */
  idempotencyKey?: string | null | undefined;
  /**
   * The members, 1 to 1,000. All must belong to the workspace of the first id that you may see.
   * What they have through a role or a group does not change.
   */
  membershipIds?: Array<string | number> | null | undefined;
  /** Permission groups: all permissions that they contain now. */
  permissionGroups?: Array<PermissionGroup> | null | undefined;
  /**
   * Permissions in the whole workspace. All grants of them that have not ended are ended,
   * including those that have not begun.
   */
  permissions?: Array<Permission> | null | undefined;
  /** The dataset or page to remove access to. */
  resourceId?: string | number | null | undefined;
};

/** Whether anything was revoked. */
export type RevokePermissionsOutcome =
  /** There was no grant that had not ended. */
  | 'NOT_GRANTED'
  /** At least one grant was ended. */
  | 'REVOKED';

/** A kind of second factor. */
export type SecondFactorKind =
  /** A passkey: a key in a device or a password manager. */
  | 'PASSKEY'
  /** One of the ten codes that were shown when the first factor was set up. Each works once. */
  | 'RECOVERY_CODE'
  /** Codes of an authenticator app: six digits that change every 30 seconds. */
  | 'TOTP';

/** The members who get a mail to set a new password. */
export type SendPasswordResetsInput = {
  /** If true, one failed item rolls back the whole call. Default: false. */
  atomic?: boolean | null | undefined;
  /** Validate and simulate the call without saving it. The payload shows what would change. */
  dryRun?: boolean | null | undefined;
  /**
   * A name that you choose for this call, 1 to 255 characters. If you repeat the call with the
   * same key within 24 hours, nothing is done again, and you get the first answer with
   * `replayed: true`. The key applies to you (your account, or one API key), the workspace and
   * the mutation. IDEMPOTENCY_CONFLICT if the other fields differ from those of the first call;
   * null differs from an absent field, and one item from a list of one.
   */
  idempotencyKey?: string | null | undefined;
  /**
   * The members, 1 to 1,000. All must belong to the workspace of the first id that you may see.
   * A repeated id is DUPLICATE.
   */
  membershipIds: Array<string | number>;
};

/** The result for one member. */
export type SendPasswordResetsOutcome =
  /** Nothing was sent: a link was sent less than 2 minutes ago, or too many were sent in a day, no matter who asked for them. */
  | 'ALREADY_SENT'
  /** An e-mail is being sent to the account's address. */
  | 'SENT';

/** How a session token is delivered. */
export type SessionTransport =
  /**
   * In a cookie that scripts cannot read; the answer contains no token. Only for pages of the
   * same site: browsers discard cookies set by the answer of another site (SameSite=Lax), so a
   * call from another site is BAD_USER_INPUT.
   */
  | 'COOKIE'
  /** In the answer. Send it as `Authorization: Bearer …`. */
  | 'TOKEN';

/**
 * The members, and when their access ends. Exactly one of `endsAt`, `durationSeconds` and
 * `unlimited: true`.
 */
export type SetAccessPeriodInput = {
  /** If true, one failed item rolls back the whole call. Default: false. */
  atomic?: boolean | null | undefined;
  /** Validate and simulate the call without saving it. The payload shows what would change. */
  dryRun?: boolean | null | undefined;
  /**
   * How long access lasts, in seconds, from now or from the start if that is later: 1 to
   * 3,153,600,000 (100 years), otherwise OUT_OF_RANGE.
   */
  durationSeconds?: number | null | undefined;
  /**
   * When access ends. ENDS_IN_PAST if it is not in the future, ENDS_BEFORE_START if it is not
   * after `startsAt` or after a start in the future.
   */
  endsAt?: string | null | undefined;
  /**
   * A name that you choose for this call, 1 to 255 characters. If you repeat the call with the
   * same key within 24 hours, nothing is done again, and you get the first answer with
   * `replayed: true`. The key applies to you (your account, or one API key), the workspace and
   * the mutation. IDEMPOTENCY_CONFLICT if the other fields differ from those of the first call;
   * null differs from an absent field, and one item from a list of one.
   */
  idempotencyKey?: string | null | undefined;
  /**
   * The members, 1 to 1,000. All must belong to the workspace of the first id that you may see.
   * A repeated id is DUPLICATE.
   */
  membershipIds: Array<string | number>;
  /**
   * When access begins, for memberships that have not begun. Default: unchanged. A time up to
   * one minute ago counts as now; an earlier one is STARTS_IN_PAST.
   */
  startsAt?: string | null | undefined;
  /** If true, access has no end. */
  unlimited?: boolean | null | undefined;
};

/** The result for one member's access period. */
export type SetAccessPeriodOutcome =
  /** It was changed as requested. */
  | 'CHANGED'
  /** It already was as requested. */
  | 'UNCHANGED';

/** The role to set, for which members and when. */
export type SetMemberRoleInput = {
  /** If true, one failed item rolls back the whole call. Default: false. */
  atomic?: boolean | null | undefined;
  /** Validate and simulate the call without saving it. The payload shows what would change. */
  dryRun?: boolean | null | undefined;
  /**
   * When it ends; the earlier value then applies again. Default: never. ENDS_IN_PAST if it is
   * not in the future, ENDS_BEFORE_START if it is not after `startsAt`.
   */
  endsAt?: string | null | undefined;
  /**
   * A name that you choose for this call, 1 to 255 characters. If you repeat the call with the
   * same key within 24 hours, nothing is done again, and you get the first answer with
   * `replayed: true`. The key applies to you (your account, or one API key), the workspace and
   * the mutation. IDEMPOTENCY_CONFLICT if the other fields differ from those of the first call;
   * null differs from an absent field, and one item from a list of one.
   */
  idempotencyKey?: string | null | undefined;
  /**
   * The members, 1 to 1,000. All must belong to the workspace of the first id that you may see.
   * A repeated id is DUPLICATE.
   */
  membershipIds: Array<string | number>;
  /**
   * The role; null removes the role. This field is required: if it is missing, the call is
   * BAD_USER_INPUT.
   */
  roleId?: string | number | null | undefined;
  /**
   * When it starts. Default: now. A time up to one minute ago counts as now; an earlier one is
   * STARTS_IN_PAST.
   */
  startsAt?: string | null | undefined;
};

/** The result for one member's role. */
export type SetMemberRoleOutcome =
  /** It was changed as requested. */
  | 'CHANGED'
  /** It already was as requested. */
  | 'UNCHANGED';

/** The limits to set, and who they apply to. */
export type SetQuotasInput = {
  /** Validate and simulate the call without saving it. The payload shows what would change. */
  dryRun?: boolean | null | undefined;
  /**
   * A name that you choose for this call, 1 to 255 characters. If you repeat the call with the
   * same key within 24 hours, nothing is done again, and you get the first answer with
   * `replayed: true`. The key applies to you (your account, or one API key), the workspace and
   * the mutation. IDEMPOTENCY_CONFLICT if the other fields differ from those of the first call;
   * null differs from an absent field, and one item from a list of one.
   */
  idempotencyKey?: string | null | undefined;
  /**
   * Where to set the limits: DEFAULT (each active member), GROUP (each member of a group) or
   * MEMBER (one member). Other scopes are set with other mutations: BAD_USER_INPUT.
   */
  scope: QuotaScope;
  /**
   * The id of the group or membership, for GROUP and MEMBER; not allowed with DEFAULT. NOT_FOUND
   * if it is not in this workspace; NOT_ACTIVE if the membership has ended.
   */
  subjectId?: string | number | null | undefined;
  /**
   * The limits: 1 to 100. DUPLICATE if two of the same type overlap in time; LIMIT_REACHED if
   * more than 100 of one type would apply now or later for this scope and subject.
   */
  values: Array<QuotaValueInput>;
  /** The workspace. */
  workspaceId: string | number;
};

/** The credentials to sign in with. */
export type SignInInput = {
  /** The e-mail address, in any case. */
  email: string;
  /** The password. */
  password: string;
  /**
   * A code of a second factor, to sign in with one call: that of an authenticator app, or a
   * recovery code. Ignored for accounts without a second factor. At most 64 characters.
   */
  secondFactor?: string | null | undefined;
  /** How the token is delivered. Default: TOKEN. */
  transport?: SessionTransport | null | undefined;
};

/**
 * How to treat members who only signed up: their origin is SIGN_UP or ACCESS_REQUEST, and they
 * have no role, no group and no grant that somebody gave them.
 */
export type SignedUpOnlyFilter =
  /** Leaves them out. */
  | 'EXCLUDE'
  /** Returns them together with all other members. */
  | 'INCLUDE'
  /** Returns only them. */
  | 'ONLY';

/** How the viewer is authenticated. */
export type ViewerKind =
  /** Not authenticated. */
  | 'ANONYMOUS'
  /** By an API key, as the member whom it belongs to. */
  | 'API_KEY'
  /** By a session, as a user. */
  | 'SESSION';

export type EffectFragment = { gained: Array<Permission>, lost: Array<Permission>, gainedAccessCount: number, lostAccessCount: number, stoppedApiKeys: Array<string>, stoppedApiKeyCount: number, membership: { id: string, account: { displayName: string } }, gainedAccess: Array<{ access: ResourceAccess, resource:
      | { id: string, title: string }
      | { id: string, title: string }
     | null }>, lostAccess: Array<{ access: ResourceAccess, resource:
      | { id: string, title: string }
      | { id: string, title: string }
     | null }>, quotas: Array<{ type: QuotaType, before: number | null, after: number | null }> };

export type ChangedFragment = { subjectId: string, field: string, before: unknown, after: unknown };

export type PersonFragment = { id: string, state: MembershipState, account: { displayName: string } };

export type DisableMembersMutationVariables = Exact<{
  input: DisableMembersInput;
}>;


export type DisableMembersMutation = { disableMembers: { effectCount: number, replayed: boolean, results: Array<{ index: number, targetId: string | null, outcome: DisableMembersOutcome | null, code: string | null, message: string | null, membership: { id: string, state: MembershipState, account: { displayName: string } } | null }>, errors: Array<{ code: string, message: string, path: Array<string> }>, changes: Array<{ subjectId: string, field: string, before: unknown, after: unknown }>, effects: Array<{ gained: Array<Permission>, lost: Array<Permission>, gainedAccessCount: number, lostAccessCount: number, stoppedApiKeys: Array<string>, stoppedApiKeyCount: number, membership: { id: string, account: { displayName: string } }, gainedAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, lostAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, quotas: Array<{ type: QuotaType, before: number | null, after: number | null }> }> } | null };

export type EnableMembersMutationVariables = Exact<{
  input: EnableMembersInput;
}>;


export type EnableMembersMutation = { enableMembers: { effectCount: number, replayed: boolean, results: Array<{ index: number, targetId: string | null, outcome: EnableMembersOutcome | null, code: string | null, message: string | null, membership: { id: string, state: MembershipState, account: { displayName: string } } | null }>, errors: Array<{ code: string, message: string, path: Array<string> }>, changes: Array<{ subjectId: string, field: string, before: unknown, after: unknown }>, effects: Array<{ gained: Array<Permission>, lost: Array<Permission>, gainedAccessCount: number, lostAccessCount: number, stoppedApiKeys: Array<string>, stoppedApiKeyCount: number, membership: { id: string, account: { displayName: string } }, gainedAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, lostAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, quotas: Array<{ type: QuotaType, before: number | null, after: number | null }> }> } | null };

export type RevokeMembersMutationVariables = Exact<{
  input: RevokeMembersInput;
}>;


export type RevokeMembersMutation = { revokeMembers: { effectCount: number, replayed: boolean, results: Array<{ index: number, targetId: string | null, outcome: RevokeMembersOutcome | null, code: string | null, message: string | null, membership: { id: string, state: MembershipState, account: { displayName: string } } | null }>, errors: Array<{ code: string, message: string, path: Array<string> }>, changes: Array<{ subjectId: string, field: string, before: unknown, after: unknown }>, effects: Array<{ gained: Array<Permission>, lost: Array<Permission>, gainedAccessCount: number, lostAccessCount: number, stoppedApiKeys: Array<string>, stoppedApiKeyCount: number, membership: { id: string, account: { displayName: string } }, gainedAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, lostAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, quotas: Array<{ type: QuotaType, before: number | null, after: number | null }> }> } | null };

export type RestoreMembersMutationVariables = Exact<{
  input: RestoreMembersInput;
}>;


export type RestoreMembersMutation = { restoreMembers: { effectCount: number, replayed: boolean, results: Array<{ index: number, targetId: string | null, outcome: RestoreMembersOutcome | null, code: string | null, message: string | null, leftOutCount: number | null, membership: { id: string, state: MembershipState, account: { displayName: string } } | null, leftOut: Array<{ kind: LeftOutKind, reason: LeftOutReason, permission: Permission | null, quotaType: QuotaType | null, role: { name: string, isPreset: boolean } | null, group: { title: string } | null, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }> | null }>, errors: Array<{ code: string, message: string, path: Array<string> }>, changes: Array<{ subjectId: string, field: string, before: unknown, after: unknown }>, effects: Array<{ gained: Array<Permission>, lost: Array<Permission>, gainedAccessCount: number, lostAccessCount: number, stoppedApiKeys: Array<string>, stoppedApiKeyCount: number, membership: { id: string, account: { displayName: string } }, gainedAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, lostAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, quotas: Array<{ type: QuotaType, before: number | null, after: number | null }> }> } | null };

export type SetMemberRoleMutationVariables = Exact<{
  input: SetMemberRoleInput;
}>;


export type SetMemberRoleMutation = { setMemberRole: { effectCount: number, replayed: boolean, results: Array<{ index: number, targetId: string | null, outcome: SetMemberRoleOutcome | null, code: string | null, message: string | null, membership: { id: string, state: MembershipState, account: { displayName: string } } | null }>, errors: Array<{ code: string, message: string, path: Array<string> }>, changes: Array<{ subjectId: string, field: string, before: unknown, after: unknown }>, effects: Array<{ gained: Array<Permission>, lost: Array<Permission>, gainedAccessCount: number, lostAccessCount: number, stoppedApiKeys: Array<string>, stoppedApiKeyCount: number, membership: { id: string, account: { displayName: string } }, gainedAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, lostAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, quotas: Array<{ type: QuotaType, before: number | null, after: number | null }> }> } | null };

export type SetAccessPeriodMutationVariables = Exact<{
  input: SetAccessPeriodInput;
}>;


export type SetAccessPeriodMutation = { setAccessPeriod: { effectCount: number, replayed: boolean, results: Array<{ index: number, targetId: string | null, outcome: SetAccessPeriodOutcome | null, code: string | null, message: string | null, membership: { id: string, state: MembershipState, account: { displayName: string } } | null }>, errors: Array<{ code: string, message: string, path: Array<string> }>, changes: Array<{ subjectId: string, field: string, before: unknown, after: unknown }>, effects: Array<{ gained: Array<Permission>, lost: Array<Permission>, gainedAccessCount: number, lostAccessCount: number, stoppedApiKeys: Array<string>, stoppedApiKeyCount: number, membership: { id: string, account: { displayName: string } }, gainedAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, lostAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, quotas: Array<{ type: QuotaType, before: number | null, after: number | null }> }> } | null };

export type GrantPermissionsMutationVariables = Exact<{
  input: GrantPermissionsInput;
}>;


export type GrantPermissionsMutation = { grantPermissions: { effectCount: number, replayed: boolean, results: Array<{ index: number, targetId: string | null, outcome: GrantPermissionsOutcome | null, code: string | null, message: string | null, membership: { id: string, state: MembershipState, account: { displayName: string } } | null, grants: Array<{ id: string }> | null }>, errors: Array<{ code: string, message: string, path: Array<string> }>, changes: Array<{ subjectId: string, field: string, before: unknown, after: unknown }>, effects: Array<{ gained: Array<Permission>, lost: Array<Permission>, gainedAccessCount: number, lostAccessCount: number, stoppedApiKeys: Array<string>, stoppedApiKeyCount: number, membership: { id: string, account: { displayName: string } }, gainedAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, lostAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, quotas: Array<{ type: QuotaType, before: number | null, after: number | null }> }> } | null };

export type RevokePermissionsMutationVariables = Exact<{
  input: RevokePermissionsInput;
}>;


export type RevokePermissionsMutation = { revokePermissions: { effectCount: number, replayed: boolean, results: Array<{ index: number, targetId: string | null, outcome: RevokePermissionsOutcome | null, code: string | null, message: string | null, membership: { id: string, state: MembershipState, account: { displayName: string } } | null }>, errors: Array<{ code: string, message: string, path: Array<string> }>, changes: Array<{ subjectId: string, field: string, before: unknown, after: unknown }>, effects: Array<{ gained: Array<Permission>, lost: Array<Permission>, gainedAccessCount: number, lostAccessCount: number, stoppedApiKeys: Array<string>, stoppedApiKeyCount: number, membership: { id: string, account: { displayName: string } }, gainedAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, lostAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, quotas: Array<{ type: QuotaType, before: number | null, after: number | null }> }> } | null };

export type AddGroupMembersMutationVariables = Exact<{
  input: AddGroupMembersInput;
}>;


export type AddGroupMembersMutation = { addGroupMembers: { effectCount: number, replayed: boolean, results: Array<{ index: number, targetId: string | null, outcome: GroupMemberOutcome | null, code: string | null, message: string | null, membership: { id: string, state: MembershipState, account: { displayName: string } } | null }>, errors: Array<{ code: string, message: string, path: Array<string> }>, changes: Array<{ subjectId: string, field: string, before: unknown, after: unknown }>, effects: Array<{ gained: Array<Permission>, lost: Array<Permission>, gainedAccessCount: number, lostAccessCount: number, stoppedApiKeys: Array<string>, stoppedApiKeyCount: number, membership: { id: string, account: { displayName: string } }, gainedAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, lostAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, quotas: Array<{ type: QuotaType, before: number | null, after: number | null }> }> } | null };

export type RemoveGroupMembersMutationVariables = Exact<{
  input: RemoveGroupMembersInput;
}>;


export type RemoveGroupMembersMutation = { removeGroupMembers: { effectCount: number, replayed: boolean, results: Array<{ index: number, targetId: string | null, outcome: GroupMemberOutcome | null, code: string | null, message: string | null, membership: { id: string, state: MembershipState, account: { displayName: string } } | null }>, errors: Array<{ code: string, message: string, path: Array<string> }>, changes: Array<{ subjectId: string, field: string, before: unknown, after: unknown }>, effects: Array<{ gained: Array<Permission>, lost: Array<Permission>, gainedAccessCount: number, lostAccessCount: number, stoppedApiKeys: Array<string>, stoppedApiKeyCount: number, membership: { id: string, account: { displayName: string } }, gainedAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, lostAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, quotas: Array<{ type: QuotaType, before: number | null, after: number | null }> }> } | null };

export type SendPasswordResetsMutationVariables = Exact<{
  input: SendPasswordResetsInput;
}>;


export type SendPasswordResetsMutation = { sendPasswordResets: { effectCount: number, replayed: boolean, results: Array<{ index: number, targetId: string | null, outcome: SendPasswordResetsOutcome | null, code: string | null, message: string | null, membership: { id: string, state: MembershipState, account: { displayName: string } } | null }>, errors: Array<{ code: string, message: string, path: Array<string> }>, changes: Array<{ subjectId: string, field: string, before: unknown, after: unknown }>, effects: Array<{ gained: Array<Permission>, lost: Array<Permission>, gainedAccessCount: number, lostAccessCount: number, stoppedApiKeys: Array<string>, stoppedApiKeyCount: number, membership: { id: string, account: { displayName: string } }, gainedAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, lostAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, quotas: Array<{ type: QuotaType, before: number | null, after: number | null }> }> } | null };

export type ResetQuotaUsageMutationVariables = Exact<{
  input: ResetQuotaUsageInput;
}>;


export type ResetQuotaUsageMutation = { resetQuotaUsage: { effectCount: number, replayed: boolean, results: Array<{ index: number, targetId: string | null, outcome: ResetQuotaUsageOutcome | null, code: string | null, message: string | null, membership: { id: string, state: MembershipState, account: { displayName: string } } | null }>, errors: Array<{ code: string, message: string, path: Array<string> }>, changes: Array<{ subjectId: string, field: string, before: unknown, after: unknown }>, effects: Array<{ gained: Array<Permission>, lost: Array<Permission>, gainedAccessCount: number, lostAccessCount: number, stoppedApiKeys: Array<string>, stoppedApiKeyCount: number, membership: { id: string, account: { displayName: string } }, gainedAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, lostAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, quotas: Array<{ type: QuotaType, before: number | null, after: number | null }> }> } | null };

export type RevokeApiKeysMutationVariables = Exact<{
  input: RevokeApiKeysInput;
}>;


export type RevokeApiKeysMutation = { revokeApiKeys: { effectCount: number, replayed: boolean, results: Array<{ index: number, targetId: string | null, outcome: RevokeApiKeysOutcome | null, code: string | null, message: string | null, apiKey: { id: string, name: string } | null }>, errors: Array<{ code: string, message: string, path: Array<string> }>, changes: Array<{ subjectId: string, field: string, before: unknown, after: unknown }>, effects: Array<{ gained: Array<Permission>, lost: Array<Permission>, gainedAccessCount: number, lostAccessCount: number, stoppedApiKeys: Array<string>, stoppedApiKeyCount: number, membership: { id: string, account: { displayName: string } }, gainedAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, lostAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, quotas: Array<{ type: QuotaType, before: number | null, after: number | null }> }> } | null };

export type SetQuotasMutationVariables = Exact<{
  input: SetQuotasInput;
}>;


export type SetQuotasMutation = { setQuotas: { effectCount: number, replayed: boolean, values: Array<{ id: string }> | null, errors: Array<{ code: string, message: string, path: Array<string> }>, changes: Array<{ subjectId: string, field: string, before: unknown, after: unknown }>, effects: Array<{ gained: Array<Permission>, lost: Array<Permission>, gainedAccessCount: number, lostAccessCount: number, stoppedApiKeys: Array<string>, stoppedApiKeyCount: number, membership: { id: string, account: { displayName: string } }, gainedAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, lostAccess: Array<{ access: ResourceAccess, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null }>, quotas: Array<{ type: QuotaType, before: number | null, after: number | null }> }> } | null };

export type ViewerQueryVariables = Exact<{
  workspace: string;
}>;


export type ViewerQuery = { viewer: { kind: ViewerKind, account: { id: string, displayName: string } | null, profile: { email: string, locale: Locale, isOperator: boolean } | null }, workspace: { id: string, slug: string, name: string, createdAt: string, viewerMembership: { id: string, accessEndsAt: string | null, accessSecondsRemaining: number | null, backOfficeSections: Array<BackOfficeSection>, role: { id: string, name: string, isPreset: boolean } | null } | null } | null };

export type MembershipsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type MembershipsQuery = { viewer: { kind: ViewerKind, account: { id: string, displayName: string } | null, profile: { locale: Locale, memberships: { nodes: Array<{ id: string, state: MembershipState, workspace: { id: string, slug: string, name: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null } };

export type SignInMutationVariables = Exact<{
  input: SignInInput;
}>;


export type SignInMutation = { signIn: { challenge: string | null, secondFactors: Array<SecondFactorKind> | null, account: { id: string, displayName: string } | null, errors: Array<{ code: string, message: string, path: Array<string>, retryAt: string | null }> } | null };

export type CompleteSignInMutationVariables = Exact<{
  input: CompleteSignInInput;
}>;


export type CompleteSignInMutation = { completeSignIn: { account: { id: string, displayName: string } | null, errors: Array<{ code: string, message: string, path: Array<string>, retryAt: string | null }> } | null };

export type ReauthenticateMutationVariables = Exact<{
  input: ReauthenticateInput;
}>;


export type ReauthenticateMutation = { reauthenticate: { errors: Array<{ code: string, message: string, path: Array<string> }> } | null };

export type SignOutMutationVariables = Exact<{ [key: string]: never; }>;


export type SignOutMutation = { signOut: { errors: Array<{ code: string, message: string }> } | null };

export type SetLanguageMutationVariables = Exact<{
  locale: Locale;
}>;


export type SetLanguageMutation = { updateAccount: { errors: Array<{ code: string, message: string }> } | null };

export type SourceFragment = { kind: AccessSourceKind, grantId: string | null, startsAt: string | null, endsAt: string | null, role: { id: string, name: string, isPreset: boolean } | null, group: { id: string, title: string } | null, resource:
    | { id: string, title: string }
    | { id: string, title: string }
   | null, grantedBy: { id: string, displayName: string } | null };

export type UserQueryVariables = Exact<{
  workspace: string;
  id: string | number;
}>;


export type UserQuery = { workspace: { id: string, member: { id: string, state: MembershipState, origin: MembershipOrigin, isSignedUpOnly: boolean, joinedAt: string, accessStartsAt: string, accessEndsAt: string | null, accessSecondsRemaining: number | null, disabledAt: string | null, endedAt: string | null, endReason: MembershipEndReason | null, lastActiveAt: string | null, backOfficeSections: Array<BackOfficeSection>, mayAddToGroup: boolean, mayDisable: boolean, mayEnable: boolean, mayGrant: boolean, mayRemoveFromGroup: boolean, mayRestore: boolean, mayRevoke: boolean, mayRevokeApiKeys: boolean, mayRevokeGrant: boolean, maySendPasswordReset: boolean, maySetAccessPeriod: boolean, maySetQuotas: boolean, maySetRole: boolean, account: { id: string, displayName: string, email: string | null }, role: { id: string, name: string, isPreset: boolean } | null, groups: Array<{ id: string, startsAt: string, endsAt: string | null, group: { id: string, slug: string, title: string, permissions: Array<Permission> } }>, effectivePermissions: Array<{ permission: Permission, endsAt: string | null, sources: Array<{ kind: AccessSourceKind, grantId: string | null, startsAt: string | null, endsAt: string | null, role: { id: string, name: string, isPreset: boolean } | null, group: { id: string, title: string } | null, resource:
            | { id: string, title: string }
            | { id: string, title: string }
           | null, grantedBy: { id: string, displayName: string } | null }> }> } | null } | null };

export type UserItemsQueryVariables = Exact<{
  workspace: string;
  id: string | number;
  after?: string | null | undefined;
  owner: string | number;
}>;


export type UserItemsQuery = { workspace: { id: string, member: { id: string, grants: { nodes: Array<{ id: string, permission: Permission | null, access: ResourceAccess | null, recordFilter: string | null, startsAt: string, endsAt: string | null, grantedBy: { id: string, displayName: string } | null, resource:
            | { id: string, title: string }
            | { id: string, title: string }
           | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null, datasets: { nodes: Array<{ id: string, title: string, isPublished: boolean }>, pageInfo: { hasNextPage: boolean } } | null, pages: { nodes: Array<{ id: string, title: string, isPublished: boolean }>, pageInfo: { hasNextPage: boolean } } | null } | null };

export type QuotaFragment = { type: QuotaType, limit: number | null, period: QuotaPeriod | null, used: number, remaining: number | null, resetsAt: string | null, decidedBy: QuotaScope | null, defaultLimit: number | null, memberLimit: number | null, groupLimits: Array<{ limit: number, group: { id: string, title: string } }>, license: { limit: number, period: QuotaPeriod | null } | null, workspaceCap: { limit: number, period: QuotaPeriod | null } | null };

export type UserQuotasQueryVariables = Exact<{
  workspace: string;
  id: string | number;
}>;


export type UserQuotasQuery = { workspace: { id: string, member: { id: string, effectiveQuotas: Array<{ type: QuotaType, limit: number | null, period: QuotaPeriod | null, used: number, remaining: number | null, resetsAt: string | null, decidedBy: QuotaScope | null, defaultLimit: number | null, memberLimit: number | null, groupLimits: Array<{ limit: number, group: { id: string, title: string } }>, license: { limit: number, period: QuotaPeriod | null } | null, workspaceCap: { limit: number, period: QuotaPeriod | null } | null }> } | null } | null };

export type QuotaPreviewQueryVariables = Exact<{
  workspace: string;
  input: QuotaPreviewInput;
}>;


export type QuotaPreviewQuery = { workspace: { id: string, quotaPreview: { type: QuotaType, limit: number | null, period: QuotaPeriod | null, used: number, remaining: number | null, resetsAt: string | null, decidedBy: QuotaScope | null, defaultLimit: number | null, memberLimit: number | null, groupLimits: Array<{ limit: number, group: { id: string, title: string } }>, license: { limit: number, period: QuotaPeriod | null } | null, workspaceCap: { limit: number, period: QuotaPeriod | null } | null } | null } | null };

export type UserKeysQueryVariables = Exact<{
  workspace: string;
  id: string | number;
  after?: string | null | undefined;
}>;


export type UserKeysQuery = { workspace: { id: string, member: { id: string, apiKeys: { nodes: Array<{ id: string, name: string, prefix: string, kind: ApiKeyKind, state: ApiKeyState, allowedNetworks: Array<string>, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, lastUsedFrom: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null } | null };

export type UserHistoryQueryVariables = Exact<{
  workspace: string;
  id: string | number;
  after?: string | null | undefined;
}>;


export type UserHistoryQuery = { workspace: { id: string, auditEvents: { nodes: Array<{ id: string, sequence: number, at: string, kind: AuditEventKind, requestId: string, clientAddress: string | null, actor: { kind: AuditActorKind, account: { id: string, displayName: string } | null }, changes: Array<{ subjectId: string, field: string, before: unknown, after: unknown, redacted: boolean }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type MayDoFragment = { mayAddToGroup: boolean, mayDisable: boolean, mayEnable: boolean, mayGrant: boolean, mayRemoveFromGroup: boolean, mayRestore: boolean, mayRevoke: boolean, mayRevokeApiKeys: boolean, mayRevokeGrant: boolean, maySendPasswordReset: boolean, maySetAccessPeriod: boolean, maySetQuotas: boolean, maySetRole: boolean };

export type UsersQueryVariables = Exact<{
  workspace: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  filter?: MembershipFilter | null | undefined;
  orderBy?: MembershipOrder | null | undefined;
}>;


export type UsersQuery = { workspace: { id: string, members: { nodes: Array<{ id: string, state: MembershipState, isSignedUpOnly: boolean, accessStartsAt: string, accessEndsAt: string | null, accessSecondsRemaining: number | null, lastActiveAt: string | null, mayAddToGroup: boolean, mayDisable: boolean, mayEnable: boolean, mayGrant: boolean, mayRemoveFromGroup: boolean, mayRestore: boolean, mayRevoke: boolean, mayRevokeApiKeys: boolean, mayRevokeGrant: boolean, maySendPasswordReset: boolean, maySetAccessPeriod: boolean, maySetQuotas: boolean, maySetRole: boolean, account: { id: string, displayName: string, email: string | null }, role: { id: string, name: string, isPreset: boolean } | null, groups: Array<{ group: { id: string, title: string } }> }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } | null } | null };

export type UserCountQueryVariables = Exact<{
  workspace: string;
  filter?: MembershipFilter | null | undefined;
}>;


export type UserCountQuery = { workspace: { id: string, members: { totalCount: number } | null } | null };

export type UserIdsQueryVariables = Exact<{
  workspace: string;
  after?: string | null | undefined;
  filter?: MembershipFilter | null | undefined;
}>;


export type UserIdsQuery = { workspace: { id: string, members: { nodes: Array<{ id: string, account: { displayName: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type ChoicesQueryVariables = Exact<{
  workspace: string;
  locale: Locale;
}>;


export type ChoicesQuery = { workspace: { id: string, roles: Array<{ id: string, name: string, isPreset: boolean, permissions: Array<Permission> }> | null, groups: { nodes: Array<{ id: string, slug: string, title: string }> } | null } | null, permissionCatalogue: Array<{ group: PermissionGroup, label: string, color: string, icon: string, permissions: Array<{ permission: Permission, label: string, description: string, sections: Array<BackOfficeSection> }> }>, serviceLimits: { maxBatchItems: number } };

export type WhyQueryVariables = Exact<{
  workspace: string;
  input: ExplainAccessInput;
}>;


export type WhyQuery = { workspace: { id: string, explainAccess: { allowed: boolean, asOf: string, obstacles: Array<AccessObstacle>, sources: Array<{ kind: AccessSourceKind, grantId: string | null, startsAt: string | null, endsAt: string | null, role: { id: string, name: string, isPreset: boolean } | null, group: { id: string, title: string } | null, resource:
          | { id: string, title: string }
          | { id: string, title: string }
         | null, grantedBy: { id: string, displayName: string } | null }>, suggestions: Array<{ kind: AccessSuggestionKind, permission: Permission | null, access: ResourceAccess | null, text: string, role: { id: string, name: string, isPreset: boolean } | null, group: { id: string, title: string } | null }> } | null } | null };

export type WhyPersonQueryVariables = Exact<{
  workspace: string;
  id?: string | number | null | undefined;
  email?: string | null | undefined;
}>;


export type WhyPersonQuery = { workspace: { id: string, member: { id: string, state: MembershipState, mayAddToGroup: boolean, mayDisable: boolean, mayEnable: boolean, mayGrant: boolean, mayRemoveFromGroup: boolean, mayRestore: boolean, mayRevoke: boolean, mayRevokeApiKeys: boolean, mayRevokeGrant: boolean, maySendPasswordReset: boolean, maySetAccessPeriod: boolean, maySetQuotas: boolean, maySetRole: boolean, account: { id: string, displayName: string, email: string | null }, role: { id: string, name: string, isPreset: boolean } | null } | null } | null };

export type FindPeopleQueryVariables = Exact<{
  workspace: string;
  filter?: MembershipFilter | null | undefined;
}>;


export type FindPeopleQuery = { workspace: { id: string, members: { nodes: Array<{ id: string, account: { id: string, displayName: string, email: string | null } }> } | null } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const EffectFragmentDoc = new TypedDocumentString(`
    fragment Effect on AccessEffect {
  membership {
    id
    account {
      displayName
    }
  }
  gained
  lost
  gainedAccess {
    access
    resource {
      ... on Dataset {
        id
        title
      }
      ... on Page {
        id
        title
      }
    }
  }
  gainedAccessCount
  lostAccess {
    access
    resource {
      ... on Dataset {
        id
        title
      }
      ... on Page {
        id
        title
      }
    }
  }
  lostAccessCount
  quotas {
    type
    before
    after
  }
  stoppedApiKeys
  stoppedApiKeyCount
}
    `, {"fragmentName":"Effect"}) as unknown as TypedDocumentString<EffectFragment, unknown>;
export const ChangedFragmentDoc = new TypedDocumentString(`
    fragment Changed on Change {
  subjectId
  field
  before
  after
}
    `, {"fragmentName":"Changed"}) as unknown as TypedDocumentString<ChangedFragment, unknown>;
export const PersonFragmentDoc = new TypedDocumentString(`
    fragment Person on Membership {
  id
  state
  account {
    displayName
  }
}
    `, {"fragmentName":"Person"}) as unknown as TypedDocumentString<PersonFragment, unknown>;
export const SourceFragmentDoc = new TypedDocumentString(`
    fragment Source on AccessSource {
  kind
  grantId
  role {
    id
    name
    isPreset
  }
  group {
    id
    title
  }
  resource {
    ... on Dataset {
      id
      title
    }
    ... on Page {
      id
      title
    }
  }
  startsAt
  endsAt
  grantedBy {
    id
    displayName
  }
}
    `, {"fragmentName":"Source"}) as unknown as TypedDocumentString<SourceFragment, unknown>;
export const QuotaFragmentDoc = new TypedDocumentString(`
    fragment Quota on EffectiveQuota {
  type
  limit
  period
  used
  remaining
  resetsAt
  decidedBy
  defaultLimit
  memberLimit
  groupLimits {
    group {
      id
      title
    }
    limit
  }
  license {
    limit
    period
  }
  workspaceCap {
    limit
    period
  }
}
    `, {"fragmentName":"Quota"}) as unknown as TypedDocumentString<QuotaFragment, unknown>;
export const MayDoFragmentDoc = new TypedDocumentString(`
    fragment MayDo on Membership {
  mayAddToGroup: viewerCan(action: ADD_TO_GROUP)
  mayDisable: viewerCan(action: DISABLE)
  mayEnable: viewerCan(action: ENABLE)
  mayGrant: viewerCan(action: GRANT)
  mayRemoveFromGroup: viewerCan(action: REMOVE_FROM_GROUP)
  mayRestore: viewerCan(action: RESTORE)
  mayRevoke: viewerCan(action: REVOKE)
  mayRevokeApiKeys: viewerCan(action: REVOKE_API_KEYS)
  mayRevokeGrant: viewerCan(action: REVOKE_GRANT)
  maySendPasswordReset: viewerCan(action: SEND_PASSWORD_RESET)
  maySetAccessPeriod: viewerCan(action: SET_ACCESS_PERIOD)
  maySetQuotas: viewerCan(action: SET_QUOTAS)
  maySetRole: viewerCan(action: SET_ROLE)
}
    `, {"fragmentName":"MayDo"}) as unknown as TypedDocumentString<MayDoFragment, unknown>;
export const DisableMembersDocument = {"__meta__":{"documentId":"sha256:a19dff43e3883297eef9aa81233b84bc1fd3bc13ff5296f91e80bb13826f6733"}} as unknown as TypedDocumentString<DisableMembersMutation, DisableMembersMutationVariables>;
export const EnableMembersDocument = {"__meta__":{"documentId":"sha256:83c9e0cd325c25fe20f4c6bab21a8870206ef978162c4eb4bf001bd066928605"}} as unknown as TypedDocumentString<EnableMembersMutation, EnableMembersMutationVariables>;
export const RevokeMembersDocument = {"__meta__":{"documentId":"sha256:3a895eec17835a422c811388e2b337b1ad403dbef178a614868e8bcf2bd30ce4"}} as unknown as TypedDocumentString<RevokeMembersMutation, RevokeMembersMutationVariables>;
export const RestoreMembersDocument = {"__meta__":{"documentId":"sha256:2ebfac2a7f98024bd568239f1177c63d2064d160d22b58dc5218426f2292ecba"}} as unknown as TypedDocumentString<RestoreMembersMutation, RestoreMembersMutationVariables>;
export const SetMemberRoleDocument = {"__meta__":{"documentId":"sha256:f34f8d52a95aba1ea3db307771a80bfe2ec4efba94a1677d1274136cbe437ddf"}} as unknown as TypedDocumentString<SetMemberRoleMutation, SetMemberRoleMutationVariables>;
export const SetAccessPeriodDocument = {"__meta__":{"documentId":"sha256:76be66b3afaf72d27707dc6cd16637b5811c482cb35e411b5b2af6a58e71fbe5"}} as unknown as TypedDocumentString<SetAccessPeriodMutation, SetAccessPeriodMutationVariables>;
export const GrantPermissionsDocument = {"__meta__":{"documentId":"sha256:60963d4abf983443186a46b8ca01a7197966d527edd7742668a4cc2264dd3b3c"}} as unknown as TypedDocumentString<GrantPermissionsMutation, GrantPermissionsMutationVariables>;
export const RevokePermissionsDocument = {"__meta__":{"documentId":"sha256:1478e578ea276f837eecb5fbbfd3849d49683308de54f0e91c9189f27fbb7f32"}} as unknown as TypedDocumentString<RevokePermissionsMutation, RevokePermissionsMutationVariables>;
export const AddGroupMembersDocument = {"__meta__":{"documentId":"sha256:272f07353978af0d5db6019ea17385b4687af07ee99036d9117cbef89ac65735"}} as unknown as TypedDocumentString<AddGroupMembersMutation, AddGroupMembersMutationVariables>;
export const RemoveGroupMembersDocument = {"__meta__":{"documentId":"sha256:ad2b209f6712b2d1348b62f08a1b9178f2546c9cde56593985da881ac16c6d42"}} as unknown as TypedDocumentString<RemoveGroupMembersMutation, RemoveGroupMembersMutationVariables>;
export const SendPasswordResetsDocument = {"__meta__":{"documentId":"sha256:8539dac24cd57cd8f0a82e35c97917fbd56022b448c3358491c22640e4013723"}} as unknown as TypedDocumentString<SendPasswordResetsMutation, SendPasswordResetsMutationVariables>;
export const ResetQuotaUsageDocument = {"__meta__":{"documentId":"sha256:d5ffb383c9ba9378b2c4bbc6add5784e840ff7fb637cbc61cca9a8d07af89333"}} as unknown as TypedDocumentString<ResetQuotaUsageMutation, ResetQuotaUsageMutationVariables>;
export const RevokeApiKeysDocument = {"__meta__":{"documentId":"sha256:22585de13bb1dbddd51e8c9901357250c05cc19127db63167f6d9103326a299a"}} as unknown as TypedDocumentString<RevokeApiKeysMutation, RevokeApiKeysMutationVariables>;
export const SetQuotasDocument = {"__meta__":{"documentId":"sha256:8f9360e670817049e4a2d48bdcc8a783ae4019531a6ddb8643e7c577023753f9"}} as unknown as TypedDocumentString<SetQuotasMutation, SetQuotasMutationVariables>;
export const ViewerDocument = {"__meta__":{"documentId":"sha256:2a7d9788da8cd9b54c91761389240123460e4ef297eefe96d2266fe9e039b2cb"}} as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const MembershipsDocument = {"__meta__":{"documentId":"sha256:833c6172429e89e7f0745950ec5941d06b8d5cdefda7bae59dd514784f7720c7"}} as unknown as TypedDocumentString<MembershipsQuery, MembershipsQueryVariables>;
export const SignInDocument = {"__meta__":{"documentId":"sha256:0553d1265f2dbb877b69de0a9bc7e76e3edfc77096f54cb06410e8a662ce1376"}} as unknown as TypedDocumentString<SignInMutation, SignInMutationVariables>;
export const CompleteSignInDocument = {"__meta__":{"documentId":"sha256:f492d966ddcaa2a7c936c8172536535f9c4fdddfdcfe3f1619fbacd280992785"}} as unknown as TypedDocumentString<CompleteSignInMutation, CompleteSignInMutationVariables>;
export const ReauthenticateDocument = {"__meta__":{"documentId":"sha256:eb03e8f70041be696cc42c927aee32e91c57ecd6791a0602b626b05a4305185b"}} as unknown as TypedDocumentString<ReauthenticateMutation, ReauthenticateMutationVariables>;
export const SignOutDocument = {"__meta__":{"documentId":"sha256:183cbce2a6bdd94b7e5bef6305df6a86485716d896d99230d1d022a1e4300a89"}} as unknown as TypedDocumentString<SignOutMutation, SignOutMutationVariables>;
export const SetLanguageDocument = {"__meta__":{"documentId":"sha256:c68d536ffd27daebc24f703dadceec446e939140aa793afb7f9e5697aa8f29d6"}} as unknown as TypedDocumentString<SetLanguageMutation, SetLanguageMutationVariables>;
export const UserDocument = {"__meta__":{"documentId":"sha256:26f680f6946865c23cf6882704ec74b363bbd69030406eefbb1204d67b5e1d34"}} as unknown as TypedDocumentString<UserQuery, UserQueryVariables>;
export const UserItemsDocument = {"__meta__":{"documentId":"sha256:54092f0627503b307b8266a6f380c16cebdb3e347477715c6af1d39be52709c8"}} as unknown as TypedDocumentString<UserItemsQuery, UserItemsQueryVariables>;
export const UserQuotasDocument = {"__meta__":{"documentId":"sha256:55908e5ff4fbd16962ddffa805a0cf474ada0424d21be5935c13579355b94fb4"}} as unknown as TypedDocumentString<UserQuotasQuery, UserQuotasQueryVariables>;
export const QuotaPreviewDocument = {"__meta__":{"documentId":"sha256:e964d093887873db74eac8ab8f00a51afefb8d7540fecf5d3954aa3c97feafd3"}} as unknown as TypedDocumentString<QuotaPreviewQuery, QuotaPreviewQueryVariables>;
export const UserKeysDocument = {"__meta__":{"documentId":"sha256:b290462deb3763b1dd972df529968c9b2fe037623cd0b2b3654d31ea1cc542bb"}} as unknown as TypedDocumentString<UserKeysQuery, UserKeysQueryVariables>;
export const UserHistoryDocument = {"__meta__":{"documentId":"sha256:2f4efc3bc185d1eb340342e26052b9512d7a8a9ef9deec1c1ee7ac345f94217d"}} as unknown as TypedDocumentString<UserHistoryQuery, UserHistoryQueryVariables>;
export const UsersDocument = {"__meta__":{"documentId":"sha256:f4de95db338743da72480641c414a865e5d027c69e7c898e7c97bc8def19d11b"}} as unknown as TypedDocumentString<UsersQuery, UsersQueryVariables>;
export const UserCountDocument = {"__meta__":{"documentId":"sha256:c6ee712c713d8f554dd43d0b647dd78142f16f145fe57f232823daa0dd6a7691"}} as unknown as TypedDocumentString<UserCountQuery, UserCountQueryVariables>;
export const UserIdsDocument = {"__meta__":{"documentId":"sha256:86577fba86a750acb6a9d1f78ff7f37195e98a2512b6005b506d98272bc1039a"}} as unknown as TypedDocumentString<UserIdsQuery, UserIdsQueryVariables>;
export const ChoicesDocument = {"__meta__":{"documentId":"sha256:c36b9b82f6686a6e0316dcb98a287891b4bd93f9764a1caa949fb9ee77ffce7a"}} as unknown as TypedDocumentString<ChoicesQuery, ChoicesQueryVariables>;
export const WhyDocument = {"__meta__":{"documentId":"sha256:bf9c4f827e1b85d4929b34b4d5df20878a27027a3d6f5d828945700ca37997f2"}} as unknown as TypedDocumentString<WhyQuery, WhyQueryVariables>;
export const WhyPersonDocument = {"__meta__":{"documentId":"sha256:da4f20dda6e2d762f5a019c8626e1d228c2d09d050ef1e84469378a9725176e3"}} as unknown as TypedDocumentString<WhyPersonQuery, WhyPersonQueryVariables>;
export const FindPeopleDocument = {"__meta__":{"documentId":"sha256:a746f300a782ee7b24f4ead795084413c71295f259e50ca701aa02e032dff10c"}} as unknown as TypedDocumentString<FindPeopleQuery, FindPeopleQueryVariables>;