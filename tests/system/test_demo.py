"""`make demo`: the demo data on a SynergyOS that runs already."""

import os
import subprocess
from collections import Counter

import forking
from system.steps import anyone

from synergy_local.demo_data import PASSWORD, PROJECTS, TASKS, USERNAME


def synergy_local(*arguments: str) -> subprocess.CompletedProcess[str]:
    return forking.run(["-m", "synergy_local", *arguments], env={**os.environ}, timeout=100)


def test_the_demo_data_is_made_where_it_is_asked_for_and_nothing_twice(stack):
    said = [synergy_local("demo", stack.url) for _ in range(2)]

    assert [0, 0] == [done.returncode for done in said], said
    assert all(f"10 projects of {USERNAME} (password {PASSWORD}) at {stack.url}" in done.stdout for done in said)
    client = anyone(stack.url)
    client.signed_in(client.post("/api/auth/login/", json={"username": USERNAME, "password": PASSWORD}))
    projects = client.get("/api/projects/?page_size=200").json()["results"]
    assert Counter(PROJECTS) == Counter(project["name"] for project in projects if project["name"] in PROJECTS)
    assert all(project["task_count"] == len(TASKS) for project in projects if project["name"] in PROJECTS)


def test_where_nobody_answers_it_says_so():
    done = synergy_local("demo", "http://127.0.0.1:1")

    assert (done.returncode, done.stdout.splitlines()[1:]) == (1, [])
    assert "got no answer" in done.stderr
