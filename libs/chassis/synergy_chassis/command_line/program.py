"""A program of verbs: what a verb is, and how one is done and what goes wrong said."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Final

FAILED: Final = 1
MISCONFIGURED: Final = 2
Options = Mapping[str, Mapping[str, Any]]
"""Options of a verb: what `ArgumentParser.add_argument` takes, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """
    One thing that the program does; `run` answers the exit code. A green one runs in a patched process. A lasting one
    has its log for a voice; the others speak for themselves and log what goes wrong.
    """

    help: str
    run: Callable[[argparse.Namespace], int]
    options: Options = field(default_factory=dict)
    green: bool = False
    lasting: bool = False


def main(service: str, about: str, verbs: Mapping[str, Verb], arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; answer the exit code. What goes wrong is said in one sentence."""
    asked = _parser(service, about, verbs).parse_args(arguments)
    verb = verbs[asked.verb]
    if verb.green:
        from synergy_chassis.bus.patching import patch

        patch()  # before anything else is imported
    from synergy_chassis import logs
    from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
    from synergy_chassis.environment import MissingSetting
    from synergy_chassis.observing import observed
    from synergy_contracts.refusals import Refused

    code, said = FAILED, ""
    try:
        logs.configure(os.environ.get("LOG_LEVEL", "info" if verb.lasting else "warning"), service=service)
        with observed(os.environ, service=service, part=asked.verb) if verb.lasting else nullcontext():
            return verb.run(asked)
    except MissingSetting as missing:
        code, said = MISCONFIGURED, str(missing)
    except ConnectionError as unreachable:
        said = f"the database cannot be reached. {unreachable}"
    except (RpcUnavailable, RpcTimeout) as silent:
        said = f"another service does not answer. {silent}"
    except Refused as no:
        said = no.detail
    except (ValueError, ChildProcessError) as wrong:
        said = str(wrong)
    sys.stderr.write(f"{service}: {said}\n")
    return code


def _parser(service: str, about: str, verbs: Mapping[str, Verb]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m synergy_{service}", description=about)
    known = parser.add_subparsers(dest="verb", required=True)
    for name, verb in verbs.items():
        described = known.add_parser(name, help=verb.help)
        for option, meaning in verb.options.items():
            described.add_argument(option, **meaning)
    return parser
