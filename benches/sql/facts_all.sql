-- Everything that permissions hang on, of a page of members.
SELECT 1, x.id, x.membership_id, CAST(NULL AS uuid), CAST(NULL AS text), CAST(NULL AS text), CAST(NULL AS text), CAST(NULL
AS bigint), x.starts_at, x.ends_at, x.granted_by FROM disabled_spell x WHERE x.membership_id = ANY($1) AND x.workspace_id =
$2 AND x.ends_at > $3 UNION ALL SELECT 2, x.id, x.membership_id, x.role_id, CAST(NULL AS text), CAST(NULL AS text),
CAST(NULL AS text), CAST(NULL AS bigint), x.starts_at, x.ends_at, x.granted_by FROM role_assignment x WHERE x.membership_id
= ANY($4) AND x.workspace_id = $5 AND x.ends_at > $6 UNION ALL SELECT 6, x.id, x.membership_id, x.group_id, CAST(NULL AS
text), CAST(NULL AS text), CAST(NULL AS text), CAST(NULL AS bigint), x.starts_at, x.ends_at, x.granted_by FROM
group_membership x WHERE x.membership_id = ANY($7) AND x.workspace_id = $8 AND x.ends_at > $9 UNION ALL SELECT CASE WHEN
x.permission IS NULL THEN CASE WHEN x.resource_kind = 'DATASET' THEN 4 ELSE 5 END ELSE 3 END, x.id, x.membership_id,
x.resource_id, COALESCE(x.permission, x.access), x.record_filter, CAST(NULL AS text), CAST(NULL AS bigint), x.starts_at,
x.ends_at, x.granted_by FROM permission_grant x WHERE x.membership_id = ANY($10) AND x.workspace_id = $11 AND x.ends_at >
$12
