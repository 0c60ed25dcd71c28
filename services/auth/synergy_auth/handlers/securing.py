"""What ends with an old password."""

from synergy_auth import projections
from synergy_auth.domain.links import RESET
from synergy_auth.handlers.needs import Opened
from synergy_auth.projections import credentials, links
from synergy_chassis.store import Writer


def secure(mine: Opened, writer: Writer) -> None:
    """What else ends with a password: links to reset it, changes of address, personal tokens; the owner is told."""
    user_id, now = mine.account.id, mine.stream.now
    writer.execute(links.links_cancelled(user_id, [RESET]))
    writer.execute(links.changes_of_address_cancelled(user_id, mine.account.profile.email))
    writer.execute(credentials.personal_tokens_revoked(user_id, at=now))
    writer.execute(projections.mail_noted("password_changed", at=now, user_id=user_id))
