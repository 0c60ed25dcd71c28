"""Mail: the outbox, and how it leaves."""

from synergy_auth.mailing.outbox import Outbox
from synergy_auth.mailing.transports import Console, Smtp, Transport, Undeliverable, transport

__all__ = ["Console", "Outbox", "Smtp", "Transport", "Undeliverable", "transport"]
