"""What auth can be asked: one function a question. Views are dicts shaped like the contract's."""

from synergy_auth.queries.accounts import (
    Family,
    account,
    account_named,
    family,
    find_people,
    find_person,
    pending_email,
    people,
    profile_view,
    read_profile,
    taken,
)
from synergy_auth.queries.administration import list_users, other_superusers, require_superuser, user_view
from synergy_auth.queries.asked import asked_from, one_at_a_time
from synergy_auth.queries.credentials import (
    SecondFactor,
    list_tokens,
    personal_token,
    personal_token_holds,
    read_second_factor,
    second_factor,
    token_view,
    usable_tokens,
    verify_token,
)
from synergy_auth.queries.failures import login_failures
from synergy_auth.queries.invitations import (
    invitation,
    invitation_of,
    invitation_view,
    invitations_sent,
    invitations_to,
    list_invitations,
)
from synergy_auth.queries.links import addresses_asked, link, resets_asked
from synergy_auth.queries.meant import id_meant
from synergy_auth.queries.notices import told_since
from synergy_auth.queries.personal_data import Place, personal_data
from synergy_auth.queries.revocations import revocations
from synergy_auth.queries.security import list_security_events
from synergy_auth.queries.sessions import check_sessions, list_sessions, open_among, session_of

__all__ = [
    "Family",
    "Place",
    "SecondFactor",
    "account",
    "account_named",
    "addresses_asked",
    "asked_from",
    "check_sessions",
    "family",
    "find_people",
    "find_person",
    "id_meant",
    "invitation",
    "invitation_of",
    "invitation_view",
    "invitations_sent",
    "invitations_to",
    "link",
    "list_invitations",
    "list_security_events",
    "list_sessions",
    "list_tokens",
    "list_users",
    "login_failures",
    "one_at_a_time",
    "open_among",
    "other_superusers",
    "pending_email",
    "people",
    "personal_data",
    "personal_token",
    "personal_token_holds",
    "profile_view",
    "read_profile",
    "read_second_factor",
    "require_superuser",
    "resets_asked",
    "revocations",
    "second_factor",
    "session_of",
    "taken",
    "token_view",
    "told_since",
    "usable_tokens",
    "user_view",
    "verify_token",
]
