"""When projects sweeps; in a process of its own, for it runs in green threads."""

import os

import forking

PROGRAM = """
from synergy_projects import green
from synergy_projects.bootstrap import build_green
from synergy_projects.entrypoints.doors import Doors

class Closing:
    waits = []
    def wait(self, seconds):
        self.waits.append(seconds)
        return len(self.waits) > 4
    def is_set(self):
        return len(self.waits) == 4

def sweep():
    print(f"sweeps after {sum(Closing.waits):.0f} s")
    yield 1
    print("goes on")
    raise OSError("away")

green._sweep(sweep, Closing())
print("serving sweeps", Doors.app._build is build_green)
"""


def test_it_sweeps_soon_after_it_started_and_every_minute_then_whatever_fails_and_ends_with_the_service() -> None:
    done = forking.run(["-c", PROGRAM], env=os.environ, green=True, check=True)

    told = [line for line in done.stdout.splitlines() if line.startswith(("sweeps", "goes", "serving"))]
    assert [
        "sweeps after 5 s", "goes on", "sweeps after 65 s", "goes on", "sweeps after 125 s", "goes on",
        "sweeps after 185 s", "serving sweeps True",
    ] == told  # fmt: skip
