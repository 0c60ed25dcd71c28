"""
Every operation of the API.

Written by `make client`: change the operations, not this.
"""

from collections.abc import Iterator
from typing import Any, Unpack

from synergy_client import types
from synergy_client.transport import Transport, filled


class Group:
    """Operations of one kind."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport


class Accounts(Group):
    """Accounts."""

    def register(self, **body: Unpack[types.Register]) -> types.SignedIn:
        """Open an account and sign in."""
        answer: types.SignedIn = self._transport.send("POST", "/api/auth/register/", body=body, signed_in=False)
        return answer

    def login(self, **body: Unpack[types.Login]) -> types.SignedIn:
        """Sign in with a user name (or e-mail address) and a password."""
        answer: types.SignedIn = self._transport.send("POST", "/api/auth/login/", body=body, signed_in=False)
        return answer

    def refresh_tokens(self, **body: Unpack[types.RefreshTokens]) -> types.TokenPair:
        """Exchange a refresh token for a fresh pair; the old one is spent."""
        answer: types.TokenPair = self._transport.send("POST", "/api/auth/token/refresh/", body=body, signed_in=False)
        return answer

    def read_profile(self) -> types.Profile:
        """Read your profile."""
        answer: types.Profile = self._transport.send("GET", "/api/auth/user/")
        return answer

    def update_profile(self, **body: Unpack[types.ProfileChanges]) -> types.Profile:
        """Change fields of your profile."""
        answer: types.Profile = self._transport.send("PATCH", "/api/auth/user/", body=body)
        return answer

    def replace_profile(self, **body: Unpack[types.ProfileReplacement]) -> types.Profile:
        """Replace your profile."""
        answer: types.Profile = self._transport.send("PUT", "/api/auth/user/", body=body)
        return answer

    def read_keys(self) -> types.JsonWebKeySet:
        """Read the public keys that verify access tokens."""
        answer: types.JsonWebKeySet = self._transport.send("GET", "/.well-known/jwks.json", signed_in=False)
        return answer


class People(Group):
    """People."""

    def erase_account(self, **body: Unpack[types.EraseAccount]) -> None:
        """Erase your account, for good; transfer or delete the projects you own first."""
        self._transport.send("DELETE", "/api/auth/user/", body=body)

    def ask_reset(self, **body: Unpack[types.AskReset]) -> None:
        """Ask for a mail to set a new password; the answer is the same whether the address is known or not."""
        self._transport.send("POST", "/api/auth/password/reset/", body=body, signed_in=False)

    def reset_password(self, **body: Unpack[types.ResetPassword]) -> None:
        """Set a new password with the token of the mail; all sessions end, a second factor stays."""
        self._transport.send("POST", "/api/auth/password/reset/confirm/", body=body, signed_in=False)

    def confirm_email(self, **body: Unpack[types.ConfirmEmail]) -> None:
        """Confirm an e-mail address with the token of the mail; a new one takes effect."""
        self._transport.send("POST", "/api/auth/email/confirm/", body=body, signed_in=False)

    def find_people(self, **query: Unpack[types.FindPeopleQuery]) -> types.People:
        """Find people: of your projects by part of a name, others by exact user name or confirmed e-mail address."""
        answer: types.People = self._transport.send("GET", "/api/users/", query=query)
        return answer

    def iter_people(self, **query: Unpack[types.FindPeopleQuery]) -> Iterator[types.Person]:
        """Every item of `find_people`, from page to page."""
        return self._transport.pages("/api/users/", query)

    def read_personal_data(self) -> types.PersonalData:
        """Read your profile, the sessions and tokens that can still be used, and your whole security log."""
        answer: types.PersonalData = self._transport.send("GET", "/api/auth/user/export/")
        return answer


class Sessions(Group):
    """Sessions."""

    def logout(self, query: types.LogoutQuery = {}, **body: Unpack[types.LogoutBody]) -> None:
        """Sign out: this session ends, or all of yours."""
        self._transport.send("POST", "/api/auth/logout/", body=body, query=query)

    def change_password(self, **body: Unpack[types.ChangePassword]) -> None:
        """Set another password; all your other sessions end."""
        self._transport.send("POST", "/api/auth/password/change/", body=body)

    def list_sessions(self, **query: Unpack[types.ListSessionsQuery]) -> types.SessionViewListing:
        """List where you are signed in."""
        answer: types.SessionViewListing = self._transport.send("GET", "/api/auth/sessions/", query=query)
        return answer

    def iter_sessions(self, **query: Unpack[types.ListSessionsQuery]) -> Iterator[types.SessionView]:
        """Every item of `list_sessions`, from page to page."""
        return self._transport.pages("/api/auth/sessions/", query)

    def end_session(self, session_id: str, /) -> None:
        """Sign out elsewhere: end one of your sessions."""
        self._transport.send("DELETE", filled("/api/auth/sessions/{session_id}/", session_id=session_id))

    def list_security_events(self, **query: Unpack[types.ListSecurityEventsQuery]) -> types.SecurityEventListing:
        """List what happened to your account; superusers see everybody's."""
        answer: types.SecurityEventListing = self._transport.send("GET", "/api/auth/security-events/", query=query)
        return answer

    def iter_security_events(self, **query: Unpack[types.ListSecurityEventsQuery]) -> Iterator[types.SecurityEvent]:
        """Every item of `list_security_events`, from page to page."""
        return self._transport.pages("/api/auth/security-events/", query)


