"""
Where webhooks may go. A URL is read strictly, its name resolved once, every answer judged, and the judged address
dialled.

`WEBHOOK_ALLOW` opens more, for self-hosted receivers: an address, a network, or `host:port`.
"""

from synergy_webhooks.addresses.policy import AddressPolicy, Destination, Forbidden, Vetted
from synergy_webhooks.addresses.urls import BadUrl, Target, read

__all__ = ["AddressPolicy", "BadUrl", "Destination", "Forbidden", "Target", "Vetted", "read"]
