"""
Makes psycopg wait cooperatively in a process that eventlet has patched.

psycopg waits for the server in C and would stop every greenlet of the process; its `wait_selector` goes through the
patched `selectors`. The choice is read from the environment once, when psycopg is imported, so this module is imported
before psycopg (synergy_chassis.store does that).
"""

import os
import sys

_VARIABLE = "PSYCOPG_WAIT_FUNC"


def patched() -> bool:
    """Whether eventlet has replaced the blocking calls of this process."""
    patcher = sys.modules.get("eventlet.patcher")
    return patcher is not None and bool(patcher.is_monkey_patched("select"))


def prepare() -> None:
    """Choose psycopg's way of waiting. Raises RuntimeError when it was imported before and would block greenlets."""
    if not patched():
        return
    waiting = sys.modules.get("psycopg.waiting")
    if waiting is None:
        os.environ.setdefault(_VARIABLE, "wait_selector")
    elif getattr(waiting.wait, "__name__", "") != "wait_selector":
        raise RuntimeError("psycopg was imported before eventlet patched the process: patch first, import after.")
