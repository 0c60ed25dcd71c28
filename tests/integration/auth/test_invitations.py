"""Invitations to projects: sent once, accepted by one, cancelled, and what lets people register."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest
from integration.auth.acting import PROJECT, accept, caller, invite, latest_token, sent
from integration.auth.conftest import HOME, PASSWORD, Person, context

from synergy_auth import handlers, queries
from synergy_auth.domain import commands
from synergy_auth.domain.account import Profile
from synergy_auth.domain.errors import (
    DomainError,
    InvalidField,
    InvitationNotFound,
    LinkInvalid,
    RegistrationClosed,
    TooManyInvitations,
)
from synergy_auth.domain.invitations import MOST_A_DAY, MOST_TO_ONE
from synergy_chassis.clock import new_id


def check(auth: Person, email: str = "ben@example.com", *, invitation_id: UUID | None = None):
    command = commands.CheckInvitation(
        caller=caller(auth.pair), invitation_id=invitation_id or new_id(), project_id=PROJECT, email=email
    )
    handlers.check_invitation(command, auth.app.needs)


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
    for attempt in (check, invite):
        with pytest.raises(TooManyInvitations):
            attempt(ann, "ben@EXAMPLE.com")
    invite(ann, "eve@example.com")
    ann.passes(days=1)
    invite(ann)


def test_nobody_sends_invitations_by_the_hundreds_and_one_that_was_sent_holds(ann):
    first = invite(ann, "user0@example.com")
    for number in range(1, MOST_A_DAY):
        invite(ann, f"user{number}@example.com")
    with pytest.raises(TooManyInvitations):
        invite(ann)
    with pytest.raises(TooManyInvitations):
        check(ann)
    check(ann, "user0@example.com", invitation_id=first["id"])
    assert first == invite(ann, "user0@example.com", invitation_id=first["id"])

    ann.passes(days=1)
    check(ann)
    invite(ann)


@pytest.mark.parametrize("email", ["ben@example.com\n", "Ben<ben@example.com>", "a@b.c,d", "ben\u202e@example.com"])
def test_only_what_is_an_address_is_invited(ann, email):
    for attempt in (check, invite):
        with pytest.raises(InvalidField) as refused:
            attempt(ann, email)
        assert "/email" == refused.value.pointer
    assert [] == waiting(ann)


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


def test_one_invitation_opens_one_account_and_none_when_who_invited_was_disabled(ann, built):
    invite(ann)
    token = latest_token(ann)
    closed = built(registration="invite", clock=ann.clock)

    def register(name: str, command_id: UUID | None = None):
        command = commands.Register(
            profile=Profile(username=name, email=f"{name}@example.com"), password=PASSWORD, client=replace(HOME),
            invitation=token,
        )  # fmt: skip
        try:
            return closed.app.register(command, context(command_id))["user"]["username"]
        except DomainError as no:
            return no.code

    names, again = ["ben", "eve", "joe"], new_id()
    with ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(register, names))
    assert 2 == outcomes.count("registration-closed"), outcomes
    assert 1 == len(set(outcomes) & set(names)), outcomes
    invite(ann)
    token = latest_token(ann)
    assert ["kim", "kim"] == [register("kim", again) for _ in range(2)]  # the same request: the same account
    invite(ann)
    token = latest_token(ann)
    ann.write("UPDATE users SET is_active = false WHERE username = 'ann'")
    assert "registration-closed" == register("lea")


def test_who_is_erased_leaves_no_invitation_behind(ann, ben):
    invite(ann)

    ann.app.erase_user("ben", dry_run=False)

    assert [] == ann.rows("SELECT id FROM invitations")
