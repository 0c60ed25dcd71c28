-- name: where COPY puts the events of a portion, within the transaction that appends them; nobody ever sees a row of it
CREATE UNLOGGED TABLE store.incoming (
    batch uuid NOT NULL,
    n integer NOT NULL,
    event_id uuid NOT NULL,
    type text COLLATE "C" NOT NULL,
    schema_version integer NOT NULL,
    entity text COLLATE "C" NOT NULL,
    data jsonb NOT NULL,
    content_hash bytea NOT NULL,
    PRIMARY KEY (batch, n)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- name: how far an append in portions has come; the row goes when its command has its outcome
CREATE TABLE store.bulks (
    command_id uuid PRIMARY KEY,
    stream text COLLATE "C" NOT NULL,
    appended bigint NOT NULL,
    digest bytea NOT NULL,
    updated_at timestamptz NOT NULL
) WITH (fillfactor = 70);

-- name: as store.lock, and how far the command has come
CREATE OR REPLACE FUNCTION store.lock_bulk(p_stream text, p_command uuid)
RETURNS TABLE (version bigint, recorded_at timestamptz, seen jsonb, appended bigint, digest bytea)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    SELECT l.version, l.recorded_at, l.seen INTO version, recorded_at, seen FROM store.lock(p_stream, p_command) l;
    SELECT b.appended, b.digest INTO appended, digest FROM store.bulks b WHERE b.command_id = p_command;
    appended := coalesce(appended, 0);
    RETURN NEXT;
END
$$;

-- name: append what was copied in as p_batch, the portion of a command that follows p_before of its events; through store.append, so by its rules
-- p_outcome is NULL while more portions follow. Answers the stream's version and the last position.
-- Errors: those of store.append; SY005 another attempt of the command is further.
CREATE OR REPLACE FUNCTION store.append_portion(
    p_stream text, p_mode text, p_expected bigint, p_command uuid, p_outcome jsonb, p_recorded_at timestamptz,
    p_meta jsonb, p_batch uuid, p_before bigint, p_digest bytea
) RETURNS TABLE (version bigint, "position" bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_appended bigint;
    v_count integer;
    v_event_ids uuid[];
    v_types text[];
    v_schema_versions integer[];
    v_entities text[];
    v_data jsonb[];
    v_content_hashes bytea[];
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_command::text, 0));
    SELECT b.appended INTO v_appended FROM store.bulks b WHERE b.command_id = p_command;
    IF coalesce(v_appended, 0) <> p_before THEN
        RAISE EXCEPTION USING ERRCODE = 'SY005', MESSAGE = 'the command has appended ' || coalesce(v_appended, 0) || ' events';
    END IF;

    WITH taken AS (DELETE FROM store.incoming i WHERE i.batch = p_batch RETURNING i.*)
    SELECT count(*), array_agg(t.event_id ORDER BY t.n), array_agg(t.type ORDER BY t.n),
           array_agg(t.schema_version ORDER BY t.n), array_agg(t.entity ORDER BY t.n), array_agg(t.data ORDER BY t.n),
           array_agg(t.content_hash ORDER BY t.n)
      INTO v_count, v_event_ids, v_types, v_schema_versions, v_entities, v_data, v_content_hashes
      FROM taken t;
    IF v_count > 1000 THEN
        RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = 'a portion has at most 1000 events: readers wait for it';
    END IF;

    IF p_outcome IS NULL THEN
        INSERT INTO store.bulks AS b (command_id, stream, appended, digest, updated_at)
        VALUES (p_command, p_stream, p_before + v_count, p_digest, now())
        ON CONFLICT (command_id) DO UPDATE
           SET appended = excluded.appended, digest = excluded.digest, updated_at = excluded.updated_at;
    ELSE
        DELETE FROM store.bulks b WHERE b.command_id = p_command;
    END IF;
    RETURN QUERY
    SELECT max(a.version), max(a.position) FROM store.append(
        ARRAY[p_stream], ARRAY[p_mode], ARRAY[p_expected], CASE WHEN p_outcome IS NOT NULL THEN p_command END, p_outcome,
        p_recorded_at, array_fill(1, ARRAY[v_count]), coalesce(v_event_ids, '{}'), v_types, v_schema_versions,
        v_entities, v_data, p_meta, v_content_hashes
    ) a;
END
$$;
