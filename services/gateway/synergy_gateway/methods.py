"""Every call the gateway makes: its public name, what it takes, what it answers."""

from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import msgspec

from synergy_contracts.accounts import (
    JsonWebKeySet,
    Login,
    Profile,
    RefreshTokens,
    Register,
    SignedIn,
    TokenPair,
    UpdateProfile,
)
from synergy_contracts.activity import Activity, ListActivity
from synergy_contracts.comments import CommentRef, CommentView, CreateComment, ListComments, UpdateComment
from synergy_contracts.credentials import (
    BeginSecondFactor,
    CreateToken,
    GiveOtp,
    ListTokens,
    NewSecondFactor,
    NewToken,
    RecoveryCodes,
    SecondFactor,
    TokenRef,
    TokenView,
    VerifiedToken,
    VerifyToken,
)
from synergy_contracts.envelope import Nothing, Page, ServiceHealth
from synergy_contracts.following import EventFeed, FollowedEvents, FollowEvents, ListEvents, Memberships
from synergy_contracts.imports import (
    BeginImport,
    ExportedPart,
    ExportProject,
    ImportPart,
    ImportRef,
    ImportView,
    SubmitImport,
)
from synergy_contracts.insights import (
    Burnup,
    CumulativeFlow,
    ForecastView,
    ReadForecast,
    ReadPoints,
    ReadStats,
    StatsView,
    Verified,
)
from synergy_contracts.invitations import (
    AcceptedInvitation,
    AcceptInvitation,
    CheckInvitation,
    InvitationMail,
    InvitationRef,
    InvitationView,
    InviteMember,
    ListInvitations,
    SendInvitation,
)
from synergy_contracts.labels import CreateLabel, LabelRef, LabelView, ListLabels, UpdateLabel
from synergy_contracts.mail import (
    AskReset,
    ConfirmEmail,
    EraseAccount,
    PersonalDataPart,
    ReadPersonalData,
    ResetPassword,
    SearchPeople,
)
from synergy_contracts.milestones import CreateMilestone, ListMilestones, MilestoneRef, MilestoneView, UpdateMilestone
from synergy_contracts.people import Person
from synergy_contracts.projects import (
    AddMember,
    ChangeMemberRole,
    CreateProject,
    DeleteProject,
    ExplainedProgress,
    ListMembers,
    ListProjects,
    Membership,
    PastEvent,
    ProjectRef,
    ProjectView,
    ReadHistory,
    ReadProgress,
    ReadProject,
    RemoveMember,
    TransferProject,
    Undo,
    Undone,
    UpdateProject,
)
from synergy_contracts.search import Found, Search
from synergy_contracts.sessions import (
    ChangePassword,
    CheckSessions,
    ListSecurityEvents,
    ListSessions,
    ListUsers,
    Logout,
    OpenSessions,
    ReadRevocations,
    Revocations,
    SecurityEvent,
    SessionRef,
    SessionView,
    UpdateUser,
    UserView,
)
from synergy_contracts.sprints import CompleteSprint, CreateSprint, ListSprints, SprintRef, SprintView, UpdateSprint
from synergy_contracts.subtasks import CreateSubtask, ListSubtasks, SubtaskRef, SubtaskView, UpdateSubtask
from synergy_contracts.tasks import (
    CreateTask,
    DeleteTask,
    ListTasks,
    MoveTask,
    RankTask,
    ReadTaskHistory,
    TaskRef,
    TaskView,
    Updated,
    UpdateTask,
    UpdateTasks,
)
from synergy_contracts.time_logs import (
    CurrentTimer,
    ListTimeLogs,
    LogTime,
    StopTimer,
    TimeLogRef,
    TimeLogView,
    TimerView,
    UpdateTimeLog,
)
from synergy_contracts.trash import ListTrash, Trashed
from synergy_contracts.webhooks import (
    CreateWebhook,
    DeleteWebhook,
    DeliveryRef,
    DeliveryView,
    ListDeliveries,
    ListWebhooks,
    NewSecret,
    Replayed,
    ReplayEvents,
    RotateSecret,
    UpdateWebhook,
    WebhookRef,
    WebhookView,
)

