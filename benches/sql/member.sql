-- The facts of one member.
SELECT 0, m.id, m.account_id, CAST(NULL AS uuid), m.end_reason, CASE WHEN a.deletion_scheduled_at IS NULL THEN NULL ELSE
'DELETION' END, CAST(NULL AS text), CAST(NULL AS bigint), m.starts_at, m.ends_at, m.granted_by FROM membership m JOIN
account a ON a.id = m.account_id WHERE m.id = ANY($1) AND m.workspace_id = $2 UNION ALL SELECT 1, x.id, x.membership_id,
CAST(NULL AS uuid), CAST(NULL AS text), CAST(NULL AS text), CAST(NULL AS text), CAST(NULL AS bigint), x.starts_at,
x.ends_at, x.granted_by FROM disabled_spell x WHERE x.membership_id = ANY($3) AND x.workspace_id = $4 AND x.ends_at > $5
UNION ALL SELECT 2, x.id, x.membership_id, x.role_id, CAST(NULL AS text), CAST(NULL AS text), CAST(NULL AS text), CAST(NULL
AS bigint), x.starts_at, x.ends_at, x.granted_by FROM role_assignment x WHERE x.membership_id = ANY($6) AND x.workspace_id =
$7 AND x.ends_at > $8 UNION ALL SELECT 6, x.id, x.membership_id, x.group_id, CAST(NULL AS text), CAST(NULL AS text),
CAST(NULL AS text), CAST(NULL AS bigint), x.starts_at, x.ends_at, x.granted_by FROM group_membership x WHERE x.membership_id
= ANY($9) AND x.workspace_id = $10 AND x.ends_at > $11 UNION ALL SELECT CASE WHEN x.permission IS NULL THEN CASE WHEN
x.resource_kind = 'DATASET' THEN 4 ELSE 5 END ELSE 3 END, x.id, x.membership_id, x.resource_id, COALESCE(x.permission,
x.access), x.record_filter, CAST(NULL AS text), CAST(NULL AS bigint), x.starts_at, x.ends_at, x.granted_by FROM
permission_grant x WHERE x.membership_id = ANY($12) AND x.workspace_id = $13 AND x.ends_at > $14
