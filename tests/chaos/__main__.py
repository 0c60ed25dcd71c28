"""
The full matrix on servers of its own: `make chaos`, narrowed by `CHAOS="rabbitmq projects"` or `CHAOS=start`. `SEED=…`
draws the same orders of starting again.

Prints a row as each round ends, every breach below its row, and exits 1 when there is one.
"""

import os
import random
import sys
import time
from collections.abc import Iterator, Sequence

from chaos import table
from chaos.faults import PARTS, SERVERS, Fault
from chaos.matrix import STARTS, rounds
from chaos.rounds import Ground, Row

from synergy_local.credentials import Credentials
from synergy_local.servers.together import Servers
from synergy_local.temporary import Temporary, temporary_room
from synergy_local.testing import running_stack

WORDS = (*SERVERS, *PARTS, STARTS)


def main(only: list[str]) -> int:
    """Run the rounds that harm nothing but `only`, or all; 0 when nothing was broken."""
    if strangers := set(only) - set(WORDS):
        print(f"There is no part {', '.join(sorted(strangers))}. Parts: {', '.join(WORDS)}.")
        return 2
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(1_000_000))
    planned = list(rounds(only, seed=seed))
    print(f"{len(planned)} rounds, SEED={seed}", flush=True)
    rows: list[Row] = []
    began = time.monotonic()
    try:
        for row in played(planned):
            rows.append(row)
            print(table.line(row), flush=True)
    finally:
        print(f"\n{table.markdown(rows)}\n\n{len(rows)} rounds in {(time.monotonic() - began) / 60:.0f} min")
    return 1 if len(rows) < len(planned) or any(row.breaches for row in rows) else 0


def played(planned: Sequence[tuple[Fault, ...]]) -> Iterator[Row]:
    """The rounds, one after the other, on a stack of their own."""
    with temporary_room() as folder:
        room = Temporary(folder)
        servers = Servers(room.home(), Credentials(), account=room.account)
        try:
            for server in servers.all:
                room.start(server)
            with running_stack(room, servers) as stack:
                ground = Ground(stack)
                print(table.HEAD, flush=True)
                for faults in planned:
                    yield ground.round(*faults, stay=len(faults) == 1)
        finally:
            room.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
