"""The service as others meet it: a process on a real broker, with a stand-in for auth beside it."""

import json
import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import forking
import psycopg
import pytest
from integration.projects.steps import a_migrated_database

from synergy_chassis.bus import RpcClient, RpcUnavailable
from synergy_contracts.envelope import Actor, EventsAfter, EventsPage
from synergy_contracts.refusals import Refused

ANN, BOB, EVE, ROOT = Actor(user_id=1), Actor(user_id=2), Actor(user_id=3), Actor(user_id=4, superuser=True)


class Door:
    """Calls projects as the gateway does, and as other services do."""

    def __init__(self, client: RpcClient, database_url: str, amqp_url: str, process: forking.Forked) -> None:
        self.client = client
        self.amqp_url = amqp_url
        self.database_url = database_url
        self.process = process

    def __call__(self, verb: str, actor: Actor | None = ANN, /, **body: Any) -> Any:
        return self.client.call(f"projects.{verb}", body, result=Any, actor=actor)

    def refused(self, verb: str, actor: Actor | None = ANN, /, **body: Any) -> tuple[str, str, list[str]]:
        """Kind, code and the fields at fault of the refusal."""
        with pytest.raises(Refused) as no:
            self(verb, actor, **body)
        pointers = [error["pointer"] for error in json.loads(no.value.errors or "[]")]
        return no.value.kind, no.value.code, pointers


def until_answered(door: Door, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            if door("health", None)["parts"]["consumer"]["status"] == "up":
                return
        except (RpcUnavailable, Refused):
            pass
        assert time.monotonic() < end, "the service does not answer"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def door(_postgres, broker):
    vhost = broker.new_vhost()
    with a_migrated_database(_postgres) as database:
        env = os.environ | {
            "PROJECTS_DATABASE_URL": database.service_url,
            "PROJECTS_AMQP_URL": vhost.amqp_url("projects"),
            "AUTH_AMQP_URL": vhost.amqp_url("auth"),
        }
        programs = [
            forking.start(command, env=env, green=True)
            for command in (["-m", "synergy_projects", "serve"], [str(Path(__file__).with_name("neighbour.py"))])
        ]
        door = Door(
            RpcClient(vhost.amqp_url(), service="tests"), database.service_url, env["PROJECTS_AMQP_URL"], programs[0]
        )
        try:
            until_answered(door)
            yield door
            programs[0].send_signal(signal.SIGTERM)
            assert programs[0].wait(30) == 0
        finally:
            door.client.close()
            for program in programs:
                program.kill()
                program.wait()


def test_the_thin_slice_through_the_bus(door):
    project = door("create_project", name="Apollo", budget="12.5", end_date="2026-12-31")
    door("add_member", project_id=project["id"], member={"username": "user-2"})
    tasks = [door("create_task", title="x", project=project["id"], impact=weight) for weight in (50, 30, 19.99)]

    done = door("update_task", BOB, task_id=tasks[0]["id"], changes={"status": "done", "actual_hours": 1.25})

    read = door("read_project", BOB, project_id=project["id"])
    shown = ("budget", "end_date", "role", "progress", "task_count", "completed_task_count")
    assert [read[name] for name in shown] == ["12.50", "2026-12-31", "member", 50, 3, 1]
    assert read["created_at"].endswith("Z")
    assert (done["actual_hours"], done["status"], done["number"]) == (1.25, "done", 1)
    assert door("read_progress", project_id=project["id"]) == {
        "project": project["id"], "progress": 50, "impact_done": 50.0, "impact_total": 99.99,
        "completed_task_count": 1, "task_count": 3, "version": read["version"],
    }  # fmt: skip
    assert [task["number"] for task in door("list_tasks", BOB, project=project["id"])["results"]] == [1, 2, 3]
    assert door("list_projects", BOB)["count"] >= 1
    assert door("list_members", project_id=project["id"])["results"][1]["user"] == {
        "id": 2, "username": "user-2", "full_name": "User 2",
    }  # fmt: skip
    assert door("change_member_role", project_id=project["id"], user_id=2, role="viewer")["role"] == "viewer"
    assert door("remove_member", project_id=project["id"], user_id=2) is None
    assert door("delete_task", task_id=tasks[1]["id"]) is None
    assert door("delete_project", project_id=project["id"]) is None
    assert door.refused("read_project", project_id=project["id"])[0] == "not_found"


def test_a_put_of_every_field_resets_what_is_null(door):
    project = door("create_project", name="Apollo", budget="1", start_date="2026-01-01")
    everything = {
        "name": "Apollo", "description": "", "status": "planning", "priority": "medium",
        "start_date": None, "end_date": None, "budget": None,
    }  # fmt: skip

    view = door("update_project", project_id=project["id"], changes=everything)

    assert (view["budget"], view["start_date"]) == (None, None)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        pytest.param({}, ["/name"], id="missing_field"),
        pytest.param({"name": "x", "owner": 1}, ["/owner"], id="unknown_field"),
        pytest.param({"name": 1, "status": "x"}, ["/name", "/status"], id="two_wrong_types"),
        pytest.param({"name": "a\x00b"}, ["/name"], id="nul"),
        pytest.param({"name": "x" * 201}, ["/name"], id="over_long"),
        pytest.param({"name": "x", "budget": "0.001"}, ["/budget"], id="three_places"),
        pytest.param({"name": "x", "budget": "NaN"}, ["/budget"], id="no_number"),
        pytest.param(
            {"name": "x", "start_date": "2026-02-01", "end_date": "2026-01-01"}, ["/end_date"], id="ends_early"
        ),
    ],
)
def test_rubbish_is_refused_by_field(door, body, pointers):
    assert door.refused("create_project", **body) == ("invalid", "invalid-body", pointers)


