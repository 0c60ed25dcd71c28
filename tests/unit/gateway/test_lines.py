"""Lines before the services: who waits, who goes first, who is told to come back."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from synergy_chassis.bus.errors import RpcTimeout
from synergy_chassis.bus.wire import Told
from synergy_contracts.envelope import Nothing
from synergy_contracts.refusals import Refused
from synergy_gateway import methods
from synergy_gateway.crowd import MOST as CROWD
from synergy_gateway.following.feed import MOST as STREAMS
from synergy_gateway.lines import AT_ANY_TIME, AT_ONCE, CHANGES, READS, SIGN_IN, SIGNING_IN, WEBHOOKS, Line, kind_of
from synergy_gateway.lines import MOST as LINE
from synergy_gateway.methods import Method
from synergy_gateway.server import CONNECTIONS
from synergy_gateway.services import Services

EVERY = [one for one in vars(methods).values() if isinstance(one, Method)] + list(methods.HEALTH.values())


class Calls:
    """Calls in a line, each of which ends when it is told how."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.began: list[str] = []
        self.ends: dict[str, asyncio.Future[None]] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, *names: str) -> None:
        for name in names:
            self.ends[name] = asyncio.get_running_loop().create_future()
            self.tasks[name] = asyncio.create_task(self._call(name))
            await turns()

    async def _call(self, name: str) -> None:
        async with self.line.place():
            self.began.append(name)
            await self.ends[name]

    async def end(self, name: str, error: Exception | None = None) -> None:
        self.ends[name].set_exception(error) if error else self.ends[name].set_result(None)
        with pytest.raises(type(error)) if error else _nothing():
            await self.tasks[name]
        await turns()


class _nothing:  # noqa: N801
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


async def turns() -> None:
    """Let everything happen that can."""
    for _ in range(10):
        await asyncio.sleep(0)


def run(steps: Coroutine[Any, Any, None]) -> None:
    asyncio.run(steps)


def test_so_many_are_inside_and_the_others_come_in_their_order():
    async def steps() -> None:
        calls = Calls(Line("x", 2))
        await calls.come("a", "b", "c", "d", "e")
        assert ["a", "b"] == calls.began
        await calls.end("b")
        assert ["a", "b", "c"] == calls.began
        await calls.end("c", RpcTimeout("c"))
        await calls.end("a", Refused("conflict", "x", "x"))
        assert ["a", "b", "c", "d", "e"] == calls.began
        await calls.end("d")
        await calls.end("e")
        await calls.come("f", "g", "h")
        assert ["f", "g"] == calls.began[5:]
        for name in ("f", "g", "h"):
            await calls.end(name)

    run(steps())


def test_who_leaves_the_line_is_not_waited_for():
    async def steps() -> None:
        calls = Calls(Line("x", 1))
        await calls.come("a", "b", "c")
        calls.tasks["b"].cancel()
        await turns()
        await calls.end("a")
        assert ["a", "c"] == calls.began
        await calls.end("c")
        await calls.come("d")
        assert "d" == calls.began[-1]
        await calls.end("d")

    run(steps())


def test_who_is_given_a_place_and_has_left_passes_it_on():
    async def steps() -> None:
        calls = Calls(Line("x", 1))
        await calls.come("a", "b", "c")
        calls.ends["a"].set_result(None)
        calls.tasks["b"].cancel()
        await turns()
        assert "c" == calls.began[-1]
        await calls.end("c")

    run(steps())


MOMENT = timedelta(seconds=0.05)
LONG = timedelta(seconds=60)


def test_where_nobody_is_answered_who_waits_is_told_so():
    async def steps() -> None:
        calls = Calls(Line("x", 1, stuck=MOMENT, patience=LONG))
        await calls.come("a", "b")
        with pytest.raises(Refused) as no:
            await calls.tasks["b"]
        assert ("too_late", "deadline-exceeded") == (no.value.kind, no.value.code)
        await calls.end("a")
        await calls.come("c")
        assert "c" == calls.began[-1]
        await calls.end("c")

    run(steps())


def test_as_long_as_somebody_is_answered_the_line_is_waited_in():
    async def steps() -> None:
        now = 0.0
        calls = Calls(Line("x", 1, stuck=MOMENT, patience=LONG, monotonic=lambda: now))
        await calls.come("a", "b", "c")
        now = 0.06
        await calls.end("a")
        now = 0.08
        await asyncio.sleep(0.12)  # c looks round twice: it has waited for 0.08, and somebody was answered at 0.06
        assert not calls.tasks["c"].done()
        await calls.end("b")
        assert "c" == calls.began[-1]
        await calls.end("c")

    run(steps())


