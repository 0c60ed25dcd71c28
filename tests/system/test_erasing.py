"""A person is forgotten while the product serves: nobody reads the name any more, and the report proves it."""

import json

import psycopg
from system.steps import Receiver, a_project, a_task, receiving, somebody, until
from system.test_operations import operator

KEPT = {"auth": "store.events", "projects": "members", "webhooks": "memberships"}


def names_left(stack, name: str) -> list[str]:
    """Tables of any service in which the text stands anywhere in a row."""
    found = []
    for service in ("auth", "projects", "webhooks"):
        with psycopg.connect(stack.env(f"{service}-migrate")[f"{service.upper()}_MIGRATION_URL"]) as database:
            tables = database.execute(
                "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables "
                "WHERE table_schema IN ('public', 'store') AND table_type = 'BASE TABLE'"
            ).fetchall()
            for (table,) in tables:
                body = "convert_from(body, 'UTF8')" if table == "public.bodies" else "t::text"
                holds = f"SELECT count(*) FROM {table} t WHERE {body} LIKE %s"
                if database.execute(holds, (f"%{name}%",)).fetchone() != (0,):
                    found.append(f"{service} {table}")
    return found


def test_the_name_is_nowhere_any_more_and_every_hash_is_valid(stack):
    with receiving() as receiver:
        ann, bob = somebody(stack.url, "ann"), somebody(stack.url, "bob")
        ann.post("/api/webhooks/", json={"name": "Mirror", "url": receiver.url, "events": ["*"]})
        project = a_project(ann)["id"]
        ann.post(f"/api/projects/{project}/members/", json={"username": bob.user["username"], "role": "contributor"})
        a_task(bob, project, title="Build", assignees=[bob.id])
        heard(receiver, "task.created", bob.user["username"])
    assert {"auth public.users", "projects public.people", "webhooks public.bodies"} <= set(
        names_left(stack, bob.user["username"])
    )

    reports = [operator(stack, "auth", "erase", bob.user["username"])]
    until(lambda: name_of(ann, project, bob.id) == f"user-{bob.id}", what="the event to reach projects")
    reports += [operator(stack, service, "erase", f"{bob.id}") for service in ("projects", "webhooks")]

    assert [] == names_left(stack, bob.user["username"])
    for (code, report), service in zip(reports, KEPT, strict=True):
        assert (0, service, bob.id, True) == (code, report["service"], report["user_id"], report["verified"])
        assert KEPT[service] in {
            trace["place"] for trace in report["traces"] if trace["fate"] == "kept" and trace["rows"]
        }
    assert "contributor" in {member["role"] for member in ann.get(f"/api/projects/{project}/").json()["team_members"]}


def heard(receiver: Receiver, kind: str, name: str) -> None:
    def told() -> bool:
        return any(json.loads(r.body)["type"] == kind and name in r.body.decode() for r in receiver.requests)

    until(told, what=f"{kind} to be told")


def name_of(client, project: int, user_id: int) -> str:
    members = client.get(f"/api/projects/{project}/").json()["team_members"]
    return next(member["user"]["username"] for member in members if member["user"]["id"] == user_id)
