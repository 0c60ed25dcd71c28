"""Superusers that were made on the command line, as events: until now only their rows said it."""

import sqlalchemy as sa
from alembic import op

from synergy_chassis.store import NewEvent
from synergy_chassis.store.migrate import append_in_revision

revision = "0016"
down_revision = "0015"

UNTOLD = sa.text("""
    SELECT u.id FROM users u
     WHERE u.is_superuser AND (
        SELECT (e.data ->> 'is_superuser')::boolean FROM store.events e
         WHERE e.stream = 'user-' || u.id AND e.type = 'user.rights_changed' ORDER BY e.version DESC LIMIT 1
     ) IS NOT TRUE
     ORDER BY u.id
""")


def upgrade() -> None:
    """Tell of those whose last event does not."""
    for user_id in op.get_bind().execute(UNTOLD).scalars():
        data = {"user_id": user_id, "is_superuser": True}
        append_in_revision(
            f"user-{user_id}",
            NewEvent(type="user.rights_changed", schema_version=1, entity=f"user-{user_id}", data=data),
        )
