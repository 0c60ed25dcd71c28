"""Builds the gateway from its settings; where everything meets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Final

from litestar import Litestar
from litestar.types import ASGIApp
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from synergy_chassis.bus.asyncio_caller import Caller
from synergy_chassis.bus.asyncio_hearing import Heard, Hearing
from synergy_chassis.bus.asyncio_listener import Listener
from synergy_chassis.clock import SystemClock
from synergy_contracts.envelope import Nothing
from synergy_gateway.compressing import Compressed
from synergy_gateway.crowd import Crowd
from synergy_gateway.documents import Documents
from synergy_gateway.ending import before_ending
from synergy_gateway.errors import respond
from synergy_gateway.following.feed import Feed
from synergy_gateway.following.pulse import Pulse
from synergy_gateway.following.watch import Watch
from synergy_gateway.frame import Frame, security
from synergy_gateway.gateway import Gateway
from synergy_gateway.handling import options_handlers, route_handler
from synergy_gateway.health import Health
from synergy_gateway.identity import Identity
from synergy_gateway.keeping import measures as keeping_measures
from synergy_gateway.keeping.door import KeptAnswers
from synergy_gateway.keeping.keeper import Keeper
from synergy_gateway.keeping.marks import Marks
from synergy_gateway.keeping.news import News
from synergy_gateway.keeping.shelf import Shelf
from synergy_gateway.keys import Keys
from synergy_gateway.limits.door import Limited
from synergy_gateway.limits.limits import Limits
from synergy_gateway.methods import CHECK_SESSIONS, FOLLOW_EVENTS, JWKS, LIST_MEMBERSHIPS, REVOCATIONS, VERIFY_TOKEN
from synergy_gateway.personal_tokens import PersonalTokens
from synergy_gateway.revocations import RevokedTokens
from synergy_gateway.routes import OPERATIONS
from synergy_gateway.services import Services
from synergy_gateway.settings import Settings
from synergy_gateway.straight import Straight

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]

REVOKING: Final = ("session.*", "user.signed_out", "user.disabled", "user.rights_changed", "user.erased")
"""Events of auth after which some tokens hold no more."""
REVOCATIONS_DEADLINE: Final = timedelta(seconds=2)
ARRIVING: Final = 5.0
"""Seconds that a gateway which starts keeps those waiting who come before it has reached the broker."""
REDIS_SECONDS: Final = 0.5
"""How long Redis may take: it makes things faster, so it is not waited for."""


def build(settings: Settings, *lifespan: Lifespan) -> ASGIApp:
    """
    The ASGI application. It connects when its lifespan starts, and serves whether or not that works; what comes in the
    first moments waits for it, for a gateway beside others is asked as soon as it listens.
    """
    clock = SystemClock()
    caller = Caller(settings.amqp_url)
    redis = _redis(settings.redis_url)
    services = Services(caller, deadline=settings.rpc_deadline)
    keys = Keys(lambda: services.ask(JWKS, Nothing(), deadline=settings.rpc_deadline))
    revoked = RevokedTokens(lambda body: services.ask(REVOCATIONS, body, deadline=REVOCATIONS_DEADLINE), clock)
    personal = PersonalTokens(lambda body: services.ask(VERIFY_TOKEN, body, deadline=settings.rpc_deadline), clock)
    hints = Listener(settings.amqp_url, exchange="auth.events", keys=REVOKING, on_message=revoked.hasten)
    shelf = Shelf(settings.cache_bytes)
    keeping_measures.watch(shelf)
    news = News(partial(keeping_measures.forgotten, shelf))
    feed = Feed(
        lambda body: services.ask(FOLLOW_EVENTS, body),
        lambda actor: services.ask(LIST_MEMBERSHIPS, Nothing(), actor=actor),
    )
    pulse = Pulse(lambda: feed.streams)
    watch = Watch(lambda: feed.audience, revoked, lambda body: services.ask(CHECK_SESSIONS, body))

    def heard(event: Heard) -> None:
        news.of_projects(event)
        feed.hasten()

    def missed() -> None:
        news.gap()
        feed.hasten()

    of_projects = Hearing(settings.amqp_url, source="projects", on_event=heard, on_gap=missed)
    of_auth = Hearing(settings.amqp_url, source="auth", on_event=news.of_auth, on_gap=news.gap)
    hearings = (of_projects, of_auth)
    marks = Marks(settings.redis_url, seconds=REDIS_SECONDS)
    keeper = Keeper(
        marks, news, shelf, hears=lambda: of_projects.hears and of_auth.hears, deadline=settings.rpc_deadline
    )
    gateway = Gateway(
        settings=settings,
        services=services,
        identity=Identity(keys, revoked, personal, clock),
        keeper=keeper,
        limits=Limits(marks, clock, user=settings.rate_user, anonymous=settings.rate_anonymous),
        feed=feed,
        health=Health(services, redis, clock, deadline=settings.health_deadline),
        documents=Documents.of(OPERATIONS, server=settings.public_url),
    )

    @asynccontextmanager
    async def connections(_app: Litestar) -> AsyncIterator[None]:
        await caller.start()
        await hints.start()
        await marks.start()
        for hearing in hearings:
            await hearing.start()
        before_ending(feed.drain)
        tasks = [
            asyncio.create_task(revoked.keep(), name="keep revocations"),
            asyncio.create_task(feed.keep(), name="keep the feed"),
            asyncio.create_task(watch.keep(), name="watch streams"),
            asyncio.create_task(pulse.keep(), name="look after streams"),
        ]
        try:
            await caller.arrived(ARRIVING)
            yield
        finally:
            for task in tasks:
                task.cancel()
            for hearing in hearings:
                await hearing.stop()
            await marks.stop()
            await hints.stop()
            await caller.stop()
            await redis.aclose()

    return framed(application(gateway, connections, *lifespan), gateway)


def framed(app: ASGIApp, gateway: Gateway) -> ASGIApp:
    """
    The framework's application in its frame: it takes no more than it can, behind compression, the limits, and what is
    kept in memory.
    """
    kept = KeptAnswers(app, gateway.keeper, OPERATIONS)
    compressed = Compressed(Limited(kept, gateway.limits, gateway.identity, OPERATIONS))
    crowd, settings = Crowd(compressed), gateway.settings
    return Frame(crowd, settings, Straight(gateway, crowd, compressed, OPERATIONS, security(settings)))


def application(gateway: Gateway, *lifespan: Lifespan) -> Litestar:
    """The framework's application over a gateway's parts."""
    return Litestar(
        route_handlers=[
            *options_handlers(OPERATIONS),  # first, or the framework makes its own
            *(route_handler(operation, gateway) for operation in OPERATIONS),
        ],
        exception_handlers={Exception: respond},
        lifespan=list(lifespan),
        openapi_config=None,
        logging_config=None,
        request_max_body_size=None,  # bodies.read has the limit
        debug=False,
    )


def _redis(url: str) -> "Redis":
    return Redis.from_url(
        url,
        socket_timeout=REDIS_SECONDS,
        socket_connect_timeout=REDIS_SECONDS,
        retry=Retry(NoBackoff(), 1),
        client_name="gateway",
    )
