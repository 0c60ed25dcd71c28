-- Before anything is recorded: lanes first, in one order, as everybody does.
SELECT l.webhook_id, l.lane, l.leased_by = %(sender)s AS mine
  FROM lanes l
  JOIN json_to_recordset(%(lanes)s::json) AS wanted(webhook_id uuid, lane text)
    ON l.webhook_id = wanted.webhook_id AND l.lane = wanted.lane
 ORDER BY l.webhook_id, l.lane
   FOR UPDATE OF l
