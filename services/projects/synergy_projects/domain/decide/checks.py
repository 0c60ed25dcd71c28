"""Rules about values that more than one command obeys."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date
from typing import Final, Literal, cast

from synergy_projects.domain.errors import InvalidValue, PreconditionFailed
from synergy_projects.domain.events import Event, ProgressChanged, TaskUpdated
from synergy_projects.domain.fields import TaskPatch
from synergy_projects.domain.progress import Counters
from synergy_projects.domain.project import Project

_UNSEEN_KINDS: Final = ("Zs", "Zl", "Zp", "Cc", "Cf")
_UNSEEN: Final = "\u115f\u1160\u2800\u3164\uffa0"
"""Signs that count as letters or symbols and show nothing: Hangul fillers, Braille blank."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Ends a line, steers a terminal, or makes text run another way than it reads."""

_BREAKS: Final = str.maketrans("\n\r\t", "   ")


def one_line(text: str, pointer: str) -> None:
    """Raises InvalidValue at `pointer` if nothing in `text` can be seen, or it holds a control character."""
    if all(char in _UNSEEN or unicodedata.category(char) in _UNSEEN_KINDS for char in text):
        raise InvalidValue(pointer, "Write at least one visible character.")
    if _CONTROL.search(text):
        raise InvalidValue(pointer, "Control characters are not allowed.")


def readable(text: str, pointer: str) -> None:
    """The same for a text of several lines."""
    one_line(text.translate(_BREAKS), pointer)


def unchanged(revision: int, if_match: Collection[int] | None) -> None:
    """Raises PreconditionFailed if it is of another revision than whoever asks has seen. None: that is no matter."""
    if if_match is not None and revision not in if_match:
        raise PreconditionFailed


def in_order(first: date | None, last: date | None, pointer: str) -> None:
    """Raises InvalidValue at `pointer` if `last` lies before `first`."""
    if first is not None and last is not None and last < first:
        raise InvalidValue(pointer, f"Give a day on or after the start, {first.isoformat()}.")


def differences(current: object, wanted: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """Of the `wanted` fields those that `current` has otherwise: their new values, and their old ones."""
    before = {name: getattr(current, name) for name in wanted}
    changed = [name for name, value in wanted.items() if before[name] != value]
    return {name: wanted[name] for name in changed}, {name: before[name] for name in changed}


def progress_news(before: Counters, after: Counters) -> list[ProgressChanged]:
    """The event that tells of another progress, if it is another."""
    if before.progress == after.progress:
        return []
    return [
        ProgressChanged(
            was=before.progress,
            progress=after.progress,
            impact_done=after.impact_done,
            impact_total=after.impact_total,
            completed_task_count=after.completed_task_count,
            task_count=after.task_count,
        )
    ]


def cleared(
    project: Project, field: Literal["milestone", "sprint"], was: int, to: int | None, *, unfinished: bool = False
) -> list[Event]:
    """The tasks that the state holds outside the trash, all or the `unfinished`, leave what they were in for `to`."""
    return [
        TaskUpdated(task_id=task.id, changes=cast(TaskPatch, {field: to}), before=cast(TaskPatch, {field: was}))
        for task in project.tasks.values()
        if getattr(task, field) == was and task.trashed_at is None and not (unfinished and task.done)
    ]
