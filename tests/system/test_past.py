"""Looking back through HTTP: a project, its tasks and its progress as they were, and why."""

import pytest
from system.steps import a_project, a_task, somebody


@pytest.fixture(scope="module")
def ann(stack):
    return somebody(stack.url, "ann")


@pytest.fixture
def project(ann) -> int:
    """Version 1 created, 2 and 3 tasks, 4 the first done, 5 progress 0 → 62."""
    project = a_project(ann, name="Apollo")["id"]
    task = a_task(ann, project, impact=50, title="Design")["id"]
    a_task(ann, project, impact=30, title="Build")
    assert ann.patch(f"/api/tasks/{task}/", json={"status": "done"}).status_code == 200
    return project


def read(ann, path: str):
    answer = ann.get(path[path.index("/api/") :])
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_project_is_shown_as_of_a_version_and_a_time(ann, project):
    path = f"/api/projects/{project}/"
    assert ann.patch(path, json={"name": "Artemis"}).status_code == 200
    now = read(ann, path)

    then = read(ann, f"{path}?as_of=3")
    assert (then["name"], then["progress"], then["task_count"], then["version"]) == ("Apollo", 0, 2, 3)
    assert now == read(ann, f"{path}?as_of={now['version']}")
    assert then == read(ann, f"{path}?as_of={then['updated_at']}")
    assert read(ann, f"{path}members/?as_of=3")["results"] == then["team_members"]
    tasks = read(ann, f"{path}tasks/?as_of=3&status=todo&page_size=1")
    assert (tasks["count"], [task["title"] for task in tasks["results"]]) == (2, ["Design"])
    assert "as_of=3" in tasks["next"]
    assert [task["title"] for task in read(ann, tasks["next"])["results"]] == ["Build"]


def test_progress_explains_itself(ann, project):
    told = read(ann, f"/api/projects/{project}/progress/?explain=true")

    assert (told["progress"], told["impact_done"], told["impact_total"], told["version"]) == (62, 50, 80, 5)
    assert [("task.created", 0, 0), ("task.created", 0, 0), ("task.completed", 0, 62)] == [
        (event["type"], event["before"]["progress"], event["after"]["progress"]) for event in told["events"]
    ]
    assert told["events"][2]["actor"]["username"]
    assert read(ann, f"/api/projects/{project}/progress/?as_of=4&explain=true")["events"] == told["events"]
    assert "events" not in read(ann, f"/api/projects/{project}/progress/?as_of=2")


def test_the_history_of_a_project_is_read_in_parts(ann, project):
    part = read(ann, f"/api/projects/{project}/history/?page_size=3")
    rest = read(ann, part["next"])

    assert part["count"] == 5
    assert [1, 2, 3, 4, 5] == [event["version"] for event in (*part["results"], *rest["results"])]
    assert rest["next"] is None
    assert [event["type"] for event in rest["results"]] == ["task.completed", "project.progress_changed"]
    assert len(rest["results"][0]["hash"]) == 64


def test_a_deleted_project_can_be_looked_at_as_of_then_by_its_members_alone(stack, ann, project):
    path = f"/api/projects/{project}/"
    assert ann.delete(path).status_code == 204

    assert ann.get(path).status_code == 404
    assert read(ann, f"{path}?as_of=5")["progress"] == 62
    assert read(ann, f"{path}tasks/?as_of=5")["count"] == 2
    assert somebody(stack.url, "eve").get(f"{path}?as_of=5").json()["type"] == "/problems/project-not-found"


MOMENTS = [
    ("as_of=0", 404, "version-not-found"),
    ("as_of=99", 404, "version-not-found"),
    ("as_of=2001-01-01T00:00:00Z", 404, "version-not-found"),
    ("as_of=yesterday", 400, "invalid-parameter"),
    ("as_of=-1", 400, "invalid-parameter"),
    ("as_of=", 400, "invalid-parameter"),
    ("as_of=2026-01-05", 400, "invalid-parameter"),
    ("as_of=2026-01-05T10:00:00", 400, "invalid-parameter"),
    ("as_of=2026-13-05T10:00:00Z", 400, "invalid-parameter"),
    ("as_of=1&as_of=2", 400, "invalid-parameter"),
    ("as_at=1", 400, "invalid-parameter"),
]


def test_a_moment_that_is_none_is_refused_by_name(ann, project):
    asked = {(place, query): (status, slug) for place in ("", "tasks/", "progress/") for query, status, slug in MOMENTS}
    answers = {(place, query): ann.get(f"/api/projects/{project}/{place}?{query}") for place, query in asked}

    assert {at: (status, f"/problems/{slug}") for at, (status, slug) in asked.items()} == {
        at: (answer.status_code, answer.json()["type"]) for at, answer in answers.items()
    }


def test_only_one_project_s_tasks_have_a_past(ann, project):
    assert ann.get("/api/tasks/?as_of=3").status_code == 400
    assert read(ann, f"/api/tasks/?project={project}&as_of=3")["count"] == 2


def test_how_a_project_went_is_worked_out_from_its_events(ann, project):
    path = f"/api/projects/{project}/"

    stats = read(ann, f"{path}stats/?days=7")
    assert (62, {"todo": 1, "in_progress": 0, "review": 0, "done": 1}) == (stats["progress"], stats["by_status"])
    assert (2, 1, 1) == (stats["created"], stats["completed"], stats["lead_time"]["count"])
    assert (62, 2, 1) == tuple(
        read(ann, f"{path}burnup/")["points"][-1][name] for name in ("progress", "task_count", "completed_task_count")
    )
    flow = read(ann, f"{path}flow/?since={stats['since']}")["points"][-1]
    assert (1, 1, 2) == (flow["todo"], flow["done"], flow["created"])
    forecast = read(ann, f"{path}forecast/")
    assert ([], 1) == (forecast["percentiles"], forecast["open_tasks"])
    assert "Too little history" in forecast["why_not"]
    last = read(ann, f"{path}history/?after=4")["results"][-1]
    assert {"ok": True, "events": 5, "version": 5, "head": last["hash"], "findings": []} == read(ann, f"{path}verify/")
    assert ann.get(f"{path}burnup/?since=2026-02-30").status_code == 400
    assert ann.get(f"{path}stats/?days=6").status_code == 400


def test_a_command_is_undone_by_the_version_it_made(ann, project):
    path = f"/api/projects/{project}/"

    undone = ann.post(f"{path}undo/", json={"version": 5})
    assert (200, [4, 5], 7) == (undone.status_code, undone.json()["undone"], undone.json()["version"])
    assert 0 == read(ann, f"{path}progress/")["progress"]
    again = ann.post(f"{path}undo/", json={"version": 5})
    assert (409, "/problems/cannot-undo") == (again.status_code, again.json()["type"])
    assert "changed since" in again.json()["detail"]