class Credentials(Group):
    """Credentials."""

    def read_second_factor(self) -> types.SecondFactor:
        """Read whether signing in needs a second factor."""
        answer: types.SecondFactor = self._transport.send("GET", "/api/auth/2fa/")
        return answer

    def begin_second_factor(self, **body: Unpack[types.BeginSecondFactor]) -> types.NewSecondFactor:
        """Get a secret for an authenticator app with your password; it counts once you confirm it."""
        answer: types.NewSecondFactor = self._transport.send("POST", "/api/auth/2fa/", body=body)
        return answer

    def remove_second_factor(self, **body: Unpack[types.GiveOtp]) -> None:
        """Remove the second factor, with a code."""
        self._transport.send("DELETE", "/api/auth/2fa/", body=body)

    def confirm_second_factor(self, **body: Unpack[types.GiveOtp]) -> types.RecoveryCodes:
        """Confirm the second factor with a code of the app; you get recovery codes, once."""
        answer: types.RecoveryCodes = self._transport.send("POST", "/api/auth/2fa/confirm/", body=body)
        return answer

    def list_tokens(self, **query: Unpack[types.ListTokensQuery]) -> types.TokenViewListing:
        """List your personal access tokens."""
        answer: types.TokenViewListing = self._transport.send("GET", "/api/auth/tokens/", query=query)
        return answer

    def iter_tokens(self, **query: Unpack[types.ListTokensQuery]) -> Iterator[types.TokenView]:
        """Every item of `list_tokens`, from page to page."""
        return self._transport.pages("/api/auth/tokens/", query)

    def create_token(self, **body: Unpack[types.CreateToken]) -> types.NewToken:
        """Make a personal access token; its text is shown this once."""
        answer: types.NewToken = self._transport.send("POST", "/api/auth/tokens/", body=body)
        return answer

    def revoke_token(self, token_id: str, /) -> None:
        """Revoke a personal access token."""
        self._transport.send("DELETE", filled("/api/auth/tokens/{token_id}/", token_id=token_id))


class Administration(Group):
    """Administration."""

    def list_users(self, **query: Unpack[types.ListUsersQuery]) -> types.UserViewListing:
        """List all accounts; for superusers."""
        answer: types.UserViewListing = self._transport.send("GET", "/api/admin/users/", query=query)
        return answer

    def iter_users(self, **query: Unpack[types.ListUsersQuery]) -> Iterator[types.UserView]:
        """Every item of `list_users`, from page to page."""
        return self._transport.pages("/api/admin/users/", query)

    def update_user(self, user_id: int, /, **body: Unpack[types.UserChanges]) -> types.UserView:
        """Disable or enable an account, make or unmake a superuser, remove a lost second factor; for superusers."""
        answer: types.UserView = self._transport.send(
            "PATCH", filled("/api/admin/users/{user_id}/", user_id=user_id), body=body
        )
        return answer


