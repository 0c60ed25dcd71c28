"""The same changes to many tasks: one transaction a project, and an answer for each task."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any, Final
from uuid import UUID, uuid5

from synergy_chassis.store import CommandContext, Stream
from synergy_projects.domain import decide
from synergy_projects.domain.commands import UpdateTask, UpdateTasks
from synergy_projects.domain.decide.checks import progress_news
from synergy_projects.domain.errors import DomainError, TaskNotFound
from synergy_projects.domain.events import Event, ProgressChanged
from synergy_projects.domain.project import evolve
from synergy_projects.handlers.desk import Desk
from synergy_projects.handlers.tasks import asked_for_update, facts_for_update, for_update
from synergy_projects.queries.tasks import projects_of_tasks
from synergy_projects.queries.views import View

Refusal = dict[str, Any]
"""Kind, code, detail and pointer of why a task was not changed, as it is kept."""
_NAMESPACE: Final = UUID("0f4c7c0e-8f5d-5d0b-9a51-3f7a2f5c1d4e")


def update_tasks(command: UpdateTasks, *, context: CommandContext, desk: Desk) -> list[View]:
    """
    What came of each task, in the order given: None for a `problem` where it has the changes now.

    The first project's transaction keeps, under the command's own id, which task was sought in which project, the
    others keep theirs under ids that follow from it: so the same command again finds what each of them came to.
    """
    ids = tuple(dict.fromkeys(command.task_ids))
    with desk.uow.reading() as connection:
        homes = projects_of_tasks(connection, ids)
    plan = [(home, [one for one in ids if homes.get(one) == home]) for home in sorted(set(homes.values()))]
    refused: dict[int, Refusal] = {one: _refusal(TaskNotFound()) for one in ids if one not in homes}
    done = 0
    while done < len(plan):
        project_id, task_ids = plan[done]
        own = context if not done else replace(context, command_id=uuid5(_NAMESPACE, f"{context.command_id} {done}"))
        also = asked_for_update(project_id, command.actor.user_id, task_ids, command.changes)
        with desk.locked(project_id, own, missing=TaskNotFound, also=also) as stream:
            kept = stream.seen
            if kept is None:
                kept = _in_one(stream, task_ids, command, desk, plan)
        plan = [(home, list(sought)) for home, sought in kept["plan"]]
        refused |= {int(task_id): refusal for task_id, refusal in kept["refused"].items()}
        done += 1
    return [{"id": task_id, "problem": refused.get(task_id)} for task_id in ids]


def _in_one(stream: Stream, task_ids: Sequence[int], command: UpdateTasks, desk: Desk, plan: Any) -> dict[str, Any]:
    project = for_update(stream.also)
    if project is None:
        raise TaskNotFound
    facts = facts_for_update(stream.rows, project, command.changes)
    working, events, refused = deepcopy(project), list[Event](), dict[str, Refusal]()
    for task_id in task_ids:
        one = UpdateTask(actor=command.actor, task_id=task_id, changes=command.changes)
        try:
            follow = decide.update_task(working, one, **facts)
        except DomainError as no:
            refused[str(task_id)] = _refusal(no)
            continue
        for event in follow:
            if not isinstance(event, ProgressChanged):  # the number is told once, as it is in the end
                events.append(event)
                evolve(working, event, version=stream.version + len(events), at=stream.now)
    events += progress_news(project.counters, working.counters)
    kept = {"plan": plan, "refused": refused}
    desk.record(stream, project, events, kept)
    return kept


def _refusal(no: DomainError) -> Refusal:
    return {"kind": no.kind, "code": no.code, "detail": str(no), "pointer": no.pointer}
