"""Sign out: here, elsewhere, everywhere."""

from synergy_auth import queries
from synergy_auth.domain import decide
from synergy_auth.domain.commands import EndSession, Logout
from synergy_auth.domain.errors import SessionNotFound
from synergy_auth.handlers.needs import Needs, Opened, opened
from synergy_auth.tokens import refresh_id
from synergy_chassis.store import CommandContext, Writer


def logout(command: Logout, context: CommandContext, needs: Needs) -> None:
    """
    End the caller's session and that of the refresh token, or all. What is over already is no error, and a refresh
    token of nobody's, or of somebody else, ends nothing (RFC 7009 §2.2). Raises AccountUnavailable.
    """
    caller = command.caller
    with opened(caller.user_id, context, needs) as mine:
        if mine.stream.seen is not None:
            return
        if command.everywhere:

            def all_of_them(writer: Writer) -> None:
                mine.end_sessions(writer, because="logout", spared=None)
                mine.log(writer, "logout_everywhere", caller.client, session_id=caller.session_id)

            mine.record(decide.sign_out(mine.account, spared=None), all_of_them)
            return
        named = {caller.session_id}
        if command.refresh is not None:
            named.add(queries.session_of(mine.stream.rows, refresh_id(command.refresh)))
        here = queries.open_among(mine.stream.rows, caller.user_id, [one for one in named if one], now=mine.stream.now)

        def these(writer: Writer) -> None:
            for session_id in here:
                mine.end_session(writer, session_id, because="logout")
                mine.log(writer, "logout", caller.client, session_id=session_id)

        if here:
            mine.record(decide.end_sessions(mine.account, here), these)


def end_session(command: EndSession, context: CommandContext, needs: Needs) -> None:
    """End one of the caller's sessions. Raises SessionNotFound: over, another's or nobody's."""
    caller, session_id = command.caller, command.session_id
    with opened(caller.user_id, context, needs) as mine:
        if mine.stream.seen is not None:
            return
        if not queries.open_among(mine.stream.rows, caller.user_id, [session_id], now=mine.stream.now):
            raise SessionNotFound
        _end(mine, command)


def _end(mine: Opened, command: EndSession) -> None:
    def rows(writer: Writer) -> None:
        mine.end_session(writer, command.session_id, because="ended")
        mine.log(writer, "session_ended", command.caller.client, session_id=command.session_id)

    mine.record(decide.end_sessions(mine.account, [command.session_id]), rows)
