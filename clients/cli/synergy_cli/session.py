"""The session that is kept between two commands: in one file, readable by its owner alone."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from synergy_client import Synergy
from synergy_client.session import Credentials

FOLDER: Final = "synergy"
FILE: Final = "session.json"
URL: Final = "SYNERGY_URL"
TOKEN: Final = "SYNERGY_TOKEN"  # noqa: S105 (a name)
CONFIG: Final = "XDG_CONFIG_HOME"


class NotSignedIn(Exception):
    """There is no session; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the file holds. Without `refresh`, `access` is a personal access token."""

    url: str
    username: str
    access: str
    refresh: str | None = None


def place(env: Mapping[str, str]) -> Path:
    """The file."""
    config = env.get(CONFIG) or str(Path.home() / ".config")
    return Path(config) / FOLDER / FILE


def read(path: Path) -> Kept:
    """The session that is kept. Raises NotSignedIn."""
    try:
        return Kept(**json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        raise NotSignedIn("You are not signed in. Run: synergy login https://…") from None
    except (ValueError, TypeError):
        raise NotSignedIn(f"{path} cannot be read. Run: synergy login https://…") from None


def write(path: Path, kept: Kept) -> None:
    """Keep it: written beside and put in place at once, never readable by others."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(kept), file)
    beside.replace(path)


def forget(path: Path) -> None:
    """Keep it no more."""
    path.unlink(missing_ok=True)


def client(env: Mapping[str, str], **more: Any) -> Synergy:
    """Whoever is signed in: by the environment, else by the file. Raises NotSignedIn."""
    if token := env.get(TOKEN):
        if not env.get(URL):
            raise NotSignedIn(f"Set {URL} too: where {TOKEN} is good.")
        return Synergy(env[URL], token=token, **more)
    path = place(env)
    kept = read(path)
    return Synergy(kept.url, tokens=KeptCredentials(path, kept), **more)


class KeptCredentials(Credentials):
    """Tokens that are renewed in the file: of several commands at once one renews them, the others read them there."""

    def __init__(self, path: Path, kept: Kept) -> None:
        super().__init__(kept.access, kept.refresh)
        self._path = path

    def renewed(self, refused: str | None, renew: Callable[[str], tuple[str, str]]) -> bool:
        """See Credentials."""
        with _locked(self._path):
            kept = read(self._path)
            if kept.access == refused:
                if kept.refresh is None:
                    return False
                access, refresh = renew(kept.refresh)
                kept = replace(kept, access=access, refresh=refresh)
                write(self._path, kept)
            self.access, self.refresh = kept.access, kept.refresh
            return True


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = path.with_suffix(".lock")
    with os.fdopen(os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
