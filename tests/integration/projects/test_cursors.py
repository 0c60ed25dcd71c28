"""Lists by cursor: in every order, past what comes and goes meanwhile, each task once."""

from datetime import date

import pytest

from synergy_projects.domain.errors import InvalidParameter
from synergy_projects.queries.tasks import _ORDER

ORDERINGS = [sign + name for name in _ORDER for sign in ("", "-")]


@pytest.fixture
def project(world, ann) -> int:
    """Twelve tasks, of which many have the same of something, or nothing."""
    project = world.project(ann)
    for number in range(12):
        world.task(
            ann, project, title="abc"[number % 3], priority=["low", "urgent"][number % 2], impact=number % 4 * 100,
            due_date=date(2026, 5, 1 + number % 2) if number % 3 else None,
        )  # fmt: skip
    return project


def by_cursor(world, actor, *, page_size, between=lambda: None, **asked):
    found, cursor = [], "start"
    while cursor is not None:
        page = world.ask("list_tasks", actor, cursor=cursor, page_size=page_size, **asked)
        found += [task["id"] for task in page["results"]]
        cursor = page["cursor"]
        between()
    return found


def test_every_order_can_be_read_by_cursor(world, ann, project):
    for ordering in ORDERINGS:
        whole = world.ask("list_tasks", ann, project=project, ordering=ordering, page_size=200)["results"]
        found = by_cursor(world, ann, page_size=5, project=project, ordering=ordering)
        assert (ordering, [task["id"] for task in whole]) == (ordering, found)


@pytest.mark.parametrize("ordering", ["-created_at", "due_date", "id"])
def test_what_comes_and_goes_meanwhile_shifts_nothing(world, ann, project, ordering):
    before = [task["id"] for task in world.ask("list_tasks", ann, project=project, ordering=ordering)["results"]]
    gone = before[0]
    deleted: list[int] = []

    def meanwhile() -> None:
        world.task(ann, project, due_date=date(2026, 4, 1))
        if not deleted:
            world.do("delete_task", ann, task_id=gone)
            deleted.append(gone)

    found = by_cursor(world, ann, page_size=6, between=meanwhile, project=project, ordering=ordering)[: len(before)]

    assert before == [task for task in found if task in before]


def test_filters_go_with_it_and_the_last_page_leads_nowhere(world, ann, project):
    low = by_cursor(world, ann, page_size=4, project=project, priority=["low"])

    assert 6 == len(low) == len(set(low))
    assert world.ask("list_tasks", ann, project=project, page_size=13)["cursor"] is None


def test_what_is_no_cursor_of_this_list_is_refused(world, ann):
    project = world.project(ann)
    for cursor in ("", "x", "c3RhcnQ", "W10", "WyJpZCIsIngiLDFd", "ä", "WyJ0aXRsZSIsImEiLDFd"):
        with pytest.raises(InvalidParameter, match="cursor"):
            world.ask("list_tasks", ann, project=project, cursor=cursor)


def test_it_costs_no_statement_more(world, ann, project):
    def statements(**asked) -> int:
        with world.statements() as counted:
            world.ask("list_tasks", ann, project=project, page_size=5, **asked)
        return len(counted.texts)

    cursor = world.ask("list_tasks", ann, project=project, page_size=5)["cursor"]
    assert statements() == statements(cursor="start") == statements(cursor=cursor)
