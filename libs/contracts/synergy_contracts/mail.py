"""What goes by mail: new passwords, confirmed addresses; and what belongs to a person as a whole."""

from typing import Annotated

import msgspec
from msgspec import Meta

from synergy_contracts.accounts import Email, Password, Profile
from synergy_contracts.credentials import TokenView
from synergy_contracts.people import Person
from synergy_contracts.sessions import GivenPassword, SecurityEvent, SessionView

LinkToken = Annotated[str, Meta(min_length=1, max_length=200)]


class AskReset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask for a mail with which a new password can be set."""

    email: Email


class ResetPassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Set a new password with what the mail said; all sessions end, a second factor stays."""

    token: LinkToken
    new_password: Password


class ConfirmEmail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Show that the mail was read; a new address takes effect now."""

    token: LinkToken


class EraseAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Erase one's own account, for good."""

    password: GivenPassword


class SearchPeople(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """People who share a project with the caller by part of a name; anybody by exact user name or confirmed address."""

    search: Annotated[str, Meta(max_length=254)] = ""


class People(msgspec.Struct, frozen=True, kw_only=True):
    """People who were found, at most 50."""

    count: int
    next: None
    previous: None
    results: list[Person]


class PersonalData(msgspec.Struct, frozen=True, kw_only=True):
    """What is held of the caller: the account, where it is signed in, its tokens, the latest of its security log."""

    profile: Profile
    sessions: list[SessionView]
    tokens: list[TokenView]
    security_events: list[SecurityEvent]
