"""A project day by day: what the points say, and that those of days that have ended stay."""

from collections import Counter
from datetime import date, timedelta

from examples import few
from hypothesis import given
from hypothesis import strategies as st
from unit.projects.given import START, TEAM, task_created
from unit.projects.histories import Store, histories

from synergy_projects.domain.events import (
    Event,
    TaskCompleted,
    TaskDeleted,
    TaskMoved,
    TaskPurged,
    TaskReopened,
    TaskUpdated,
)
from synergy_projects.domain.flow import Flow
from synergy_projects.domain.project import fold
from synergy_projects.projections import CODEC

MONDAY = date(2026, 1, 5)
HOUR = timedelta(hours=1)


def flow(*events: tuple[Event, float]) -> Flow:
    """The flow of a team's events and these, each so many hours after the start, nine in the morning of a Monday."""
    taken = Flow()
    for version, (event, hours) in enumerate([*((one, 0.0) for one in TEAM), *events], 1):
        taken.take(event, version=version, at=START + hours * HOUR)
    return taken


def moved(status: str, was: str = "todo", task_id: int = 9) -> TaskUpdated:
    return TaskUpdated(task_id=task_id, changes={"status": status}, before={"status": was})  # type: ignore[typeddict-item]


def test_a_day_is_what_it_was_when_it_ended_in_utc():
    taken = flow(
        (task_created(9, impact=3000), 1),
        (task_created(10, number=2, impact=1000), 2),
        (moved("in_progress"), 3),
        (TaskCompleted(task_id=9, was="in_progress", impact=3000), 14.99),  # a minute before midnight
        (TaskReopened(task_id=9, status="review", impact=3000), 15),
        (TaskDeleted(task_id=10), 63),
    )

    points = list(taken.points(until=MONDAY + timedelta(days=4)))

    assert [MONDAY + timedelta(days=day) for day in range(5)] == [point.day for point in points]
    assert [(2, 1, 0), (0, 0, 1), (0, 0, 0), (0, 0, 0), (0, 0, 0)] == [point[3:] for point in points]
    assert [75, 0, 0, 0, 0] == [point.counters.progress for point in points]
    assert [2, 2, 2, 1, 1] == [point.counters.task_count for point in points]
    assert [
        {"todo": 1, "in_progress": 0, "review": 0, "done": 1},
        {"todo": 1, "in_progress": 0, "review": 1, "done": 0},
        {"todo": 1, "in_progress": 0, "review": 1, "done": 0},
        {"todo": 0, "in_progress": 0, "review": 1, "done": 0},
        {"todo": 0, "in_progress": 0, "review": 1, "done": 0},
    ] == [point.by_status for point in points]


def test_cycle_time_begins_with_the_work_and_lead_time_with_the_task():
    taken = flow(
        (task_created(9), 1),
        (moved("in_progress"), 3),
        (moved("todo", "in_progress"), 4),
        (TaskCompleted(task_id=9, was="todo", impact=0), 11),
        (task_created(10, number=2), 30),
        (TaskCompleted(task_id=10, was="todo", impact=0), 31),
    )

    assert [(MONDAY, 8 * 3600, 10 * 3600), (MONDAY + timedelta(days=1), 0, 3600)] == taken.completions


def test_what_was_done_stays_done_in_its_day_when_it_goes_to_the_trash_later():
    done = (task_created(9), 1), (TaskCompleted(task_id=9, was="todo", impact=0), 2)

    first, second = flow(*done, (TaskDeleted(task_id=9), 26)).points()

    assert (1, 1, 1) == (first.counters.completed_task_count, first.completed, first.by_status["done"])
    assert (0, 0, 0) == (second.counters.completed_task_count, second.completed, second.by_status["done"])


@few(40)
@given(histories(), st.data())
def test_points_of_days_that_have_ended_never_change_and_the_last_is_the_state(store: Store, data: st.DataObject):
    pace = data.draw(st.sampled_from([1, 5, 13, 50]), label="hours between events")
    history = [(CODEC.decode(event), event.version, START + event.version * pace * HOUR) for event in store.events]
    cut = data.draw(st.integers(1, len(history)), label="events known at first")
    taken = Flow()
    for event, version, at in history[:cut]:
        taken.take(event, version=version, at=at)
    early, today = list(taken.points()), history[cut - 1][2].date()
    assert today == early[-1].day
    for event, version, at in history[cut:]:
        taken.take(event, version=version, at=at)
    points = list(taken.points())

    assert early[:-1] == points[: len(early) - 1]
    assert [points[0].day + timedelta(days=day) for day in range(len(points))] == [point.day for point in points]
    project = fold(history)
    assert project is not None
    assert project.counters == points[-1].counters
    alive = Counter(task.status for task in project.tasks.values() if task.trashed_at is None)
    assert alive == Counter(points[-1].by_status)
    left = [event for event, _, _ in history if isinstance(event, TaskMoved) and event.from_project == project.id]
    gone = [*left, *(event for event, _, _ in history if isinstance(event, TaskPurged))]
    assert len(project.tasks) + len(gone) == sum(point.created for point in points)
    assert len(taken.completions) == sum(point.completed for point in points)
    since, until = sorted((data.draw(st.sampled_from(points)).day, data.draw(st.sampled_from(points)).day))
    assert [point for point in points if since <= point.day <= until] == list(taken.points(since, until))
