-- name: the schema of the store, one to a service's database
CREATE SCHEMA store;

-- name: positions are handed out one at a time: a cached block would break their order
CREATE SEQUENCE store.events_position AS bigint CACHE 1;

-- name: one row a stream: its lock, its version and the head of its hash chain; the only row that an append updates
CREATE TABLE store.streams (
    stream text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    head_hash bytea NOT NULL,
    recorded_at timestamptz NOT NULL
) WITH (fillfactor = 70);

-- name: the events, never changed
CREATE TABLE store.events (
    position bigint NOT NULL,
    stream text COLLATE "C" NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    event_id uuid NOT NULL,
    type text COLLATE "C" NOT NULL,
    schema_version integer NOT NULL,
    entity text COLLATE "C" NOT NULL,
    data jsonb NOT NULL,
    meta jsonb NOT NULL,
    recorded_at timestamptz NOT NULL,
    content_hash bytea NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (stream, version),
    CONSTRAINT events_position_key UNIQUE (position),
    CONSTRAINT events_event_id_key UNIQUE (event_id)
);

-- name: reads of one category of streams ("project" is of "project-12") in the order of positions
CREATE INDEX events_category ON store.events (split_part(stream, '-', 1), position);

-- name: reads of some types in the order of positions
CREATE INDEX events_type ON store.events (type, position);

-- name: what each command came to; a repeated command is answered from here
CREATE TABLE store.commands (
    command_id uuid PRIMARY KEY,
    stream text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    outcome jsonb NOT NULL,
    recorded_at timestamptz NOT NULL
);

-- name: a restore to an earlier time starts a new epoch
CREATE TABLE store.epoch (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    epoch uuid NOT NULL DEFAULT gen_random_uuid(),
    started_at timestamptz NOT NULL DEFAULT now()
);

-- name: the first epoch
INSERT INTO store.epoch DEFAULT VALUES;

-- name: how far each consumer has followed another service's store, and how many events it has taken on the way
CREATE TABLE store.positions (
    consumer text NOT NULL,
    source text NOT NULL,
    position bigint NOT NULL,
    epoch text,
    taken bigint NOT NULL DEFAULT 0,
    taken_before bigint NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, source)
) WITH (fillfactor = 70);

-- name: events that could not be applied, and the later ones of their streams
CREATE TABLE store.parked (
    consumer text NOT NULL,
    source text NOT NULL,
    position bigint NOT NULL,
    stream text NOT NULL,
    event jsonb NOT NULL,
    error text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, source, position)
);

-- name: is this stream parked?
CREATE INDEX parked_stream ON store.parked (consumer, source, stream);

-- name: where an interrupted rebuild goes on: the streams after last_stream, up to and with upto, part by part; fold is the code's version
CREATE TABLE store.rebuilds (
    model text NOT NULL,
    part integer NOT NULL,
    fold text NOT NULL,
    last_stream text COLLATE "C" NOT NULL,
    upto text COLLATE "C" NOT NULL,
    events_done bigint NOT NULL DEFAULT 0,
    differences bigint NOT NULL DEFAULT 0,
    finished boolean NOT NULL DEFAULT false,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (model, part)
) WITH (fillfactor = 70);

-- name: streams whose events a rebuild could not fold
CREATE TABLE store.parked_streams (
    model text NOT NULL,
    stream text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    type text NOT NULL,
    error text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (model, stream)
);
