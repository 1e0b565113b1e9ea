-- The lock of the workspace.
UPDATE workspace SET access_version = access_version WHERE id = $1 AND deleted_at IS NULL RETURNING id, slug, name,
description, created_at, access_mode, sign_in_suggested, parent_id, access_version, last_write_at, seats,
secondary_workspaces_enabled, max_secondary_workspaces, deleted_at, calendar, COALESCE((SELECT p.access_version FROM
workspace p WHERE p.id = workspace.parent_id), 0) AS parent_version, (SELECT p.last_write_at FROM workspace p WHERE p.id =
workspace.parent_id) AS parent_write_at, (SELECT p.calendar FROM workspace p WHERE p.id = workspace.parent_id) AS
parent_calendar, audit_sequence, audit_hash
