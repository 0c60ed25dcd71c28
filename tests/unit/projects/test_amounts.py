"""Amounts are exact or refused."""

from decimal import Decimal

import pytest

from synergy_projects.domain.amounts import hundredths, money
from synergy_projects.domain.errors import InvalidValue


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, 0), (12.5, 1250), (0.29, 29), (33.33, 3333), (100, 10_000), (1e-2, 1), (99999.99, 9999999)],
)
def test_numbers_with_two_decimals_are_kept_exactly(value, expected):
    assert expected == hundredths(value, "/impact")


@pytest.mark.parametrize("value", [0.001, 33.333, 1e-9, float("nan"), float("inf")])
def test_a_number_with_more_decimals_is_refused(value):
    with pytest.raises(InvalidValue) as no:
        hundredths(value, "/impact")

    assert no.value.pointer == "/impact"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", "0.00"),
        ("-0", "0.00"),
        ("12.5", "12.50"),
        ("1e3", "1000.00"),
        ("5.500", "5.50"),
        ("9999999999999.99",) * 2,
    ],
)
def test_money_has_two_places(value, expected):
    assert expected == str(money(Decimal(value), "/budget"))


@pytest.mark.parametrize(
    "value",
    [
        "-0.01",
        "0.005",
        "NaN",
        "sNaN",
        "Infinity",
        "-Infinity",
        "10000000000000",
        "1e999999",
        "1e-999999",
        "1." + "0" * 5000 + "1",
    ],
)
def test_what_is_no_amount_of_money_is_refused(value):
    with pytest.raises(InvalidValue) as no:
        money(Decimal(value), "/budget")

    assert no.value.pointer == "/budget"


def test_no_budget_is_no_amount():
    assert money(None, "/budget") is None
