"""An account: its profile, and the keys under which names and addresses are unique."""

import unicodedata
from dataclasses import dataclass, fields
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a user may change about the own account. `timezone` is an IANA name."""

    username: str
    email: str
    first_name: str = ""
    last_name: str = ""
    bio: str = ""
    location: str = ""
    phone: str = ""
    company: str = ""
    timezone: str = "UTC"


PROFILE_FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Profile))


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """
    An account as its row holds it. `password_hash` is an argon2id string in PHC format.

    `generation` counts how often all access tokens of the account were called in; each token says which it is of.
    `revision` counts the changes of the profile.
    """

    id: int
    profile: Profile
    password_hash: str
    is_active: bool
    is_superuser: bool
    created_at: datetime  # UTC
    updated_at: datetime  # UTC
    generation: int = 0
    revision: int = 0
    email_confirmed_at: datetime | None = None


def unique_key(text: str) -> str:
    """The form in which names and addresses are compared: NFKC and case-folded (Unicode TR 31, TR 15)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def full_name(profile: Profile) -> str:
    """First and last name with a space between, or "" where there is neither."""
    return f"{profile.first_name} {profile.last_name}".strip()
