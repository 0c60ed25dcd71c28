"""Change the own profile."""

from collections.abc import Sequence
from typing import Any

from synergy_auth import projections, queries
from synergy_auth.domain import decide
from synergy_auth.domain.commands import UpdateProfile
from synergy_auth.domain.errors import AccountUnavailable
from synergy_auth.domain.events import stream_of
from synergy_auth.domain.rules import AccountRules
from synergy_auth.handlers.uniqueness import refuse_taken, taken_by
from synergy_chassis.store import (
    CommandContext,
    EventCodec,
    RecordedEvent,
    RowConflict,
    StreamNotFound,
    UnitOfWork,
    Writer,
)


def update_profile(
    command: UpdateProfile, context: CommandContext, *, uow: UnitOfWork, rules: AccountRules, codec: EventCodec
) -> dict[str, Any]:
    """
    The profile after the change. Nothing is written where nothing changes.

    Raises AccountUnavailable, InvalidField, UsernameTaken or EmailTaken.
    """
    try:
        with uow.stream(stream_of(command.user_id), context) as stream:
            account = queries.account(stream.rows, command.user_id)
            if account is None:
                raise AccountUnavailable
            profile = decide.changed_profile(account, command, rules=rules)
            if stream.seen is None and profile != account.profile:
                refuse_taken(stream.rows, profile, apart_from=account.id)
                now = stream.now

                def rows_of(_events: Sequence[RecordedEvent], writer: Writer) -> None:
                    writer.execute(projections.profile_changed(account.id, profile, at=now))

                events = [codec.encode(event) for event in decide.update_profile(account, profile)]
                stream.append(events, outcome={"user_id": account.id}, rows=rows_of)
    except StreamNotFound:
        raise AccountUnavailable from None
    except RowConflict as conflict:
        raise taken_by(conflict) from conflict
    with uow.reading() as rows:
        return queries.read_profile(rows, command.user_id)
