"""What must be the same after a refusal: every row of every service, by which transaction wrote it."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import psycopg
from psycopg import sql
from system.cases import Cases, Refused, batched, breaches
from system.steps import Client, a_project, a_task, receiving, somebody, until
from system.superusers import PASSWORD, the_superuser

from synergy_gateway.operations import Operation
from synergy_gateway.routes import OPERATIONS
from synergy_local.testing import RunningStack

SERVICES = ("auth", "projects", "webhooks")
BY_ITSELF = ("seals", "relay", "senders", "mails")
"""Tables that are written to without anybody asking for it."""
AT_ONCE = 50
"""Cases between two looks at the rows."""
SETTLED = 1.5
"""Seconds without a write after which what was set in motion before has come to rest."""
Counting = tuple[psycopg.Connection[Any], sql.Composed]
ANYBODY_S = ("slug",)
"""Parameters of addresses that are nobody's own."""


@dataclass(frozen=True)
class World:
    """Ann owns a project, a task in it and a webhook; Ben is a member of the project; Eve is a stranger."""

    stack: RunningStack
    ann: Client
    ben: Client
    eve: Client
    ids: Mapping[str, Any]
    counting: list[Counting]

    def caller(self, operation: Operation) -> Client:
        """Who may ask for it: Ann, or a superuser."""
        return the_superuser(self.stack) if operation in FOR_SUPERUSERS else self.ann

    def path(self, template: str) -> str:
        """The address with the ids of this world in it."""
        return template.format_map(self.ids)

    def body(self, name: str) -> dict[str, Any] | None:
        """A body that the operation of this name would take."""
        made = GOOD.get(name)
        return made(self) if made else None

    def refuses(self, cases: Cases) -> None:
        """
        All cases hold and none writes anything. Where something was written while some were tried, which others may
        have set in motion, each of these is tried again by itself, and those that write every time are told.
        """
        found = []
        for some in batched(cases, AT_ONCE):
            before = self._rows()
            found += breaches(some)
            if before != self._rows():
                found += [f"{name}: something is written" for name, ask in some if self._writes(ask)]
        assert [] == found, "\n".join(found)

    def refuses_all(self, refused: Iterable[Refused], client: Client) -> None:
        """This client is refused all of it, and nothing is written."""
        self.refuses((f"{one.call} {one.what}", partial(one.ask, client, self.ids)) for one in refused)

    def _writes(self, ask: Callable[[], object]) -> bool:
        for _ in range(2):
            before = self._rows()
            breaches([("", ask)])
            if before == self._rows():
                return False
        return True

    def settle(self) -> None:
        """Wait until nothing is written any more: deliveries are out, followers have caught up."""
        last, since = self._rows(), time.monotonic()

        def at_rest() -> bool:
            nonlocal last, since
            now = self._rows()
            if now != last:
                last, since = now, time.monotonic()
            return time.monotonic() - since > SETTLED

        until(at_rest, what="nothing being written", seconds=60)

    def _rows(self) -> dict[str, tuple[int, int]]:
        """By table: how many rows, and a sum over the transactions that wrote them, which no change leaves the same."""
        told = [database.execute(count).fetchall() for database, count in self.counting]
        return {table: (count, written) for rows in told for table, count, written in rows}


@contextmanager
def counting(stack: RunningStack) -> Iterator[list[Counting]]:
    """Connections to every service's database, each with the statement that looks through its tables."""
    with ExitStack() as opened:
        yield [_counting(opened, stack, service) for service in SERVICES]


def _counting(opened: ExitStack, stack: RunningStack, service: str) -> Counting:
    url = stack.env(f"{service}-migrate")[f"{service.upper()}_MIGRATION_URL"]
    database = opened.enter_context(psycopg.connect(url, autocommit=True))
    named = database.execute(TABLES, (list(BY_ITSELF),)).fetchall()
    counts = [
        sql.SQL("SELECT {}, count(*), coalesce(sum(xmin::text::bigint), 0) FROM {}").format(
            f"{service} {schema}.{table}", sql.Identifier(schema, table)
        )
        for schema, table in named
    ]
    return database, sql.SQL(" UNION ALL ").join(counts)


