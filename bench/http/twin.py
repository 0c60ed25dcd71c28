"""The twin of the original: started on the same servers, with the same data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

from bench.http.driving.plan import Address
from synergy_local.ports import LOOPBACK, free_ports
from synergy_local.processes import Child, wait_until
from synergy_local.servers.errand import run_errand
from synergy_local.servers.together import Servers
from synergy_local.visitor import Visitor, healthy

ROOT: Final = Path(__file__).parents[2]
VENV: Final = ROOT / ".venv-bench-original" / "bin"
WORKERS: Final = 4
DATABASE: Final = "original"

Start = Callable[[str, tuple[str, ...], Mapping[str, str]], Child]


def installed() -> bool:
    """Whether its libraries are there; `make bench` installs them."""
    return (VENV / "gunicorn").exists()


@dataclass(slots=True)
class Twin:
    """A running twin; `token` is the first user's."""

    door: Address
    token: str
    refresh: str

    @property
    def url(self) -> str:
        """Its address, without a slash at its end."""
        return f"http://{self.door[0]}:{self.door[1]}"

    @classmethod
    def started(cls, start: Start, servers: Servers, told: Callable[[str], None]) -> "Twin":
        """Make its database, copy everything into it, start its four workers."""
        told("the twin of the original: the same data")
        (port,) = free_ports(1)
        with psycopg.connect(servers.postgres.admin_url, autocommit=True) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        env = {
            "DATABASE_URL": url(servers, DATABASE),
            "REDIS_URL": servers.redis_url.rsplit("/", 1)[0] + "/1",
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "bench.original.settings",
        }
        manage = (str(VENV / "python"), "-m", "django")
        run_errand([*manage, "migrate", "--run-syncdb"], env=env, what="Making the twin's tables", seconds=300)
        sources = {"PROJECTS_URL": url(servers, "synergy_projects"), "AUTH_URL": url(servers, "synergy_auth")}
        run_errand([*manage, "fill"], env=env | sources, what="Filling the twin", seconds=900)
        gunicorn = (str(VENV / "gunicorn"), "bench.original.wsgi:application", "--workers", str(WORKERS))
        child = start("original", (*gunicorn, "--bind", f"{LOOPBACK}:{port}", "--chdir", str(ROOT)), env)
        address = f"http://{LOOPBACK}:{port}"
        wait_until(lambda: healthy(address), seconds=60, what="the twin answering", children=[child])
        signed_in: Mapping[str, Any] = Visitor(address).sign_in("testuser", "testpass123")
        return cls((LOOPBACK, port), signed_in["access"], signed_in["refresh"])


def url(servers: Servers, database: str) -> str:
    """The administrator's address of a database."""
    return servers.postgres.admin_url.rsplit("/", 1)[0] + f"/{database}"
