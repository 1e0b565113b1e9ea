-- The event's personal value.
INSERT INTO "audit_value" ("event_id", "name", "salt", "value", "account_id") VALUES ($1, $2, $3, $4, $5)
