"""What is in the trash."""

from datetime import datetime
from typing import Literal

import msgspec

from synergy_contracts.envelope import PageRequest


class ListTrash(PageRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the caller may restore, the newest first; `all` shows a superuser everybody's."""

    all: bool = False


class Trashed(msgspec.Struct, frozen=True, kw_only=True):
    """
    A project or a task in the trash: its id, its name or title, the project it is (in), and since when it is there.

    They are dropped for good at `purged_at`; a task of an archived project when that is written again.
    """

    kind: Literal["project", "task"]
    id: int
    name: str
    project: int
    project_name: str
    trashed_at: datetime
    purged_at: datetime
