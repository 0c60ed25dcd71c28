"""What auth can be asked to do. Each command says where it came from, for limits and the security log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from synergy_auth.domain.account import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Where a call came from: the client's address as the gateway saw it, and its user agent."""

    address: str = ""
    user_agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A signed-in user, in which session (or with which personal access token), from where, and what for."""

    user_id: int
    session_id: UUID | None
    client: Client
    scopes: tuple[str, ...] = ("read", "write")
    personal_token: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Open an account and sign in. `by_operator` stands above REGISTRATION; only the command line sets it."""

    profile: Profile
    password: str = field(repr=False)
    client: Client
    superuser: bool = False
    by_operator: bool = False
    invitation: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Sign in. `name` is a user name or an e-mail address."""

    name: str
    password: str = field(repr=False)
    client: Client
    otp: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshTokens:
    """Exchange a refresh token for a fresh pair."""

    refresh: str = field(repr=False)
    client: Client


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateProfile:
    """
    Change profile fields; `changes` maps field names to their new values, what is left out stays. Another address needs
    the password; so does asking once more for the mail that confirms the present one. `if_match` are the revisions of
    which the profile must have one, None for any.
    """

    user_id: int
    changes: Mapping[str, str]
    old_password: str | None = field(default=None, repr=False)
    if_match: tuple[int, ...] | None = None
    client: Client = Client()


@dataclass(frozen=True, slots=True, kw_only=True)
class Logout:
    """End the caller's session, that of the refresh token given with it, or, `everywhere`, all of the account."""

    caller: Caller
    refresh: str | None = field(default=None, repr=False)
    everywhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSession:
    """End one of the caller's sessions, this one or another."""

    caller: Caller
    session_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword:
    """Set another password; all other sessions end."""

    caller: Caller
    old_password: str = field(repr=False)
    new_password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateUser:
    """A superuser changes what an account may: `changes`: `is_active`, `is_superuser`, `second_factor`."""

    caller: Caller
    user_id: int
    changes: Mapping[str, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginSecondFactor:
    """Ask for a secret for an authenticator app."""

    caller: Caller
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmSecondFactor:
    """Show that the app has the secret; from then on signing in needs it."""

    caller: Caller
    otp: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSecondFactor:
    """Sign in with the password alone again."""

    caller: Caller
    otp: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateToken:
    """Make a personal access token."""

    caller: Caller
    name: str
    scopes: tuple[str, ...]
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeToken:
    """Revoke one of the caller's personal access tokens."""

    caller: Caller
    token_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReset:
    """Ask for a mail with which a new password can be set."""

    email: str
    client: Client


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetPassword:
    """Set a new password with what the mail said."""

    token: str = field(repr=False)
    new_password: str = field(repr=False)
    client: Client


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmEmail:
    """Show that the mail was read."""

    token: str = field(repr=False)
    client: Client


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseAccount:
    """Erase one's own account."""

    caller: Caller
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInvitation:
    """Whether the caller may send an invitation with this id to this address."""

    caller: Caller
    invitation_id: UUID
    project_id: int
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendInvitation:
    """Invite an address to a project; whether the caller may, projects have told."""

    caller: Caller
    invitation_id: UUID
    project_id: int
    project_name: str
    role: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelInvitation:
    """An invitation to a project holds no more; whether the caller may, projects have told."""

    caller: Caller
    project_id: int
    invitation_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptInvitation:
    """Take an invitation for oneself."""

    caller: Caller
    token: str = field(repr=False)
