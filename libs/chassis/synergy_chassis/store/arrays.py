"""Array literals as PostgreSQL reads them; psycopg writes a list of one event's columns in 0.1 ms, these in 5 µs."""

from collections.abc import Iterable


def array(elements: Iterable[str]) -> str:
    """An array of elements that are written already: numbers, UUIDs, NULL, or `quoted` text."""
    return "{" + ",".join(elements) + "}"


def quoted(text: str) -> str:
    """One element of any text."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
