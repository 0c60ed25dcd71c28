-- name: tables of models that follow another store, which may be built anew beside the ones that serve; made by the owner
CREATE TABLE store.generations (
    table_name text PRIMARY KEY,
    model text NOT NULL
);

-- name: where the next generation of such tables is filled
CREATE SCHEMA generation;

-- name: make an index's name, the options and the rights of a new table those of the one that serves
CREATE OR REPLACE FUNCTION store.generation_dress(p_table text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_old regclass := to_regclass(format('public.%I', p_table));
    v_new regclass := to_regclass(format('generation.%I', p_table));
    v_options text;
    v_made record;
BEGIN
    FOR v_made IN
        SELECT new.indexrelid::regclass AS index, named.relname AS name
          FROM pg_index new
          JOIN pg_index old ON old.indrelid = v_old AND old.indisunique = new.indisunique
           AND old.indisprimary = new.indisprimary
           AND regexp_replace(pg_get_indexdef(old.indexrelid), '^.* USING ', '')
             = regexp_replace(pg_get_indexdef(new.indexrelid), '^.* USING ', '')
          JOIN pg_class named ON named.oid = old.indexrelid
         WHERE new.indrelid = v_new
           AND named.relname <> (SELECT c.relname FROM pg_class c WHERE c.oid = new.indexrelid)
    LOOP
        EXECUTE format('ALTER INDEX %s RENAME TO %I', v_made.index, v_made.name);
    END LOOP;
    SELECT array_to_string(c.reloptions, ', ') INTO v_options FROM pg_class c WHERE c.oid = v_old;
    IF v_options IS NOT NULL THEN
        EXECUTE format('ALTER TABLE generation.%I SET (%s)', p_table, v_options);
    END IF;
    FOR v_made IN
        SELECT right_.privilege_type AS name,
               CASE right_.grantee WHEN 0 THEN 'PUBLIC' ELSE right_.grantee::regrole::text END AS role
          FROM pg_class c, aclexplode(c.relacl) right_
         WHERE c.oid = v_old AND right_.grantee <> c.relowner
    LOOP
        EXECUTE format('GRANT %s ON generation.%I TO %s', v_made.name, p_table, v_made.role);
    END LOOP;
END
$$;

-- name: make the next generation of a model's tables, empty; false when it is there already
CREATE OR REPLACE FUNCTION store.generation_begin(p_model text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_table text;
    v_made boolean := false;
BEGIN
    FOR v_table IN SELECT g.table_name FROM store.generations g WHERE g.model = p_model ORDER BY 1 LOOP
        IF to_regclass(format('generation.%I', v_table)) IS NULL THEN
            EXECUTE format('CREATE TABLE generation.%I (LIKE public.%I INCLUDING ALL)', v_table, v_table);
            PERFORM store.generation_dress(v_table);
            v_made := true;
        END IF;
    END LOOP;
    RETURN v_made;
END
$$;

-- name: the next generation takes the place of the tables that serve, which are no more; waits for a lock as lock_timeout says
CREATE OR REPLACE FUNCTION store.generation_swap(p_model text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_table text;
    v_sequences text[];
    v_columns text[];
BEGIN
    FOR v_table IN SELECT g.table_name FROM store.generations g WHERE g.model = p_model ORDER BY 1 LOOP
        SELECT coalesce(array_agg(d.objid::regclass::text), '{}'), coalesce(array_agg(a.attname), '{}')
          INTO v_sequences, v_columns
          FROM pg_depend d
          JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
          JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
         WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a'
           AND d.refobjid = to_regclass(format('public.%I', v_table));
        FOR i IN 1 .. cardinality(v_sequences) LOOP  -- sequences of serial columns serve on
            EXECUTE format('ALTER SEQUENCE %s OWNED BY NONE', v_sequences[i]);
        END LOOP;
        EXECUTE format('DROP TABLE public.%I', v_table);
        EXECUTE format('ALTER TABLE generation.%I SET SCHEMA public', v_table);
        FOR i IN 1 .. cardinality(v_sequences) LOOP
            EXECUTE format('ALTER SEQUENCE %s OWNED BY public.%I.%I', v_sequences[i], v_table, v_columns[i]);
        END LOOP;
    END LOOP;
END
$$;

-- name: count what the next generation holds, so that queries are planned well from the first one on
CREATE OR REPLACE FUNCTION store.generation_analyze(p_model text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_table text;
BEGIN
    FOR v_table IN SELECT g.table_name FROM store.generations g WHERE g.model = p_model ORDER BY 1 LOOP
        EXECUTE format('ANALYZE generation.%I', v_table);
    END LOOP;
END
$$;

-- name: give the next generation up
CREATE OR REPLACE FUNCTION store.generation_drop(p_model text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_table text;
BEGIN
    FOR v_table IN SELECT g.table_name FROM store.generations g WHERE g.model = p_model ORDER BY 1 LOOP
        EXECUTE format('DROP TABLE IF EXISTS generation.%I', v_table);
    END LOOP;
END
$$;
