"""
The command line of a service: `python -m synergy_<service> <verb> …`. Each `__main__` is a table of these verbs.

No library is imported here before a verb runs: `serve` patches the standard library first, and whoever needs no
eventlet or nameko (the relay, the sender, the store's verbs) never loads them.

Exit codes: 0 done, 1 could not be done, 2 a missing or wrong setting; a verb may answer others.
"""

from synergy_chassis.command_line.program import FAILED, MISCONFIGURED, Options, Verb, main
from synergy_chassis.command_line.verbs import (
    erase,
    follow_anew,
    long_running,
    migrate,
    parked,
    rebuild,
    reconcile,
    relay,
    replay,
    restored,
    seal,
    serve,
    verify,
    work,
)

__all__ = [
    "FAILED",
    "MISCONFIGURED",
    "Options",
    "Verb",
    "erase",
    "follow_anew",
    "long_running",
    "main",
    "migrate",
    "parked",
    "rebuild",
    "reconcile",
    "relay",
    "replay",
    "restored",
    "seal",
    "serve",
    "verify",
    "work",
]
