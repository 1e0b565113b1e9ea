-- A page of members by name.
SELECT m.id, m.workspace_id, m.account_id, m.starts_at, m.ends_at, m.end_reason, m.origin, m.joined_at, m.last_active_at,
m.sort_name, m.email_canonical, a.email, a.given_name, a.family_name, (SELECT MIN(d.starts_at) FROM disabled_spell d WHERE
d.workspace_id = m.workspace_id AND d.membership_id = m.id AND d.starts_at <= $1 AND d.ends_at > $2) AS disabled_at FROM
membership m JOIN account a ON a.id = m.account_id WHERE m.workspace_id = $3 AND m.ends_at > $4 AND m.ends_at > m.starts_at
AND NOT (m.origin IN ('SIGN_UP', 'ACCESS_REQUEST') AND NOT 0 < (SELECT COUNT(*) FROM role_assignment x JOIN role r ON r.id =
x.role_id AND r.starts_at <= $5 AND r.ends_at > $6 WHERE x.workspace_id = m.workspace_id AND x.membership_id = m.id AND
x.starts_at <= $7 AND x.ends_at > $8) AND NOT 0 < (SELECT COUNT(*) FROM group_membership x JOIN member_group g ON g.id =
x.group_id AND g.starts_at <= $9 AND g.ends_at > $10 WHERE x.workspace_id = m.workspace_id AND x.membership_id = m.id AND
x.starts_at <= $11 AND x.ends_at > $12) AND NOT 0 < (SELECT COUNT(*) FROM permission_grant x WHERE x.workspace_id =
m.workspace_id AND x.membership_id = m.id AND x.starts_at <= $13 AND x.ends_at > $14 AND x.granted_by IS NOT NULL)) ORDER BY
m.sort_name ASC, m.id ASC LIMIT $15