def test_nobody_waits_longer_than_patience_has_it():
    async def steps() -> None:
        calls = Calls(Line("x", 1, stuck=LONG, patience=MOMENT))
        await calls.come("a", "b")
        with pytest.raises(Refused):
            await calls.tasks["b"]
        await calls.end("a")

    run(steps())


def test_what_is_urgent_stands_in_no_line():
    urgent = {"auth.revocations", "auth.jwks", "auth.verify_token", "auth.health", "projects.health", "webhooks.health"}

    assert urgent <= AT_ANY_TIME
    assert AT_ANY_TIME == {method.name for method in EVERY if kind_of(method) is None}


def test_there_is_room_for_others_while_every_line_of_a_service_is_full():
    assert 2 * LINE + AT_ONCE[READS] + AT_ONCE[CHANGES] < CROWD  # projects has two
    assert CROWD + STREAMS < CONNECTIONS


def test_each_method_of_projects_stands_where_it_belongs():
    of_projects = [method for method in EVERY if method.name.startswith("projects.") and method.name not in AT_ANY_TIME]

    assert {method.name: READS if method.shared else CHANGES for method in of_projects} == {
        method.name: kind_of(method) for method in of_projects
    }


def test_what_signs_in_is_there():
    assert SIGN_IN <= {method.name for method in EVERY}
    assert {SIGNING_IN} == {kind_of(method) for method in EVERY if method.name in SIGN_IN}


def test_a_service_that_does_not_answer_holds_up_its_own_calls_alone(monkeypatch):
    """Its line takes so many, the next ones are told at once, and those of other services go on."""
    monkeypatch.setattr("synergy_gateway.lines.MOST", 3)

    class Bus:
        """Webhooks is silent, the others answer."""

        connected = True

        def __init__(self) -> None:
            self.asked: list[str] = []

        async def told(self, method, body, *, headers, deadline):
            self.asked.append(method)
            if method.startswith("webhooks."):
                await asyncio.Event().wait()
            return Told(msgspec.Raw(b"null"))

        async def round_trip(self, *, deadline):
            raise AssertionError

    async def steps() -> None:
        bus = Bus()
        services = Services(bus, deadline=LONG)
        silent = [
            asyncio.create_task(services.ask(methods.READ_WEBHOOK, methods.READ_WEBHOOK.takes(webhook_id=uuid4())))
            for _ in range(AT_ONCE[WEBHOOKS] + 3)
        ]
        await turns()
        with pytest.raises(Refused, match="Too many") as no:
            await services.ask(methods.READ_WEBHOOK, methods.READ_WEBHOOK.takes(webhook_id=uuid4()))
        others = [methods.READ_TASK, methods.UPDATE_TASK, methods.LOGIN, methods.READ_PROFILE, *methods.HEALTH.values()]
        for method in others:
            if method.name != "webhooks.health":
                await services.ask(method, Nothing())

        assert ("too_late", "2") == (no.value.kind, no.value.retry_after)
        assert AT_ONCE[WEBHOOKS] == bus.asked.count("webhooks.read_webhook")
        for task in silent:
            task.cancel()
        await asyncio.gather(*silent, return_exceptions=True)

    run(steps())


def test_what_was_waited_counts_only_where_the_line_stands():
    async def steps() -> None:
        now = 0.0
        line = Line("x", 1, stuck=timedelta(seconds=4), patience=LONG, monotonic=lambda: now)
        told: list[float] = []

        async def call() -> None:
            async with line.place() as waited:
                told.append(waited)

        for answered in (True, False):
            inside = line.place()
            assert 0.0 == await inside.__aenter__()
            waiting = asyncio.create_task(call())
            await turns()
            now += 3.0
            error = None if answered else RpcTimeout("x")
            await inside.__aexit__(type(error) if error else None, error, None)
            await waiting

        assert [0.0, 3.0] == told

    run(steps())


def test_a_line_that_is_too_long_takes_nobody_more(monkeypatch):
    async def steps() -> None:
        monkeypatch.setattr("synergy_gateway.lines.MOST", 2)
        calls = Calls(Line("test", 1))
        await calls.come("inside", "first", "second", "third")
        with pytest.raises(Refused, match="Too many"):
            await calls.tasks["third"]
        for name in ("inside", "first", "second"):
            await calls.end(name)
        assert ["inside", "first", "second"] == calls.began

    run(steps())
