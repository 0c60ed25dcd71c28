-- What became of deliveries: each that was still open gets its new status and its attempt on record, its lane counts on.
-- A lane is kept by this sender where `keep` says so, and given back otherwise; one that is another's by now stays so.
WITH result AS (
    SELECT *
      FROM json_to_recordset(%(results)s::json)
           AS r(delivery_id uuid, status text, at timestamptz, duration_ms integer, status_code smallint, error text,
                response_body text, address text, key_id uuid, keep boolean, refused boolean, rest double precision)
), recorded AS (
    UPDATE deliveries d
       SET status = r.status,
           attempts = d.attempts + 1,
           refusals = d.refusals + r.refused::integer,
           first_failed_at = CASE WHEN r.refused THEN coalesce(d.first_failed_at, clock_timestamp())
                                  ELSE d.first_failed_at END,
           completed_at = CASE WHEN r.status = 'retrying' THEN NULL ELSE clock_timestamp() END
      FROM result r
     WHERE d.delivery_id = r.delivery_id AND d.status IN ('pending', 'retrying')
    RETURNING d.delivery_id, d.webhook_id, d.lane, d.attempts, (r.status <> 'retrying')::integer AS ended, r.keep, r.rest
), logged AS (
    INSERT INTO attempts (delivery_id, number, at, duration_ms, status_code, error, response_body, address, key_id,
                          verdict)
    SELECT r.delivery_id, d.attempts, r.at, r.duration_ms, r.status_code, r.error, r.response_body, r.address, r.key_id,
           r.status
      FROM result r JOIN recorded d ON d.delivery_id = r.delivery_id
)
UPDATE lanes l
   SET pending = l.pending - d.ended,
       ready_at = clock_timestamp(),
       rests_until = clock_timestamp() + make_interval(secs => d.rest),
       leased_by = CASE WHEN l.leased_by IS DISTINCT FROM %(sender)s THEN l.leased_by WHEN d.keep THEN l.leased_by END,
       leased_until = CASE WHEN l.leased_by IS DISTINCT FROM %(sender)s THEN l.leased_until
                           WHEN d.keep THEN clock_timestamp() + %(lease)s END
  FROM recorded d
 WHERE l.webhook_id = d.webhook_id AND l.lane = d.lane
