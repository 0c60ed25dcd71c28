"""`python -m bench.webhooks [part …]`: everything, or the parts that are named. `--help` tells the rest."""

import argparse
import sys
from dataclasses import replace

from rich.console import Console

from bench.environment import environment
from bench.telling import asked, measured
from bench.webhooks.ground import ground
from bench.webhooks.options import DEFAULT
from bench.webhooks.parts import PARTS


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.webhooks", description="What delivering webhooks takes.")
    parser.add_argument("--rounds", type=int, default=DEFAULT.rounds, help="runs of each (3)")
    parser.add_argument("--seconds", type=float, default=DEFAULT.seconds, help="of each timed run (15)")
    parser.add_argument("--quick", action="store_true", help="one short round, to see that it works")
    return asked(parser, list(PARTS))


def main() -> int:
    """Measure, print, and answer with the exit code."""
    given = arguments()
    talk = Console(stderr=True)
    options = replace(DEFAULT, rounds=given.rounds, seconds=given.seconds)
    if given.quick:
        options = options.quick()
    talk.print("Starting everything")
    with ground(options, told=lambda line: talk.print(f"  {line}", highlight=False)) as place:
        return measured(given, PARTS, place, environment(place.admin_url), talk)


if __name__ == "__main__":
    sys.exit(main())
