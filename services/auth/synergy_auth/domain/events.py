"""What happened to accounts. Events carry ids only: names and addresses stay in rows that can be erased."""

from dataclasses import dataclass


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


Event = UserRegistered | UserUpdated | UserErased

STORED_AS: dict[str, type] = {
    "user.registered": UserRegistered,
    "user.updated": UserUpdated,
    "user.erased": UserErased,
}
"""Stored names, written by hand: they outlive every class name."""


def entity(event: Event) -> str:
    """The entity an event is about, as stored beside it."""
    return f"user-{event.user_id}"


def stream_of(user_id: int) -> str:
    """The stream that holds a user's events."""
    return f"user-{user_id}"
