"""Who may do what, as one table: every command × every role."""

from itertools import pairwise

import pytest
from unit.projects.given import ACTORS, START, TEAM, state, task_created

from synergy_projects.domain import decide
from synergy_projects.domain.commands import (
    AddMember,
    ArchiveProject,
    ChangeMemberRole,
    CreateComment,
    CreateSubtask,
    CreateTask,
    DeleteComment,
    DeleteProject,
    DeleteSubtask,
    DeleteTask,
    DeleteTimeLog,
    LogTime,
    PurgeProject,
    RemoveMember,
    RestoreProject,
    StartTimer,
    TransferProject,
    UnarchiveProject,
    UpdateComment,
    UpdateProject,
    UpdateSubtask,
    UpdateTask,
    UpdateTimeLog,
)
from synergy_projects.domain.decide.access import role_of
from synergy_projects.domain.errors import NotAllowed, ProjectArchived, ProjectNotFound, TaskNotFound
from synergy_projects.domain.events import CommentCreated, SubtaskCreated, TimeLogged
from synergy_projects.domain.roles import RIGHTS, Right

OTHERS_TASK, OWN_TASK = 9, 10
EVERYBODY = frozenset({"owner", "manager", "contributor", "member", "viewer", "superuser"})
WORKERS = EVERYBODY - {"viewer"}
MAKERS = WORKERS - {"member"}
LEADERS = frozenset({"owner", "manager", "superuser"})
OWNERS = frozenset({"owner", "superuser"})


def update_project(project, actor):
    return decide.update_project(project, UpdateProject(actor=actor, project_id=12, changes={"name": "Artemis"}))


def delete_project(project, actor):
    return decide.delete_project(project, DeleteProject(actor=actor, project_id=12))


def archive_project(project, actor):
    return decide.archive_project(project, ArchiveProject(actor=actor, project_id=12))


def unarchive_project(project, actor):
    project.archived_at = project.created_at
    return decide.unarchive_project(project, UnarchiveProject(actor=actor, project_id=12))


def restore_project(project, actor):
    project.trashed_at = project.created_at
    return decide.restore_project(project, RestoreProject(actor=actor, project_id=12))


def purge_project(project, actor):
    return decide.purge_project(project, PurgeProject(actor=actor, project_id=12))


def transfer_project(project, actor):
    return decide.transfer_project(project, TransferProject(actor=actor, project_id=12, user_id=88))


def add_member(project, actor):
    return decide.add_member(project, AddMember(actor=actor, project_id=12, user_id=8), user_id=8)


def change_member_role(project, actor):
    command = ChangeMemberRole(actor=actor, project_id=12, user_id=88, role="contributor")
    return decide.change_member_role(project, command)


def remove_member(project, actor):
    return decide.remove_member(project, RemoveMember(actor=actor, project_id=12, user_id=88))


def create_task(project, actor):
    return decide.create_task(project, CreateTask(actor=actor, project_id=12, title="x"), task_id=11)


def rename_task(project, actor):
    return decide.update_task(project, UpdateTask(actor=actor, task_id=OTHERS_TASK, changes={"title": "x"}))


def finish_task(project, actor):
    return decide.update_task(project, UpdateTask(actor=actor, task_id=OTHERS_TASK, changes={"status": "done"}))


def report_hours(project, actor):
    return decide.update_task(project, UpdateTask(actor=actor, task_id=OTHERS_TASK, changes={"actual_hours": 100}))


def delete_other_people_s_task(project, actor):
    return decide.delete_task(project, DeleteTask(actor=actor, task_id=OTHERS_TASK))


def delete_own_task(project, actor):
    project.tasks[OWN_TASK].created_by = actor.user_id
    return decide.delete_task(project, DeleteTask(actor=actor, task_id=OWN_TASK))


def comment(project, actor):
    command = CreateComment(actor=actor, task_id=OTHERS_TASK, content="Hi")
    return decide.create_comment(project, command, comment_id=32, named={})


def change_own_comment(project, actor):
    project.comments[31].author_id = actor.user_id
    command = UpdateComment(actor=actor, task_id=OTHERS_TASK, comment_id=31, content="Ho")
    return decide.update_comment(project, command, named={})


def change_other_people_s_comment(project, actor):
    command = UpdateComment(actor=actor, task_id=OTHERS_TASK, comment_id=31, content="Ho")
    return decide.update_comment(project, command, named={})


def delete_own_comment(project, actor):
    project.comments[31].author_id = actor.user_id
    return delete_other_people_s_comment(project, actor)


def delete_other_people_s_comment(project, actor):
    return decide.delete_comment(project, DeleteComment(actor=actor, task_id=OTHERS_TASK, comment_id=31))


def add_subtask(project, actor):
    command = CreateSubtask(actor=actor, task_id=OTHERS_TASK, title="Sketch")
    return decide.create_subtask(project, command, subtask_id=42)


def rename_subtask(project, actor):
    command = UpdateSubtask(actor=actor, task_id=OTHERS_TASK, subtask_id=41, changes={"title": "Draw"})
    return decide.update_subtask(project, command)


def complete_subtask(project, actor):
    command = UpdateSubtask(actor=actor, task_id=OTHERS_TASK, subtask_id=41, changes={"is_completed": True})
    return decide.update_subtask(project, command)


def delete_subtask(project, actor):
    return decide.delete_subtask(project, DeleteSubtask(actor=actor, task_id=OTHERS_TASK, subtask_id=41))


def log_time(project, actor):
    return decide.log_time(project, LogTime(actor=actor, task_id=OTHERS_TASK, minutes=5), time_log_id=52, now=START)


def correct_own_time(project, actor):
    project.time_logs[51].user_id = actor.user_id
    return correct_other_people_s_time(project, actor)


def correct_other_people_s_time(project, actor):
    command = UpdateTimeLog(actor=actor, task_id=OTHERS_TASK, time_log_id=51, changes={"minutes": 7})
    return decide.update_time_log(project, command, now=START)


def delete_other_people_s_time(project, actor):
    return decide.delete_time_log(project, DeleteTimeLog(actor=actor, task_id=OTHERS_TASK, time_log_id=51))


def start_timer(project, actor):
    return decide.start_timer(project, StartTimer(actor=actor, task_id=OTHERS_TASK), time_log_id=52, now=START)


def read(project, actor):
    return [role_of(project, actor)]


WORK = (
    CommentCreated(comment_id=31, task_id=OTHERS_TASK, author_id=77, content="Hi", mentions=()),
    SubtaskCreated(subtask_id=41, task_id=OTHERS_TASK, title="Sketch", is_completed=False),
    TimeLogged(
        time_log_id=51, task_id=OTHERS_TASK, user_id=77, minutes=5, spent_on=START.date(), note="", started_at=None
    ),
)
MAY = {
    read: EVERYBODY,
    update_project: LEADERS,
    delete_project: OWNERS,
    archive_project: LEADERS,
    unarchive_project: LEADERS,
    restore_project: OWNERS,
    purge_project: OWNERS,
    transfer_project: OWNERS,
    add_member: LEADERS,
    change_member_role: LEADERS,
    remove_member: LEADERS,
    create_task: MAKERS,
    rename_task: MAKERS,
    finish_task: WORKERS,
    report_hours: WORKERS,
    delete_own_task: MAKERS,
    delete_other_people_s_task: LEADERS,
    comment: WORKERS,
    change_own_comment: WORKERS,
    change_other_people_s_comment: frozenset(),
    delete_own_comment: WORKERS,
    delete_other_people_s_comment: LEADERS,
    add_subtask: MAKERS,
    rename_subtask: MAKERS,
    complete_subtask: WORKERS,
    delete_subtask: MAKERS,
    log_time: WORKERS,
    correct_own_time: WORKERS,
    correct_other_people_s_time: LEADERS,
    delete_other_people_s_time: LEADERS,
    start_timer: WORKERS,
}


@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.parametrize("what", MAY, ids=lambda what: what.__name__)
def test_a_role_covers_what_the_table_says_and_outsiders_learn_nothing(what, who):
    project = state(*TEAM, task_created(OTHERS_TASK, created_by=77), task_created(OWN_TASK, number=2), *WORK)
    project.members[88] = "viewer"

    if who in MAY[what]:
        assert what(project, ACTORS[who])
    else:
        with pytest.raises((ProjectNotFound, TaskNotFound) if who == "outsider" else NotAllowed):
            what(project, ACTORS[who])


WRITABLE_WHEN_ARCHIVED = {read, archive_project, unarchive_project, restore_project}


@pytest.mark.parametrize("what", MAY, ids=lambda what: what.__name__)
def test_a_project_that_is_archived_is_read_only(what):
    project = state(*TEAM, task_created(OTHERS_TASK, created_by=77), task_created(OWN_TASK, number=2), *WORK)
    project.members[88] = "viewer"
    project.archived_at = project.created_at

    if what in WRITABLE_WHEN_ARCHIVED:
        what(project, ACTORS["owner"])
    else:
        with pytest.raises(ProjectArchived):
            what(project, ACTORS["owner"])


def test_each_role_covers_all_that_the_one_below_it_does():
    ladder = ["viewer", "member", "contributor", "manager", "owner"]

    assert all(RIGHTS[low] < RIGHTS[high] for low, high in pairwise(ladder))
    assert set(Right) == RIGHTS["owner"]
