"""
nginx with the files of infra/nginx on loopback, before a gateway that the test plays.

Debian's nginx where it is installed; in `make compose-test` (COMPOSE_TEST=1) the one that Compose runs. What differs
from the container's files: folders, addresses, and that the gateway has no name that Docker would resolve.
"""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from integration.nginx.gateway import Gateway, played
from system.steps import Client, until

from synergy_local.ports import LOOPBACK, free_ports

FILES = Path(__file__).parents[3] / "infra" / "nginx"
COMPOSE = FILES.parent / "compose.yaml"
PROGRAM = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@dataclass
class Door:
    """nginx at `url`, and the gateway behind it."""

    port: int
    gateway: Gateway

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def client(self) -> Client:
        return Client(self.url)

    def connected(self) -> socket.socket:
        return socket.create_connection((LOOPBACK, self.port), 40)

    def raw(self, request: bytes) -> bytes:
        """What nginx answers to what may be no request at all: as many bytes as it announces."""
        with self.connected() as connection:
            connection.sendall(request)
            answer = b""
            while not whole(answer):
                answer += connection.recv(65_536) or pytest.fail(f"no whole answer: {answer!r}")
            return answer


def whole(answer: bytes) -> bool:
    """Whether the body has the announced length."""
    head, end, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return bool(end and length and len(body) >= int(length[1]))


Opened = Callable[..., Door]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Opens a door with these variables. `behind=False`: with nobody behind it; `beside`: another gateway's port."""
    with ExitStack() as everything:

        def open_door(*, behind: bool = True, beside: int | None = None, **env: str) -> Door:
            gateway = everything.enter_context(played())
            port, health, nobody = free_ports(3)
            folder = tmp_path_factory.mktemp("nginx")
            gateways = [gateway.port if behind else nobody] + [beside] * (beside is not None)
            lay_out(folder, gateways=gateways, port=port, health=health)
            everything.enter_context(Nginx(folder, port, env))
            return Door(port, gateway)

        yield open_door


@pytest.fixture(scope="module")
def door(opened: Opened) -> Door:
    """nginx as `make up` starts it without any setting."""
    return opened()


def lay_out(folder: Path, *, gateways: list[int], port: int, health: int) -> None:
    """The files of infra/nginx for this machine in `folder`."""
    for name in ("tmp", "nginx", "tls"):
        (folder / name).mkdir()
    here = {
        "/etc/synergy": str(folder),
        "/tmp/": f"{folder}/tmp/",
        # Longer than it takes until a connection that was not heard is asked for again.
        "proxy_connect_timeout 1s;": f"proxy_connect_timeout {2 * len(gateways) - 1}s;",
        "gateway:8000 resolve": "; server ".join(f"{LOOPBACK}:{gateway}" for gateway in gateways),
        "listen 8080": f"listen {LOOPBACK}:{port}",
        "127.0.0.1:8081": f"{LOOPBACK}:{health}",
        "daemon off;": "daemon off;" + (" user root;" if os.geteuid() == 0 else ""),
    }
    found: set[str] = set()
    for path in FILES.iterdir():
        text = re.sub("|".join(map(re.escape, here)), lambda m: found.add(m[0]) or here[m[0]], path.read_text())
        (folder / "nginx" / path.name).write_text(text)
    assert found == set(here), "infra/nginx no longer says what is said otherwise here"


class Nginx:
    """nginx on the files in `folder` as long as the block."""

    def __init__(self, folder: Path, port: int, env: dict[str, str]) -> None:
        self.port = port
        self.log = folder / "log"
        command = ["sh", str(folder / "nginx" / "start.sh")]
        if os.environ.get("COMPOSE_TEST"):
            image = re.search(r"image: (nginx:\S+)", COMPOSE.read_text())
            told = [part for name, value in env.items() for part in ("--env", f"{name}={value}")]
            place = ["--network", "host", "--volume", f"{folder}:{folder}"]
            command = ["docker", "run", "--rm", *place, *told, image[1] if image else "", *command]
        elif PROGRAM is None:
            pytest.skip("nginx is not installed here: make compose-test tries this within its container")
        path = f"{os.environ.get('PATH', '')}:/usr/sbin"
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(command, stdout=out, stderr=out, env=os.environ | env | {"PATH": path})

    def __enter__(self) -> None:
        until(self.answers, seconds=30, what="nginx answering")

    def answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        with socket.socket() as probe:
            return probe.connect_ex((LOOPBACK, self.port)) == 0

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)
