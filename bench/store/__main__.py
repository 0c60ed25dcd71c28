"""`python -m bench.store [part …]`: everything, or the parts that are named. `--help` tells the rest."""

import argparse
import json
import sys
from dataclasses import replace

from rich.console import Console

from bench.environment import environment
from bench.report import Section, missed, sentence, show
from bench.store.bench import Bench
from bench.store.ground import ground
from bench.store.options import DEFAULT, Options
from bench.store.parts import PARTS
from bench.store.processes import RIVAL

FAILED = 1
WIDTH = 110


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.store", description="What the event store costs.")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"some of: {', '.join(PARTS)} (default: all)")
    parser.add_argument("--events", type=int, default=DEFAULT.events, help="events of the full store (1,000,000)")
    parser.add_argument("--rival-events", type=int, default=DEFAULT.rival_events, help="the rival's share (5,000)")
    parser.add_argument("--rounds", type=int, default=DEFAULT.rounds, help="runs of each, in random order (3)")
    parser.add_argument("--seconds", type=float, default=DEFAULT.seconds, help="of each timed run of writing (3)")
    parser.add_argument("--quick", action="store_true", help="one short round over 10,000 events, to see that it works")
    parser.add_argument("--no-rival", action="store_true", help="without the eventsourcing library")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--check", action="store_true", help="exit 1 when a number is not held")
    given = parser.parse_args()
    if strangers := set(given.parts) - PARTS.keys():
        parser.error(f"there is no part {', '.join(sorted(strangers))}; parts: {', '.join(PARTS)}")
    return given


def main() -> int:
    """Measure, print, and answer with the exit code."""
    given = arguments()
    talk, screen = Console(stderr=True), Console(width=WIDTH)
    options = Options(
        events=given.events, rival_events=given.rival_events, rounds=given.rounds, seconds=given.seconds,
        rival=not given.no_rival,
    )  # fmt: skip
    if given.quick:
        options = options.quick()
    if options.rival and not RIVAL.installed:
        talk.print("The eventsourcing library is not installed: `make bench-store` does that. Going on without it.")
        options = replace(options, rival=False)
    sections: list[Section] = []
    with ground() as place:
        around = environment(place.server.admin_url)
        bench = Bench(place, options, told=lambda line: talk.print(f"  {line}", highlight=False))
        for name in given.parts or PARTS:
            talk.print(f"[bold]{name}[/bold]")
            for section in PARTS[name](bench):
                sections.append(section)
                if not given.json:
                    show(section, screen)
    if given.json:
        print(json.dumps({"environment": around, "sections": [section.as_json() for section in sections]}, indent=2))
    else:
        for name, value in around.items():
            told = ", ".join(f"{key}={one}" for key, one in value.items()) if isinstance(value, dict) else value
            screen.print(f"{name:>12}  {told}", highlight=False)
    failures = missed(sections)
    for hold in failures:
        talk.print(sentence(hold), style="bold red")
    return FAILED if failures and given.check else 0


if __name__ == "__main__":
    sys.exit(main())
