"""Statements that a request costs (§6.3.3), counted in the server's own log."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from typing import Final

import psycopg

from bench.http.ground import Ground
from bench.http.requests import task_body
from bench.report import Cell, Grid, Hold
from synergy_local.processes import wait_until
from synergy_local.visitor import Visitor

TIMES: Final = 5
"""Requests of each kind; the middle one counts, for now and then something else runs beside."""
OURS, TWIN = "projects", "original"
"""How the sessions of either call themselves."""
SHORT, LONG = 5, 50
"""Rows of two pages of the same list."""
LINE: Final = re.compile(r"\] (?P<who>\S+) LOG:  (?:statement|execute [^:]*): (?P<text>.*)")
TRANSACTION: Final = re.compile(r"BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET |SHOW ", re.IGNORECASE)


def measure(place: Ground) -> Iterator[Grid]:
    """Lists at two lengths, details and writes, asked every time; the twin's beside them."""
    place.sign_in()
    place.uncached  # noqa: B018 - started before its statements are counted
    sides = [(OURS, f"http://{place.uncached[0]}:{place.uncached[1]}", place.token)]
    if twin := place.twin():
        sides.append((TWIN, twin.url, twin.token))
    asked: list[tuple[str, Callable[[Visitor, int], object]]] = [
        (f"GET /api/projects/, {SHORT} rows", lambda one, _: one.ask("GET", f"/api/projects/?page_size={SHORT}")),
        (f"GET /api/projects/, {LONG} rows", lambda one, _: one.ask("GET", f"/api/projects/?page_size={LONG}")),
        (f"GET /api/tasks/, {SHORT} rows", lambda one, _: one.ask("GET", f"/api/tasks/?page_size={SHORT}")),
        (f"GET /api/tasks/, {LONG} rows", lambda one, _: one.ask("GET", f"/api/tasks/?page_size={LONG}")),
        ("GET /api/projects/{id}/", lambda one, turn: one.ask("GET", f"/api/projects/{turn + 1}/")),
        ("GET /api/tasks/{id}/", lambda one, turn: one.ask("GET", f"/api/tasks/{turn + 1}/")),
        ("POST /api/tasks/", lambda one, turn: one.ask("POST", "/api/tasks/", task_body(1, turn), expect=201)),
        ("PATCH /api/tasks/{id}/", lambda one, turn: one.ask("PATCH", f"/api/tasks/{turn + 1}/", {"title": f"{turn}"})),
        ("POST /api/projects/", lambda one, turn: one.ask("POST", "/api/projects/", {"name": f"{turn}"}, expect=201)),
    ]
    rows: dict[str, list[Cell]] = {name: [name] for name, _ in asked}
    with Log(place) as log:
        for who, url, token in sides:
            visitor = Visitor(url)
            visitor.session.headers["Authorization"] = f"Bearer {token}"
            for name, ask in asked:
                place.told(f"{who}: {name}")
                ask(visitor, TIMES)
                found = [log.count(who, partial(ask, visitor, turn)) for turn in range(TIMES)]
                rows[name] += [int(median(one[0] for one in found)), int(median(one[1] for one in found))]
    columns = ["statements", "ours", "of them transactions"]
    columns += ["twin", "of them transactions"] if len(sides) > 1 else []
    grid = Grid(title="Statements to a request (§6.3.3)", columns=columns, rows=list(rows.values()))
    grid.notes.append(
        "an append is one statement, a call of the store's function; of transactions: BEGIN, COMMIT and the like"
    )
    grid.holds += [
        Hold(f"more statements for {LONG} rows of {what} than for {SHORT}", grown(rows, what), 0, at_most=True)
        for what in ("GET /api/projects/", "GET /api/tasks/")
    ]
    yield grid


def grown(rows: dict[str, list[Cell]], what: str) -> int:
    """Statements of ours that the longer page takes more than the shorter one."""
    short, long = rows[f"{what}, {SHORT} rows"][1], rows[f"{what}, {LONG} rows"][1]
    assert isinstance(short, int)
    assert isinstance(long, int)
    return long - short


class Log:
    """The server's log, with every statement in it as long as the block lasts."""

    def __init__(self, place: Ground) -> None:
        self._path = place.room.room / "logs" / "postgres.log"
        self._admin = psycopg.connect(place.admin_url, autocommit=True)
        self._marks = 0

    def __enter__(self) -> "Log":
        self._set("all")
        return self

    def __exit__(self, *_: object) -> None:
        self._set("none")
        self._admin.close()

    def _set(self, what: str) -> None:
        self._admin.execute(f"ALTER SYSTEM SET log_statement = '{what}'".encode())
        self._admin.execute("SELECT pg_reload_conf()")
        wait_until(lambda: self._admin.execute("SHOW log_statement").fetchone() == (what,), seconds=30,
                   what="the log telling statements")  # fmt: skip

    def count(self, who: str, ask: Callable[[], object]) -> tuple[int, int]:
        """Statements of the sessions of `who` while `ask` runs, and how many of them only begin or end transactions."""
        begin = self._mark()
        ask()
        end = self._mark()
        text = self._path.read_text("utf-8", "replace")
        return counted(text[text.index(begin) : text.index(end)], who)

    def _mark(self) -> str:
        """A statement that stands in the log, told by its number."""
        self._marks += 1
        mark = f"mark-{self._marks:06}."
        self._admin.execute(f"SELECT '{mark}'".encode())
        wait_until(
            lambda: mark in self._path.read_text("utf-8", "replace"), seconds=30, what="the log telling a statement"
        )
        return mark


def counted(text: str, who: str) -> tuple[int, int]:
    """Statements that sessions of this name ran, as PostgreSQL logged them, and how many of them are transactions'."""
    said = [match["text"] for match in LINE.finditer(text) if match["who"] == who]
    return len(said), sum(1 for one in said if TRANSACTION.match(one))
