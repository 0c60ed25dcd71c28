"""Starting, changing and deleting a project."""

from datetime import date
from decimal import Decimal

import pytest
from unit.projects.given import ACTORS, CONTRIBUTOR, MANAGER, OUTSIDER, OWNER, ROOT, TEAM, created, given, state

from synergy_projects.domain import decide
from synergy_projects.domain.commands import (
    ArchiveProject,
    CreateProject,
    DeleteProject,
    PurgeProject,
    RestoreProject,
    TransferProject,
    UnarchiveProject,
    UpdateProject,
)
from synergy_projects.domain.errors import InvalidValue, NotAllowed, ProjectNotFound
from synergy_projects.domain.events import (
    ProjectArchived,
    ProjectCompleted,
    ProjectDeleted,
    ProjectPurged,
    ProjectRestored,
    ProjectTransferred,
    ProjectUnarchived,
    ProjectUpdated,
)


def change(actor=OWNER, **changes):
    return UpdateProject(actor=actor, project_id=12, changes=changes)


def test_who_starts_a_project_owns_it():
    events = decide.create_project(CreateProject(actor=OWNER, name="Apollo", status="active"), project_id=12)

    assert [created()] == events


def test_a_project_that_starts_completed_is_completed_in_a_second_event():
    events = decide.create_project(CreateProject(actor=OWNER, name="Apollo", status="completed"), project_id=12)

    assert [created(status="planning"), ProjectCompleted(was="planning")] == events


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        pytest.param({"name": " \t"}, "/name", id="blank_name"),
        pytest.param({"name": "\u200b\u202e"}, "/name", id="name_of_zero_width"),
        pytest.param({"name": "\u3164"}, "/name", id="name_of_a_filler"),
        pytest.param({"name": "two\nlines"}, "/name", id="name_of_two_lines"),
        pytest.param({"name": "\x1b[31mred"}, "/name", id="name_that_steers_a_terminal"),
        pytest.param({"name": "a\x7f"}, "/name", id="name_with_delete"),
        pytest.param(
            {"start_date": date(2026, 2, 1), "end_date": date(2026, 1, 31)}, "/end_date", id="ends_before_it_starts"
        ),
        pytest.param({"budget": Decimal("-1")}, "/budget", id="negative_budget"),
        pytest.param({"budget": Decimal("1.001")}, "/budget", id="budget_of_three_places"),
    ],
)
def test_a_project_with_impossible_values_is_refused(fields, pointer):
    with pytest.raises(InvalidValue) as no:
        decide.create_project(CreateProject(actor=OWNER, **{"name": "Apollo"} | fields), project_id=12)
    assert pointer == no.value.pointer

    given(
        TEAM,
    ).when(decide.update_project, change(**fields)).refused(InvalidValue, pointer=pointer)


def test_a_change_tells_only_what_changed_and_what_was():
    given(TEAM).when(
        decide.update_project, change(name="Artemis", description="", budget=Decimal("5"), status="on_hold")
    ).then(
        ProjectUpdated(
            changes={"name": "Artemis", "budget": Decimal("5.00"), "status": "on_hold"},
            before={"name": "Apollo", "budget": None, "status": "active"},
        )
    )


def test_a_change_of_nothing_is_no_event():
    given(created(budget=Decimal("5.00"))).when(
        decide.update_project, change(name="Apollo", status="active", budget=Decimal("5.0"))
    ).then()


def test_completion_is_an_event_of_its_own_beside_other_changes():
    given(TEAM).when(decide.update_project, change(name="Artemis", status="completed")).then(
        ProjectUpdated(changes={"name": "Artemis"}, before={"name": "Apollo"}), ProjectCompleted(was="active")
    )


def test_completing_twice_is_no_event():
    given(TEAM, ProjectCompleted(was="active")).when(decide.update_project, change(status="completed")).then()


def test_a_completed_project_becomes_active_again_by_a_change():
    given(TEAM, ProjectCompleted(was="active")).when(decide.update_project, change(status="active")).then(
        ProjectUpdated(changes={"status": "active"}, before={"status": "completed"})
    )


def test_the_fault_is_at_the_date_that_was_sent():
    given(created(end_date=date(2026, 1, 31))).when(decide.update_project, change(start_date=date(2026, 2, 1))).refused(
        InvalidValue, pointer="/start_date"
    )


