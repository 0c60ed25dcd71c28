-- name: one key a person, itself sealed under the deployment's; beside the log, so that it can be destroyed while every hash stays
CREATE TABLE store.subject_keys (
    subject text COLLATE "C" PRIMARY KEY,
    sealed bytea,
    made_at timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz,
    CONSTRAINT subject_keys_destroyed CHECK ((sealed IS NULL) = (destroyed_at IS NOT NULL))
);

-- name: a destroyed key is not made again, nor is one replaced: what it sealed would be lost unnoticed
CREATE OR REPLACE FUNCTION store.refuse_key_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.sealed IS NOT NULL OR OLD.sealed IS NULL OR NEW.subject <> OLD.subject THEN
        RAISE EXCEPTION USING ERRCODE = '42501', MESSAGE = 'the key of ' || OLD.subject || ' can only be destroyed';
    END IF;
    RETURN NEW;
END
$$;

-- name: also in a session that plays replica
CREATE TRIGGER refuse_key_change BEFORE UPDATE ON store.subject_keys
FOR EACH ROW EXECUTE FUNCTION store.refuse_key_change();

-- name: likewise
ALTER TABLE store.subject_keys ENABLE ALWAYS TRIGGER refuse_key_change;
