"""What goes by mail: new passwords, confirmed addresses; and what belongs to a person as a whole."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

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


class PersonalDataPlace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a part of somebody's data ended: behind the one of this time and id."""

    kind: Literal["sessions", "security_events"]
    at: Annotated[datetime, Meta(tz=True)]
    id: UUID


class ReadPersonalData(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is held of the caller, part by part: `after` is the `more` of the part before."""

    after: PersonalDataPlace | None = None


class PersonalDataPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part: account and tokens are in each, sessions and the security log go on; the last one has no `more`."""

    profile: Profile
    sessions: list[SessionView]
    tokens: list[TokenView]
    security_events: list[SecurityEvent]
    more: PersonalDataPlace | None = None


class PersonalData(msgspec.Struct, frozen=True, kw_only=True):
    """
    The caller's account: the profile, the sessions and tokens that can still be used, and the whole security log, which
    tells of those that cannot. `complete` is false where these sessions and lines are more than 100,000: then the
    oldest lines of the log are left out. It says nothing of other data, such as mails or secrets, which are never told.
    """

    profile: Profile
    sessions: list[SessionView]
    tokens: list[TokenView]
    security_events: list[SecurityEvent]
    complete: bool
