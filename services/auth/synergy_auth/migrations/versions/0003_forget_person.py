"""Addresses and user agents of a person who was erased leave the security log; its lines stay."""

from alembic import op

from synergy_chassis.store.migrate import service_role

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Let that one change pass, through one function, for users without an account."""
    op.execute("""
        CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF to_jsonb(NEW) = to_jsonb(OLD) || '{"address": "", "network": "", "user_agent": ""}'
                   AND NOT EXISTS (SELECT FROM public.users u WHERE u.id = OLD.user_id) THEN
                    RETURN NEW;
                END IF;
            END IF;
            RAISE EXCEPTION USING ERRCODE = '42501',
                MESSAGE = TG_OP || ' on ' || TG_TABLE_NAME || ': it is append-only';
        END
        $$
    """)
    op.execute("""
        CREATE FUNCTION forget_person(p_user_id bigint) RETURNS bigint
        LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
            WITH blanked AS (
                UPDATE public.security_events e SET address = '', network = '', user_agent = ''
                 WHERE e.user_id = p_user_id AND (e.address, e.network, e.user_agent) <> ('', '', '')
                RETURNING 1
            )
            SELECT count(*) FROM blanked
        $$
    """)
    op.execute("REVOKE ALL ON FUNCTION forget_person(bigint) FROM PUBLIC")
    op.execute(f'GRANT EXECUTE ON FUNCTION forget_person(bigint) TO "{service_role()}"')
