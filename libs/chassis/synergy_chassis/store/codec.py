"""Turns domain events into stored JSON and back."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from synergy_chassis.store.errors import UnknownEvent
from synergy_chassis.store.events import NewEvent, RecordedEvent
from synergy_chassis.store.models import Fact
from synergy_chassis.store.upcasting import Upcaster, Upcasting


class EventCodec:
    """
    Domain event dataclasses as stored JSON, and back.

    `stored_as` maps each stored type to its class, written by hand: a stored name never comes from a class name.
    `entity` tells what an event is about ("task-9"). `schema_versions` holds the current version of the types that are
    beyond their first; `upcasters` turns the data of (type, version) into that of the next version, when it is read:
    see synergy_chassis.store.upcasting, which raises ValueError when there is a gap.
    """

    def __init__(
        self,
        stored_as: Mapping[str, type],
        *,
        entity: Callable[[Any], str],
        schema_versions: Mapping[str, int] = {},
        upcasters: Mapping[tuple[str, int], Upcaster] = {},
    ) -> None:
        self._classes = dict(stored_as)
        self._types = {kind: name for name, kind in stored_as.items()}
        if len(self._types) != len(self._classes):
            raise ValueError("A class is stored under two types.")
        self._entity = entity
        if unknown := sorted(schema_versions.keys() - self._classes.keys()):
            raise ValueError(f"Schema versions of unknown types: {', '.join(unknown)}.")
        self._versions = {name: schema_versions.get(name, 1) for name in stored_as}
        self._upcasting = Upcasting(self._versions, upcasters)
        self._current: dict[tuple[str, int], msgspec.json.Decoder[Any]] = {
            (name, self._versions[name]): msgspec.json.Decoder(kind) for name, kind in stored_as.items()
        }

    @property
    def classes(self) -> Mapping[str, type]:
        """Stored type → its class."""
        return self._classes

    @property
    def versions(self) -> Mapping[str, int]:
        """Stored type → today's schema version, with which it is written."""
        return self._versions

    def encode(self, event: object) -> NewEvent:
        """The event as it is stored, at its current schema version. Raises UnknownEvent for a class without a type."""
        name = self._types.get(type(event))
        if name is None:
            raise UnknownEvent(f"{type(event).__name__} has no stored type.")
        return NewEvent(type=name, schema_version=self._versions[name], entity=self._entity(event), data=_data(event))

    def decode(self, event: RecordedEvent) -> Any:
        """The domain event, brought up to the current schema version. Raises UnknownEvent."""
        return self._decoded(event.stream, event.version, event.type, event.schema_version, event.data)

    def read(self, fact: Fact) -> Any:
        """The same, of what a fold is given."""
        stream, version, kind, schema_version, data, _ = fact
        current = self._current.get((kind, schema_version))
        if current is not None:
            return current.decode(data)
        return self._decoded(stream, version, kind, schema_version, msgspec.json.decode(data))

    def _decoded(self, stream: str, at: int, name: str, version: int, data: dict[str, Any]) -> Any:
        kind = self._classes.get(name)
        if kind is None:
            raise UnknownEvent(f"The type {name} at {stream} version {at} is not known here.")
        try:
            today = self._upcasting.upcast(name, version, data)
        except UnknownEvent as unknown:
            raise UnknownEvent(f"At {stream} version {at}: {unknown}") from None
        return msgspec.convert(today, kind)


def _data(event: object) -> Any:
    """Its fields as they come back: tuples as lists, too, else it would have to be looked through for each append."""
    try:
        return _decoded(_encoded(event))
    except (ValueError, OverflowError, TypeError, RecursionError):
        return msgspec.to_builtins(event)  # the append says what cannot be stored of it


_encoded = msgspec.json.Encoder().encode
_decoded = msgspec.json.Decoder().decode