Body = TypeVar("Body", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class Method(Generic[Body]):
    """
    `name` is `<service>.<verb>`; `answers` is None where there is nothing to tell. `shared`: a read whose answer
    depends on nothing but its body and who asks, with which rights, so that equal ones may share a call.
    """

    name: str
    takes: type[Body]
    answers: Any
    shared: bool = False


REGISTER: Final = Method("auth.register", Register, SignedIn)
LOGIN: Final = Method("auth.login", Login, SignedIn)
REFRESH_TOKENS: Final = Method("auth.refresh_tokens", RefreshTokens, TokenPair)
LOGOUT: Final = Method("auth.logout", Logout, None)
READ_PROFILE: Final = Method("auth.read_profile", Nothing, Profile)
UPDATE_PROFILE: Final = Method("auth.update_profile", UpdateProfile, Profile)
CHANGE_PASSWORD: Final = Method("auth.change_password", ChangePassword, None)
LIST_SESSIONS: Final = Method("auth.list_sessions", ListSessions, Page[SessionView])
END_SESSION: Final = Method("auth.end_session", SessionRef, None)
LIST_SECURITY_EVENTS: Final = Method("auth.list_security_events", ListSecurityEvents, Page[SecurityEvent])
LIST_USERS: Final = Method("auth.list_users", ListUsers, Page[UserView])
UPDATE_USER: Final = Method("auth.update_user", UpdateUser, UserView)
READ_SECOND_FACTOR: Final = Method("auth.read_second_factor", Nothing, SecondFactor)
BEGIN_SECOND_FACTOR: Final = Method("auth.begin_second_factor", BeginSecondFactor, NewSecondFactor)
CONFIRM_SECOND_FACTOR: Final = Method("auth.confirm_second_factor", GiveOtp, RecoveryCodes)
REMOVE_SECOND_FACTOR: Final = Method("auth.remove_second_factor", GiveOtp, None)
LIST_TOKENS: Final = Method("auth.list_tokens", ListTokens, Page[TokenView])
CREATE_TOKEN: Final = Method("auth.create_token", CreateToken, NewToken)
REVOKE_TOKEN: Final = Method("auth.revoke_token", TokenRef, None)
VERIFY_TOKEN: Final = Method("auth.verify_token", VerifyToken, VerifiedToken)
ASK_RESET: Final = Method("auth.ask_reset", AskReset, None)
RESET_PASSWORD: Final = Method("auth.reset_password", ResetPassword, None)
CONFIRM_EMAIL: Final = Method("auth.confirm_email", ConfirmEmail, None)
FIND_PEOPLE: Final = Method("auth.find_people", SearchPeople, list[Person])
READ_PERSONAL_DATA: Final = Method("auth.read_personal_data", ReadPersonalData, PersonalDataPart)
ERASE_ACCOUNT: Final = Method("auth.erase_account", EraseAccount, None)
CHECK_INVITATION: Final = Method("auth.check_invitation", CheckInvitation, None)
SEND_INVITATION: Final = Method("auth.send_invitation", SendInvitation, InvitationView)
LIST_INVITATIONS: Final = Method("auth.list_invitations", ListInvitations, Page[InvitationView])
CANCEL_INVITATION: Final = Method("auth.cancel_invitation", InvitationRef, None)
TAKE_INVITATION: Final = Method("auth.accept_invitation", AcceptInvitation, AcceptedInvitation)
REVOCATIONS: Final = Method("auth.revocations", ReadRevocations, Revocations)
CHECK_SESSIONS: Final = Method("auth.check_sessions", CheckSessions, OpenSessions)
JWKS: Final = Method("auth.jwks", Nothing, JsonWebKeySet)

EXPORT_PROJECT: Final = Method("projects.export_project", ExportProject, ExportedPart)
BEGIN_IMPORT: Final = Method("projects.begin_import", BeginImport, ImportView)
ADD_IMPORT_PART: Final = Method("projects.add_import_part", ImportPart, None)
SUBMIT_IMPORT: Final = Method("projects.submit_import", SubmitImport, ImportView)
READ_IMPORT: Final = Method("projects.read_import", ImportRef, ImportView)

CREATE_PROJECT: Final = Method("projects.create_project", CreateProject, ProjectView)
LIST_PROJECTS: Final = Method("projects.list_projects", ListProjects, Page[ProjectView], shared=True)
READ_PROJECT: Final = Method("projects.read_project", ReadProject, ProjectView, shared=True)
UPDATE_PROJECT: Final = Method("projects.update_project", UpdateProject, ProjectView)
DELETE_PROJECT: Final = Method("projects.delete_project", DeleteProject, None)
RESTORE_PROJECT: Final = Method("projects.restore_project", ProjectRef, ProjectView)
ARCHIVE_PROJECT: Final = Method("projects.archive_project", ProjectRef, ProjectView)
UNARCHIVE_PROJECT: Final = Method("projects.unarchive_project", ProjectRef, ProjectView)
TRANSFER_PROJECT: Final = Method("projects.transfer_project", TransferProject, ProjectView)
UNDO: Final = Method("projects.undo", Undo, Undone)
LIST_TRASH: Final = Method("projects.list_trash", ListTrash, Page[Trashed], shared=True)
READ_PROGRESS: Final = Method("projects.read_progress", ReadProgress, ExplainedProgress, shared=True)
READ_HISTORY: Final = Method("projects.read_history", ReadHistory, Page[PastEvent], shared=True)
READ_STATS: Final = Method("projects.read_stats", ReadStats, StatsView, shared=True)
READ_BURNUP: Final = Method("projects.read_burnup", ReadPoints, Burnup, shared=True)
READ_FLOW: Final = Method("projects.read_flow", ReadPoints, CumulativeFlow, shared=True)
READ_FORECAST: Final = Method("projects.read_forecast", ReadForecast, ForecastView, shared=True)
VERIFY_PROJECT: Final = Method("projects.verify_project", ProjectRef, Verified, shared=True)
LIST_MEMBERS: Final = Method("projects.list_members", ListMembers, Page[Membership], shared=True)
ADD_MEMBER: Final = Method("projects.add_member", AddMember, Membership)
CHANGE_MEMBER_ROLE: Final = Method("projects.change_member_role", ChangeMemberRole, Membership)
REMOVE_MEMBER: Final = Method("projects.remove_member", RemoveMember, None)

INVITE_MEMBER: Final = Method("projects.invite_member", InviteMember, InvitationMail)
CHECK_INVITATIONS: Final = Method("projects.check_invitations", ProjectRef, None)
JOIN_INVITED: Final = Method("projects.accept_invitation", AcceptedInvitation, Membership)
PREPARE_LEAVING: Final = Method("projects.prepare_leaving", Nothing, None)
STAY: Final = Method("projects.stay", Nothing, None)
FIND_COLLEAGUES: Final = Method("projects.find_colleagues", SearchPeople, list[Person])

LIST_EVENTS: Final = Method("projects.list_events", ListEvents, EventFeed, shared=True)
FOLLOW_EVENTS: Final = Method("projects.follow_events", FollowEvents, FollowedEvents)
LIST_MEMBERSHIPS: Final = Method("projects.list_memberships", Nothing, Memberships)

CREATE_TASK: Final = Method("projects.create_task", CreateTask, TaskView)
LIST_TASKS: Final = Method("projects.list_tasks", ListTasks, Page[TaskView], shared=True)
READ_TASK: Final = Method("projects.read_task", TaskRef, TaskView, shared=True)
UPDATE_TASK: Final = Method("projects.update_task", UpdateTask, TaskView)
DELETE_TASK: Final = Method("projects.delete_task", DeleteTask, None)
RESTORE_TASK: Final = Method("projects.restore_task", TaskRef, TaskView)
RANK_TASK: Final = Method("projects.rank_task", RankTask, TaskView)
MOVE_TASK: Final = Method("projects.move_task", MoveTask, TaskView)
UPDATE_TASKS: Final = Method("projects.update_tasks", UpdateTasks, list[Updated])
READ_TASK_HISTORY: Final = Method("projects.read_task_history", ReadTaskHistory, Page[PastEvent], shared=True)

LIST_COMMENTS: Final = Method("projects.list_comments", ListComments, Page[CommentView], shared=True)
CREATE_COMMENT: Final = Method("projects.create_comment", CreateComment, CommentView)
UPDATE_COMMENT: Final = Method("projects.update_comment", UpdateComment, CommentView)
DELETE_COMMENT: Final = Method("projects.delete_comment", CommentRef, None)

LIST_SUBTASKS: Final = Method("projects.list_subtasks", ListSubtasks, Page[SubtaskView], shared=True)
CREATE_SUBTASK: Final = Method("projects.create_subtask", CreateSubtask, SubtaskView)
UPDATE_SUBTASK: Final = Method("projects.update_subtask", UpdateSubtask, SubtaskView)
DELETE_SUBTASK: Final = Method("projects.delete_subtask", SubtaskRef, None)

LIST_TIME_LOGS: Final = Method("projects.list_time_logs", ListTimeLogs, Page[TimeLogView], shared=True)
LOG_TIME: Final = Method("projects.log_time", LogTime, TimeLogView)
UPDATE_TIME_LOG: Final = Method("projects.update_time_log", UpdateTimeLog, TimeLogView)
DELETE_TIME_LOG: Final = Method("projects.delete_time_log", TimeLogRef, None)
READ_TIMER: Final = Method("projects.read_timer", Nothing, CurrentTimer, shared=True)
START_TIMER: Final = Method("projects.start_timer", TaskRef, TimerView)
LIST_ACTIVITY: Final = Method("projects.list_activity", ListActivity, Page[Activity], shared=True)
SEARCH: Final = Method("projects.search", Search, Page[Found], shared=True)
STOP_TIMER: Final = Method("projects.stop_timer", StopTimer, TimeLogView)
CREATE_LABEL: Final = Method("projects.create_label", CreateLabel, LabelView)
LIST_LABELS: Final = Method("projects.list_labels", ListLabels, Page[LabelView], shared=True)
READ_LABEL: Final = Method("projects.read_label", LabelRef, LabelView, shared=True)
UPDATE_LABEL: Final = Method("projects.update_label", UpdateLabel, LabelView)
DELETE_LABEL: Final = Method("projects.delete_label", LabelRef, None)

CREATE_MILESTONE: Final = Method("projects.create_milestone", CreateMilestone, MilestoneView)
LIST_MILESTONES: Final = Method("projects.list_milestones", ListMilestones, Page[MilestoneView], shared=True)
READ_MILESTONE: Final = Method("projects.read_milestone", MilestoneRef, MilestoneView, shared=True)
UPDATE_MILESTONE: Final = Method("projects.update_milestone", UpdateMilestone, MilestoneView)
DELETE_MILESTONE: Final = Method("projects.delete_milestone", MilestoneRef, None)

CREATE_SPRINT: Final = Method("projects.create_sprint", CreateSprint, SprintView)
LIST_SPRINTS: Final = Method("projects.list_sprints", ListSprints, Page[SprintView], shared=True)
READ_SPRINT: Final = Method("projects.read_sprint", SprintRef, SprintView, shared=True)
UPDATE_SPRINT: Final = Method("projects.update_sprint", UpdateSprint, SprintView)
DELETE_SPRINT: Final = Method("projects.delete_sprint", SprintRef, None)
START_SPRINT: Final = Method("projects.start_sprint", SprintRef, SprintView)
COMPLETE_SPRINT: Final = Method("projects.complete_sprint", CompleteSprint, SprintView)

CREATE_WEBHOOK: Final = Method("webhooks.create_webhook", CreateWebhook, WebhookView)
LIST_WEBHOOKS: Final = Method("webhooks.list_webhooks", ListWebhooks, Page[WebhookView], shared=True)
READ_WEBHOOK: Final = Method("webhooks.read_webhook", WebhookRef, WebhookView, shared=True)
UPDATE_WEBHOOK: Final = Method("webhooks.update_webhook", UpdateWebhook, WebhookView)
DELETE_WEBHOOK: Final = Method("webhooks.delete_webhook", DeleteWebhook, None)
ENABLE_WEBHOOK: Final = Method("webhooks.enable_webhook", WebhookRef, WebhookView)
ROTATE_SECRET: Final = Method("webhooks.rotate_secret", RotateSecret, NewSecret)
PING_WEBHOOK: Final = Method("webhooks.ping_webhook", WebhookRef, DeliveryView)
REPEAT_DELIVERY: Final = Method("webhooks.repeat_delivery", DeliveryRef, DeliveryView)
REPLAY_EVENTS: Final = Method("webhooks.replay_events", ReplayEvents, Replayed)
LIST_DELIVERIES: Final = Method("webhooks.list_deliveries", ListDeliveries, Page[DeliveryView], shared=True)
READ_DELIVERY: Final = Method("webhooks.read_delivery", DeliveryRef, DeliveryView, shared=True)

HEALTH: Final = {
    service: Method(f"{service}.health", Nothing, ServiceHealth) for service in ("auth", "projects", "webhooks")
}
