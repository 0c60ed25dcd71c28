"""`python -m bench.streams`: so many clients follow one project through one gateway. `--help` tells the rest."""

import argparse
import sys
from functools import partial
from typing import Final

from rich.console import Console

from bench.auth import options as of_ground
from bench.auth.ground import ground
from bench.environment import environment
from bench.streams.following import measure
from bench.streams.options import DEFAULT, Options
from bench.telling import asked, measured

FOLLOWING: Final = "following"


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.streams", description="What open streams of events cost.")
    parser.add_argument("--streams", type=int, default=DEFAULT.streams, help="that are open at once (1,000)")
    parser.add_argument("--quick", action="store_true", help="few streams and events, to see that it works")
    return asked(parser, [FOLLOWING])


def main() -> int:
    """Measure, print, and answer with the exit code."""
    given = arguments()
    talk = Console(stderr=True)
    options = DEFAULT.quick() if given.quick else Options(streams=given.streams)
    talk.print("Starting everything")
    with ground(of_ground.DEFAULT, told=lambda line: talk.print(f"  {line}", highlight=False)) as place:
        parts = {FOLLOWING: partial(measure, options)}
        return measured(given, parts, place, environment(place.admin_url), talk)


if __name__ == "__main__":
    sys.exit(main())
