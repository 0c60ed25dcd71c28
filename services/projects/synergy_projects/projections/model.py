"""The rows of whole streams, for the rebuild."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table

from synergy_chassis.store.models import Fact
from synergy_projects.domain.project import Project, evolve
from synergy_projects.projections.codec import CODEC
from synergy_projects.projections.shapes import INLINE, SHAPES, tuples


class ProjectModel:
    """The inline model of the project streams, for the rebuild: a stream's rows are the rows of its fold."""

    name = "project"
    category = "project"
    tables: Sequence[Table] = tuple(INLINE.values())
    keys: Mapping[str, str] = {name: shape.key for name, shape in SHAPES.items()}

    def key(self, stream: str) -> int:
        """The id that selects a stream's rows in each table."""
        return int(stream.removeprefix("project-"))

    def stream(self, key: int) -> str:
        """The stream of rows with this id."""
        return f"project-{key}"

    def fold(self, facts: Iterable[Fact]) -> Mapping[str, Sequence[tuple[Any, ...]]]:
        """The full rows of a stream's events, table by table."""
        project: Project | None = None
        read = CODEC.read
        for fact in facts:
            project = evolve(project, read(fact), version=fact[1], at=fact[5])
        return tuples(project)
