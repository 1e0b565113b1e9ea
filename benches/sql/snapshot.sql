-- Roles, groups and shared quota values after the write.
SELECT 0, r.id, CAST(NULL AS uuid), CAST(NULL AS uuid), r.name, r.preset, CAST(NULL AS text), CAST(NULL AS bigint),
r.starts_at, r.ends_at, r.granted_by, r.starts_at FROM role r WHERE r.workspace_id = $1 AND r.ends_at > $2 UNION ALL SELECT
1, p.id, p.role_id, NULL, p.permission, NULL, NULL, NULL, p.starts_at, p.ends_at, p.granted_by, p.starts_at FROM
role_permission p WHERE p.workspace_id = $3 AND p.ends_at > $4 UNION ALL SELECT 2, g.id, NULL, NULL, g.slug, g.title,
g.description, NULL, g.starts_at, g.ends_at, g.granted_by, g.updated_at FROM member_group g WHERE g.workspace_id = $5 AND
g.ends_at > $6 UNION ALL SELECT CASE WHEN x.permission IS NULL THEN CASE WHEN x.resource_kind = 'DATASET' THEN 4 ELSE 5 END
ELSE 3 END, x.id, x.group_id, x.resource_id, COALESCE(x.permission, x.access), x.record_filter, NULL, NULL, x.starts_at,
x.ends_at, x.granted_by, x.starts_at FROM permission_grant x WHERE x.workspace_id = $7 AND x.group_id IS NOT NULL AND
x.ends_at > $8 UNION ALL SELECT 6, q.id, q.group_id, NULL, q.quota_type, q.period, q.scope, q.limit_value, q.starts_at,
q.ends_at, q.granted_by, q.starts_at FROM quota_value q WHERE q.workspace_id = $9 AND q.scope IN ('WORKSPACE_CAP',
'DEFAULT', 'GROUP') AND q.ends_at > $10 UNION ALL SELECT 6, q.id, q.group_id, NULL, q.quota_type, q.period, q.scope,
q.limit_value, q.starts_at, q.ends_at, q.granted_by, q.starts_at FROM quota_value q WHERE q.workspace_id = $11 AND q.scope =
'LICENSE' AND q.ends_at > $12
