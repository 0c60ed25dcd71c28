"""
The whole harness on a server of its own: `make ordering` (SECONDS=10 a technique, ORDERING="naive --json" narrows it).

Prints how it goes on stderr and the tables on stdout. Exits 1 when the store's own technique misses, repeats or inverts
anything, or stands still where it should not.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ordering import ground, table
from ordering.outcome import Outcome
from ordering.run import run
from ordering.scenes import SCENES, play
from ordering.techniques import TECHNIQUES

from synergy_local.credentials import Credentials
from synergy_local.servers.testbed import fresh_database
from synergy_local.servers.together import Servers
from synergy_local.temporary import Temporary, temporary_room

KILL_EVERY = 2.5
"""Seconds between two kills of the reader, about."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the scenes, then put each technique under load; 0 when the barrier kept everything."""
    parser = argparse.ArgumentParser(prog="ordering", description="What ways of following a log lose under load.")
    parser.add_argument("techniques", nargs="*", metavar="technique", help=f"of {', '.join(TECHNIQUES)}; all without")
    parser.add_argument("--seconds", type=float, default=10.0, help="load for each technique (10)")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.techniques) - set(TECHNIQUES):
        parser.error(f"no technique {', '.join(sorted(unknown))}; there are {', '.join(TECHNIQUES)}")
    names = [name for name in TECHNIQUES if not asked.techniques or name in asked.techniques]
    with _databases() as (url, elsewhere, folder):
        played = {scene: {name: play(scene, TECHNIQUES[name], url, elsewhere) for name in names} for scene in SCENES}
        outcomes = [_under_load(name, url, elsewhere, folder, asked.seconds) for name in names]
    if asked.json:
        print(table.as_json(outcomes, played))
    else:
        print("\n".join([table.HEAD, *map(table.line, outcomes), "", table.scenes(played)]))
    ours = [outcome for outcome in outcomes if outcome.technique == TECHNIQUES["barrier"].name]
    faults = [f"{outcome.technique}: {fault}" for outcome in ours for fault in outcome.faults]
    print("".join(f"{fault}\n" for fault in faults), end="", file=sys.stderr)
    return 1 if faults else 0


def _under_load(name: str, url: str, elsewhere: str, folder: Path, seconds: float) -> Outcome:
    def say(text: str) -> None:
        print(f"{TECHNIQUES[name].name}: {text}", file=sys.stderr, flush=True)

    kills = max(2, round(seconds / KILL_EVERY))
    return run(name, url, elsewhere, folder / f"{name}.journal", seconds=seconds, kills=kills, say=say, queue=True)


@contextmanager
def _databases() -> Iterator[tuple[str, str, Path]]:
    """The database of the harness, another one of the same cluster, and a folder."""
    with temporary_room() as folder:
        room = Temporary(folder)
        servers = Servers(room.home(), Credentials(), account=room.account)
        try:
            room.start(servers.postgres)
            with fresh_database(servers.postgres) as database, fresh_database(servers.postgres) as other:
                ground.prepare(database)
                yield database.service_url, other.owner_url, folder
        finally:
            room.stop()


if __name__ == "__main__":
    sys.exit(main())
