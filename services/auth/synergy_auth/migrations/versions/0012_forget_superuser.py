"""From where a superuser acted on others leaves the security log, too, when the superuser is erased."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Blank the lines of what the person did to others, and let that pass for actors without an account."""
    acted = sa.text("actor_id IS NOT NULL")
    op.create_index("security_events_actor", "security_events", ["actor_id"], postgresql_where=acted)
    op.execute("""
        CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF to_jsonb(NEW) = to_jsonb(OLD) || '{"address": "", "network": "", "user_agent": ""}'
                   AND (NOT EXISTS (SELECT FROM public.users u WHERE u.id = OLD.user_id)
                        OR (OLD.actor_id IS NOT NULL
                            AND NOT EXISTS (SELECT FROM public.users u WHERE u.id = OLD.actor_id))) THEN
                    RETURN NEW;
                END IF;
            END IF;
            RAISE EXCEPTION USING ERRCODE = '42501',
                MESSAGE = TG_OP || ' on ' || TG_TABLE_NAME || ': it is append-only';
        END
        $$
    """)
    op.execute("""
        CREATE OR REPLACE FUNCTION forget_person(p_user_id bigint) RETURNS bigint
        LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
            WITH blanked AS (
                UPDATE public.security_events e SET address = '', network = '', user_agent = ''
                 WHERE (e.user_id = p_user_id OR e.actor_id = p_user_id)
                   AND (e.address, e.network, e.user_agent) <> ('', '', '')
                RETURNING 1
            )
            SELECT count(*) FROM blanked
        $$
    """)
