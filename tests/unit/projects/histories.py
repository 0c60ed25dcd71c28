"""Random histories: a store in memory, and people who ask it for all sorts of things."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import note
from hypothesis import strategies as st
from unit.projects import moves, working
from unit.projects.given import ACTORS, OWNER, START

from synergy_chassis.store import RecordedEvent
from synergy_projects import projections
from synergy_projects.domain import decide
from synergy_projects.domain.commands import (
    AcceptInvitation,
    Actor,
    AddMember,
    ArchiveProject,
    ChangeMemberRole,
    CompleteSprint,
    CreateLabel,
    CreateMilestone,
    CreateProject,
    CreateSprint,
    CreateTask,
    DeleteLabel,
    DeleteMilestone,
    DeleteProject,
    DeleteSprint,
    DeleteTask,
    InviteMember,
    MoveTask,
    RankTask,
    RemoveMember,
    RestoreProject,
    RestoreTask,
    StartSprint,
    TransferProject,
    UnarchiveProject,
    UpdateLabel,
    UpdateMilestone,
    UpdateProject,
    UpdateSprint,
    UpdateTask,
)
from synergy_projects.domain.decide.due import expire_tasks, tell_due, tell_missed
from synergy_projects.domain.errors import DomainError
from synergy_projects.domain.fields import PRIORITIES, PROJECT_STATUSES, TASK_STATUSES
from synergy_projects.domain.project import Label, Milestone, Project, Sprint, Task, evolve, folded
from synergy_projects.projections import CODEC
from synergy_projects.queries import loading

PROJECT = 12


@dataclass(frozen=True)
class Sweep:
    """Somebody looks what is due on that day; the actor does not count."""

    actor: Actor
    today: date


@dataclass(frozen=True)
class Expiry:
    """Somebody looks what was in the trash for long; the actor does not count."""

    actor: Actor


class Store:
    """One project in memory, written as the real one is: the state is loaded in part, and rows change by difference."""

    def __init__(self) -> None:
        self.rows: projections.Rows = projections.rows(None)
        self.events: list[RecordedEvent] = []
        self.next_task = 1
        self.commands = 0
        self.given: Counter[str] = Counter()

    def partial(
        self, members: set[int], tasks: set[int], *, labels: set[str] = frozenset(), milestones: set[int] = frozenset(),
        sprints: set[int] = frozenset(),
    ) -> Project | None:  # fmt: skip
        """The state with only these members, tasks and so on in it, from the rows. Labels are meant by name."""
        row = self.rows["projects"].get((PROJECT,))
        if row is None:
            return None
        pairs = [[m["user_id"], m["role"]] for m in self.rows["members"].values() if m["user_id"] in members]
        project = loading.project_from(row | {"members": pairs})
        project.tasks = self._some(Task, "tasks", lambda row: row["id"] in tasks)
        for task in project.tasks.values():
            task.subtasks = working.subtasks(self.rows, task.id)
        meant = {folded(name) for name in labels}
        project.labels = self._some(Label, "labels", lambda row: row["folded"] in meant)
        project.milestones = self._some(Milestone, "milestones", lambda row: row["id"] in milestones)
        project.sprints = self._some(Sprint, "sprints", lambda row: row["id"] in sprints)
        return project

    def _some(self, kind: type[Any], table: str, wanted: Callable[[projections.Row], bool]) -> dict[int, Any]:
        names = [one.name for one in fields(kind) if one.name != "subtasks"]
        found = [row for row in self.rows[table].values() if wanted(row)]
        return {row["id"]: kind(**{name: row[name] for name in names}) for row in found}

    @property
    def now(self) -> datetime:
        """When the next events will be recorded."""
        return START + timedelta(seconds=len(self.events))

    def state(self) -> Project:
        """The whole of it, as its events made it."""
        project = None
        for stored in self.events:
            project = evolve(project, CODEC.decode(stored), version=stored.version, at=stored.recorded_at)
        assert project is not None
        return project

    def name_of(self, label_id: int) -> str:
        """The label's name, or one that no label has."""
        return str(self.rows["labels"].get((label_id,), {"name": "none"})["name"])

    def with_label(self, label_id: int) -> set[int]:
        """The tasks that have the label."""
        return {row["id"] for row in self.rows["tasks"].values() if self.name_of(label_id) in row["labels"]}

    def having(self, field: str, value: int) -> set[int]:
        """The tasks whose field is this."""
        return {row["id"] for row in self.rows["tasks"].values() if row[field] == value}

    def reached(self, ids: Collection[int]) -> frozenset[int]:
        """All that these tasks wait for, however indirectly."""
        found: set[int] = set()
        while (
            new := {
                one
                for (task_id,), row in self.rows["tasks"].items()
                if task_id in {*ids, *found}
                for one in row["depends_on"]
            }
            - found
        ):
            found |= new
        return frozenset(found)

    def room(self, command: RankTask) -> tuple[str | None, str | None]:
        """The ranks between which the task is to be."""
        ranks = {one: row["rank"] for (one,), row in self.rows["tasks"].items() if one != command.task_id}
        if (other := ranks.get(command.before or command.after or 0)) is None:
            return None, None
        below = [rank for rank in ranks.values() if rank < other or (rank == other and command.after)]
        above = [rank for rank in ranks.values() if rank > other or (rank == other and command.before)]
        return max(below, default=None), min(above, default=None)

    def has_timer(self, user_id: int) -> bool:
        """Whether one runs here that is this user's."""
        return any(row["user_id"] == user_id for row in self.rows["timers"].values())

    def fresh(self, of: str, count: int = 1) -> list[int]:
        """Ids that none `of` these had."""
        self.given[of] += count
        return list(range(self.given[of] - count + 1, self.given[of] + 1))

    def record(self, project: Project | None, events: list[Any]) -> None:
        before = projections.rows(project)
        at = self.now
        for event in events:
            new = CODEC.encode(event)
            version = len(self.events) + 1
            stored = RecordedEvent(
                position=version,
                stream=f"project-{PROJECT}",
                version=version,
                event_id=UUID(int=version),
                type=new.type,
                schema_version=new.schema_version,
                entity=new.entity,
                data=new.data,
                meta={"command_id": str(self.commands)},
                recorded_at=at,
                hash="",
            )
            self.events.append(stored)
            project = evolve(project, event, version=version, at=at)
        for write in projections.writes(before, projections.rows(project)):
            table = self.rows[write.table]
            if write.verb == "delete":
                del table[write.key]
            elif write.verb == "insert":
                assert write.key not in table
                table[write.key] = dict(write.values)
            else:
                table[write.key] |= write.values

    def do(self, command: Any) -> None:
        actor = command.actor.user_id
        self.commands += 1
        match command:
            case CreateProject():
                self.record(None, decide.create_project(command, project_id=PROJECT))
            case UpdateProject():
                self.decided(self.partial({actor}, set()), decide.update_project, command)
            case ArchiveProject():
                self.decided(self.partial({actor}, set()), decide.archive_project, command)
            case UnarchiveProject():
                self.decided(self.partial({actor}, set()), decide.unarchive_project, command)
            case DeleteProject():
                self.decided(self.partial({actor}, set()), decide.delete_project, command)
            case RestoreProject():
                self.decided(self.partial({actor}, set()), decide.restore_project, command)
            case TransferProject():
                self.decided(self._everyone(), decide.transfer_project, command)
            case AddMember():
                project = self.partial({actor, command.user_id}, set())
                self.decided(project, decide.add_member, command, user_id=command.user_id)
            case InviteMember():
                invitation_id = UUID(int=len(self.events) + 1)
                self.decided(self.partial({actor}, set()), decide.invite_member, command, invitation_id=invitation_id)
            case AcceptInvitation():
                project = self.partial({actor, command.invited_by.user_id}, set())
                self.decided(project, decide.accept_invitation, command)
            case ChangeMemberRole():
                self.decided(self.partial({actor, command.user_id}, set()), decide.change_member_role, command)
            case RemoveMember():
                assigned = {row["id"] for row in self.rows["tasks"].values() if command.user_id in row["assignees"]}
                project = working.with_timer(self.partial({actor, command.user_id}, assigned), self, command.user_id)
                self.decided(project, decide.remove_member, command)
            case CreateTask():
                project = self.partial(
                    {actor, *command.assignees}, set(command.depends_on), labels=set(command.labels),
                    milestones={command.milestone or 0}, sprints={command.sprint or 0},
                )  # fmt: skip
                ids = self.fresh("labels", len(command.labels))
                self.decided(project, decide.create_task, command, task_id=self.next_task, label_ids=ids)
                self.next_task += 1
            case UpdateTask(changes=changes):
                awaited, people = changes.get("depends_on", ()), {actor, *changes.get("assignees", ())}
                project = self.partial(
                    people, {command.task_id, *awaited}, labels=set(changes.get("labels", ())),
                    milestones={changes.get("milestone") or 0}, sprints={changes.get("sprint") or 0},
                )  # fmt: skip
                ids, reached = self.fresh("labels", len(changes.get("labels", ()))), self.reached(awaited)
                self.decided(project, decide.update_task, command, label_ids=ids, reached=reached)
            case DeleteTask():
                self.decided(self.partial({actor}, {command.task_id}), decide.delete_task, command)
            case RestoreTask():
                row = self.rows["tasks"].get((command.task_id,))
                if row is not None:
                    project = self.partial(
                        {actor, *row["assignees"]}, {command.task_id, *row["depends_on"]}, labels=set(row["labels"]),
                        milestones={row["milestone"] or 0}, sprints={row["sprint"] or 0},
                    )  # fmt: skip
                    self.decided(project, decide.restore_task, command)
            case RankTask():
                near = self.partial({actor}, {command.task_id, command.before or command.after or 0})
                low, high = self.room(command)
                self.decided(near, decide.rank_task, command, low=low, high=high)
            case CreateLabel(name=name):
                label_id = self.fresh("labels")[0]
                self.decided(
                    self.partial({actor}, set(), labels={name}), decide.create_label, command, label_id=label_id
                )
            case UpdateLabel(label_id=label_id):
                labels = {self.name_of(label_id), command.changes.get("name", "")}
                project = self.partial({actor}, self.with_label(label_id), labels=labels)
                self.decided(project, decide.update_label, command)
            case DeleteLabel(label_id=label_id):
                project = self.partial({actor}, self.with_label(label_id), labels={self.name_of(label_id)})
                self.decided(project, decide.delete_label, command)
            case CreateMilestone():
                self.decided(
                    self.partial({actor}, set()),
                    decide.create_milestone,
                    command,
                    milestone_id=self.fresh("milestones")[0],
                )
            case UpdateMilestone(milestone_id=milestone_id) | DeleteMilestone(milestone_id=milestone_id):
                project = self.partial({actor}, self.having("milestone", milestone_id), milestones={milestone_id})
                deciding = decide.update_milestone if isinstance(command, UpdateMilestone) else decide.delete_milestone
                self.decided(project, deciding, command)
            case CreateSprint():
                self.decided(
                    self.partial({actor}, set()), decide.create_sprint, command, sprint_id=self.fresh("sprints")[0]
                )
            case UpdateSprint() | StartSprint() | CompleteSprint() | DeleteSprint():
                project = self.partial(
                    {actor}, self.having("sprint", command.sprint_id), sprints={one for (one,) in self.rows["sprints"]}
                )
                self.decided(project, OF_SPRINTS[type(command)], command)
            case Sweep(today=today):
                everything = {one for (one,) in self.rows["tasks"]}, {one for (one,) in self.rows["milestones"]}
                project = self.partial(set(), everything[0], milestones=everything[1])
                if project is not None and (events := [*tell_due(project, today), *tell_missed(project, today)]):
                    self.record(project, events)
            case Expiry():
                project = self.partial(set(), {one for (one,) in self.rows["tasks"]})
                if project is not None:
                    working.hang(project, self)
                    if events := expire_tasks(project, self.now + timedelta(days=31)):
                        self.record(project, events)
            case MoveTask() | moves.Arrival():
                moves.do(self, command)
            case _:
                working.do(self, command)

    def _everyone(self) -> Project | None:
        return self.partial({row["user_id"] for row in self.rows["members"].values()}, set())

    def decided(self, project: Project | None, decision: Any, command: Any, **facts: Any) -> None:
        try:
            events = decision(project, command, **facts)
        except DomainError:
            return
        self.record(project, events)


