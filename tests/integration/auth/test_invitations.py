"""Invitations to projects: sent once, accepted by one, cancelled, and what lets people register."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest
from integration.auth.acting import caller, latest_token, sent
from integration.auth.conftest import HOME, PASSWORD, Person, context

from synergy_auth import handlers, queries
from synergy_auth.domain import commands
from synergy_auth.domain.account import Profile
from synergy_auth.domain.errors import (
    DomainError,
    InvitationNotFound,
    LinkInvalid,
    RegistrationClosed,
    TooManyInvitations,
)
from synergy_auth.domain.invitations import MOST_A_DAY, MOST_TO_ONE
from synergy_chassis.clock import new_id

PROJECT = 12


def invite(auth: Person, email: str = "ben@example.com", *, invitation_id: UUID | None = None):
    command = commands.SendInvitation(
        caller=caller(auth.pair), invitation_id=invitation_id or new_id(), project_id=PROJECT,
        project_name="Apollo\r\nBcc: eve@example.com", role="viewer", email=email,
    )  # fmt: skip
    return handlers.send_invitation(command, auth.app.needs)


def accept(auth: Person, pair, token: str):
    return handlers.accept_invitation(commands.AcceptInvitation(caller=caller(pair), token=token), auth.app.needs)


def cancel(auth: Person, invitation_id: UUID, project_id: int = PROJECT, **more: UUID):
    command = commands.CancelInvitation(caller=caller(auth.pair), project_id=project_id, invitation_id=invitation_id)
    auth.app.do(handlers.cancel_invitation, command, context(**more))


def waiting(auth: Person) -> list[str]:
    found = auth.app.ask(queries.list_invitations, PROJECT, now=auth.clock.now(), page=1, page_size=50)
    return [one["email"] for one in found["results"]]


@pytest.fixture
def ann(posted):
    return posted


@pytest.fixture
def ben(ann):
    return ann.register("ben")


def test_an_invitation_is_sent_once_accepted_once_and_told_to_nobody_else(ann, ben):
    again = new_id()
    sent(ann)
    first, second = (invite(ann, invitation_id=again) for _ in range(2))

    assert first == second
    assert ["ben@example.com"] == waiting(ann)
    assert [("ben@example.com", "You are invited to Apollo Bcc: eve@example.com")] == sent(ann)
    token = latest_token(ann)
    told = accept(ann, ben, token)
    assert (PROJECT, "viewer", ann.pair["user"]["id"], False) == tuple(told.values())
    assert told == accept(ann, ben, token)  # joining may have failed
    with pytest.raises(LinkInvalid):
        accept(ann, ann.register("eve"), token)
    assert [] == waiting(ann)


def test_of_two_who_accept_at_once_one_has_it(ann, ben):
    eve = ann.register("eve")
    invite(ann)
    token = latest_token(ann)

    def attempt(pair) -> str:
        try:
            return accept(ann, pair, token)["role"]
        except DomainError as no:
            return no.code

    with ThreadPoolExecutor(2) as pool:
        assert ["link-invalid", "viewer"] == sorted(pool.map(attempt, [ben, eve]))


@pytest.mark.parametrize("why", ["expired", "cancelled", "inviter_disabled", "unknown"])
def test_an_invitation_that_does_not_hold_is_refused(ann, ben, why):
    made = invite(ann)
    token = latest_token(ann)
    match why:
        case "expired":
            ann.passes(days=14)
        case "cancelled":
            cancel(ann, made["id"])
        case "inviter_disabled":
            ann.write("UPDATE users SET is_active = false WHERE username = 'ann'")
        case "unknown":
            token = "x" * 43

    with pytest.raises(LinkInvalid):
        accept(ann, ben, token)


def test_only_what_waits_for_an_answer_can_be_cancelled(ann, ben):
    made = invite(ann)

    for invitation_id, project_id in ((new_id(), PROJECT), (made["id"], PROJECT + 1)):
        with pytest.raises(InvitationNotFound):
            cancel(ann, invitation_id, project_id)
    once = new_id()
    for _ in range(2):
        cancel(ann, made["id"], command_id=once)
    with pytest.raises(InvitationNotFound):
        cancel(ann, made["id"])
    assert [] == waiting(ann)


def test_nobody_is_flooded_with_invitations(ann):
    for _ in range(MOST_TO_ONE):
        invite(ann, "Ben@example.com")
    with pytest.raises(TooManyInvitations):
        invite(ann, "ben@EXAMPLE.com")
    invite(ann, "eve@example.com")
    ann.passes(days=1)
    invite(ann)


def test_nobody_sends_invitations_by_the_hundreds(ann):
    for number in range(MOST_A_DAY):
        invite(ann, f"user{number}@example.com")
    with pytest.raises(TooManyInvitations):
        invite(ann)
    ann.passes(days=1)
    invite(ann)


def test_where_people_are_invited_an_invitation_lets_one_register(ann, built):
    invite(ann)
    token = latest_token(ann)
    closed = built(registration="invite", clock=ann.clock)

    def register(name: str, invitation: str | None):
        command = commands.Register(
            profile=Profile(username=name, email=f"{name}@example.com"), password=PASSWORD,
            client=replace(HOME), invitation=invitation,
        )  # fmt: skip
        return closed.app.register(command, context())

    for invitation in (None, "x" * 43):
        with pytest.raises(RegistrationClosed):
            register("ben", invitation)
    ben = register("ben", token)
    accept(ann, ben, token)
    with pytest.raises(RegistrationClosed):
        register("eve", token)


def test_who_is_erased_leaves_no_invitation_behind(ann, ben):
    invite(ann)

    ann.app.erase_user("ben", dry_run=False)

    assert [] == ann.rows("SELECT id FROM invitations")
