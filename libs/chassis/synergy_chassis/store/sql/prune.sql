-- name: finds commands by age. New entries come at one end and old ones go from the other, so it stays as small as what is kept
CREATE INDEX commands_recorded_at ON store.commands (recorded_at);

-- name: forget the outcomes of at most p_limit commands that are older than p_keep; tells how many. A day is always kept
-- Long appends that nobody has gone on with for as long are forgotten too.
CREATE OR REPLACE FUNCTION store.prune_commands(p_keep interval, p_limit integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_before timestamptz := clock_timestamp() - p_keep;
    v_pruned integer;
BEGIN
    -- Moments are compared, for intervals lie: '-12 months 361 days' counts as a day, and is not in the past.
    IF v_before > clock_timestamp() - interval '24 hours' THEN
        RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = 'the outcome of a command is kept for 24 hours at least';
    END IF;
    DELETE FROM store.bulks b WHERE b.ctid = ANY (ARRAY(
        SELECT old.ctid FROM store.bulks old WHERE old.updated_at < v_before LIMIT p_limit FOR UPDATE SKIP LOCKED
    ));
    -- The order makes the planner take the index, whatever it believes of how many are old; the places spare it a join.
    DELETE FROM store.commands c WHERE c.ctid = ANY (ARRAY(
        SELECT old.ctid FROM store.commands old
         WHERE old.recorded_at < v_before ORDER BY old.recorded_at LIMIT p_limit FOR UPDATE SKIP LOCKED
    ));
    GET DIAGNOSTICS v_pruned = ROW_COUNT;
    RETURN v_pruned;
END
$$;
