"""supervisord, told what to run: it restarts what ends, rotates the logs and stops everything in order."""

import os
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from synergy_local.account import private_file, private_folder
from synergy_local.processes import Child, last_lines, wait_until
from synergy_local.program import Program, leashed
from synergy_local.trouble import Trouble

HEAD = """\
[unix_http_server]
file = {socket}
chmod = 0700
[supervisord]
nodaemon = true
silent = true
identifier = synergyos
logfile = {room}/logs/supervisor-events.log
logfile_maxbytes = 1MB
logfile_backups = 1
loglevel = info
pidfile = {room}/supervisord.pid
{user}[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""
PROGRAM = """\
[program:{name}]
command = {command}
autostart = {autostart}
autorestart = true
startsecs = 1
startretries = 30
stopsignal = {signal}
stopwaitsecs = {seconds}
killasgroup = true
redirect_stderr = true
stdout_logfile = {room}/logs/{name}.log
stdout_logfile_maxbytes = 5MB
stdout_logfile_backups = 3
"""
GROUP = """\
[group:{name}]
programs = {programs}
priority = {priority}
"""


LOOK = 0.5
"""Seconds for which what supervisord has told holds: who waits for many programs asks once for all, and not always."""


class Supervisor:
    """
    supervisord for the programs of `servers`, which it starts at once, and `services`, started by `start_services`.

    It stops the services first and the servers after them.
    """

    def __init__(self, room: Path, servers: Sequence[Program], services: Sequence[Program]) -> None:
        self.room = room
        private_folder(room / "logs")
        # A socket's path may have some hundred characters: the clone's may be longer.
        self.folder = fresh_folder(room / "socket-folder")
        self.socket = self.folder / "supervisor.sock"
        self.configuration = private_file(room / "supervisord.conf", self.configure(servers, services))
        self.child = Child(self.itself(), room)
        self._asked = 0.0
        self._failing: frozenset[str] = frozenset()

    def configure(self, servers: Sequence[Program], services: Sequence[Program]) -> str:
        """supervisord's configuration: no secret is in it."""
        user = "user = root\n" if os.geteuid() == 0 else ""  # said aloud, or it complains at every start
        parts = [HEAD.format(socket=escaped(self.socket), room=escaped(self.room), user=user)]
        for name, programs, priority in (("servers", servers, 1), ("services", services, 9)):
            parts += [self.program(program, autostart=name == "servers") for program in programs]
            parts.append(GROUP.format(name=name, programs=",".join(p.name for p in programs), priority=priority))
        return "".join(parts)

    def program(self, program: Program, *, autostart: bool) -> str:
        """The section of one program."""
        return PROGRAM.format(
            name=program.name,
            command=escaped(shlex.join(leashed(program, self.room))),
            autostart=str(autostart).lower(),
            signal=program.stop_signal.name.removeprefix("SIG"),
            seconds=program.stop_seconds,
            room=escaped(self.room),
        )

    def itself(self) -> Program:
        """supervisord as a program on our own leash: it ends when we end, however we end."""
        argv = (sys.executable, "-m", "supervisor.supervisord", "-c", str(self.configuration))
        return Program(name="supervisor", argv=argv, stop_seconds=60)

    def wait_ready(self) -> None:
        """Return when it takes commands. Raises Trouble."""
        wait_until(self.socket.exists, seconds=20, what="The supervisor answering", children=(self.child,))

    def start_services(self) -> None:
        """Start the services, all at once."""
        call(self.socket, "startProcessGroup", "services", False)

    def watched(self, programs: Iterable[Program]) -> list["Supervised"]:
        """Programs as something to wait for."""
        return [Supervised(self, program) for program in programs]

    def failing(self, name: str) -> bool:
        """Whether a program ended when it was started last."""
        if time.monotonic() > self._asked + LOOK:
            told = states(self.socket)
            self._failing = frozenset(one["name"] for one in told if one["statename"] in ("FATAL", "BACKOFF"))
            self._asked = time.monotonic()
        return name in self._failing

    def stop(self) -> None:
        """Stop every program, services first, and then the supervisor itself."""
        self.child.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def fresh_folder(note: Path) -> Path:
    """A new temporary folder; the one that `note` names, left by a killed run, is removed."""
    if note.exists():
        shutil.rmtree(note.read_text("utf-8"), ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="synergy-"))
    private_file(note, str(folder))
    return folder


class Supervised:
    """A program under the supervisor, as something to wait for."""

    def __init__(self, supervisor: Supervisor, program: Program) -> None:
        self.supervisor = supervisor
        self.program = program

    def alive(self) -> bool:
        """Whether it runs or will be started again."""
        return self.supervisor.child.alive() and not self.supervisor.failing(self.program.name)

    def last_words(self) -> str:
        """The end of its log."""
        log = self.supervisor.room / "logs" / f"{self.program.name}.log"
        return last_lines(log.read_text("utf-8", "replace"), 8) if log.exists() else ""


def states(socket: Path) -> list[Mapping[str, Any]]:
    """What the supervisor tells about each program; nothing when it does not answer."""
    try:
        return list(call(socket, "getAllProcessInfo"))
    except Trouble:
        return []


def call(socket: Path, method: str, *arguments: object) -> Any:
    """Ask the supervisor. Raises Trouble when it does not answer."""
    server = ServerProxy("http://127.0.0.1", transport=SupervisorTransport(None, None, f"unix://{socket}"))
    try:
        return getattr(server.supervisor, method)(*arguments)
    except (OSError, Fault) as error:
        raise Trouble(f"The supervisor does not answer: {error}") from error


def escaped(value: object) -> str:
    """A value for supervisord's configuration, where % begins an expansion."""
    return str(value).replace("%", "%%")
