"""What users ask of their subscriptions."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateWebhook:
    """
    Subscribe `url` to `events`; no `projects` means all the owner's, without `secret` one is made. A `superuser` may
    name what happens to accounts, too.
    """

    webhook_id: UUID
    owner_id: int
    name: str
    url: str
    events: tuple[str, ...]
    secret: str | None
    is_active: bool
    projects: tuple[int, ...]
    format: str
    ordered: bool
    superuser: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateWebhook:
    """
    Change the named fields; `changes` maps a field of the subscription to its new value. `if_match` are the revisions
    of which it must have one; None: that is no matter. `superuser` as when it is created.
    """

    webhook_id: UUID
    owner_id: int
    changes: dict[str, object] = field(default_factory=dict)
    if_match: tuple[int, ...] | None = None
    superuser: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteWebhook:
    """End the subscription; what has not been sent is cancelled. `if_match` as of a change."""

    webhook_id: UUID
    owner_id: int
    if_match: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableWebhook:
    """Switch off a subscription whose endpoint said it is gone, or failed for too long (`reason`)."""

    webhook_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableWebhook:
    """Switch a subscription on, and try its endpoint at once."""

    webhook_id: UUID
    owner_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateSecret:
    """Make a new secret; the ones before sign beside it for `overlap_hours`."""

    webhook_id: UUID
    owner_id: int
    overlap_hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PingWebhook:
    """Send a test delivery."""

    webhook_id: UUID
    owner_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatDelivery:
    """Send one delivery again, under the same ids."""

    delivery_id: UUID
    owner_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayEvents:
    """
    Send stored events again. They begin with `from_position` or at the time `since`, and end with the position or
    before the time `to`, or with the last. `types` are patterns; with `dry_run` nothing is sent.
    """

    webhook_id: UUID
    owner_id: int
    from_position: int | None
    since: datetime | None
    to: int | datetime | None
    types: tuple[str, ...]
    dry_run: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFailure:
    """A delivery was given up: tell the owner, unless that was done a short time ago."""

    webhook_id: UUID
    delivery_id: UUID
    event_type: str
    reason: str
