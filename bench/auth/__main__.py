"""`python -m bench.auth [part …]`: everything, or the parts that are named. `--help` tells the rest."""

import argparse
import sys

from rich.console import Console

from bench.auth.ground import ground
from bench.auth.options import DEFAULT, Options
from bench.auth.parts import PARTS
from bench.environment import environment
from bench.telling import asked, measured


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.auth", description="What signing in costs, and tells.")
    parser.add_argument("--samples", type=int, default=DEFAULT.samples, help="of each side of a comparison (300)")
    parser.add_argument("--rounds", type=int, default=DEFAULT.rounds, help="runs of each, in random order (3)")
    parser.add_argument("--seconds", type=float, default=DEFAULT.seconds, help="of each timed run (8)")
    parser.add_argument("--quick", action="store_true", help="one short round, to see that it works")
    return asked(parser, list(PARTS))


def main() -> int:
    """Measure, print, and answer with the exit code."""
    given = arguments()
    talk = Console(stderr=True)
    options = Options(samples=given.samples, rounds=given.rounds, seconds=given.seconds)
    if given.quick:
        options = options.quick()
    talk.print("Starting everything")
    with ground(options, told=lambda line: talk.print(f"  {line}", highlight=False)) as place:
        return measured(given, PARTS, place, environment(place.admin_url), talk)


if __name__ == "__main__":
    sys.exit(main())
