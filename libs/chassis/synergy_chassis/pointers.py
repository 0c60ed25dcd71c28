"""Walks through JSON and names places in it (RFC 6901), in time and memory that depth cannot blow up."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

LONGEST_STEP: Final = 200
"""Characters of a key that a pointer repeats; of a longer key, only its beginning is told."""
MOST_STEPS: Final = 20
"""Steps of a pointer. What lies deeper is told by the place around it."""

Place = tuple[Any, str | int] | None
"""A place as (the place around it, the step from there); None is the whole. Cheap to make, written out on demand."""


def walk(value: object) -> Iterator[tuple[Place, object]]:
    """
    Every scalar in `value` with its place, and every key with that of its object, as they come. No recursion; what is
    kept grows with the depth alone.

    Raises TypeError for a key that is not text.
    """
    pending: list[Iterator[tuple[Place, object]]] = [iter([(None, value)])]
    while pending:
        for place, item in pending[-1]:
            if isinstance(item, Mapping):
                for key in item:
                    if not isinstance(key, str):
                        raise TypeError(f"{pointer(place) or '/'}: the key {key!r} is not text.")
                    yield place, key
                pending.append(_members(place, item))
                break
            if isinstance(item, list | tuple):
                pending.append(_entries(place, item))
                break
            yield place, item
        else:
            pending.pop()


def _members(place: Place, item: Mapping[str, object]) -> Iterator[tuple[Place, object]]:
    return (((place, key), child) for key, child in item.items())


def _entries(place: Place, item: list[object] | tuple[object, ...]) -> Iterator[tuple[Place, object]]:
    return (((place, index), child) for index, child in enumerate(item))


def pointer(place: Place) -> str:
    """The place as a JSON pointer (its first MOST_STEPS steps); "" is the whole."""
    steps = []
    while place is not None:
        place, step = place
        steps.append(step)
    return "".join("/" + escaped(str(step)) for step in steps[: -MOST_STEPS - 1 : -1])


def escaped(step: str) -> str:
    """A key as it stands in a pointer; a long one is cut."""
    if len(step) > LONGEST_STEP:
        step = step[:LONGEST_STEP] + "…"
    return step.replace("~", "~0").replace("/", "~1")


def half_surrogate(text: str) -> bool:
    """Whether `text` holds half of a surrogate pair, which no encoding can write."""
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
