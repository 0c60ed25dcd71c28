"""Who may do what, through the service's own doors: every call that the gateway may make × everybody who may ask."""

import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from integration.projects.steps import World
from sqlalchemy import Engine

from synergy_chassis.bus.context import CallContext
from synergy_chassis.clock import FixedClock, new_id
from synergy_contracts.envelope import Actor as Caller
from synergy_contracts.refusals import Refused
from synergy_operator.broker import MAY_CALL
from synergy_projects.domain.commands import Actor
from synergy_projects.projections import CODEC
from synergy_projects.queries import Exports, Insights

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # eventlet's, as the service's own process ignores it
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
    from synergy_projects.entrypoints import ProjectsService

ROLES = ("viewer", "member", "contributor", "manager", "owner")
WHO = ("anonymous", "outsider", *ROLES, "superuser")
EVERYBODY = frozenset(ROLES)
WORKERS = EVERYBODY - {"viewer"}
MAKERS = WORKERS - {"member"}
LEADERS = MAKERS - {"contributor"}
OWNER = LEADERS - {"manager"}


@dataclass
class Room:
    """A project with one person in each role, and one of everything in it, made anew where a call takes it away."""

    world: Any
    people: dict[str, Actor | None]
    project: int
    active: int | None = None
    service: ProjectsService = field(default_factory=ProjectsService)

    def call(self, who: str, verb: str, body: dict[str, Any]) -> Any:
        actor = self.people[who]
        caller = None if actor is None else Caller(user_id=actor.user_id, superuser=actor.superuser)
        self.service.call = CallContext(actor=caller, request_id="x", command_id=new_id())
        answer = getattr(self.service, verb)(body)
        return msgspec.json.decode(answer) if isinstance(answer, msgspec.Raw) else answer

    def made(self, verb: str, **body: Any) -> int:
        return int(self.call("owner", verb, body)["id"])

    def version(self) -> int:
        with self.world.engine.connect() as connection:
            found = connection.exec_driver_sql(
                "SELECT version FROM store.streams WHERE stream = %s", (f"project-{self.project}",)
            )
            return int(found.scalar_one())

    def task(self, **fields: Any) -> int:
        return self.made("create_task", project=self.project, title="Build", **fields)

    def task_of(self, who: str) -> int:
        """A task that this person made, if that is possible, and else the owner did."""
        actor = self.people[who]
        by = who if who in MAKERS else "owner"
        assert actor is not None or by == "owner"
        return int(self.call(by, "create_task", {"project": self.project, "title": "Own"})["id"])

    def deleted(self) -> int:
        """A task in the trash, made by the owner."""
        task = self.task()
        self.call("owner", "delete_task", {"task_id": task})
        return task

    def worker(self, who: str) -> str:
        """This person, if work can be reported by that one, and else the owner."""
        return who if who in WORKERS else "owner"

    def comment(self, own: str = "owner") -> dict[str, int]:
        task = self.task()
        made = self.call(self.worker(own), "create_comment", {"task_id": task, "content": "Well."})
        return {"task_id": task, "comment_id": made["id"]}

    def subtask(self) -> dict[str, int]:
        task = self.task()
        return {"task_id": task, "subtask_id": self.made("create_subtask", task_id=task, title="First")}

    def time_log(self, own: str = "owner") -> dict[str, int]:
        task = self.task()
        made = self.call(self.worker(own), "log_time", {"task_id": task, "minutes": 5})
        return {"task_id": task, "time_log_id": made["id"]}

    def label(self) -> int:
        return self.made("create_label", project=self.project, name=f"label {new_id()}")

    def milestone(self) -> int:
        return self.made("create_milestone", project=self.project, name="Launch")

    def sprint(self) -> int:
        return self.made("create_sprint", project=self.project, name="One")

    def active_sprint(self) -> int:
        """The one that runs; a project has one at most."""
        if self.active is None:
            self.active = self.made("start_sprint", sprint_id=self.sprint())
        return self.active

    def newcomer(self) -> int:
        return int(self.world.somebody("new").user_id)

    def extra(self) -> int:
        """Somebody more in the project."""
        user_id = self.newcomer()
        body = {"project_id": self.project, "member": {"user_id": user_id, "role": "viewer"}}
        self.call("owner", "add_member", body)
        return user_id

    def renamed(self) -> int:
        """The version of a change to the project."""
        body = {"project_id": self.project, "changes": {"name": f"Named {self.version()}"}}
        return int(self.call("owner", "update_project", body)["version"])

    def another(self, **fields: Any) -> "Room":
        """A project of the same people."""
        return a_room(self.world, self.people, self.service, **fields)


