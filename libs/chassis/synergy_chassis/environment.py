"""Reads settings from environment variables, and says which one is missing or wrong."""

from collections.abc import Mapping
from typing import Final


class MissingSetting(Exception):
    """A variable without a default is not set, or holds something else than it should. The text says what to do."""


class _Required:
    """Marks a setting that has no default."""


REQUIRED: Final = _Required()


def text(env: Mapping[str, str], name: str, default: str | _Required = REQUIRED) -> str:
    """The variable `name`, stripped. An empty value counts as not set. Raises MissingSetting without a default."""
    value = env.get(name, "").strip()
    if value:
        return value
    if isinstance(default, _Required):
        raise MissingSetting(f"Set {name} in the environment: it has no default.")
    return default


def integer(
    env: Mapping[str, str], name: str, default: int | _Required = REQUIRED, *, minimum: int | None = None
) -> int:
    """The variable `name` as a whole number, not below `minimum`. Raises MissingSetting."""
    value = text(env, name, "" if isinstance(default, int) else REQUIRED)
    if not value and isinstance(default, int):
        return default
    try:
        number = int(value)
    except ValueError:
        raise MissingSetting(f"Set {name} to a whole number; it is {value!r}.") from None
    if minimum is not None and number < minimum:
        raise MissingSetting(f"Set {name} to {minimum} or more; it is {number}.")
    return number


def switch(env: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    """The variable `name` as true or false, in the words that people use for it. Raises MissingSetting."""
    value = text(env, name, default="").lower()
    if value in ("true", "1", "yes", "on"):
        return True
    if value in ("false", "0", "no", "off"):
        return False
    if value:
        raise MissingSetting(f"Set {name} to true or false; it is {value!r}.")
    return default
