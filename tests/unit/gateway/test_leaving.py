"""An account is erased only while projects keep its owner from starting any."""

import pytest

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_contracts.refusals import Refused

LEAVING = ["projects.prepare_leaving", "auth.erase_account", "projects.stay"]


@pytest.fixture
def leaving(ann, neighbours):
    """What is asked of whom when Ann erases her account, and what she is answered."""
    for method in LEAVING:
        neighbours.answers.setdefault(method, b"null")
    neighbours.answers["webhooks.list_webhooks"] = {"count": 0, "results": []}

    def leave():
        answer = ann.request("DELETE", "/api/auth/user/", json={"password": "correct horse"})
        return answer.status_code, [name for name, *_ in neighbours.calls if name in LEAVING]

    return leave


def test_projects_are_asked_first_and_auth_then(leaving):
    assert (204, LEAVING[:2]) == leaving()


def test_who_owns_projects_is_not_erased(leaving, neighbours):
    neighbours.answers["projects.prepare_leaving"] = Refused("conflict", "projects-owned", "You own “Apollo” (3).")

    assert (409, LEAVING[:1]) == leaving()


def test_who_is_not_erased_may_start_projects_again(leaving, neighbours):
    neighbours.answers["auth.erase_account"] = Refused("invalid", "wrong-password", "This is not your password.")

    assert (422, LEAVING) == leaving()
    attempts = {headers["synergy-command-id"] for name, _, headers, _ in neighbours.calls if name in LEAVING}
    assert 1 == len(attempts)


@pytest.mark.parametrize("stay", [RpcTimeout("projects.stay"), Refused("invalid", "x", "x")], ids=["late", "refused"])
def test_where_that_cannot_be_told_the_answer_is_the_same(leaving, neighbours, stay):
    neighbours.answers["auth.erase_account"] = Refused("invalid", "wrong-password", "This is not your password.")
    neighbours.answers["projects.stay"] = stay

    assert (422, LEAVING) == leaving()


@pytest.mark.parametrize(
    ("unclear", "status"),
    [
        pytest.param(RpcTimeout("auth.erase_account"), 503, id="no_answer"),
        pytest.param(RpcUnavailable("auth.erase_account"), 503, id="no_bus"),
        pytest.param(Refused("unavailable", "store-unavailable", "Try again."), 503, id="no_store_at_the_commit"),
        pytest.param(Refused("internal", "internal-error", "Something went wrong."), 500, id="broken_down"),
        pytest.param(Refused("new_kind", "new", "A newer auth says this."), 500, id="a_kind_of_tomorrow"),
    ],
)
def test_while_it_is_not_known_whether_the_account_is_gone_it_starts_no_project(leaving, neighbours, unclear, status):
    neighbours.answers["auth.erase_account"] = unclear

    assert (status, LEAVING[:2]) == leaving()