class Projects(Group):
    """Projects."""

    def list_projects(self, **query: Unpack[types.ListProjectsQuery]) -> types.ProjectViewListing:
        """List the projects you belong to."""
        answer: types.ProjectViewListing = self._transport.send("GET", "/api/projects/", query=query)
        return answer

    def iter_projects(self, **query: Unpack[types.ListProjectsQuery]) -> Iterator[types.ProjectView]:
        """Every item of `list_projects`, from page to page."""
        return self._transport.pages("/api/projects/", query)

    def create_project(self, **body: Unpack[types.CreateProject]) -> types.ProjectView:
        """Start a project; you own it."""
        answer: types.ProjectView = self._transport.send("POST", "/api/projects/", body=body)
        return answer

    def read_project(self, project_id: int, /, **query: Unpack[types.ReadProjectQuery]) -> types.ProjectView:
        """Read a project, as it is or as of a version or time."""
        answer: types.ProjectView = self._transport.send(
            "GET", filled("/api/projects/{project_id}/", project_id=project_id), query=query
        )
        return answer

    def update_project(self, project_id: int, /, **body: Unpack[types.ProjectChanges]) -> types.ProjectView:
        """Change fields of a project."""
        answer: types.ProjectView = self._transport.send(
            "PATCH", filled("/api/projects/{project_id}/", project_id=project_id), body=body
        )
        return answer

    def replace_project(self, project_id: int, /, **body: Unpack[types.ProjectReplacement]) -> types.ProjectView:
        """Replace a project."""
        answer: types.ProjectView = self._transport.send(
            "PUT", filled("/api/projects/{project_id}/", project_id=project_id), body=body
        )
        return answer

    def delete_project(self, project_id: int, /, **query: Unpack[types.DeleteProjectQuery]) -> None:
        """Put a project into the trash, or drop it for good."""
        self._transport.send("DELETE", filled("/api/projects/{project_id}/", project_id=project_id), query=query)

    def restore_project(self, project_id: int, /) -> types.ProjectView:
        """Take a project out of the trash."""
        answer: types.ProjectView = self._transport.send(
            "POST", filled("/api/projects/{project_id}/restore/", project_id=project_id)
        )
        return answer

    def archive_project(self, project_id: int, /) -> types.ProjectView:
        """Make a project read-only."""
        answer: types.ProjectView = self._transport.send(
            "POST", filled("/api/projects/{project_id}/archive/", project_id=project_id)
        )
        return answer

    def unarchive_project(self, project_id: int, /) -> types.ProjectView:
        """Make a project writable again."""
        answer: types.ProjectView = self._transport.send(
            "POST", filled("/api/projects/{project_id}/unarchive/", project_id=project_id)
        )
        return answer

    def transfer_project(self, project_id: int, /, **body: Unpack[types.NewOwner]) -> types.ProjectView:
        """Make a member the owner of a project; who was becomes a manager."""
        answer: types.ProjectView = self._transport.send(
            "POST", filled("/api/projects/{project_id}/transfer/", project_id=project_id), body=body
        )
        return answer

    def undo(self, project_id: int, /, **body: Unpack[types.UndoVersion]) -> types.Undone:
        """Take back a command, by the version of the project that it made."""
        answer: types.Undone = self._transport.send(
            "POST", filled("/api/projects/{project_id}/undo/", project_id=project_id), body=body
        )
        return answer

    def list_trash(self, **query: Unpack[types.ListTrashQuery]) -> types.TrashedListing:
        """List the projects and tasks in the trash that you may restore."""
        answer: types.TrashedListing = self._transport.send("GET", "/api/trash/", query=query)
        return answer

    def iter_trash(self, **query: Unpack[types.ListTrashQuery]) -> Iterator[types.Trashed]:
        """Every item of `list_trash`, from page to page."""
        return self._transport.pages("/api/trash/", query)

    def read_progress(self, project_id: int, /, **query: Unpack[types.ReadProgressQuery]) -> types.ExplainedProgress:
        """Read a project's progress and what it is made of, now or then, and the events that made it."""
        answer: types.ExplainedProgress = self._transport.send(
            "GET", filled("/api/projects/{project_id}/progress/", project_id=project_id), query=query
        )
        return answer

    def read_history(self, project_id: int, /, **query: Unpack[types.ReadHistoryQuery]) -> types.PastEventListing:
        """Read what happened to a project, event by event."""
        answer: types.PastEventListing = self._transport.send(
            "GET", filled("/api/projects/{project_id}/history/", project_id=project_id), query=query
        )
        return answer

    def iter_history(self, project_id: int, /, **query: Unpack[types.ReadHistoryQuery]) -> Iterator[types.PastEvent]:
        """Every item of `read_history`, from page to page."""
        return self._transport.pages(filled("/api/projects/{project_id}/history/", project_id=project_id), query)

    def list_members(self, project_id: int, /, **query: Unpack[types.ListMembersQuery]) -> types.MembershipListing:
        """List who belongs to a project."""
        answer: types.MembershipListing = self._transport.send(
            "GET", filled("/api/projects/{project_id}/members/", project_id=project_id), query=query
        )
        return answer

    def iter_members(self, project_id: int, /, **query: Unpack[types.ListMembersQuery]) -> Iterator[types.Membership]:
        """Every item of `list_members`, from page to page."""
        return self._transport.pages(filled("/api/projects/{project_id}/members/", project_id=project_id), query)

    def add_member(self, project_id: int, /, **body: Unpack[types.NewMember]) -> types.Membership:
        """Add someone to a project, by id or user name."""
        answer: types.Membership = self._transport.send(
            "POST", filled("/api/projects/{project_id}/members/", project_id=project_id), body=body
        )
        return answer

    def change_member_role(
        self, project_id: int, user_id: int, /, **body: Unpack[types.RoleChange]
    ) -> types.Membership:
        """Give a member another role."""
        answer: types.Membership = self._transport.send(
            "PATCH",
            filled("/api/projects/{project_id}/members/{user_id}/", project_id=project_id, user_id=user_id),
            body=body,
        )
        return answer

    def remove_member(self, project_id: int, user_id: int, /) -> None:
        """Remove someone from a project, or leave it."""
        self._transport.send(
            "DELETE", filled("/api/projects/{project_id}/members/{user_id}/", project_id=project_id, user_id=user_id)
        )


class Imports(Group):
    """Imports."""

    def export_project(
        self, project_id: int, /, **query: Unpack[types.ExportProjectQuery]
    ) -> types.ProjectDocument | str:
        """Export a project as a file, as it is at this moment."""
        answer: types.ProjectDocument | str = self._transport.send(
            "GET", filled("/api/projects/{project_id}/export/", project_id=project_id), query=query
        )
        return answer

    def import_project(
        self, query: types.ImportProjectQuery = {}, **body: Unpack[types.ProjectDocument]
    ) -> types.ImportView:
        """Import a project from a file: an export, tasks as CSV, a Trello board or GitHub issues as JSON."""
        answer: types.ImportView = self._transport.send("POST", "/api/projects/import/", body=body, query=query)
        return answer

    def read_import(self, import_id: str, /) -> types.ImportView:
        """Read how far an import of yours is, what is wrong with its file, and which project it made."""
        answer: types.ImportView = self._transport.send("GET", filled("/api/imports/{import_id}/", import_id=import_id))
        return answer


class Insights(Group):
    """Insights."""

    def read_stats(self, project_id: int, /, **query: Unpack[types.ReadStatsQuery]) -> types.StatsView:
        """Read what came and went in a project lately, and how long tasks took."""
        answer: types.StatsView = self._transport.send(
            "GET", filled("/api/projects/{project_id}/stats/", project_id=project_id), query=query
        )
        return answer

    def read_burnup(self, project_id: int, /, **query: Unpack[types.ReadBurnupQuery]) -> types.Burnup:
        """Read day by day how much there was to do in a project and how much was done."""
        answer: types.Burnup = self._transport.send(
            "GET", filled("/api/projects/{project_id}/burnup/", project_id=project_id), query=query
        )
        return answer

    def read_flow(self, project_id: int, /, **query: Unpack[types.ReadFlowQuery]) -> types.CumulativeFlow:
        """Read day by day how many tasks of a project were in each status."""
        answer: types.CumulativeFlow = self._transport.send(
            "GET", filled("/api/projects/{project_id}/flow/", project_id=project_id), query=query
        )
        return answer

    def read_forecast(self, project_id: int, /, **query: Unpack[types.ReadForecastQuery]) -> types.ForecastView:
        """Read when the open tasks of a project will be done, by its pace so far."""
        answer: types.ForecastView = self._transport.send(
            "GET", filled("/api/projects/{project_id}/forecast/", project_id=project_id), query=query
        )
        return answer

    def verify_project(self, project_id: int, /) -> types.Verified:
        """Check that all events of a project are there, and as they were written."""
        answer: types.Verified = self._transport.send(
            "GET", filled("/api/projects/{project_id}/verify/", project_id=project_id)
        )
        return answer


