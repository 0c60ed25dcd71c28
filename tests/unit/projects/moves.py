"""Tasks that leave a history for another project, and such as come to it from there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from unit.projects import working
from unit.projects.given import CONTRIBUTOR, MEMBER, START, created, task_created

from synergy_projects.domain import decide
from synergy_projects.domain.commands import Actor, MoveTask
from synergy_projects.domain.errors import DomainError
from synergy_projects.domain.events import (
    CommentCreated,
    Event,
    LabelCreated,
    MemberAdded,
    SubtaskCreated,
    TaskCompleted,
    TimeLogged,
    TimerStarted,
)
from synergy_projects.domain.project import Project, fold

if TYPE_CHECKING:
    from unit.projects.histories import Store

ELSEWHERE = 13
ABOVE = 1_000
"""Ids of what comes are above those that the history gives."""


@dataclass(frozen=True)
class Arrival:
    """The actor takes a task from elsewhere here."""

    actor: Actor


def command(random: Random, actor: Callable[[], Actor], task: Callable[[], int]) -> MoveTask | Arrival:
    """A task goes, or comes."""
    if random.random() < 0.5:
        return MoveTask(actor=actor(), task_id=task(), project_id=ELSEWHERE)
    return Arrival(actor())


def do(store: "Store", asked: MoveTask | Arrival) -> None:
    """What the handler does, in the one of both projects that is looked at."""
    if isinstance(asked, MoveTask):
        _leave(store, asked)
    else:
        _arrive(store, asked)


def _leave(store: "Store", asked: MoveTask) -> None:
    waiting = {row["id"] for row in store.rows["tasks"].values() if asked.task_id in row["depends_on"]}
    source = store.partial({asked.actor.user_id}, {asked.task_id, *waiting})
    working.hang(source, store)
    target = _elsewhere(asked.actor)
    try:
        left, _ = decide.move_task(source, target, asked, label_ids=range(1, 9))
    except DomainError:
        return
    store.record(source, left)


def _arrive(store: "Store", asked: Arrival) -> None:
    user_id, task_id = asked.actor.user_id, store.next_task
    source = _elsewhere(asked.actor, *_a_task(task_id, timer=not store.has_timer(MEMBER.user_id)))
    target = store.partial({user_id, CONTRIBUTOR.user_id, MEMBER.user_id}, set(), labels={"Bug", "here"})
    moving = MoveTask(actor=asked.actor, task_id=task_id, project_id=target.id)
    try:
        _, came = decide.move_task(source, target, moving, label_ids=store.fresh("labels", 2))
    except DomainError:
        return
    store.next_task += 1
    store.record(target, came)


def _a_task(task_id: int, *, timer: bool) -> list[Event]:
    """A task with something of everything on it."""
    one = ABOVE + task_id
    made: list[Event] = [
        MemberAdded(user_id=user.user_id, role="contributor") for user in (CONTRIBUTOR, MEMBER)
    ] + [
        LabelCreated(label_id=1, name="Bug", color="#c0392b"),
        LabelCreated(label_id=2, name="here", color="#c0392b"),
        task_created(task_id, impact=700, assignees=(CONTRIBUTOR.user_id,), labels=("Bug", "here")),
        CommentCreated(comment_id=one, task_id=task_id, author_id=MEMBER.user_id, content="Hi <@3>", mentions=(3,)),
        SubtaskCreated(subtask_id=one, task_id=task_id, title="Pack", is_completed=True),
        TimeLogged(
            time_log_id=one, task_id=task_id, user_id=MEMBER.user_id, minutes=5, spent_on=START.date(), note="",
            started_at=None,
        ),
    ]  # fmt: skip
    if timer:
        made.append(TimerStarted(task_id=task_id, user_id=MEMBER.user_id))
    return [*made, TaskCompleted(task_id=task_id, was="todo", impact=700)] if task_id % 2 else made


def _elsewhere(actor: Actor, *events: Event) -> Project:
    """Another project, of the actor's own."""
    history: Any = [created(project_id=ELSEWHERE, owner_id=actor.user_id), *events]
    members = {actor.user_id}
    history = [one for one in history if not isinstance(one, MemberAdded) or one.user_id not in members]
    project = fold((one, version, START + timedelta(minutes=version)) for version, one in enumerate(history, 1))
    assert project is not None
    return project
