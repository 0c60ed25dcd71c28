-- The next delivery of each lane that this sender holds, with all that is needed to send it; none while its owner's account is disabled.
SELECT l.webhook_id, l.lane, d.delivery_id, d.event_id, d.event_type, d.sequence, d.format, b.body, b.traceparent, w.url,
       k.key_ids, k.sealed, clock_timestamp() AS issued_at
  FROM json_to_recordset(%(lanes)s::json) AS wanted(webhook_id uuid, lane text)
  JOIN lanes l ON l.webhook_id = wanted.webhook_id AND l.lane = wanted.lane AND l.leased_by = %(sender)s
  JOIN webhooks w ON w.webhook_id = l.webhook_id AND w.is_active
 CROSS JOIN LATERAL (
    SELECT * FROM deliveries d
     WHERE d.webhook_id = l.webhook_id AND d.lane = l.lane AND d.status IN ('pending', 'retrying')
     ORDER BY d.position LIMIT 1
 ) d
  JOIN bodies b ON b.event_id = d.event_id AND b.format = d.format
 CROSS JOIN LATERAL (
    SELECT array_agg(s.key_id ORDER BY s.created_at DESC) AS key_ids, array_agg(s.sealed ORDER BY s.created_at DESC) AS sealed
      FROM webhook_secrets s
     WHERE s.webhook_id = l.webhook_id AND (s.expires_at IS NULL OR s.expires_at > clock_timestamp())
 ) k
 WHERE k.key_ids IS NOT NULL AND NOT EXISTS (SELECT FROM accounts a WHERE a.user_id = w.owner_id AND NOT a.is_active)