class Invitations(Group):
    """Invitations."""

    def list_invitations(
        self, project_id: int, /, **query: Unpack[types.ListInvitationsQuery]
    ) -> types.InvitationViewListing:
        """List who is invited to a project and has not answered."""
        answer: types.InvitationViewListing = self._transport.send(
            "GET", filled("/api/projects/{project_id}/invitations/", project_id=project_id), query=query
        )
        return answer

    def iter_invitations(
        self, project_id: int, /, **query: Unpack[types.ListInvitationsQuery]
    ) -> Iterator[types.InvitationView]:
        """Every item of `list_invitations`, from page to page."""
        return self._transport.pages(filled("/api/projects/{project_id}/invitations/", project_id=project_id), query)

    def invite_member(self, project_id: int, /, **body: Unpack[types.NewInvitation]) -> types.InvitationView:
        """Invite an e-mail address to a project."""
        answer: types.InvitationView = self._transport.send(
            "POST", filled("/api/projects/{project_id}/invitations/", project_id=project_id), body=body
        )
        return answer

    def cancel_invitation(self, project_id: int, invitation_id: str, /) -> None:
        """Cancel an invitation to a project."""
        self._transport.send(
            "DELETE",
            filled(
                "/api/projects/{project_id}/invitations/{invitation_id}/",
                project_id=project_id,
                invitation_id=invitation_id,
            ),
        )

    def accept_invitation(self, **body: Unpack[types.AcceptInvitation]) -> types.Joined:
        """Join the project that a mail invites you to."""
        answer: types.Joined = self._transport.send("POST", "/api/invitations/accept/", body=body)
        return answer


class Tasks(Group):
    """Tasks."""

    def list_tasks(self, **query: Unpack[types.ListTasksQuery]) -> types.TaskViewListing:
        """List the tasks of the projects you belong to."""
        answer: types.TaskViewListing = self._transport.send("GET", "/api/tasks/", query=query)
        return answer

    def iter_tasks(self, **query: Unpack[types.ListTasksQuery]) -> Iterator[types.TaskView]:
        """Every item of `list_tasks`, from page to page."""
        return self._transport.pages("/api/tasks/", query)

    def create_task(self, **body: Unpack[types.CreateTask]) -> types.TaskView:
        """Add a task to a project."""
        answer: types.TaskView = self._transport.send("POST", "/api/tasks/", body=body)
        return answer

    def list_project_tasks(
        self, project_id: int, /, **query: Unpack[types.ListProjectTasksQuery]
    ) -> types.TaskViewListing:
        """List the tasks of a project."""
        answer: types.TaskViewListing = self._transport.send(
            "GET", filled("/api/projects/{project_id}/tasks/", project_id=project_id), query=query
        )
        return answer

    def iter_project_tasks(
        self, project_id: int, /, **query: Unpack[types.ListProjectTasksQuery]
    ) -> Iterator[types.TaskView]:
        """Every item of `list_project_tasks`, from page to page."""
        return self._transport.pages(filled("/api/projects/{project_id}/tasks/", project_id=project_id), query)

    def create_project_task(self, project_id: int, /, **body: Unpack[types.CreateTask]) -> types.TaskView:
        """Add a task to this project."""
        answer: types.TaskView = self._transport.send(
            "POST", filled("/api/projects/{project_id}/tasks/", project_id=project_id), body=body
        )
        return answer

    def read_task(self, task_id: int, /) -> types.TaskView:
        """Read a task."""
        answer: types.TaskView = self._transport.send("GET", filled("/api/tasks/{task_id}/", task_id=task_id))
        return answer

    def update_task(self, task_id: int, /, **body: Unpack[types.TaskChanges]) -> types.TaskView:
        """Change fields of a task."""
        answer: types.TaskView = self._transport.send(
            "PATCH", filled("/api/tasks/{task_id}/", task_id=task_id), body=body
        )
        return answer

    def replace_task(self, task_id: int, /, **body: Unpack[types.TaskReplacement]) -> types.TaskView:
        """Replace a task; its project stays."""
        answer: types.TaskView = self._transport.send(
            "PUT", filled("/api/tasks/{task_id}/", task_id=task_id), body=body
        )
        return answer

    def delete_task(self, task_id: int, /) -> None:
        """Put a task into the trash."""
        self._transport.send("DELETE", filled("/api/tasks/{task_id}/", task_id=task_id))

    def restore_task(self, task_id: int, /) -> types.TaskView:
        """Take a task out of the trash."""
        answer: types.TaskView = self._transport.send("POST", filled("/api/tasks/{task_id}/restore/", task_id=task_id))
        return answer

    def rank_task(self, task_id: int, /, **body: Unpack[types.TaskPlace]) -> types.TaskView:
        """Put a task right before or after another one of its project."""
        answer: types.TaskView = self._transport.send(
            "POST", filled("/api/tasks/{task_id}/rank/", task_id=task_id), body=body
        )
        return answer

    def move_task(self, task_id: int, /, **body: Unpack[types.TaskTarget]) -> types.TaskView:
        """Move a task to another project, under a number of its own there."""
        answer: types.TaskView = self._transport.send(
            "POST", filled("/api/tasks/{task_id}/move/", task_id=task_id), body=body
        )
        return answer

    def read_task_history(self, task_id: int, /, **query: Unpack[types.ReadTaskHistoryQuery]) -> types.PastEventListing:
        """Read what happened to a task in its project, event by event."""
        answer: types.PastEventListing = self._transport.send(
            "GET", filled("/api/tasks/{task_id}/history/", task_id=task_id), query=query
        )
        return answer

    def iter_task_history(
        self, task_id: int, /, **query: Unpack[types.ReadTaskHistoryQuery]
    ) -> Iterator[types.PastEvent]:
        """Every item of `read_task_history`, from page to page."""
        return self._transport.pages(filled("/api/tasks/{task_id}/history/", task_id=task_id), query)

    def update_tasks(self, **body: Unpack[types.UpdateTasks]) -> types.BulkResults:
        """Make the same changes to several tasks; each is judged by itself."""
        answer: types.BulkResults = self._transport.send("POST", "/api/tasks/bulk/", body=body)
        return answer

    def list_my_tasks(self, **query: Unpack[types.ListMyTasksQuery]) -> types.TaskViewListing:
        """List the tasks that are assigned to you."""
        answer: types.TaskViewListing = self._transport.send("GET", "/api/me/tasks/", query=query)
        return answer

    def iter_my_tasks(self, **query: Unpack[types.ListMyTasksQuery]) -> Iterator[types.TaskView]:
        """Every item of `list_my_tasks`, from page to page."""
        return self._transport.pages("/api/me/tasks/", query)


