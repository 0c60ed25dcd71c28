"""Every type of event, by every way to write: one delivery of each to the webhook that asks for all of them."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import timedelta

from system.steps import Received, Receiver, receiving, until
from system.superusers import PASSWORD, a_superuser, the_superuser
from system.test_mail import token
from system.test_operations import as_owner, operator
from system.test_python_client import World, invitation

from synergy_chassis.clock import SystemClock
from synergy_contracts.events import CATALOGUE, USER_EVENTS
from synergy_gateway.routes import OPERATIONS
from synergy_local.testing import RunningStack
from synergy_projects.bootstrap import build
from synergy_projects.settings import Settings

SILENT = {
    "login", "refresh_tokens", "logout", "end_session", "change_password", "ask_reset", "reset_password",
    "begin_second_factor", "confirm_second_factor", "remove_second_factor", "create_token", "revoke_token",
}  # fmt: skip
"""Write, but nothing that the catalogue tells of: sessions and credentials are the account's own affair."""


def day(from_today: int) -> str:
    return (SystemClock().now().date() + timedelta(days=from_today)).isoformat()


def address_changed(w: World) -> None:
    """The new one counts when it is confirmed."""
    new = f"new-{w.eve_user['email']}"
    w.eve.accounts.update_profile(email=new, old_password=PASSWORD)
    w.client().people.confirm_email(token=token(w.stack, new, "Confirm your e-mail address"))


def task_changed(w: World) -> None:
    """Field by field, each in an event of its own; done and open again."""
    for changes in (
        {"title": "Built"}, {"description": "Of wood"}, {"status": "in_progress"}, {"status": "done"},
        {"status": "review"}, {"priority": "high"}, {"impact": 40}, {"assignees": [w.ben_user["id"]]},
        {"start_date": day(0)}, {"due_date": day(9)}, {"estimated_hours": 8}, {"actual_hours": 7.5},
        {"story_points": 3}, {"labels": ["made on first use"]}, {"depends_on": [w.other_task["id"]]},
        {"milestone": w.milestone["id"]}, {"sprint": w.sprint["id"]}, {"status": "done", "title": "Done"},
    ):  # fmt: skip
        w.ann.tasks.update_task(w.task["id"], **changes)


def timed(w: World) -> None:
    """A timer that is started on another task, be it of another project, stops and logs the first."""
    elsewhere = w.ann.tasks.create_task(project=w.other["id"], title="Elsewhere")["id"]
    for task in (w.task["id"], elsewhere, w.other_task["id"]):
        w.ann.time_logs.start_timer(task)


def moved(w: World) -> None:
    """With what hangs on it."""
    task = w.ann.tasks.create_task(project=w.project["id"], title="Elsewhere", labels=["bug"], impact=5)["id"]
    w.ann.comments.create_comment(task, content="Over there")
    w.ann.time_logs.log_time(task, minutes=5)
    w.ann.tasks.move_task(task, project=w.other["id"])


def archived(w: World) -> None:
    """The webhook that is told of it is refused, for good: so it is switched off, and the other one told that."""
    w.ann.projects.archive_project(w.project["id"])
    until(lambda: w.ann.webhooks.read_webhook(w.aside["id"])["health"] == "disabled", what="it to be off")


def imported(w: World) -> None:
    sent = w.ann.imports.import_project({"name": "Again"}, **w.ann.imports.export_project(w.project["id"]))
    assert "done" == w.ann.files.wait(sent["id"])["status"]


def enabled(w: World) -> None:
    """What waited is sent."""
    w.gone.status = 200
    w.ann.webhooks.enable_webhook(w.aside["id"])
    w.keep("delivered", until(lambda: next(w.ann.webhooks.iter_deliveries(w.aside["id"], status="success"), 0)))


def rights_changed(w: World) -> None:
    for right in ("is_superuser", "is_active"):
        for value in (right != "is_active", right == "is_active"):
            w.superuser().administration.update_user(w.eve_user["id"], **{right: value})


def some(name: str) -> dict[str, str]:
    return {"name": name}


