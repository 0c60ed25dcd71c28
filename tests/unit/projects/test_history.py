"""Promises about every history: rows equal their fold, numbers have no gaps, progress is its definition."""

from collections import Counter
from random import Random

from examples import few
from hypothesis import given
from unit.projects.given import ROOT
from unit.projects.histories import PROJECT, Store, Whim, histories
from unit.projects.test_progress import reference

from synergy_chassis.store.models import facts
from synergy_projects import projections
from synergy_projects.domain.events import STORED_AS


def folded(store: Store) -> projections.Rows:
    found = projections.ProjectModel().fold(facts(store.events))
    names = {name: [column.name for column in table.columns] for name, table in projections.INLINE.items()}
    keyed = {name: [column.name for column in table.primary_key] for name, table in projections.INLINE.items()}
    rows = {name: [dict(zip(names[name], row, strict=True)) for row in rows] for name, rows in found.items()}
    return {name: {tuple(row[key] for key in keyed[name]): row for row in rows[name]} for name in rows}


def on_a_cycle(waits: dict[int, tuple[int, ...]]) -> set[int]:
    """The tasks that wait for themselves, by taking away whatever waits for nothing, until nothing goes any more."""
    while free := [task_id for task_id, awaited in waits.items() if not set(awaited) & waits.keys()]:
        waits = {task_id: awaited for task_id, awaited in waits.items() if task_id not in free}
    return set(waits)


@few(80)
@given(histories())
def test_the_rows_that_commands_wrote_are_the_fold_of_the_events(store):
    assert folded(store) == store.rows


@few(50)
@given(histories())
def test_after_any_history_the_project_is_sound(store):
    (project,) = store.rows["projects"].values()
    tasks = sorted(store.rows["tasks"].values(), key=lambda row: row["number"])
    live = [row for row in tasks if row["trashed_at"] is None]
    members = {row["user_id"]: row["role"] for row in store.rows["members"].values()}
    total = sum(row["impact"] for row in live)
    done = sum(row["impact"] for row in live if row["status"] == "done")
    finished = len([row for row in live if row["status"] == "done"])

    left = [event for event in store.events if event.type == "task.moved" and event.data["from_project"] == PROJECT]
    gone = [*left, *(event for event in store.events if event.type == "task.purged")]
    assert len(tasks) + len(gone) == project["next_number"] - 1
    assert len({row["number"] for row in tasks} & set(range(1, project["next_number"]))) == len(tasks)
    assert [project["owner_id"]] == [user_id for user_id, role in members.items() if role == "owner"]
    assert all(set(row["assignees"]) <= members.keys() for row in live)
    assert (total, done, len(live), finished) == (
        project["impact_total"], project["impact_done"], project["task_count"], project["completed_task_count"],
    )  # fmt: skip
    assert (100 * done // total if total else 100 * finished // len(live) if live else 0) == project["progress"]
    assert all((row["completed_at"] is not None) == (row["status"] == "done") for row in tasks)
    assert len({row["rank"] for row in tasks}) == len(tasks)
    for name, shown in (("labels", "labels"), ("milestones", "milestone"), ("sprints", "sprint")):
        there = {row["name" if name == "labels" else "id"] for row in store.rows[name].values()}
        in_tasks = [row[shown] for row in live if row[shown]]
        assert there >= {one for some in in_tasks for one in (some if name == "labels" else [some])}
    assert len([row for row in store.rows["sprints"].values() if row["status"] == "active"]) <= 1
    assert len({row["folded"] for row in store.rows["labels"].values()}) == len(store.rows["labels"])
    assert not on_a_cycle({row["id"]: row["depends_on"] for row in tasks})
    assert len(store.events) == project["version"]


@few(50)
@given(histories())
def test_after_any_history_what_hangs_on_tasks_is_sound(store):
    rows, (project,) = store.rows, store.rows["projects"].values()
    members = {row["user_id"] for row in rows["members"].values()}
    for task in rows["tasks"].values():
        comments = [row for row in rows["comments"].values() if row["task_id"] == task["id"]]
        minutes = [row["minutes"] for row in rows["time_logs"].values() if row["task_id"] == task["id"]]
        told = [
            event.version
            for event in store.events
            if event.entity == f"task-{task['id']}" and event.type not in ("task.due_soon", "task.overdue")
        ]

        assert (len(comments), sum(minutes), max(told)) == (
            task["comment_count"], task["time_logged_minutes"], task["version"],
        )  # fmt: skip
    timers = [row["user_id"] for row in rows["timers"].values()]

    assert set(timers) <= members | {ROOT.user_id}
    assert len(set(timers)) == len(timers)
    assert all(1 <= row["minutes"] for row in rows["time_logs"].values())
    assert {row["project_id"] for name in projections.INLINE for row in rows[name].values() if name != "projects"} == {
        project["id"]
    }


@few(20)
@given(histories())
def test_milestones_and_sprints_are_as_far_as_the_definition_says_of_their_tasks(store):
    tasks, state = [row for row in store.rows["tasks"].values() if row["trashed_at"] is None], store.state()
    for kind in ("milestone", "sprint"):
        for (one,) in store.rows[f"{kind}s"]:
            theirs = [(row["impact"], row["status"] == "done") for row in tasks if row[kind] == one]
            counted = state.counted(lambda task, kind=kind, one=one: getattr(task, kind) == one)

            assert (reference(theirs), len(theirs)) == (counted.progress, counted.task_count)


@few(50)
@given(histories())
def test_every_change_of_the_number_is_told_and_nothing_else(store):
    told = [event for event in store.events if event.type == "project.progress_changed"]
    (project,) = store.rows["projects"].values()

    assert all(event.data["was"] != event.data["progress"] for event in told)
    assert [event.data["was"] for event in told] == [0, *(event.data["progress"] for event in told)][: len(told)]
    assert project["progress"] == (told[-1].data["progress"] if told else 0)


def test_the_histories_drawn_are_rich():
    """The properties above would hold for empty histories too; these are not."""
    types = STORED_AS.keys() - {"project.purged", "project.imported"}
    seen: Counter[str] = Counter()
    for seed in range(100):
        if types <= seen.keys() and min(seen.values()) >= 2:
            break
        store = Store()
        for _, command in zip(range(150), Whim(Random(seed)).commands(), strict=False):
            store.do(command)
        seen.update(event.type for event in store.events)

    assert seen.keys() == types
    assert min(seen.values()) >= 2
