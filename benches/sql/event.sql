-- Its audit event.
INSERT INTO "audit_event" ("id", "workspace_id", "account_id", "sequence", "at", "effective_at", "kind", "actor_kind",
"actor_account_id", "actor_api_key_id", "subject_id", "request_id", "changes", "hash", "client") VALUES ($1, $2, $3, $4, $5,
$6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