def a_room(world: Any, people: dict[str, Actor | None], service: ProjectsService) -> Room:
    owner = people["owner"]
    assert owner is not None
    others = [(people[role], role) for role in ROLES if role != "owner"]
    return Room(world, people, world.project(owner, *others), service=service)


@pytest.fixture(scope="module")
def here(projects_engine: Engine) -> Room:
    world = World(projects_engine, FixedClock(datetime(2026, 1, 5, 9, tzinfo=UTC)))
    people: dict[str, Actor | None] = {name: world.somebody(name) for name in (*ROLES, "outsider")}
    people |= {"anonymous": None, "superuser": world.somebody("root", superuser=True)}
    service = ProjectsService()
    insights, exports = Insights(CODEC, world.clock, world.engine), Exports(CODEC, world.desk.known)
    service.app = SimpleNamespace(uow=world.uow, desk=world.desk, past=world.past, insights=insights, exports=exports)  # type: ignore[assignment]
    return a_room(world, people, service)


Body = Callable[[Room, str], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """
    Which roles a call is for, and a body of it.

    `gone` is a call after which the project is not what it was, `reads` one that changes nothing.
    """

    may: frozenset[str]
    body: Body
    gone: bool = False
    archived: bool = False  # it may be done in the archive, too
    superuser: bool = True
    reads: bool = False


def of_project(**fields: Any) -> Body:
    return lambda room, who: {"project_id": room.project, **fields}


def read(body: Body) -> Row:
    return Row(EVERYBODY, body, archived=True, reads=True)


MATRIX: dict[str, Row] = {
    "read_project": read(of_project()),
    "read_progress": read(of_project(explain=True)),
    "read_history": read(of_project()),
    "export_project": read(of_project()),
    "read_stats": read(of_project()),
    "read_burnup": read(of_project()),
    "read_flow": read(of_project()),
    "read_forecast": read(of_project()),
    "verify_project": read(of_project()),
    "list_members": read(of_project()),
    "update_project": Row(LEADERS, lambda room, who: {"project_id": room.project, "changes": {"name": who}}),
    "delete_project": Row(OWNER, of_project(), gone=True),
    "restore_project": Row(OWNER, of_project(), gone=True, archived=True),
    "archive_project": Row(LEADERS, of_project(), gone=True, archived=True),
    "unarchive_project": Row(LEADERS, of_project(), gone=True, archived=True),
    "transfer_project": Row(OWNER, lambda room, who: {"project_id": room.project, "user_id": room.extra()}, gone=True),
    "undo": Row(LEADERS, lambda room, who: {"project_id": room.project, "version": room.renamed()}),
    "add_member": Row(LEADERS, lambda room, who: {"project_id": room.project, "member": {"user_id": room.newcomer()}}),
    "change_member_role": Row(
        LEADERS, lambda room, who: {"project_id": room.project, "user_id": room.extra(), "role": "member"}
    ),
    "remove_member": Row(LEADERS, lambda room, who: {"project_id": room.project, "user_id": room.extra()}),
    "invite_member": Row(LEADERS, of_project(role="viewer")),
    "check_invitations": Row(LEADERS, of_project(), archived=True),
    "create_task": Row(MAKERS, lambda room, who: {"project": room.project, "title": "Build"}),
    "read_task": read(lambda room, who: {"task_id": room.task()}),
    "update_task": Row(MAKERS, lambda room, who: {"task_id": room.task(), "changes": {"title": "Ship"}}),
    "update_task (status)": Row(WORKERS, lambda room, who: {"task_id": room.task(), "changes": {"status": "done"}}),
    "update_task (hours)": Row(WORKERS, lambda room, who: {"task_id": room.task(), "changes": {"actual_hours": 1}}),
    "delete_task": Row(LEADERS, lambda room, who: {"task_id": room.task()}),
    "delete_task (own)": Row(MAKERS, lambda room, who: {"task_id": room.task_of(who)}),
    "restore_task": Row(LEADERS, lambda room, who: {"task_id": room.deleted()}),
    "rank_task": Row(MAKERS, lambda room, who: {"task_id": room.task(), "after": room.task()}),
    "read_task_history": read(lambda room, who: {"task_id": room.task()}),
    "create_comment": Row(WORKERS, lambda room, who: {"task_id": room.task(), "content": "Well."}),
    "list_comments": read(lambda room, who: {"task_id": room.task()}),
    "update_comment": Row(
        OWNER, lambda room, who: {**room.comment(), "changes": {"content": "Better."}}, superuser=False
    ),
    "update_comment (own)": Row(
        WORKERS, lambda room, who: {**room.comment(own=who), "changes": {"content": "Better."}}, superuser=False
    ),
    "delete_comment": Row(LEADERS, lambda room, who: room.comment()),
    "delete_comment (own)": Row(WORKERS, lambda room, who: room.comment(own=who)),
    "create_subtask": Row(MAKERS, lambda room, who: {"task_id": room.task(), "title": "First"}),
    "list_subtasks": read(lambda room, who: {"task_id": room.task()}),
    "update_subtask": Row(MAKERS, lambda room, who: {**room.subtask(), "changes": {"title": "Then"}}),
    "update_subtask (completed)": Row(WORKERS, lambda room, who: {**room.subtask(), "changes": {"is_completed": True}}),
    "delete_subtask": Row(MAKERS, lambda room, who: room.subtask()),
    "log_time": Row(WORKERS, lambda room, who: {"task_id": room.task(), "minutes": 5}),
    "list_time_logs": read(lambda room, who: {"task_id": room.task()}),
    "update_time_log": Row(LEADERS, lambda room, who: {**room.time_log(), "changes": {"minutes": 6}}),
    "update_time_log (own)": Row(WORKERS, lambda room, who: {**room.time_log(who), "changes": {"minutes": 6}}),
    "delete_time_log": Row(LEADERS, lambda room, who: room.time_log()),
    "delete_time_log (own)": Row(WORKERS, lambda room, who: room.time_log(who)),
    "start_timer": Row(WORKERS, lambda room, who: {"task_id": room.task()}),
    "create_label": Row(MAKERS, lambda room, who: {"project": room.project, "name": f"of {who}"}),
    "read_label": read(lambda room, who: {"label_id": room.label()}),
    "update_label": Row(LEADERS, lambda room, who: {"label_id": room.label(), "changes": {"color": "#123456"}}),
    "delete_label": Row(LEADERS, lambda room, who: {"label_id": room.label()}),
    "create_milestone": Row(LEADERS, lambda room, who: {"project": room.project, "name": "Launch"}),
    "read_milestone": read(lambda room, who: {"milestone_id": room.milestone()}),
    "update_milestone": Row(
        LEADERS, lambda room, who: {"milestone_id": room.milestone(), "changes": {"name": "Landing"}}
    ),
    "delete_milestone": Row(LEADERS, lambda room, who: {"milestone_id": room.milestone()}),
    "create_sprint": Row(LEADERS, lambda room, who: {"project": room.project, "name": "One"}),
    "read_sprint": read(lambda room, who: {"sprint_id": room.sprint()}),
    "update_sprint": Row(LEADERS, lambda room, who: {"sprint_id": room.sprint(), "changes": {"name": "Two"}}),
    "delete_sprint": Row(LEADERS, lambda room, who: {"sprint_id": room.sprint()}),
    "start_sprint": Row(LEADERS, lambda room, who: {"sprint_id": room.sprint()}, gone=True),
    "complete_sprint": Row(LEADERS, lambda room, who: {"sprint_id": room.active_sprint()}, gone=True),
}
LISTS = {"list_projects", "list_tasks", "list_labels", "list_milestones", "list_sprints", "list_trash"}
"""For whoever is signed in: of the projects that one is in."""
OF_ONESELF = {
    "create_project", "accept_invitation", "prepare_leaving", "stay", "find_colleagues", "health", "read_timer",
    "stop_timer", "search", "list_activity", "move_task", "update_tasks",
    "list_events", "follow_events", "list_memberships",
    "begin_import", "add_import_part", "submit_import", "read_import",
}  # fmt: skip
"""Of one's own, wherever that is; what comes of it in projects, the feeds and the search, have tests of their own."""
BEFORE = {"restore_project": "delete_project", "unarchive_project": "archive_project"}


def test_every_call_of_the_gateway_has_its_row():
    told = {name.partition(" ")[0] for name in MATRIX} | LISTS | OF_ONESELF

    assert told == set(MAY_CALL["gateway"]["projects"])


@pytest.mark.parametrize("name", MATRIX)
def test_a_call_is_for_the_roles_of_its_row_and_whoever_may_not_changes_nothing(here: Room, name: str):
    row, verb = MATRIX[name], name.partition(" ")[0]
    may = [who for who in WHO if who in row.may or (who == "superuser" and row.superuser)]
    at = prepared(here, row, verb)
    body, before = row.body(at, "outsider"), at.version()
    for who in WHO:
        if who not in may:
            with pytest.raises(Refused) as no:
                at.call(who, verb, body)
            kind = {"anonymous": "unauthenticated", "outsider": "not_found"}.get(who, "forbidden")
            assert (who, kind, before) == (who, no.value.kind, at.version())
    for who in may:
        if not row.reads:
            body = row.body(at, who)
        at.call(who, verb, body)
        if row.gone and who != may[-1]:
            at = prepared(here, row, verb)


def prepared(here: Room, row: Row, verb: str) -> Room:
    """A room in which the call can be made: another one where it leaves little behind."""
    at = here.another() if row.gone else here
    if verb in BEFORE:
        at.call("owner", BEFORE[verb], {"project_id": at.project})
    return at


def test_in_the_archive_nothing_is_written(here: Room):
    at = here.another()
    bodies = {name: row.body(at, "owner") for name, row in MATRIX.items() if not row.archived}
    at.call("owner", "archive_project", {"project_id": at.project})
    before, told = at.version(), {}

    for name, body in bodies.items():
        with pytest.raises(Refused) as no:
            at.call("owner", name.partition(" ")[0], body)
        told[name] = (no.value.kind, no.value.code, at.version())

    assert dict.fromkeys(bodies, ("conflict", "project-archived", before)) == told


@pytest.mark.parametrize("verb", sorted(LISTS))
def test_lists_are_of_what_one_is_in(here: Room, verb: str):
    here.label(), here.milestone(), here.sprint()
    here.call("owner", "delete_task", {"task_id": here.task()})
    assert here.call("owner", verb, {})["count"] >= 1
    assert 0 == here.call("outsider", verb, {})["count"]
    assert 0 == here.call("superuser", verb, {})["count"]
    with pytest.raises(Refused) as no:
        here.call("anonymous", verb, {})
    assert "unauthenticated" == no.value.kind
