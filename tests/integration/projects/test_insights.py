"""How a project went, from its events: through the questions themselves, on a real store."""

from contextlib import contextmanager
from datetime import date, timedelta

import psycopg
import pytest

from synergy_projects.domain.errors import InvalidParameter, ProjectNotFound
from synergy_projects.projections import CODEC
from synergy_projects.queries import Insights

HOUR = timedelta(hours=1)
MONDAY = date(2026, 1, 5)


@pytest.fixture
def insights(world) -> Insights:
    return Insights(CODEC, world.clock, world.engine)


@pytest.fixture
def project(world, ann) -> int:
    """Nine in the morning of Monday: ten tasks. One a day is begun in the morning and done four hours later."""
    project = world.project(ann)
    tasks = [world.task(ann, project, impact=1000)["id"] for _ in range(10)]
    for task in tasks[:7]:
        world.do("update_task", ann, task_id=task, changes={"status": "in_progress"})
        world.clock.advance(4 * HOUR)
        world.do("update_task", ann, task_id=task, changes={"status": "done"})
        world.clock.advance(20 * HOUR)
    return project


def ask(world, insights, question, actor, project, **wanted):
    with world.uow.reading() as connection:
        return getattr(insights, question)(connection, actor, project, **wanted)


@contextmanager
def forged(url, project, *, version):
    """An event with another title, put back afterwards."""
    with psycopg.connect(url, autocommit=True) as database:
        where = f"WHERE stream = 'project-{project}' AND version = {version}"
        (data,) = database.execute(f"SELECT data::text FROM store.events {where}").fetchone()
        database.execute("ALTER TABLE store.events DISABLE TRIGGER ALL")
        try:
            database.execute(f'UPDATE store.events SET data = data || \'{{"title": "Forged"}}\' {where}')
            yield
        finally:
            database.execute(f"UPDATE store.events SET data = %s::jsonb {where}", (data,))
            database.execute("ALTER TABLE store.events ENABLE ALWAYS TRIGGER refuse_change")
            database.execute("ALTER TABLE store.events ENABLE ALWAYS TRIGGER refuse_truncate")


def test_stats_tell_what_came_and_went(world, ann, insights, project):
    told = ask(world, insights, "stats", ann, project, days=84)

    assert (70, 70.0, 100.0) == (told["progress"], told["impact_done"], told["impact_total"])
    assert {"todo": 3, "in_progress": 0, "review": 0, "done": 7} == told["by_status"]
    assert (10, 7, 0) == (told["created"], told["completed"], told["reopened"])
    assert (MONDAY + timedelta(days=7), 0.88) == (told["until"], told["completed_per_day"])  # 7 in the 8 days it is old
    assert {"count": 7, "mean": 4.0, "p50": 4.0, "p85": 4.0, "p95": 4.0} == told["cycle_time"]
    assert 148.0 == told["lead_time"]["p95"] // 1
    assert [(MONDAY, 10, 7), (MONDAY + timedelta(days=7), 0, 0)] == [
        (week["week"], week["created"], week["completed"]) for week in told["throughput"]
    ]


def test_points_are_read_by_the_day_and_those_of_yesterday_stay(world, ann, insights, project):
    before = ask(world, insights, "burnup", ann, project, since=None, until=None)["points"]
    flow = ask(world, insights, "flow", ann, project, since=MONDAY, until=MONDAY + timedelta(days=1))["points"]
    assert [10, 20, 30, 40, 50, 60, 70, 70] == [point["progress"] for point in before]
    assert {10} == {point["task_count"] for point in before}
    assert [(9, 1, 10), (8, 2, 0)] == [(point["todo"], point["done"], point["created"]) for point in flow]

    world.do("delete_task", ann, task_id=world.ask("list_tasks", ann, project=project)["results"][0]["id"])
    after = ask(world, Insights(CODEC, world.clock, world.engine), "burnup", ann, project, since=None, until=None)[
        "points"
    ]
    again = ask(world, insights, "burnup", ann, project, since=None, until=None)["points"]

    assert before[:-1] == after[:-1]
    assert (9, 66) == (after[-1]["task_count"], after[-1]["progress"])
    assert after == again, "what was kept grows to the same"
    with pytest.raises(InvalidParameter):
        ask(world, insights, "burnup", ann, project, since=MONDAY, until=MONDAY - timedelta(days=1))


def test_a_forecast_is_the_same_however_often_it_is_asked_for(world, ann, insights, project):
    told = ask(world, insights, "forecast", ann, project, days=84)

    assert (7, 7, 3, None) == (
        told["days_of_history"], told["completed_in_them"], told["open_tasks"], told["why_not"],
    )  # fmt: skip
    assert [(percent, 3, MONDAY + timedelta(days=10)) for percent in (50, 80, 95)] == [
        (one["percentile"], one["days"], one["date"]) for one in told["percentiles"]
    ]
    assert told == ask(world, Insights(CODEC, world.clock, world.engine), "forecast", ann, project, days=84)
    young = world.project(ann)
    assert "Nothing is left" in ask(world, insights, "forecast", ann, young, days=84)["why_not"]


def test_a_project_s_log_is_verified_and_tampering_told(world, ann, insights, project, projects_database):
    told = ask(world, insights, "verify", ann, project)

    stored = list(world.log.stream(f"project-{project}"))
    assert (True, len(stored), stored[-1].version, stored[-1].hash, []) == tuple(told.values())
    with forged(projects_database.owner_url, project, version=3):
        told = ask(world, insights, "verify", ann, project)
    assert not told["ok"]
    assert ("changed_row", 3) == (told["findings"][0]["damage"], told["findings"][0]["version"])
    assert ask(world, insights, "verify", ann, project)["ok"]


def test_outsiders_learn_nothing(world, eve, insights, project):
    for question, wanted in (
        ("stats", {"days": 84}), ("burnup", {"since": None, "until": None}), ("flow", {"since": None, "until": None}),
        ("forecast", {"days": 84}), ("verify", {}),
    ):  # fmt: skip
        with pytest.raises(ProjectNotFound):
            ask(world, insights, question, eve, project, **wanted)
