"""Comments, subtasks and time through HTTP: addresses, who may, and what others read afterwards."""

import pytest
from system.steps import a_project, a_task, assert_problem, somebody


@pytest.fixture(scope="module")
def team(stack):
    ann, ben = somebody(stack.url, "ann"), somebody(stack.url, "ben")
    project = a_project(ann)["id"]
    assert ann.post(f"/api/projects/{project}/members/", json={"user_id": ben.id}).status_code == 201
    return ann, ben, project


def made(answer):
    assert answer.status_code == 201, answer.text
    return answer.json(), answer.headers["Location"]


def test_what_hangs_on_a_task_is_made_changed_and_read_by_all_members(team):
    ann, ben, project = team
    task = f"/api/tasks/{a_task(ann, project)['id']}/"
    before = ann.get(task).json()
    name = ben.user["username"]

    comment, where = made(ann.post(f"{task}comments/", json={"content": f"@{name}, look"}))
    assert [ben.id] == [one["id"] for one in comment["mentions"]]
    assert f"@{name}, look" == comment["content"]
    assert_problem(ben.patch(where, json={"content": "Mine"}), 403)
    assert "Look" == ann.patch(where, json={"content": "Look"}).json()["content"]
    assert ["Look"] == [one["content"] for one in ben.get(f"{task}comments/").json()["results"]]

    step, where = made(ann.post(f"{task}subtasks/", json={"title": "Sketch"}))
    assert_problem(ben.post(f"{task}subtasks/", json={"title": "Mine"}), 403)
    assert ben.patch(where, json={"is_completed": True}).json() == step | {"is_completed": True}

    entry, where = made(ben.post(f"{task}time-logs/", data={"minutes": "30", "spent_on": "2026-01-05"}))
    assert (30, "2026-01-05", ben.id) == (entry["minutes"], entry["spent_on"], entry["user"]["id"])
    assert 20 == ann.patch(where, json={"minutes": 20}).json()["minutes"]
    running = ben.post(f"{task}timer/start/").json()
    assert {"running": running} == ben.get("/api/me/timer/").json()
    assert 1 == made(ben.post(f"{task}timer/stop/"))[0]["minutes"]
    assert_problem(ben.post(f"{task}timer/stop/"), 409)

    after = ann.get(task).json()
    assert (1, 21, 100, [True]) == (
        after["comment_count"], after["time_logged_minutes"], after["subtask_progress"],
        [one["is_completed"] for one in after["subtasks"]],
    )  # fmt: skip
    assert before["version"] == after["version"]
    assert [after] == [one for one in ben.get(f"/api/projects/{project}/tasks/").json()["results"] if one == after]
    for path in (f"{task}comments/{comment['id']}/", f"{task}subtasks/{step['id']}/", where):
        assert ann.delete(path).status_code == 204
        assert_problem(ann.delete(path), 404)
    assert (0, 1, 0, []) == tuple(
        ann.get(task).json()[name] for name in ("comment_count", "time_logged_minutes", "subtask_progress", "subtasks")
    )


def test_a_repeat_with_the_same_key_is_one_comment(team):
    ann, _, project = team
    comments = f"/api/tasks/{a_task(ann, project)['id']}/comments/"
    headers = {"Idempotency-Key": "once"}

    first, again = (ann.post(comments, json={"content": "Hi"}, headers=headers) for _ in range(2))
    assert first.json() == again.json()
    assert 1 == ann.get(comments).json()["count"]


def test_words_are_found_by_whoever_may_see_them(stack, team):
    ann, ben, project = team
    task = a_task(ann, project, title="Zeppelin über Köln")["id"]

    (hit,) = ben.get("/api/search/", params={"q": "zeppelin KÖ", "types": ["task", "comment"]}).json()["results"]
    assert ("task", task, project) == (hit["type"], hit["id"], hit["project"]["id"])
    assert 0 == somebody(stack.url, "eve").get("/api/search/?q=zeppelin").json()["count"]
    assert_problem(ann.get("/api/search/"), 400)
    assert_problem(ann.get("/api/search/?q=x&types=user"), 400)
    for rubbish in ("%00", "%27%27%3B", "(", "!", "%F0%9F%9A%80"):
        assert ann.get(f"/api/search/?q={rubbish}").status_code in (200, 400)


def test_what_happened_is_told_in_words_page_by_page(team):
    ann, ben, project = team
    task = a_task(ann, project, title="Airship")["id"]
    ann.patch(f"/api/tasks/{task}/", json={"title": "Zeppelin"})

    first = ben.get(f"/api/activity/?project={project}&page_size=1").json()
    then = ben.get("/api/" + first["next"].partition("/api/")[2]).json()
    texts = [one["text"] for page in (first, then) for one in page["results"]]
    assert "changed the title from “Airship” to “Zeppelin” of #" in texts[0]
    assert texts[1].endswith("“Zeppelin”")  # by its name of today
    assert 1 == len(ann.get("/api/activity/?types=member.*&page_size=1").json()["results"])
    assert_problem(ann.get("/api/activity/?types=a%25"), 400)
