"""Our own format: what an export writes, as JSON."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from synergy_contracts.documents import FORMAT
from synergy_projects.documents import source
from synergy_projects.documents.scanning import elements
from synergy_projects.documents.source import Chunks
from synergy_projects.domain.importing import Faults, ImportedProject, ImportedTask

VERSION: Final = 1
_LISTS: Final[dict[str, Callable[[Any, int, Faults], Iterator[Any]]]] = {
    "members": source.member,
    "labels": source.label,
    "milestones": source.milestone,
    "sprints": source.sprint,
}
_TASKS: Final = "tasks"
_FIXED: Final = {"format": FORMAT, "version": VERSION}


class NativeSource:
    """A document of this format."""

    def __init__(self, chunks: Chunks, name: str | None) -> None:
        self._chunks = chunks
        self._name = name

    def project(self, faults: Faults) -> ImportedProject | None:
        """See Source."""
        lists: dict[str, list[Any]] = {name: [] for name in _LISTS}
        fields: tuple[Any, int] | None = None
        missing = dict(_FIXED)
        for key, value, line in elements(self._chunks()):
            if key in _LISTS:
                lists[key] += _LISTS[key](value, line, faults)
            elif key == "project":
                fields = value, line
            elif key in _FIXED:
                del missing[key]
                if value != _FIXED[key]:
                    faults.add(line, f"{key}: is {_FIXED[key]!r} in a document that can be read here.")
            elif key != _TASKS:
                faults.add(line, f"{key[:60]}: is not a field here.")
        for key, wanted in missing.items():
            faults.add(1, f"{key}: is required, and is {wanted!r}.")
        if fields is None:
            faults.add(1, "project: is required.")
            return None
        value, line = fields
        if self._name is not None and isinstance(value, dict):
            value = value | {"name": self._name}
        return source.project(value, line, faults, **{name: tuple(found) for name, found in lists.items()})

    def tasks(self, faults: Faults) -> Iterator[ImportedTask]:
        """See Source."""
        for key, value, line in elements(self._chunks()):
            if key == _TASKS:
                yield from source.task(value, line, faults)