ROWS: Mapping[str, Callable[[World], object]] = {
    "register": lambda w: [w.join(name) for name in ("ann", "ben", "eve")],
    "update_profile": lambda w: w.eve.accounts.update_profile(first_name="Eva"),
    "replace_profile": lambda w: w.eve.accounts.replace_profile(
        **w.eve.accounts.read_profile() | {"last_name": "Marie"}
    ),
    "confirm_email": address_changed,
    "create_webhook": lambda w: [
        w.keep(name, w.ann.webhooks.create_webhook(name=name, url=receiver.url, events=[events]))
        for name, receiver, events in (("hook", w.receiver, "*"), ("aside", w.gone, "project.archived"))
    ],
    "create_project": lambda w: [
        *(w.keep(name, w.ann.projects.create_project(name=name)) for name in ("project", "other", "short", "old")),
        w.ben.projects.create_project(name="Ben's own"),
    ],
    "update_project": lambda w: [
        w.ann.projects.update_project(w.project["id"], **changes)
        for changes in (some("Apollo"), {"status": "completed"}, {"status": "active"})
    ],
    "replace_project": lambda w: w.ann.projects.replace_project(
        w.project["id"], **w.ann.projects.read_project(w.project["id"]) | {"description": "To the moon"}
    ),
    "add_member": lambda w: w.ann.projects.add_member(w.project["id"], user_id=w.ben_user["id"], role="contributor"),
    "change_member_role": lambda w: w.ann.projects.change_member_role(
        w.project["id"], w.ben_user["id"], role="manager"
    ),
    "invite_member": lambda w: w.keep(
        "invited", w.ann.invitations.invite_member(w.project["id"], email=f"x-{w.eve_user['email']}", role="viewer")
    ),
    "cancel_invitation": lambda w: w.ann.invitations.cancel_invitation(w.project["id"], w.invited["id"]),
    "accept_invitation": invitation,
    "remove_member": lambda w: w.ann.projects.remove_member(w.project["id"], w.eve_user["id"]),
    "create_label": lambda w: w.keep("label", w.ann.labels.create_label(project=w.project["id"], **some("bug"))),
    "create_milestone": lambda w: [
        w.keep(name, w.ann.milestones.create_milestone(project=w.project["id"], name=name, due_date=day(due)))
        for name, due in (("milestone", 9), ("missed", -1))
    ],
    "create_sprint": lambda w: [
        w.keep(name, w.ann.sprints.create_sprint(project=w.project["id"], **some(name)))
        for name in ("sprint", "next_sprint")
    ],
    "create_task": lambda w: w.keep("task", w.ben.tasks.create_task(project=w.project["id"], title="Build", impact=60)),
    "create_project_task": lambda w: w.keep(
        "other_task",
        w.ann.tasks.create_project_task(w.project["id"], title="Saw", labels=["bug"], sprint=w.sprint["id"]),
    ),
    "update_task": task_changed,
    "replace_task": lambda w: w.ann.tasks.replace_task(w.task["id"], title="Replaced", milestone=w.milestone["id"]),
    "rank_task": lambda w: w.ann.tasks.rank_task(w.task["id"], after=w.other_task["id"]),
    "update_tasks": lambda w: w.ann.tasks.update_tasks(
        ids=[w.task["id"], w.other_task["id"], 999_999_999], changes={"priority": "low"}
    ),
    "create_comment": lambda w: w.keep("comment", w.ben.comments.create_comment(w.task["id"], content="Good")),
    "update_comment": lambda w: w.ben.comments.update_comment(w.task["id"], w.comment["id"], content="Fine"),
    "delete_comment": lambda w: w.ben.comments.delete_comment(w.task["id"], w.comment["id"]),
    "create_subtask": lambda w: w.keep("subtask", w.ann.subtasks.create_subtask(w.task["id"], title="Plane")),
    "update_subtask": lambda w: w.ann.subtasks.update_subtask(w.task["id"], w.subtask["id"], is_completed=True),
    "delete_subtask": lambda w: w.ann.subtasks.delete_subtask(w.task["id"], w.subtask["id"]),
    "log_time": lambda w: w.keep("logged", w.ann.time_logs.log_time(w.task["id"], minutes=90)),
    "update_time_log": lambda w: w.ann.time_logs.update_time_log(w.task["id"], w.logged["id"], minutes=60),
    "delete_time_log": lambda w: w.ann.time_logs.delete_time_log(w.task["id"], w.logged["id"]),
    "start_timer": timed,
    "stop_timer": lambda w: w.ann.time_logs.stop_timer(w.other_task["id"]),
    "update_label": lambda w: w.ann.labels.update_label(w.label["id"], **some("fault")),
    "update_milestone": lambda w: [
        w.ann.milestones.update_milestone(w.milestone["id"], **changes)
        for changes in (some("Launch"), {"status": "completed"}, {"status": "open"})
    ],
    "update_sprint": lambda w: w.ann.sprints.update_sprint(w.sprint["id"], goal="Ship"),
    "start_sprint": lambda w: w.ann.sprints.start_sprint(w.sprint["id"]),
    "complete_sprint": lambda w: w.ann.sprints.complete_sprint(w.sprint["id"], unfinished_to=w.next_sprint["id"]),
    "delete_label": lambda w: w.ann.labels.delete_label(w.label["id"]),
    "delete_milestone": lambda w: w.ann.milestones.delete_milestone(w.milestone["id"]),
    "delete_sprint": lambda w: w.ann.sprints.delete_sprint(w.next_sprint["id"]),
    "delete_task": lambda w: w.ann.tasks.delete_task(w.other_task["id"]),
    "restore_task": lambda w: w.ann.tasks.restore_task(w.other_task["id"]),
    "move_task": moved,
    "undo": lambda w: w.ann.projects.undo(
        w.project["id"], version=w.ann.projects.update_project(w.project["id"], priority="urgent")["version"]
    )["undone"],
    "archive_project": archived,
    "unarchive_project": lambda w: w.ann.projects.unarchive_project(w.project["id"]),
    "transfer_project": lambda w: [
        w.ann.projects.transfer_project(w.project["id"], user_id=w.ben_user["id"]),
        w.ben.projects.transfer_project(w.project["id"], user_id=w.ann_user["id"]),
    ],
    "import_project": imported,
    "delete_project": lambda w: [
        w.ann.projects.delete_project(w.other["id"]),
        w.ann.projects.delete_project(w.short["id"], purge=True),
        w.ann.projects.delete_project(w.old["id"]),
    ],
    "restore_project": lambda w: w.ann.projects.restore_project(w.other["id"]),
    "enable_webhook": enabled,
    "update_webhook": lambda w: w.ann.webhooks.update_webhook(w.aside["id"], **some("Aside")),
    "replace_webhook": lambda w: w.ann.webhooks.replace_webhook(
        w.aside["id"], name="Other", url=w.gone.url, events=["task.*"]
    ),
    "rotate_secret": lambda w: w.ann.webhooks.rotate_secret(w.aside["id"], overlap_hours=1),
    "ping_webhook": lambda w: [w.ann.webhooks.ping_webhook(one["id"]) for one in (w.hook, w.aside)],
    "repeat_delivery": lambda w: w.ann.webhooks.repeat_delivery(w.delivered["id"]),
    "replay_events": lambda w: w.ann.webhooks.replay_events(w.aside["id"], from_position=1, types=["task.moved"]),
    "delete_webhook": lambda w: w.ann.webhooks.delete_webhook(w.aside["id"]),
    "update_user": rights_changed,
    "erase_account": lambda w: [
        w.join("gil"),
        w.ann.projects.add_member(w.project["id"], user_id=w.gil_user["id"]),
        w.gil.people.erase_account(password=PASSWORD),
        operator(w.stack, "auth", "erase", w.eve_user["username"]),
    ],
}
"""By operation that writes, all ways of it that differ in their events. In this order."""


