"""What an export writes an import makes again; what is wrong is told with its line, and nothing is made."""

from collections.abc import Iterable
from typing import Any

import msgspec
from hypothesis import given, settings
from unit.projects.given import OWNER, START
from unit.projects.histories import Store, histories

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


@settings(max_examples=60)
@given(store=histories(at_least=30))
def test_what_is_exported_is_imported_and_exported_again_equal(store: Store):
    project = store.state()
    if project.owner_id != OWNER.user_id:
        project.members[OWNER.user_id], project.members[project.owner_id] = "owner", "manager"
        project.owner_id = OWNER.user_id
    before = exported(project)

    again = made(imported(before))

    assert lasting(before) == lasting(exported(again))
    assert (again.trashed_at, again.importing) == (None, False)
    assert again.counters == again.counted(lambda task: True)
