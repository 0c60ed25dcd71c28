"""Random work on the tasks of a history: comments, subtasks, time. The state is loaded in part, as handlers do it."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from unit.projects.given import START

from synergy_projects import projections
from synergy_projects.domain import decide, mentions
from synergy_projects.domain.commands import (
    Actor,
    CreateComment,
    CreateSubtask,
    DeleteComment,
    DeleteSubtask,
    DeleteTimeLog,
    LogTime,
    StartTimer,
    StopTimer,
    UpdateComment,
    UpdateSubtask,
    UpdateTimeLog,
)
from synergy_projects.domain.project import Comment, Project, Subtask, TimeLog, Timer

if TYPE_CHECKING:
    from unit.projects.histories import Store

CREATES = {CreateComment: "comment.created", CreateSubtask: "subtask.created"}
NAMES = {f"user-{user_id}": user_id for user_id in range(1, 9)}
State = TypeVar("State")


def do(store: "Store", command: Any) -> None:
    """What the handler of the command does."""
    command = _aimed(store, command)
    actor, task_id = command.actor.user_id, command.task_id
    new = 1 + len([event for event in store.events if event.type == CREATES.get(type(command), "time.logged")])
    project = with_timer(store.partial({actor}, {task_id}), store, actor)
    match command:
        case CreateComment():
            store.decided(_meant(store, command), decide.create_comment, command, comment_id=new, named=_named(store))
        case UpdateComment():
            project = _held(_meant(store, command), store)
            store.decided(project, decide.update_comment, command, named=_named(store))
        case DeleteComment():
            store.decided(_held(project, store), decide.delete_comment, command)
        case CreateSubtask():
            store.decided(project, decide.create_subtask, command, subtask_id=new)
        case UpdateSubtask():
            store.decided(project, decide.update_subtask, command)
        case DeleteSubtask():
            store.decided(project, decide.delete_subtask, command)
        case LogTime():
            store.decided(project, decide.log_time, command, time_log_id=new, now=store.now)
        case UpdateTimeLog():
            store.decided(_held(project, store), decide.update_time_log, command, now=store.now)
        case DeleteTimeLog():
            store.decided(_held(project, store), decide.delete_time_log, command)
        case StartTimer():
            running = {timer.task_id for timer in project.timers.values()}
            project = with_timer(store.partial({actor}, {task_id, *running}), store, actor)
            store.decided(project, decide.start_timer, command, time_log_id=new, now=store.now)
        case StopTimer():
            store.decided(project, decide.stop_timer, command, time_log_id=new, now=store.now)


def command(random: Random, actor: Callable[[], Actor], task: Callable[[], int]) -> Any:
    """Something that somebody might do on some task."""
    item = random.randint(1, 9)
    fields: dict[str, Any] = {"actor": actor(), "task_id": task()}
    minutes, day = random.randint(1, 90), random.choice([START.date(), START.date() + timedelta(days=9)])
    new = [
        lambda: CreateComment(**fields, content=_text(random)),
        lambda: CreateComment(**fields, content=_text(random)),
        lambda: CreateSubtask(**fields, title=random.choice(["Sketch", " "])),
        lambda: CreateSubtask(**fields, title="Draw", is_completed=True),
        lambda: LogTime(**fields, minutes=minutes, spent_on=day),
        lambda: LogTime(**fields, minutes=minutes),
        lambda: StartTimer(**fields),
        lambda: StartTimer(**fields),
        lambda: StopTimer(**fields),
    ]
    step = {"is_completed": item % 2 == 0, "title": f"Step {minutes}"}
    old = [
        lambda: UpdateComment(**fields, comment_id=item, content=_text(random)),
        lambda: DeleteComment(**fields, comment_id=item),
        lambda: UpdateSubtask(**fields, subtask_id=item, changes=step),
        lambda: DeleteSubtask(**fields, subtask_id=item),
        lambda: UpdateTimeLog(**fields, time_log_id=item, changes={"minutes": minutes, "note": "Corrected"}),
        lambda: DeleteTimeLog(**fields, time_log_id=item),
    ]
    return random.choice(new + old * 3)()


def subtasks(rows: projections.Rows, task_id: int) -> dict[int, Subtask]:
    found = _states(rows, "subtasks", Subtask)
    return {one.id: one for one in sorted(found, key=lambda one: one.id) if one.task_id == task_id}


def hang(project: Project, store: "Store") -> None:
    """The project with what hangs on its tasks."""
    _held(project, store)
    project.comments = {one.id: one for one in project.comments.values() if one.task_id in project.tasks}
    project.time_logs = {one.id: one for one in project.time_logs.values() if one.task_id in project.tasks}
    timers = _states(store.rows, "timers", Timer)
    project.timers = {one.user_id: one for one in timers if one.task_id in project.tasks}


def with_timer(project: Project, store: "Store", user_id: int) -> Project:
    found = _states(store.rows, "timers", Timer)
    project.timers = {timer.user_id: timer for timer in found if timer.user_id == user_id}
    return project


def _aimed(store: "Store", command: Any) -> Any:
    """Most commands on an item are on one that is there, and on the task that it is on, by whose it is."""
    tables = {"comment_id": "comments", "subtask_id": "subtasks", "time_log_id": "time_logs"}
    for name, table in tables.items():
        found = list(store.rows[table].values())
        if found and hasattr(command, name) and len(store.events) % 7:
            row = found[getattr(command, name) % len(found)]
            whose = row.get("author_id", row.get("user_id", command.actor.user_id))
            return replace(command, **{name: row["id"]}, task_id=row["task_id"], actor=Actor(user_id=whose))
    return command


def _held(project: Project, store: "Store") -> Project:
    project.comments = {one.id: one for one in _states(store.rows, "comments", Comment)}
    project.time_logs = {one.id: one for one in _states(store.rows, "time_logs", TimeLog)}
    return project


def _states(rows: projections.Rows, table: str, kind: type[State]) -> list[State]:
    names = [one.name for one in fields(kind)]  # type: ignore[arg-type]
    return [kind(**{name: row[name] for name in names}) for row in rows[table].values()]


def _named(store: "Store") -> dict[str, int]:
    members = {row["user_id"] for row in store.rows["members"].values()}
    return {name: user_id for name, user_id in NAMES.items() if user_id in members}


def _meant(store: "Store", command: CreateComment | UpdateComment) -> Project:
    ids = {*_named(store).values(), *mentions.ids_in(command.content or "")}
    return store.partial({command.actor.user_id, *ids}, {command.task_id})


def _text(random: Random) -> str:
    return random.choice(["Hi", "Hi @user-2, @user-9", "cc <@3> <@99>", "@User-4.", "\n"])
