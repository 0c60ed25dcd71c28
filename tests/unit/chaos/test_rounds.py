"""A round that goes wrong is a breach of its row; the run goes on, and ends with an error."""

from collections.abc import Iterator
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from chaos import __main__ as run
from chaos import rounds
from chaos.answers import Outage
from chaos.faults import Away, Fault, Kill
from chaos.history import Attempt, History, Write
from chaos.matrix import everything
from chaos.rounds import Ground, Row, unrefused
from chaos.starting import Start

SEED = 7


def refused(method: str, *, sent: float = 11.0) -> Attempt:
    return Attempt(
        sent=sent, answered=sent + 1, method=method, path="/", status=503, verdict="refused", detail="away"
    )  # fmt: skip


class Stack:
    """A stack in which nothing runs; it notes what is started."""

    url = "http://nowhere"

    def __init__(self) -> None:
        self.started: list[str] = []
        self.children: dict[str, Any] = {}
        self.servers = SimpleNamespace(rabbitmq=SimpleNamespace(prepare=lambda: None))

    def among(self, _name: str) -> dict[str, Any]:
        return self.children

    def start(self, name: str) -> None:
        self.started.append(name)

    def log(self, name: str) -> str:
        return f"the last words of {name}"

    def wait_healthy(self) -> None:
        """It is."""


def a_running_load(history: History) -> Any:
    history.writes += [
        Write(key="k", project=1, title=f"t{number}", fields={}, creates=True, answer={"id": number})
        for number in range(30)
    ]
    return SimpleNamespace(
        history=history, running=nullcontext, leave=lambda: None, ended=["a client of the load ended: KeyError"],
        receiver=SimpleNamespace(requests=[]),
    )  # fmt: skip


def test_what_is_refused_when_all_is_mended_again_is_found_as_is_a_client_that_ended(monkeypatch: pytest.MonkeyPatch):
    history = History()
    monkeypatch.setattr(rounds, "Load", lambda *_: a_running_load(history))
    monkeypatch.setattr(Ground, "_harm", lambda *_: Outage(struck=10.0, mended=20.0))
    monkeypatch.setattr(Ground, "_run_on", lambda *_, **__: history.attempted(refused("POST", sent=31.0)))
    monkeypatch.setattr(Ground, "_check", lambda *_, **__: None)

    late, ended = Ground(Stack()).round(Kill("projects"), stores=False).breaches

    assert late.startswith("POST / was refused 11.0 s after the repair")
    assert "a client of the load ended: KeyError" == ended


def test_a_round_that_breaks_off_is_a_breach_and_everything_is_started_again(monkeypatch: pytest.MonkeyPatch):
    stack = Stack()

    def refuse(*_: Any) -> None:
        raise KeyError("version")

    monkeypatch.setattr(rounds, "Load", refuse)

    row = Ground(stack).round(Kill("sender"))

    assert ["the round broke off: KeyError: 'version'"] == row.breaches
    assert {"postgres", "rabbitmq", "sender", "gateway"} <= set(stack.started)


def test_a_part_that_ends_after_it_was_started_again_is_found():
    stack = Stack()
    stack.children = {
        "auth": SimpleNamespace(pid=1, alive=lambda: True), "sender": SimpleNamespace(pid=2, alive=lambda: False),
    }  # fmt: skip

    found = Ground(stack)._ended({"auth": 1, "sender": 2, "projects": 3})

    assert ["sender ended because of it: the last words of sender", "projects ended"] == [found[0], found[1][:14]]


@pytest.mark.parametrize(
    ("part", "methods", "says"),
    [
        pytest.param("projects", ["GET", "POST"], [], id="both_kinds_were_refused"),
        pytest.param("projects", ["GET"], ["no write was refused while projects was away"], id="no_write"),
        pytest.param("projects", ["PATCH"], ["no GET was refused while projects was away"], id="no_read"),
        pytest.param("redis", [], [], id="nobody_needs_redis"),
    ],
)
def test_an_outage_that_nobody_noticed_proves_nothing(part: str, methods: list[str], says: list[str]):
    history = History()
    for method in methods:
        history.attempted(refused(method))

    assert says == unrefused(history, [Away(part, 12)])


@pytest.mark.parametrize(
    ("rows", "planned", "code"),
    [
        pytest.param([Row(name="one")], 1, 0, id="all_is_well"),
        pytest.param([Row(name="one", breaches=["lost"])], 1, 1, id="a_breach"),
        pytest.param([Row(name="one")], 2, 1, id="a_round_that_is_missing"),
    ],
)
def test_a_run_with_a_breach_ends_with_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], rows: list[Row], planned: int, code: int
):
    def played(_: Any) -> Iterator[Row]:
        yield from rows

    monkeypatch.setattr(run, "rounds", lambda *_, **__: [()] * planned)
    monkeypatch.setattr(run, "played", played)

    assert code == run.main([])
    assert "| one |" in capsys.readouterr().out


def test_a_seed_draws_the_same_orders_again():
    def orders(seed: int) -> list[tuple[str, ...]]:
        return [fault.order for faults in everything(seed) for fault in faults if isinstance(fault, Start)]

    assert orders(SEED) == orders(SEED) != orders(SEED + 2)
    assert len(set(orders(SEED))) == 4
    assert len({frozenset(order) for order in orders(SEED)}) == 1, "every part starts in each"


def test_no_round_is_there_twice():
    names = [" + ".join(fault.name for fault in faults) for faults in everything(SEED)]

    assert len(names) == len(set(names))


def test_rounds_are_narrowed_to_parts():
    def harms(only: list[str]) -> set[str]:
        found: list[Fault] = [fault for faults in run.rounds(only, seed=SEED) for fault in faults]
        return {fault.part for fault in found}

    assert {"auth", "sender"} == harms(["auth", "sender"])
    assert {"gateway"} == harms(["start"])
