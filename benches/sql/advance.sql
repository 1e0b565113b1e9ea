-- What every write advances.
UPDATE "workspace" SET "last_write_at" = $1, "audit_sequence" = $2, "audit_hash" = $3, "access_version" =
"workspace"."access_version" + $4 WHERE "workspace"."id" = $5
