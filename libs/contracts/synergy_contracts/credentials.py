"""The second factor, and personal access tokens."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from synergy_contracts.envelope import PageRequest

PERSONAL_TOKEN_PREFIX: Final = "syn_pat_"  # noqa: S105 (what secrets begin with)

Otp = Annotated[str, Meta(min_length=1, max_length=32, description="Six digits, or a recovery code.")]
Scope = Literal["read", "write", "admin"]


class BeginSecondFactor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Set up a second factor; the password shows that it is the owner who does."""

    password: Annotated[str, Meta(min_length=1, max_length=1_000)]


class GiveOtp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Show that the second factor is at hand."""

    otp: Otp


class SecondFactor(msgspec.Struct, frozen=True, kw_only=True):
    """Whether signing in needs a second factor, and how many recovery codes are left."""

    enabled: bool
    recovery_codes_left: int


class NewSecondFactor(msgspec.Struct, frozen=True, kw_only=True):
    """
    A secret for an authenticator app (RFC 6238: SHA-1, six digits, 30 s); it counts once it was confirmed. Shown once:
    null when the same request is repeated.
    """

    secret: str | None
    otpauth_uri: str | None


class RecoveryCodes(msgspec.Struct, frozen=True, kw_only=True):
    """Codes that stand for the second factor, each once. Shown once: null when the same request is repeated."""

    recovery_codes: list[str] | None


class CreateToken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Make a personal access token; without `expires_at` it holds until it is revoked."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=3)]
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None


class ListTokens(PageRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The caller's personal access tokens, the latest first."""


class TokenRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the caller's personal access tokens."""

    token_id: UUID


class TokenView(msgspec.Struct, frozen=True, kw_only=True):
    """A personal access token; `hint` is the end of its text, to tell it by."""

    id: UUID
    name: str
    scopes: list[Scope]
    hint: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class NewToken(msgspec.Struct, frozen=True, kw_only=True):
    """The same with its text, which is shown once: null when the same request is repeated."""

    id: UUID
    name: str
    scopes: list[Scope]
    hint: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    token: str | None


class VerifyToken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask whose personal access token this is."""

    token: Annotated[str, Meta(min_length=1, max_length=100)]


class VerifiedToken(msgspec.Struct, frozen=True, kw_only=True):
    """Who uses it, and what for. `superuser` is told where the token has the scope `admin` and its owner is one."""

    token_id: UUID
    user_id: int
    scopes: list[Scope]
    superuser: bool
    generation: int
    expires_at: datetime | None
