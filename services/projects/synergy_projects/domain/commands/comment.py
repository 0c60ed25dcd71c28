"""What people ask of comments. Texts are as they were written: with names."""

from dataclasses import dataclass

from synergy_projects.domain.commands.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateComment:
    """Say something about a task."""

    actor: Actor
    task_id: int
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateComment:
    """Say it otherwise; `content` None: as it is."""

    actor: Actor
    task_id: int
    comment_id: int
    content: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteComment:
    """Take it back."""

    actor: Actor
    task_id: int
    comment_id: int
