"""How the events of projects are stored."""

from typing import Final

from synergy_chassis.store import EventCodec
from synergy_projects.domain.events import STORED_AS, entity

CODEC: Final = EventCodec(STORED_AS, entity=entity)
