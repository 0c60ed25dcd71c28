"""
Keys that order tasks: text that sorts byte by byte, with room between any two.

A key is a place and a fraction. The place is a whole number: a letter that tells how many digits follow (`a` one, `b`
two …; `Z` one, `Y` two … below 0), then the digits. The fraction is further digits, the last of them no 0. First and
last are new places, so only what is put between the same two again and again makes keys longer: a sixth of a digit each
time.
"""

from typing import Final

DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE: Final = len(DIGITS)
LONGEST: Final = 32
"""Keys beyond this length are a reason to spread their neighbourhood."""


def placed(number: int) -> str:
    """The key of a place without a fraction."""
    below = number < 0
    rest, length = (-number - 1 if below else number), 1
    while rest >= _BASE**length:
        rest -= _BASE**length
        length += 1
    if below:
        rest = _BASE**length - 1 - rest
    digits = ""
    for _ in range(length):
        rest, digit = divmod(rest, _BASE)
        digits = DIGITS[digit] + digits
    return (chr(ord("Z") - length + 1) if below else chr(ord("a") + length - 1)) + digits


def place(key: str) -> int:
    """The place of a key."""
    whole, _ = _parted(key)
    length, below = len(whole) - 1, whole[0] < "a"
    rest = 0
    for digit in whole[1:]:
        rest = rest * _BASE + DIGITS.index(digit)
    before: int = sum(_BASE**shorter for shorter in range(1, length))
    return -(_BASE**length - 1 - rest + before) - 1 if below else rest + before


def between(low: str | None, high: str | None) -> str:
    """A key after `low` and before `high`; None for nothing there. Raises ValueError if they are not in order."""
    if low is None:
        if high is None:
            return placed(0)
        whole, fraction = _parted(high)
        return whole if fraction else placed(place(high) - 1)
    if high is None:
        return placed(place(low) + 1)
    if low >= high:
        raise ValueError(f"{low} is not before {high}.")
    whole, fraction = _parted(low)
    other, most = _parted(high)
    if whole == other:
        return whole + _middle(fraction, most)
    following = placed(place(low) + 1)
    return following if following < high else whole + _middle(fraction, None)


def spread(count: int, low: str | None, high: str | None) -> list[str]:
    """So many keys after `low` and before `high`, in order, as short as halving makes them."""
    if low is None or high is None:
        return _in_a_row(count, low, high)
    if not count:
        return []
    middle, before = between(low, high), count // 2
    return [*spread(before, low, middle), middle, *spread(count - before - 1, middle, high)]


def _in_a_row(count: int, low: str | None, high: str | None) -> list[str]:
    first = place(high) - count if high is not None else place(low) + 1 if low is not None else 0
    return [placed(first + number) for number in range(count)]


def _parted(key: str) -> tuple[str, str]:
    length = 2 + (ord(key[0]) - ord("a") if key[0] >= "a" else ord("Z") - ord(key[0]))
    return key[:length], key[length:]


def _middle(low: str, high: str | None) -> str:
    """The digits of a fraction between two; `high` None stands for the next place."""
    shared = 0
    while high is not None and shared < len(high) and (low[shared : shared + 1] or "0") == high[shared]:
        shared += 1
    if shared and high is not None:
        return high[:shared] + _middle(low[shared:], high[shared:])
    first = DIGITS.index(low[0]) if low else 0
    last = DIGITS.index(high[0]) if high else _BASE
    if last - first > 1:
        return DIGITS[(first + last) // 2]
    if high and len(high) > 1:
        return high[0]
    return DIGITS[first] + _middle(low[1:], None)