TABLES = """
    SELECT schemaname, tablename FROM pg_tables
    WHERE schemaname IN ('public', 'store') AND tablename <> ALL (%s) ORDER BY 1, 2
"""
A_WEBHOOK = {"name": "Mine", "url": "http://127.0.0.1:9/", "events": ["project.deleted"]}
GOOD: dict[str, Any] = {
    "register": lambda world: {"username": "newcomer", "email": "n@example.com", "password": PASSWORD},
    "login": lambda world: {"username": world.ann.user["username"], "password": PASSWORD},
    "refresh_tokens": lambda world: {"refresh": world.ann.refresh},
    "update_profile": lambda world: {"bio": "Mine"},
    "replace_profile": lambda world: {"username": "mine", "email": "mine@example.com"},
    "logout": lambda world: {"refresh": world.ann.refresh},
    "change_password": lambda world: {"old_password": PASSWORD, "new_password": "another battery"},
    "begin_second_factor": lambda world: {"password": PASSWORD},
    "confirm_second_factor": lambda world: {"otp": "000000"},
    "remove_second_factor": lambda world: {"otp": "000000"},
    "create_token": lambda world: {"name": "Mine", "scopes": ["read"]},
    "ask_reset": lambda world: {"email": world.ann.user["email"]},
    "reset_password": lambda world: {"token": "x" * 43, "new_password": "another battery"},
    "confirm_email": lambda world: {"token": "x" * 43},
    "erase_account": lambda world: {"password": PASSWORD},
    "invite_member": lambda world: {"email": "invited@example.com"},
    "accept_invitation": lambda world: {"token": "x" * 43},
    "update_user": lambda world: {"is_active": False},
    "create_project": lambda world: {"name": "Mine"},
    "update_project": lambda world: {"name": "Mine"},
    "replace_project": lambda world: {"name": "Mine"},
    "undo": lambda world: {"version": 2},
    "transfer_project": lambda world: {"user_id": world.ben.id},
    "add_member": lambda world: {"user_id": world.eve.id},
    "change_member_role": lambda world: {"role": "viewer"},
    "create_task": lambda world: {"project": world.ids["project_id"], "title": "Mine"},
    "create_project_task": lambda world: {"title": "Mine"},
    "update_task": lambda world: {"title": "Mine"},
    "replace_task": lambda world: {"title": "Mine"},
    "rank_task": lambda world: {"before": world.ids["other_task_id"]},
    "move_task": lambda world: {"project": world.ids["project_id"]},
    "update_tasks": lambda world: {"ids": [world.ids["task_id"]], "changes": {"title": "Mine"}},
    "create_comment": lambda world: {"content": "Mine"},
    "update_comment": lambda world: {"content": "Mine"},
    "create_subtask": lambda world: {"title": "Mine"},
    "update_subtask": lambda world: {"is_completed": True},
    "log_time": lambda world: {"minutes": 5},
    "update_time_log": lambda world: {"minutes": 7},
    "stop_timer": lambda world: {"note": "Mine"},
    "create_label": lambda world: {"project": world.ids["project_id"], "name": "Mine"},
    "update_label": lambda world: {"name": "Mine"},
    "create_milestone": lambda world: {"project": world.ids["project_id"], "name": "Mine"},
    "update_milestone": lambda world: {"name": "Mine"},
    "create_sprint": lambda world: {"project": world.ids["project_id"], "name": "Mine"},
    "update_sprint": lambda world: {"name": "Mine"},
    "complete_sprint": lambda world: {},
    "create_webhook": lambda world: A_WEBHOOK,
    "update_webhook": lambda world: {"name": "Theirs"},
    "replace_webhook": lambda world: A_WEBHOOK,
    "rotate_secret": lambda world: {"overlap_hours": 1},
    "replay_events": lambda world: {"from_position": 1},
}
"""For every operation with a body, by its name."""


