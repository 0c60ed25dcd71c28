"""What users ask of their subscriptions."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateWebhook:
    """Subscribe `url` to `events`; no `projects` means all the owner's, without `secret` one is made."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateWebhook:
    """Change the named fields; `changes` maps a field of the subscription to its new value."""

    webhook_id: UUID
    owner_id: int
    changes: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteWebhook:
    """End the subscription; what has not been sent is cancelled."""

    webhook_id: UUID
    owner_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableWebhook:
    """Switch off a subscription whose endpoint said it is gone, or failed for too long (`reason`)."""

    webhook_id: UUID
    reason: str
