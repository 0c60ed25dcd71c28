"""Refusals about projects."""

from collections.abc import Sequence

from synergy_projects.domain.errors.base import DomainError


class ProjectNotFound(DomainError):
    """There is no such project, or the actor may not know of it."""

    kind = "not_found"
    code = "project-not-found"

    def __init__(self) -> None:
        super().__init__("There is no project with this id that you may see.")


class ProjectArchived(DomainError):
    """The project is read-only."""

    kind = "conflict"
    code = "project-archived"

    def __init__(self) -> None:
        super().__init__("This project is archived, so it is read-only. Unarchive it first.")


class CannotUndo(DomainError):
    """Something later stands on what is to be taken back, or it is of a kind that cannot be."""

    kind = "conflict"
    code = "cannot-undo"


class VersionNotFound(DomainError):
    """The project was not there at that moment, or has not come that far."""

    kind = "not_found"
    code = "version-not-found"

    def __init__(self) -> None:
        super().__init__("The project was not there then: not yet, not any more, or it has not reached this version.")


class PositionNotReached(DomainError):
    """Who reads on has read further than the log goes: it was restored to an earlier time."""

    kind = "gone"
    code = "position-gone"

    def __init__(self, last: int) -> None:
        super().__init__(f"The events go up to position {last}: there are none after this one. Read anew from there.")


class ProjectsOwned(DomainError):
    """Whoever leaves owns projects still; some of them are named."""

    kind = "conflict"
    code = "projects-owned"

    def __init__(self, owned: Sequence[tuple[int, str]], *, more: bool) -> None:
        named = ", ".join(f"“{name}” ({project_id})" for project_id, name in owned)
        others = " and others" if more else ""
        super().__init__(f"You own {named}{others}. Transfer or delete these projects first.")


class ImportNotFound(DomainError):
    """There is no such import of the actor's."""

    kind = "not_found"
    code = "import-not-found"

    def __init__(self) -> None:
        super().__init__("There is no import of yours with this id. Imports are kept for a week.")


class ImportsRunning(DomainError):
    """The actor has as many imports going on as one may."""

    kind = "conflict"
    code = "imports-running"

    def __init__(self) -> None:
        super().__init__("Imports of yours are not finished. Wait until they are, and try again.")


class ProjectTrashed(DomainError):
    """The project that it is in is in the trash itself."""

    kind = "conflict"
    code = "project-trashed"

    def __init__(self, project_id: int) -> None:
        super().__init__(f"Its project ({project_id}) is in the trash; restore the project first.")
