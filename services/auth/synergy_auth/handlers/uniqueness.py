"""Names and addresses are unique: seen beforehand where possible, by the index where two came at once."""

from sqlalchemy import Connection

from synergy_auth import queries
from synergy_auth.domain.account import Profile
from synergy_auth.domain.errors import EmailTaken, UsernameTaken
from synergy_auth.tables import EMAIL_UNIQUE, USERNAME_UNIQUE
from synergy_chassis.store import RowConflict


def refuse_taken(rows: Connection, profile: Profile, *, apart_from: int | None = None) -> None:
    """Raises UsernameTaken or EmailTaken when another account than `apart_from` has them."""
    name, address = queries.taken(rows, profile, apart_from=apart_from)
    if name:
        raise UsernameTaken
    if address:
        raise EmailTaken


def taken_by(conflict: RowConflict) -> Exception:
    """What a violated unique index means to the user; the conflict itself where it is none of these."""
    return {USERNAME_UNIQUE: UsernameTaken(), EMAIL_UNIQUE: EmailTaken()}.get(conflict.constraint, conflict)
