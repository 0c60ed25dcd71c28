"""
Writes what infra/compose.yaml reads: a file of variables for each container with its own secrets and nobody else's, the
broker's definitions, the certificate. `make up` calls it before Compose. Standard library only.

Secrets are made once and kept (`credentials.json`). Everything lies in `.synergy/compose`, which only its owner may
enter: secrets have mode 0600; the definitions (salted hashes) and the certificate's key are open to the users of the
containers they are mounted into, behind that folder.
"""

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "infra" / "operator"), str(ROOT / "infra" / "local")]

from synergy_local.account import private_file, private_folder  # noqa: E402
from synergy_local.credentials import Credentials  # noqa: E402
from synergy_operator import broker  # noqa: E402
from synergy_operator.configuration import configured, handed_to  # noqa: E402
from synergy_operator.environments import NotConfigured  # noqa: E402
from synergy_operator.outside import NAMES as OUTSIDE  # noqa: E402

ADMIN = "synergy_admin"
SCALED = ("gateway", *broker.SERVICES, "sender")
OPEN = {"HTTP_ADDRESS": "0.0.0.0", "HTTP_PORT": "80", "HTTPS_PORT": "443", "OPEN_FILES": "65536"}  # noqa: S104 - nginx is the front door
SEALS_FOLDER = "/var/lib/synergy/seals"
"""Within the containers: the volume `seals`."""
EDGE_SUBNET = "10.213.80.0/24"
"""nginx and the gateways: whose X-Forwarded-For the gateways believe. Set EDGE_SUBNET where it is taken."""
OWN_SERVERS = (
    "`make up` brings PostgreSQL, RabbitMQ and Redis itself, in a network without a way out. Leave this out here; "
    "`make run` takes servers of your own."
)
METRICS = "every container answers at its port 9100 on the network `internal`. Leave this out here."
NOT_HERE = dict.fromkeys(OUTSIDE, OWN_SERVERS) | {
    "METRICS_HOST": METRICS,
    "METRICS_PORT": METRICS,
    "SEALS_FOLDER": "the copies of the seals are in the volume `seals`. Leave this out here.",
}
"""Settings that `make run` takes and containers cannot."""


def main(arguments: list[str] | None = None) -> int:
    """Write everything; 1 with a clear sentence when a setting is wrong."""
    parser = argparse.ArgumentParser(description="Write what infra/compose.yaml reads.")
    parser.add_argument("--room", type=Path, default=ROOT / ".synergy" / "compose", help="where; .synergy/compose")
    room = parser.parse_args(arguments).room.absolute()
    try:
        settings = configured(ROOT, os.environ)
        prepare(room, settings)
    except NotConfigured as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 1
    if room == ROOT / ".synergy" / "compose":  # beside compose.yaml, where Compose itself looks
        private_file(ROOT / "infra" / ".env", (room / "compose.env").read_text("utf-8"))
    sys.stdout.write(f"SynergyOS will answer at {public_url(settings)}\n")
    return 0


def prepare(room: Path, settings: Mapping[str, str]) -> None:
    """Write the files of one stack into `room`. Raises NotConfigured."""
    refuse_what_cannot_work(settings)
    room.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    private_folder(room)
    credentials = Credentials.kept_in(room / "credentials.json")
    definitions = definitions_document(credentials)
    open_file(room / "definitions.json", definitions)
    certificate = place_certificate(room / "tls", settings)
    files = environments(settings, credentials)
    # Compose makes a container anew when its variables change; these stand for the files it would not look into.
    files["rabbitmq"] = {"SYNERGY_DEFINITIONS": digest(definitions)}
    files["nginx"] = {
        "SYNERGY_CERTIFICATE": digest(certificate),
        "PUBLIC_URL": public_url(settings),
        "TRUSTED_PROXIES": trusted_proxies(settings),
    }
    for name, variables in files.items():
        private_file(room / f"{name}.env", lines(variables))
    private_file(room / "compose.env", lines(interpolated(room, settings)))


def refuse_what_cannot_work(settings: Mapping[str, str]) -> None:
    """Raises NotConfigured, one line a name: a setting that `make run` takes and containers would pass over."""
    wrong = [f"{name}: {told}" for name, told in NOT_HERE.items() if settings.get(name)]
    if wrong:
        raise NotConfigured("\n".join(wrong))


def trusted_proxies(settings: Mapping[str, str]) -> str:
    """The networks of proxies before nginx, whose X-Forwarded-For nginx believes."""
    told = [part.strip() for part in settings.get("TRUSTED_PROXIES", "").split(",") if part.strip()]
    try:
        return ",".join(str(ip_network(part, strict=False)) for part in told)
    except ValueError as wrong:
        raise NotConfigured(f"TRUSTED_PROXIES must be addresses and networks, with commas: {wrong}.") from None


