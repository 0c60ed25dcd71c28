"""Joining, leaving, and what people may be."""

from uuid import UUID

import pytest
from unit.projects.given import ACTORS, CONTRIBUTOR, MANAGER, MEMBER, OUTSIDER, OWNER, ROOT, TEAM, given, task_created

from synergy_projects.domain import decide
from synergy_projects.domain.commands import AcceptInvitation, AddMember, ChangeMemberRole, InviteMember, RemoveMember
from synergy_projects.domain.errors import (
    AlreadyAMember,
    InvitationCancelled,
    MemberNotFound,
    NotAllowed,
    OwnerRequired,
    ProjectNotFound,
)
from synergy_projects.domain.events import (
    MemberAdded,
    MemberInvited,
    MemberRemoved,
    MemberRoleChanged,
    ProjectDeleted,
    TaskDeleted,
    TaskUpdated,
)


def add(actor, role="member"):
    return AddMember(actor=actor, project_id=12, user_id=8, role=role)


def remove(actor, user_id):
    return RemoveMember(actor=actor, project_id=12, user_id=user_id)


def change(actor, user_id, role):
    return ChangeMemberRole(actor=actor, project_id=12, user_id=user_id, role=role)


@pytest.mark.parametrize("actor", [OWNER, MANAGER, ROOT], ids=["owner", "manager", "superuser"])
def test_owner_manager_and_superuser_let_people_in(actor):
    given(TEAM).when(decide.add_member, add(actor, "viewer"), user_id=8).then(MemberAdded(user_id=8, role="viewer"))


@pytest.mark.parametrize("role", ["contributor", "member", "viewer"])
def test_others_let_nobody_in(role):
    given(TEAM).when(decide.add_member, add(ACTORS[role]), user_id=8).refused(NotAllowed)


def test_outsiders_cannot_let_themselves_in():
    given(TEAM).when(decide.add_member, add(OUTSIDER), user_id=OUTSIDER.user_id).refused(ProjectNotFound)


def test_a_member_cannot_join_twice():
    given(TEAM).when(decide.add_member, add(OWNER), user_id=MEMBER.user_id).refused(AlreadyAMember)


INVITATION = UUID(int=7)


def accept(invited_by, actor=OUTSIDER, role="member"):
    return AcceptInvitation(actor=actor, project_id=12, role=role, invited_by=invited_by)


@pytest.mark.parametrize("actor", [OWNER, MANAGER, ROOT], ids=["owner", "manager", "superuser"])
def test_whoever_may_let_people_in_may_invite_and_who_is_invited_may_join(actor):
    invite = InviteMember(actor=actor, project_id=12, role="viewer")
    invited = MemberInvited(invitation_id=INVITATION, role="viewer")

    given(TEAM).when(decide.invite_member, invite, invitation_id=INVITATION).then(invited)
    given(TEAM, invited).when(decide.accept_invitation, accept(actor, role="viewer")).then(
        MemberAdded(user_id=OUTSIDER.user_id, role="viewer")
    )


@pytest.mark.parametrize("role", ["contributor", "member", "viewer"])
def test_others_invite_nobody(role):
    invite = InviteMember(actor=ACTORS[role], project_id=12)

    given(TEAM).when(decide.invite_member, invite, invitation_id=INVITATION).refused(NotAllowed)


def test_an_invitation_does_not_hold_once_who_invited_lost_the_right():
    left = MemberRemoved(user_id=MANAGER.user_id, was="manager")
    lowered = MemberRoleChanged(user_id=MANAGER.user_id, role="member", was="manager")

    for event in (left, lowered, ProjectDeleted()):
        given(TEAM, event).when(decide.accept_invitation, accept(MANAGER)).refused(InvitationCancelled)


def test_who_is_in_already_keeps_the_role():
    given(TEAM).when(decide.accept_invitation, accept(OWNER, actor=MEMBER, role="manager")).then()


def test_another_role_tells_the_old_one():
    given(TEAM).when(decide.change_member_role, change(MANAGER, MEMBER.user_id, "viewer")).then(
        MemberRoleChanged(user_id=MEMBER.user_id, role="viewer", was="member")
    )


def test_the_same_role_again_is_no_event():
    given(TEAM).when(decide.change_member_role, change(OWNER, MEMBER.user_id, "member")).then()


def test_nobody_promotes_himself():
    given(TEAM).when(decide.change_member_role, change(MEMBER, MEMBER.user_id, "manager")).refused(NotAllowed)


@pytest.mark.parametrize("actor", [OWNER, MANAGER, ROOT], ids=["owner", "manager", "superuser"])
def test_there_is_always_an_owner(actor):
    given(TEAM).when(decide.remove_member, remove(actor, OWNER.user_id)).refused(OwnerRequired)
    given(TEAM).when(decide.change_member_role, change(actor, OWNER.user_id, "member")).refused(OwnerRequired)


def test_who_is_not_in_the_project_cannot_be_taken_out_or_promoted():
    given(TEAM).when(decide.remove_member, remove(OWNER, 99)).refused(MemberNotFound)
    given(TEAM).when(decide.change_member_role, change(OWNER, 99, "viewer")).refused(MemberNotFound)


@pytest.mark.parametrize("role", ["manager", "contributor", "member", "viewer"])
def test_everyone_but_the_owner_may_leave(role):
    actor = ACTORS[role]

    given(TEAM).when(decide.remove_member, remove(actor, actor.user_id)).then(
        MemberRemoved(user_id=actor.user_id, was=role)
    )


@pytest.mark.parametrize("role", ["contributor", "member", "viewer"])
def test_below_manager_nobody_takes_others_out(role):
    given(TEAM).when(decide.remove_member, remove(ACTORS[role], MANAGER.user_id)).refused(NotAllowed)


def test_who_leaves_is_taken_off_the_tasks_first():
    both = (MEMBER.user_id, CONTRIBUTOR.user_id)
    history = [
        *TEAM,
        task_created(9, assignees=both),
        task_created(10, number=2, assignees=both),
        TaskDeleted(task_id=10),
    ]

    given(history).when(decide.remove_member, remove(OWNER, MEMBER.user_id)).then(
        TaskUpdated(task_id=9, changes={"assignees": (CONTRIBUTOR.user_id,)}, before={"assignees": both}),
        MemberRemoved(user_id=MEMBER.user_id, was="member"),
    )
