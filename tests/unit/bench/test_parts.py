"""What parts read out of logs, metrics, plans and answers."""

import pytest
from bench.http.comparing import OtherData, essence, same
from bench.http.parts.caching import Reads, outcomes
from bench.http.parts.indexes import indexes
from bench.http.parts.queries import counted

LOG = """\
2026-11-28 08:00:00 UTC [7] projects LOG:  statement: BEGIN
2026-11-28 08:00:00 UTC [7] projects LOG:  execute _pg3_1: SELECT * FROM tasks
    WHERE id = $1
2026-11-28 08:00:00 UTC [7] projects DETAIL:  parameters: $1 = '1'
2026-11-28 08:00:00 UTC [8] projects-relay LOG:  statement: SELECT 1
2026-11-28 08:00:00 UTC [9] original LOG:  execute <unnamed>: SELECT 2
2026-11-28 08:00:00 UTC [7] projects LOG:  statement: COMMIT
"""


def test_statements_are_counted_by_whose_session_ran_them():
    assert (3, 2) == counted(LOG, "projects")
    assert (1, 0) == counted(LOG, "original")


def test_reads_by_what_became_of_them():
    text = """\
# TYPE cache_reads counter
cache_reads_total{outcome="hit"} 30.0
cache_reads_total{outcome="miss"} 10.0
# TYPE cache_read_seconds histogram
cache_read_seconds_bucket{le="+Inf",outcome="hit"} 30.0
cache_read_seconds_sum{outcome="hit"} 0.06
"""
    found = outcomes(text)

    assert {"hit": Reads(30, 0.06), "miss": Reads(10, 0.0)} == found
    assert found["hit"].since(Reads(20, 0.04)).mean == pytest.approx(2.0)
    assert Reads().mean is None


def test_the_indexes_of_a_plan_are_found_however_deep():
    plan = {"Plans": [{"Plans": [{"Index Name": "a"}]}, {"Index Name": "b"}, {}]}

    assert ["a", "b"] == list(indexes(plan))


PROJECT = dict.fromkeys(
    ("id", "name", "description", "status", "priority", "start_date", "end_date", "budget", "owner", "progress",
     "task_count", "completed_task_count", "created_at", "updated_at"), 1,
)  # fmt: skip


def test_teams_are_compared_by_who_is_in_them():
    ours = PROJECT | {"team_members": [{"user": {"id": 2}, "role": "owner"}, {"user": {"id": 1}, "role": "viewer"}]}
    theirs = PROJECT | {"team_members": [{"id": 1}, {"id": 2}]}

    same("/", essence(ours), essence(theirs))


def test_another_value_is_told_with_its_place():
    ours, theirs = PROJECT | {"team_members": []}, PROJECT | {"team_members": [], "progress": 2}

    with pytest.raises(OtherData, match="/api/projects/, id 1: progress is 1 here and 2 there"):
        same("/api/projects/", essence(ours), essence(theirs))
