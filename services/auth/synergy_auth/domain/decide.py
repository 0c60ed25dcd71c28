"""What a command does, as a function of what is known: (state, command) → events."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from uuid import UUID

from synergy_auth.domain.account import Account, Profile
from synergy_auth.domain.commands import Register, UpdateProfile
from synergy_auth.domain.errors import (
    AccountUnavailable,
    LastSuperuser,
    PasswordRefused,
    PreconditionFailed,
    RegistrationClosed,
)
from synergy_auth.domain.events import (
    Event,
    SessionRevoked,
    UserDisabled,
    UserEnabled,
    UserRegistered,
    UserRightsChanged,
    UserSignedOut,
    UserUpdated,
)
from synergy_auth.domain.rules import AccountRules

PUBLISHED_FIELDS = ("username", "email", "first_name", "last_name")
"""Fields whose change other services hear of: what they show or match by."""


def may_register(command: Register, *, mode: str, invited: bool = False) -> None:
    """Refuse to register where `mode` (open, invite, closed) forbids it. Raises RegistrationClosed."""
    if mode != "open" and not command.by_operator and not (mode == "invite" and invited):
        raise RegistrationClosed


def check_registration(command: Register, *, rules: AccountRules) -> None:
    """All that can be refused before the password is hashed. Raises InvalidField or PasswordRefused."""
    rules.check_profile(command.profile)
    rules.check_password(command.password, command.profile)


def register(*, user_id: int, superuser: bool) -> list[Event]:
    """An account is opened, a superuser's perhaps; everything about the person stays in rows."""
    opened = UserRegistered(user_id=user_id)
    return [opened, UserRightsChanged(user_id=user_id, is_superuser=True)] if superuser else [opened]


def changed_profile(account: Account, command: UpdateProfile, *, rules: AccountRules) -> Profile:
    """The profile after `command`. Raises AccountUnavailable or InvalidField."""
    if not account.is_active:
        raise AccountUnavailable
    profile = replace(account.profile, **command.changes)
    if profile != account.profile:
        rules.check_profile(profile)
    return profile


def unchanged(account: Account, command: UpdateProfile) -> None:
    """Raises PreconditionFailed if the profile is of another revision than whoever asks has seen."""
    if command.if_match is not None and account.revision not in command.if_match:
        raise PreconditionFailed


def check_new_password(account: Account, password: str, *, rules: AccountRules) -> None:
    """All that can be refused of a new password before it is hashed. Raises PasswordRefused."""
    try:
        rules.check_password(password, account.profile)
    except PasswordRefused as refused:
        refused.pointer = "/new_password"
        raise


def update_profile(account: Account, profile: Profile) -> list[Event]:
    """Announce a changed name or address; other fields concern nobody else."""
    if any(getattr(profile, name) != getattr(account.profile, name) for name in PUBLISHED_FIELDS):
        return [UserUpdated(user_id=account.id)]
    return []


def end_sessions(account: Account, open_sessions: Collection[UUID]) -> list[Event]:
    """These sessions of the account end."""
    return [SessionRevoked(user_id=account.id, session_id=session_id) for session_id in open_sessions]


def sign_out(account: Account, *, spared: UUID | None) -> list[Event]:
    """All sessions of the account end but the spared one."""
    return [UserSignedOut(user_id=account.id, spared=spared)]


def may_leave(account: Account, *, others: int) -> None:
    """Whether the account may be erased: not the last superuser's. Raises LastSuperuser."""
    if account.is_superuser and not others:
        raise LastSuperuser


def update_user(account: Account, changes: Mapping[str, bool], *, others: int) -> tuple[Account, list[Event]]:
    """
    The account with other rights, and what others hear of it; nothing where nothing changes. `others` counts the
    superusers beside this one who can sign in.

    Raises LastSuperuser.
    """
    changed = replace(
        account,
        is_active=changes.get("is_active", account.is_active),
        is_superuser=changes.get("is_superuser", account.is_superuser),
    )
    if (account.is_active and account.is_superuser) and not (changed.is_active and changed.is_superuser) and not others:
        raise LastSuperuser
    events: list[Event] = []
    if changed.is_active != account.is_active:
        kind = UserEnabled if changed.is_active else UserDisabled
        events.append(kind(user_id=account.id))
    if changed.is_superuser != account.is_superuser:
        events.append(UserRightsChanged(user_id=account.id, is_superuser=changed.is_superuser))
    return changed, events
