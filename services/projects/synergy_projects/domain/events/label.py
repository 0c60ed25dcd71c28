"""What happened to a label. Tasks hold its name."""

from dataclasses import dataclass
from typing import Final

from synergy_projects.domain.fields import LabelPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelCreated:
    """A label is in the project, made for itself or by its first use. `color` is `#rrggbb`."""

    label_id: int
    name: str
    color: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelUpdated:
    """Fields of a label changed; another name is that of the label in every task, without an event for each."""

    label_id: int
    changes: LabelPatch
    before: LabelPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelDeleted:
    """A label is gone. It was called `name`; tasks lost it before, by events of their own."""

    label_id: int
    name: str


LabelEvent = LabelCreated | LabelUpdated | LabelDeleted

STORED_AS: Final[dict[str, type]] = {
    "label.created": LabelCreated,
    "label.updated": LabelUpdated,
    "label.deleted": LabelDeleted,
}


def entity(event: LabelEvent) -> str:
    """`label-<label id>`."""
    return f"label-{event.label_id}"
