"""Which Host a request may name, so that nobody is led elsewhere by an answer that was made for another name."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

EVERY: Final = "*"
LONGEST_ADDRESS: Final = 16_000
"""Bytes of the path and the query together."""
EXEMPT: Final = frozenset({"/livez", "/readyz"})
"""Addresses that a supervisor or a load balancer asks by number, whatever the host is called."""
NAME: Final = re.compile(r"\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]")
HOST: Final = re.compile(r"(?P<name>[a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


class AllowedHosts:
    """
    `names` are exact, or begin with a dot: `.example.com` is example.com and whatever is beneath it. `*`, or no name
    at all, is every host. Ports do not matter.
    """

    def __init__(self, names: Iterable[str]) -> None:
        given = frozenset(names)
        self._every = not given or EVERY in given
        self._exact = frozenset(name.removeprefix(".") for name in given)
        self._beneath = tuple(name for name in given if name.startswith("."))

    def allow(self, path: str, hosts: Sequence[str]) -> bool:
        """Whether a request for `path` with these Host headers is answered."""
        if self._every or path.rstrip("/") in EXEMPT:
            return True
        name = _name(hosts[0]) if len(hosts) == 1 else None
        return name is not None and (name in self._exact or name.endswith(self._beneath))


def parse(text: str) -> tuple[str, ...]:
    """The names of a list with commas between. Raises ValueError naming one that is no host."""
    names = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    for name in names:
        if name != EVERY and not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a host name, .domain or *")
    return names


def _name(host: str) -> str | None:
    """The host without its port and without the root's dot; None if it is none."""
    match = HOST.fullmatch(host.strip().lower())
    return match["name"].removesuffix(".") if match else None
