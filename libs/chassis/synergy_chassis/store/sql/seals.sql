-- name: hashes over the events in the order of positions, each chained to the one before; a copy is kept outside (synergy_chassis.seals)
CREATE TABLE store.seals (
    number bigint PRIMARY KEY CHECK (number > 0),
    store text NOT NULL,
    after_position bigint NOT NULL,
    upto_position bigint NOT NULL CHECK (upto_position > after_position),
    events bigint NOT NULL CHECK (events > 0),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    previous bytea NOT NULL CHECK (octet_length(previous) = 32),
    sealed_at timestamptz NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);

-- name: add a seal if it follows the last one; false when another came first
CREATE OR REPLACE FUNCTION store.add_seal(
    p_store text, p_number bigint, p_after bigint, p_upto bigint, p_events bigint, p_root bytea, p_previous bytea,
    p_sealed_at timestamptz, p_hash bytea
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_last store.seals;
BEGIN
    IF p_upto > (SELECT last_value FROM store.events_position) THEN
        RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = 'a seal is over events that are there';
    END IF;
    SELECT s.* INTO v_last FROM store.seals s ORDER BY s.number DESC LIMIT 1;
    IF p_number <> coalesce(v_last.number, 0) + 1 OR p_after <> coalesce(v_last.upto_position, 0)
       OR p_previous <> coalesce(v_last.hash, decode(repeat('00', 32), 'hex')) THEN
        RETURN false;
    END IF;
    INSERT INTO store.seals (number, store, after_position, upto_position, events, root, previous, sealed_at, hash)
    VALUES (p_number, p_store, p_after, p_upto, p_events, p_root, p_previous, p_sealed_at, p_hash)
    ON CONFLICT (number) DO NOTHING;
    RETURN FOUND;
END
$$;

-- name: the last version of a stream that was recorded by then; 0 where there was none. recorded_at never decreases within a stream
CREATE OR REPLACE FUNCTION store.version_at(p_stream text, p_at timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_low bigint := 0;
    v_high bigint;
    v_middle bigint;
BEGIN
    SELECT s.version INTO v_high FROM store.streams s WHERE s.stream = p_stream;
    v_high := coalesce(v_high, 0);
    WHILE v_low < v_high LOOP
        v_middle := (v_low + v_high + 1) / 2;
        IF (SELECT e.recorded_at FROM store.events e WHERE e.stream = p_stream AND e.version = v_middle) <= p_at THEN
            v_low := v_middle;
        ELSE
            v_high := v_middle - 1;
        END IF;
    END LOOP;
    RETURN v_low;
END
$$;

-- name: no seal is changed or taken away
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON store.seals
FOR EACH ROW EXECUTE FUNCTION store.refuse_change();

-- name: nor all of them at once
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON store.seals
FOR EACH STATEMENT EXECUTE FUNCTION store.refuse_change();

-- name: also in a session that plays replica
ALTER TABLE store.seals ENABLE ALWAYS TRIGGER refuse_change;

-- name: likewise
ALTER TABLE store.seals ENABLE ALWAYS TRIGGER refuse_truncate;
