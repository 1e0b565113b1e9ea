-- One member by id.
SELECT m.id, m.workspace_id, m.account_id, m.starts_at, m.ends_at, m.end_reason, m.origin, m.joined_at, m.last_active_at,
m.sort_name, m.email_canonical, a.email, a.given_name, a.family_name, (SELECT MIN(d.starts_at) FROM disabled_spell d WHERE
d.workspace_id = m.workspace_id AND d.membership_id = m.id AND d.starts_at <= $1 AND d.ends_at > $2) AS disabled_at FROM
membership m JOIN account a ON a.id = m.account_id WHERE m.id = ANY($3)
