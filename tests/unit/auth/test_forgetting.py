"""When auth forgets what it kept long enough; in a process of its own, for it runs in green threads."""

import os

import forking

PROGRAM = """
from synergy_auth import green

class Closing:
    waits = []
    def wait(self, seconds):
        self.waits.append(seconds)
        return len(self.waits) > 3

def forget():
    print(f"forgets after {sum(Closing.waits):.0f} s")
    raise OSError("away")

green._forget(forget, Closing())
"""


def test_it_forgets_a_minute_after_it_started_and_every_hour_then_whatever_fails() -> None:
    done = forking.run(["-c", PROGRAM], env=os.environ, green=True, check=True)

    told = [line for line in done.stdout.splitlines() if line.startswith("forgets")]
    assert ["forgets after 60 s", "forgets after 3660 s", "forgets after 7260 s"] == told
