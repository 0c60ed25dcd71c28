"""`python -m bench.store [part …]`: everything, or the parts that are named. `--help` tells the rest."""

import argparse
import sys
from dataclasses import replace

from rich.console import Console

from bench.environment import environment
from bench.store.bench import Bench
from bench.store.ground import ground
from bench.store.options import DEFAULT, Options
from bench.store.parts import PARTS
from bench.store.processes import RIVAL
from bench.telling import asked, measured


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.store", description="What the event store costs.")
    parser.add_argument("--events", type=int, default=DEFAULT.events, help="events of the full store (1,000,000)")
    parser.add_argument("--rival-events", type=int, default=DEFAULT.rival_events, help="the rival's share (5,000)")
    parser.add_argument("--rounds", type=int, default=DEFAULT.rounds, help="runs of each, in random order (3)")
    parser.add_argument("--seconds", type=float, default=DEFAULT.seconds, help="of each timed run of writing (3)")
    parser.add_argument("--quick", action="store_true", help="one short round over 10,000 events, to see that it works")
    parser.add_argument("--no-rival", action="store_true", help="without the eventsourcing library")
    return asked(parser, list(PARTS))


def main() -> int:
    """Measure, print, and answer with the exit code."""
    given = arguments()
    talk = Console(stderr=True)
    options = Options(
        events=given.events, rival_events=given.rival_events, rounds=given.rounds, seconds=given.seconds,
        rival=not given.no_rival,
    )  # fmt: skip
    if given.quick:
        options = options.quick()
    if options.rival and not RIVAL.installed:
        talk.print("The eventsourcing library is not installed: `make bench-store` does that. Going on without it.")
        options = replace(options, rival=False)
    with ground() as place:
        bench = Bench(place, options, told=lambda line: talk.print(f"  {line}", highlight=False))
        return measured(given, PARTS, bench, environment(place.server.admin_url), talk)


if __name__ == "__main__":
    sys.exit(main())
