"""Data in numbers that nobody types: what the service itself would have written."""

from collections import Counter

import pytest

from synergy_chassis.clock import SystemClock
from synergy_projects.domain.events import ProgressChanged
from synergy_projects.domain.project import evolve
from synergy_projects.filling import Data

NOW = SystemClock().now()


@pytest.fixture(scope="module")
def data() -> Data:
    return Data(users=tuple(range(11, 21)), projects=100, tasks=1_000)


def test_everybody_owns_as_many_projects_and_the_first_user_the_first_ones(data):
    owners = Counter(map(data.owner, range(1, 101)))

    assert {10} == set(owners.values())
    assert {11} == {data.owner(number) for number in range(1, 11)}


def test_the_history_of_a_project_folds_to_what_its_events_say(data):
    state = None
    for version, event in enumerate(data.history(7), start=1):
        state = evolve(state, event, version=version, at=NOW)
        if isinstance(event, ProgressChanged):
            told = event

    assert state is not None
    assert (7, 11, {11, 12, 13}) == (state.id, state.owner_id, set(state.members))
    assert set(range(61, 71)) == set(state.tasks)
    assert (20, 2, 10) == (state.counters.progress, state.counters.completed_task_count, state.counters.task_count)
    assert (told.progress, told.impact_done, told.impact_total) == (
        state.counters.progress, state.counters.impact_done, state.counters.impact_total
    )  # fmt: skip


def test_one_user_alone_has_no_team():
    assert [] == list(Data(users=(1,), projects=2, tasks=2).team(1))
