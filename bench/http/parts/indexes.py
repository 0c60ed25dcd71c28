"""What an index is worth (§6.3.3): the same question with it, and with the planner forbidden to use any."""

import json
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any, Final

import psycopg

from bench.http.ground import Ground
from bench.report import Cell, Grid

TIMES: Final = 7
WITHOUT: Final = ("enable_indexscan", "enable_bitmapscan", "enable_indexonlyscan")
Question = tuple[str, str, str, Sequence[Any]]
"""What it is called, the database, the statement, its parameters."""


def measure(place: Ground) -> Iterator[Grid]:
    """Questions of the read models and of the log."""
    user = place.data.users[0]
    questions: list[Question] = [
        ("projects of a user", "projects",
         "SELECT p.* FROM projects p JOIN members m ON m.project_id = p.id WHERE m.user_id = %s "
         "ORDER BY p.created_at DESC, p.id DESC LIMIT 50", [user]),
        ("tasks of a project", "projects",
         "SELECT * FROM tasks WHERE project_id = %s AND trashed_at IS NULL ORDER BY id LIMIT 50", [7]),
        ("tasks of an assignee", "projects", "SELECT * FROM tasks WHERE assignees @> %s::bigint[] LIMIT 50", [[user]]),
        ("one project, by id", "projects", "SELECT * FROM projects WHERE id = %s", [7]),
        ("the newest projects, by created_at", "projects",
         "SELECT * FROM projects WHERE trashed_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 50", []),
        ("a project's events", "projects",
         "SELECT * FROM store.events WHERE stream = %s ORDER BY version", ["project-7"]),
        ("the log behind a position", "projects",
         "SELECT * FROM store.events WHERE position > %s ORDER BY position LIMIT 100", [100]),
        ("an account, by name", "auth", "SELECT * FROM users WHERE username_key = %s", ["user0050"]),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for name, database, statement, parameters in questions:
        place.told(name)
        with psycopg.connect(place.stack.servers.migration_url(database)) as connection:
            before, _ = took(connection, statement, parameters, without=True)
            after, used = took(connection, statement, parameters, without=False)
        rows.append([name, before, after, before / after, used])
    grid = Grid(title="Indexes (§6.3.3)", columns=["ms", "without", "with", "× as fast", "used"], rows=rows)
    grid.notes.append(f"execution as EXPLAIN ANALYZE tells it, the median of {TIMES}; without: sequential scans only")
    yield grid


def took(
    connection: psycopg.Connection[Any], statement: str, parameters: Sequence[Any], *, without: bool
) -> tuple[float, str]:
    """Milliseconds of execution, and the indexes it used."""
    for setting in WITHOUT:
        connection.execute(f"SET {setting} = {'off' if without else 'on'}".encode())
    explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}".encode()
    plans = [connection.execute(explain, parameters or None).fetchone() for _ in range(TIMES)]
    told = [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in plans if row]
    return median(one[0]["Execution Time"] for one in told), ", ".join(dict.fromkeys(indexes(told[-1][0]["Plan"])))


def indexes(plan: dict[str, Any]) -> Iterator[str]:
    """Those that a plan uses."""
    if "Index Name" in plan:
        yield str(plan["Index Name"])
    for part in plan.get("Plans", []):
        yield from indexes(part)