OF_SPRINTS: dict[type, Any] = {
    UpdateSprint: decide.update_sprint,
    StartSprint: decide.start_sprint,
    CompleteSprint: decide.complete_sprint,
    DeleteSprint: decide.delete_sprint,
}


class Whim:
    """Draws commands: most of them possible, some not."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def commands(self) -> Iterator[Any]:
        """The project, its team, and then whatever comes to mind."""
        yield CreateProject(actor=OWNER, name="Apollo", status=self._one(PROJECT_STATUSES), budget=Decimal(3))
        for name in ("manager", "contributor", "member", "viewer"):
            yield AddMember(actor=OWNER, project_id=PROJECT, user_id=ACTORS[name].user_id, role=name)
        kinds = [self._create] * 4 + [self._update] * 4 + [self._finish] * 5 + [self._delete]
        kinds += [self._join, self._invite, self._accept, self._promote, self._leave, self._rename]
        kinds += [self._label, self._relabel, self._unlabel, self._unplan]
        kinds += [self._restore] * 3 + [self._rank, self._rank]
        kinds += [self._plan, self._replan, self._replan] + [self._run] * 4
        kinds += [self._shelve] * 5 + [self._transfer, self._sweep, self._sweep]
        kinds += [partial(Expiry, OWNER)]
        kinds += [partial(moves.command, self._random, self._planner, self._task)]
        kinds += [partial(working.command, self._random, self._actor, self._task)] * 16
        while True:
            yield self._one(kinds)()

    def _create(self) -> CreateTask:
        values = self._some_of_a_task() | {"impact": self._amount(), "title": "Build"}
        return CreateTask(actor=self._actor(), project_id=PROJECT, **values)

    def _update(self) -> UpdateTask:
        return UpdateTask(actor=self._actor(), task_id=self._task(), changes=self._some_of_a_task())

    def _finish(self) -> UpdateTask:
        status = self._one(["done", "done", *TASK_STATUSES])
        return UpdateTask(actor=self._actor(), task_id=self._task(), changes={"status": status})

    def _delete(self) -> DeleteTask:
        return DeleteTask(actor=self._actor(), task_id=self._task())

    def _shelve(self) -> Any:
        """To a shelf now and then, and more often back."""
        kind = self._one([ArchiveProject, DeleteProject, *[UnarchiveProject, RestoreProject] * 3])
        return kind(actor=self._actor(), project_id=PROJECT)

    def _sweep(self) -> Sweep:
        return Sweep(OWNER, date(2026, 1, self._random.randint(1, 12)))

    def _transfer(self) -> TransferProject:
        return TransferProject(actor=self._actor(), project_id=PROJECT, user_id=self._random.randint(1, 8))

    def _join(self) -> AddMember:
        user_id = self._random.randint(2, 8)
        return AddMember(actor=self._actor(), project_id=PROJECT, user_id=user_id, role=self._role())

    def _invite(self) -> InviteMember:
        return InviteMember(actor=self._actor(), project_id=PROJECT, role=self._role())

    def _accept(self) -> AcceptInvitation:
        actor = Actor(user_id=self._random.randint(2, 8))
        return AcceptInvitation(actor=actor, project_id=PROJECT, role=self._role(), invited_by=self._actor())

    def _promote(self) -> ChangeMemberRole:
        user_id = self._random.randint(1, 6)
        return ChangeMemberRole(actor=self._actor(), project_id=PROJECT, user_id=user_id, role=self._role())

    def _leave(self) -> RemoveMember:
        return RemoveMember(actor=self._actor(), project_id=PROJECT, user_id=self._random.randint(1, 6))

    def _rename(self) -> UpdateProject:
        changes = self._some(
            name=self._one(["Apollo", "Artemis"]),
            status=self._one(PROJECT_STATUSES),
            priority=self._one(PRIORITIES),
            start_date=self._day(),
            end_date=self._day(),
            budget=self._one([None, Decimal("1.5"), Decimal("-1")]),
        )
        return UpdateProject(actor=self._actor(), project_id=PROJECT, changes=changes)  # type: ignore[arg-type]

    def _restore(self) -> RestoreTask:
        return RestoreTask(actor=self._planner(), task_id=self._task())

    def _rank(self) -> RankTask:
        side = self._one([{"before": self._task()}, {"after": self._task()}])
        return RankTask(actor=self._planner(), task_id=self._task(), **side)

    def _label(self) -> CreateLabel:
        return CreateLabel(actor=self._planner(), project_id=PROJECT, name=self._name(), color="#ABCDEF")

    def _relabel(self) -> UpdateLabel:
        changes = self._some(name=self._name(), color=self._one(["#abcdef", "#000000"]))
        return UpdateLabel(actor=self._planner(), label_id=self._planned(), changes=changes)  # type: ignore[arg-type]

    def _unlabel(self) -> DeleteLabel:
        return DeleteLabel(actor=self._planner(), label_id=self._planned())

    def _plan(self) -> CreateMilestone | CreateSprint:
        if self._random.random() < 0.5:
            return CreateMilestone(actor=self._planner(), project_id=PROJECT, name="Launch", due_date=self._day())
        return CreateSprint(actor=self._planner(), project_id=PROJECT, name="First", start_date=self._day())

    def _replan(self) -> UpdateMilestone | UpdateSprint:
        if self._random.random() < 0.6:
            changes = self._some(
                due_date=self._day(), status=self._one(["open", "completed", "completed"]), name="Start"
            )
            return UpdateMilestone(actor=self._planner(), milestone_id=self._planned(), changes=changes)  # type: ignore[arg-type]
        dates = self._some(start_date=self._day(), end_date=self._day(), goal="x")
        return UpdateSprint(actor=self._planner(), sprint_id=self._planned(), changes=dates)  # type: ignore[arg-type]

    def _unplan(self) -> DeleteMilestone | DeleteSprint:
        if self._random.random() < 0.5:
            return DeleteMilestone(actor=self._planner(), milestone_id=self._planned())
        return DeleteSprint(actor=self._planner(), sprint_id=self._planned())

    def _run(self) -> StartSprint | CompleteSprint:
        if self._random.random() < 0.5:
            return StartSprint(actor=self._planner(), sprint_id=1)
        to = self._one([None, None, self._planned()])
        return CompleteSprint(actor=self._planner(), sprint_id=1, unfinished_to=to)

    def _planner(self) -> Actor:
        return OWNER if self._random.random() < 0.7 else self._actor()

    def _name(self) -> str:
        return str(self._one(["bug", "Bug", "später", "x"]))

    def _planned(self) -> int:
        return self._random.randint(1, 3)

    def _some_of_a_task(self) -> dict[str, Any]:
        return self._some(
            labels=tuple(self._name() for _ in range(self._random.randint(0, 2))),
            depends_on=tuple(self._random.choices(range(1, 7), k=self._random.randint(0, 2))),
            milestone=self._one([None, self._planned()]),
            sprint=self._one([None, self._planned()]),
            title=self._one(["Design", "Ship", " "]),
            description=self._one(["", "x"]),
            status=self._one(TASK_STATUSES),
            priority=self._one(PRIORITIES),
            impact=self._amount(),
            assignees=tuple(self._random.choices(range(1, 6), k=self._random.randint(0, 2))),
            start_date=self._day(),
            due_date=self._day(),
            estimated_hours=self._one([None, self._amount()]),
            actual_hours=self._one([None, self._amount()]),
            story_points=self._one([None, 3]),
        )

    def _some(self, **values: Any) -> dict[str, Any]:
        names = self._random.sample(sorted(values), self._random.randint(0, min(4, len(values))))
        return {name: values[name] for name in names}

    def _one(self, choices: Any) -> Any:
        return self._random.choice(choices)

    def _actor(self) -> Actor:
        return OWNER if self._random.random() < 0.6 else self._one(list(ACTORS.values()))

    def _task(self) -> int:
        return self._random.randint(1, 6)

    def _amount(self) -> int:
        return self._one([0, 1, 50, 3333, 10_000, self._random.randint(0, 10_000)])

    def _role(self) -> Any:
        return self._one(["manager", "contributor", "member", "viewer"])

    def _day(self) -> date | None:
        return self._one([None, date(2026, 1, self._random.randint(1, 9))])


@st.composite
def histories(draw: st.DrawFn, at_least: int = 1) -> Store:
    """A project after so many commands of a whim: a failure shrinks to the shortest beginning that still fails."""
    whim = Whim(Random(draw(st.integers(0, 2**32))))
    store = Store()
    for _, command in zip(range(draw(st.integers(at_least, 150))), whim.commands(), strict=False):
        store.do(command)
        note(repr(command))
    return store
