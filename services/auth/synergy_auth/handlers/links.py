"""Links that are sent by mail: made, and looked up when they come back."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Executable

from synergy_auth import projections
from synergy_auth.domain.links import LIFETIMES
from synergy_auth.handlers.needs import Needs
from synergy_auth.hashing import token_digest
from synergy_auth.projections import links

BYTES = 32


def mailed_link(
    kind: str, needs: Needs, *, user_id: int | None, email: str | None, to: str | None, at: datetime
) -> Sequence[Executable]:
    """
    The rows of a fresh link of this kind and of the mail that tells it: the link as a digest, in the mail sealed until
    it has left. Without `user_id` the same is written and nothing is sent: that nobody is meant takes no less time.
    """
    token = secrets.token_urlsafe(BYTES)
    return [
        links.link_made(
            token_digest(token), kind, user_id=user_id, email=email, at=at, expires_at=at + LIFETIMES[kind]
        ),
        projections.mail_noted(
            kind, at=at, user_id=user_id, address=to, sealed=sealed(kind, {"token": token}, needs),
            given_up_at=None if user_id is not None else at,
        ),
    ]  # fmt: skip


def sealed(kind: str, facts: Mapping[str, str], needs: Needs) -> bytes:
    """What a mail tells beside what is known when it is sent."""
    return needs.mails.seal(json.dumps(facts).encode(), context=kind)
