"""Every operation says whether its answers are kept, or what it changes of what kept answers were made of."""

import pytest

from synergy_gateway import methods
from synergy_gateway.keeping.door import KeptAnswers
from synergy_gateway.keeping.table import CHANGES, CHANGES_NOTHING_KEPT, KEPT, MEMBERSHIPS, NAMES, NOT_KEPT, PROJECT
from synergy_gateway.methods import Method
from synergy_gateway.operations import Operation
from synergy_gateway.routes import OPERATIONS

READS = [operation for operation in OPERATIONS if operation.safe]
WRITES = [operation for operation in OPERATIONS if not operation.safe]


def named(operation: Operation) -> str:
    return operation.name


@pytest.mark.parametrize("operation", READS, ids=named)
def test_a_read_says_whether_its_answers_are_kept(operation: Operation):
    declared = [table for table in (KEPT, NOT_KEPT) if operation.name in table]

    assert 1 == len(declared), f"Declare {operation.name} in synergy_gateway/keeping/table.py, once."


@pytest.mark.parametrize("operation", WRITES, ids=named)
def test_a_change_says_what_it_changes_of_what_is_kept(operation: Operation):
    declared = [table for table in (CHANGES, CHANGES_NOTHING_KEPT) if operation.name in table]

    assert 1 == len(declared), f"Declare {operation.name} in synergy_gateway/keeping/table.py, once."


def test_nothing_is_declared_that_is_not_there():
    assert {operation.name for operation in READS} == {*KEPT, *NOT_KEPT}
    assert {operation.name for operation in WRITES} == {*CHANGES, *CHANGES_NOTHING_KEPT}


def test_what_is_kept_is_of_whoever_signed_in_and_may_be_kept():
    kept = [operation for operation in READS if operation.name in KEPT]

    assert all(operation.signed_in and not operation.private for operation in kept)
    assert all(not operation.scopes and not operation.secures and not operation.in_session for operation in kept)


def test_only_known_things_are_declared():
    assert {PROJECT, MEMBERSHIPS, NAMES} >= {need for needs in (*KEPT.values(), *CHANGES.values()) for need in needs}


def test_a_command_of_projects_is_no_shared_read():
    """What changes projects goes the way on which it is marked."""
    of_projects = [
        method for method in vars(methods).values() if isinstance(method, Method) and "projects." in method.name
    ]
    reads = {
        "list_projects",
        "read_project",
        "read_progress",
        "read_history",
        "list_events",
        "list_trash",
        "read_stats",
        "read_burnup",
        "read_flow",
        "read_forecast",
        "verify_project",
        "list_members",
        "list_tasks",
        "read_task",
        "read_task_history",
        "list_comments",
        "list_subtasks",
        "list_time_logs",
        "read_timer",
        "search",
        "list_activity",
        "list_labels",
        "read_label",
        "list_milestones",
        "read_milestone",
        "list_sprints",
        "read_sprint",
    }

    assert {f"projects.{name}" for name in reads} == {method.name for method in of_projects if method.shared}


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/api/projects/", "/api/projects/"),
        ("/api/projects", "/api/projects/"),
        ("/api/projects/12/", "/api/projects/{project_id}/"),
        ("/api/projects/12/progress", "/api/projects/{project_id}/progress/"),
        ("/api/tasks/9/", "/api/tasks/{task_id}/"),
        ("/api/projects/x/", None),
        ("/api/projects/12/history/", None),
        ("/api/projects/12/members/7/", None),
        ("/api/auth/user/", None),
        ("/api/projects/12/ ", None),
    ],
)
def test_the_addresses_of_what_is_kept_are_those_of_its_operations(path: str, route: str | None):
    door = KeptAnswers(None, None, OPERATIONS)  # type: ignore[arg-type]

    assert route == door._route(path)