@pytest.mark.parametrize(
    ("fields", "pointers"),
    [
        ({"impact": 0.001}, ["/impact"]),
        ({"impact": 100.01}, ["/impact"]),
        ({"estimated_hours": 0.333}, ["/estimated_hours"]),
        ({"assignees": [99]}, ["/assignees"]),
        ({"project_id": 1}, ["/project"]),
        ({"project": None}, ["/project"]),
        ({"number": 7}, ["/number"]),
        ({"start_date": "2026-02-01", "due_date": "2026-01-01"}, ["/due_date"]),
    ],
)
def test_a_task_that_is_not_one_is_refused_by_field(door, fields, pointers):
    project = door("create_project", name="Apollo")["id"]

    assert door.refused("create_task", **{"title": "x", "project": project} | fields) == (
        "invalid",
        "invalid-body",
        pointers,
    )
    assert door("list_tasks", project=project)["count"] == 0


def test_refusals_say_what_kind_of_no(door):
    project = door("create_project", name="Apollo")["id"]
    door("add_member", project_id=project, member={"user_id": 2, "role": "viewer"})

    assert door.refused("list_projects", None)[0] == "unauthenticated"
    assert door.refused("create_project", Actor(user_id=13), name="x")[0] == "unauthenticated"
    assert door.refused("delete_project", BOB, project_id=project)[:2] == ("forbidden", "not-allowed")
    assert door.refused("read_project", EVE, project_id=project)[:2] == ("not_found", "project-not-found")
    assert door.refused("read_task", task_id=2**53 - 1)[:2] == ("not_found", "task-not-found")
    assert door.refused("remove_member", project_id=project, user_id=1)[:2] == ("conflict", "owner-required")
    assert door.refused("add_member", project_id=project, member={"user_id": 2})[:2] == ("conflict", "already-a-member")
    assert door.refused("remove_member", project_id=project, user_id=50)[:2] == ("not_found", "member-not-found")
    assert door.refused("add_member", project_id=project, member={"user_id": 13})[2] == ["/user_id"]
    assert door.refused("add_member", project_id=project, member={"username": "who"})[2] == ["/username"]
    assert door("read_project", ROOT, project_id=project)["role"] == "owner"


def test_what_was_stored_can_be_fetched_and_rendered(door):
    before = door("head", None)["position"]
    project = door("create_project", name="Apollo")["id"]
    door("create_task", title="x", project=project, status="done")

    page = door("events_after", None, position=before, limit=10)
    types = [event["type"] for event in page["events"]]
    rendered = door("render", None, positions=[event["position"] for event in page["events"]])

    assert types == ["project.created", "task.created", "task.completed", "project.progress_changed"]
    assert page["read_to"] == door("head", None)["position"] == page["events"][-1]["position"]
    assert page["events"][1]["meta"]["actor_id"] == 1
    assert (
        [page["events"][0]["stream"]] * 4 == [event["stream"] for event in page["events"]] == [f"project-{project}"] * 4
    )
    assert [one["data"]["id"] for one in (rendered[0], rendered[3])] == [project, project]
    assert rendered[3]["changes"] == {"progress": {"from": 0, "to": 100}}
    assert rendered[2]["data"]["completed_at"].endswith("Z")


