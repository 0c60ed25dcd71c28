"""What goes wrong, as exceptions: ApiError for what the server says, Unreachable where it says nothing."""

from collections.abc import Mapping, Sequence
from typing import Any


class SynergyError(Exception):
    """Everything this library raises on purpose."""


class Unreachable(SynergyError):
    """No answer came, and trying again did not help. Whether a change was made is not known."""


class ApiError(SynergyError):
    """
    The server's no (RFC 9457). `code` is its type, stable and explained at `/problems/<code>`; `detail` says what to
    do; `errors` names the fields at fault; `request_id` is what to tell an operator. `retry_after` in seconds.
    """

    def __init__(self, status: int, problem: Mapping[str, Any], retry_after: float | None = None) -> None:
        self.status = status
        self.code = str(problem.get("type", "about:blank")).rpartition("/")[2]
        self.title = str(problem.get("title", ""))
        self.detail = str(problem.get("detail", ""))
        self.errors: Sequence[Mapping[str, str]] = problem.get("errors", ())
        self.request_id = str(problem.get("request_id", ""))
        self.retry_after = retry_after
        super().__init__(f"{status} {self.code}: {self.detail or self.title}")
