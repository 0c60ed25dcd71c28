-- name: who publishes the log: a lease, a fencing token, the position published to, and how many events that were
CREATE TABLE store.relay (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    holder text,
    token bigint NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL DEFAULT '-infinity',
    position bigint NOT NULL DEFAULT 0,
    published bigint NOT NULL DEFAULT 0,
    advanced_at timestamptz
) WITH (fillfactor = 50);

-- name: nobody publishes yet, and nothing has been
INSERT INTO store.relay DEFAULT VALUES;

-- name: take the lease for p_seconds if it is free, expired or ours; no row when another holds it
CREATE OR REPLACE FUNCTION store.relay_acquire(p_holder text, p_seconds double precision)
RETURNS TABLE (token bigint, "position" bigint)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE store.relay r
       SET holder = p_holder, token = r.token + 1, expires_at = clock_timestamp() + make_interval(secs => p_seconds)
     WHERE r.holder IS NULL OR r.holder = p_holder OR r.expires_at < clock_timestamp()
    RETURNING r.token, r.position
$$;

-- name: keep the lease for p_seconds more; false when another has taken it since
CREATE OR REPLACE FUNCTION store.relay_renew(p_token bigint, p_seconds double precision) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH renewed AS (
        UPDATE store.relay r SET expires_at = clock_timestamp() + make_interval(secs => p_seconds)
         WHERE r.token = p_token AND r.holder IS NOT NULL
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM renewed)
$$;

-- name: move the checkpoint by compare-and-set, over so many events; false when the token is old or the checkpoint is elsewhere
-- It never goes beyond the last position handed out: what is stored later would not be published.
CREATE OR REPLACE FUNCTION store.relay_advance(p_token bigint, p_from bigint, p_to bigint) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH advanced AS (
        UPDATE store.relay r
           SET position = p_to, advanced_at = clock_timestamp(),
               published = r.published + (SELECT count(*) FROM store.events e
                                           WHERE e.position > p_from AND e.position <= p_to)
         WHERE r.token = p_token AND r.holder IS NOT NULL AND r.position = p_from AND p_to >= p_from
           AND p_to <= (SELECT s.last_value FROM store.events_position s)
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM advanced)
$$;

-- name: give the lease up, so that a standby need not wait for it to expire; false when it was not ours
CREATE OR REPLACE FUNCTION store.relay_release(p_token bigint) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH released AS (
        UPDATE store.relay r SET holder = NULL, expires_at = '-infinity'
         WHERE r.token = p_token AND r.holder IS NOT NULL
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM released)
$$;
