-- name: functions are for the service alone
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA store FROM PUBLIC;

-- name: the service may look into the store
GRANT USAGE ON SCHEMA store, generation TO {service_role};

-- name: it reads the log, and cannot write it
GRANT SELECT ON store.events, store.streams, store.commands, store.epoch, store.relay, store.events_position,
    store.seals
TO {service_role};

-- name: it appends and reads behind the barrier through functions
GRANT EXECUTE ON FUNCTION
    store.chain(bytea, text, bigint, timestamptz, bytea),
    store.lock(text, uuid),
    store.lock_several(text[], text[], uuid),
    store.append(text[], text[], bigint[], uuid, jsonb, timestamptz, integer[], uuid[], text[], integer[], text[],
                 jsonb[], jsonb, bytea[]),
    store.lock_bulk(text, uuid),
    store.append_portion(text, text, bigint, uuid, jsonb, timestamptz, jsonb, uuid, bigint, bytea),
    store.prune_commands(interval, integer),
    store.barrier(),
    store.read_after(bigint, integer),
    store.read_matching(bigint, integer, text, text[], text),
    store.add_seal(text, bigint, bigint, bigint, bigint, bytea, bytea, timestamptz, bytea),
    store.version_at(text, timestamptz),
    store.relay_acquire(text, double precision),
    store.relay_renew(bigint, double precision),
    store.relay_advance(bigint, bigint, bigint),
    store.relay_release(bigint),
    store.generation_begin(text),
    store.generation_analyze(text),
    store.generation_swap(text),
    store.generation_drop(text)
TO {service_role};

-- name: it copies in what store.append_portion takes from there
GRANT INSERT ON store.incoming TO {service_role};

-- name: its own bookkeeping as a consumer is its own
GRANT SELECT, INSERT, UPDATE, DELETE ON store.positions, store.parked, store.rebuilds, store.parked_streams
TO {service_role};

-- name: the service makes keys and destroys them
GRANT SELECT, INSERT, UPDATE (sealed, destroyed_at) ON store.subject_keys TO {service_role};
