-- name: the position up to which every event is committed or will never be
-- Notes the last position handed out, then waits for exactly the writers seen holding the store's lock at that moment.
-- waited is in seconds; held_by is the server process of the last writer that was waited for, NULL where nobody was.
CREATE OR REPLACE FUNCTION store.barrier(OUT read_to bigint, OUT waited double precision, OUT held_by integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_began timestamptz := clock_timestamp();
    v_holders text[];
    v_pids integer[];
    v_pause double precision := 0.001;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION USING ERRCODE = '25001', MESSAGE = 'reading behind the barrier needs READ COMMITTED';
    END IF;
    SELECT CASE WHEN s.is_called THEN s.last_value ELSE 0 END INTO read_to FROM store.events_position s;
    SELECT array_agg(l.virtualtransaction), array_agg(l.pid) INTO v_holders, v_pids FROM pg_locks l
     WHERE l.locktype = 'advisory' AND l.classid = 1398362702 AND l.objid = 1 AND l.objsubid = 2 AND l.granted
       AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
       AND l.pid IS DISTINCT FROM pg_backend_pid();
    waited := 0;
    WHILE v_holders IS NOT NULL LOOP
        held_by := v_pids[1];
        PERFORM pg_sleep(v_pause);
        v_pause := least(v_pause * 1.5, 0.01);
        SELECT array_agg(l.virtualtransaction), array_agg(l.pid) INTO v_holders, v_pids FROM pg_locks l
         WHERE l.locktype = 'advisory' AND l.classid = 1398362702 AND l.objid = 1 AND l.objsubid = 2 AND l.granted
           AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
           AND l.virtualtransaction = ANY (v_holders);
        waited := extract(epoch FROM clock_timestamp() - v_began);
    END LOOP;
END
$$;

-- name: the events after a position, read behind the barrier, in order
-- Every row tells in read_to up to where nothing is missing, and what the barrier took (store.barrier); without events
-- there is one row with nothing else in it. previous_position is that of the stored event before, also across pages;
-- hash is in hex. A page is read along its index, also while there are no statistics, after a bulk append say: the planner
-- would then take few events to lie ahead, and fetch and sort all of them for every page.
CREATE OR REPLACE FUNCTION store.read_after(p_after bigint, p_limit integer)
RETURNS TABLE (
    read_to bigint, "position" bigint, previous_position bigint, stream text, version bigint, event_id uuid, type text,
    schema_version integer, entity text, data jsonb, meta jsonb, recorded_at timestamptz, hash text,
    waited double precision, held_by integer
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_bitmapscan = off SET enable_sort = off AS $$
#variable_conflict use_column
DECLARE
    v_last bigint;
    v_previous bigint;
    v_count bigint;
BEGIN
    SELECT b.read_to, b.waited, b.held_by INTO v_last, waited, held_by FROM store.barrier() b;
    SELECT coalesce(max(e.position), 0) INTO v_previous FROM store.events e WHERE e.position <= p_after;
    SELECT count(*), max(p.position) INTO v_count, read_to FROM (
        SELECT e.position FROM store.events e
         WHERE e.position > p_after AND e.position <= v_last ORDER BY e.position LIMIT p_limit
    ) p;
    IF v_count < p_limit THEN
        read_to := v_last;
    END IF;
    RETURN QUERY
    SELECT read_to, e.position, coalesce(lag(e.position) OVER (ORDER BY e.position), v_previous), e.stream, e.version,
           e.event_id, e.type, e.schema_version, e.entity, e.data, e.meta, e.recorded_at, encode(e.hash, 'hex'),
           waited, held_by
      FROM store.events e
     WHERE e.position > p_after AND e.position <= read_to
     ORDER BY e.position;
    IF v_count = 0 THEN
        RETURN NEXT;
    END IF;
END
$$;

-- name: the first positions after p_after, up to p_upto, of one category of streams, of some types, or of one stream
-- Each by an index of its own, so that a page costs what it holds. Pairs are compared to leave the planner no other
-- index: it would guess from the share of these events in the whole log how soon a page is full.
-- A stream's events are found by bisection: position rises with version there, also where a version is missing.
CREATE OR REPLACE FUNCTION store.matching(
    p_after bigint, p_upto bigint, p_limit integer, p_category text, p_types text[], p_stream text
) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_bitmapscan = off SET enable_sort = off AS $$
DECLARE
    v_low bigint := 1;
    v_high bigint;
    v_middle bigint;
BEGIN
    IF p_category IS NOT NULL THEN
        RETURN ARRAY(
            SELECT e.position FROM store.events e
             WHERE (split_part(e.stream, '-', 1), e.position) > (p_category, p_after)
               AND (split_part(e.stream, '-', 1), e.position) <= (p_category, p_upto)
             ORDER BY split_part(e.stream, '-', 1), e.position LIMIT p_limit
        );
    ELSIF p_types IS NOT NULL THEN
        RETURN ARRAY(
            SELECT found.position
              FROM (SELECT DISTINCT unnest(p_types) AS type) wanted
             CROSS JOIN LATERAL (
                SELECT e.position FROM store.events e
                 WHERE (e.type, e.position) > (wanted.type, p_after) AND (e.type, e.position) <= (wanted.type, p_upto)
                 ORDER BY e.type, e.position LIMIT p_limit
             ) found
             ORDER BY found.position LIMIT p_limit
        );
    END IF;
    SELECT s.version + 1 INTO v_high FROM store.streams s WHERE s.stream = p_stream;
    WHILE v_low < v_high LOOP
        v_middle := (v_low + v_high) / 2;
        IF coalesce((SELECT e.position FROM store.events e WHERE e.stream = p_stream AND e.version <= v_middle
                      ORDER BY e.version DESC LIMIT 1), 0) <= p_after THEN
            v_low := v_middle + 1;
        ELSE
            v_high := v_middle;
        END IF;
    END LOOP;
    RETURN ARRAY(
        SELECT page.position FROM (
            SELECT e.position FROM store.events e
             WHERE e.stream = p_stream AND e.version >= v_low ORDER BY e.version LIMIT p_limit
        ) page
         WHERE page.position <= p_upto ORDER BY page.position
    );
END
$$;

-- name: as store.read_after, of these events alone; read_to passes the others by, previous_position is among all
CREATE OR REPLACE FUNCTION store.read_matching(
    p_after bigint, p_limit integer, p_category text, p_types text[], p_stream text
)
RETURNS TABLE (
    read_to bigint, "position" bigint, previous_position bigint, stream text, version bigint, event_id uuid, type text,
    schema_version integer, entity text, data jsonb, meta jsonb, recorded_at timestamptz, hash text,
    waited double precision, held_by integer
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_bitmapscan = off SET enable_sort = off AS $$
#variable_conflict use_column
DECLARE
    v_last bigint;
    v_found bigint[];
BEGIN
    SELECT b.read_to, b.waited, b.held_by INTO v_last, waited, held_by FROM store.barrier() b;
    v_found := store.matching(p_after, v_last, p_limit, p_category, p_types, p_stream);
    read_to := CASE WHEN cardinality(v_found) < p_limit THEN v_last ELSE v_found[p_limit] END;
    RETURN QUERY
    SELECT read_to, e.position, coalesce(before.position, 0), e.stream, e.version, e.event_id, e.type,
           e.schema_version, e.entity, e.data, e.meta, e.recorded_at, encode(e.hash, 'hex'), waited, held_by
      FROM store.events e
      LEFT JOIN LATERAL (
        SELECT p.position FROM store.events p WHERE p.position < e.position ORDER BY p.position DESC LIMIT 1
      ) before ON true
     WHERE e.position = ANY (v_found)
     ORDER BY e.position;
    IF cardinality(v_found) = 0 THEN
        RETURN NEXT;
    END IF;
END
$$;
