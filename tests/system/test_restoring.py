"""The database of projects is restored to an earlier time, by the commands that the how-to names."""

import json
import os
import subprocess
from typing import Any

import forking
from system.steps import Receiver, a_project, a_task, receiving, somebody, until
from system.test_operations import operator


def titles(receiver: Receiver) -> list[str]:
    return [json.loads(request.body)["data"]["title"] for request in receiver.requests]


def test_after_a_restore_the_lost_time_is_gone_everywhere_and_everything_goes_on(stack, servers: Any, tmp_path) -> None:
    def run(program: str, *arguments: str) -> None:
        command = [str(servers.postgres.programs_folder / program), *arguments]
        subprocess.run(command, check=True, capture_output=True)

    url = stack.env("projects-migrate")["PROJECTS_MIGRATION_URL"]
    dump = str(tmp_path / "projects.dump")
    with receiving() as receiver:
        ann = somebody(stack.url, "ann")
        hook = {"name": "Mirror", "url": receiver.url, "events": ["task.created"]}
        assert ann.post("/api/webhooks/", json=hook).status_code == 201
        project = a_project(ann)["id"]
        a_task(ann, project, title="kept")
        run("pg_dump", "--format=custom", f"--file={dump}", url)
        lost = a_task(ann, project, title="lost")["id"]
        until(lambda: ["kept", "lost"] == titles(receiver), what="both to be told")

        for part in ("relay-projects", "projects", "gateway"):
            stack.stop(part)
        run("pg_restore", "--clean", "--if-exists", "--exit-on-error", f"--dbname={url}", dump)
        env = {"PATH": os.environ["PATH"]} | stack.env("projects-migrate")
        restored = forking.run(["-m", "synergy_projects", "restored"], env=env, check=True)
        for part in ("projects", "relay-projects", "gateway"):
            stack.start(part)
        stack.wait_healthy()
        new = a_task(ann, project, title="new")["id"]
        until(lambda: ["kept", "lost", "new"] == titles(receiver), what="the new one, and nothing twice")

    assert "projects: epoch" in restored.stdout
    assert ["kept", "new"] == [task["title"] for task in ann.get(f"/api/tasks/?project={project}").json()["results"]]
    assert new > lost + 900_000
    assert (0, True) == (operator(stack, "projects", "verify")[0], operator(stack, "webhooks", "reconcile")[1]["ok"])
