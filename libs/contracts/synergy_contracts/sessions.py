"""Sessions and their end, the security log, and accounts as superusers see them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from synergy_contracts.accounts import Password
from synergy_contracts.envelope import PageRequest, PositiveId

Search = Annotated[str, Meta(max_length=200)]
RefreshToken = Annotated[str, Meta(min_length=1, max_length=500)]
GivenPassword = Annotated[str, Meta(min_length=1, max_length=1_000)]
"""A password to be compared: it need not keep today's rules."""


class LogoutBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The session of this refresh token ends as well."""

    refresh: RefreshToken | None = None


class LogoutScope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether every session of the account ends."""

    all: bool = False


class Logout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """End the caller's session, that of the refresh token, or all."""

    refresh: RefreshToken | None = None
    everywhere: bool = False


class ListSessions(PageRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The caller's open sessions, the latest first."""


class SessionRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the caller's sessions."""

    session_id: UUID


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """Where the account is signed in; `current` is the session that asks."""

    id: UUID
    address: str
    user_agent: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    current: bool


class ChangePassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Set another password; all other sessions end."""

    old_password: GivenPassword
    new_password: Password


class ListSecurityEvents(PageRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The own security log; for superusers that of all, or of one `user`. The latest first."""

    user: PositiveId | None = None
    kind: Annotated[str, Meta(min_length=1, max_length=100)] | None = None


class SecurityEvent(msgspec.Struct, frozen=True, kw_only=True):
    """
    Something that concerns an account's safety: `login_success`, `login_failed`, `otp_required` (the password was
    right, and no code was sent), `logout`, `password_change`, `token_reuse` … `actor_id` is the superuser who did it,
    where it was not the account itself; from where (`address`, `user_agent`), superusers alone are told.
    """

    id: UUID
    at: datetime
    kind: str
    outcome: Literal["success", "failure"]
    user_id: int | None
    session_id: UUID | None
    actor_id: int | None
    address: str
    user_agent: str


class ListUsers(PageRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Accounts by id; `search` looks into names and addresses."""

    search: Search | None = None
    is_active: bool | None = None


class UserChanges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What a superuser may change of an account; what is left out stays. `second_factor` false removes it, for somebody
    who has lost it.
    """

    is_active: bool | UnsetType = UNSET
    is_superuser: bool | UnsetType = UNSET
    second_factor: Literal[False] | UnsetType = UNSET


class UpdateUser(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change what an account may."""

    user_id: PositiveId
    changes: UserChanges


class UserView(msgspec.Struct, frozen=True, kw_only=True):
    """An account as superusers see it."""

    id: int
    username: str
    email: str
    first_name: str
    last_name: str
    is_active: bool
    is_superuser: bool
    created_at: datetime
    updated_at: datetime


class ReadRevocations(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Ask for revocations: all, or those since the answer whose `cursor` is `after`. `beyond` is the `more` of a full
    answer, to go on behind it.
    """

    after: Annotated[str, Meta(max_length=100)] | None = None
    beyond: UUID | None = None


class CheckSessions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask which of these sessions and personal access tokens, whosever they are, are not over."""

    ids: Annotated[list[UUID], Meta(max_length=1_000)]


class OpenSessions(msgspec.Struct, frozen=True, kw_only=True):
    """Those of them that are not over."""

    ids: list[UUID]


class Revocation(msgspec.Struct, frozen=True, kw_only=True):
    """
    Access tokens of `user_id` to be refused until `until`: those of one session (`session_id`), or all of a generation
    before `generation`, but those of the session `spared`.
    """

    user_id: int
    until: datetime
    session_id: UUID | None = None
    generation: int | None = None
    spared: UUID | None = None


class Revocations(msgspec.Struct, frozen=True, kw_only=True):
    """
    A part of what must be refused. `whole`: it is not what was added since a cursor, but all. Some of it may have been
    told before.
    """

    cursor: str
    whole: bool
    more: UUID | None
    revocations: list[Revocation]
