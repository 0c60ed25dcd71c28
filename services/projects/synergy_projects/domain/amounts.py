"""Exact amounts: hundredths of impact and hours, money with two places."""

from decimal import Decimal
from typing import Final

from synergy_projects.domain.errors import InvalidValue

_CENT: Final = Decimal("0.01")
BUDGET_MAX: Final = Decimal("9999999999999.99")


def hundredths(value: float, pointer: str) -> int:
    """
    The number `value` in hundredths: 12.5 is 1250.

    Raises InvalidValue at `pointer` if it has more than two decimals.
    """
    exact = Decimal(repr(value)) * 100
    if not exact.is_finite() or exact != exact.to_integral_value():
        raise InvalidValue(pointer, "Give at most two decimals.")
    return int(exact)


def money(value: Decimal | None, pointer: str) -> Decimal | None:
    """
    The amount with exactly two places, or None for none.

    Raises InvalidValue at `pointer` for more than two places, a negative amount, no number, or more than BUDGET_MAX.
    """
    if value is None:
        return None
    if not value.is_finite() or value < 0:
        raise InvalidValue(pointer, "Give an amount of 0 or more.")
    if value > BUDGET_MAX:
        raise InvalidValue(pointer, f"Give an amount of at most {BUDGET_MAX}.")
    rounded = value.copy_abs().quantize(_CENT)
    if rounded != value:
        raise InvalidValue(pointer, "Give an amount with at most two places.")
    return rounded
