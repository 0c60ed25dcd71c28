"""The passwords and the key of one local stack: made once, kept in a file only its owner may read."""

import json
import secrets
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Self

from synergy_local.account import private_file
from synergy_operator.broker import SERVICES, USERS


def passwords(*names: str) -> dict[str, str]:
    """A password for each name, safe in an address and in a configuration file."""
    return {name: secrets.token_hex(16) for name in names}


def roles() -> dict[str, str]:
    """The database roles: an owner and a service role for each service."""
    return passwords(*(f"{service}_{kind}" for service in SERVICES for kind in ("owner", "service")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """`secret_key` seals what auth and webhooks keep sealed: whoever loses it cannot read those rows again."""

    postgres_admin: str = field(default_factory=lambda: secrets.token_hex(16))
    redis: str = field(default_factory=lambda: secrets.token_hex(16))
    secret_key: str = field(default_factory=lambda: secrets.token_hex(32))
    broker: dict[str, str] = field(default_factory=lambda: passwords(*USERS))
    database: dict[str, str] = field(default_factory=roles)

    @classmethod
    def kept_in(cls, path: Path) -> Self:
        """Those kept in `path`, made and written there the first time; new names get theirs as they appear."""
        told = json.loads(path.read_text("utf-8")) if path.exists() else {}
        known = {f.name: told[f.name] for f in fields(cls) if f.name in told}
        fresh = cls()
        for group in ("broker", "database"):
            known[group] = getattr(fresh, group) | known.get(group, {})
        credentials = cls(**known)
        private_file(path, json.dumps(asdict(credentials), indent=2) + "\n")
        return credentials
