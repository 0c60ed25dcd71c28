"""What If-Match compares: the version of the last fact that changed a field of a subscription."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """
    Read it from the facts, for the subscriptions that there are. Services of before name no revision: the default is
    theirs, and what they write meanwhile, a rebuild mends.
    """
    op.execute("ALTER TABLE webhooks ADD COLUMN revision bigint NOT NULL DEFAULT 0")
    op.execute("""
        UPDATE webhooks w SET revision = f.version
          FROM (SELECT stream, max(version) AS version FROM store.events
                 WHERE type IN ('webhook.created', 'webhook.updated', 'webhook.disabled') GROUP BY stream) f
         WHERE f.stream = 'webhook-' || w.webhook_id
    """)