class Comments(Group):
    """Comments."""

    def list_comments(self, task_id: int, /, **query: Unpack[types.ListCommentsQuery]) -> types.CommentViewListing:
        """List the comments on a task, as they are or as of a version or time of its project."""
        answer: types.CommentViewListing = self._transport.send(
            "GET", filled("/api/tasks/{task_id}/comments/", task_id=task_id), query=query
        )
        return answer

    def iter_comments(self, task_id: int, /, **query: Unpack[types.ListCommentsQuery]) -> Iterator[types.CommentView]:
        """Every item of `list_comments`, from page to page."""
        return self._transport.pages(filled("/api/tasks/{task_id}/comments/", task_id=task_id), query)

    def create_comment(self, task_id: int, /, **body: Unpack[types.NewComment]) -> types.CommentView:
        """Comment on a task; `@username` mentions a member of the project."""
        answer: types.CommentView = self._transport.send(
            "POST", filled("/api/tasks/{task_id}/comments/", task_id=task_id), body=body
        )
        return answer

    def update_comment(
        self, task_id: int, comment_id: int, /, **body: Unpack[types.CommentChanges]
    ) -> types.CommentView:
        """Change your comment."""
        answer: types.CommentView = self._transport.send(
            "PATCH",
            filled("/api/tasks/{task_id}/comments/{comment_id}/", task_id=task_id, comment_id=comment_id),
            body=body,
        )
        return answer

    def delete_comment(self, task_id: int, comment_id: int, /) -> None:
        """Delete your comment; managers delete anybody's."""
        self._transport.send(
            "DELETE", filled("/api/tasks/{task_id}/comments/{comment_id}/", task_id=task_id, comment_id=comment_id)
        )


class Subtasks(Group):
    """Subtasks."""

    def list_subtasks(self, task_id: int, /, **query: Unpack[types.ListSubtasksQuery]) -> types.SubtaskViewListing:
        """List the subtasks of a task, in order; the task itself shows all of them, too."""
        answer: types.SubtaskViewListing = self._transport.send(
            "GET", filled("/api/tasks/{task_id}/subtasks/", task_id=task_id), query=query
        )
        return answer

    def iter_subtasks(self, task_id: int, /, **query: Unpack[types.ListSubtasksQuery]) -> Iterator[types.SubtaskView]:
        """Every item of `list_subtasks`, from page to page."""
        return self._transport.pages(filled("/api/tasks/{task_id}/subtasks/", task_id=task_id), query)

    def create_subtask(self, task_id: int, /, **body: Unpack[types.NewSubtask]) -> types.SubtaskView:
        """Add a subtask after the others."""
        answer: types.SubtaskView = self._transport.send(
            "POST", filled("/api/tasks/{task_id}/subtasks/", task_id=task_id), body=body
        )
        return answer

    def update_subtask(
        self, task_id: int, subtask_id: int, /, **body: Unpack[types.SubtaskChanges]
    ) -> types.SubtaskView:
        """Rename a subtask, complete it, take it up again."""
        answer: types.SubtaskView = self._transport.send(
            "PATCH",
            filled("/api/tasks/{task_id}/subtasks/{subtask_id}/", task_id=task_id, subtask_id=subtask_id),
            body=body,
        )
        return answer

    def delete_subtask(self, task_id: int, subtask_id: int, /) -> None:
        """Take a subtask away."""
        self._transport.send(
            "DELETE", filled("/api/tasks/{task_id}/subtasks/{subtask_id}/", task_id=task_id, subtask_id=subtask_id)
        )


class TimeLogs(Group):
    """Time logs."""

    def list_time_logs(self, task_id: int, /, **query: Unpack[types.ListTimeLogsQuery]) -> types.TimeLogViewListing:
        """List the time spent on a task, entry by entry."""
        answer: types.TimeLogViewListing = self._transport.send(
            "GET", filled("/api/tasks/{task_id}/time-logs/", task_id=task_id), query=query
        )
        return answer

    def iter_time_logs(self, task_id: int, /, **query: Unpack[types.ListTimeLogsQuery]) -> Iterator[types.TimeLogView]:
        """Every item of `list_time_logs`, from page to page."""
        return self._transport.pages(filled("/api/tasks/{task_id}/time-logs/", task_id=task_id), query)

    def log_time(self, task_id: int, /, **body: Unpack[types.NewTimeLog]) -> types.TimeLogView:
        """Enter time you spent on a task."""
        answer: types.TimeLogView = self._transport.send(
            "POST", filled("/api/tasks/{task_id}/time-logs/", task_id=task_id), body=body
        )
        return answer

    def update_time_log(
        self, task_id: int, time_log_id: int, /, **body: Unpack[types.TimeLogChanges]
    ) -> types.TimeLogView:
        """Correct an entry of yours; managers correct anybody's."""
        answer: types.TimeLogView = self._transport.send(
            "PATCH",
            filled("/api/tasks/{task_id}/time-logs/{time_log_id}/", task_id=task_id, time_log_id=time_log_id),
            body=body,
        )
        return answer

    def delete_time_log(self, task_id: int, time_log_id: int, /) -> None:
        """Take an entry of yours away; managers take anybody's."""
        self._transport.send(
            "DELETE", filled("/api/tasks/{task_id}/time-logs/{time_log_id}/", task_id=task_id, time_log_id=time_log_id)
        )

    def start_timer(self, task_id: int, /) -> types.TimerView:
        """Start your timer on a task; one that runs on another task stops, and its time is logged there."""
        answer: types.TimerView = self._transport.send(
            "POST", filled("/api/tasks/{task_id}/timer/start/", task_id=task_id)
        )
        return answer

    def stop_timer(self, task_id: int, /, **body: Unpack[types.TimerNote]) -> types.TimeLogView:
        """Stop your timer on a task: what it measured, at least a minute, is logged."""
        answer: types.TimeLogView = self._transport.send(
            "POST", filled("/api/tasks/{task_id}/timer/stop/", task_id=task_id), body=body
        )
        return answer

    def read_timer(self) -> types.CurrentTimer:
        """Read which timer of yours runs, if one does."""
        answer: types.CurrentTimer = self._transport.send("GET", "/api/me/timer/")
        return answer


class Search(Group):
    """Search."""

    def search(self, **query: Unpack[types.SearchQuery]) -> types.FoundListing:
        """
        Find words in your tasks, comments and projects, the best match first; `#12` finds the task of that number.
        """
        answer: types.FoundListing = self._transport.send("GET", "/api/search/", query=query)
        return answer

    def iter_search(self, **query: Unpack[types.SearchQuery]) -> Iterator[types.Found]:
        """Every item of `search`, from page to page."""
        return self._transport.pages("/api/search/", query)


class Activity(Group):
    """Activity."""

    def list_activity(self, **query: Unpack[types.ListActivityQuery]) -> types.ActivityListing:
        """Read what happened in your projects, in words, newest first; `next` leads to what is older."""
        answer: types.ActivityListing = self._transport.send("GET", "/api/activity/", query=query)
        return answer

    def iter_activity(self, **query: Unpack[types.ListActivityQuery]) -> Iterator[types.Activity]:
        """Every item of `list_activity`, from page to page."""
        return self._transport.pages("/api/activity/", query)


class Labels(Group):
    """Labels."""

    def list_labels(self, **query: Unpack[types.ListLabelsQuery]) -> types.LabelViewListing:
        """List the labels of the projects you belong to, or of one of them."""
        answer: types.LabelViewListing = self._transport.send("GET", "/api/labels/", query=query)
        return answer

    def iter_labels(self, **query: Unpack[types.ListLabelsQuery]) -> Iterator[types.LabelView]:
        """Every item of `list_labels`, from page to page."""
        return self._transport.pages("/api/labels/", query)

    def create_label(self, **body: Unpack[types.CreateLabel]) -> types.LabelView:
        """Add a label to a project."""
        answer: types.LabelView = self._transport.send("POST", "/api/labels/", body=body)
        return answer

    def read_label(self, label_id: int, /) -> types.LabelView:
        """Read a label and the progress of its tasks."""
        answer: types.LabelView = self._transport.send("GET", filled("/api/labels/{label_id}/", label_id=label_id))
        return answer

    def update_label(self, label_id: int, /, **body: Unpack[types.LabelChanges]) -> types.LabelView:
        """Change fields of a label."""
        answer: types.LabelView = self._transport.send(
            "PATCH", filled("/api/labels/{label_id}/", label_id=label_id), body=body
        )
        return answer

    def delete_label(self, label_id: int, /) -> None:
        """Take a label out of the project; tasks that had it stay."""
        self._transport.send("DELETE", filled("/api/labels/{label_id}/", label_id=label_id))


class Milestones(Group):
    """Milestones."""

    def list_milestones(self, **query: Unpack[types.ListMilestonesQuery]) -> types.MilestoneViewListing:
        """List the milestones of the projects you belong to, or of one of them."""
        answer: types.MilestoneViewListing = self._transport.send("GET", "/api/milestones/", query=query)
        return answer

    def iter_milestones(self, **query: Unpack[types.ListMilestonesQuery]) -> Iterator[types.MilestoneView]:
        """Every item of `list_milestones`, from page to page."""
        return self._transport.pages("/api/milestones/", query)

    def create_milestone(self, **body: Unpack[types.CreateMilestone]) -> types.MilestoneView:
        """Add a milestone to a project."""
        answer: types.MilestoneView = self._transport.send("POST", "/api/milestones/", body=body)
        return answer

    def read_milestone(self, milestone_id: int, /) -> types.MilestoneView:
        """Read a milestone and the progress of its tasks."""
        answer: types.MilestoneView = self._transport.send(
            "GET", filled("/api/milestones/{milestone_id}/", milestone_id=milestone_id)
        )
        return answer

    def update_milestone(self, milestone_id: int, /, **body: Unpack[types.MilestoneChanges]) -> types.MilestoneView:
        """Change fields of a milestone."""
        answer: types.MilestoneView = self._transport.send(
            "PATCH", filled("/api/milestones/{milestone_id}/", milestone_id=milestone_id), body=body
        )
        return answer

    def delete_milestone(self, milestone_id: int, /) -> None:
        """Take a milestone out of the project; tasks that had it stay."""
        self._transport.send("DELETE", filled("/api/milestones/{milestone_id}/", milestone_id=milestone_id))


