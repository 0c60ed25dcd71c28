"""The Python client of SynergyOS; README.md shows how it is used."""

from synergy_client import problems, types, webhooks
from synergy_client.client import Synergy
from synergy_client.errors import ApiError, SynergyError, Unreachable
from synergy_client.transport import Retry, etag

__version__ = "0.1.0"
__all__ = ["ApiError", "Retry", "Synergy", "SynergyError", "Unreachable", "etag", "problems", "types", "webhooks"]
