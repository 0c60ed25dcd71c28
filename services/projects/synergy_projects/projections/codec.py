"""How the events of projects are stored."""

from typing import Final

from synergy_chassis.store import EventCodec
from synergy_projects.domain.events import SCHEMA_VERSIONS, STORED_AS, UPCASTERS, entity

CODEC: Final = EventCodec(STORED_AS, entity=entity, schema_versions=SCHEMA_VERSIONS, upcasters=UPCASTERS)
