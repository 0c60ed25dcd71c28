"""A board that Trello exports as JSON. Lists become statuses, check lists subtasks; archived cards are left out."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from synergy_projects.documents import source
from synergy_projects.documents.scanning import elements
from synergy_projects.documents.source import Chunks, day, titled
from synergy_projects.domain.importing import Faults, ImportedProject, ImportedTask

_STATUS: Final = (
    ("done", ("done", "complete", "finished", "closed", "erledigt", "fertig")),
    ("review", ("review", "test", "qa", "verify")),
    ("in_progress", ("doing", "progress", "working", "active", "in arbeit")),
)
_BEGUN: Final = ("to do", "todo", "to-do", "backlog")
MOST_STEPS: Final = 100
LONGEST_LABEL: Final = 100


class TrelloSource:
    """A board."""

    def __init__(self, chunks: Chunks, name: str | None) -> None:
        self._chunks = chunks
        self._name = name
        self._lists: dict[str, str] = {}
        self._people: dict[str, str] = {}
        self._steps: dict[str, list[dict[str, Any]]] = {}
        self._comments: dict[str, list[dict[str, Any]]] = {}

    def project(self, faults: Faults) -> ImportedProject | None:
        """See Source."""
        steps: dict[str, list[dict[str, Any]]] = defaultdict(list)
        comments: dict[str, list[dict[str, Any]]] = defaultdict(list)
        board: dict[str, Any] = {}
        for key, value, _ in elements(self._chunks()):
            if key in ("name", "desc"):
                board[key] = value
            if not isinstance(value, dict):
                continue
            if key == "lists":
                self._lists[str(value.get("id"))] = str(value.get("name") or "")
            elif key == "members" and value.get("username"):
                self._people[str(value.get("id"))] = str(value["username"])
            elif key == "checklists":
                steps[str(value.get("idCard"))] += [_step(item) for item in _objects(value.get("checkItems"))]
            elif key == "actions" and value.get("type") == "commentCard":
                _comment(value, comments)
        self._steps, self._comments = dict(steps), dict(comments)
        named = titled(self._name or board.get("name"), board.get("desc"))
        return source.project({"name": named["title"], "description": named["description"]}, 1, faults)

    def tasks(self, faults: Faults) -> Iterator[ImportedTask]:
        """See Source."""
        for key, card, line in elements(self._chunks()):
            if key == "cards" and isinstance(card, dict) and not card.get("closed"):
                yield from source.task(self._card(card), line, faults)

    def _card(self, card: dict[str, Any]) -> dict[str, Any]:
        card_id, in_list = str(card.get("id")), self._lists.get(str(card.get("idList")), "")
        labels = [str(one.get("name") or one.get("color") or "") for one in _objects(card.get("labels"))]
        status = "done" if card.get("dueComplete") else _status(in_list)
        if status == "todo" and in_list and not in_list.lower().startswith(_BEGUN):
            labels.append(in_list)  # the board has more lists than there are statuses
        assigned = [self._people[one] for one in card.get("idMembers") or () if one in self._people]
        return titled(card.get("name"), card.get("desc")) | {
            "status": status,
            "due_date": day(card.get("due")),
            "labels": [one[:LONGEST_LABEL] for one in dict.fromkeys(labels) if one.strip()],
            "assignees": assigned,
            "subtasks": self._steps.get(card_id, [])[:MOST_STEPS],
            "comments": list(reversed(self._comments.get(card_id, []))),  # the newest stand first
        }


def _step(item: dict[str, Any]) -> dict[str, Any]:
    return {"title": titled(item.get("name"), "")["title"], "is_completed": item.get("state") == "complete"}


def _comment(action: dict[str, Any], found: dict[str, list[dict[str, Any]]]) -> None:
    data, author = action.get("data"), action.get("memberCreator")
    text = data.get("text") if isinstance(data, dict) else None
    card = data.get("card") if isinstance(data, dict) else None
    if not text or not isinstance(card, dict):
        return
    name = author.get("username") if isinstance(author, dict) else None
    found[str(card.get("id"))].append({"content": str(text), "author": name, "mentions": []})


def _status(in_list: str) -> str:
    name = in_list.lower()
    return next((status for status, words in _STATUS if any(word in name for word in words)), "todo")


def _objects(values: Any) -> list[dict[str, Any]]:
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []
