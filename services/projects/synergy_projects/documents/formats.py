"""Which format a file has."""

from collections.abc import Callable, Iterable
from typing import Final, Literal

from synergy_projects.documents.github import GitHubSource
from synergy_projects.documents.native import NativeSource
from synergy_projects.documents.scanning import elements
from synergy_projects.documents.source import Chunks, Source
from synergy_projects.documents.spreadsheet import SpreadsheetSource
from synergy_projects.documents.text import Unreadable
from synergy_projects.documents.trello import TrelloSource

Format = Literal["json", "csv", "trello", "github"]
FORMATS: Final[dict[Format, Callable[[Chunks, str | None], Source]]] = {
    "json": NativeSource,
    "csv": SpreadsheetSource,
    "trello": TrelloSource,
    "github": GitHubSource,
}
_OURS: Final = frozenset({"format", "project", "tasks"})
_TRELLOS: Final = frozenset({"lists", "cards", "actions", "checklists", "idMemberCreator", "shortLink", "prefs"})


def opened(chunks: Chunks, format: Format | None, name: str | None) -> Source:
    """The file as one of this format; None: as it looks. `name` is for the project. Raises Unreadable."""
    return FORMATS[format or _looks(chunks)](chunks, name)


def _looks(chunks: Chunks) -> Format:
    first = _first(chunks())
    if first == "[":
        return "github"
    if first != "{":
        return "csv"
    for key, _, _ in elements(chunks()):
        if key in _OURS:
            return "json"
        if key in _TRELLOS:
            return "trello"
    raise Unreadable(1, "This is no file that can be imported: a project, tasks as CSV, a Trello board, GitHub issues.")


def _first(pieces: Iterable[bytes]) -> str:
    for piece in pieces:
        if text := piece.removeprefix(b"\xef\xbb\xbf").lstrip():
            return chr(text[0])
    return ""
