"""The Python client against the live gateway: every operation by a row of a table, and what is more than a call."""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
import requests
from system.steps import Receiver, receiving, until
from system.superusers import PASSWORD, the_superuser
from system.test_credentials import code
from system.test_mail import token

from synergy_client import Retry, Synergy, Unreachable, etag, problems, webhooks
from synergy_gateway.operations import PLACEHOLDER
from synergy_gateway.routes import OPERATIONS
from synergy_local.testing import RunningStack

STREAMS = {operation.name for operation in OPERATIONS if operation.media_type == "text/event-stream"}
PATTERNS = [
    (operation.method, re.compile(PLACEHOLDER.sub("[^/]+", operation.path)), operation.name) for operation in OPERATIONS
]


@dataclass
class World:
    """People and things as the rows make them, and what was asked for so far."""

    stack: RunningStack
    receiver: Receiver
    asked: set[str] = field(default_factory=set)
    made: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return self.made[name]

    def client(self, **more: Any) -> Synergy:
        """A client whose requests are noted."""
        session = requests.Session()
        session.trust_env = False
        session.hooks["response"].append(self.note)
        return Synergy(self.stack.url, session=session, **more)

    def note(self, response: requests.Response, **_: Any) -> None:
        path = response.request.path_url.partition("?")[0]
        verb = response.request.method
        self.asked |= {name for method, pattern, name in PATTERNS if method == verb and pattern.fullmatch(path)}

    def keep(self, name: str, value: Any) -> Any:
        self.made[name] = value
        return value

    def join(self, name: str) -> Synergy:
        """Somebody new, signed in."""
        username = f"{name}-{uuid4().hex[:8]}"
        told = self.client().accounts.register(
            username=username, email=f"{username}@example.com", password=PASSWORD, first_name=name
        )
        self.keep(f"{name}_user", told["user"])
        return self.keep(name, self.client(token=told["access"], refresh=told["refresh"]))

    def login(self, name: str) -> Synergy:
        """One more session of somebody's."""
        told = self.client().accounts.login(username=self.made[f"{name}_user"]["username"], password=PASSWORD)
        return self.client(token=told["access"], refresh=told["refresh"])

    def superuser(self) -> Synergy:
        access = str(the_superuser(self.stack).headers["Authorization"]).removeprefix("Bearer ")
        return self.client(token=access)

    def mailed(self, name: str, subject: str, count: int = 1) -> str:
        """The token in a mail to somebody."""
        return token(self.stack, self.made[f"{name}_user"]["email"], subject, count)

    def delivery(self) -> Any:
        """A delivery of the webhook that succeeded."""
        return until(lambda: next(self.ann.webhooks.iter_deliveries(self.hook["id"], status="success"), None))


def second_factor(w: World) -> bool:
    begun = w.ann.credentials.begin_second_factor(password=PASSWORD)
    codes = w.ann.credentials.confirm_second_factor(otp=code(begun["secret"]))["recovery_codes"]
    w.ann.credentials.remove_second_factor(otp=codes[0])
    return len(codes) == 10


def invited(w: World, address: str) -> Any:
    return w.ann.invitations.invite_member(w.project["id"], email=address, role="viewer")


def invitation(w: World) -> bool:
    """Eve is invited by mail and accepts."""
    invited(w, w.eve_user["email"])
    subject = f"{w.ann_user['username']} invites you to “Apollo”"
    found = until(lambda: _mailed_link(w, w.eve_user["email"]), what=subject)
    return w.eve.invitations.accept_invitation(token=found)["project"] == w.project["id"]


def _mailed_link(w: World, address: str) -> str | None:
    from system.test_mail import mails

    for subject, text in mails(w.stack, address):
        if "Apollo" in subject and (found := re.findall(r"^  ([\w-]{43})$", text, re.MULTILINE)):
            return found[0]
    return None


