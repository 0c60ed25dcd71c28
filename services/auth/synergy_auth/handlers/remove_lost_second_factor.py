"""Remove the second factor of somebody who lost it, from the command line."""

from typing import Final

from synergy_auth import projections, queries
from synergy_auth.domain import decide
from synergy_auth.domain.commands import Client
from synergy_auth.domain.errors import PersonNotFound
from synergy_auth.handlers.needs import Needs, opened
from synergy_auth.projections import credentials
from synergy_chassis.store import CommandContext, Writer

OPERATOR: Final = Client(user_agent="synergy second-factor remove")
"""What the security log tells instead of an address and a browser."""


def remove_lost_second_factor(person: str, context: CommandContext, needs: Needs) -> tuple[str, bool]:
    """
    The password alone is enough again for `person` (see queries.id_meant); all sessions end, the security log tells of
    it, and the owner is told by mail. The user's name, and whether there was a second factor: where there was none,
    nothing changes.

    Raises PersonNotFound, PersonUnclear.
    """
    with needs.uow.reading() as rows:
        user_id = queries.id_meant(rows, person)
    with opened(user_id, context, needs, missing=PersonNotFound) as theirs:
        name = theirs.account.profile.username
        factor = queries.second_factor(theirs.stream.rows, user_id)
        if factor is None or not factor.confirmed:
            return name, False

        def rows_of(writer: Writer) -> None:
            theirs.end_sessions(writer, because="second_factor_removed", spared=None)
            writer.execute(credentials.second_factor_removed(user_id))
            writer.execute(credentials.recovery_codes_removed(user_id))
            theirs.log(writer, "second_factor_off", OPERATOR)
            writer.execute(projections.mail_noted("second_factor_off", at=theirs.stream.now, user_id=user_id))

        theirs.record(decide.sign_out(theirs.account, spared=None), rows_of)
    return name, True
