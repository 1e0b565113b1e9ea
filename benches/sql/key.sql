-- The look-up of an API key.
SELECT k.id AS key_id, k.kind, k.is_scoped, k.starts_at AS key_starts_at, k.ends_at AS key_ends_at, k.end_reason, (SELECT
string_agg(s.permission, ',') FROM api_key_permission s WHERE s.api_key_id = k.id AND s.starts_at <= CASE WHEN
w.last_write_at > $2 THEN w.last_write_at ELSE $2 END AND s.ends_at > CASE WHEN w.last_write_at > $2 THEN w.last_write_at
ELSE $2 END) AS permissions, k.name AS key_name, k.allowed_networks, m.id AS membership_id, m.starts_at, m.ends_at, EXISTS
(SELECT 1 FROM disabled_spell d WHERE d.membership_id = m.id AND d.workspace_id = m.workspace_id AND d.starts_at <= CASE
WHEN w.last_write_at > $2 THEN w.last_write_at ELSE $2 END AND d.ends_at > CASE WHEN w.last_write_at > $2 THEN
w.last_write_at ELSE $2 END) AS is_disabled, a.id AS account_id, a.email, a.given_name, a.family_name, a.locale, CASE WHEN
a.erased_at IS NULL THEN false ELSE true END AS is_erased, r.id AS secret_id, r.starts_at AS secret_starts_at, r.ends_at AS
secret_ends_at, w.id, w.slug, w.name, w.description, w.created_at, w.access_mode, w.sign_in_suggested, w.parent_id,
w.access_version, w.last_write_at, w.seats, w.secondary_workspaces_enabled, w.max_secondary_workspaces, w.calendar,
w.deleted_at, COALESCE(p.access_version, 0) AS parent_version, p.last_write_at AS parent_write_at, p.calendar AS
parent_calendar FROM api_key k JOIN membership m ON m.id = k.membership_id JOIN account a ON a.id = m.account_id JOIN
workspace w ON w.id = k.workspace_id AND w.deleted_at IS NULL LEFT JOIN workspace p ON p.id = w.parent_id LEFT JOIN
api_key_secret r ON r.secret_hash = $1 WHERE k.id = COALESCE((SELECT o.api_key_id FROM api_key_secret o WHERE o.secret_hash
= $1), (SELECT n.id FROM api_key n WHERE n.secret_hash = $1))
