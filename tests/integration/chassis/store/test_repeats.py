"""A command that comes again while the first is under way: it waits a little, and is told the same, or that it runs."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest

from synergy_chassis.store import repeats
from synergy_chassis.store.errors import CommandRunning, StoreUnavailable

from .conftest import Store, command, happened, no_rows

Opened = Callable[[Store, Any], AbstractContextManager[Any]]


def one(store: Store, context: Any) -> AbstractContextManager[Any]:
    return store.uow.stream("thing-1", context)


def several(store: Store, context: Any) -> AbstractContextManager[Any]:
    return store.uow.streams(["thing-1"], context)


@pytest.mark.parametrize("opened", [one, several])
def test_a_repeat_does_not_wait_long_for_the_first_one(store: Store, monkeypatch: Any, opened: Opened) -> None:
    monkeypatch.setattr(repeats, "PATIENCE", 50)
    store.append("thing-1")
    context = replace(command(), fingerprint="asked so")
    with opened(store, context) as first:
        began = time.monotonic()
        with pytest.raises(CommandRunning), opened(store, replace(context, reached={})):
            pass
        assert time.monotonic() - began < 5
        event = happened()
        first.append([event] if opened is one else [("thing-1", event)], outcome={"answer": 42}, rows=no_rows)

    with opened(store, context) as again:
        assert {"answer": 42, "fingerprint": "asked so"} == again.seen


def test_who_waits_for_somebody_else_waits_as_long_as_ever(store: Store, monkeypatch: Any) -> None:
    monkeypatch.setattr(repeats, "PATIENCE", 50)
    store.append("thing-1")

    def version() -> int:
        with one(store, replace(command(), fingerprint="asked otherwise")) as stream:
            return stream.version

    with ThreadPoolExecutor(1) as other:
        with one(store, replace(command(), fingerprint="asked so")):
            waiting = other.submit(version)
            time.sleep(0.2)  # longer than a repeat would wait
            assert not waiting.done()
        assert 1 == waiting.result(20)


def test_what_went_wrong_otherwise_is_not_taken_for_a_repeat(store: Store) -> None:
    context = replace(command(), fingerprint="asked so")
    with store.uow._engine.connect() as connection, pytest.raises(StoreUnavailable):  # noqa: SIM117
        with repeats.told_apart(connection, context):
            raise StoreUnavailable("Something else was waited for.")
