-- One call counted: the member's, the workspace's of the month and of the day (one row on the first of a month).
INSERT INTO quota_use AS c (workspace_id, subject, quota_type, period_start, used) VALUES ($1, $2, 'API_CALLS', $3, $4),
($5, $6, 'API_CALLS', $7, $8), ($9, $10, 'API_CALLS', $11, $12) ON CONFLICT (workspace_id, subject, quota_type,
period_start) DO UPDATE SET used = CASE WHEN c.used > 9007199254740991 - excluded.used THEN 9007199254740991 ELSE c.used +
excluded.used END WHERE c.used + excluded.used <= CASE WHEN c.workspace_id = $13 AND c.subject = $14 AND c.period_start =
$15 THEN $16 ELSE 9223372036854775807 END RETURNING workspace_id, subject, period_start, used
