"""Query strings: unknown or wrong parameters are refused by name."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergy_contracts.projects import ListMembers, ListProjects
from synergy_contracts.tasks import ListTasks
from synergy_contracts.webhooks import ListWebhooks
from synergy_gateway.parameters import NoParameters, decode
from synergy_gateway.problems import Problem


def test_text_becomes_what_the_parameter_takes():
    asked = decode(
        ListTasks, b"project=3&status=todo&due_before=2026-02-01&page=2&page_size=10&search=a%20b&ordering=-id"
    )

    assert asked == ListTasks(
        project=3, status=["todo"], due_before=date(2026, 2, 1), page=2, page_size=10, search="a b", ordering="-id"
    )


def test_without_parameters_the_defaults_stand():
    assert ListProjects() == decode(ListProjects, b"")


def test_truth_values():
    assert decode(ListProjects, b"all=true").all is True


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("colour=red", "colour"),
        ("page=0", "page"),
        ("page=x", "page"),
        ("page=", "page"),
        ("page=1&page=2", "page"),
        ("page=1e30", "page"),
        ("page=1e0", "page"),
        ("page=1.0", "page"),
        ("page=1_0", "page"),
        ("page=%D9%A5", "page"),
        ("page=%201%20", "page"),
        ("page=" + "9" * 5000, "page"),
        ("page_size=201", "page_size"),
        ("page_size=-1", "page_size"),
        ("status=sleeping", "status"),
        ("status=", "status"),
        ("ordering=password", "ordering"),
        ("search=%00", "search"),
        ("page=99999999", "page"),
        ("page=201&page_size=50", "page"),
        ("all=maybe", "all"),
        ("PAGE=1", "PAGE"),
        ("project_id=1", "project_id"),
    ],
)
def test_a_bad_parameter_is_refused_by_name(query, name):
    with pytest.raises(Problem) as raised:
        decode(ListProjects, query.encode())

    assert raised.value.status == 400
    assert [name] == [error.parameter for error in raised.value.errors]
    assert name in raised.value.detail


@pytest.mark.parametrize(
    ("kind", "instead"),
    [
        pytest.param(ListTasks, "begin with cursor=start, and follow next", id="a_cursor"),
        pytest.param(
            ListProjects, "narrow the list with filters, or turn it round with ordering", id="filters_and_order"
        ),
        pytest.param(ListWebhooks, "narrow the list with filters", id="filters"),
        pytest.param(ListMembers, "nothing beyond it can be listed", id="neither"),
    ],
)
def test_a_page_too_deep_says_what_leads_there(kind, instead):
    fixed = {"project_id": 5} if kind is ListMembers else {}

    with pytest.raises(Problem) as raised:
        decode(kind, b"page=10001&page_size=1", fixed=fixed)

    assert raised.value.detail == f"The query is not valid: page reaches past row 10,000; {instead}."
    assert decode(kind, b"page=10000&page_size=1", fixed=fixed).page == 10_000


def test_all_bad_parameters_are_told_at_once():
    with pytest.raises(Problem) as raised:
        decode(ListTasks, b"x=1&page=no&status=no&project=1&project=2")

    assert {"x", "page", "status", "project"} == {error.parameter for error in raised.value.errors}


def test_what_the_address_holds_is_no_parameter():
    assert decode(ListMembers, b"page=2", fixed={"project_id": 5}) == ListMembers(project_id=5, page=2)
    with pytest.raises(Problem):
        decode(ListMembers, b"project_id=6", fixed={"project_id": 5})


def test_an_operation_without_parameters_takes_none():
    with pytest.raises(Problem, match="x is not a parameter here"):
        decode(NoParameters, b"x=1")


@given(query=st.binary(max_size=200))
def test_whatever_is_asked_is_taken_or_refused(query):
    status = 200
    try:
        decode(ListTasks, query)
    except Problem as problem:
        status = problem.status

    assert status in (200, 400)
