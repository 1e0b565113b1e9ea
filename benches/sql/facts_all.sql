-- Everything that permissions hang on, of a page of members.
SELECT 'DISABLED_SPELL' AS kind, x.id AS id, x.membership_id AS membership_id, CAST(NULL AS uuid) AS target_id, CAST(NULL AS
text) AS permission, CAST(NULL AS text) AS resource_kind, CAST(NULL AS text) AS access, CAST(NULL AS text) AS record_filter,
x.starts_at AS starts_at, x.ends_at AS ends_at, x.granted_by AS granted_by FROM disabled_spell x WHERE x.membership_id =
ANY($1) AND x.workspace_id = $2 AND x.ends_at > $3 UNION ALL SELECT 'ROLE_ASSIGNMENT' AS kind, x.id AS id, x.membership_id
AS membership_id, x.role_id AS target_id, CAST(NULL AS text) AS permission, CAST(NULL AS text) AS resource_kind, CAST(NULL
AS text) AS access, CAST(NULL AS text) AS record_filter, x.starts_at AS starts_at, x.ends_at AS ends_at, x.granted_by AS
granted_by FROM role_assignment x WHERE x.membership_id = ANY($4) AND x.workspace_id = $5 AND x.ends_at > $6 UNION ALL
SELECT 'GROUP_MEMBERSHIP' AS kind, x.id AS id, x.membership_id AS membership_id, x.group_id AS target_id, CAST(NULL AS text)
AS permission, CAST(NULL AS text) AS resource_kind, CAST(NULL AS text) AS access, CAST(NULL AS text) AS record_filter,
x.starts_at AS starts_at, x.ends_at AS ends_at, x.granted_by AS granted_by FROM group_membership x WHERE x.membership_id =
ANY($7) AND x.workspace_id = $8 AND x.ends_at > $9 UNION ALL SELECT 'GRANT' AS kind, x.id AS id, x.membership_id AS
membership_id, x.resource_id AS target_id, x.permission AS permission, x.resource_kind AS resource_kind, x.access AS access,
x.record_filter AS record_filter, x.starts_at AS starts_at, x.ends_at AS ends_at, x.granted_by AS granted_by FROM
permission_grant x WHERE x.membership_id = ANY($10) AND x.workspace_id = $11 AND x.ends_at > $12
