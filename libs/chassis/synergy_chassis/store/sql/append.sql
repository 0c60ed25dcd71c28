-- name: the hash chain of a stream at one version; synergy_chassis.store.canonical.chain_hash computes the same
-- (in PL/pgSQL, whose plain expressions cost a tenth of a call into LANGUAGE sql)
CREATE OR REPLACE FUNCTION store.chain(
    p_previous bytea, p_stream text, p_version bigint, p_recorded_at timestamptz, p_content bytea
) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN sha256(
        '\x73796e657267792e636861696e2e7631'::bytea || p_previous
        || int4send(octet_length(convert_to(p_stream, 'UTF8'))) || convert_to(p_stream, 'UTF8')
        || int8send(p_version) || timestamptz_send(p_recorded_at) || p_content
    );
END
$$;

-- name: take the stream's lock and look the command up; version is 0 where there is no stream. A command in flight is waited for
CREATE OR REPLACE FUNCTION store.lock(p_stream text, p_command uuid)
RETURNS TABLE (version bigint, recorded_at timestamptz, seen jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF p_command IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(p_command::text, 0));
        SELECT c.version, c.recorded_at, c.outcome INTO version, recorded_at, seen
          FROM store.commands c WHERE c.command_id = p_command;
        IF FOUND THEN
            RETURN NEXT;
            RETURN;
        END IF;
    END IF;
    SELECT s.version, nullif(s.recorded_at, '-infinity') INTO version, recorded_at
      FROM store.streams s WHERE s.stream = p_stream FOR UPDATE;
    IF NOT FOUND THEN
        version := 0;
    END IF;
    RETURN NEXT;
END
$$;

-- name: the same for several streams, in the order of their names, so that no two wait for each other; those of p_creates are made, empty
-- A command seen before: one row. Otherwise one row a stream. Errors: SY003 a stream of p_creates exists.
CREATE OR REPLACE FUNCTION store.lock_several(p_streams text[], p_creates text[], p_command uuid)
RETURNS TABLE (stream text, version bigint, recorded_at timestamptz, seen jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_command::text, 0));
    SELECT c.stream, c.version, c.recorded_at, c.outcome INTO stream, version, recorded_at, seen
      FROM store.commands c WHERE c.command_id = p_command;
    IF FOUND THEN
        RETURN NEXT;
        RETURN;
    END IF;
    FOR stream IN SELECT DISTINCT name COLLATE "C" FROM unnest(p_streams) AS named(name) ORDER BY 1 LOOP
        IF stream = ANY (p_creates) THEN
            INSERT INTO store.streams AS s (stream, version, head_hash, recorded_at)
            VALUES (stream, 0, decode(repeat('00', 32), 'hex'), '-infinity') ON CONFLICT DO NOTHING;
        END IF;
        version := 0;
        recorded_at := NULL;
        SELECT s.version, nullif(s.recorded_at, '-infinity') INTO version, recorded_at
          FROM store.streams s WHERE s.stream = lock_several.stream FOR UPDATE;
        version := coalesce(version, 0);
        IF version > 0 AND stream = ANY (p_creates) THEN
            RAISE EXCEPTION USING ERRCODE = 'SY003', MESSAGE = 'stream ' || stream || ' exists';
        END IF;
        RETURN NEXT;
    END LOOP;
END
$$;

