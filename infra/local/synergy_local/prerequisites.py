"""Finds PostgreSQL, RabbitMQ and Redis, and installs what is missing where that is possible."""

import shutil
from collections.abc import Callable, Collection
from pathlib import Path

from synergy_local import apt
from synergy_local.places import APT_WRITES, require_space
from synergy_local.servers import postgres, rabbitmq, redis
from synergy_local.steps import Tell
from synergy_local.trouble import Trouble, failed

NEEDED: dict[str, tuple[str, Callable[[], object]]] = {
    "PostgreSQL": ("postgresql", postgres.folder),
    "RabbitMQ": ("rabbitmq-server", lambda: rabbitmq.folder() and shutil.which("epmd") and shutil.which("erl")),
    "Redis": ("redis-server", redis.program),
}
"""By name: the Debian package, and what tells whether it is there."""


def missing() -> list[str]:
    """Names of the servers whose programs are not on this machine."""
    return [name for name, (_, find) in NEEDED.items() if not find()]


def require_programs(*, log: Path, progress: Tell, without: Collection[str] = ()) -> None:
    """
    Return when all programs are there, installing the missing ones on Debian and Ubuntu if we may.

    Those of the servers `without` are not needed. Raises Trouble with the exact command to run otherwise, and when the
    disk has no room. Nothing is started.
    """
    names = [name for name in missing() if name not in without]
    if not names:
        return
    packages = [NEEDED[name][0] for name in names]
    told = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    if not apt.available():
        raise Trouble(f"{told} must be installed first, by the means of this system; or use Docker: make up")
    if apt.as_root() is None:
        raise Trouble(
            f"{told} must be installed first, and that takes a right you lack here. Run: {apt.advice(packages)}"
        )
    require_space(*APT_WRITES)
    progress(f"Installing {told}")
    if not apt.install(packages, log=log, progress=lambda step: progress(f"Installing {told}", step)):
        said = "\n".join(log.read_text("utf-8", "replace").splitlines()[-12:])
        raise failed(f"{told} could not be installed (all of it: {log})", f"{said}\nRun: {apt.advice(packages)}")
    if left := [name for name in missing() if name not in without]:
        raise Trouble(f"{', '.join(left)} cannot be found although installed. Look into {log}.")
