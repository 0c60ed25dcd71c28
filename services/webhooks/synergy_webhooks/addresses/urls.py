"""A webhook's URL, read so strictly that no other reader can see another host in it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_FORBIDDEN: Final = re.compile(r"[\x00-\x20\x7f\\]")
_KEPT: Final = "/:@!$&'()*+,;=-._~%?"


class BadUrl(ValueError):
    """The text is not a URL that a webhook can have; `str()` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """
    What a URL names. `host` is a lower-case ASCII name, or the text of `literal`; `path` holds the query too.
    """

    scheme: str
    host: str
    literal: IPv4Address | IPv6Address | None
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The `Host` header: the port only where it is not the scheme's own, IPv6 in brackets."""
        host = f"[{self.host}]" if isinstance(self.literal, IPv6Address) else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


@lru_cache(maxsize=4_096)
def read(url: str) -> Target:
    """
    The target of an absolute http(s) URL.

    Raises BadUrl for other schemes, user-info, fragments, control characters and backslashes, zone ids, and for
    hosts that end in a number without being four plain decimal ones (`127.1`, `0x7f000001`, `017700000001`).
    """
    if _FORBIDDEN.search(url):
        raise BadUrl("A URL holds no spaces, control characters or backslashes.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadUrl("The URL's host or port is malformed.") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise BadUrl("A webhook's URL begins with https://.")
    if "@" in parts.netloc:
        raise BadUrl("Leave user name and password out of the URL; deliveries are signed instead.")
    if "#" in url:
        raise BadUrl("A webhook's URL has no fragment (#).")
    if port == 0:
        raise BadUrl("There is no port 0.")
    host, literal = _host(parts)
    return Target(
        scheme=parts.scheme, host=host, literal=literal, port=port or DEFAULT_PORTS[parts.scheme], path=_path(parts)
    )


def _host(parts: SplitResult) -> tuple[str, IPv4Address | IPv6Address | None]:
    name = parts.hostname or ""
    if "[" in parts.netloc:
        try:
            if "%" in name:
                raise AddressValueError
            six = IPv6Address(name)
        except AddressValueError:
            raise BadUrl("The URL's IPv6 address is malformed.") from None
        return six.compressed, six
    try:
        name = name.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        raise BadUrl("The URL's host is not a valid name.") from None
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        try:
            four = IPv4Address(name)
        except AddressValueError:
            raise BadUrl("Write the host as four decimal numbers (192.0.2.1) or as a name.") from None
        return str(four), four
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise BadUrl("The URL's host is not a valid name.")
    return name, None


def _path(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe=_KEPT.replace("?", "%3F"))
    return f"{path}?{quote(parts.query, safe=_KEPT)}" if parts.query else path