-- name: append events to one stream or to several; the order of the steps is what makes reading behind the barrier right
-- Streams are named in ascending order (collation "C"), each with its mode; p_of tells for each event to which it belongs.
-- recorded_at is p_recorded_at, or when the last event of one of the streams was recorded, if that was later.
-- A command seen before: one row with its outcome in `seen`. Otherwise one row an event, in the order given.
-- Errors: SY001 another version, SY002 no such stream, SY003 the stream exists.
CREATE OR REPLACE FUNCTION store.append(
    p_streams text[], p_modes text[], p_expected bigint[], p_command uuid, p_outcome jsonb, p_recorded_at timestamptz,
    p_of integer[], p_event_ids uuid[], p_types text[], p_schema_versions integer[], p_entities text[],
    p_data jsonb[], p_meta jsonb, p_content_hashes bytea[]
) RETURNS TABLE (version bigint, "position" bigint, hash bytea, recorded_at timestamptz, seen jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_genesis CONSTANT bytea := '\x0000000000000000000000000000000000000000000000000000000000000000';
    v_version bigint;
    v_head bytea;
    v_last timestamptz;
    v_exists boolean;
    v_at timestamptz := p_recorded_at;
    v_before bigint[] := '{}';
    v_after bigint[];
    v_heads bytea[] := '{}';
    v_versions bigint[] := '{}';
    v_hashes bytea[] := '{}';
    k integer;
BEGIN
    -- 1. One command at a time under one id: the second waits here, then gets the outcome of the first.
    IF p_command IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(p_command::text, 0));
        SELECT c.outcome INTO seen FROM store.commands c WHERE c.command_id = p_command;
        IF FOUND THEN
            RETURN NEXT;
            RETURN;
        END IF;
    END IF;

    -- 2. The streams' locks, and the version checks under them.
    FOR k IN 1 .. cardinality(p_streams) LOOP
        IF k > 1 AND p_streams[k] COLLATE "C" <= p_streams[k - 1] THEN
            RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = 'streams are named in ascending order, each once';
        END IF;
        LOOP
            SELECT s.version, s.head_hash, s.recorded_at INTO v_version, v_head, v_last
              FROM store.streams s WHERE s.stream = p_streams[k] FOR UPDATE;
            EXIT WHEN FOUND OR k <> ALL (p_of) OR p_modes[k] = 'exists' OR (p_modes[k] = 'exact' AND p_expected[k] > 0);
            INSERT INTO store.streams (stream, version, head_hash, recorded_at)
            VALUES (p_streams[k], 0, v_genesis, '-infinity') ON CONFLICT (stream) DO NOTHING;
            IF FOUND THEN
                v_version := 0;
                v_head := v_genesis;
                EXIT;
            END IF;
        END LOOP;
        v_version := coalesce(v_version, 0);
        v_exists := v_version > 0;
        CASE p_modes[k]
            WHEN 'exact' THEN
                IF v_version IS DISTINCT FROM p_expected[k] THEN
                    RAISE EXCEPTION USING ERRCODE = 'SY001',
                        MESSAGE = 'stream ' || p_streams[k] || ' is at version ' || v_version || ', not ' || coalesce(p_expected[k]::text, 'a given one');
                END IF;
            WHEN 'no_stream' THEN
                IF v_exists THEN
                    RAISE EXCEPTION USING ERRCODE = 'SY003', MESSAGE = 'stream ' || p_streams[k] || ' exists';
                END IF;
            WHEN 'exists' THEN
                IF NOT v_exists THEN
                    RAISE EXCEPTION USING ERRCODE = 'SY002', MESSAGE = 'no stream ' || p_streams[k];
                END IF;
            WHEN 'any' THEN
                NULL;
            ELSE
                RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = 'no append mode ' || p_modes[k];
        END CASE;
        v_at := greatest(v_at, v_last);
        v_before[k] := v_version;
        v_heads[k] := v_head;
    END LOOP;

    -- 3. Versions and the hash chain.
    v_after := v_before;
    FOR i IN 1 .. cardinality(p_event_ids) LOOP
        k := p_of[i];
        v_version := v_after[k] + 1;
        v_head := store.chain(v_heads[k], p_streams[k], v_version, v_at, p_content_hashes[i]);
        v_after[k] := v_version;
        v_heads[k] := v_head;
        v_versions[i] := v_version;
        v_hashes[i] := v_head;
    END LOOP;
    FOR k IN 1 .. cardinality(p_streams) LOOP
        IF v_after[k] > v_before[k] THEN
            UPDATE store.streams s SET version = v_after[k], head_hash = v_heads[k], recorded_at = v_at
             WHERE s.stream = p_streams[k];
        END IF;
    END LOOP;
    IF p_command IS NOT NULL THEN
        INSERT INTO store.commands (command_id, stream, version, outcome, recorded_at)
        VALUES (p_command, p_streams[1], v_after[1], p_outcome, v_at);
    END IF;
    IF cardinality(p_event_ids) = 0 THEN
        RETURN;
    END IF;

    -- 4. The store's lock, shared among writers: a reader waits for exactly those who hold it (store.barrier).
    PERFORM pg_advisory_xact_lock_shared(1398362702, 1);

    -- 5. Positions, under all these locks: within a stream they rise with the version.
    IF cardinality(p_event_ids) = 1 THEN  -- most appends; a third of the insert's time less
        RETURN QUERY
        INSERT INTO store.events AS e (position, stream, version, event_id, type, schema_version, entity, data, meta,
                                       recorded_at, content_hash, hash)
        VALUES (nextval('store.events_position'), p_streams[p_of[1]], v_version, p_event_ids[1], p_types[1],
                p_schema_versions[1], p_entities[1], p_data[1], p_meta, v_at, p_content_hashes[1], v_head)
        RETURNING e.version, e.position, e.hash, e.recorded_at, NULL::jsonb;
        RETURN;
    END IF;
    RETURN QUERY
    INSERT INTO store.events AS e (position, stream, version, event_id, type, schema_version, entity, data, meta,
                                   recorded_at, content_hash, hash)
    SELECT nextval('store.events_position'), p_streams[ordered.k], ordered.version, ordered.event_id, ordered.type,
           ordered.schema_version, ordered.entity, ordered.data, p_meta, v_at, ordered.content_hash, ordered.hash
      FROM (
        SELECT * FROM unnest(p_of, v_versions, p_event_ids, p_types, p_schema_versions, p_entities, p_data,
                             p_content_hashes, v_hashes)
            WITH ORDINALITY AS t(k, version, event_id, type, schema_version, entity, data, content_hash, hash, n)
         ORDER BY n
      ) ordered
    RETURNING e.version, e.position, e.hash, e.recorded_at, NULL::jsonb;
END
$$;