def test_both_dates_can_move_past_the_old_ones():
    given(created(start_date=date(2026, 1, 1), end_date=date(2026, 1, 31))).when(
        decide.update_project, change(start_date=date(2026, 3, 1), end_date=date(2026, 3, 1))
    ).then(
        ProjectUpdated(
            changes={"start_date": date(2026, 3, 1), "end_date": date(2026, 3, 1)},
            before={"start_date": date(2026, 1, 1), "end_date": date(2026, 1, 31)},
        )
    )


@pytest.mark.parametrize("role", ["contributor", "member", "viewer"])
def test_below_manager_nobody_changes_the_project(role):
    given(TEAM).when(decide.update_project, change(ACTORS[role], name="Mine")).refused(NotAllowed)


@pytest.mark.parametrize("actor", [OWNER, ROOT], ids=["owner", "superuser"])
def test_the_owner_and_superusers_delete_a_project(actor):
    given(TEAM).when(decide.delete_project, DeleteProject(actor=actor, project_id=12)).then(ProjectDeleted())


@pytest.mark.parametrize("role", ["manager", "contributor", "member", "viewer"])
def test_nobody_else_deletes_a_project(role):
    given(TEAM).when(decide.delete_project, DeleteProject(actor=ACTORS[role], project_id=12)).refused(NotAllowed)


def test_outsiders_do_not_learn_that_the_project_exists():
    given(TEAM).when(decide.update_project, change(OUTSIDER, name="Mine")).refused(ProjectNotFound)
    given(TEAM).when(decide.delete_project, DeleteProject(actor=OUTSIDER, project_id=12)).refused(ProjectNotFound)


@pytest.mark.parametrize("actor", [OWNER, MANAGER, ROOT], ids=["owner", "manager", "superuser"])
def test_a_project_in_the_trash_is_not_found_by_anybody(actor):
    given(TEAM, ProjectDeleted()).when(decide.update_project, change(actor, name="x")).refused(ProjectNotFound)


@pytest.mark.parametrize(
    ("before", "decision", "command", "after"),
    [
        pytest.param([], decide.archive_project, ArchiveProject, [ProjectArchived()], id="archived"),
        pytest.param([ProjectArchived()], decide.archive_project, ArchiveProject, [], id="archived_already"),
        pytest.param(
            [ProjectArchived()], decide.unarchive_project, UnarchiveProject, [ProjectUnarchived()], id="unarchived"
        ),
        pytest.param([], decide.unarchive_project, UnarchiveProject, [], id="not_archived_anyway"),
        pytest.param([ProjectDeleted()], decide.restore_project, RestoreProject, [ProjectRestored()], id="restored"),
        pytest.param([], decide.restore_project, RestoreProject, [], id="not_in_the_trash_anyway"),
        pytest.param([ProjectDeleted()], decide.purge_project, PurgeProject, [ProjectPurged()], id="purged"),
        pytest.param([], decide.purge_project, PurgeProject, [ProjectDeleted(), ProjectPurged()], id="purged_at_once"),
    ],
)
def test_a_project_goes_to_a_shelf_and_comes_back(before, decision, command, after):
    given(TEAM, before).when(decision, command(actor=OWNER, project_id=12)).then(*after)


def test_who_is_given_a_project_owns_it_and_who_did_is_a_manager():
    command = TransferProject(actor=OWNER, project_id=12, user_id=CONTRIBUTOR.user_id)
    transferred = ProjectTransferred(owner_id=CONTRIBUTOR.user_id, was=OWNER.user_id, was_role="contributor")
    given(TEAM).when(decide.transfer_project, command).then(transferred)

    project = state(*TEAM, transferred)
    assert (CONTRIBUTOR.user_id, "owner") == (project.owner_id, project.members[CONTRIBUTOR.user_id])
    assert ("manager", 1) == (project.members[OWNER.user_id], list(project.members.values()).count("owner"))
    given(TEAM, transferred).when(decide.transfer_project, command).refused(NotAllowed)
    again = TransferProject(actor=CONTRIBUTOR, project_id=12, user_id=CONTRIBUTOR.user_id)
    given(TEAM, transferred).when(decide.transfer_project, again).then()
    stranger = TransferProject(actor=OWNER, project_id=12, user_id=OUTSIDER.user_id)
    given(TEAM).when(decide.transfer_project, stranger).refused(InvalidValue, pointer="/user_id")
