"""One function a question; answers are shaped like the contract's views."""

from synergy_webhooks.queries.deliveries import list_deliveries, read_delivery
from synergy_webhooks.queries.sending import bodies_kept, senders
from synergy_webhooks.queries.subscriptions import (
    listening_subscriptions,
    memberships_of,
    owned,
    subscription,
    told_since,
)
from synergy_webhooks.queries.webhooks import list_webhooks, read_webhook

__all__ = [
    "bodies_kept",
    "list_deliveries",
    "list_webhooks",
    "listening_subscriptions",
    "memberships_of",
    "owned",
    "read_delivery",
    "read_webhook",
    "senders",
    "subscription",
    "told_since",
]
