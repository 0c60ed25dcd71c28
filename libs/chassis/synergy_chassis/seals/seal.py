"""A seal, and how it is written down."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from struct import Struct
from typing import Any, Final, Self

import msgspec

GENESIS: Final = bytes(32)
"""What the first seal is chained to."""

_TAG: Final = b"synergy.seal.v1"
_NUMBERS: Final = Struct(">5q")
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)


class _Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    store: str
    seal: int
    after: int
    upto: int
    events: int
    root: str
    previous: str
    sealed_at: datetime
    hash: str


_line = msgspec.json.Decoder(_Line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """
    Seal `number` (1, 2, 3 …) of a service's store: the `events` at the positions beyond `after` and up to `upto`.

    `root` is their Merkle tree hash, `previous` the hash of the seal before; `hash` is that of all these.
    """

    store: str
    number: int
    after: int
    upto: int
    events: int
    root: bytes
    previous: bytes
    sealed_at: datetime
    hash: bytes

    @classmethod
    def over(cls, before: "Seal | None", *, store: str, upto: int, events: int, root: bytes, at: datetime) -> Self:
        """The seal that follows `before`, None for the first."""
        number, after = (before.number + 1, before.upto) if before else (1, 0)
        previous = before.hash if before else GENESIS
        digest = _digest(store, number, after, upto, events, root, previous, at)
        return cls(
            store=store, number=number, after=after, upto=upto, events=events, root=root, previous=previous,
            sealed_at=at, hash=digest,
        )  # fmt: skip

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """The seal in a line of a file. Raises ValueError."""
        told = _line.decode(line)
        return cls(
            store=told.store, number=told.seal, after=told.after, upto=told.upto, events=told.events,
            root=bytes.fromhex(told.root), previous=bytes.fromhex(told.previous),
            sealed_at=told.sealed_at.astimezone(UTC), hash=bytes.fromhex(told.hash),
        )  # fmt: skip

    def line(self) -> bytes:
        """One line of JSON."""
        told = _Line(
            store=self.store, seal=self.number, after=self.after, upto=self.upto, events=self.events,
            root=self.root.hex(), previous=self.previous.hex(), sealed_at=self.sealed_at, hash=self.hash.hex(),
        )  # fmt: skip
        return msgspec.json.encode(told) + b"\n"

    def fault(self, before: "Seal | None") -> str | None:
        """Why this cannot be the seal that follows `before`; None where it can."""
        expected = before.number + 1 if before else 1
        if self.number != expected:
            return f"seal {expected} is not where it should be; {self.number} is"
        if self.previous != (before.hash if before else GENESIS) or self.after != (before.upto if before else 0):
            return "it does not continue the seal before it"
        wanted = _digest(
            self.store, self.number, self.after, self.upto, self.events, self.root, self.previous, self.sealed_at
        )
        return None if wanted == self.hash else "it was changed: its hash is another"


def _digest(*parts: Any) -> bytes:
    store, number, after, upto, events, root, previous, at = parts
    since = at - _EPOCH
    moment = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    name = store.encode()
    numbers = _NUMBERS.pack(number, after, upto, events, moment)
    return sha256(b"".join((_TAG, len(name).to_bytes(4, "big"), name, numbers, root, previous))).digest()
