-- Own limits and use of a page of members.
SELECT x.membership_id, CAST(NULL AS uuid) AS owner_id, CAST(NULL AS text) AS subject, x.quota_type, x.limit_value AS amount
FROM quota_value x WHERE x.membership_id = ANY($1) AND x.workspace_id = $2 AND x.scope = 'MEMBER' AND x.starts_at <= $3 AND
x.ends_at > $4 UNION ALL SELECT CAST(NULL AS uuid), CAST(NULL AS uuid), x.subject, x.quota_type, x.used FROM quota_use x
WHERE x.subject = ANY($5) AND x.workspace_id = $6 AND x.quota_type = 'API_CALLS' AND x.period_start = $7
