"""Accounts: the commands auth takes and the views it answers."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from synergy_contracts.envelope import Revisions

Username = Annotated[
    str, Meta(min_length=1, max_length=150, pattern=r"^[\w.@+-]+$", description="Letters, digits and @ . + - _ only.")
]
Email = Annotated[
    str,
    Meta(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$(?!\n)", description="An e-mail address."),
]
Password = Annotated[str, Meta(min_length=8, max_length=128)]
Name = Annotated[str, Meta(max_length=150)]
Line = Annotated[str, Meta(max_length=200)]
Bio = Annotated[str, Meta(max_length=5_000)]
Phone = Annotated[str, Meta(max_length=40)]
OldPassword = Annotated[
    str,
    Meta(min_length=1, max_length=1_000, description="The present password; needed for mail to confirm an address."),
]
TimeZone = Annotated[str, Meta(max_length=64, description="An IANA time zone name.")]


class Register(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Open an account and sign in. With the token of an `invitation` one joins its project, too."""

    username: Username
    email: Email
    password: Password
    first_name: Name = ""
    last_name: Name = ""
    invitation: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


class Login(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sign in with a name (or address) and a password."""

    username: Annotated[str, Meta(min_length=1, max_length=254)]
    password: Annotated[str, Meta(min_length=1, max_length=1_000)]
    otp: Annotated[str, Meta(max_length=32)] | None = None


class RefreshTokens(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exchange a refresh token for a fresh pair; the old one is spent."""

    refresh: Annotated[str, Meta(min_length=1, max_length=500)]


class ProfileChanges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    The profile fields to change; what is left out stays. Another `email` needs `old_password`, and is confirmed by the
    mail that is sent there; the same again sends a new one, also to the present address while it is not confirmed.
    """

    username: Username | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    first_name: Name | UnsetType = UNSET
    last_name: Name | UnsetType = UNSET
    bio: Bio | UnsetType = UNSET
    location: Line | UnsetType = UNSET
    phone: Phone | UnsetType = UNSET
    company: Line | UnsetType = UNSET
    timezone: TimeZone | UnsetType = UNSET
    old_password: OldPassword | UnsetType = UNSET


class UpdateProfile(ProfileChanges, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same, if the profile has one of these revisions."""

    if_match: Revisions | UnsetType = UNSET


class ProfileReplacement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole profile (PUT): fields left out go back to their defaults."""

    username: Username
    email: Email
    first_name: Name = ""
    last_name: Name = ""
    bio: Bio = ""
    location: Line = ""
    phone: Phone = ""
    company: Line = ""
    timezone: TimeZone = "UTC"
    old_password: OldPassword | UnsetType = UNSET


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """The caller's own account. `pending_email` takes the place of `email` when it is confirmed, within three days."""

    id: int
    username: str
    email: str
    first_name: str
    last_name: str
    bio: str
    location: str
    phone: str
    company: str
    timezone: str
    is_superuser: bool
    email_confirmed: bool = False
    pending_email: str | None = None
    revision: int = 0
    created_at: datetime
    updated_at: datetime


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in user with a fresh pair of tokens."""

    user: Profile
    access: str
    refresh: str


class TokenPair(msgspec.Struct, frozen=True, kw_only=True):
    """A fresh pair of tokens: `access` is a JWT (RFC 9068), `refresh` is opaque and works once."""

    access: str
    refresh: str


class JsonWebKey(msgspec.Struct, frozen=True, kw_only=True):
    """A public Ed25519 key (RFC 8037, RFC 7517)."""

    kty: str
    crv: str
    x: str
    kid: str
    use: str
    alg: str


class JsonWebKeySet(msgspec.Struct, frozen=True, kw_only=True):
    """The keys that may have signed an access token that is still alive."""

    keys: list[JsonWebKey]
