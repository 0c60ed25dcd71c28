"""Whoever lost the second factor and the recovery codes is helped on the command line."""

import sys
from collections.abc import Mapping

from synergy_auth import handlers
from synergy_auth.bootstrap import build
from synergy_auth.domain.errors import DomainError
from synergy_auth.settings import Settings
from synergy_chassis.clock import new_id
from synergy_chassis.store import CommandContext


def remove(env: Mapping[str, str], person: str) -> int:
    """
    Remove the second factor of `person` (see queries.id_meant). 0 when it is gone or there was none, 1 when there is
    nobody of that name, or it is not clear who is meant (said on stderr).
    """
    app = build(Settings.from_env({"AUTH_AMQP_URL": "not needed here", **env}))
    context = CommandContext(command_id=new_id(), actor_id=None, request_id=None)
    try:
        name, was_there = handlers.remove_lost_second_factor(person, context, app.needs)
    except DomainError as no:
        sys.stderr.write(f"auth: {no}\n")
        return 1
    finally:
        app.close()
    done = "was removed, and all sessions ended; the owner is told by mail" if was_there else "is not set up"
    sys.stdout.write(f"The second factor of {name} {done}.\n")
    return 0
