"""What the time of an answer tells about an account: nothing."""

import gc
import http.client
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Final
from urllib.parse import urlsplit

from bench.auth.ground import PASSWORD, Ground
from bench.auth.samples import Difference, difference, interleaved
from bench.report import Hold, Section

TRIES: Final = 3
"""Times that one name is tried, or an address asked for: within what the limits allow."""
WARM: Final = 10
MOST_APART: Final = 2.0
"""Milliseconds: what the interval of the shift may reach at most."""
LOGIN, RESET = "/api/auth/login/", "/api/auth/password/reset/"


def measure(place: Ground) -> Sequence[Section]:
    """Wrong passwords beside unknown names and disabled accounts; resets for known addresses beside unknown ones."""
    count = -(-(place.options.samples + WARM) // TRIES)
    for prefix in ("known-", "other-", "off-", "asked-"):
        place.register(prefix, count)
    place.disable("off-")
    place.rest()
    asking = Asking(place)
    wrong, right = "wrong horse battery", PASSWORD
    return [
        asking.compare(
            "Login: a name that is known, wrong password, beside one that is not",
            {"known": asking.login("known-", wrong), "unknown": asking.login("nobody-", wrong)},
        ),
        asking.compare(
            "Login: a disabled account, right password, beside an account, wrong password",
            {"disabled": asking.login("off-", right), "wrong password": asking.login("other-", wrong)},
        ),
        asking.compare(
            "Password reset: an address that is known beside one that is not",
            {"known": asking.reset("asked-"), "unknown": asking.reset("nobody-")},
        ),
    ]


class Asking:
    """One client on one connection, who says of each request that it comes from elsewhere."""

    def __init__(self, place: Ground) -> None:
        self._place = place
        self._requests = 0
        door = urlsplit(place.url)
        self._connection = http.client.HTTPConnection(door.hostname or "", door.port, timeout=15)

    def login(self, prefix: str, password: str) -> Callable[[int], float]:
        """Signing in under the name of a turn, refused; the seconds it takes."""
        return lambda turn: self._took(LOGIN, {"username": f"{prefix}{turn // TRIES:04}", "password": password}, 401)

    def reset(self, prefix: str) -> Callable[[int], float]:
        """Asking for a mail to the address of a turn; the seconds it takes."""
        return lambda turn: self._took(RESET, {"email": f"{prefix}{turn // TRIES:04}@example.com"}, 204)

    def compare(self, title: str, sides: Mapping[str, Callable[[int], float]]) -> Section:
        """Both in turns, and what tells them apart."""
        self._place.told(title)
        (one, ours), (other, theirs) = sides.items()
        gc.collect()
        gc.disable()
        with closing(self._connection):
            found = interleaved(ours, theirs, samples=self._place.options.samples, warm=WARM)
        gc.enable()
        section = Section(title=title, unit="ms", series=dict(zip((one, other), found, strict=True)), floor=other)
        apart = difference(*found)
        section.notes.append(sentence(one, other, apart, len(found[0].values)))
        section.holds.append(
            Hold(f"{one} − {other}, the far end of 95 %", apart.farthest, MOST_APART, at_most=True, unit=" ms")
        )
        return section

    def _took(self, path: str, body: dict[str, str], expected: int) -> float:
        self._requests += 1
        elsewhere = f"10.{self._requests >> 16 & 255}.{self._requests >> 8 & 255}.{self._requests & 255}"
        headers = {"Content-Type": "application/json", "X-Forwarded-For": elsewhere}
        content = json.dumps(body)
        begin = time.perf_counter()
        self._connection.request("POST", path, content, headers)
        answer = self._connection.getresponse()
        answer.read()
        took = time.perf_counter() - begin
        if answer.status != expected:
            raise RuntimeError(f"POST {path} answered {answer.status}, not {expected}")
        return took


def sentence(one: str, other: str, apart: Difference, samples: int) -> str:
    """The difference in words."""
    return (
        f"{one} − {other}: {apart.shift:+.2f} ms (95 %: {apart.low:+.2f} to {apart.high:+.2f}); Mann-Whitney "
        f"p = {apart.p:.3f}; one try tells them with {max(apart.superior, 1 - apart.superior):.0%}; {samples} of each"
    )
