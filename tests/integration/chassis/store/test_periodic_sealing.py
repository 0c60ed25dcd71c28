"""The relay's second duty: what is stored is sealed and copied by itself, also by one that only stands by."""

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from integration.chassis.store.conftest import Store, happened

from synergy_chassis.relay import sealing as of_the_relay
from synergy_chassis.relay.again import done_beside
from synergy_chassis.relay.counters import Counters
from synergy_chassis.relay.sealing import Sealing, sealed
from synergy_chassis.store.verify import verify


def relaying(store: Store, folders: list[Path], until: Callable[[], bool], counters: list[Counters]) -> None:
    """Relays seal, each to its folder, until it is so."""

    def so() -> None:
        end = time.monotonic() + 20
        while not until():
            assert time.monotonic() < end
            time.sleep(0.02)

    duties = [
        duty
        for folder, counter in zip(folders, counters, strict=True)
        for duty in sealed(Sealing(every=1, to=folder), database_url=store.url, source="things", counters=counter)
    ]

    async def together() -> None:
        async with done_beside(*duties, stopping=threading.Event()):
            await asyncio.to_thread(so)

    asyncio.run(together())


def test_what_is_stored_is_sealed_once_and_copied_by_each_relay(store: Store, tmp_path: Path) -> None:
    files = [tmp_path / "leads" / "things.jsonl", tmp_path / "stands-by" / "things.jsonl"]
    counters = [Counters(), Counters()]
    store.append("thing-1", happened(), happened())

    def copied() -> bool:
        return all(file.exists() and file.read_bytes() for file in files)

    relaying(store, [file.parent for file in files], copied, counters)
    assert sum(counter.seals for counter in counters) == 1
    for file in files:
        report = verify(store.engine, seals=file)
        assert (report.ok, report.seals, report.in_file) == (True, 1, 1)


def test_a_file_of_another_database_is_left_as_it_is_and_alarms(store: Store, tmp_path: Path) -> None:
    file, counter = tmp_path / "things.jsonl", Counters()
    store.append("thing-1", happened())
    relaying(store, [tmp_path], lambda: file.exists() and bool(file.read_bytes()), [Counters()])
    before = file.read_bytes()
    store.admin("ALTER TABLE store.seals DISABLE TRIGGER ALL", "TRUNCATE store.seals")

    relaying(store, [tmp_path], lambda: bool(counter.unsealed), [counter])
    assert file.read_bytes() == before


def test_a_failure_that_nobody_foresaw_is_counted_and_tried_again(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, counter, failed = of_the_relay.seal_what_is_new, Counters(), []

    def fails_once(*arguments: Any, **named: Any) -> Any:
        monkeypatch.setattr(of_the_relay, "seal_what_is_new", real)
        failed.append(1)
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(of_the_relay, "seal_what_is_new", fails_once)
    store.append("thing-1", happened())
    relaying(store, [tmp_path], lambda: counter.seals == 1 and not counter.unsealed, [counter])
    assert failed
