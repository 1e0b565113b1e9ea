-- What every write advances.
UPDATE workspace SET last_write_at = $2, access_version = access_version + $3, audit_sequence = $4, audit_hash = $5 WHERE id
= $1
