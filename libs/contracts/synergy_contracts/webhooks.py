"""Webhook subscriptions and deliveries: the commands webhooks takes and the views it answers."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from synergy_contracts.envelope import Cursor, PageRequest, PositiveId, Revisions

Format = Literal["standard", "cloudevents", "seed"]
DeliveryStatus = Literal["pending", "success", "retrying", "failed", "cancelled"]
Url = Annotated[str, Meta(min_length=8, max_length=2_000)]
EventPattern = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=100,
        pattern=r"^(\*|[a-z_]+\.(\*|[a-z_]+))$",
        description="`*`, `task.*` or a type such as `task.created`.",
    ),
]
Patterns = Annotated[list[EventPattern], Meta(min_length=1, max_length=100)]
Secret = Annotated[str, Meta(min_length=8, max_length=200)]
OverlapHours = Annotated[int, Meta(ge=0, le=168)]
ProjectIds = Annotated[list[PositiveId], Meta(max_length=1_000)]


class CreateWebhook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Subscribe a URL to events. An empty `projects` means all the caller's; without `secret` one is made."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    url: Url
    events: Patterns
    secret: Secret | None = None
    is_active: bool = True
    projects: ProjectIds = []
    format: Format = "standard"
    ordered: bool = True


class WebhookChanges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The subscription fields to change (PATCH); what is left out stays."""

    name: Annotated[str, Meta(min_length=1, max_length=200)] | UnsetType = UNSET
    url: Url | UnsetType = UNSET
    events: Patterns | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    projects: ProjectIds | UnsetType = UNSET
    format: Format | UnsetType = UNSET
    ordered: bool | UnsetType = UNSET


class UpdateWebhook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change the fields of one subscription that `changes` names."""

    webhook_id: UUID
    changes: WebhookChanges
    if_match: Revisions | None = None


class WebhookRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One subscription by its id."""

    webhook_id: UUID


class DeleteWebhook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """End one subscription."""

    webhook_id: UUID
    if_match: Revisions | None = None


class RotateSecret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new secret for one subscription; the former ones sign beside it for `overlap_hours`, a week at most."""

    webhook_id: UUID
    overlap_hours: OverlapHours = 24


class NewSecret(msgspec.Struct, frozen=True, kw_only=True):
    """The new secret, told this once; None where the command is repeated."""

    secret: str | None


class Replay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What of the past is to be sent again: events `from_position` on, or `since` a time on (say one of them), up to and
    with the position or before the time `to`. `types` narrows them; with `dry_run` nothing is sent.
    """

    from_position: Annotated[int, Meta(ge=1, le=2**53 - 1)] | None = None
    since: Annotated[datetime, Meta(tz=True)] | None = None
    to: Annotated[int, Meta(ge=1, le=2**53 - 1)] | Annotated[datetime, Meta(tz=True)] | None = None
    types: Annotated[list[EventPattern], Meta(max_length=100)] = []
    dry_run: bool = False


class ReplayEvents(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send a part of the past again to one subscription."""

    webhook_id: UUID
    range: Replay


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """
    How many `events` were found and, unless it was a `dry_run`, are sent. They lie between the two positions;
    `next_position` is where to go on if there is more, for a call takes but a part.
    """

    webhook: UUID
    dry_run: bool
    events: int
    from_position: int
    to_position: int
    next_position: int | None


class ListWebhooks(PageRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The caller's subscriptions."""

    is_active: bool | None = None


class WebhookView(msgspec.Struct, frozen=True, kw_only=True):
    """
    A subscription. `secret` is told once, in the answer that made it, and is None ever after. `revision` is the version
    of the last event that changed a field that can be written: what If-Match compares.
    """

    id: UUID
    name: str
    url: str
    events: list[str]
    secret: str | None
    is_active: bool
    projects: list[int]
    format: Format
    ordered: bool
    created_at: datetime
    total_deliveries: int
    successful_deliveries: int
    failed_deliveries: int
    last_triggered_at: datetime | None
    health: str
    revision: int


class ListDeliveries(PageRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    The deliveries of one subscription, newest first.

    With `cursor=start` the list is read by cursor: `next` leads on, however deep, past what comes meanwhile.
    """

    webhook_id: UUID
    status: DeliveryStatus | None = None
    event_type: Annotated[str, Meta(max_length=100)] | None = None
    cursor: Cursor | None = None


class DeliveryRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One delivery by its id."""

    delivery_id: UUID


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """
    One POST: `duration_ms` in milliseconds, `response_body` at most 1,000 characters; the `address` that was dialled,
    and the key that signed.
    """

    at: datetime
    status_code: int | None
    duration_ms: int
    error: str | None
    response_body: str | None
    address: str | None
    key_id: UUID | None


class DeliveryView(msgspec.Struct, frozen=True, kw_only=True):
    """
    One event on its way to one subscription. `sequence` is contiguous per subscription; tests and replayed events have
    none. `entry` orders the log. One that waits for another delivery of its lane is `blocked_by` it. `payload` is None
    once it was dropped for its age.
    """

    id: UUID
    entry: int
    webhook: UUID
    event_id: UUID
    event_type: str
    sequence: int | None
    status: DeliveryStatus
    attempts: list[Attempt]
    next_attempt_at: datetime | None
    blocked_by: UUID | None
    payload: dict[str, Any] | None
    created_at: datetime
    completed_at: datetime | None
