"""What happened to accounts. Events carry ids only: names and addresses stay in rows that can be erased."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRegistered:
    """An account was opened."""

    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UserUpdated:
    """An account's name or address changed."""

    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UserErased:
    """The person asked to be forgotten: the account is gone, and whoever keeps the name drops it."""

    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDisabled:
    """The account was closed by a superuser: nobody signs in to it any more."""

    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UserEnabled:
    """A disabled account was opened again."""

    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRightsChanged:
    """The account became a superuser's, or stopped being one."""

    user_id: int
    is_superuser: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSignedOut:
    """All sessions of the account ended, but for the one that is spared, if there is one."""

    user_id: int
    spared: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRevoked:
    """One session ended before its time."""

    user_id: int
    session_id: UUID


Event = (
    UserRegistered
    | UserUpdated
    | UserErased
    | UserDisabled
    | UserEnabled
    | UserRightsChanged
    | UserSignedOut
    | SessionRevoked
)

STORED_AS: dict[str, type] = {
    "user.registered": UserRegistered,
    "user.updated": UserUpdated,
    "user.erased": UserErased,
    "user.disabled": UserDisabled,
    "user.enabled": UserEnabled,
    "user.rights_changed": UserRightsChanged,
    "user.signed_out": UserSignedOut,
    "session.revoked": SessionRevoked,
}
"""Stored names, written by hand: they outlive every class name."""


def entity(event: Event) -> str:
    """The entity an event is about, as stored beside it."""
    return f"user-{event.user_id}"


def stream_of(user_id: int) -> str:
    """The stream that holds a user's events."""
    return f"user-{user_id}"
