"""Carries a plan out in one thread, with little code to a request, so that what is measured has the processors."""

import heapq
import random
import resource
import select
import socket
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle
from typing import Final

from bench.http.driving.plan import Ask, Heard, Plan
from bench.http.driving.wire import Reply, reply, request

PATIENCE: Final = 30.0
"""Seconds after which a request that was not answered counts as failed."""
LATE: Final = 5.0
"""Seconds after the end in which requests at a fixed rate may still find a connection."""
UNSENT: Final = "never sent"
TICK: Final = 0.5
AGAIN: Final = 0.05
"""Seconds until a door that takes no connection is tried again."""
SUCCESS: Final = range(200, 400)
REFRESH: Final = "/api/auth/token/refresh/"
_LARGEST: Final = 1 << 18


class Connection:
    """A user's way to the door. `begin` is when its request was due, None while none is under way."""

    __slots__ = ("begin", "door", "name", "next", "received", "sent", "socket")

    def __init__(self, door: tuple[str, int]) -> None:
        self.door = door
        self.socket: socket.socket | None = None
        self.received = bytearray()
        self.name = ""
        self.begin: float | None = None
        self.sent = 0.0
        self.next: bytes | None = None


def drive(plan: Plan) -> Heard:
    """Do what the plan says, and tell what was heard."""
    return _Drive(plan).run()


class _Drive:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.heard = Heard(took={ask.name: [] for ask in plan.asks})
        self.dice = random.Random(plan.seed)
        self.left = plan.count
        self.chosen = self._choose()
        self.connections = [Connection(plan.doors[number % len(plan.doors)]) for number in range(plan.users)]
        self.by_number: dict[int, Connection] = {}
        self.resting: list[tuple[float, int, Connection]] = []
        self.idle: deque[Connection] = deque()
        self.due: deque[float] = deque()
        self.under_way = 0
        self.tie = 0
        self.poll = select.epoll()

    def _choose(self) -> Iterator[tuple[str, bytes]]:
        asks: list[Ask] = list(self.plan.asks)
        turns = {ask.name: cycle(ask.requests) for ask in asks}
        weights = [ask.weight for ask in asks]
        while True:
            for ask in self.dice.choices(asks, weights, k=256) if len(asks) > 1 else asks:
                yield ask.name, next(turns[ask.name])

    def run(self) -> Heard:
        before = resource.getrusage(resource.RUSAGE_SELF)
        begin = time.perf_counter()
        self.end = begin + self.plan.seconds if self.plan.seconds is not None else float("inf")
        try:
            self._first(begin)
            self._until_done(begin)
        finally:
            for connection in self.connections:
                self._close(connection)
            self.poll.close()
        after = resource.getrusage(resource.RUSAGE_SELF)
        self.heard.seconds = time.perf_counter() - begin
        self.heard.processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return self.heard

    def _first(self, begin: float) -> None:
        if self.plan.rate is not None:
            self.idle.extend(self.connections)
            return
        for number, connection in enumerate(self.connections):
            if self.plan.chained:
                connection.next = self.plan.asks[0].requests[number]
            self._rest(connection, begin)

    def _until_done(self, begin: float) -> None:
        sent, looked = 0, begin
        while True:
            now = time.perf_counter()
            if self.plan.rate is not None:
                while (due := begin + sent / self.plan.rate) <= now and due < self.end and self._may():
                    self.due.append(due)
                    self._counted()
                    sent += 1
                while self.due and self.idle:
                    self._ask(self.idle.popleft(), self.due.popleft())
                if self.due and now > self.end + LATE:
                    self.heard.failures[UNSENT, 0] += len(self.due)
                    self.due.clear()
                over = (due >= self.end or not self._may()) and not self.due
                wake = due
            else:
                while self.resting and self.resting[0][0] <= now and now < self.end and self._may():
                    self._counted()
                    self._ask(heapq.heappop(self.resting)[2], time.perf_counter())
                over = now >= self.end or not self._may() or not self.resting
                wake = self.resting[0][0] if self.resting else now + TICK
            if over and not self.under_way:
                return
            if now - looked > TICK:
                looked = now
                self._give_up(now)
            pause = TICK if over else max(0.0, min(TICK, wake - time.perf_counter()))
            for number, _ in self.poll.poll(pause):
                if number in self.by_number:
                    self._hear(self.by_number[number])

    def _may(self) -> bool:
        return self.left is None or self.left > 0

    def _counted(self) -> None:
        if self.left is not None:
            self.left -= 1

    def _ask(self, connection: Connection, due: float) -> None:
        connection.name, asked = next(self.chosen)
        if self.plan.chained:
            assert connection.next is not None
            asked = connection.next
        connection.begin, connection.sent = due, time.perf_counter()
        self.under_way += 1
        try:
            if connection.socket is None:
                self._open(connection)
            assert connection.socket is not None
            connection.socket.sendall(asked)
        except OSError as error:
            self._failed(connection, 0, repr(error))

    def _open(self, connection: Connection) -> None:
        connection.socket = socket.create_connection(connection.door, timeout=PATIENCE)
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.received.clear()
        self.by_number[connection.socket.fileno()] = connection
        self.poll.register(connection.socket, select.EPOLLIN)

    def _hear(self, connection: Connection) -> None:
        assert connection.socket is not None
        try:
            part = connection.socket.recv(_LARGEST)
        except OSError as error:
            part, failed = b"", repr(error)
        else:
            failed = ""
        if connection.begin is None:  # an idle connection was closed by the server
            self._close(connection)
            return
        connection.received += part
        try:
            whole = reply(connection.received, ended=not part)
        except ValueError as error:
            self._failed(connection, 0, failed or str(error))
            return
        if whole is not None:
            self._answered(connection, whole)

    def _answered(self, connection: Connection, whole: Reply) -> None:
        now = time.perf_counter()
        assert connection.begin is not None
        if whole.status not in SUCCESS:
            self._failed(connection, whole.status, whole.body[:300].decode("utf-8", "replace"))
            return
        self.heard.took[connection.name].append(1000 * (now - connection.begin))
        if self.plan.chained and (fresh := whole.json().get("refresh")):
            connection.next = request("POST", REFRESH, body={"refresh": fresh})
        if whole.closes:
            self._close(connection)
        else:
            connection.received.clear()
        self._done(connection, now)

    def _failed(self, connection: Connection, status: int, said: str) -> None:
        self.heard.failures[connection.name, status] += 1
        self.heard.said.setdefault(f"{connection.name} {status}", said)
        self._close(connection)
        self._done(connection, time.perf_counter() + AGAIN)

    def _done(self, connection: Connection, now: float) -> None:
        connection.begin = None
        self.under_way -= 1
        if self.plan.rate is not None:
            self.idle.append(connection)
        else:
            self._rest(connection, now + (self.dice.uniform(*self.plan.wait) if self.plan.wait else 0.0))

    def _rest(self, connection: Connection, until: float) -> None:
        self.tie += 1
        heapq.heappush(self.resting, (until, self.tie, connection))

    def _give_up(self, now: float) -> None:
        for connection in self.connections:
            if connection.begin is not None and now - connection.sent > PATIENCE:
                self._failed(connection, 0, f"no answer within {PATIENCE:.0f} s")

    def _close(self, connection: Connection) -> None:
        if connection.socket is not None:
            self.by_number.pop(connection.socket.fileno(), None)
            with suppress(OSError):
                self.poll.unregister(connection.socket)
            connection.socket.close()
            connection.socket = None
        connection.received.clear()
