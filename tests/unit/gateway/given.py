"""A gateway in this process: real keys, real routes, and neighbours that answer what a test tells them to."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from litestar import Litestar
from unit.gateway.marks_in_memory import MarksInMemory

from synergy_chassis.bus.errors import RpcUnavailable
from synergy_chassis.bus.wire import Told
from synergy_chassis.clock import SystemClock
from synergy_contracts.envelope import Nothing
from synergy_gateway.bootstrap import application
from synergy_gateway.documents import Documents
from synergy_gateway.following.feed import Feed
from synergy_gateway.gateway import Gateway
from synergy_gateway.health import Health
from synergy_gateway.identity import Identity
from synergy_gateway.keeping.keeper import Keeper
from synergy_gateway.keeping.news import News
from synergy_gateway.keeping.shelf import Shelf
from synergy_gateway.keys import Keys
from synergy_gateway.limits.limits import Limits
from synergy_gateway.methods import FOLLOW_EVENTS, JWKS, LIST_MEMBERSHIPS, REVOCATIONS, VERIFY_TOKEN
from synergy_gateway.personal_tokens import PersonalTokens
from synergy_gateway.revocations import RevokedTokens
from synergy_gateway.routes import OPERATIONS
from synergy_gateway.services import Services
from synergy_gateway.settings import Settings

PERSON = {"id": 7, "username": "ann", "full_name": "Ann Lee"}
PROJECT = {
    "id": 3, "name": "Apollo", "description": "", "status": "planning", "priority": "medium", "start_date": None,
    "end_date": None, "budget": "12.50", "owner": PERSON, "team_members": [], "role": "owner", "progress": 0,
    "task_count": 0, "completed_task_count": 0, "version": 4, "revision": 2, "archived": False,
    "created_at": "2026-01-05T09:00:00Z", "updated_at": "2026-01-05T09:00:00Z",
}  # fmt: skip
TASK = {
    "id": 9, "number": 1, "project": 3, "title": "Build", "description": "", "status": "todo", "priority": "medium",
    "impact": 0.0, "assignees": [PERSON], "start_date": None, "due_date": None, "estimated_hours": None,
    "actual_hours": None, "story_points": None, "completed_at": None, "version": 5, "revision": 3,
    "created_at": "2026-01-05T09:00:00Z", "updated_at": "2026-01-05T09:00:00Z",
}  # fmt: skip


@dataclass
class Signer:
    """A key of auth's, and tokens signed with it."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    kid: str = "key-1"

    def jwk(self) -> dict[str, str]:
        public = base64.urlsafe_b64encode(self.key.public_key().public_bytes_raw()).rstrip(b"=").decode()
        return {"kty": "OKP", "crv": "Ed25519", "x": public, "kid": self.kid, "use": "sig", "alg": "EdDSA"}

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = int(SystemClock().now().timestamp())
        claims = {
            "iss": "synergyos", "aud": "synergyos", "sub": "7", "jti": "j", "sid": "s", "scopes": ["read", "write"],
            "superuser": False, "iat": now, "nbf": now, "exp": now + 60,
        } | changes  # fmt: skip
        return {name: value for name, value in claims.items() if value is not None}

    def token(
        self, *, headers: dict[str, Any] | None = None, key: Any = None, algorithm: str = "EdDSA", **changes: Any
    ) -> str:
        head = {"typ": "at+jwt", "kid": self.kid} | (headers or {})
        return jwt.encode(self.claims(**changes), self.key if key is None else key, algorithm, headers=head)


