"""Who hears what happens to accounts."""

import pytest

from synergy_webhooks.domain.accounts import USUAL, Account, Accounts

ROOT, ANN = 1, 2


def heard(*told: tuple[str, int] | tuple[str, int, bool]) -> list[set[int]]:
    accounts = Accounts({ROOT: Account(is_superuser=True)})
    data = [{"user_id": user, **({"is_superuser": rights[0]} if rights else {})} for _, user, *rights in told]
    return [set(accounts.audience(type, about)) for (type, *_), about in zip(told, data, strict=True)]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param([("user.registered", ANN), ("user.updated", ANN)], [{ROOT}, {ROOT}], id="superusers_hear"),
        pytest.param(
            [("user.rights_changed", ANN, True), ("user.updated", ANN)], [{ROOT, ANN}, {ROOT, ANN}],
            id="who_is_made_one_hears_of_it",
        ),
        pytest.param(
            [("user.rights_changed", ROOT, False), ("user.updated", ANN)], [{ROOT}, set()],
            id="who_is_unmade_hears_of_that_and_nothing_later",
        ),
        pytest.param(
            [("user.disabled", ROOT), ("user.updated", ANN), ("user.enabled", ROOT), ("user.updated", ANN)],
            [{ROOT}, set(), {ROOT}, {ROOT}],
            id="who_is_disabled_hears_nothing_meanwhile",
        ),
        pytest.param(
            [("user.disabled", ANN), ("user.rights_changed", ANN, True), ("user.enabled", ANN)],
            [{ROOT}, {ROOT}, {ROOT, ANN}],
            id="made_one_while_disabled",
        ),
        pytest.param([("user.erased", ROOT), ("user.registered", ANN)], [{ROOT}, set()], id="erased"),
    ],
)  # fmt: skip
def test_an_event_is_heard_by_superusers_right_before_or_right_after_it(told, expected):
    assert expected == heard(*told)


def test_only_what_is_unusual_is_kept():
    accounts = Accounts()
    for type in ("user.registered", "user.disabled", "user.enabled"):
        accounts.audience(type, {"user_id": ANN})

    assert {} == accounts.unusual
    assert not USUAL.hears