def time_passes(w: World) -> None:
    """
    A task is due, another is overdue, a milestone is missed, and what is in the trash was put there a month ago: told
    as any replica of projects does each minute.
    """
    for due in (1, -1):
        w.ann.tasks.create_task(project=w.project["id"], title="Due", due_date=day(due))
    w.ann.tasks.delete_task(w.task["id"])
    with as_owner(w.stack, "projects") as database:
        for table, one in (("tasks", w.task), ("projects", w.old)):
            older = f"UPDATE {table} SET trashed_at = trashed_at - interval '30 days' WHERE id = %s"
            assert 1 == database.execute(older, (one["id"],)).rowcount
    with closing(build(Settings.from_env(w.stack.env("projects")))) as projects:
        sum(projects.sweep())


@contextmanager
def a_superuser_s_webhook(stack: RunningStack, receiver: Receiver) -> Iterator[None]:
    """As long as the block lasts: it hears of everybody."""
    root = the_superuser(stack)
    hook = root.post("/api/webhooks/", json={"name": "People", "url": receiver.url, "events": ["user.*"]})
    assert hook.status_code == 201, hook.text
    try:
        yield
    finally:
        root.delete(f"/api/webhooks/{hook.json()['id']}/")


Stored = Mapping[str, str]
"""Type by id of the event."""


