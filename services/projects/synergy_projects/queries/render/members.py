"""Who came and who left, as webhooks tell it."""

from synergy_projects.domain.events import MemberEvent, MemberInvited, MemberRemoved, MemberRoleChanged
from synergy_projects.domain.project import Project
from synergy_projects.queries import views
from synergy_projects.queries.render.values import changed
from synergy_projects.queries.views import People, View


def shown(_project: Project, event: MemberEvent) -> set[int]:
    """The people that the object names."""
    return set() if isinstance(event, MemberInvited) else {event.user_id}


def told(project: Project, event: MemberEvent, known: People) -> View:
    """The membership or invitation right after the event; what it was if it is no more."""
    match event:
        case MemberInvited():
            return {"project": project.id, "invitation": str(event.invitation_id), "role": event.role}
        case MemberRemoved():
            return {"project": project.id} | views.membership(event.user_id, event.was, known)
        case _:
            return {"project": project.id} | views.membership(event.user_id, event.role, known)


def changes(event: MemberEvent) -> View:
    """What the event changed."""
    if isinstance(event, MemberRoleChanged):
        return changed({"role": event.was}, {"role": event.role})
    return {}
