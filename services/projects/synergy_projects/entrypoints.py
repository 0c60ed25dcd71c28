"""The doors: decode, one handler or question, encode. Their names are public."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from msgspec import UNSET, structs
from sqlalchemy import Connection

from synergy_chassis.bus import Application, Call, CallContext, follow, refusing, rpc
from synergy_chassis.codec import decode, encode
from synergy_chassis.store.pages import fitting
from synergy_chassis.store.tally import tally
from synergy_contracts.envelope import EventsAfter, Nothing, Page, ServiceHealth, StoredEvent, TallyUpTo
from synergy_contracts.insights import (
    Burnup,
    CumulativeFlow,
    ForecastView,
    ReadForecast,
    ReadPoints,
    ReadStats,
    StatsView,
    Verified,
)
from synergy_contracts.invitations import AcceptedInvitation, InvitationMail, InviteMember
from synergy_contracts.mail import SearchPeople
from synergy_contracts.people import Person
from synergy_contracts.projects import (
    AddMember,
    ChangeMemberRole,
    CreateProject,
    ExplainedProgress,
    ListMembers,
    ListProjects,
    Membership,
    PastEvent,
    ProjectRef,
    ProjectView,
    ReadHistory,
    ReadProgress,
    ReadProject,
    RemoveMember,
    Render,
    Rendered,
    UpdateProject,
)
from synergy_contracts.tasks import CreateTask, ListTasks, TaskRef, TaskView, UpdateTask
from synergy_projects import handlers, queries
from synergy_projects.bootstrap import Projects, build
from synergy_projects.domain import commands
from synergy_projects.domain.amounts import hundredths
from synergy_projects.domain.errors import DomainError, InvalidParameter, InvalidValue
from synergy_projects.queries.people import colleagues

MOST_COLLEAGUES = 50
IN_HUNDREDTHS = ("impact", "estimated_hours", "actual_hours")


class ProjectsService:
    """Projects, members, tasks and their progress."""

    name = "projects"
    app: Projects = Application(lambda config: build(config["settings"]))
    call: CallContext = Call()

    @rpc
    def create_project(self, body: object) -> Any:
        """CreateProject → ProjectView."""
        wanted = decode(CreateProject, body)
        return self._handle(ProjectView, handlers.create_project, commands.CreateProject, structs.asdict(wanted))

    @rpc
    def list_projects(self, body: object) -> Any:
        """ListProjects → Page of ProjectView."""
        wanted, actor = decode(ListProjects, body), self._actor()
        with self._reading() as connection:
            found = queries.list_projects(connection, actor, **structs.asdict(wanted))
            if not (wanted.all and actor.superuser):
                self.call.versions.update(queries.of_memberships(connection, actor.user_id))
            return encode(Page[ProjectView], found)

    @rpc
    def read_project(self, body: object) -> Any:
        """ReadProject → ProjectView."""
        wanted, actor = decode(ReadProject, body), self._actor()
        with self._reading() as connection:
            if wanted.as_of is not None:
                found = self.app.past.project(connection, actor, wanted.project_id, wanted.as_of)
            else:
                found = queries.read_project(connection, actor, wanted.project_id)
                self.call.versions.update(queries.of_project(connection, wanted.project_id))
            return encode(ProjectView, found)

    @rpc
    def update_project(self, body: object) -> Any:
        """UpdateProject → ProjectView."""
        wanted = decode(UpdateProject, body)
        fields = {"project_id": wanted.project_id, "changes": _sent(wanted.changes)}
        return self._handle(ProjectView, handlers.update_project, commands.UpdateProject, fields)

    @rpc
    def delete_project(self, body: object) -> None:
        """ProjectRef → nothing."""
        wanted = decode(ProjectRef, body)
        self._handle(None, handlers.delete_project, commands.DeleteProject, structs.asdict(wanted))

    @rpc
    def read_progress(self, body: object) -> Any:
        """ReadProgress → ExplainedProgress."""
        wanted, actor = decode(ReadProgress, body), self._actor()
        with self._reading() as connection:
            if wanted.as_of is not None or wanted.explain:
                found = self.app.past.progress(
                    connection, actor, wanted.project_id, wanted.as_of, explain=wanted.explain
                )
            else:
                found = queries.read_progress(connection, actor, wanted.project_id)
                self.call.versions.update(queries.of_project(connection, wanted.project_id))
            return encode(ExplainedProgress, found)

    @rpc
    def read_history(self, body: object) -> Any:
        """ReadHistory → Page of PastEvent."""
        wanted = decode(ReadHistory, body)
        with self._reading() as connection:
            return encode(Page[PastEvent], queries.read_history(connection, self._actor(), **structs.asdict(wanted)))

    @rpc
    def read_stats(self, body: object) -> Any:
        """ReadStats → StatsView."""
        return self._insight(StatsView, self.app.insights.stats, decode(ReadStats, body))

    @rpc
    def read_burnup(self, body: object) -> Any:
        """ReadPoints → Burnup."""
        return self._insight(Burnup, self.app.insights.burnup, decode(ReadPoints, body))

    @rpc
    def read_flow(self, body: object) -> Any:
        """ReadPoints → CumulativeFlow."""
        return self._insight(CumulativeFlow, self.app.insights.flow, decode(ReadPoints, body))

    @rpc
    def read_forecast(self, body: object) -> Any:
        """ReadForecast → ForecastView."""
        return self._insight(ForecastView, self.app.insights.forecast, decode(ReadForecast, body))

    @rpc
    def verify_project(self, body: object) -> Any:
        """ProjectRef → Verified."""
        wanted = decode(ProjectRef, body)
        with self._reading() as connection:
            return encode(Verified, self.app.insights.verify(connection, self._actor(), wanted.project_id))

    @rpc
    def list_members(self, body: object) -> Any:
        """ListMembers → Page of Membership."""
        wanted = decode(ListMembers, body)
        with self._reading() as connection:
            found = queries.list_members(connection, self._actor(), **structs.asdict(wanted))
            self.call.versions.update(queries.of_project(connection, wanted.project_id))
            return encode(Page[Membership], found)

    @rpc
    def add_member(self, body: object) -> Any:
        """AddMember → Membership."""
        wanted = decode(AddMember, body)
        fields = {"project_id": wanted.project_id} | structs.asdict(wanted.member)
        return self._handle(Membership, handlers.add_member, commands.AddMember, fields)

    @rpc
    def change_member_role(self, body: object) -> Any:
        """ChangeMemberRole → Membership."""
        wanted = decode(ChangeMemberRole, body)
        return self._handle(Membership, handlers.change_member_role, commands.ChangeMemberRole, structs.asdict(wanted))

    @rpc
    def remove_member(self, body: object) -> None:
        """RemoveMember → nothing."""
        wanted = decode(RemoveMember, body)
        self._handle(None, handlers.remove_member, commands.RemoveMember, structs.asdict(wanted))

    @rpc
    def invite_member(self, body: object) -> Any:
        """InviteMember → InvitationMail; auth sends it."""
        wanted = decode(InviteMember, body)
        return self._handle(InvitationMail, handlers.invite_member, commands.InviteMember, structs.asdict(wanted))

    @rpc
    def check_invitations(self, body: object) -> None:
        """ProjectRef → nothing, if the caller may see and cancel its invitations."""
        wanted = decode(ProjectRef, body)
        with self._reading() as connection:
            handlers.require_manager(connection, self._actor(), wanted.project_id)

    @rpc
    def accept_invitation(self, body: object) -> Any:
        """AcceptedInvitation → Membership of the caller; auth has told that it holds."""
        wanted = decode(AcceptedInvitation, body)
        invited_by = commands.Actor(user_id=wanted.invited_by, superuser=wanted.by_superuser)
        fields = {"project_id": wanted.project_id, "role": wanted.role, "invited_by": invited_by}
        return self._handle(Membership, handlers.accept_invitation, commands.AcceptInvitation, fields)

    @rpc
    def prepare_leaving(self, body: object) -> None:
        """Nothing → nothing: the caller owns no project, and starts none for five minutes or until `stay`."""
        decode(Nothing, body)
        self._handle(None, handlers.prepare_leaving, commands.PrepareLeaving, {})

    @rpc
    def stay(self, body: object) -> None:
        """Nothing → nothing: what the command of this id prepared is taken back."""
        decode(Nothing, body)
        self._handle(None, handlers.stay, commands.Stay, {})

    @rpc
    def find_colleagues(self, body: object) -> Any:
        """SearchPeople → list of Person: those who share a project with the caller."""
        wanted = decode(SearchPeople, body)
        with self._reading() as connection:
            found = colleagues(connection, self._actor().user_id, wanted.search, at_most=MOST_COLLEAGUES)
        return encode(list[Person], [asdict(one) for one in found])

    @rpc
    def create_task(self, body: object) -> Any:
        """CreateTask → TaskView."""
        fields = structs.asdict(decode(CreateTask, body))
        with refusing(DomainError):
            fields["project_id"] = _one_project(fields.pop("project"), fields["project_id"])
            _exact(fields)
        return self._handle(TaskView, handlers.create_task, commands.CreateTask, fields)

    @rpc
    def list_tasks(self, body: object) -> Any:
        """ListTasks → Page of TaskView."""
        asked, actor = structs.asdict(decode(ListTasks, body)), self._actor()
        as_of = asked.pop("as_of")
        with self._reading() as connection:
            if as_of is None:
                found = queries.list_tasks(connection, actor, **asked)
                project_id = asked["project"]
                self.call.versions.update(
                    queries.of_memberships(connection, actor.user_id)
                    if project_id is None
                    else queries.of_project(connection, project_id)
                )
            elif (project_id := asked.pop("project")) is None:
                raise InvalidParameter("as_of is for the tasks of one project: name it as project.")
            else:
                found = self.app.past.tasks(connection, actor, project_id, as_of, **asked)
            return encode(Page[TaskView], found)

    @rpc
    def read_task(self, body: object) -> Any:
        """TaskRef → TaskView."""
        wanted = decode(TaskRef, body)
        with self._reading() as connection:
            found = queries.read_task(connection, self._actor(), wanted.task_id)
            self.call.versions.update(queries.of_project(connection, found["project"]))
            return encode(TaskView, found)

    @rpc
    def update_task(self, body: object) -> Any:
        """UpdateTask → TaskView."""
        wanted = decode(UpdateTask, body)
        changes = _sent(wanted.changes)
        with refusing(DomainError):
            _exact(changes)
        fields = {"task_id": wanted.task_id, "changes": changes}
        return self._handle(TaskView, handlers.update_task, commands.UpdateTask, fields)

    @rpc
    def delete_task(self, body: object) -> None:
        """TaskRef → nothing."""
        wanted = decode(TaskRef, body)
        self._handle(None, handlers.delete_task, commands.DeleteTask, structs.asdict(wanted))

    @rpc
    def render(self, body: object) -> Any:
        """Render → list of Rendered: bodies of stored events, for services only; the gateway has no route to it."""
        wanted = decode(Render, body)
        return encode(list[Rendered], self.app.renderer.render(wanted.positions))

    @rpc
    def head(self, body: object) -> Any:
        """Nothing → Head of the projects' store."""
        decode(Nothing, body)
        return self.app.log.head()

    @rpc
    def events_after(self, body: object) -> Any:
        """EventsAfter → EventsPage of the projects' store."""
        wanted = decode(EventsAfter, body)
        return fitting(self.app.log.after(wanted.position, wanted.limit, wait=self.call.may_wait(wanted.wait)))

    @rpc
    def tally(self, body: object) -> Any:
        """TallyUpTo → Tally of the projects' store."""
        wanted = decode(TallyUpTo, body)
        return tally(self.app.engine, wanted.position)

    @rpc
    def health(self, body: object) -> Any:
        """Nothing → ServiceHealth: database, relay, consumer."""
        decode(Nothing, body)
        report = {"service": self.name, "version": version("synergy-projects"), "parts": self.app.health()}
        return encode(ServiceHealth, report)

    @follow("auth")
    def on_auth_events(self, events: list[StoredEvent]) -> None:
        """Keep names of users up to date."""
        self.app.followers["auth"].take(events)

    def _actor(self) -> commands.Actor:
        actor = self.call.signed_in()
        return commands.Actor(user_id=actor.user_id, superuser=actor.superuser)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with refusing(DomainError), self.app.uow.reading() as connection:
            yield connection

    def _insight(self, view: Any, question: Any, wanted: Any) -> Any:
        with self._reading() as connection:
            return encode(view, question(connection, self._actor(), **structs.asdict(wanted)))

    def _handle(self, view: Any, handler: Any, command: Any, fields: dict[str, Any]) -> Any:
        """Run the handler on the domain's command of these fields; its answer as a `view`."""
        with refusing(DomainError):
            asked = command(actor=self._actor(), **fields)
            context = self.call.command()
            answer = handler(asked, context=context, desk=self.app.desk)
            self.call.versions.update(context.reached)
        return None if view is None else encode(view, answer)


def _sent(changes: Any) -> dict[str, Any]:
    """The fields that were sent."""
    return {name: value for name, value in structs.asdict(changes).items() if value is not UNSET}


def _exact(fields: dict[str, Any]) -> None:
    """Turn numbers into hundredths and lists into tuples, as the domain has them. Raises InvalidValue."""
    for name in IN_HUNDREDTHS:
        if fields.get(name) is not None:
            fields[name] = hundredths(fields[name], f"/{name}")
    if "assignees" in fields:
        fields["assignees"] = tuple(fields["assignees"])


def _one_project(project: int | None, project_id: int | None) -> int:
    if (project is None) == (project_id is None):
        raise InvalidValue("/project", "Name the project once, as project or project_id.")
    return project or project_id or 0
