-- A lane that has nothing to send after all: counted again, and given back.
UPDATE lanes l
   SET leased_by = NULL, leased_until = NULL,
       pending = (SELECT count(*) FROM deliveries d
                   WHERE d.webhook_id = l.webhook_id AND d.lane = l.lane AND d.status IN ('pending', 'retrying'))
  FROM json_to_recordset(%(lanes)s::json) AS empty(webhook_id uuid, lane text)
 WHERE l.webhook_id = empty.webhook_id AND l.lane = empty.lane AND l.leased_by = %(sender)s
