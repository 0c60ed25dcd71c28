"""What comes with time: told once, whoever sweeps, however often and however late."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest
from integration.projects.steps import a_migrated_database

from synergy_chassis.store import engine
from synergy_chassis.store.rebuild import rebuild
from synergy_projects.domain.errors import ProjectNotFound, TaskNotFound
from synergy_projects.handlers import sweep
from synergy_projects.projections import ProjectModel
from synergy_projects.queries import due

MONDAY = date(2026, 1, 5)


@pytest.fixture(scope="module")
def projects_engine(_postgres):
    """A store of its own: a sweep looks through all of it."""
    with a_migrated_database(_postgres) as database:
        pool = engine(database.service_url, pool_size=12, application_name="projects sweep tests")
        yield pool
        pool.dispose()


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def swept(world, now: datetime) -> int:
    return sum(sweep(now, desk=world.desk))


def told(world, project: int) -> list[tuple[str, int]]:
    """Type and entity's id of what nobody did."""
    events = world.log.stream(f"project-{project}")
    return [(one.type, int(one.entity.partition("-")[2] or 0)) for one in events if one.meta["actor_id"] is None]


def test_a_task_is_purged_after_thirty_days_in_the_trash_with_what_hangs_on_it(world, ann, projects_engine):
    project = world.project(ann)
    gone, kept, waits = (world.task(ann, project, title=title)["id"] for title in ("Gone", "Kept", "Waits"))
    world.do("update_task", ann, task_id=waits, changes={"depends_on": (gone, kept)})
    for verb, fields in (("create_comment", {"content": "Well."}), ("create_subtask", {"title": "First"})):
        world.do(verb, ann, task_id=gone, **fields)
    world.do("log_time", ann, task_id=gone, minutes=5)
    world.do("start_timer", ann, task_id=gone)
    world.do("delete_task", ann, task_id=gone)
    (listed,) = world.ask("list_trash", ann)["results"]
    assert (gone, listed["trashed_at"] + timedelta(days=30)) == (listed["id"], listed["purged_at"])

    assert 0 == swept(world, listed["purged_at"] - timedelta(seconds=1))
    assert 2 == swept(world, listed["purged_at"])

    assert ["task.updated", "task.purged"] == world.events(project)[-2:]
    assert 0 == swept(world, listed["purged_at"] + timedelta(days=400)) == world.ask("list_trash", ann)["count"]
    with pytest.raises(TaskNotFound):
        world.do("restore_task", ann, task_id=gone)
    assert [kept] == world.ask("read_task", ann, waits)["depends_on"]
    assert rebuild(projects_engine, ProjectModel(), stream=f"project-{project}", check=True).ok
    (rendered,) = world.renderer.render([list(world.log.stream(f"project-{project}"))[-1].position])
    assert {"id": gone, "project": project, "number": 1, "title": "Gone"} == rendered["data"]


def test_a_task_is_due_soon_and_overdue_by_days_of_utc_each_told_once(world, ann, projects_engine):
    project = world.project(ann)
    task = world.task(ann, project, due_date=MONDAY + timedelta(days=2))
    tuesday, thursday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=3)

    assert 0 == swept(world, at(MONDAY, 23, 59))
    assert 1 == swept(world, at(tuesday))
    assert [("task.due_soon", task["id"])] == told(world, project)
    assert 0 == swept(world, at(tuesday, 12)) == swept(world, at(thursday - timedelta(days=1), 23, 59))
    assert 1 == swept(world, at(thursday))
    assert 0 == swept(world, at(thursday + timedelta(days=400)))
    assert [("task.due_soon", task["id"]), ("task.overdue", task["id"])] == told(world, project)
    assert task["version"] == world.ask("read_task", ann, task["id"])["version"], "it was not changed"
    (rendered,) = world.renderer.render([list(world.log.stream(f"project-{project}"))[-1].position])
    assert (None, task["id"]) == (rendered["actor"], rendered["data"]["id"])

    world.do("update_task", ann, task_id=task["id"], changes={"due_date": thursday})
    assert 1 == swept(world, at(thursday, 1)), "another due date is told of anew"
    world.do("update_task", ann, task_id=task["id"], changes={"status": "done"})
    assert 0 == swept(world, at(thursday + timedelta(days=9)))
    assert rebuild(projects_engine, ProjectModel(), check=True, stream=f"project-{project}").ok


def test_what_became_due_while_nothing_ran_is_told_when_something_runs_again(world, ann):
    project, archived, trashed = (world.project(ann) for _ in range(3))
    late = world.task(ann, project, due_date=MONDAY)["id"]
    for other in (archived, trashed):
        world.task(ann, other, due_date=MONDAY)
    world.do("archive_project", ann, project_id=archived)
    world.do("delete_project", ann, project_id=trashed)
    gone = world.task(ann, project, due_date=MONDAY)["id"]
    world.do("delete_task", ann, task_id=gone)
    milestone = world.do("create_milestone", ann, project_id=project, name="Launch", due_date=MONDAY)["id"]

    assert 2 == swept(world, at(MONDAY + timedelta(days=20)))
    assert [("task.overdue", late), ("milestone.missed", milestone)] == told(world, project)
    assert [] == told(world, archived) == told(world, trashed)
    world.do("unarchive_project", ann, project_id=archived)
    assert 1 == swept(world, at(MONDAY + timedelta(days=20)))


def test_projects_are_purged_after_thirty_days_in_the_trash(world, ann):
    project, restored = world.project(ann), world.project(ann)
    for one in (project, restored):
        world.do("delete_project", ann, project_id=one)
    trashed_at = world.clock.now()
    world.do("restore_project", ann, project_id=restored)

    assert 0 == swept(world, trashed_at + timedelta(days=29, hours=23))
    assert 1 == swept(world, trashed_at + timedelta(days=30))
    assert [("project.purged", 0)] == told(world, project)
    assert [] == told(world, restored)
    with pytest.raises(ProjectNotFound):
        world.do("restore_project", ann, project_id=project)


def test_replicas_that_sweep_at_once_and_one_that_is_killed_tell_everything_once(world, ann, monkeypatch):
    monkeypatch.setattr(due, "AT_ONCE", 7)
    projects = [world.project(ann) for _ in range(6)]
    tasks = {project: [world.task(ann, project, due_date=MONDAY)["id"] for _ in range(4)] for project in projects}
    now = at(MONDAY + timedelta(days=3))

    killed = list(islice(sweep(now, desk=world.desk), 2))  # the process is gone after its second project
    with ThreadPoolExecutor(3) as pool:
        rest = sum(pool.map(lambda _: swept(world, now), range(3)))

    assert 24 == sum(killed) + rest
    for project, ids in tasks.items():
        assert sorted(told(world, project)) == [("task.overdue", task) for task in ids]
    assert 0 == swept(world, now)


def test_a_project_that_fails_holds_up_no_other(world, ann, monkeypatch):
    bad, good = world.project(ann), world.project(ann)
    for project in (bad, good):
        world.task(ann, project, due_date=MONDAY)
    record = type(world.desk).record

    def failing(desk, stream, project, events, *rest):
        if project.id == bad:
            raise RuntimeError("broken")
        return record(desk, stream, project, events, *rest)

    monkeypatch.setattr(type(world.desk), "record", failing)
    assert 1 == swept(world, at(MONDAY + timedelta(days=3)))
    monkeypatch.undo()
    assert 1 == swept(world, at(MONDAY + timedelta(days=3)))
