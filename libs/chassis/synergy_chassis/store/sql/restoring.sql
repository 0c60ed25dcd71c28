-- name: start a new epoch after a restore to an earlier time; for the owner, before anybody writes
-- Positions jump ahead, so that none handed out since the backup comes again, and so do the ids that sequences of the
-- service hand out, for other services still know what they meant: the further the later it is by this server's clock, so
-- that a second restore of the same backup gives none of the first one's again, whatever time its last event claims. At
-- 100,000 positions and 1,000 ids a second, and for as long as the clock is not put back. Who published before the restore
-- does so no more.
CREATE OR REPLACE FUNCTION store.new_epoch() RETURNS uuid
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_epoch uuid := gen_random_uuid();
    v_ids record;
    v_seconds double precision := greatest(0, extract(epoch FROM clock_timestamp() - timestamptz '2026-01-01 00:00:00+00'));
BEGIN
    PERFORM pg_advisory_xact_lock(1398362702, 1);
    PERFORM setval('store.events_position',
                   greatest((SELECT coalesce(max(e.position), 0) FROM store.events e),
                            (SELECT s.last_value FROM store.events_position s))
                   + 1000000000 + (100000 * v_seconds)::bigint);
    FOR v_ids IN
        SELECT (quote_ident(s.schemaname) || '.' || quote_ident(s.sequencename))::regclass AS name,
               coalesce(s.last_value, s.start_value) AS last_value, s.increment_by
          FROM pg_sequences s WHERE s.schemaname = 'public'
    LOOP
        PERFORM setval(v_ids.name, v_ids.last_value + (1000000 + (1000 * v_seconds)::bigint) * v_ids.increment_by);
    END LOOP;
    UPDATE store.relay SET holder = NULL, token = token + 1, expires_at = '-infinity';
    UPDATE store.epoch SET epoch = v_epoch, started_at = now();
    RETURN v_epoch;
END
$$;