def test_calls_that_wait_for_events_hold_nobody_up_and_end_before_their_deadline(door):
    before = door("head", None)["position"]
    with ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(door, "events_after", None, position=before, wait=30) for _ in range(6)]
        for _ in range(5):
            door("head", None)
        assert not any(call.done() for call in waiting)
        project = door("create_project", name="Apollo")["id"]
        told = [call.result(10)["events"][0]["stream"] for call in waiting]
    nothing = EventsAfter(position=door("head", None)["position"], wait=30)
    page = door.client.call("projects.events_after", nothing, result=EventsPage, deadline=timedelta(seconds=1))

    assert [f"project-{project}"] * 6 == told
    assert ([], nothing.position) == (page.events, page.read_to)
    assert door.refused("events_after", None, position=0, wait=31)[2] == ["/wait"]


def test_health_names_the_parts(door):
    report = door("health", None)

    assert report["service"] == "projects"
    assert {name: part["status"] for name, part in report["parts"].items()} == {
        "database": "up",
        "relay": "down",
        "consumer": "up",
        "models": "up",
    }


def test_calls_are_answered_side_by_side(door):
    project = door("create_project", name="Apollo")["id"]

    with ThreadPoolExecutor(16) as threads:
        made = list(threads.map(lambda _: door("create_task", title="x", project=project)["number"], range(48)))

    assert list(range(1, 49)) == sorted(made)


@pytest.mark.parametrize("verb", [["rebuild", "--model", "project"], ["verify"], ["parked"]])
def test_the_store_is_looked_after_from_the_command_line(door, verb):
    answer = on_the_command_line(verb, PROJECTS_DATABASE_URL=door.database_url)

    assert answer == [] if verb == ["parked"] else answer["ok"]


@pytest.mark.parametrize("verb", [["rebuild", "--check"], ["rebuild"]])
def test_all_rows_are_rebuilt_from_the_command_line_names_by_the_bus(door, verb):
    answer = on_the_command_line(verb, PROJECTS_DATABASE_URL=door.database_url, PROJECTS_AMQP_URL=door.amqp_url)

    assert answer["ok"]
    assert [model["model"] for model in answer["models"]] == ["project", "people"]


def on_the_command_line(verb: list[str], **env: str) -> Any:
    done = forking.run(["-m", "synergy_projects", *verb, "--json"], env=os.environ | env)

    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def replay(door: Door, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
    told = {"PROJECTS_DATABASE_URL": door.database_url, "PROJECTS_AMQP_URL": door.amqp_url}
    return forking.run(["-m", "synergy_projects", "replay", "--json", *options], env=os.environ | told | env)


def test_parked_events_are_applied_again_from_the_command_line(door):
    events = {
        70: ("user.registered", {"user_id": 70}),
        71: ("user.updated", {"user_id": 71}),
        72: ("user.updated", {"user_id": "nobody"}),
    }
    with psycopg.connect(door.database_url, autocommit=True) as database:
        for number, (kind, data) in events.items():
            event = {
                "position": number, "previous_position": number - 1, "stream": f"user-{number}", "version": 1,
                "event_id": str(uuid4()), "type": kind, "schema_version": 1, "entity": f"user-{number}",
                "data": data, "meta": {}, "recorded_at": "2026-01-01T00:00:00Z", "hash": "00",
            }  # fmt: skip
            database.execute(
                "INSERT INTO store.parked (consumer, source, position, stream, event, error)"
                " VALUES ('projects', 'auth', %s, %s, %s, 'a bug')",
                (number, event["stream"], json.dumps(event)),
            )

        one, rest = replay(door, "--stream", "user-70"), replay(door)

        assert (one.returncode, json.loads(one.stdout)) == (8, {"replayed": 1, "parked": 2}), one.stderr
        assert (rest.returncode, json.loads(rest.stdout)) == (8, {"replayed": 1, "parked": 1}), rest.stderr
        names = database.execute("SELECT id, username FROM people WHERE id BETWEEN 70 AND 72 ORDER BY id").fetchall()
        assert names == [(70, "user-70"), (71, "user-71")]
        database.execute("DELETE FROM store.parked")
    done = replay(door)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"replayed": 0, "parked": 0})


@pytest.mark.parametrize(
    ("lacking", "code", "says"),
    [
        ({"PROJECTS_AMQP_URL": ""}, 2, "Set PROJECTS_AMQP_URL"),
        ({"PROJECTS_DATABASE_URL": "postgresql://a:b@127.0.0.1:1/c"}, 1, "cannot be reached"),
    ],
    ids=["missing_setting", "no_database"],
)
def test_why_nothing_is_applied_is_said_in_a_sentence(door, lacking, code, says):
    done = replay(door, **lacking)

    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_setting_is_named(door):
    env = {name: value for name, value in os.environ.items() if not name.startswith("PROJECTS_")}

    done = forking.run(["-m", "synergy_projects", "serve"], env=env)

    assert done.returncode == 2
    assert "PROJECTS_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr
