"""What people ask of labels."""

from dataclasses import dataclass

from synergy_projects.domain.commands.actor import Actor
from synergy_projects.domain.fields import LabelPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateLabel:
    """Make a label before its first use. `color` is `#rrggbb`; None picks one."""

    actor: Actor
    project_id: int
    name: str
    color: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateLabel:
    """Change these fields of a label, in all tasks that have it."""

    actor: Actor
    label_id: int
    changes: LabelPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteLabel:
    """Take a label from all tasks and out of the project."""

    actor: Actor
    label_id: int
