"""Lists read what is a person's own, and not what there is."""

from collections.abc import Iterator
from typing import Final

import pytest
from sqlalchemy import Connection, text

from synergy_chassis.store import engine
from synergy_local.servers.testbed import FreshDatabase
from synergy_projects import queries
from synergy_projects.domain.commands import Actor

PROJECTS: Final = 10_000
OWN: Final = 300
GUEST, NOBODY = 1_000, 1_001
"""Somebody who is in 1,100 projects, and somebody who is in none."""
FILLED: Final = (
    """
    INSERT INTO projects (
        id, owner_id, name, description, status, priority, impact_total, impact_done, task_count, completed_task_count,
        progress, next_number, next_rank, version, revision, created_at, updated_at, importing)
    SELECT id, 1 + (id - 1) * :people / :projects, 'Project ' || id, 'What there is to do', 'active', 'medium',
           100, 0, 1, 0, 0, 2, 2, 2, 1, now() + id * interval '1 second', now(), false
      FROM generate_series(1, :projects) id
    """,
    "INSERT INTO members (project_id, user_id, role) SELECT id, owner_id, 'owner' FROM projects",
    "INSERT INTO members (project_id, user_id, role) SELECT id, :guest, 'viewer' FROM projects WHERE id <= 1100",
    """
    INSERT INTO tasks (
        id, project_id, number, created_by, title, description, status, priority, impact, assignees, actual_hours,
        labels, depends_on, rank, version, revision, created_at, updated_at, comment_count, time_logged_minutes)
    SELECT id, id, 1, owner_id, 'Task', '', 'todo', 'medium', 100, '{}', 0,
           '{}', '{}', 1, 2, 1, created_at, created_at, 0, 0
      FROM projects
    """,
    "ANALYZE projects, members, tasks",
)


@pytest.fixture(scope="module")
def crowded(projects_database: FreshDatabase) -> Iterator[Connection]:
    """Ten thousand projects, of which each person owns three hundred; they are never committed."""
    opened = engine(projects_database.owner_url, application_name="lists at size")
    with opened.connect() as connection:
        for table in ("tasks", "members", "projects"):
            connection.execute(text(f"DELETE FROM {table}"))
        for statement in FILLED:
            connection.execute(text(statement), {"projects": PROJECTS, "people": PROJECTS // OWN, "guest": GUEST})
        yield connection
        connection.rollback()
    opened.dispose()


def whole(connection: Connection) -> dict[str, int]:
    """How often this transaction has read each of the tables from its beginning to its end."""
    told = "SELECT relname, seq_scan FROM pg_stat_xact_user_tables WHERE relname IN ('projects', 'members', 'tasks')"
    return {row.relname: row.seq_scan for row in connection.execute(text(told))}


@pytest.mark.parametrize("user_id", [1, PROJECTS // OWN], ids=["the_oldest", "the_newest"])
@pytest.mark.parametrize("listed", [queries.list_projects, queries.list_tasks])
def test_a_list_reads_no_table_whole(crowded: Connection, listed, user_id: int) -> None:
    before = whole(crowded)

    for _ in range(8):  # PostgreSQL plans for all parameters at once after some times
        view, made_of = listed(crowded, Actor(user_id=user_id, superuser=False))
        assert OWN <= view["count"] <= OWN + 10
        assert len(made_of) == view["count"] + 2

    assert whole(crowded) == before


def test_counts_are_exact_or_told_to_be_more_and_who_is_in_too_many_has_nothing_kept(crowded: Connection) -> None:
    guest, nobody = Actor(user_id=GUEST, superuser=False), Actor(user_id=NOBODY, superuser=False)
    root = Actor(user_id=NOBODY, superuser=True)
    for listed in (queries.list_projects, queries.list_tasks):
        view, made_of = listed(crowded, guest)
        assert (view["count"], len(view["results"]), made_of) == (1_100, 50, {})
        assert listed(crowded, nobody) == ({"count": 0, "results": []} | more(listed), {f"user-{NOBODY}": None})
    assert queries.list_projects(crowded, guest, archived=True)[0]["count"] == 0
    assert queries.list_projects(crowded, guest, status="active")[0]["count"] == 1_100
    assert queries.list_tasks(crowded, guest, status=["todo"])[0]["count"] is None
    assert queries.list_tasks(crowded, guest, status=["done"])[0]["count"] == 0
    assert queries.list_projects(crowded, root, all=True)[0]["count"] is None
    assert queries.list_projects(crowded, root, all=True, search="Project 777")[0]["count"] == 11


def more(listed: object) -> dict[str, None]:
    """What an empty page tells besides."""
    return {"cursor": None} if listed is queries.list_tasks else {}
