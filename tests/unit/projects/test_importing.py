"""What an export writes an import makes again."""

import json
from typing import Any

from examples import few
from hypothesis import given
from unit.projects.files import NAMES, exported, imported, lasting, made
from unit.projects.given import OWNER
from unit.projects.histories import Store, histories


@few(20)
@given(store=histories(at_least=30))
def test_what_is_exported_is_imported_and_exported_again_equal(store: Store):
    project = store.state()
    if project.owner_id != OWNER.user_id:
        project.members[OWNER.user_id], project.members[project.owner_id] = "owner", "manager"
        project.owner_id = OWNER.user_id
    before = exported(project)

    again = made(imported(before))

    assert _by_members(lasting(before)) == lasting(exported(again))
    assert (again.trashed_at, again.importing) == (None, False)
    assert again.counters == again.counted(lambda task: True)


def _by_members(document: dict[str, Any]) -> dict[str, Any]:
    """What those made who are no members any more is the importer's."""
    members = {member["username"] for member in document["members"]}
    for task in document["tasks"]:
        for made_by, things in (
            ("created_by", [task]),
            ("author", task.get("comments", ())),
            ("user", task.get("time_logs", ())),
        ):
            for one in things:
                one[made_by] = one[made_by] if one[made_by] in members else NAMES[OWNER.user_id]
    return document


def test_tasks_are_on_the_board_where_their_rank_says_whatever_their_numbers_are():
    tasks = [
        {"title": "c", "number": 9, "rank": 3}, {"title": "a", "number": 4, "rank": 1, "depends_on": [9]},
        {"title": "b", "number": 2, "rank": 2}, {"title": "d"},
    ]  # fmt: skip
    document = {"format": "synergyos-project", "version": 1, "tasks": tasks, "project": {"name": "X"}}

    project = made(imported(json.dumps(document).encode()))

    by_rank = sorted(project.tasks.values(), key=lambda task: task.rank)
    assert [("a", 4), ("b", 2), ("c", 9), ("d", 10)] == [(task.title, task.number) for task in by_rank]
    assert (11, (by_rank[2].id,)) == (project.next_number, by_rank[0].depends_on)


def test_what_refers_to_what_comes_later_and_who_is_not_known_come_as_they_were():
    ran = (("A", "active"), ("B", "completed"), ("C", "planned"))
    sprints = [{"name": name, "status": status} for name, status in ran]
    members = [{"username": "person2"}, {"username": "stranger"}]
    logs = [{"minutes": 5, "spent_on": "2026-01-01", "user": f"person{n}"} for n in (2, 3)]
    theirs = {"created_by": "person3", "time_logs": logs}
    tasks = [
        {"title": "first", "number": 1, "rank": 1, "depends_on": [3, 2], "sprint": 2, "milestone": 1} | theirs,
        {"title": "second", "number": 2, "rank": 2, "milestone": 2, "comments": [
            {"content": "<@person3>, <@stranger>, <@other>", "mentions": ["person3", "stranger"], "author": "stranger"},
            {"content": "Hers", "author": "person2"}, {"content": "A stranger's", "author": "person3"},
        ]},
        {"title": "third", "number": 3, "rank": 3, "depends_on": [2], "sprint": 1},
    ]  # fmt: skip
    document = {
        "format": "synergyos-project", "version": 1, "tasks": tasks, "project": {"name": "X"}, "sprints": sprints,
        "milestones": [{"name": "M", "status": "completed"}, {"name": "N"}], "members": members,
    }  # fmt: skip

    again = lasting(exported(made(imported(json.dumps(document).encode()))))

    assert list(ran) == [(one["name"], one["status"]) for one in again["sprints"]]
    assert ["completed", "open"] == [one["status"] for one in again["milestones"]]
    told = [(one.get("depends_on"), one.get("sprint"), one.get("milestone")) for one in again["tasks"]]
    assert [([3, 2], 2, 1), (None, None, 2), ([2], 1, None)] == told
    said, *more = again["tasks"][1]["comments"]
    assert ["person2", "person1"] == [one["author"] for one in more]
    assert ["person2", "person1"] == [one["user"] for one in again["tasks"][0]["time_logs"]]
    assert "person1" == again["tasks"][0]["created_by"]
    assert ("<@person3>, @stranger, <@other>", ["person3"], "person1") == tuple(
        said[name] for name in ("content", "mentions", "author")
    )
