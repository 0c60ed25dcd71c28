"""The line before the threads that hash passwords, in a process patched by eventlet."""

import os
import sys

import forking
import pytest

PROGRAM = """
import eventlet
eventlet.monkey_patch()
import threading
from synergy_auth.domain.errors import SigningInBusy
from synergy_auth.green import BoundedThreads

release, done = eventlet.patcher.original("threading").Event(), []
threads = BoundedThreads(1, waiting=2, patience=0.05)

def hashing(name):
    done.append(name)
    release.wait(20)

first = eventlet.spawn(threads, hashing, "first")
while not done:
    eventlet.sleep(0.001)
waiting = [eventlet.spawn(threads, hashing, name) for name in ("second", "third")]
eventlet.sleep(0)
for late in (eventlet.spawn(threads, hashing, "fourth"), *waiting):
    try:
        late.wait()
    except SigningInBusy:
        print("busy")
release.set()
first.wait()
threads(hashing, "fifth")
print(done)
"""


def test_who_would_be_answered_too_late_is_told_busy_and_costs_no_work():
    done = forking.run(["-c", PROGRAM], env=os.environ, green=True)

    assert done.stdout == "busy\nbusy\nbusy\n['first', 'fifth']\n", done.stderr


POLITE = """
import eventlet
eventlet.monkey_patch()
import os
from synergy_auth.green import NICENESS, BoundedThreads

own = os.getpriority(os.PRIO_PROCESS, 0)
hashing = BoundedThreads(1)(os.getpriority, os.PRIO_PROCESS, 0)
print(hashing == max(own, NICENESS), os.getpriority(os.PRIO_PROCESS, 0) == own)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only to Linux a thread has a priority of its own")
def test_hashing_lets_all_others_go_before_it():
    done = forking.run(["-c", POLITE], env=os.environ, green=True)

    assert done.stdout == "True True\n", done.stderr
