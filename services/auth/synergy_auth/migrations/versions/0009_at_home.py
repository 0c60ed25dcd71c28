"""From where an account signed in is asked for with every login that fails."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Let it be found without reading all that ever happened to the account."""
    entered = sa.text("kind IN ('login_success', 'registered')")
    columns = ["user_id", "network", "at"]
    op.create_index("security_events_entered", "security_events", columns, postgresql_where=entered)
