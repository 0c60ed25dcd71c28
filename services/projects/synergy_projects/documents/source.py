"""What a format gives: the project, and one task after the other."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, Final, Protocol, TypeVar

import msgspec

from synergy_chassis.checking import Faulty, checked
from synergy_contracts.documents import (
    LabelDocument,
    MemberDocument,
    MilestoneDocument,
    ProjectFields,
    SprintDocument,
    TaskDocument,
)
from synergy_projects.domain.amounts import hundredths
from synergy_projects.domain.importing import (
    Faults,
    ImportedComment,
    ImportedLabel,
    ImportedMember,
    ImportedMilestone,
    ImportedProject,
    ImportedSprint,
    ImportedSubtask,
    ImportedTask,
    ImportedTime,
)

S = TypeVar("S", bound=msgspec.Struct)
Chunks = Callable[[], Iterable[bytes]]
"""The file in pieces, from its beginning, each time it is called."""

LONGEST_TITLE: Final = 200


class Source(Protocol):
    """A file of one format. Either way it is read from its beginning. Raises Unreadable."""

    def project(self, faults: Faults) -> ImportedProject | None:
        """The project but for its tasks; None where that cannot be told, which is among the faults."""
        ...

    def tasks(self, faults: Faults) -> Iterator[ImportedTask]:
        """The tasks, in order; those that are wrong are among the faults instead."""
        ...


def fit(kind: type[S], value: Any, line: int, faults: Faults) -> S | None:
    """The value as a `kind`, or None, and what is wrong with it among the faults."""
    try:
        return checked(kind, value)
    except Faulty as no:
        for fault in no.faults:
            place = fault.pointer[1:].replace("/", ".")
            faults.add(line, f"{place}: {fault.detail}" if place else fault.detail)
        return None


def member(value: Any, line: int, faults: Faults) -> Iterator[ImportedMember]:
    """The member, if it is one."""
    if (one := fit(MemberDocument, value, line, faults)) is not None:
        yield ImportedMember(line=line, username=one.username, role=one.role)


def label(value: Any, line: int, faults: Faults) -> Iterator[ImportedLabel]:
    """The label, if it is one."""
    if (one := fit(LabelDocument, value, line, faults)) is not None:
        yield ImportedLabel(line=line, name=one.name, color=one.color)


def milestone(value: Any, line: int, faults: Faults) -> Iterator[ImportedMilestone]:
    """The milestone, if it is one."""
    if (one := fit(MilestoneDocument, value, line, faults)) is not None:
        yield ImportedMilestone(
            line=line, name=one.name, description=one.description, due_date=one.due_date, status=one.status
        )


def sprint(value: Any, line: int, faults: Faults) -> Iterator[ImportedSprint]:
    """The sprint, if it is one."""
    if (one := fit(SprintDocument, value, line, faults)) is not None:
        yield ImportedSprint(
            line=line, name=one.name, goal=one.goal, start_date=one.start_date, end_date=one.end_date, status=one.status
        )


def project(value: Any, line: int, faults: Faults, **lists: Any) -> ImportedProject | None:
    """The project with these lists, if it is one."""
    one = fit(ProjectFields, value, line, faults)
    if one is None:
        return None
    fields = msgspec.structs.asdict(one)
    del fields["created_at"]
    return ImportedProject(line=line, **fields, **lists)


def task(value: Any, line: int, faults: Faults) -> Iterator[ImportedTask]:
    """The task, if it is one."""
    one = fit(TaskDocument, value, line, faults)
    if one is None:
        return
    with faults.on(line):
        yield ImportedTask(
            line=line,
            title=one.title,
            number=one.number,
            rank=one.rank,
            description=one.description,
            status=one.status,
            priority=one.priority,
            impact=hundredths(one.impact, "/impact"),
            assignees=tuple(one.assignees),
            created_by=one.created_by,
            start_date=one.start_date,
            due_date=one.due_date,
            estimated_hours=_hundredths(one.estimated_hours, "/estimated_hours"),
            actual_hours=_hundredths(one.actual_hours, "/actual_hours"),
            story_points=one.story_points,
            labels=tuple(one.labels),
            depends_on=tuple(one.depends_on),
            milestone=one.milestone,
            sprint=one.sprint,
            subtasks=tuple(ImportedSubtask(title=step.title, is_completed=step.is_completed) for step in one.subtasks),
            comments=tuple(_comment(said.content, said.author, said.mentions) for said in one.comments),
            time_logs=tuple(
                ImportedTime(minutes=spent.minutes, spent_on=spent.spent_on, note=spent.note, user=spent.user)
                for spent in one.time_logs
            ),
        )


def titled(title: Any, body: Any) -> dict[str, str]:
    """A title in one line and a description, as they are here: what a title is too long for begins the description."""
    line = " ".join(str(title or "").split()) or "Untitled"
    text = str(body or "").replace("\x00", "")
    if len(line) > LONGEST_TITLE:
        line, text = f"{line[: LONGEST_TITLE - 1]}…", f"{line}\n\n{text}".strip()
    return {"title": line, "description": text}


def day(moment: Any) -> str | None:
    """The day of a time such as 2026-11-28T09:00:00Z, None for anything else."""
    try:
        return date.fromisoformat(str(moment)[:10]).isoformat()
    except ValueError:
        return None


def _comment(content: str, author: str | None, mentions: list[str] | None) -> ImportedComment:
    return ImportedComment(content=content, author=author, mentions=None if mentions is None else tuple(mentions))


def _hundredths(value: float | None, pointer: str) -> int | None:
    return None if value is None else hundredths(value, pointer)
