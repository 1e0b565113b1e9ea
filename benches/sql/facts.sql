-- Roles and groups of a page of members.
SELECT 'ROLE_ASSIGNMENT' AS kind, x.id AS id, x.membership_id AS membership_id, x.role_id AS target_id, CAST(NULL AS text)
AS permission, CAST(NULL AS text) AS resource_kind, CAST(NULL AS text) AS access, CAST(NULL AS text) AS record_filter,
x.starts_at AS starts_at, x.ends_at AS ends_at, x.granted_by AS granted_by FROM role_assignment x WHERE x.membership_id =
ANY($1) AND x.workspace_id = $2 AND x.ends_at > $3 UNION ALL SELECT 'GROUP_MEMBERSHIP' AS kind, x.id AS id, x.membership_id
AS membership_id, x.group_id AS target_id, CAST(NULL AS text) AS permission, CAST(NULL AS text) AS resource_kind, CAST(NULL
AS text) AS access, CAST(NULL AS text) AS record_filter, x.starts_at AS starts_at, x.ends_at AS ends_at, x.granted_by AS
granted_by FROM group_membership x WHERE x.membership_id = ANY($4) AND x.workspace_id = $5 AND x.ends_at > $6