def environments(settings: Mapping[str, str], credentials: Credentials) -> dict[str, dict[str, str]]:
    """The variables of each container by its name: its own addresses and secrets, and nobody else's."""

    def database(service: str, kind: str = "service") -> str:
        role = f"{service}_{kind}"
        return f"postgresql://{role}:{credentials.database[role]}@postgres:5432/synergy_{service}"

    def amqp(user: str) -> str:
        return f"amqp://{user}:{credentials.broker[user]}@rabbitmq:5672/{broker.VHOST}"

    admin = f"postgresql://{ADMIN}:{credentials.postgres_admin}@postgres:5432/postgres"
    secret = {"SECRET_KEY": settings.get("SECRET_KEY") or credentials.secret_key}
    webhooks = secret | {"WEBHOOK_ALLOW": settings.get("WEBHOOK_ALLOW", "")}
    own = {"auth": secret | {"PUBLIC_URL": public_url(settings)}, "projects": {}, "webhooks": webhooks}
    served = {s: {f"{s.upper()}_DATABASE_URL": database(s)} for s in broker.SERVICES}
    owned = {s: {f"{s.upper()}_MIGRATION_URL": database(s, "owner")} for s in broker.SERVICES}
    sealed = {"SEALS_FOLDER": SEALS_FOLDER}
    files = {
        "postgres": {"POSTGRES_USER": ADMIN, "POSTGRES_PASSWORD": credentials.postgres_admin},
        "redis": {"REDIS_PASSWORD": credentials.redis},
        "migrate": {"SETUP_POSTGRES_URL": admin}
        | sealed
        | {k: v for s in broker.SERVICES for k, v in (served[s] | owned[s]).items()},
        "sender": served["webhooks"] | webhooks,
        "gateway": {
            "GATEWAY_AMQP_URL": amqp("gateway"),
            "REDIS_URL": f"redis://:{credentials.redis}@redis:6379/0",
            "HOST": "0.0.0.0",  # noqa: S104 - within its container; no port of it is published
            "PORT": "8000",
            "PUBLIC_URL": public_url(settings),
            "TRUSTED_PROXIES": settings.get("EDGE_SUBNET", EDGE_SUBNET),
        },
    }
    for s in broker.SERVICES:
        files[s] = served[s] | {f"{s.upper()}_AMQP_URL": amqp(s)} | own[s]
        files[f"relay-{s}"] = served[s] | {"RELAY_AMQP_URL": amqp(f"relay-{s}")} | sealed
    return {name: handed_to(name, settings) | variables for name, variables in files.items()}


def interpolated(room: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """The variables that stand in compose.yaml itself. No secret is among them."""
    replicas = {f"{name.upper()}_REPLICAS": settings.get(f"{name.upper()}_REPLICAS", "1") for name in SCALED}
    open_to = {name: settings.get(name, usual) for name, usual in OPEN.items()}
    return {
        "COMPOSE_PROJECT_NAME": settings.get("COMPOSE_PROJECT_NAME", "synergyos"),
        "SYNERGY_COMPOSE": str(room),
        "EDGE_SUBNET": settings.get("EDGE_SUBNET", EDGE_SUBNET),
        **open_to,
        **replicas,
    }


def definitions_document(credentials: Credentials) -> str:
    """What the broker loads at every start; the same text for the same passwords, so that nothing restarts for it."""
    document = broker.definitions(credentials.broker)
    for user in document["users"]:
        password = credentials.broker[user["name"]]
        salt = hashlib.sha256(password.encode()).digest()[:4]  # as good as any: each password is 128 random bits
        user["password_hash"] = broker.password_hash(password, salt=salt)
    return json.dumps(document, indent=2) + "\n"


def place_certificate(folder: Path, settings: Mapping[str, str]) -> str:
    """Copy TLS_CERTIFICATE and TLS_KEY to where nginx finds them; what was there goes. The chain, empty without one."""
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    given = {name: settings.get(name) for name in ("TLS_CERTIFICATE", "TLS_KEY")}
    if any(given.values()) and not all(given.values()):
        raise NotConfigured(
            "Set both TLS_CERTIFICATE and TLS_KEY: the paths of the certificate's chain and of its key."
        )
    text = ""
    for name, path in given.items():
        target = folder / f"{name.removeprefix('TLS_').lower()}.pem"
        if path is None:
            target.unlink(missing_ok=True)
            continue
        try:
            text += open_file(target, Path(path).expanduser().read_text("ascii"))
        except (OSError, UnicodeDecodeError) as error:
            raise NotConfigured(f"{name}={path} cannot be read: {error}.") from None
    return text


def public_url(settings: Mapping[str, str]) -> str:
    """The address of the front door as clients write it: PUBLIC_URL, or this machine's own."""
    if told := settings.get("PUBLIC_URL"):
        return told.rstrip("/")
    secure = bool(settings.get("TLS_CERTIFICATE"))
    name, usual, scheme = ("HTTPS_PORT", "443", "https") if secure else ("HTTP_PORT", "80", "http")
    port = settings.get(name, usual)
    return f"{scheme}://localhost" + ("" if port == usual else f":{port}")


def lines(variables: Mapping[str, str]) -> str:
    """An env file. Raises NotConfigured for a value that such a file cannot hold."""
    for name, value in variables.items():
        if any(sign in value for sign in "\n\r'\"$#\\"):
            raise NotConfigured(f"{name} holds a sign that Compose would read otherwise: a quote, $, # or \\.")
    return "".join(f"{name}={value}\n" for name, value in variables.items())


def open_file(path: Path, text: str) -> str:
    """Write `text` in place, readable by the users of containers; returns it."""
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")
    path.chmod(0o444)
    return text


def digest(text: str) -> str:
    """A short name for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


if __name__ == "__main__":
    sys.exit(main())