def an_invitation(client: Client, project: int) -> str:
    """Somebody is invited to the project."""
    answer = client.post(f"/api/projects/{project}/invitations/", json={"email": "someone@example.com"})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def an_import(client: Client) -> str:
    """The id of a file of the client's that becomes a project."""
    answer = client.post("/api/projects/import/", data=b"title\nMine\n", headers={"Content-Type": "text/csv"})
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


def on_a_task(client: Client, task: int, what: str, **fields: Any) -> int:
    """The id of something made on a task."""
    answer = client.post(f"/api/tasks/{task}/{what}/", json=fields)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def planned(client: Client, project: int, kind: str) -> int:
    """A label, milestone or sprint of the project."""
    answer = client.post(f"/api/{kind}s/", json={"project": project, "name": "Mine"})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


@contextmanager
def a_world(stack: RunningStack) -> Iterator[World]:
    """A world, whose webhook has delivered once; nobody counts its rows yet."""
    ann, ben, eve = (somebody(stack.url, name) for name in ("ann", "ben", "eve"))
    the_superuser(stack)
    with receiving() as receiver:
        webhook = ann.post("/api/webhooks/", json=A_WEBHOOK | {"url": receiver.url, "events": ["project.created"]})
        assert webhook.status_code == 201, webhook.text
        project = a_project(ann, start_date="2026-03-01", end_date="2026-06-30")["id"]
        deliveries = f"/api/webhooks/{webhook.json()['id']}/deliveries/?status=success"
        (delivery,) = until(lambda: ann.get(deliveries).json()["results"], what="the delivery")
        assert ann.post(f"/api/projects/{project}/members/", json={"user_id": ben.id}).status_code == 201
        task = a_task(ann, project, impact=40)["id"]
        ids = {
            "project_id": project,
            "user_id": ben.id,
            "other_task_id": a_task(ann, project)["id"],
            "task_id": task,
            "comment_id": on_a_task(ann, task, "comments", content="Mine"),
            "subtask_id": on_a_task(ann, task, "subtasks", title="Mine"),
            "time_log_id": on_a_task(ann, task, "time-logs", minutes=5),
            **{f"{kind}_id": planned(ann, project, kind) for kind in ("label", "milestone", "sprint")},
            "webhook_id": webhook.json()["id"],
            "delivery_id": delivery["id"],
            "session_id": ann.get("/api/auth/sessions/").json()["results"][0]["id"],
            "invitation_id": an_invitation(ann, project),
            "token_id": ann.post("/api/auth/tokens/", json={"name": "Mine", "scopes": ["read"]}).json()["id"],
            "import_id": an_import(ann),
            "slug": "invalid-body",
            "owner_id": ann.id,
            "stranger_id": eve.id,
            "foreign_id": a_project(eve)["id"],
        }
        yield World(stack, ann, ben, eve, ids, [])


@contextmanager
def at_rest(world: World) -> Iterator[World]:
    """The world when whatever was set in motion before, by other tests too, has come to rest."""
    with counting(world.stack) as counted:
        resting = replace(world, counting=counted)
        resting.settle()
        yield resting


WRITING = [operation for operation in OPERATIONS if not operation.safe]
WITH_A_BODY = [operation for operation in OPERATIONS if operation.body is not None]
SIGNED_IN = [operation for operation in OPERATIONS if operation.signed_in]
FOR_SUPERUSERS = [operation for operation in SIGNED_IN if operation.path.startswith("/api/admin/")]
SOMEBODY_S = [operation for operation in SIGNED_IN if set(operation.parameters) - set(ANYBODY_S)]
"""Operations at addresses that hold an id of somebody's."""
