"""`python -m bench.auth [part …]`: everything, or the parts that are named. `--help` tells the rest."""

import argparse
import json
import sys

from rich.console import Console

from bench.auth.ground import ground
from bench.auth.options import DEFAULT, Options
from bench.auth.parts import PARTS
from bench.environment import environment
from bench.report import Section, missed, sentence, show

FAILED = 1
WIDTH = 110


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.auth", description="What signing in costs, and tells.")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"some of: {', '.join(PARTS)} (default: all)")
    parser.add_argument("--samples", type=int, default=DEFAULT.samples, help="of each side of a comparison (300)")
    parser.add_argument("--rounds", type=int, default=DEFAULT.rounds, help="runs of each, in random order (3)")
    parser.add_argument("--seconds", type=float, default=DEFAULT.seconds, help="of each timed run (8)")
    parser.add_argument("--quick", action="store_true", help="one short round, to see that it works")
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
    options = Options(samples=given.samples, rounds=given.rounds, seconds=given.seconds)
    if given.quick:
        options = options.quick()
    sections: list[Section] = []
    talk.print("Starting everything")
    with ground(options, told=lambda line: talk.print(f"  {line}", highlight=False)) as place:
        around = environment(place.admin_url)
        for name in given.parts or PARTS:
            talk.print(f"[bold]{name}[/bold]")
            for section in PARTS[name](place):
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
