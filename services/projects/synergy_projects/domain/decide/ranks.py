"""The order that people give to tasks."""

from collections.abc import Sequence

from synergy_projects.domain.commands import RankTask
from synergy_projects.domain.decide.access import live_task, require
from synergy_projects.domain.errors import InvalidValue
from synergy_projects.domain.events import Event, TaskUpdated
from synergy_projects.domain.project import Project
from synergy_projects.domain.ranking import spread
from synergy_projects.domain.roles import Right


def rank_task(
    project: Project,
    command: RankTask,
    *,
    low: str | None,
    high: str | None,
    crowd: Sequence[int] = (),
    at: int = 0,
) -> list[Event]:
    """
    The task has a rank between `low` and `high`, if it has not already.

    Where there is no room left, the tasks of the `crowd`, which stand between the two in this order, get new ranks with
    it, which comes to stand `at` a place among them. Raises TaskNotFound, NotAllowed, InvalidValue.
    """
    task = live_task(project, command.actor, command.task_id)
    require(project, command.actor, Right.EDIT_TASKS)
    pointer, other_id = neighbour(command)
    other = project.tasks.get(other_id)
    if other is None or other.trashed_at is not None or other.id == task.id:
        raise InvalidValue(pointer, f"Name another task of the same project; {other_id} is not one.")
    if not crowd and (low is None or low < task.rank) and (high is None or task.rank < high):
        return []
    row = [*crowd[:at], task.id, *crowd[at:]]
    ranks = dict(zip(row, spread(len(row), low, high), strict=True))
    return [
        TaskUpdated(task_id=task_id, changes={"rank": rank}, before={"rank": project.tasks[task_id].rank})
        for task_id, rank in ranks.items()
        if project.tasks[task_id].rank != rank
    ]


def neighbour(command: RankTask) -> tuple[str, int]:
    """Which field names the other task, and its id. Raises InvalidValue unless exactly one does."""
    if command.before is not None and command.after is None:
        return "/before", command.before
    if command.after is not None and command.before is None:
        return "/after", command.after
    raise InvalidValue("/before", "Give either before or after.")
