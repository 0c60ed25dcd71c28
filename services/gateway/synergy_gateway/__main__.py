"""python -m synergy_gateway serve."""

import argparse
import os
import sys
from collections.abc import Mapping

from synergy_chassis import logs, observing
from synergy_chassis.environment import MissingSetting
from synergy_gateway.server import Untakeable
from synergy_gateway.server import serve as run
from synergy_gateway.settings import Settings


def serve(env: Mapping[str, str]) -> int:
    """Answer HTTP until SIGTERM."""
    settings = Settings.from_env(env)
    observing.check(env)
    logs.configure(settings.log_level, service="gateway")
    run(settings)
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m synergy_gateway", description="The HTTP door of SynergyOS.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help=serve.__doc__)
    parser.parse_args(arguments)
    try:
        return serve(os.environ)
    except (MissingSetting, ValueError) as wrong:
        print(f"gateway: {wrong}", file=sys.stderr)  # noqa: T201
        return 2
    except Untakeable as taken:
        print(f"gateway: {taken}", file=sys.stderr)  # noqa: T201
        return 1


if __name__ == "__main__":
    sys.exit(main())
