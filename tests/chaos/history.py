"""What the writers did and what they were told: the recorded history that the checker reads."""

import threading
from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["acknowledged", "refused", "late", "broken"]
"""
Of an answer: 2xx; a 503 problem with Retry-After; one of these after the deadline; anything else. The last two are
breaches unless the door itself was down.
"""
Kind = Literal["register", "rename", "found", "subscribe", "alter", "unsubscribe"]
"""What a person does with the account, with a project of the account's, and with a webhook of that project's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One request: when it was sent and answered (monotonic seconds), and with what. `status` 0: no answer."""

    sent: float
    answered: float
    method: str
    path: str
    status: int
    verdict: Verdict
    detail: str = ""

    @property
    def took(self) -> float:
        """Seconds until the answer."""
        return self.answered - self.sent


@dataclass(slots=True, kw_only=True)
class Write:
    """
    One thing a writer wanted, under one Idempotency-Key however often it was sent.

    `task` is None for a creation whose answer is not known; `fields` is what was asked for.
    """

    key: str
    project: int
    title: str
    fields: dict[str, Any]
    task: int | None = None
    creates: bool = False
    persistent: bool = True
    attempts: list[Attempt] = field(default_factory=list)
    answer: dict[str, Any] | None = None

    @property
    def acknowledged(self) -> bool:
        """Whether an answer said that it was done."""
        return self.answer is not None


@dataclass(slots=True, kw_only=True)
class Deed:
    """
    One thing a person wanted, under one Idempotency-Key however often it was sent.

    `subject` is the person's user name, which project and webhook are first called by as well; `value` is the new name.
    """

    key: str
    kind: Kind
    subject: str
    value: str = ""
    tries: int = 0
    acknowledged: bool = False


class History:
    """Everything of one round, kept by many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.attempts: list[Attempt] = []
        self.writes: list[Write] = []
        self.deeds: list[Deed] = []

    def attempted(self, attempt: Attempt, write: Write | None = None) -> None:
        """Keep a request and its answer."""
        with self._lock:
            self.attempts.append(attempt)
            if write is not None:
                write.attempts.append(attempt)

    def begin(self, write: Write) -> Write:
        """Keep a write before it is sent for the first time."""
        with self._lock:
            self.writes.append(write)
        return write

    def intend(self, deed: Deed) -> Deed:
        """Keep a deed before it is sent for the first time."""
        with self._lock:
            self.deeds.append(deed)
        return deed

    @property
    def acknowledged(self) -> list[Write]:
        """The writes that somebody was told are done."""
        with self._lock:
            return [write for write in self.writes if write.acknowledged]
