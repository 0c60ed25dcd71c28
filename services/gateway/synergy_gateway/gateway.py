"""What one gateway process holds while it serves."""

from dataclasses import dataclass

from synergy_gateway.documents import Documents
from synergy_gateway.following.feed import Feed
from synergy_gateway.health import Health
from synergy_gateway.identity import Identity
from synergy_gateway.keeping.keeper import Keeper
from synergy_gateway.limits.limits import Limits
from synergy_gateway.services import Services
from synergy_gateway.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """The parts that every request may need."""

    settings: Settings
    services: Services
    identity: Identity
    keeper: Keeper
    limits: Limits
    feed: Feed
    health: Health
    documents: Documents
