"""
The process that programs are forked from: `python -u server.py <descriptor of a socket> green|people|plain`.

It has one thread and no connection, and forks twice for each request, so that the program's parent is whoever adopts
orphans: the tests. It ends when the tests hang up.
"""

import ctypes
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
from os import _exit, fork, waitpid
from pathlib import Path
from typing import Any, Final

PR_SET_PDEATHSIG: Final = 1
MOST: Final = 200_000
LOADED: Final = {
    "green": (
        "synergy_chassis.bus",
        "synergy_chassis.metrics.green",
        "synergy_auth.bootstrap",
        "synergy_auth.entrypoints",
        "synergy_projects.bootstrap",
        "synergy_projects.entrypoints",
        "synergy_webhooks.bootstrap",
        "synergy_webhooks.entrypoints",
    ),
    "people": (
        "synergy_cli.accounts",
        "synergy_cli.files",
        "synergy_cli.live",
        "synergy_cli.projects",
        "synergy_cli.tasks",
    ),
    "plain": (
        "synergy_chassis.command_line",
        "synergy_chassis.relay",
        "synergy_chassis.store",
        "synergy_chassis.store.migrate",
        "synergy_chassis.store.rebuild",
        "synergy_chassis.metrics.asyncio_server",
        "synergy_auth.bootstrap",
        "synergy_projects.bootstrap",
        "synergy_webhooks.bootstrap",
        "synergy_webhooks.delivery.program",
        "synergy_operator.configuration",
        "synergy_operator.setting_up",
        "typer",
        "rich.console",
    ),
}


def serve(ours: socket.socket) -> dict[str, Any] | None:
    """Forks whatever is asked for. Returns in each program with what it was asked for, and at the end with None."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(ours, MOST, 2)
        if not message:
            return None
        between = fork()
        if between:
            for descriptor in descriptors:
                os.close(descriptor)
            waitpid(between, 0)
        elif fork():
            _exit(0)
        else:
            asked: dict[str, Any] = json.loads(message)
            become(asked, *descriptors)
            ours.send(json.dumps({"pid": os.getpid()}).encode())
            ours.close()
            return asked


def become(asked: dict[str, Any], out: int, err: int) -> None:
    """Takes what makes a process: a parent to die with, session, descriptors, environment, folder."""
    while os.getppid() != asked["parent"]:
        os.sched_yield()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if asked["session"]:
        os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for place, descriptor in enumerate((nothing, out, err)):
        os.dup2(descriptor, place)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    os.umask(asked["umask"])
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background


def run(arguments: list[str]) -> None:
    """What the interpreter does with `arguments`."""
    first, *rest = arguments
    if first == "-m":
        sys.argv = rest
        sys.path[0] = str(Path.cwd())
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif first == "-c":
        sys.argv = ["-c", *rest[1:]]
        sys.path[0] = ""
        exec(compile(rest[0], "<string>", "exec"), {"__name__": "__main__"})
    else:
        sys.argv = arguments
        sys.path[0] = str(Path(first).resolve().parent)
        runpy.run_path(first, run_name="__main__")


def main() -> None:
    """Load, serve, and in a forked process run what was asked for."""
    ours = socket.socket(fileno=int(sys.argv[1]))
    if sys.argv[2] == "green":
        from synergy_chassis.bus.patching import patch

        patch()
    for name in LOADED[sys.argv[2]]:
        importlib.import_module(name)
    gc.freeze()  # so that collecting garbage copies no page of what all share
    asked = serve(ours)
    if asked is None:
        return
    if sys.argv[2] == "green":
        from eventlet import hubs

        hubs.use_hub()  # the old one's epoll is shared with everybody who was forked
    run(asked["arguments"])


if __name__ == "__main__":
    main()
