-- name: the second line behind the grants: whoever tries is told
CREATE OR REPLACE FUNCTION store.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = '42501', MESSAGE = TG_OP || ' on store.' || TG_TABLE_NAME || ': the log is append-only';
END
$$;

-- name: for the owner: guard a table of the log against change, with all its partitions, also in a session that plays replica
-- Every partition gets both triggers: one made later inherits that on rows, but none on TRUNCATE. Calling it again is right.
CREATE OR REPLACE FUNCTION store.guard(p_table regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_table regclass;
BEGIN
    FOR v_table IN SELECT p.relid FROM (SELECT p_table AS relid, 0 AS level
                                        UNION SELECT t.relid, t.level FROM pg_partition_tree(p_table) t) p
                    ORDER BY p.level LOOP  -- a partition inherits its parent's row trigger
        IF NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = v_table AND t.tgname = 'refuse_change') THEN
            EXECUTE format('CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON %s '
                           'FOR EACH ROW EXECUTE FUNCTION store.refuse_change()', v_table);
        END IF;
        IF NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = v_table AND t.tgname = 'refuse_truncate') THEN
            EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON %s '
                           'FOR EACH STATEMENT EXECUTE FUNCTION store.refuse_change()', v_table);
        END IF;
    END LOOP;
    FOR v_table IN SELECT p_table UNION SELECT t.relid FROM pg_partition_tree(p_table) t LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER refuse_change', v_table);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER refuse_truncate', v_table);
    END LOOP;
END
$$;

-- name: no event is changed or taken away
SELECT store.guard('store.events');

-- name: no stream disappears
CREATE TRIGGER refuse_delete BEFORE DELETE ON store.streams
FOR EACH ROW EXECUTE FUNCTION store.refuse_change();

-- name: nor all of them at once
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON store.streams
FOR EACH STATEMENT EXECUTE FUNCTION store.refuse_change();

-- name: also in a session that plays replica (session_replication_role)
ALTER TABLE store.streams ENABLE ALWAYS TRIGGER refuse_delete;

-- name: likewise
ALTER TABLE store.streams ENABLE ALWAYS TRIGGER refuse_truncate;
