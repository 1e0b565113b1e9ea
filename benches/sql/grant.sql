-- The grant.
INSERT INTO "permission_grant" ("id", "workspace_id", "membership_id", "group_id", "permission", "resource_kind",
"resource_id", "access", "record_filter", "starts_at", "ends_at", "granted_by", "ended_by", "end_reason") VALUES ($1, $2,
$3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
