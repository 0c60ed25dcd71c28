"""Mails to an address are found by it when its owner is erased, however it was spelled."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Keep the address also as accounts compare it; near enough for those of today, which are gone within days."""
    op.add_column("mails", sa.Column("address_key", sa.Text))
    op.execute("UPDATE mails SET address_key = lower(normalize(address, NFKC)) WHERE address IS NOT NULL")
    there = sa.text("address_key IS NOT NULL")
    op.create_index("mails_address", "mails", ["address_key"], postgresql_where=there)
    unkeyed = sa.text("address_key IS NULL AND address IS NOT NULL")  # by versions before this one that still serve
    op.create_index("mails_address_unkeyed", "mails", ["id"], postgresql_where=unkeyed)
