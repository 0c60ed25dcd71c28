"""Search over everything the caller may see."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from synergy_contracts.envelope import PageRequest, PositiveId

Kind = Literal["task", "comment", "project"]


class Search(PageRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Words to look for in the caller's projects, best first. `"in quotes"` together, `or`, `-without`; the last word may
    be the beginning of one; `#12` is the task of that number. `types`: only these; `project`: only in this one.
    """

    q: Annotated[str, Meta(min_length=1, max_length=200)]
    types: Annotated[list[Kind], Meta(min_length=1, max_length=3)] | None = None
    project: PositiveId | None = None


class ProjectNamed(msgspec.Struct, frozen=True, kw_only=True):
    """A project by its name."""

    id: int
    name: str


class TaskNamed(msgspec.Struct, frozen=True, kw_only=True):
    """A task by its number and title."""

    id: int
    number: int
    title: str


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a text: from the character `begin`, counted from 0, up to and without `end`."""

    begin: int
    end: int


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """
    Something that was found. `title` is the task's or project's, of a comment that of its task; `snippet` a part of the
    text around what was looked for, where `matches` are the places of the words.
    """

    type: Kind
    id: int
    project: ProjectNamed
    task: TaskNamed | None
    title: str
    snippet: str
    matches: list[Stretch]
    rank: float
    updated_at: datetime
