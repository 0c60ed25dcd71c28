-- Lanes that wait and that nobody holds are leased, oldest first, skipping what another sender is just claiming.
-- An endpoint has at most %(at_once)s lanes in flight over all senders, and an owner at most %(of_owner)s; one that fails has one, once its rest
-- is over: that one attempt tells whether the others may go on, and a lane that has not failed tells it best. A lane whose own delivery failed
-- rests as long as its endpoint was to, also where others have reached it meanwhile. Where the owner's account is disabled, all of it waits.
WITH waiting AS (
    SELECT l.webhook_id, l.lane, l.ready_at, w.owner_id, l.rests_until IS NOT NULL AS failed, e.failures,
           coalesce(l.leased_until > clock_timestamp(), false) AS leased
      FROM lanes l
      JOIN endpoints e ON e.webhook_id = l.webhook_id
      JOIN webhooks w ON w.webhook_id = l.webhook_id
     WHERE l.pending > 0 AND w.is_active AND (e.failures = 0 OR e.resume_at <= clock_timestamp())
       AND (l.rests_until IS NULL OR l.rests_until <= clock_timestamp())
       AND NOT EXISTS (SELECT FROM accounts a WHERE a.user_id = w.owner_id AND NOT a.is_active)
), ranked AS (
    SELECT w.*, row_number() OVER (PARTITION BY webhook_id ORDER BY leased DESC, failed, ready_at, lane) AS place
      FROM waiting w
), allowed AS (
    SELECT r.*, row_number() OVER (PARTITION BY owner_id ORDER BY leased DESC, ready_at, webhook_id, lane) AS of_owner
      FROM ranked r
     WHERE r.leased OR r.place <= CASE WHEN r.failures = 0 THEN %(at_once)s ELSE 1 END
), chosen AS (
    SELECT l.webhook_id, l.lane
      FROM allowed r
      JOIN lanes l ON l.webhook_id = r.webhook_id AND l.lane = r.lane
     WHERE NOT r.leased AND r.of_owner <= %(of_owner)s
       AND l.pending > 0 AND (l.leased_until IS NULL OR l.leased_until <= clock_timestamp())
     ORDER BY r.ready_at
     LIMIT %(room)s
       FOR UPDATE OF l SKIP LOCKED
)
UPDATE lanes l
   SET leased_by = %(sender)s, leased_until = clock_timestamp() + %(lease)s
  FROM chosen c
 WHERE l.webhook_id = c.webhook_id AND l.lane = c.lane
RETURNING l.webhook_id, l.lane
