"""A stack of containers under a project name of its own, and what can be asked of it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families
from system.steps import until

ROOT = Path(__file__).parents[2]
PROJECT = "synergyostest"
SUBNET = "10.213.81.0/24"
SCALE = {"gateway": 2, "projects": 3, "sender": 4}
OUR_OWN = ("auth", "gateway", "projects", "webhooks", "relay-auth", "relay-projects", "relay-webhooks", "sender")


def run(*command: str, env: dict[str, str] | None = None) -> str:
    """What a program prints. Raises AssertionError with all it said when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


class Stack:
    """`room` keeps its secrets and variables."""

    def __init__(self, room: Path, *, port: int = 18080, secure_port: int = 18443) -> None:
        self.room = room
        self.notes = room.parent / "events"
        self.url = f"http://127.0.0.1:{port}"
        self.secure_url = f"https://127.0.0.1:{secure_port}"
        self.settings = {
            "COMPOSE_PROJECT_NAME": PROJECT,
            "EDGE_SUBNET": SUBNET,
            "HTTP_ADDRESS": "127.0.0.1",
            "HTTP_PORT": str(port),
            "HTTPS_PORT": str(secure_port),
            "WEBHOOK_ALLOW": "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16",
            "RATE_ANON": "0",
            "RATE_REGISTER": "0",
        }

    def prepare(self, **settings: str) -> None:
        """Write what compose.yaml reads."""
        script = str(ROOT / "infra" / "compose" / "prepare.py")
        run(sys.executable, script, "--room", str(self.room), env=dict(os.environ) | self.settings | settings)

    def compose(self, *arguments: str) -> str:
        """Docker Compose on this stack."""
        env = dict(os.environ) | {"SYNERGY_COMPOSE": str(self.room)}
        return run("sh", str(ROOT / "infra" / "compose" / "compose.sh"), *arguments, env=env)

    def up(self, *services: str, **scale: int) -> None:
        """Start, or bring to these replicas, and wait until everything is healthy."""
        scaled = [part for name, count in scale.items() for part in ("--scale", f"{name}={count}")]
        self.compose("up", "-d", *scaled, *services)
        until(lambda: not self.unhealthy(), seconds=120, what="every container being healthy")

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Note what Docker tells of the containers as long as the block, for `when`: it remembers little itself."""
        of = ["--filter", "type=container", "--filter", f"label=com.docker.compose.project={PROJECT}"]
        kinds = [part for kind in ("start", "die", "health_status") for part in ("--filter", f"event={kind}")]
        with self.notes.open("wb") as out:
            watching = subprocess.Popen(["docker", "events", *of, *kinds, "--format", "{{json .}}"], stdout=out)
        try:
            yield
        finally:
            watching.terminate()
            watching.wait(20)

    def when(self, service: str, action: str, **attributes: str) -> int:
        """When a container of `service` first did `action` (start, die, "health_status: healthy"), in nanoseconds."""
        told = [json.loads(line) for line in self.notes.read_text().splitlines()]
        wanted = set((attributes | {"com.docker.compose.service": service}).items())
        times = [
            e["timeNano"] for e in told if e["Action"] == action and wanted <= set(e["Actor"]["Attributes"].items())
        ]
        assert times, f"{service}: no {action} among {len(told)} events"
        return min(times)

    def containers(self, service: str | None = None, *, ended: bool = False) -> list[dict[str, Any]]:
        """What Docker knows about the containers, of one service or all."""
        of = [] if service is None else ["--filter", f"label=com.docker.compose.service={service}"]
        every = ["--all"] if ended else []
        ids = run("docker", "ps", "-q", *every, "--filter", f"label=com.docker.compose.project={PROJECT}", *of).split()
        return json.loads(run("docker", "inspect", *ids)) if ids else []

    def unhealthy(self) -> list[str]:
        """Names of running containers that are not healthy."""
        return [c["Name"] for c in self.containers() if c["State"].get("Health", {}).get("Status") != "healthy"]

    def inside(self, service: str, *command: str, index: int = 0) -> str:
        """What a program prints within a container of `service`."""
        return run("docker", "exec", self.containers(service)[index]["Id"], *command)

    def addresses(self, service: str, network: str) -> set[str]:
        """The addresses of a service's containers on a network."""
        networks = (c["NetworkSettings"]["Networks"] for c in self.containers(service))
        return {n[f"{PROJECT}_{network}"]["IPAddress"] for n in networks}

    def way_in(self, network: str) -> str:
        """This machine's own address on a network."""
        subnet = self.network(network)["IPAM"]["Config"][0]["Subnet"]
        return str(next(ip_network(subnet).hosts()))

    def network(self, name: str) -> dict[str, Any]:
        """What Docker knows about a network."""
        return json.loads(run("docker", "network", "inspect", f"{PROJECT}_{name}"))[0]

    def networks(self, service: str) -> set[str]:
        """The networks a service's containers have joined."""
        joined = (c["NetworkSettings"]["Networks"] for c in self.containers(service))
        return {name.removeprefix(f"{PROJECT}_") for names in joined for name in names}

    def counted(self, service: str, metric: str, **labels: str) -> dict[str, float]:
        """What each replica of a service has counted, by address: the sum over the samples that have these labels."""
        ask = "import sys, urllib.request as r; print(r.urlopen(sys.argv[1]).read().decode())"
        wanted = set(labels.items())
        counts = {}
        for address in self.addresses(service, "internal"):
            page = self.inside("auth", "python", "-c", ask, f"http://{address}:9100/metrics")
            samples = (s for family in text_string_to_metric_families(page) for s in family.samples)
            counts[address] = sum(s.value for s in samples if s.name == metric and wanted <= set(s.labels.items()))
        return counts

    def consumers(self, queue: str) -> int:
        """How many consumers RabbitMQ lists on `queue`."""
        said = self.inside("rabbitmq", "rabbitmqctl", "-q", "list_consumers", "-p", "synergy", "queue_name")
        return said.split().count(queue)

    def door_log(self) -> list[dict[str, Any]]:
        """What nginx has noted, a request an entry; `gateway` is empty where it answered itself."""
        nginx = self.containers("nginx")[0]["Id"]
        return [json.loads(line) for line in run("docker", "logs", nginx).splitlines() if line.startswith("{")]

    def answered_by(self) -> list[str]:
        """The gateways that answered nginx, in the order of its log: addresses."""
        return [entry["gateway"].partition(":")[0] for entry in self.door_log() if entry["gateway"]]

    @contextmanager
    def frozen(self, *containers: dict[str, Any]) -> Iterator[None]:
        """`containers` do nothing as long as the block; afterwards everything is healthy again."""
        ids = [container["Id"] for container in containers]
        run("docker", "pause", *ids)
        try:
            yield
        finally:
            run("docker", "unpause", *ids)
            until(lambda: not self.unhealthy(), seconds=120, what="what was frozen being healthy")


def variables(container: dict[str, Any]) -> dict[str, str]:
    """The variables a container was started with."""
    return dict(pair.split("=", 1) for pair in container["Config"]["Env"])


def crash(container: dict[str, Any]) -> None:
    """End a container's program by SIGKILL, as a crash would: Docker then starts it again by itself."""
    for line in run("docker", "top", container["Id"], "-eo", "pid,args").splitlines()[1:]:
        pid, program = line.split(maxsplit=1)
        if program.startswith("python -m"):
            os.kill(int(pid), signal.SIGKILL)
