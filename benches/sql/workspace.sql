-- The workspace after the write.
SELECT w.id, w.slug, w.name, w.description, w.created_at, w.access_mode, w.sign_in_suggested, w.parent_id, w.access_version,
w.last_write_at, w.seats, w.secondary_workspaces_enabled, w.max_secondary_workspaces, w.calendar, w.deleted_at,
COALESCE(p.access_version, 0) AS parent_version, p.last_write_at AS parent_write_at, p.calendar AS parent_calendar, (SELECT
m.id FROM membership m WHERE m.account_id = $1 AND m.workspace_id = w.id AND m.ends_at > $2 AND m.ends_at > w.last_write_at
AND m.ends_at > m.starts_at ORDER BY m.starts_at LIMIT 1) AS membership_id FROM workspace w LEFT JOIN workspace p ON p.id =
w.parent_id WHERE w.id = $3 AND w.deleted_at IS NULL
