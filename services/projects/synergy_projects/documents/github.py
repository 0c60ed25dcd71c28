"""Issues as GitHub's API lists them, or as `gh issue list --json` writes them. Pull requests are left out."""

from collections.abc import Iterator
from typing import Any

from synergy_projects.documents import source
from synergy_projects.documents.scanning import elements
from synergy_projects.documents.source import Chunks, day, titled
from synergy_projects.domain.importing import Faults, ImportedProject, ImportedTask


class GitHubSource:
    """A list of issues."""

    def __init__(self, chunks: Chunks, name: str | None) -> None:
        self._chunks = chunks
        self._name = name
        self._milestones: dict[str, int] = {}

    def project(self, faults: Faults) -> ImportedProject | None:
        """See Source."""
        self._milestones.clear()
        milestones: list[Any] = []
        repository = ""
        for issue, line in self._issues(faults):
            repository = repository or str(issue.get("repository_url") or "").rpartition("/")[2]
            found = issue.get("milestone")
            if isinstance(found, dict) and (title := str(found.get("title") or "")) not in self._milestones:
                self._milestones[title] = len(self._milestones) + 1
                milestones += source.milestone(_milestone(found), line, faults)
        name = self._name or repository or "Imported issues"
        return source.project({"name": name}, 1, faults, milestones=tuple(milestones))

    def tasks(self, faults: Faults) -> Iterator[ImportedTask]:
        """See Source."""
        for issue, line in self._issues(faults):
            yield from source.task(self._task(issue), line, faults)

    def _issues(self, faults: Faults) -> Iterator[tuple[dict[str, Any], int]]:
        for key, issue, line in elements(self._chunks()):
            if key or not isinstance(issue, dict):
                faults.add(line, "This is no list of issues.")
                return
            if not issue.get("pull_request"):
                yield issue, line

    def _task(self, issue: dict[str, Any]) -> dict[str, Any]:
        milestone, comments = issue.get("milestone"), issue.get("comments")
        title = str(milestone.get("title") or "") if isinstance(milestone, dict) else None
        return titled(issue.get("title"), issue.get("body")) | {
            "number": issue.get("number"),
            "status": "done" if str(issue.get("state")).lower() == "closed" else "todo",
            "labels": [name[:100] for one in issue.get("labels") or () if (name := _label(one))],
            "assignees": [login for one in issue.get("assignees") or () if (login := _login(one))],
            "created_by": _login(issue.get("user") or issue.get("author")),
            "milestone": self._milestones.get(title) if title is not None else None,
            "comments": [_comment(one) for one in comments if _said(one)] if isinstance(comments, list) else [],
        }


def _milestone(found: dict[str, Any]) -> dict[str, Any]:
    closed = str(found.get("state")).lower() == "closed"
    named = titled(found.get("title"), found.get("description"))
    return {
        "name": named["title"],
        "description": named["description"],
        "due_date": day(found.get("due_on") or found.get("dueOn")),
        "status": "completed" if closed else "open",
    }


def _comment(comment: dict[str, Any]) -> dict[str, Any]:
    author = _login(comment.get("user") or comment.get("author"))
    return {"content": str(comment["body"]), "author": author, "mentions": []}


def _said(comment: Any) -> bool:
    return isinstance(comment, dict) and bool(comment.get("body"))


def _login(person: Any) -> str | None:
    login = person.get("login") if isinstance(person, dict) else None
    return str(login) if login else None


def _label(label: Any) -> str:
    return str(label.get("name") or "") if isinstance(label, dict) else str(label or "")