def restored(w: World) -> object:
    """A task that was in the trash."""
    task = w.ann.tasks.create_task(project=w.project["id"], title="Back again")
    w.ann.tasks.delete_task(task["id"])
    return w.keep("restored", w.ann.tasks.restore_task(task["id"]))


def moved(w: World) -> object:
    """It is the first one of another project."""
    other = w.ann.projects.create_project(name="Elsewhere")["id"]
    task = w.ann.tasks.move_task(w.restored["id"], project=other)
    return (task["project"], task["number"]) == (other, 1)


ROWS: Mapping[str, Callable[[World], object]] = {
    "register": lambda w: [w.join(name) for name in ("ann", "ben", "eve")],
    "login": lambda w: w.login("ann").accounts.read_profile()["id"] == w.ann_user["id"],
    "refresh_tokens": lambda w: w.client().accounts.refresh_tokens(refresh=w.login("eve").tokens.refresh)["access"],
    "read_profile": lambda w: w.ann.accounts.read_profile()["username"] == w.ann_user["username"],
    "update_profile": lambda w: w.ann.accounts.update_profile(bio="Builds things")["bio"] == "Builds things",
    "replace_profile": lambda w: w.ann.accounts.replace_profile(**w.ann.accounts.read_profile())["bio"],
    "read_keys": lambda w: w.ann.accounts.read_keys()["keys"],
    "logout": lambda w: w.login("ann").sessions.logout(query={"all": False}) is None,
    "list_sessions": lambda w: w.keep(
        "session", next(one for one in w.ann.sessions.iter_sessions(page_size=1) if not one["current"])
    ),
    "end_session": lambda w: w.ann.sessions.end_session(w.session["id"]) is None,
    "list_security_events": lambda w: [*w.ann.sessions.iter_security_events(page_size=2)],
    "change_password": lambda w: (
        w.eve.sessions.change_password(old_password=PASSWORD, new_password="another battery") is None
    ),
    "read_second_factor": lambda w: w.ann.credentials.read_second_factor()["enabled"] is False,
    "begin_second_factor": second_factor,
    "confirm_second_factor": lambda w: "confirm_second_factor" in w.asked,
    "remove_second_factor": lambda w: "remove_second_factor" in w.asked,
    "create_token": lambda w: w.keep("token", w.ann.credentials.create_token(name="ci", scopes=["read"])),
    "list_tokens": lambda w: [w.token["id"]] == [one["id"] for one in w.ann.credentials.iter_tokens()],
    "revoke_token": lambda w: w.ann.credentials.revoke_token(w.token["id"]) is None,
    "ask_reset": lambda w: w.client().people.ask_reset(email=w.ben_user["email"]) is None,
    "reset_password": lambda w: (
        w.client().people.reset_password(token=w.mailed("ben", "Set a new password"), new_password=PASSWORD + "2")
        is None
    ),
    "confirm_email": lambda w: (
        w.client().people.confirm_email(token=w.mailed("ann", "Confirm your e-mail address")) is None
    ),
    "find_people": lambda w: (
        [w.eve_user["id"]] == [one["id"] for one in w.ann.people.find_people(search=w.eve_user["username"])["results"]]
    ),
    "read_personal_data": lambda w: w.ann.people.read_personal_data()["profile"]["id"] == w.ann_user["id"],
    "create_project": lambda w: w.keep("project", w.ann.projects.create_project(name="Apollo", priority="high")),
    "list_projects": lambda w: [*w.ann.projects.iter_projects(page_size=1)],
    "read_project": lambda w: w.ann.projects.read_project(w.project["id"])["name"] == "Apollo",
    "update_project": lambda w: w.ann.projects.update_project(w.project["id"], status="active")["status"] == "active",
    "replace_project": lambda w: w.ann.projects.replace_project(
        w.project["id"], **w.ann.projects.read_project(w.project["id"])
    ),
    "create_task": lambda w: w.keep("task", w.ann.tasks.create_task(project=w.project["id"], title="Build", impact=60)),
    "create_project_task": lambda w: w.ann.tasks.create_project_task(w.project["id"], title="Test", impact=40),
    "list_tasks": lambda w: len([*w.ann.tasks.iter_tasks(project=w.project["id"], page_size=1)]) == 2,
    "list_project_tasks": lambda w: len([*w.ann.tasks.iter_project_tasks(w.project["id"], page_size=1)]) == 2,
    "read_task": lambda w: w.ann.tasks.read_task(w.task["id"])["title"] == "Build",
    "update_task": lambda w: w.ann.tasks.update_task(w.task["id"], status="done")["completed_at"],
    "replace_task": lambda w: w.ann.tasks.replace_task(w.task["id"], title="Built", status="done", impact=60)["title"],
    "create_comment": lambda w: w.keep("comment", w.ann.comments.create_comment(w.task["id"], content="Good")),
    "list_comments": lambda w: [*w.ann.comments.iter_comments(w.task["id"])],
    "update_comment": lambda w: (
        w.ann.comments.update_comment(w.task["id"], w.comment["id"], content="Fine")["content"] == "Fine"
    ),
    "delete_comment": lambda w: w.ann.comments.delete_comment(w.task["id"], w.comment["id"]) is None,
    "create_subtask": lambda w: w.keep("subtask", w.ann.subtasks.create_subtask(w.task["id"], title="Saw")),
    "list_subtasks": lambda w: [*w.ann.subtasks.iter_subtasks(w.task["id"])],
    "update_subtask": lambda w: w.ann.subtasks.update_subtask(w.task["id"], w.subtask["id"], is_completed=True)[
        "is_completed"
    ],
    "delete_subtask": lambda w: w.ann.subtasks.delete_subtask(w.task["id"], w.subtask["id"]) is None,
    "log_time": lambda w: w.keep("logged", w.ann.time_logs.log_time(w.task["id"], minutes=90)),
    "list_time_logs": lambda w: [*w.ann.time_logs.iter_time_logs(w.task["id"])],
    "update_time_log": lambda w: (
        w.ann.time_logs.update_time_log(w.task["id"], w.logged["id"], minutes=60)["minutes"] == 60
    ),
    "delete_time_log": lambda w: w.ann.time_logs.delete_time_log(w.task["id"], w.logged["id"]) is None,
    "start_timer": lambda w: w.ann.time_logs.start_timer(w.task["id"]),
    "read_timer": lambda w: w.ann.time_logs.read_timer(),
    "stop_timer": lambda w: w.ann.time_logs.stop_timer(w.task["id"])["minutes"] >= 1,
    "list_events": lambda w: w.ann.events.list_events(project=w.project["id"], page_size=2)["next"],
    "delete_task": lambda w: (
        w.ann.tasks.delete_task(w.ann.tasks.create_task(project=w.project["id"], title="x")["id"]) is None
    ),
    "restore_task": restored,
    "rank_task": lambda w: w.ann.tasks.rank_task(w.task["id"], after=w.restored["id"])["id"] == w.task["id"],
    "update_tasks": lambda w: (
        [200, 404]
        == [
            one["status"]
            for one in w.ann.tasks.update_tasks(ids=[w.restored["id"], 999_999_999], changes={"priority": "high"})[
                "results"
            ]
        ]
    ),
    "list_my_tasks": lambda w: (
        w.ann.tasks.update_task(w.restored["id"], assignees=[w.ann_user["id"]])
        and w.restored["id"] in [one["id"] for one in w.ann.tasks.iter_my_tasks()]
    ),
    "read_task_history": lambda w: (
        ["task.created", "task.deleted", "task.restored"]
        == [one["type"] for one in w.ann.tasks.iter_task_history(w.restored["id"], page_size=2)][:3]
    ),
    "move_task": moved,
    "read_progress": lambda w: w.ann.projects.read_progress(w.project["id"], explain=True)["progress"] == 60,
    "export_project": lambda w: w.keep("document", w.ann.imports.export_project(w.project["id"]))["tasks"],
    "import_project": lambda w: w.keep("import", w.ann.imports.import_project({"name": "Again"}, **w.document))["id"],
    "read_import": lambda w: w.ann.imports.read_import(w.made["import"]["id"])["errors"] == [],
    "read_history": lambda w: [*w.ann.projects.iter_history(w.project["id"], page_size=3)][-1]["version"] > 3,
    "add_member": lambda w: w.ann.projects.add_member(w.project["id"], user_id=w.ben_user["id"])["role"] == "member",
    "list_members": lambda w: len([*w.ann.projects.iter_members(w.project["id"])]) == 2,
    "change_member_role": lambda w: (
        w.ann.projects.change_member_role(w.project["id"], w.ben_user["id"], role="manager")["role"] == "manager"
    ),
    "remove_member": lambda w: w.ann.projects.remove_member(w.project["id"], w.ben_user["id"]) is None,
    "read_stats": lambda w: w.ann.insights.read_stats(w.project["id"]),
    "read_burnup": lambda w: w.ann.insights.read_burnup(w.project["id"]),
    "read_flow": lambda w: w.ann.insights.read_flow(w.project["id"]),
    "read_forecast": lambda w: w.ann.insights.read_forecast(w.project["id"]),
    "verify_project": lambda w: w.ann.insights.verify_project(w.project["id"])["ok"],
    "create_label": lambda w: w.keep("label", w.ann.labels.create_label(project=w.project["id"], name="First")),
    "list_labels": lambda w: [*w.ann.labels.iter_labels(project=w.project["id"])],
    "read_label": lambda w: w.ann.labels.read_label(w.label["id"])["name"] == "First",
    "update_label": lambda w: w.ann.labels.update_label(w.label["id"], name="Next")["name"] == "Next",
    "create_milestone": lambda w: w.keep(
        "milestone", w.ann.milestones.create_milestone(project=w.project["id"], name="First")
    ),
    "list_milestones": lambda w: [*w.ann.milestones.iter_milestones(project=w.project["id"])],
    "read_milestone": lambda w: w.ann.milestones.read_milestone(w.milestone["id"])["name"] == "First",
    "update_milestone": lambda w: w.ann.milestones.update_milestone(w.milestone["id"], name="Next")["name"] == "Next",
    "create_sprint": lambda w: w.keep("sprint", w.ann.sprints.create_sprint(project=w.project["id"], name="First")),
    "list_sprints": lambda w: [*w.ann.sprints.iter_sprints(project=w.project["id"])],
    "read_sprint": lambda w: w.ann.sprints.read_sprint(w.sprint["id"])["name"] == "First",
    "update_sprint": lambda w: w.ann.sprints.update_sprint(w.sprint["id"], name="Next")["name"] == "Next",
    "start_sprint": lambda w: w.ann.sprints.start_sprint(w.sprint["id"])["status"] == "active",
    "complete_sprint": lambda w: w.ann.sprints.complete_sprint(w.sprint["id"])["status"] == "completed",
    "delete_label": lambda w: w.ann.labels.delete_label(w.label["id"]) is None,
    "delete_milestone": lambda w: w.ann.milestones.delete_milestone(w.milestone["id"]) is None,
    "delete_sprint": lambda w: w.ann.sprints.delete_sprint(w.sprint["id"]) is None,
    "invite_member": lambda w: w.keep("invitation", invited(w, "somebody-else@example.com")),
    "list_invitations": lambda w: [*w.ann.invitations.iter_invitations(w.project["id"])],
    "cancel_invitation": lambda w: w.ann.invitations.cancel_invitation(w.project["id"], w.invitation["id"]) is None,
    "accept_invitation": invitation,
    "create_webhook": lambda w: w.keep(
        "hook", w.ann.webhooks.create_webhook(name="Mine", url=w.receiver.url, events=["task.created"])
    ),
    "list_webhooks": lambda w: [*w.ann.webhooks.iter_webhooks()],
    "read_webhook": lambda w: w.ann.webhooks.read_webhook(w.hook["id"])["name"] == "Mine",
    "update_webhook": lambda w: w.ann.webhooks.update_webhook(w.hook["id"], name="Ours")["name"] == "Ours",
    "replace_webhook": lambda w: (
        w.ann.webhooks.replace_webhook(w.hook["id"], name="Mine", url=w.receiver.url, events=["task.*"])["events"]
        == ["task.*"]
    ),
    "list_deliveries": lambda w: (
        w.ann.tasks.create_task(project=w.project["id"], title="Told") and w.keep("delivered", w.delivery())
    ),
    "read_delivery": lambda w: w.ann.webhooks.read_delivery(w.delivered["id"])["status"] == "success",
    "list_webhook_events": lambda w: [*w.ann.webhooks.iter_webhook_events()],
    "ping_webhook": lambda w: w.ann.webhooks.ping_webhook(w.hook["id"])["id"],
    "rotate_secret": lambda w: w.ann.webhooks.rotate_secret(w.hook["id"], overlap_hours=1)["secret"],
    "enable_webhook": lambda w: (
        w.ann.webhooks.update_webhook(w.hook["id"], is_active=False)
        and w.ann.webhooks.enable_webhook(w.hook["id"])["is_active"]
    ),
    "repeat_delivery": lambda w: w.ann.webhooks.repeat_delivery(w.delivered["id"])["id"],
    "replay_events": lambda w: w.ann.webhooks.replay_events(w.hook["id"], from_position=1, dry_run=True),
    "delete_webhook": lambda w: (
        w.ann.webhooks.delete_webhook(w.ann.webhooks.create_webhook(name="x", url=w.receiver.url, events=["*"])["id"])
        is None
    ),
    "list_users": lambda w: w.superuser().administration.list_users(search=w.eve_user["username"])["count"] == 1,
    "update_user": lambda w: w.superuser().administration.update_user(w.eve_user["id"], is_active=True)["is_active"],
    "read_health": lambda w: w.ann.health.read_health()["status"] == "healthy",
    "read_liveness": lambda w: w.ann.health.read_liveness(),
    "read_readiness": lambda w: w.ann.health.read_readiness(),
    "read_openapi": lambda w: w.ann.documents.read_openapi()["openapi"] == "3.1.0",
    "read_docs": lambda w: w.ann.documents.read_docs().startswith("<!doctype html>"),
    "list_problems": lambda w: w.ann.documents.list_problems()["problems"],
    "read_problem": lambda w: w.ann.documents.read_problem("not-found")["status"] == 404,
    "read_links_page": lambda w: "<html" in w.ann.links.read_links_page(),
    "undo": lambda w: w.ann.projects.undo(
        w.project["id"], version=w.ann.projects.update_project(w.project["id"], priority="urgent")["version"]
    )["undone"],
    "search": lambda w: [*w.ann.search.iter_search(q="Apollo")],
    "list_activity": lambda w: [*w.ann.activity.iter_activity(project=w.project["id"], page_size=2)],
    "archive_project": lambda w: w.ann.projects.archive_project(w.project["id"])["archived"],
    "unarchive_project": lambda w: not w.ann.projects.unarchive_project(w.project["id"])["archived"],
    "list_trash": lambda w: w.ann.projects.delete_project(w.project["id"]) or [*w.ann.projects.iter_trash()],
    "restore_project": lambda w: w.ann.projects.restore_project(w.project["id"])["name"] == "Apollo",
    "transfer_project": lambda w: w.ann.projects.transfer_project(w.project["id"], user_id=w.eve_user["id"]),
    "delete_project": lambda w: w.ann.projects.delete_project(w.ann.projects.create_project(name="x")["id"]) is None,
    "erase_account": lambda w: w.join("gone").people.erase_account(password=PASSWORD) is None,
}
"""By operation, what shows that the client can ask for it: something true. In this order."""