class Sprints(Group):
    """Sprints."""

    def list_sprints(self, **query: Unpack[types.ListSprintsQuery]) -> types.SprintViewListing:
        """List the sprints of the projects you belong to, or of one of them."""
        answer: types.SprintViewListing = self._transport.send("GET", "/api/sprints/", query=query)
        return answer

    def iter_sprints(self, **query: Unpack[types.ListSprintsQuery]) -> Iterator[types.SprintView]:
        """Every item of `list_sprints`, from page to page."""
        return self._transport.pages("/api/sprints/", query)

    def create_sprint(self, **body: Unpack[types.CreateSprint]) -> types.SprintView:
        """Add a sprint to a project."""
        answer: types.SprintView = self._transport.send("POST", "/api/sprints/", body=body)
        return answer

    def read_sprint(self, sprint_id: int, /) -> types.SprintView:
        """Read a sprint and the progress of its tasks."""
        answer: types.SprintView = self._transport.send("GET", filled("/api/sprints/{sprint_id}/", sprint_id=sprint_id))
        return answer

    def update_sprint(self, sprint_id: int, /, **body: Unpack[types.SprintChanges]) -> types.SprintView:
        """Change fields of a sprint."""
        answer: types.SprintView = self._transport.send(
            "PATCH", filled("/api/sprints/{sprint_id}/", sprint_id=sprint_id), body=body
        )
        return answer

    def delete_sprint(self, sprint_id: int, /) -> None:
        """Take a sprint out of the project; tasks that had it stay."""
        self._transport.send("DELETE", filled("/api/sprints/{sprint_id}/", sprint_id=sprint_id))

    def start_sprint(self, sprint_id: int, /) -> types.SprintView:
        """Begin a planned sprint; a project has one active sprint."""
        answer: types.SprintView = self._transport.send(
            "POST", filled("/api/sprints/{sprint_id}/start/", sprint_id=sprint_id)
        )
        return answer

    def complete_sprint(self, sprint_id: int, /, **body: Unpack[types.SprintEnd]) -> types.SprintView:
        """End the active sprint; tasks that are not done may go to another one."""
        answer: types.SprintView = self._transport.send(
            "POST", filled("/api/sprints/{sprint_id}/complete/", sprint_id=sprint_id), body=body
        )
        return answer


