"""Projects as files, without a store: exported, imported, and what of them lasts."""

from collections.abc import Iterable
from typing import Any

import msgspec
from unit.projects.given import OWNER, START

from synergy_projects.documents import Writer, opened
from synergy_projects.domain.events import Event
from synergy_projects.domain.importing import CountedIds, Faults, Making, Survey
from synergy_projects.domain.project import Project, fold

NAMES = {number: f"person{number}" for number in range(1, 9)}
TOLD_ONLY = frozenset({"created_at", "completed_at"})


def exported(project: Project, format: Any = "json") -> bytes:
    writer = Writer(project, NAMES, format)
    return "".join([writer.beginning(), *(map(writer.task, range(len(writer.tasks)))), writer.end()]).encode()


def imported(content: bytes, *, format: Any = None, piece: int = 100, name: str | None = None) -> list[Event]:
    """The events that make it. Raises Wrong."""

    def chunks() -> Iterable[bytes]:
        return (content[at : at + piece] for at in range(0, len(content), piece))

    faults = Faults()
    source = opened(chunks, format, name)
    project = source.project(faults)
    if project is None:
        raise Wrong(faults)
    survey = Survey(project, faults)
    for task in source.tasks(faults):
        survey.add(task)
    survey.finish()
    making = Making(
        project, survey, importer=OWNER.user_id, project_id=12, people={name: n for n, name in NAMES.items()},
        ids=CountedIds(), now=START, faults=faults,
    )  # fmt: skip
    events = list(making.events(source.tasks(faults))) if not faults.found else []
    if faults.found:
        raise Wrong(faults)
    return events


class Wrong(Exception):
    def __init__(self, faults: Faults) -> None:
        super().__init__([tuple(fault) for fault in faults.found])
        self.faults = [tuple(fault) for fault in faults.found]


def made(events: Iterable[Event]) -> Project:
    project = fold((event, version, START) for version, event in enumerate(events, 1))
    assert project is not None
    return project


def lasting(content: bytes) -> Any:
    """What an import makes equal: all but times."""

    def without(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: without(one) for name, one in value.items() if name not in TOLD_ONLY}
        return [without(one) for one in value] if isinstance(value, list) else value

    return without(msgspec.json.decode(content))
