"""Cursors of histories and of the activity: nobody's business what is in them, and each is of its own list."""

from urllib.parse import parse_qs, urlsplit

import pytest

from synergy_gateway.cursors import ACTIVITY, HISTORY, cursor_of

HAPPENED = [{"version": version, "position": 10 * version} for version in (3, 4)]


@pytest.mark.parametrize(
    ("path", "method", "sent"),
    [
        pytest.param("/api/projects/3/history/", "projects.read_history", ("after", 4), id="of_a_project"),
        pytest.param("/api/tasks/9/history/", "projects.read_task_history", ("after", 4), id="of_a_task"),
        pytest.param("/api/activity/", "projects.list_activity", ("cursor", 40), id="activity"),
    ],
)
def test_next_leads_on_from_the_last_one_by_a_cursor(ann, neighbours, path, method, sent):
    neighbours.answers[method] = {"count": None, "results": HAPPENED}
    first = ann.get(f"{path}?page_size=2&cursor=start").json()["next"]
    assert ann.get(first).status_code == 200

    asked = parse_qs(urlsplit(first).query)
    assert {"cursor", "page_size"} == set(asked)
    assert not asked["cursor"][0].isdecimal()
    name, place = sent
    assert [place] == [neighbours.sent(method)[1][name]]
    assert ann.get(f"{path}?page_size=50").json()["next"] is None


@pytest.mark.parametrize(
    ("path", "cursor"),
    [
        pytest.param("/api/activity/", cursor_of(HISTORY, 4), id="of_another_list"),
        pytest.param("/api/projects/3/history/", cursor_of(ACTIVITY, 4), id="of_another_list_still"),
        pytest.param("/api/activity/", "40", id="a_number"),
        pytest.param("/api/tasks/9/history/", "WyJoaXN0b3J5IiwtMV0", id="a_place_before_all"),
        pytest.param("/api/activity/", "é", id="no_ascii"),
        pytest.param("/api/activity/", "", id="empty"),
    ],
)
def test_a_cursor_that_is_none_of_this_list_is_refused_by_name(ann, path, cursor):
    answer = ann.get(path, params={"cursor": cursor})

    assert (400, ["cursor"]) == (answer.status_code, [error["parameter"] for error in answer.json()["errors"]])


def test_a_history_is_begun_after_a_version_or_gone_on_with_by_cursor(ann, neighbours):
    neighbours.answers["projects.read_history"] = {"count": None, "results": []}

    assert 200 == ann.get("/api/projects/3/history/?after=7").status_code
    assert 7 == neighbours.sent("projects.read_history")[0]["after"]
    both = ann.get("/api/projects/3/history/", params={"after": 7, "cursor": cursor_of(HISTORY, 4)})
    assert (400, ["cursor"]) == (both.status_code, [error["parameter"] for error in both.json()["errors"]])