class Webhooks(Group):
    """Webhooks."""

    def list_webhook_events(self) -> types.WebhookEventListing:
        """List the types of events, with a JSON Schema and an example of what is sent for each."""
        answer: types.WebhookEventListing = self._transport.send("GET", "/api/webhook-events/", signed_in=False)
        return answer

    def iter_webhook_events(self) -> Iterator[types.WebhookEvent]:
        """Every item of `list_webhook_events`, from page to page."""
        return self._transport.pages("/api/webhook-events/", {})

    def list_webhooks(self, **query: Unpack[types.ListWebhooksQuery]) -> types.WebhookViewListing:
        """List your webhooks."""
        answer: types.WebhookViewListing = self._transport.send("GET", "/api/webhooks/", query=query)
        return answer

    def iter_webhooks(self, **query: Unpack[types.ListWebhooksQuery]) -> Iterator[types.WebhookView]:
        """Every item of `list_webhooks`, from page to page."""
        return self._transport.pages("/api/webhooks/", query)

    def create_webhook(self, **body: Unpack[types.CreateWebhook]) -> types.WebhookView:
        """Subscribe a URL to events; the secret is told this once."""
        answer: types.WebhookView = self._transport.send("POST", "/api/webhooks/", body=body)
        return answer

    def read_webhook(self, webhook_id: str, /) -> types.WebhookView:
        """Read a webhook and its statistics."""
        answer: types.WebhookView = self._transport.send(
            "GET", filled("/api/webhooks/{webhook_id}/", webhook_id=webhook_id)
        )
        return answer

    def update_webhook(self, webhook_id: str, /, **body: Unpack[types.WebhookChanges]) -> types.WebhookView:
        """Change fields of a webhook."""
        answer: types.WebhookView = self._transport.send(
            "PATCH", filled("/api/webhooks/{webhook_id}/", webhook_id=webhook_id), body=body
        )
        return answer

    def replace_webhook(self, webhook_id: str, /, **body: Unpack[types.WebhookReplacement]) -> types.WebhookView:
        """Replace a webhook; its secret stays."""
        answer: types.WebhookView = self._transport.send(
            "PUT", filled("/api/webhooks/{webhook_id}/", webhook_id=webhook_id), body=body
        )
        return answer

    def delete_webhook(self, webhook_id: str, /) -> None:
        """Delete a webhook; what it has not delivered is cancelled."""
        self._transport.send("DELETE", filled("/api/webhooks/{webhook_id}/", webhook_id=webhook_id))

    def enable_webhook(self, webhook_id: str, /) -> types.WebhookView:
        """Switch a webhook on: what waits goes out, and its endpoint is tried at once."""
        answer: types.WebhookView = self._transport.send(
            "POST", filled("/api/webhooks/{webhook_id}/enable/", webhook_id=webhook_id)
        )
        return answer

    def rotate_secret(self, webhook_id: str, /, **body: Unpack[types.SecretRotation]) -> types.NewSecret:
        """Give a webhook a new secret, told this once; the former ones sign beside it for a while."""
        answer: types.NewSecret = self._transport.send(
            "POST", filled("/api/webhooks/{webhook_id}/rotate-secret/", webhook_id=webhook_id), body=body
        )
        return answer

    def ping_webhook(self, webhook_id: str, /) -> types.DeliveryView:
        """Send a test; the delivery in the answer tells later what came of it."""
        answer: types.DeliveryView = self._transport.send(
            "POST", filled("/api/webhooks/{webhook_id}/test/", webhook_id=webhook_id)
        )
        return answer

    def replay_events(self, webhook_id: str, /, **body: Unpack[types.Replay]) -> types.Replayed:
        """Send events of the past again, or count them."""
        answer: types.Replayed = self._transport.send(
            "POST", filled("/api/webhooks/{webhook_id}/replay/", webhook_id=webhook_id), body=body
        )
        return answer

    def list_deliveries(
        self, webhook_id: str, /, **query: Unpack[types.ListDeliveriesQuery]
    ) -> types.DeliveryViewListing:
        """List a webhook's deliveries, newest first."""
        answer: types.DeliveryViewListing = self._transport.send(
            "GET", filled("/api/webhooks/{webhook_id}/deliveries/", webhook_id=webhook_id), query=query
        )
        return answer

    def iter_deliveries(
        self, webhook_id: str, /, **query: Unpack[types.ListDeliveriesQuery]
    ) -> Iterator[types.DeliveryView]:
        """Every item of `list_deliveries`, from page to page."""
        return self._transport.pages(filled("/api/webhooks/{webhook_id}/deliveries/", webhook_id=webhook_id), query)

    def read_delivery(self, delivery_id: str, /) -> types.DeliveryView:
        """Read a delivery with its attempts."""
        answer: types.DeliveryView = self._transport.send(
            "GET", filled("/api/webhook-deliveries/{delivery_id}/", delivery_id=delivery_id)
        )
        return answer

    def repeat_delivery(self, delivery_id: str, /) -> types.DeliveryView:
        """Send a delivery again, under the same ids."""
        answer: types.DeliveryView = self._transport.send(
            "POST", filled("/api/webhook-deliveries/{delivery_id}/redeliver/", delivery_id=delivery_id)
        )
        return answer


class Health(Group):
    """Health."""

    def read_health(self) -> types.SystemHealth:
        """Read the state of every part; 503 names what is down."""
        answer: types.SystemHealth = self._transport.send("GET", "/api/health/", signed_in=False)
        return answer

    def read_liveness(self) -> types.Liveness:
        """Tell whether the gateway's process answers."""
        answer: types.Liveness = self._transport.send("GET", "/livez", signed_in=False)
        return answer

    def read_readiness(self) -> types.Readiness:
        """Tell whether the gateway can reach the services."""
        answer: types.Readiness = self._transport.send("GET", "/readyz", signed_in=False)
        return answer


class Events(Group):
    """Events."""

    def list_events(self, **query: Unpack[types.ListEventsQuery]) -> types.EventFeed:
        """Read what happened in your projects after a position, in order, or wait for it."""
        answer: types.EventFeed = self._transport.send("GET", "/api/events/", query=query)
        return answer


class Documents(Group):
    """Documents."""

    def read_openapi(self) -> dict[str, Any]:
        """Read this document."""
        answer: dict[str, Any] = self._transport.send("GET", "/api/openapi.json", signed_in=False)
        return answer

    def read_docs(self) -> str:
        """Read this document as a page for people; it loads nothing from elsewhere."""
        answer: str = self._transport.send("GET", "/api/docs/", signed_in=False)
        return answer

    def list_problems(self) -> types.ProblemList:
        """List every error there is."""
        answer: types.ProblemList = self._transport.send("GET", "/problems/", signed_in=False)
        return answer

    def read_problem(self, slug: str, /) -> types.ProblemExplained:
        """Read what an error means and what to do about it."""
        answer: types.ProblemExplained = self._transport.send(
            "GET", filled("/problems/{slug}", slug=slug), signed_in=False
        )
        return answer


class Links(Group):
    """Links."""

    def read_links_page(self) -> str:
        """Read the page for people that links in mails lead to; it loads nothing."""
        answer: str = self._transport.send("GET", "/", signed_in=False)
        return answer


class Operations:
    """All of them, by kind."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.accounts = Accounts(transport)
        self.people = People(transport)
        self.sessions = Sessions(transport)
        self.credentials = Credentials(transport)
        self.administration = Administration(transport)
        self.projects = Projects(transport)
        self.imports = Imports(transport)
        self.insights = Insights(transport)
        self.invitations = Invitations(transport)
        self.tasks = Tasks(transport)
        self.comments = Comments(transport)
        self.subtasks = Subtasks(transport)
        self.time_logs = TimeLogs(transport)
        self.search = Search(transport)
        self.activity = Activity(transport)
        self.labels = Labels(transport)
        self.milestones = Milestones(transport)
        self.sprints = Sprints(transport)
        self.webhooks = Webhooks(transport)
        self.health = Health(transport)
        self.events = Events(transport)
        self.documents = Documents(transport)
        self.links = Links(transport)
