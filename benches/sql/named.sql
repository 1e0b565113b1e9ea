-- The workspace of a member.
SELECT id, workspace_id FROM membership WHERE id = ANY($1)
