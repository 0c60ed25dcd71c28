"""A body that is not what its operation takes is refused where it is wrong, and nothing is written."""

import pytest
from system.cases import refused, texts

pytestmark = pytest.mark.timeout(600)

PROJECT = "/api/projects/{project_id}/"
MEMBERS = "/api/projects/{project_id}/members/"
TASK = "/api/tasks/{task_id}/"
WEBHOOK = "/api/webhooks/{webhook_id}/"
USER = "/api/auth/user/"
NAMED = {"name": "x"}
PROJECTS = [
    case
    for call, whole in (("POST /api/projects/", NAMED), (f"PATCH {PROJECT}", {}), (f"PUT {PROJECT}", NAMED))
    for case in [
        *texts(call, "name", 200, whole),
        *texts(call, "description", 50_000, whole),
        refused(call, whole | {"name": ""}, "/name", "empty_name"),
        refused(call, whole | {"name": None}, "/name", "null_name"),
        refused(call, whole | {"name": " \u3164\t"}, "/name", "invisible_name"),
        refused(call, whole | {"name": "a\nb"}, "/name", "name_of_two_lines"),
        refused(call, whole | {"description": None}, "/description", "null_text"),
        refused(call, whole | {"status": "sleeping"}, "/status", "unknown_choice"),
        refused(call, whole | {"status": None}, "/status", "null_choice"),
        refused(call, whole | {"priority": 1}, "/priority", "choice_of_a_wrong_type"),
        refused(call, whole | {"start_date": "yesterday"}, "/start_date", "not_a_day"),
        refused(call, whole | {"start_date": 20260101}, "/start_date", "day_as_a_number"),
        refused(call, whole | {"end_date": "2026-02-30"}, "/end_date", "no_such_day"),
        refused(call, whole | {"end_date": "2026-01-01T00:00:00Z"}, "/end_date", "time_for_a_day"),
        refused(call, whole | {"start_date": "2026-02-01", "end_date": "2026-01-01"}, "/end_date", "ends_early"),
        refused(call, whole | {"budget": "12.345"}, "/budget", "too_many_decimals"),
        refused(call, whole | {"budget": 12.5}, "/budget", "decimal_as_a_number"),
        refused(call, whole | {"budget": "NaN"}, "/budget", "not_a_number"),
        refused(call, whole | {"budget": "1e3"}, "/budget", "exponent"),
        refused(call, whole | {"budget": "-1"}, "/budget", "negative"),
        refused(call, whole | {"budget": "9" * 5_000}, "/budget", "huge"),
        refused(call, whole | {"colour": "red"}, "/colour", "unknown_field"),
        refused(call, whole | {"a/b~c": 1}, "/a~1b~0c", "unknown_field_to_be_escaped"),
    ]
]
READ_ONLY = [
    *(refused(f"PATCH {PROJECT}", {name: 1}, f"/{name}", f"{name} is_read_only")
      for name in ("id", "owner", "team_members", "role", "progress", "version", "archived", "created_at")),
    *(refused("POST /api/projects/", NAMED | {name: 1}, f"/{name}", f"{name} is_read_only")
      for name in ("id", "owner", "progress", "version")),
    *(refused(f"PATCH {TASK}", {name: 1}, f"/{name}", f"{name} is_read_only")
      for name in ("id", "number", "project", "project_id", "completed_at", "version", "created_at")),
    *(refused(f"PATCH {WEBHOOK}", {name: 1}, f"/{name}", f"{name} is_read_only")
      for name in ("id", "secret", "health", "total_deliveries", "created_at")),
    *(refused(f"PATCH {USER}", {name: 1}, f"/{name}", f"{name} is_read_only")
      for name in ("id", "is_superuser", "is_active", "password", "created_at")),
]  # fmt: skip
WHOLE_PROJECTS = [
    refused(f"PATCH {PROJECT}", {"end_date": "2026-02-28"}, "/end_date", "ends_before_the_start_it_has"),
    refused(f"PATCH {PROJECT}", {"start_date": "2026-07-01"}, "/start_date", "starts_after_the_end_it_has"),
    refused(f"PUT {PROJECT}", {}, "/name", "missing"),
    refused("POST /api/projects/", {}, "/name", "missing"),
]
TASKS = [
    case
    for call, whole in (
        ("POST /api/projects/{project_id}/tasks/", {"title": "x"}),
        (f"PATCH {TASK}", {}),
        (f"PUT {TASK}", {"title": "x"}),
    )
    for case in [
        *texts(call, "title", 200, whole),
        *texts(call, "description", 50_000, whole),
        refused(call, whole | {"title": " "}, "/title", "blank_title"),
        refused(call, whole | {"status": "doing"}, "/status", "unknown_choice"),
        refused(call, whole | {"impact": 101}, "/impact", "impact_over_100"),
        refused(call, whole | {"impact": -0.01}, "/impact", "negative_impact"),
        refused(call, whole | {"impact": 0.001}, "/impact", "impact_of_three_decimals"),
        refused(call, whole | {"impact": "50"}, "/impact", "impact_as_text"),
        refused(call, whole | {"impact": True}, "/impact", "impact_that_is_true"),
        refused(call, whole | {"impact": None}, "/impact", "null_impact"),
        refused(call, whole | {"impact": 10**25}, "/impact", "huge_impact"),
        refused(call, whole | {"assignees": [999_999_999]}, "/assignees", "assignee_who_is_not_a_member"),
        refused(call, whole | {"assignees": "ann"}, "/assignees", "assignees_not_a_list"),
        refused(call, whole | {"assignees": [0]}, "/assignees/0", "assignee_zero"),
        refused(call, whole | {"assignees": [10**30]}, "/assignees/0", "huge_assignee"),
        refused(call, whole | {"assignees": [1] * 51}, "/assignees", "too_many_assignees"),
        refused(call, whole | {"estimated_hours": -1}, "/estimated_hours", "negative_hours"),
        refused(call, whole | {"actual_hours": 100_001}, "/actual_hours", "too_many_hours"),
        refused(call, whole | {"story_points": 1.5}, "/story_points", "half_a_point"),
        refused(call, whole | {"due_date": "2026-13-01"}, "/due_date", "no_such_month"),
        refused(call, whole | {"start_date": "2026-02-01", "due_date": "2026-01-01"}, "/due_date", "due_early"),
        refused(call, whole | {"depends_on": [999_999_999]}, "/depends_on", "unknown_task"),
        refused(call, whole | {"colour": "red"}, "/colour", "unknown_field"),
    ]
]
COMMENTS, SUBTASKS, TIME_LOGS = (f"{TASK}{what}/" for what in ("comments", "subtasks", "time-logs"))
WORK = [
    *texts(f"POST {COMMENTS}", "content", 50_000),
    refused(f"POST {COMMENTS}", {}, "/content", "missing"),
    refused(f"POST {COMMENTS}", {"content": " \n"}, "/content", "blank"),
    refused(f"POST {COMMENTS}", {"content": "x", "author": 1}, "/author", "unknown_field"),
    refused(f"PATCH {COMMENTS}{{comment_id}}/", {"content": "\u200b"}, "/content", "invisible"),
    *texts(f"POST {SUBTASKS}", "title", 200),
    refused(f"PATCH {SUBTASKS}{{subtask_id}}/", {"is_completed": "yes"}, "/is_completed", "truth_as_text"),
    refused(f"PATCH {SUBTASKS}{{subtask_id}}/", {"title": "a\nb"}, "/title", "two_lines"),
    *(refused(f"POST {TIME_LOGS}", {"minutes": minutes}, "/minutes", f"minutes {minutes!r}"[:30])
      for minutes in (0, -1, 1.5, "5", None, True, 100_001, 10**30)),
    refused(f"POST {TIME_LOGS}", {"minutes": 5, "spent_on": "2999-01-01"}, "/spent_on", "in_the_future"),
    *texts(f"POST {TIME_LOGS}", "note", 2_000, {"minutes": 5}),
    refused(f"PATCH {TIME_LOGS}{{time_log_id}}/", {"user": 1}, "/user", "not_to_be_changed"),
    *texts(f"POST {TASK}timer/stop/", "note", 2_000),
]  # fmt: skip
NAMING_A_PROJECT = [
    refused("POST /api/tasks/", {"title": "x"}, "/project", "nowhere"),
    refused("POST /api/tasks/", {"title": "x", "project": 0}, "/project", "project_zero"),
    refused("POST /api/tasks/", {"title": "x", "project": 1, "project_id": 2}, "/project", "two_projects"),
    refused("POST /api/projects/{project_id}/tasks/", {"title": "x", "project": 999_999_999}, "/project", "another"),
    refused("POST /api/tasks/", {"title": "x", "project": 999_999_999}, None, "unknown_project", 404),
    refused(f"PUT {TASK}", {}, "/title", "missing"),
    refused(f"PUT {TASK}", {"title": "x", "assignees": [{"username": "ben"}]}, "/assignees/0/id", "nobody_s_id"),
]
MEMBERSHIPS = [
    refused(f"POST {MEMBERS}", {}, "/user_id", "nobody"),
    refused(f"POST {MEMBERS}", {"user_id": 1, "username": "ben"}, "/user_id", "two_names"),
    refused(f"POST {MEMBERS}", {"user_id": 999_999_999}, "/user_id", "unknown_id"),
    refused(f"POST {MEMBERS}", {"username": "nobody-at-all"}, "/username", "unknown_name"),
    refused(f"POST {MEMBERS}", {"user_id": "ben"}, "/user_id", "id_as_text"),
    refused(f"POST {MEMBERS}", {"user_id": -1}, "/user_id", "negative_id"),
    refused(f"POST {MEMBERS}", {"user_id": 2**53}, "/user_id", "id_beyond_exact_numbers"),
    *texts(f"POST {MEMBERS}", "username", 150),
    refused(f"POST {MEMBERS}", {"user_id": 1, "role": "owner"}, "/role", "owner"),
    refused(f"POST {MEMBERS}", {"user_id": 1, "role": "king"}, "/role", "unknown_role"),
    refused(f"POST {MEMBERS}", {"user_id": 1, "colour": "red"}, "/colour", "unknown_field"),
    refused(f"PATCH {MEMBERS}{{user_id}}/", {}, "/role", "no_role"),
    refused(f"PATCH {MEMBERS}{{user_id}}/", {"role": "owner"}, "/role", "owner"),
    refused(f"PATCH {MEMBERS}{{user_id}}/", {"role": None}, "/role", "null_role"),
    refused(f"PATCH {MEMBERS}{{user_id}}/", {"role": "viewer", "user_id": 1}, "/user_id", "unknown_field"),
    refused(f"PATCH {MEMBERS}{{owner_id}}/", {"role": "viewer"}, None, "the_owner_s", 409),
    refused(f"PATCH {MEMBERS}{{stranger_id}}/", {"role": "viewer"}, None, "a_stranger_s", 404),
    refused(f"DELETE {MEMBERS}{{owner_id}}/", None, None, "the_owner", 409),
    refused(f"DELETE {MEMBERS}{{stranger_id}}/", None, None, "a_stranger", 404),
]


def test_a_change_of_a_project_that_cannot_be_is_refused_by_field(world):
    refused = (*PROJECTS, *READ_ONLY, *WHOLE_PROJECTS, *TASKS, *WORK, *NAMING_A_PROJECT, *MEMBERSHIPS)

    world.refuses_all(refused, world.ann)
