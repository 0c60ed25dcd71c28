"""The sender's SQL, one statement a file."""

from importlib.resources import files
from typing import Final

from psycopg import sql


def _statement(name: str) -> sql.SQL:
    text = (files(__package__) / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    return sql.SQL(text)


CLAIM: Final = _statement("claim")
HEADS: Final = _statement("heads")
MEND: Final = _statement("mend")
LOCK: Final = _statement("lock")
RECORD: Final = _statement("record")

CLOSE: Final = sql.SQL("""
    DELETE FROM lanes l USING json_to_recordset(%(lanes)s::json) AS done(webhook_id uuid, lane text)
     WHERE l.webhook_id = done.webhook_id AND l.lane = done.lane AND l.pending <= 0
""")
"""Lanes exist while something waits in them."""

RELEASE: Final = sql.SQL("""
    UPDATE lanes l SET leased_by = NULL, leased_until = NULL
      FROM json_to_recordset(%(lanes)s::json) AS given_back(webhook_id uuid, lane text)
     WHERE l.webhook_id = given_back.webhook_id AND l.lane = given_back.lane AND l.leased_by = %(sender)s
""")

RENEW: Final = sql.SQL("""
    UPDATE lanes l SET leased_until = clock_timestamp() + %(lease)s
      FROM json_to_recordset(%(lanes)s::json) AS held(webhook_id uuid, lane text)
     WHERE l.webhook_id = held.webhook_id AND l.lane = held.lane AND l.leased_by = %(sender)s
    RETURNING l.webhook_id, l.lane
""")

WAITING: Final = sql.SQL("SELECT coalesce(sum(pending), 0)::bigint AS waiting FROM lanes")

HEARTBEAT: Final = sql.SQL("""
    INSERT INTO senders (sender_id, host, started_at, seen_at, in_flight)
    VALUES (%(sender)s, %(host)s, clock_timestamp(), clock_timestamp(), %(in_flight)s)
    ON CONFLICT (sender_id) DO UPDATE SET seen_at = excluded.seen_at, in_flight = excluded.in_flight
""")

FORGET_THE_DEAD: Final = sql.SQL("DELETE FROM senders WHERE seen_at < clock_timestamp() - interval '1 hour'")

LEAVE: Final = sql.SQL("DELETE FROM senders WHERE sender_id = %(sender)s")

FAILING: Final = sql.SQL("""
    SELECT webhook_id, failures, failing_since, recovered_at, resume_at, clock_timestamp() AS now
      FROM endpoints WHERE webhook_id = ANY(%(webhooks)s) ORDER BY webhook_id FOR UPDATE
""")

TRIED: Final = sql.SQL("""
    SELECT delivery_id, refusals, first_failed_at AS first_refused_at
      FROM deliveries WHERE delivery_id = ANY(%(deliveries)s)
""")

UNTOLD: Final = sql.SQL("""
    SELECT DISTINCT ON (w.webhook_id) w.webhook_id, d.delivery_id, d.event_type, d.attempts, a.status_code, a.error
      FROM deliveries d
      JOIN webhooks w ON w.webhook_id = d.webhook_id
      LEFT JOIN attempts a ON a.delivery_id = d.delivery_id AND a.number = d.attempts
     WHERE d.status = 'failed' AND d.event_type <> %(test)s
       AND d.completed_at > clock_timestamp() - %(again)s
       AND (w.failure_told_at IS NULL
            OR (w.failure_told_at < d.completed_at AND w.failure_told_at <= clock_timestamp() - %(again)s))
     ORDER BY w.webhook_id, d.completed_at
""")
"""Of each subscription whose owner is to be told of a delivery that was given up lately, the first such."""

DROP_BODIES: Final = sql.SQL("""
    DELETE FROM bodies b USING (
        SELECT o.event_id, o.format FROM bodies o
         WHERE o.created_at < clock_timestamp() - %(kept)s
           AND o.event_id NOT IN (SELECT d.event_id FROM deliveries d WHERE d.status IN ('pending', 'retrying'))
         ORDER BY o.created_at LIMIT %(portion)s FOR UPDATE OF o SKIP LOCKED
    ) old WHERE b.event_id = old.event_id AND b.format = old.format
""")
"""What waits to be sent keeps its bytes, however old."""

DROP_ANSWERS: Final = sql.SQL("""
    UPDATE attempts a SET response_body = NULL FROM (
        SELECT o.delivery_id, o.number FROM attempts o
         WHERE o.at < clock_timestamp() - %(kept)s AND o.response_body IS NOT NULL
         LIMIT %(portion)s FOR UPDATE OF o SKIP LOCKED
    ) old WHERE a.delivery_id = old.delivery_id AND a.number = old.number
""")

RECOVERED: Final = sql.SQL("""
    UPDATE endpoints SET failures = 0, failing_since = NULL, resume_at = NULL, recovered_at = clock_timestamp()
     WHERE webhook_id = ANY(%(webhooks)s) AND failures > 0
""")

REST: Final = sql.SQL("""
    UPDATE endpoints SET failures = %(failures)s, failing_since = %(failing_since)s, resume_at = %(resume_at)s
     WHERE webhook_id = %(webhook_id)s
""")