@dataclass
class Neighbours:
    """
    Carries calls to nowhere: `answers` says what comes back, `versions` which are told with it, `calls` what was sent.
    """

    signer: Signer
    connected: bool = True
    answers: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, dict[str, int | None]] = field(default_factory=dict)
    calls: list[tuple[str, Any, dict[str, str], float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answers.setdefault("auth.jwks", lambda _: {"keys": [self.signer.jwk()]})
        self.answers.setdefault("auth.revocations", {"cursor": "1:1", "whole": True, "more": None, "revocations": []})

    async def told(self, method: str, body: Any, *, headers: dict[str, str], deadline: float) -> Told:
        sent = msgspec.json.decode(msgspec.json.encode(body))
        self.calls.append((method, sent, headers, deadline))
        answer = self.answers.get(method, RpcUnavailable(method))
        if isinstance(answer, Callable):
            answer = answer(sent)
        if isinstance(answer, Exception):
            raise answer
        raw = msgspec.Raw(answer if isinstance(answer, bytes) else msgspec.json.encode(answer))
        return Told(raw, self.versions.get(method))

    async def round_trip(self, *, deadline: float) -> None:
        if not self.connected:
            raise RpcUnavailable("no connection to the broker")

    def sent(self, method: str) -> list[Any]:
        return [body for name, body, _, _ in self.calls if name == method]

    def headers(self, method: str) -> dict[str, str]:
        return next(headers for name, _, headers, _ in reversed(self.calls) if name == method)


class Cache:
    """Redis, as far as health asks it."""

    def __init__(self) -> None:
        self.up = True

    async def ping(self) -> bool:
        if not self.up:
            raise ConnectionError
        return True


def settings(**changes: Any) -> Settings:
    given = {"amqp_url": "amqp://x", "redis_url": "redis://x", "public_url": "https://synergy.example"}
    return Settings(**given | changes)


@cache
def documents(server: str) -> Documents:
    """Made once: they are the same for every gateway at one address."""
    return Documents.of(OPERATIONS, server=server)


class Standing:
    """Whatever gateway is `now` behind the application, which takes a while to build and keeps nothing itself."""

    now: Gateway

    def __getattr__(self, part: str) -> Any:
        return getattr(self.now, part)


@dataclass
class Applications:
    """Applications that have been built, for one gateway after the other."""

    idle: dict[Settings, list[tuple[Standing, Litestar]]] = field(default_factory=dict)

    def take(self, gateway: Gateway) -> tuple[Standing, Litestar]:
        """One over `gateway` that nobody else has."""
        kept = self.idle.setdefault(gateway.settings, [])
        if kept:
            standing, app = kept.pop()
        else:
            standing = Standing()
            app = application(standing)
        standing.now = gateway
        return standing, app

    def give_back(self, taken: tuple[Standing, Litestar]) -> None:
        """For the next one with the same settings."""
        self.idle[taken[0].settings].append(taken)


APPLICATIONS = Applications()


def a_gateway(
    neighbours: Neighbours,
    cache: Cache,
    settings: Settings,
    *,
    marks: MarksInMemory | None = None,
    news: News | None = None,
) -> Gateway:
    clock = SystemClock()
    services = Services(neighbours, deadline=settings.rpc_deadline)
    revoked = RevokedTokens(lambda body: services.ask(REVOCATIONS, body), clock)
    personal = PersonalTokens(lambda body: services.ask(VERIFY_TOKEN, body), clock)
    marks = marks or MarksInMemory()
    keeper = Keeper(
        marks, news or News(), Shelf(settings.cache_bytes), hears=lambda: True,
        deadline=settings.rpc_deadline,
    )  # fmt: skip
    limits = Limits(marks, clock, user=settings.rate_user, anonymous=settings.rate_anonymous)
    return Gateway(
        settings=settings,
        services=services,
        identity=Identity(Keys(lambda: services.ask(JWKS, Nothing())), revoked, personal, clock),
        keeper=keeper,
        limits=limits,
        feed=Feed(
            lambda body: services.ask(FOLLOW_EVENTS, body),
            lambda actor: services.ask(LIST_MEMBERSHIPS, Nothing(), actor=actor),
        ),
        health=Health(services, cache, clock, deadline=timedelta(seconds=1)),
        documents=documents(settings.public_url),
    )
