"""When a signing key signs, when it may be trusted, and when the next one is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A key signs from `not_before` until a younger one does, and is trusted until `retires_at` (None: not set yet)."""

    kid: str
    not_before: datetime
    retires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationPlan:
    """
    A key signs for `every`; its follower is published `notice` before it signs, so that every gateway knows it by then;
    the old one stays trusted for `overlap` afterwards, the longest life of a token it signed and a little more.
    """

    every: timedelta
    notice: timedelta
    overlap: timedelta

    def due(self, keys: Sequence[SigningKey], now: datetime) -> datetime | None:
        """When a key that has to be made now begins to sign, or None while none is due."""
        living = [key for key in keys if key.retires_at is None or key.retires_at > now]
        if not living:
            return now
        youngest = max(living, key=lambda key: key.not_before)
        if youngest.retires_at is not None:
            return now
        return now + self.notice if youngest.not_before + self.every <= now else None

    def retires(self, successor_not_before: datetime) -> datetime:
        """When the key before a successor stops being trusted."""
        return successor_not_before + self.overlap


def signer(keys: Sequence[SigningKey], now: datetime) -> SigningKey | None:
    """The key that signs at `now`: the youngest that has begun and is not retired."""
    begun = [key for key in keys if key.not_before <= now and (key.retires_at is None or key.retires_at > now)]
    return max(begun, key=lambda key: key.not_before, default=None)


def trusted(keys: Sequence[SigningKey], now: datetime) -> list[SigningKey]:
    """The keys to publish: those that sign, will sign, or signed tokens that may still be alive; youngest first."""
    alive = [key for key in keys if key.retires_at is None or key.retires_at > now]
    return sorted(alive, key=lambda key: key.not_before, reverse=True)
