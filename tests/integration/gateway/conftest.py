"""The gateway as a process, its neighbours as others, between them a real broker."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import forking
import pytest
import requests
from unit.gateway.given import Signer

from synergy_local.ports import free_ports
from synergy_local.servers.testbed import Broker, VirtualHost

HERE = Path(__file__).parent


def until(condition: Callable[[], Any], *, seconds: float = 40, what: Callable[[], str] = str) -> Any:
    """The first truthy answer of `condition`; fails after `seconds`."""
    end = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < end, f"not within {seconds} s: {what()}"
        time.sleep(0.02)
    return answer


@dataclass
class Running:
    """A process and its log."""

    popen: subprocess.Popen[bytes] | forking.Forked
    log: Path

    def lines(self, event: str = "") -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if not event or line.get("event") == event]

    def children(self) -> list[int]:
        pid = self.popen.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def stop(self, seconds: float = 30) -> int:
        self.popen.send_signal(signal.SIGTERM)
        return self.popen.wait(seconds)


@dataclass
class Scene:
    """Everything a test starts."""

    folder: Path
    vhost: VirtualHost
    redis_url: str
    signer: Signer = field(default_factory=Signer)
    port: int = 0
    started: list[Running] = field(default_factory=list)

    def start(self, *command: str, forked: bool = False, **env: str) -> Running:
        log = self.folder / f"{len(self.started)}.log"
        told = os.environ | env
        with log.open("wb") as out:
            popen: subprocess.Popen[bytes] | forking.Forked
            if forked:
                popen = forking.start(command, env=told, out=out.fileno(), green=True)
            else:
                popen = subprocess.Popen([sys.executable, *command], stdout=out, stderr=out, env=told)
        self.started.append(Running(popen, log))
        return self.started[-1]

    def service(self, name: str) -> Running:
        public = self.signer.key.public_key().public_bytes_raw().hex()
        amqp_url = self.vhost.amqp_url(name)
        running = self.start(
            str(HERE / "neighbour.py"), name, forked=True, SERVICE_AMQP_URL=amqp_url, PUBLIC_KEY=public
        )
        until(lambda: running.lines("broker-connected"), what=running.log.read_text)
        return running

    def gateway(self, **env: str) -> Running:
        (self.port,) = free_ports(1)
        told = {
            "GATEWAY_AMQP_URL": self.vhost.amqp_url("gateway"),
            "REDIS_URL": self.redis_url,
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
        }
        running = self.start("-m", "synergy_gateway", "serve", **told | env)
        until(self.answers, what=running.log.read_text)
        return running

    def end(self) -> None:
        for running in self.started:
            if running.popen.poll() is None:
                running.popen.kill()
            running.popen.wait()

    def answers(self) -> bool:
        try:
            return self.get("/livez").status_code == 200
        except requests.ConnectionError:
            return False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(self.url + path, headers=headers, timeout=15)

    def read(self, project: int, **headers: str) -> requests.Response:
        return self.get(f"/api/projects/{project}/", Authorization=f"Bearer {self.signer.token()}", **headers)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def raw(self, request: bytes) -> bytes:
        with self.connect() as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.fixture
def scene(tmp_path: Path, vhost: VirtualHost, redis_url: str) -> Iterator[Scene]:
    scene = Scene(tmp_path, vhost, redis_url)
    yield scene
    scene.end()


@pytest.fixture(scope="session")
def door(tmp_path_factory: pytest.TempPathFactory, broker: Broker, redis_url: str) -> Iterator[Scene]:
    """A gateway without neighbours, for what needs none."""
    scene = Scene(tmp_path_factory.mktemp("door"), broker.new_vhost(), redis_url)
    scene.gateway()
    yield scene
    assert scene.started[0].stop() == 0