@pytest.fixture(scope="module")
def world(stack: RunningStack):
    with receiving() as receiver:
        yield World(stack, receiver)


def test_every_operation_is_asked_for_and_answered(world: World) -> None:
    for name, row in ROWS.items():
        assert row(world), name
        assert name in world.asked

    lacking = {operation.name for operation in OPERATIONS} - STREAMS - set(ROWS)
    assert not lacking, f"give these a row: {', '.join(sorted(lacking))}"


def test_errors_are_exceptions_of_their_type(world: World) -> None:
    with pytest.raises(problems.NotFound) as missing:
        world.ann.projects.read_project(999_999_999)
    assert (404, "project-not-found") == (missing.value.status, missing.value.code)
    assert isinstance(missing.value, problems.ProjectNotFound)
    assert missing.value.request_id
    with pytest.raises(problems.InvalidBody) as wrong:
        world.ann.projects.create_project(name="")
    assert ["/name"] == [error["pointer"] for error in wrong.value.errors]
    with pytest.raises(problems.AuthenticationRequired):
        world.client().projects.list_projects()
    nowhere = Synergy("http://127.0.0.1:9", retry=Retry(attempts=2, first=0.01))
    with pytest.raises(Unreachable):
        nowhere.health.read_liveness()


def test_a_session_renews_its_token_by_itself_also_for_threads_at_once(world: World) -> None:
    session = world.login("ann")
    refresh = session.tokens.refresh
    session.tokens.access = "eyJ.not.valid"
    read: list[str] = []
    threads = [
        threading.Thread(target=lambda: read.append(session.accounts.read_profile()["username"])) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [world.ann_user["username"]] * 4 == read
    assert refresh != session.tokens.refresh


def test_a_change_under_a_key_happens_once(world: World) -> None:
    key = uuid4().hex
    first, second = (world.ann.options(idempotency_key=key).projects.create_project(name="Once") for _ in range(2))

    assert first["id"] == second["id"]
    assert etag(world.ann.projects.read_project(first["id"]))


def test_a_delivery_is_verified_with_the_subscription_s_secret(world: World) -> None:
    sent = until(lambda: world.receiver.of_type("task.created"))[-1]

    event = webhooks.verify(sent.headers, sent.body, world.hook["secret"])
    assert "task.created" == event["type"]
    for changed in (sent.body + b" ", sent.body.replace(b"task", b"tusk")):
        with pytest.raises(webhooks.NotGenuine):
            webhooks.verify(sent.headers, changed, world.hook["secret"])
    with pytest.raises(webhooks.NotGenuine):
        webhooks.verify(sent.headers, sent.body, "whsec_" + "A" * 32)
    with pytest.raises(webhooks.NotGenuine):
        webhooks.verify(sent.headers, sent.body, world.hook["secret"], now=0)
    with pytest.raises(webhooks.NotGenuine):
        webhooks.verify({}, sent.body, world.hook["secret"])


def test_events_are_followed_as_they_happen_and_from_where_one_was(world: World) -> None:
    project = world.ann.projects.create_project(name="Watched")["id"]
    following = world.ann.follow(after=0, project=project)
    events = iter(following)
    assert "project.created" == next(events)["type"]
    task = world.ann.tasks.create_task(project=project, title="Live")["id"]
    made = next(events)
    assert ("task.created", project, task) == (made["type"], made["project"], made["data"]["task_id"])
    assert made["position"] == following.position
    following.close()

    world.ann.tasks.update_task(task, status="done")
    later = iter(world.ann.follow(after=following.position, types=["task.completed"]))
    assert ("task.completed", task) == ((told := next(later))["type"], told["data"]["task_id"])
    later.close()
