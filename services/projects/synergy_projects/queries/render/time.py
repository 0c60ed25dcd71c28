"""Time, as webhooks tell it."""

from synergy_projects.domain.events import TimeEvent, TimeLogDeleted, TimeLogUpdated, TimerStarted
from synergy_projects.domain.project import Project
from synergy_projects.queries import views
from synergy_projects.queries.render.values import changed
from synergy_projects.queries.views import People, View


def shown(project: Project, event: TimeEvent) -> set[int]:
    """The people that the object names."""
    if isinstance(event, TimeLogUpdated):
        return {project.time_logs[event.time_log_id].user_id}
    return {event.user_id}


def told(project: Project, event: TimeEvent, known: People) -> View:
    """The entry or the timer right after the event; what it was if it is no more."""
    match event:
        case TimerStarted():
            running = views.timer(project.timers[event.user_id], project.id)
            return running | {"user": views.person(event.user_id, known)}
        case TimeLogDeleted():
            return {
                "id": event.time_log_id,
                "project": project.id,
                "task": event.task_id,
                "user": views.person(event.user_id, known),
                "minutes": event.minutes,
                "spent_on": event.spent_on,
                "note": event.note,
            }
        case _:
            return views.time_log(project.time_logs[event.time_log_id], project.id, known)


def changes(event: TimeEvent) -> View:
    """What the event changed."""
    return changed(event.before, event.changes) if isinstance(event, TimeLogUpdated) else {}
