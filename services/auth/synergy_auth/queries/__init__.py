"""What auth can be asked: one function a question. Views are dicts shaped like the contract's."""

from synergy_auth.queries.accounts import (
    Family,
    LoginFailures,
    account,
    account_named,
    family,
    find_person,
    login_failures,
    people,
    profile_view,
    read_profile,
    taken,
)
from synergy_auth.queries.administration import list_users, other_superusers, require_superuser, user_view
from synergy_auth.queries.revocations import revocations
from synergy_auth.queries.security import list_security_events
from synergy_auth.queries.sessions import list_sessions, open_among, session_of

__all__ = [
    "Family",
    "LoginFailures",
    "account",
    "account_named",
    "family",
    "find_person",
    "list_security_events",
    "list_sessions",
    "list_users",
    "login_failures",
    "open_among",
    "other_superusers",
    "people",
    "profile_view",
    "read_profile",
    "require_superuser",
    "revocations",
    "session_of",
    "taken",
    "user_view",
]
