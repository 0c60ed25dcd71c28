-- Before anything is recorded: lanes first, in one order, as everybody does.
SELECT l.webhook_id, l.lane, l.leased_by = %(sender)s AS mine
  FROM lanes l
  JOIN unnest(%(webhooks)s::uuid[], %(lanes)s::text[]) AS wanted(webhook_id, lane)
    ON l.webhook_id = wanted.webhook_id AND l.lane = wanted.lane
 ORDER BY l.webhook_id, l.lane
   FOR UPDATE OF l
