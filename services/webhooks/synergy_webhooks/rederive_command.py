"""`rederive` on the command line: compare the deliveries with the logs, and make what is missing again."""

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from synergy_chassis.command_line import Verb
from synergy_chassis.command_line.verbs import JSON

if TYPE_CHECKING:
    from synergy_webhooks.bootstrap import Webhooks

DIFFERS = 8
"""Exit code of a check that finds some missing."""


def verb(application: "Callable[[], AbstractContextManager[Webhooks]]") -> Verb:
    """`rederive`; `application` opens what does it."""

    def run(asked: argparse.Namespace) -> int:
        from synergy_chassis.store.commands import bar

        with application() as app, bar("Deriving", hidden=asked.json) as progress:
            found = app.rederive(check=asked.check, progress=progress)
        if asked.json:
            sys.stdout.write(json.dumps(found.told()) + "\n")
        else:
            made = "are missing" if asked.check else "were missing and are made again"
            sent = "" if asked.check else f", {found.to_send} of them without a recorded success: they are sent (again)"
            sys.stdout.write(f"{found.derived} deliveries follow from the logs; {found.missing} {made}{sent}.\n")
            if found.renumbered:
                sys.stdout.write(f"{found.renumbered} have another number than the logs say.\n")
        return DIFFERS if asked.check and (found.missing or found.renumbered) else 0

    check = {"action": "store_true", "help": "change nothing, only tell how many are missing (exit code 8)"}
    return Verb(
        help="make deliveries that are lost again, as the logs of projects and webhooks say",
        run=run,
        options={"--check": check, **JSON},
    )
