"""A relay, a consumer and a replay, killed at every step they take: nothing lost, nothing reordered, nothing twice."""

import os
import signal
from collections.abc import Iterator

import pytest

from .conftest import World
from .steps import CONSUMER, PARKING, RELAY, REPLAY

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(autouse=True)
def _promises(world: World) -> Iterator[None]:
    """Whatever a test does, these hold at its end, over everything that was stored in the tests before it as well."""
    heard = len(world.heard)

    yield

    assert world.stored == sorted(world.effects), "each event has its effect, once"
    in_order = world.asked("SELECT stream, version FROM effects ORDER BY stream, id")
    assert in_order == sorted(in_order), "and in the order of its stream"
    assert world.parked == []
    for what in ("positions", "relay"):
        assert world.moves(what) == sorted(world.moves(what)), f"{what} never go back"
    arrived = list(dict.fromkeys(world.heard[heard:]))
    assert arrived == sorted(arrived), "events arrive in order, the first time they do"


@pytest.mark.parametrize("step", RELAY)
def test_a_relay_may_be_killed_when(world: World, step: str) -> None:
    done = len(world.stored)
    with world.consumer.running("consumer"):
        world.append("user-1", 12)
        victim = world.relay.begin("relay", step)
        if "released" in step:
            world.published()
            os.kill(victim, signal.SIGTERM)
        assert world.relay.ended() == -signal.SIGKILL, world.relay.said()
        world.append("user-2", 3)
        with world.relay.running("relay"):
            world.settled()
            world.published()
            world.arrived(world.stored[done:])

    assert world.stored[done:] == world.effects[done:]


@pytest.mark.parametrize("step", CONSUMER)
def test_a_consumer_may_be_killed_when(world: World, step: str) -> None:
    done = len(world.stored)
    with world.relay.running("relay"):
        if "gap" in step:
            world.lose_queue()
        world.append("user-1", 6)
        world.published()
        world.consumer.dies("consumer", step)
        world.append("user-2", 3)
        with world.consumer.running("consumer"):
            world.settled()

    assert world.stored[done:] == world.effects[done:]


@pytest.mark.parametrize("step", PARKING)
def test_a_consumer_may_be_killed_while_it_parks_when(world: World, step: str) -> None:
    poisoned = _poisoned(world, step)
    assert world.parked == poisoned

    _replayed(world)


@pytest.mark.parametrize("step", REPLAY)
def test_a_replay_may_be_killed_when(world: World, step: str) -> None:
    poisoned = _poisoned(world)
    assert world.parked == poisoned
    world.cure(True)

    world.consumer.dies("replay", step)

    assert world.parked == poisoned[1 if "committed" not in step or "nothing" in step else 2 :]
    _replayed(world)


def _poisoned(world: World, step: str | None = None) -> list[int]:
    """The positions that must be parked: three events that cannot be applied, and a good one after them."""
    stream = f"poisoned-{len(world.stored)}"
    world.cure(False)
    with world.relay.running("relay"):
        world.append("user-1", 2)
        world.append(stream, 3, poison=True)
        world.append("user-2", 2)
        world.append(stream, 1)
        world.published()
        if step:
            world.consumer.dies("consumer", step)
        with world.consumer.running("consumer"):
            world.settled()
    return [
        at for (at,) in world.asked("SELECT position FROM store.events WHERE stream = %s ORDER BY position", stream)
    ]


def _replayed(world: World) -> None:
    """What is parked is applied, once its cause is mended."""
    world.cure(True)
    world.consumer.begin("replay")
    assert world.consumer.ended() == 0, world.consumer.said()
