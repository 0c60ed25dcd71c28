"""One request to the API and its answer: tokens, keys, tries, problems."""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit
from uuid import uuid4

import requests

from synergy_client.errors import ApiError, Unreachable
from synergy_client.problems import BY_CODE, BY_STATUS
from synergy_client.session import Credentials

USER_AGENT: Final = "synergy-client/0.1"
AGAIN: Final = frozenset({429, 502, 503, 504})
"""Statuses after which a request that may be repeated is."""
STILL_RUNNING: Final = 409
"""With Retry-After: the same key is being worked on."""
EXPIRED: Final = "invalid-token"
REFRESH: Final = "/api/auth/token/refresh/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """How often a request is tried and how long is waited before another try (seconds), unless Retry-After says so."""

    attempts: int = 4
    first: float = 0.25
    longest: float = 30.0

    def pause(self, attempt: int, told: float | None) -> float | None:
        """Before the try after `attempt` (1, 2 …); None to give up."""
        if attempt >= self.attempts or (told is not None and told > self.longest):
            return None
        return told if told is not None else min(self.longest, self.first * 2 ** (attempt - 1)) * (0.5 + _chance())


_chance: Final[Callable[[], float]] = random.SystemRandom().random


class Answer(dict[str, Any]):
    """An answer's object, with the ETag that came with it."""

    etag: str | None = None


def etag(answer: Mapping[str, Any]) -> str | None:
    """The ETag an answer came with, for `options(if_match=…)`."""
    return getattr(answer, "etag", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """Sends requests to `url` (no slash at its end). `headers` go with each; `timeout` is of one try, in seconds."""

    url: str
    session: requests.Session
    credentials: Credentials
    retry: Retry = field(default_factory=Retry)
    timeout: float = 30.0
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: Callable[[float], None] = time.sleep

    def with_headers(self, **headers: str | None) -> "Transport":
        """The same with these headers beside its own; `_` in a name stands for `-`, None for none."""
        added = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
        return replace(self, headers={**self.headers, **added})

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        signed_in: bool = True,
    ) -> Any:
        """
        The answer: an object, a text for what is no JSON, None for nothing. `content` is a file instead of a `body`.

        Raises ApiError by its type, Unreachable.
        """
        headers = dict(self.headers)
        if content is not None:
            headers["Content-Type"] = "application/octet-stream"
        again = method == "GET" or signed_in
        if method != "GET" and signed_in:
            headers.setdefault("Idempotency-Key", str(uuid4()))
        attempt = 0
        while True:
            attempt += 1
            access = self.credentials.access if signed_in else None
            try:
                response = self._once(method, path, query, body, content, headers, access)
            except requests.RequestException as error:
                if again and (pause := self.retry.pause(attempt, None)) is not None:
                    self.pause(pause)
                    continue
                raise Unreachable(f"{self.url} did not answer: {error}") from error
            if response.ok:
                return _read(response)
            no = problem(response)
            if no.code == EXPIRED and attempt == 1 and self.credentials.renewed(access, self._renew):
                continue
            repeatable = no.status in AGAIN or (no.status == STILL_RUNNING and no.retry_after is not None)
            if again and repeatable and (pause := self.retry.pause(attempt, no.retry_after)) is not None:
                self.pause(pause)
                continue
            raise no

    def pages(self, path: str, query: Mapping[str, Any]) -> Iterator[Any]:
        """Every item of a list, from page to page."""
        asked: Mapping[str, Any] | None = query
        while asked is not None:
            page = self.send("GET", path, query=asked)
            yield from page["results"]
            asked = parse_qs(urlsplit(page["next"]).query) if page["next"] else None

    def stream(
        self, path: str, *, query: Mapping[str, Any], headers: Mapping[str, str], silence: float
    ) -> requests.Response:
        """
        A response whose body is read as it comes; the caller closes it. After `silence` seconds without a byte it is
        broken. Raises ApiError or RequestException.
        """
        for attempt in (1, 2):
            access = self.credentials.access
            response = self.session.request(
                "GET", self.url + path, params=_texts(query), headers=self._named({**self.headers, **headers}, access),
                timeout=(self.timeout, silence), stream=True, allow_redirects=False,
            )  # fmt: skip
            if response.ok:
                return response
            with response:
                no = problem(response)
            if no.code != EXPIRED or attempt == 2 or not self.credentials.renewed(access, self._renew):
                raise no
        raise AssertionError("unreachable")

    def _once(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None,
        body: Mapping[str, Any] | None,
        content: bytes | None,
        headers: Mapping[str, str],
        access: str | None,
    ) -> requests.Response:
        return self.session.request(
            method, self.url + path, params=_texts(query or {}), json=body, data=content,
            headers=self._named(headers, access), timeout=self.timeout, allow_redirects=False,
        )  # fmt: skip

    def _named(self, headers: Mapping[str, str], access: str | None) -> dict[str, str]:
        named = {"User-Agent": USER_AGENT, "Accept": "*/*", **headers}
        return named | ({"Authorization": f"Bearer {access}"} if access else {})

    def _renew(self, refresh: str) -> tuple[str, str]:
        pair = replace(self, headers={}).send("POST", REFRESH, body={"refresh": refresh}, signed_in=False)
        return pair["access"], pair["refresh"]


def problem(response: requests.Response) -> ApiError:
    """The exception for an answer that is none of 2xx."""
    try:
        told = response.json()
    except ValueError:
        told = None
    document = told if isinstance(told, dict) else {"detail": response.text[:500]}
    code = str(document.get("type", "")).rpartition("/")[2]
    known = BY_CODE.get(code) or BY_STATUS.get(response.status_code, ApiError)
    return known(response.status_code, document, _seconds(response.headers.get("Retry-After")))


def filled(path: str, **ids: object) -> str:
    """An address with its parameters in it."""
    return path.format_map({name: quote(str(value), safe="") for name, value in ids.items()})


def _read(response: requests.Response) -> Any:
    if not response.content:
        return None
    if "json" not in response.headers.get("Content-Type", ""):
        return response.text
    value = response.json()
    if isinstance(value, dict):
        value = Answer(value)
        value.etag = response.headers.get("ETag")
    return value


def _texts(query: Mapping[str, Any]) -> dict[str, list[str]]:
    """As a query has them: a list is a parameter that is given again and again."""
    lists = {name: value if isinstance(value, list | tuple) else [value] for name, value in query.items()}
    return {name: [_text(one) for one in values if one is not None] for name, values in lists.items()}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isdecimal() else None
