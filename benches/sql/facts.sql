-- Roles and groups of a page of members.
SELECT 2, x.id, x.membership_id, x.role_id, CAST(NULL AS text), CAST(NULL AS text), CAST(NULL AS text), CAST(NULL AS
bigint), x.starts_at, x.ends_at, x.granted_by FROM role_assignment x WHERE x.membership_id = ANY($1) AND x.workspace_id = $2
AND x.ends_at > $3 UNION ALL SELECT 6, x.id, x.membership_id, x.group_id, CAST(NULL AS text), CAST(NULL AS text), CAST(NULL
AS text), CAST(NULL AS bigint), x.starts_at, x.ends_at, x.granted_by FROM group_membership x WHERE x.membership_id = ANY($4)
AND x.workspace_id = $5 AND x.ends_at > $6