def stored(stack: RunningStack, service: str, where: str, *values: object) -> Stored:
    """What is in the log of a service."""
    wanted = f"SELECT event_id::text, type FROM store.events WHERE {where} ORDER BY position"
    with as_owner(stack, service) as database:
        return dict(database.execute(wanted, values).fetchall())


def of_projects(w: World, *, but: Iterable[int] = ()) -> Stored:
    """What happened in the projects that Ann started, but for some."""
    hers = "stream IN (SELECT stream FROM store.events WHERE type = 'project.created' AND data ->> 'owner_id' = %s)"
    left_out = [f"project-{project}" for project in but]
    return stored(w.stack, "projects", f"{hers} AND stream <> ALL (%s)", str(w.ann_user["id"]), left_out)


def followed(w: World) -> list[str]:
    """Ids in the feed of all that Ann may see, from its beginning."""
    found, after = [], -1
    while (page := w.ann.events.list_events(after=max(after, 0), page_size=200))["next"] > after:
        found += [event["event_id"] for event in page["events"]]
        after = page["next"]
    return found


def told(receiver: Receiver, expected: Stored, about: Callable[[Received], bool] = lambda request: True) -> Stored:
    """What has arrived, when all is there that is expected; each once."""

    def ids() -> list[str]:
        return [one.headers["webhook-id"] for one in receiver.requests.copy() if about(one)]

    with suppress(AssertionError):  # what is missing says more
        until(lambda: expected.keys() <= set(ids()))
    assert {} == {id: type for id, type in expected.items() if id not in set(ids())}, "never told"
    assert [] == [id for id, count in Counter(ids()).items() if count > 1], "told twice"
    arrived = {one.headers["webhook-id"]: one.headers["X-Webhook-Event"] for one in receiver.requests if about(one)}
    assert expected == arrived
    return arrived


def delivered(w: World) -> list[str]:
    """Ids in the log of deliveries, when none waits any more."""

    def over() -> list[str]:
        found = [*w.ann.webhooks.iter_deliveries(w.hook["id"], page_size=200)]
        return [one["event_id"] for one in found] if {"success"} == {one["status"] for one in found} else []

    return until(over, what="every delivery to succeed")


def test_each_event_is_delivered_once_whatever_its_type_and_however_it_came_about(stack: RunningStack) -> None:
    with (
        receiving() as receiver,
        receiving() as gone,
        receiving() as of_people,
        a_superuser_s_webhook(stack, of_people),
    ):
        gone.status = 410
        w = World(stack, receiver, made={"gone": gone})
        for name, row in ROWS.items():
            row(w)
            assert name in w.asked, name
        made = a_superuser(stack)
        time_passes(w)

        projects = of_projects(w)
        webhooks = stored(
            stack, "webhooks", "(type, stream) IN (('webhook.tested', %s), ('webhook.disabled', %s))",
            f"webhook-{w.hook['id']}", f"webhook-{w.aside['id']}",
        )  # fmt: skip
        to_owner = told(receiver, projects | webhooks)
        people = [made.id, *(w.made[f"{name}_user"]["id"] for name in ("ann", "ben", "eve", "gil"))]
        users = stored(
            stack, "auth", "type = ANY (%s) AND data ->> 'user_id' = ANY (%s)", [*USER_EVENTS], [*map(str, people)]
        )
        to_superuser = told(of_people, users, lambda one: json.loads(one.body)["data"]["id"] in people)

        assert sorted(to_owner) == sorted(delivered(w))
        numbers = [
            int(one.headers["webhook-sequence"]) for one in receiver.requests if "webhook-sequence" in one.headers
        ]
        assert [*range(1, len(to_owner))] == sorted(numbers), "all but the test are numbered, without a gap"
        assert sorted(of_projects(w, but=[w.short["id"], w.old["id"]])) == sorted(followed(w)), "what is not purged"

    never = CATALOGUE.keys() - {*to_owner.values(), *to_superuser.values()}
    assert set() == never, "nothing here makes these happen: give one of the rows, or time, what does"
    lacking = {operation.name for operation in OPERATIONS if not operation.safe} - SILENT - set(ROWS)
    assert set() == lacking, "these write: give each a row, or say that the catalogue tells nothing of it"
