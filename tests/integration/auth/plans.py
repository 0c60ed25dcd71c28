"""How the database answers what auth asks of it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from integration.auth.conftest import Person
from sqlalchemy import event


@contextmanager
def statements_of(auth: Person) -> Iterator[list[str]]:
    """The statements of the block, as they are sent."""
    heard: list[str] = []

    def hear(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        heard.append(statement)

    event.listen(auth.app.engine, "before_cursor_execute", hear)
    yield heard
    event.remove(auth.app.engine, "before_cursor_execute", hear)


@contextmanager
def planned(auth: Person, *parts: str) -> Iterator[list[dict[str, Any]]]:
    """The plans of all statements of the block in which these texts stand; they are there once it has ended."""
    heard: list[tuple[str, Any]] = []

    def hear(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if all(part in statement for part in parts):
            heard.append((statement, parameters))

    event.listen(auth.app.engine, "before_cursor_execute", hear)
    plans: list[dict[str, Any]] = []
    yield plans
    event.remove(auth.app.engine, "before_cursor_execute", hear)
    with auth.app.engine.connect() as rows:
        for statement, parameters in heard:
            told = rows.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
            plans.append((told if isinstance(told, list) else json.loads(told))[0]["Plan"])


def indexes(plan: dict[str, Any]) -> set[str]:
    """The indexes that a plan reads, and the tables that it reads whole."""
    here = {plan["Index Name"]} if "Index Name" in plan else set()
    whole = {f"all of {plan['Relation Name']}"} if plan["Node Type"] == "Seq Scan" else set()
    return here.union(whole, *(indexes(inner) for inner in plan.get("Plans", [])))
