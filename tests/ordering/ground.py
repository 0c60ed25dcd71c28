"""The database of the harness: a store, and beside it a table of the same shape that other techniques read."""

import psycopg

from synergy_chassis.store import store_ddl
from synergy_local.servers.testbed import FreshDatabase

OTHERS = """
    CREATE SCHEMA ordering;
    CREATE SEQUENCE ordering.position;
    CREATE TABLE ordering.streams (stream text PRIMARY KEY, version bigint NOT NULL);
    CREATE TABLE ordering.events (
        position bigint NOT NULL UNIQUE,
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        stream text NOT NULL,
        version bigint NOT NULL,
        PRIMARY KEY (stream, version)
    );
    CREATE INDEX ON ordering.events (xid, position);
    CREATE TABLE ordering.unrelated (number bigint);
    CREATE FUNCTION ordering.append(p_stream text) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE
        v_version bigint;
    BEGIN
        INSERT INTO ordering.streams AS s VALUES (p_stream, 1)
            ON CONFLICT (stream) DO UPDATE SET version = s.version + 1 RETURNING s.version INTO v_version;
        INSERT INTO ordering.events (position, stream, version)
        VALUES (nextval('ordering.position'), p_stream, v_version);
        RETURN v_version;
    END
    $$
"""
"""The stream's lock, then nextval, then the row, as in the store; what is missing is the store's shared lock."""


def prepare(database: FreshDatabase) -> None:
    """Make both in an empty database, for its service role."""
    role = database.service
    grants = (
        f"GRANT USAGE ON SCHEMA ordering TO {role}",
        f"GRANT ALL ON ALL TABLES IN SCHEMA ordering TO {role}",
        f"GRANT ALL ON ALL SEQUENCES IN SCHEMA ordering TO {role}",
    )
    with psycopg.connect(database.owner_url) as owner:
        for statement in (*store_ddl(service_role=role), OTHERS, *grants):
            owner.execute(statement)
