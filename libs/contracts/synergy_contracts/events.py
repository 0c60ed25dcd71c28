"""The catalogue: every type an event can have, and what it tells."""

from typing import Final

PROJECT_EVENTS: Final[dict[str, str]] = {
    "project.created": "A project was started.",
    "project.imported": "All of a project that was imported is there.",
    "project.updated": "Fields of a project changed.",
    "project.deleted": "A project went to the trash.",
    "project.restored": "A project came back from the trash.",
    "project.archived": "A project became read-only.",
    "project.unarchived": "A project became writable again.",
    "project.purged": "A trashed project left the read models for good.",
    "project.transferred": "A project got another owner.",
    "project.completed": "A project's status became completed.",
    "project.progress_changed": "A project's progress is another number.",
    "task.created": "A task was added.",
    "task.updated": "Fields of a task changed.",
    "task.moved": "A task went to another project.",
    "task.deleted": "A task went to the trash.",
    "task.restored": "A task came back from the trash.",
    "task.purged": "A trashed task is gone for good.",
    "task.completed": "A task's status became done.",
    "task.reopened": "A done task is open again.",
    "task.due_soon": "An open task is due within a day.",
    "task.overdue": "An open task is past its due date.",
    "subtask.created": "A subtask was added.",
    "subtask.updated": "A subtask changed.",
    "subtask.deleted": "A subtask was removed.",
    "comment.created": "Someone commented on a task.",
    "comment.updated": "A comment was edited.",
    "comment.deleted": "A comment was removed.",
    "member.invited": "An address was invited to a project.",
    "member.added": "Someone joined a project.",
    "member.removed": "Someone left a project.",
    "member.role_changed": "A member has another role.",
    "label.created": "A label was made, by its first use too.",
    "label.updated": "A label has another name or colour, in all its tasks.",
    "label.deleted": "A label was removed.",
    "milestone.created": "A milestone was set.",
    "milestone.updated": "A milestone changed.",
    "milestone.deleted": "A milestone was removed.",
    "milestone.completed": "A milestone was reached.",
    "milestone.missed": "A milestone's date passed.",
    "sprint.created": "A sprint was planned.",
    "sprint.updated": "A sprint changed.",
    "sprint.deleted": "A sprint was removed.",
    "sprint.started": "A sprint began.",
    "sprint.completed": "A sprint ended.",
    "time.started": "Somebody's timer began to run on a task.",
    "time.logged": "Time was logged on a task.",
    "time.updated": "A time log changed.",
    "time.deleted": "A time log was removed.",
}
"""Stored by `projects`; sent to subscriptions of the project's members."""

USER_EVENTS: Final[dict[str, str]] = {
    "user.registered": "An account was opened.",
    "user.updated": "An account's name or address changed.",
    "user.disabled": "An account was disabled.",
    "user.enabled": "A disabled account was opened again.",
    "user.rights_changed": "An account became a superuser's, or is one no more.",
    "user.erased": "A person was forgotten: drop the name.",
}
"""Stored by `auth`; sent to subscriptions of superusers. They carry the user's id and nothing else of the person."""

WEBHOOK_EVENTS: Final[dict[str, str]] = {
    "webhook.disabled": "A subscription was switched off; reaches its owner's others.",
    "webhook.tested": "A test, sent to the subscription that it was asked for.",
}
"""Stored by `webhooks` about subscriptions."""

CATALOGUE: Final[dict[str, str]] = PROJECT_EVENTS | USER_EVENTS | WEBHOOK_EVENTS
"""Everything a subscription can name, besides `*` and `<noun>.*`."""
