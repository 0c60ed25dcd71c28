"""A reader in a process of its own, to be killed: `python -m ordering.reader TECHNIQUE URL JOURNAL`."""

import sys
import time
from pathlib import Path

from ordering.journal import Journal
from ordering.techniques import TECHNIQUES

PAUSE = 0.002


def main(name: str, url: str, path: str) -> None:
    """Read for ever, from where the journal ends."""
    technique, journal = TECHNIQUES[name], Journal(Path(path))
    cursor = journal.resume(technique.start)
    with technique.reader(url) as read:
        print("reading", flush=True)
        while True:
            events, after = read(cursor)
            if after != cursor:
                journal.write(after, events)
                cursor = after
            if not events:
                time.sleep(PAUSE)


if __name__ == "__main__":
    main(*sys.argv[1:])
