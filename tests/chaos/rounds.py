"""One round: load, a fault or two at once, repair, recovery, and the check of everything."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from chaos import checking
from chaos.answers import RECOVERY, Outage, check_answers
from chaos.faults import DOOR, PARTS, SERVERS, UNNOTICED, Away, Fault, Terminate, go_on, start, wait_open
from chaos.history import History
from chaos.load import Load
from system.steps import receiving, until

from synergy_local.processes import last_lines
from synergy_local.testing import RunningStack
from synergy_local.visitor import healthy

OUTAGE = 2.0
"""Seconds a killed part stays away."""
BUSY = 20
"""Acknowledged writes after which the load is under way, or goes on."""
STAY = 3.0
"""Seconds of load after the last moment at which anybody may be refused."""


@dataclass(kw_only=True)
class Row:
    """What a round showed. Times are seconds; those of recovery count from `mend`."""

    name: str
    requests: int = 0
    acknowledged: int = 0
    refused: int = 0
    slowest: float = 0.0
    writes: float = 0.0
    webhooks: float = 0.0
    health: float = 0.0
    webhooks_arrived: int = 0
    took: float = 0.0
    breaches: list[str] = field(default_factory=list)


class Ground:
    """A stack to do harm to."""

    def __init__(self, stack: RunningStack) -> None:
        self.stack = stack

    def round(self, *faults: Fault, outage: float = OUTAGE, stores: bool = True, stay: bool = False) -> Row:
        """
        Run one round. `stores=False` leaves the operator's commands for a later round, which sees all events;
        `stay` keeps the load up until nobody may be refused any more, and STAY longer.

        Whatever goes wrong is a breach of its row, and the next round finds everything running.
        """
        began = time.monotonic()
        row = Row(name=" + ".join(fault.name for fault in faults))
        try:
            self._play(faults, row, outage, stores=stores, stay=stay)
        except Exception as error:
            row.breaches.append(f"the round broke off: {type(error).__name__}: {error}"[:1000])
            self._set_right(row)
        row.took = time.monotonic() - began
        return row

    def _play(self, faults: Sequence[Fault], row: Row, outage: float, *, stores: bool, stay: bool) -> None:
        with receiving() as receiver:
            load = Load(self.stack.url, receiver)
            try:
                with load.running():
                    until(lambda: len(load.history.acknowledged) > BUSY, what="a running load")
                    away = self._harm(faults, load, row, outage)
                    self._run_on(load, to=away.mended + RECOVERY + STAY if stay else 0.0)
                row.breaches += check_answers(load.history, away)  # those after the repair too
                row.breaches += load.ended
                row.breaches += unrefused(load.history, faults)
                self._check(load, row, stores=stores)
            finally:
                count(load, row)
                load.leave()

    def _harm(self, faults: Sequence[Fault], load: Load, row: Row, lasts: float) -> Outage:
        """Strike, repair, see it recover; tells when what was away."""
        parts = {part for fault in faults for part in fault.parts}
        pids = self._pids()
        struck = time.monotonic()
        for fault in faults:
            row.breaches += fault.strike(self.stack)
        lasts = max(lasts if fault.outage is None else fault.outage for fault in faults)
        if lasts and all(isinstance(fault, Terminate) for fault in faults):
            lasts = min(lasts, 1.0)
        time.sleep(lasts)
        for fault in faults:
            fault.mend(self.stack)
        pids |= {part: pid for part, pid in self._pids().items() if part in parts}
        for part in sorted(parts):
            wait_open(self.stack, part)
        mended = time.monotonic()
        self._recover(load, row, mended, lasted=mended - struck if lasts > OUTAGE else 0.0)
        row.breaches += self._ended(pids)
        return Outage(struck=struck, mended=mended, door=DOOR in parts, unnoticed=parts <= UNNOTICED)

    def _recover(self, load: Load, row: Row, mended: float, *, lasted: float) -> None:
        """
        Measure when writes are acknowledged, their webhooks arrive, and health is good.

        The webhooks of what was written during a long fault (`lasted` seconds, else 0) go out before those of new
        writes: they may take as long again.
        """
        client = load.client()
        canaries = [load.creation(project) for project in load.projects]
        for canary in canaries:
            until(lambda canary=canary: load.write_once(client, canary), seconds=60, what="an acknowledged write")
        row.writes = time.monotonic() - mended
        wanted = {canary.task for canary in canaries}
        until(lambda: healthy(self.stack.url), seconds=90, what="health")
        row.health = time.monotonic() - mended
        until(lambda: wanted <= arrived_tasks(load), seconds=120, what="webhooks of the writes after the repair")
        row.webhooks = time.monotonic() - mended
        limits = {"writes": RECOVERY, "webhooks": RECOVERY + lasted, "health": RECOVERY}
        for what, limit in limits.items():
            if (seconds := getattr(row, what)) > limit:
                row.breaches.append(f"{what} came back after {seconds:.1f} s")

    def _run_on(self, load: Load, *, to: float) -> None:
        """A little more of the load, on the mended stack, at least until the moment `to`."""
        time.sleep(max(0.0, to - time.monotonic()))
        goal = len(load.history.acknowledged) + BUSY
        until(lambda: len(load.history.acknowledged) >= goal, what="the load going on")

    def _check(self, load: Load, row: Row, *, stores: bool) -> None:
        try:
            until(lambda: checking.everything_arrived(load), seconds=30, what="every webhook")
        except AssertionError as late:
            row.breaches.append(str(late))
        row.breaches += checking.check_tasks(load)
        row.breaches += checking.check_webhooks(load)
        row.breaches += checking.check_people(load, self.stack)
        if stores:
            row.breaches += checking.check_stores(self.stack)

    def _pids(self) -> dict[str, int]:
        among = [self.stack.among(name) for name in (*SERVERS, *PARTS)]
        return {name: child.pid for children in among for name, child in children.items()}

    def _ended(self, running: dict[str, int]) -> list[str]:
        """Parts that have ended, though nothing was done to them, or after they had been started again."""
        now = {name: self.stack.among(name).get(name) for name in running}
        return [
            f"{name} ended because of it: {last_lines(self.stack.log(name), 3)[-500:]}"
            for name, pid in running.items()
            if (child := now[name]) is None or child.pid != pid or not child.alive()
        ]

    def _set_right(self, row: Row) -> None:
        """What is frozen goes on, what has ended starts."""
        try:
            for part in (*SERVERS, *PARTS):
                child = self.stack.among(part).get(part)
                if child is not None and child.alive():
                    go_on(child)
                else:
                    start(self.stack, part)
            self.stack.wait_healthy()
        except Exception as error:
            row.breaches.append(f"it did not come to rights: {type(error).__name__}: {error}"[:1000])


def unrefused(history: History, faults: Sequence[Fault]) -> list[str]:
    """Kinds of requests that nobody was refused, though a part they need was away longer than they may wait."""
    away = {fault.part for fault in faults if isinstance(fault, Away)} - UNNOTICED - {DOOR}
    reads = {attempt.method == "GET" for attempt in history.attempts if attempt.verdict == "refused"}
    missed = {True: "GET", False: "write"}
    return [f"no {missed[kind]} was refused while {', '.join(sorted(away))} was away" for kind in {True, False} - reads
            if away]  # fmt: skip


def count(load: Load, row: Row) -> None:
    """The row's figures of the load."""
    attempts = load.history.attempts
    row.requests = len(attempts)
    row.acknowledged = len(load.history.acknowledged) + sum(deed.acknowledged for deed in load.history.deeds)
    row.refused = sum(attempt.verdict == "refused" for attempt in attempts)
    row.slowest = max((attempt.took for attempt in attempts), default=0.0)
    row.webhooks_arrived = len(receiver_ids(load))


def arrived_tasks(load: Load) -> set[int]:
    """The tasks whose creation the receiver has heard of."""
    return {body["data"]["id"] for body in load.heard() if body["type"] == "task.created"}


def receiver_ids(load: Load) -> set[str]:
    """The messages that arrived, each once."""
    return {request.headers["webhook-id"] for request in list(load.receiver.requests)}
