-- The facts of one member.
SELECT 'MEMBERSHIP' AS kind, m.id AS id, m.id AS membership_id, m.account_id AS target_id, m.end_reason AS end_reason,
a.deletion_scheduled_at AS deletion_scheduled_at, CAST(NULL AS text) AS permission, CAST(NULL AS text) AS resource_kind,
CAST(NULL AS text) AS access, CAST(NULL AS text) AS record_filter, m.starts_at AS starts_at, m.ends_at AS ends_at,
m.granted_by AS granted_by FROM membership m JOIN account a ON a.id = m.account_id WHERE m.id = ANY($1) AND m.workspace_id =
$2 UNION ALL SELECT 'DISABLED_SPELL' AS kind, x.id AS id, x.membership_id AS membership_id, CAST(NULL AS uuid) AS target_id,
CAST(NULL AS text) AS end_reason, CAST(NULL AS timestamptz) AS deletion_scheduled_at, CAST(NULL AS text) AS permission,
CAST(NULL AS text) AS resource_kind, CAST(NULL AS text) AS access, CAST(NULL AS text) AS record_filter, x.starts_at AS
starts_at, x.ends_at AS ends_at, x.granted_by AS granted_by FROM disabled_spell x WHERE x.membership_id = ANY($3) AND
x.workspace_id = $4 AND x.ends_at > $5 UNION ALL SELECT 'ROLE_ASSIGNMENT' AS kind, x.id AS id, x.membership_id AS
membership_id, x.role_id AS target_id, CAST(NULL AS text) AS end_reason, CAST(NULL AS timestamptz) AS deletion_scheduled_at,
CAST(NULL AS text) AS permission, CAST(NULL AS text) AS resource_kind, CAST(NULL AS text) AS access, CAST(NULL AS text) AS
record_filter, x.starts_at AS starts_at, x.ends_at AS ends_at, x.granted_by AS granted_by FROM role_assignment x WHERE
x.membership_id = ANY($6) AND x.workspace_id = $7 AND x.ends_at > $8 UNION ALL SELECT 'GROUP_MEMBERSHIP' AS kind, x.id AS
id, x.membership_id AS membership_id, x.group_id AS target_id, CAST(NULL AS text) AS end_reason, CAST(NULL AS timestamptz)
AS deletion_scheduled_at, CAST(NULL AS text) AS permission, CAST(NULL AS text) AS resource_kind, CAST(NULL AS text) AS
access, CAST(NULL AS text) AS record_filter, x.starts_at AS starts_at, x.ends_at AS ends_at, x.granted_by AS granted_by FROM
group_membership x WHERE x.membership_id = ANY($9) AND x.workspace_id = $10 AND x.ends_at > $11 UNION ALL SELECT 'GRANT' AS
kind, x.id AS id, x.membership_id AS membership_id, x.resource_id AS target_id, CAST(NULL AS text) AS end_reason, CAST(NULL
AS timestamptz) AS deletion_scheduled_at, x.permission AS permission, x.resource_kind AS resource_kind, x.access AS access,
x.record_filter AS record_filter, x.starts_at AS starts_at, x.ends_at AS ends_at, x.granted_by AS granted_by FROM
permission_grant x WHERE x.membership_id = ANY($12) AND x.workspace_id = $13 AND x.ends_at > $14
