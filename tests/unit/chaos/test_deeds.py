"""Accounts and subscriptions that are missing, doubled, or not what was acknowledged are found."""

from dataclasses import replace

import pytest
from chaos.deeds import check_deeds, check_neighbours
from chaos.history import Deed, Kind
from chaos.stores import Account, Found, Hook

ANN = "ann"


def a_deed(kind: Kind, value: str = "", *, acknowledged: bool = True) -> Deed:
    return Deed(key="k", kind=kind, subject=ANN, value=value, tries=1, acknowledged=acknowledged)


LIFE = [
    a_deed("register", ANN), a_deed("found", ANN), a_deed("rename", "ann.0"),
    a_deed("subscribe", ANN), a_deed("alter", "ann.1"),
]  # fmt: skip
ACCOUNT = Account(id=7, username=ANN, first_name="ann.0", events=["user.registered", "user.updated"])
HOOK = Hook(first_name=ANN, name="ann.1", events=["webhook.created", "webhook.updated"])
WHOLE = Found(accounts=[ACCOUNT], projects=[(ANN, 7)], known_names={7: "ann.0"}, known_members={(ANN, 7)}, hooks=[HOOK])
GONE = replace(HOOK, name=None, events=[*HOOK.events, "webhook.deleted"])
TWICE = [*ACCOUNT.events, "user.updated"]


@pytest.mark.parametrize(
    ("deeds", "found", "says"),
    [
        pytest.param(LIFE, WHOLE, [], id="all_is_well"),
        pytest.param([*LIFE, a_deed("unsubscribe")], replace(WHOLE, hooks=[GONE]), [], id="and_ended"),
        pytest.param(
            LIFE, replace(WHOLE, accounts=[]),
            ["account ann: 1 acknowledged, 0", "user.registered of ann: 1 ack", "user.updated of ann: 1 ack"],
            id="a_lost_registration",
        ),
        pytest.param(
            LIFE, replace(WHOLE, accounts=[ACCOUNT, replace(ACCOUNT, id=8, events=[])]), ["account ann: 1 asked"],
            id="a_doubled_registration",
        ),
        pytest.param(
            LIFE, replace(WHOLE, accounts=[replace(ACCOUNT, events=["user.updated"])]),
            ["user.registered of ann: 1 acknowledged, 0"], id="a_row_without_its_event",
        ),
        pytest.param(
            LIFE, replace(WHOLE, accounts=[replace(ACCOUNT, events=TWICE)]), ["user.updated of ann: 1 asked for, 2"],
            id="a_doubled_renaming",
        ),
        pytest.param(
            LIFE, replace(WHOLE, accounts=[replace(ACCOUNT, first_name=ANN)]), ["ann is called ann; the"],
            id="a_lost_renaming",
        ),
        pytest.param(LIFE, replace(WHOLE, projects=[]), ["project ann: 1 acknowledged, 0"], id="a_lost_project"),
        pytest.param(
            LIFE, replace(WHOLE, projects=[(ANN, 7)] * 2), ["project ann: 1 asked for, 2"], id="a_doubled_project"
        ),
        pytest.param(
            LIFE, replace(WHOLE, hooks=[]), ["webhook.created of ann: 1 ack", "webhook.updated of ann: 1 ack"],
            id="a_lost_subscription",
        ),
        pytest.param(
            LIFE, replace(WHOLE, hooks=[HOOK, replace(HOOK, events=["webhook.created"])]),
            ["webhook.created of ann: 1 asked for, 2"], id="a_doubled_subscription",
        ),
        pytest.param(
            LIFE, replace(WHOLE, hooks=[replace(HOOK, name=ANN)]), ["webhook ann is called ann; the"],
            id="a_lost_change_of_a_subscription",
        ),
        pytest.param(
            LIFE, replace(WHOLE, hooks=[replace(HOOK, name=None)]), ["its row is gone, its events say otherwise"],
            id="a_row_that_vanished",
        ),
        pytest.param(
            [*LIFE, a_deed("unsubscribe")], WHOLE, ["webhook.deleted of ann: 1 acknowledged, 0"],
            id="a_lost_end_of_a_subscription",
        ),
        pytest.param(LIFE, replace(WHOLE, hooks=[GONE]), ["webhook.deleted of ann: 0 asked"], id="an_end_unasked"),
        pytest.param(
            [*LIFE, a_deed("rename", "ann.2", acknowledged=False)], WHOLE, ["rename of ann was never acknowledged"],
            id="insisted_in_vain",
        ),
        pytest.param([], Found(accounts=[ACCOUNT]), ["ann was never asked for"], id="a_stranger"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_person_s_deeds_is_found(deeds: list[Deed], found: Found, says: list[str]):
    told = list(check_deeds(deeds, found))

    assert len(says) == len(told), told
    assert all(expected in breach for expected, breach in zip(says, told, strict=True))


@pytest.mark.parametrize(
    ("found", "says"),
    [
        pytest.param(WHOLE, [], id="all_is_known"),
        pytest.param(replace(WHOLE, known_names={}), ["projects calls ann None"], id="a_name_that_never_came"),
        pytest.param(replace(WHOLE, known_names={7: ANN}), ["projects calls ann ann, auth ann.0"], id="an_old_name"),
        pytest.param(replace(WHOLE, known_members=set()), ["webhooks does not know"], id="a_member_that_never_came"),
    ],
)
def test_what_the_neighbours_have_not_heard_is_found(found: Found, says: list[str]):
    told = list(check_neighbours(found))

    assert len(says) == len(told), told
    assert all(expected in breach for expected, breach in zip(says, told, strict=True))
