"""What a command does, as a function of what is known: (state, command) → events."""

from dataclasses import replace

from synergy_auth.domain.account import Account, Profile
from synergy_auth.domain.commands import Register, UpdateProfile
from synergy_auth.domain.errors import AccountUnavailable, RegistrationClosed
from synergy_auth.domain.events import Event, UserRegistered, UserUpdated
from synergy_auth.domain.rules import AccountRules

PUBLISHED_FIELDS = ("username", "email", "first_name", "last_name")
"""Fields whose change other services hear of: what they show or match by."""


def may_register(command: Register, *, mode: str) -> None:
    """Refuse to register where `mode` (open, invite, closed) forbids it. Raises RegistrationClosed."""
    if mode != "open" and not command.by_operator:
        raise RegistrationClosed


def check_registration(command: Register, *, rules: AccountRules) -> None:
    """All that can be refused before the password is hashed. Raises InvalidField or PasswordRefused."""
    rules.check_profile(command.profile)
    rules.check_password(command.password, command.profile)


def register(*, user_id: int) -> list[Event]:
    """An account is opened; everything about the person stays in rows."""
    return [UserRegistered(user_id=user_id)]


def changed_profile(account: Account, command: UpdateProfile, *, rules: AccountRules) -> Profile:
    """The profile after `command`. Raises AccountUnavailable or InvalidField."""
    if not account.is_active:
        raise AccountUnavailable
    profile = replace(account.profile, **command.changes)
    if profile != account.profile:
        rules.check_profile(profile)
    return profile


def update_profile(account: Account, profile: Profile) -> list[Event]:
    """Announce a changed name or address; other fields concern nobody else."""
    if any(getattr(profile, name) != getattr(account.profile, name) for name in PUBLISHED_FIELDS):
        return [UserUpdated(user_id=account.id)]
    return []
