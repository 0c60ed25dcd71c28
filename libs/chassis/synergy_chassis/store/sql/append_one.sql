-- name: append one event to one stream, at version p_expected or, where that is NULL, at whatever version it has
-- What store.append does in modes `exact` and `any`, by the same rules, with the same row as the answer and the same steps in the same order,
-- in a third less of the server's time. Whatever is out of the ordinary is left to store.append, before anything is written: a stream that
-- is not there, another version, a command that was seen before.
CREATE OR REPLACE FUNCTION store.append_one(
    p_stream text, p_expected bigint, p_command uuid, p_outcome jsonb, p_recorded_at timestamptz,
    p_event_id uuid, p_type text, p_schema_version integer, p_entity text, p_data jsonb, p_meta jsonb, p_content_hash bytea,
    OUT version bigint, OUT "position" bigint, OUT hash bytea, OUT recorded_at timestamptz, OUT seen jsonb
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_name bytea := convert_to(p_stream, 'UTF8');
    v_held text;
BEGIN
    -- 1. The command. (An assignment takes a quarter of the time of a PERFORM.)
    v_held := pg_advisory_xact_lock(hashtextextended(p_command::text, 0));

    -- 2. The stream's lock, the version check under it, the version and the hash chain (store.chain, written out) by one statement.
    -- A writer that waited for the row is checked, and counts on, by what the row has become.
    UPDATE store.streams AS s
       SET version = s.version + 1,
           recorded_at = greatest(p_recorded_at, s.recorded_at),
           head_hash = sha256(
               '\x73796e657267792e636861696e2e7631'::bytea || s.head_hash || int4send(octet_length(v_name)) || v_name
               || int8send(s.version + 1) || timestamptz_send(greatest(p_recorded_at, s.recorded_at)) || p_content_hash
           )
     WHERE s.stream = p_stream
       AND s.version = coalesce(p_expected, s.version)
       AND NOT EXISTS (SELECT FROM store.commands c WHERE c.command_id = p_command)
    RETURNING s.version, s.head_hash, s.recorded_at INTO version, hash, recorded_at;
    IF NOT FOUND THEN
        SELECT a.version, a.position, a.hash, a.recorded_at, a.seen INTO version, position, hash, recorded_at, seen
          FROM store.append(
            ARRAY[p_stream], ARRAY[CASE WHEN p_expected IS NULL THEN 'any' ELSE 'exact' END], ARRAY[p_expected],
            p_command, p_outcome, p_recorded_at, ARRAY[1], ARRAY[p_event_id], ARRAY[p_type], ARRAY[p_schema_version],
            ARRAY[p_entity], ARRAY[p_data], p_meta, ARRAY[p_content_hash]
          ) a;
        RETURN;
    END IF;
    INSERT INTO store.commands (command_id, stream, version, outcome, recorded_at)
    VALUES (p_command, p_stream, append_one.version, p_outcome, append_one.recorded_at);

    -- 3. The store's lock, shared among writers: a reader waits for exactly those who hold it (store.barrier).
    v_held := pg_advisory_xact_lock_shared(1398362702, 1);

    -- 4. The position, under all these locks.
    position := nextval('store.events_position');
    INSERT INTO store.events (position, stream, version, event_id, type, schema_version, entity, data, meta, recorded_at,
                              content_hash, hash)
    VALUES (append_one.position, p_stream, append_one.version, p_event_id, p_type, p_schema_version, p_entity, p_data, p_meta,
            append_one.recorded_at, p_content_hash, append_one.hash);
END
$$;

-- name: it is for the service alone
REVOKE ALL ON FUNCTION store.append_one(
    text, bigint, uuid, jsonb, timestamptz, uuid, text, integer, text, jsonb, jsonb, bytea
) FROM PUBLIC;

-- name: which appends through it
GRANT EXECUTE ON FUNCTION store.append_one(
    text, bigint, uuid, jsonb, timestamptz, uuid, text, integer, text, jsonb, jsonb, bytea
) TO {service_role};
