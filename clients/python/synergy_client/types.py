"""
What is sent and what is answered. Times are RFC 3339 texts in UTC.

Written by `make client`: change the operations, not this.
"""

from typing import Any, Literal, NotRequired, TypedDict


class FieldError(TypedDict):
    """What is wrong with one field of the body (`pointer`, RFC 6901) or one query parameter (`parameter`)."""

    detail: str
    pointer: NotRequired[str | None]
    parameter: NotRequired[str | None]


class Profile(TypedDict):
    """The caller's own account. `pending_email` takes the place of `email` when it is confirmed, within three days."""

    id: int
    username: str
    email: str
    first_name: str
    last_name: str
    bio: str
    location: str
    phone: str
    company: str
    timezone: str
    is_superuser: bool
    email_confirmed: NotRequired[bool]
    pending_email: NotRequired[str | None]
    revision: NotRequired[int]
    created_at: str
    updated_at: str


class Register(TypedDict):
    """Open an account and sign in. With the token of an `invitation` one joins its project, too."""

    username: str
    email: str
    password: str
    first_name: NotRequired[str]
    last_name: NotRequired[str]
    invitation: NotRequired[str | None]


class Login(TypedDict):
    """Sign in with a name (or address) and a password."""

    username: str
    password: str
    otp: NotRequired[str | None]


class TokenPair(TypedDict):
    """A fresh pair of tokens: `access` is a JWT (RFC 9068), `refresh` is opaque and works once."""

    access: str
    refresh: str


class RefreshTokens(TypedDict):
    """Exchange a refresh token for a fresh pair; the old one is spent."""

    refresh: str


class ProfileChanges(TypedDict):
    """
    The profile fields to change; what is left out stays. Another `email` needs `old_password`, and is confirmed by
    the mail that is sent there; the same again sends a new one, also to the present address while it is not
    confirmed.
    """

    username: NotRequired[str]
    email: NotRequired[str]
    first_name: NotRequired[str]
    last_name: NotRequired[str]
    bio: NotRequired[str]
    location: NotRequired[str]
    phone: NotRequired[str]
    company: NotRequired[str]
    timezone: NotRequired[str]
    old_password: NotRequired[str]


class ProfileReplacement(TypedDict):
    """The whole profile (PUT): fields left out go back to their defaults."""

    username: str
    email: str
    first_name: NotRequired[str]
    last_name: NotRequired[str]
    bio: NotRequired[str]
    location: NotRequired[str]
    phone: NotRequired[str]
    company: NotRequired[str]
    timezone: NotRequired[str]
    old_password: NotRequired[str]
    created_at: NotRequired[str]
    email_confirmed: NotRequired[bool]
    id: NotRequired[int]
    is_superuser: NotRequired[bool]
    pending_email: NotRequired[str | None]
    revision: NotRequired[int]
    updated_at: NotRequired[str]


class JsonWebKey(TypedDict):
    """A public Ed25519 key (RFC 8037, RFC 7517)."""

    kty: str
    crv: str
    x: str
    kid: str
    use: str
    alg: str


class LogoutBody(TypedDict):
    """The session of this refresh token ends as well."""

    refresh: NotRequired[str | None]


class ChangePassword(TypedDict):
    """Set another password; all other sessions end."""

    old_password: str
    new_password: str


class SessionView(TypedDict):
    """Where the account is signed in; `current` is the session that asks."""

    id: str
    address: str
    user_agent: str
    created_at: str
    last_used_at: str
    expires_at: str
    current: bool


class SecurityEvent(TypedDict):
    """
    Something that concerns an account's safety: `login_success`, `login_failed`, `otp_required` (the password was
    right, and no code was sent), `logout`, `password_change`, `token_reuse` … `actor_id` is the superuser who did it,
    where it was not the account itself; from where (`address`, `user_agent`), superusers alone are told.
    """

    id: str
    at: str
    kind: str
    outcome: Literal["failure", "success"]
    user_id: int | None
    session_id: str | None
    actor_id: int | None
    address: str
    user_agent: str


class SecondFactor(TypedDict):
    """Whether signing in needs a second factor, and how many recovery codes are left."""

    enabled: bool
    recovery_codes_left: int


class NewSecondFactor(TypedDict):
    """
    A secret for an authenticator app (RFC 6238: SHA-1, six digits, 30 s); it counts once it was confirmed. Shown
    once: null when the same request is repeated.
    """

    secret: str | None
    otpauth_uri: str | None


class BeginSecondFactor(TypedDict):
    """Set up a second factor; the password shows that it is the owner who does."""

    password: str


class RecoveryCodes(TypedDict):
    """Codes that stand for the second factor, each once. Shown once: null when the same request is repeated."""

    recovery_codes: list[str] | None


class GiveOtp(TypedDict):
    """Show that the second factor is at hand."""

    otp: str


class TokenView(TypedDict):
    """A personal access token; `hint` is the end of its text, to tell it by."""

    id: str
    name: str
    scopes: list[Literal["admin", "read", "write"]]
    hint: str
    created_at: str
    expires_at: str | None
    last_used_at: str | None


class NewToken(TypedDict):
    """The same with its text, which is shown once: null when the same request is repeated."""

    id: str
    name: str
    scopes: list[Literal["admin", "read", "write"]]
    hint: str
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    token: str | None


class CreateToken(TypedDict):
    """Make a personal access token; without `expires_at` it holds until it is revoked."""

    name: str
    scopes: list[Literal["admin", "read", "write"]]
    expires_at: NotRequired[str | None]


class AskReset(TypedDict):
    """Ask for a mail with which a new password can be set."""

    email: str


class ResetPassword(TypedDict):
    """Set a new password with what the mail said; all sessions end, a second factor stays."""

    token: str
    new_password: str


class ConfirmEmail(TypedDict):
    """Show that the mail was read; a new address takes effect now."""

    token: str


class Person(TypedDict):
    """A user as shown beside projects and tasks; never an address."""

    id: int
    username: str
    full_name: str


class EraseAccount(TypedDict):
    """Erase one's own account, for good."""

    password: str


class UserView(TypedDict):
    """An account as superusers see it."""

    id: int
    username: str
    email: str
    first_name: str
    last_name: str
    is_active: bool
    is_superuser: bool
    created_at: str
    updated_at: str


class UserChanges(TypedDict):
    """
    What a superuser may change of an account; what is left out stays. `second_factor` false removes it, for somebody
    who has lost it.
    """

    is_active: NotRequired[bool]
    is_superuser: NotRequired[bool]
    second_factor: NotRequired[Literal[False]]


class CreateProject(TypedDict):
    """Start a project; the caller owns it."""

    name: str
    description: NotRequired[str]
    status: NotRequired[Literal["active", "cancelled", "completed", "on_hold", "planning"]]
    priority: NotRequired[Literal["high", "low", "medium", "urgent"]]
    start_date: NotRequired[str | None]
    end_date: NotRequired[str | None]
    budget: NotRequired[str | None]


class ProjectChanges(TypedDict):
    """The project fields to change (PATCH); what is left out stays. PUT sends all of them."""

    name: NotRequired[str]
    description: NotRequired[str]
    status: NotRequired[Literal["active", "cancelled", "completed", "on_hold", "planning"]]
    priority: NotRequired[Literal["high", "low", "medium", "urgent"]]
    start_date: NotRequired[str | None]
    end_date: NotRequired[str | None]
    budget: NotRequired[str | None]


class NewOwner(TypedDict):
    """The member who is to own the project; who owns it now becomes a manager."""

    user_id: int


class Undone(TypedDict):
    """The versions that were taken back, and the `version` of the project by now."""

    project: int
    version: int
    undone: list[int]


class UndoVersion(TypedDict):
    """The version of the project that is to be taken back, with all that the same command changed."""

    version: int


class Trashed(TypedDict):
    """
    A project or a task in the trash: its id, its name or title, the project it is (in), and since when it is there.
    They are dropped for good at `purged_at`; a task of an archived project when that is written again.
    """

    kind: Literal["project", "task"]
    id: int
    name: str
    project: int
    project_name: str
    trashed_at: str
    purged_at: str


class Counts(TypedDict):
    """What progress is made of, at one moment."""

    progress: int
    impact_done: float
    impact_total: float
    completed_task_count: int
    task_count: int


class NewMember(TypedDict):
    """Whom to add (one of `user_id` and `username`), and as what."""

    user_id: NotRequired[int | None]
    username: NotRequired[str | None]
    role: NotRequired[Literal["contributor", "manager", "member", "viewer"]]


class RoleChange(TypedDict):
    """The member's new role."""

    role: Literal["contributor", "manager", "member", "viewer"]


class LabelDocument(TypedDict):
    """A label; without a `color` it gets one."""

    name: str
    color: NotRequired[str | None]


class MemberDocument(TypedDict):
    """Somebody in the project."""

    username: str
    role: NotRequired[Literal["contributor", "manager", "member", "owner", "viewer"]]


class MilestoneDocument(TypedDict):
    """A milestone."""

    name: str
    description: NotRequired[str]
    due_date: NotRequired[str | None]
    status: NotRequired[Literal["completed", "open"]]


class ProjectFields(TypedDict):
    """The project itself. `created_at` is told, and not imported."""

    name: str
    description: NotRequired[str]
    status: NotRequired[Literal["active", "cancelled", "completed", "on_hold", "planning"]]
    priority: NotRequired[Literal["high", "low", "medium", "urgent"]]
    start_date: NotRequired[str | None]
    end_date: NotRequired[str | None]
    budget: NotRequired[str | None]
    archived: NotRequired[bool]
    created_at: NotRequired[str | None]


class SprintDocument(TypedDict):
    """A sprint."""

    name: str
    goal: NotRequired[str]
    start_date: NotRequired[str | None]
    end_date: NotRequired[str | None]
    status: NotRequired[Literal["active", "completed", "planned"]]


class CommentDocument(TypedDict):
    """
    A comment. `mentions` names whom the text mentions as `<@username>`; without it, `@username` mentions members, as
    in a comment that is written. `created_at` is told, and not imported.
    """

    content: str
    author: NotRequired[str | None]
    mentions: NotRequired[list[str] | None]
    created_at: NotRequired[str | None]


class SubtaskDocument(TypedDict):
    """A step of a task."""

    title: str
    is_completed: NotRequired[bool]


class TimeLogDocument(TypedDict):
    """Time that somebody spent."""

    minutes: int
    spent_on: str
    note: NotRequired[str]
    user: NotRequired[str | None]


class ImportFault(TypedDict):
    """What is to be said about a line of the file, counted from 1."""

    line: int
    detail: str


class Durations(TypedDict):
    """Hours that `count` completions took: their mean, and what 50, 85 and 95 of 100 took at most."""

    count: int
    mean: float
    p50: float
    p85: float
    p95: float


class TasksByStatus(TypedDict):
    """How many tasks outside the trash are in each status."""

    todo: int
    in_progress: int
    review: int
    done: int


class Week(TypedDict):
    """How many tasks were created, became done and were reopened in a week. `week` is its Monday."""

    week: str
    created: int
    completed: int
    reopened: int


class BurnupPoint(TypedDict):
    """What there was to do (`impact_total`, `task_count`: the scope) and what of it was done when the day ended."""

    progress: int
    impact_done: float
    impact_total: float
    completed_task_count: int
    task_count: int
    day: str


class FlowPoint(TypedDict):
    """The tasks in each status when the day ended, and how many were created, became done and were reopened in it."""

    todo: int
    in_progress: int
    review: int
    done: int
    day: str
    created: int
    completed: int
    reopened: int


class ForecastDate(TypedDict):
    """In `percentile` of 100 trials all was done after so many days, on that date; null beyond two years."""

    percentile: int
    days: int | None
    date: str | None


class Contradiction(TypedDict):
    """Something in a project's log that contradicts the rest of it: of which sort, at which version, in words."""

    damage: str
    version: int | None
    detail: str


class NewInvitation(TypedDict):
    """Whom to invite, and as what."""

    email: str
    role: NotRequired[Literal["contributor", "manager", "member", "viewer"]]


class Joined(TypedDict):
    """The project one belongs to now, and as what."""

    project: int
    role: str


class AcceptInvitation(TypedDict):
    """Join the project that the mail invites to."""

    token: str


class SubtaskView(TypedDict):
    """A step of a task."""

    id: int
    task: int
    title: str
    is_completed: bool


class CreateTask(TypedDict):
    """Add a task. `project` may also be called `project_id`; exactly one of the two."""

    title: str
    project: NotRequired[int | None]
    project_id: NotRequired[int | None]
    description: NotRequired[str]
    status: NotRequired[Literal["done", "in_progress", "review", "todo"]]
    priority: NotRequired[Literal["high", "low", "medium", "urgent"]]
    impact: NotRequired[float]
    assignees: NotRequired[list[int]]
    start_date: NotRequired[str | None]
    due_date: NotRequired[str | None]
    estimated_hours: NotRequired[float | None]
    actual_hours: NotRequired[float | None]
    story_points: NotRequired[int | None]
    labels: NotRequired[list[str]]
    depends_on: NotRequired[list[int]]
    milestone: NotRequired[int | None]
    sprint: NotRequired[int | None]


class TaskChanges(TypedDict):
    """The task fields to change (PATCH); what is left out stays. PUT sends all of them."""

    title: NotRequired[str]
    description: NotRequired[str]
    status: NotRequired[Literal["done", "in_progress", "review", "todo"]]
    priority: NotRequired[Literal["high", "low", "medium", "urgent"]]
    impact: NotRequired[float]
    assignees: NotRequired[list[int]]
    start_date: NotRequired[str | None]
    due_date: NotRequired[str | None]
    estimated_hours: NotRequired[float | None]
    actual_hours: NotRequired[float | None]
    story_points: NotRequired[int | None]
    labels: NotRequired[list[str]]
    depends_on: NotRequired[list[int]]
    milestone: NotRequired[int | None]
    sprint: NotRequired[int | None]


class PersonRef(TypedDict):
    """A person as an answer shows one; only the id counts."""

    id: int
    username: NotRequired[str]
    full_name: NotRequired[str]


class TaskPlace(TypedDict):
    """Right `before` or right `after` another task of the project; exactly one of the two."""

    before: NotRequired[int | None]
    after: NotRequired[int | None]


class TaskTarget(TypedDict):
    """The project to move a task to."""

    project: int


class NewComment(TypedDict):
    """What to say."""

    content: str


class CommentChanges(TypedDict):
    """The new text; left out, the comment stays as it is."""

    content: NotRequired[str]


class NewSubtask(TypedDict):
    """A step to add after the others."""

    title: str
    is_completed: NotRequired[bool]


class SubtaskChanges(TypedDict):
    """The fields of a subtask to change; what is left out stays."""

    title: NotRequired[str]
    is_completed: NotRequired[bool]


class NewTimeLog(TypedDict):
    """Minutes the caller spent, on a day; without one today, in UTC."""

    minutes: int
    spent_on: NotRequired[str | None]
    note: NotRequired[str]


class TimeLogChanges(TypedDict):
    """The fields of an entry to change; what is left out stays."""

    minutes: NotRequired[int]
    spent_on: NotRequired[str]
    note: NotRequired[str]


class TimerView(TypedDict):
    """The caller's timer that runs."""

    project: int
    task: int
    started_at: str


class TimerNote(TypedDict):
    """What was done while the timer ran."""

    note: NotRequired[str]


class ProjectNamed(TypedDict):
    """A project by its name."""

    id: int
    name: str


class Stretch(TypedDict):
    """A part of a text: from the character `begin`, counted from 0, up to and without `end`."""

    begin: int
    end: int


class TaskNamed(TypedDict):
    """A task by its number and title."""

    id: int
    number: int
    title: str


class LabelView(TypedDict):
    """A label, and the progress of the tasks that have it."""

    id: int
    project: int
    name: str
    color: str
    progress: int
    task_count: int
    completed_task_count: int
    version: int
    created_at: str
    updated_at: str


class CreateLabel(TypedDict):
    """Make a label. Without a `color` it gets one."""

    project: int
    name: str
    color: NotRequired[str | None]


class LabelChanges(TypedDict):
    """The label fields to change; what is left out stays. Another name is that of the label in all tasks."""

    name: NotRequired[str]
    color: NotRequired[str]


class MilestoneView(TypedDict):
    """A milestone, and the progress of its tasks."""

    id: int
    project: int
    name: str
    description: str
    due_date: str | None
    status: Literal["completed", "open"]
    progress: int
    task_count: int
    completed_task_count: int
    completed_at: str | None
    version: int
    created_at: str
    updated_at: str


class CreateMilestone(TypedDict):
    """Set a milestone; it is open."""

    project: int
    name: str
    description: NotRequired[str]
    due_date: NotRequired[str | None]


class MilestoneChanges(TypedDict):
    """The milestone fields to change; what is left out stays."""

    name: NotRequired[str]
    description: NotRequired[str]
    due_date: NotRequired[str | None]
    status: NotRequired[Literal["completed", "open"]]


class SprintView(TypedDict):
    """A sprint, and the progress of its tasks."""

    id: int
    project: int
    name: str
    goal: str
    start_date: str | None
    end_date: str | None
    status: Literal["active", "completed", "planned"]
    progress: int
    task_count: int
    completed_task_count: int
    started_at: str | None
    completed_at: str | None
    version: int
    created_at: str
    updated_at: str


class CreateSprint(TypedDict):
    """Plan a sprint."""

    project: int
    name: str
    goal: NotRequired[str]
    start_date: NotRequired[str | None]
    end_date: NotRequired[str | None]


class SprintChanges(TypedDict):
    """The sprint fields to change; what is left out stays."""

    name: NotRequired[str]
    goal: NotRequired[str]
    start_date: NotRequired[str | None]
    end_date: NotRequired[str | None]


class SprintEnd(TypedDict):
    """Where tasks that are not done go: to the sprint `unfinished_to`, or nowhere."""

    unfinished_to: NotRequired[int | None]


class WebhookEvent(TypedDict):
    """
    One type of event: what it means, a JSON Schema (2020-12) of its body in the format `standard`, and an example.
    `seed` says `event` for `type`; `cloudevents` has `data` as `object` beside the rest within its own `data`.
    """

    type: str
    description: str
    schema: dict[str, Any]
    example: dict[str, Any]


class WebhookView(TypedDict):
    """
    A subscription. `secret` is told once, in the answer that made it, and is None ever after. `revision` is the
    version of the last event that changed a field that can be written: what If-Match compares.
    """

    id: str
    name: str
    url: str
    events: list[str]
    secret: str | None
    is_active: bool
    projects: list[int]
    format: Literal["cloudevents", "seed", "standard"]
    ordered: bool
    created_at: str
    total_deliveries: int
    successful_deliveries: int
    failed_deliveries: int
    last_triggered_at: str | None
    health: str
    revision: int


class CreateWebhook(TypedDict):
    """Subscribe a URL to events. An empty `projects` means all the caller's; without `secret` one is made."""

    name: str
    url: str
    events: list[str]
    secret: NotRequired[str | None]
    is_active: NotRequired[bool]
    projects: NotRequired[list[int]]
    format: NotRequired[Literal["cloudevents", "seed", "standard"]]
    ordered: NotRequired[bool]


class WebhookChanges(TypedDict):
    """The subscription fields to change (PATCH); what is left out stays."""

    name: NotRequired[str]
    url: NotRequired[str]
    events: NotRequired[list[str]]
    is_active: NotRequired[bool]
    projects: NotRequired[list[int]]
    format: NotRequired[Literal["cloudevents", "seed", "standard"]]
    ordered: NotRequired[bool]


class WebhookReplacement(TypedDict):
    """All writable fields of a webhook; its secret stays."""

    name: str
    url: str
    events: list[str]
    is_active: NotRequired[bool]
    projects: NotRequired[list[int]]
    format: NotRequired[Literal["cloudevents", "seed", "standard"]]
    ordered: NotRequired[bool]
    created_at: NotRequired[str]
    failed_deliveries: NotRequired[int]
    health: NotRequired[str]
    id: NotRequired[str]
    last_triggered_at: NotRequired[str | None]
    revision: NotRequired[int]
    secret: NotRequired[str | None]
    successful_deliveries: NotRequired[int]
    total_deliveries: NotRequired[int]


class NewSecret(TypedDict):
    """The new secret, told this once; None where the command is repeated."""

    secret: str | None


class SecretRotation(TypedDict):
    """For how many hours the former secrets go on signing beside the new one: a day by default, a week at most."""

    overlap_hours: NotRequired[int]


class Attempt(TypedDict):
    """
    One POST: `duration_ms` in milliseconds, `response_body` at most 1,000 characters; the `address` that was dialled,
    and the key that signed.
    """

    at: str
    status_code: int | None
    duration_ms: int
    error: str | None
    response_body: str | None
    address: str | None
    key_id: str | None


class Replayed(TypedDict):
    """
    How many `events` were found and, unless it was a `dry_run`, are sent. They lie between the two positions;
    `next_position` is where to go on if there is more, for a call takes but a part.
    """

    webhook: str
    dry_run: bool
    events: int
    from_position: int
    to_position: int
    next_position: int | None


class Replay(TypedDict):
    """
    What of the past is to be sent again: events `from_position` on, or `since` a time on (say one of them), up to and
    with the position or before the time `to`. `types` narrows them; with `dry_run` nothing is sent.
    """

    from_position: NotRequired[int | None]
    since: NotRequired[str | None]
    to: NotRequired[int | str | None]
    types: NotRequired[list[str]]
    dry_run: NotRequired[bool]


class PartHealth(TypedDict):
    """
    State of one part: `status` is `up` or `down`, `lag` counts events not yet published or consumed, `detail` says
    what to look at.
    """

    status: str
    latency_ms: NotRequired[float | None]
    lag: NotRequired[int | None]
    detail: NotRequired[str | None]


class Liveness(TypedDict):
    """The process answers."""

    status: NotRequired[Literal["alive"]]


class Readiness(TypedDict):
    """Whether requests should come here."""

    status: Literal["not ready", "ready"]


class ProblemExplained(TypedDict):
    """What an error means and what to do about it."""

    type: str
    title: str
    status: int
    help: str


class ProblemDetails(TypedDict):
    """RFC 9457. `type` stays the same for ever and explains itself; `request_id` is what to quote to an operator."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: NotRequired[list[FieldError]]


class ItemProblem(TypedDict):
    """Why an item was not changed, in the words of RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: NotRequired[list[FieldError]]


class SignedIn(TypedDict):
    """A signed-in user with a fresh pair of tokens."""

    user: Profile
    access: str
    refresh: str


class JsonWebKeySet(TypedDict):
    """The keys that may have signed an access token that is still alive."""

    keys: list[JsonWebKey]


class SessionViewListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[SessionView]


class SecurityEventListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[SecurityEvent]


class TokenViewListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[TokenView]


class PersonalData(TypedDict):
    """
    The caller's account: the profile, the sessions and tokens that can still be used, and the whole security log,
    which tells of those that cannot. `complete` is false where these sessions and lines are more than 100,000: then
    the oldest lines of the log are left out. It says nothing of other data, such as mails or secrets, which are never
    told.
    """

    profile: Profile
    sessions: list[SessionView]
    tokens: list[TokenView]
    security_events: list[SecurityEvent]
    complete: bool


class People(TypedDict):
    """People who were found, at most 50."""

    count: int
    next: None
    previous: None
    results: list[Person]


class Membership(TypedDict):
    """One person in a project."""

    user: Person
    role: Literal["contributor", "manager", "member", "owner", "viewer"]


class PastEvent(TypedDict):
    """
    One event of a project as it is stored: `data` with ids of people, and impact and hours in hundredths. `hash` is
    the SHA-256 chain of the project up to it, in hex.
    """

    version: int
    position: int
    event_id: str
    type: str
    entity: str
    actor: Person | None
    time: str
    data: dict[str, Any]
    hash: str


class InvitationView(TypedDict):
    """An invitation that waits for an answer."""

    id: str
    project: int
    email: str
    role: Literal["contributor", "manager", "member", "viewer"]
    invited_by: Person
    created_at: str
    expires_at: str


class CommentView(TypedDict):
    """A comment. `content` names whom it mentions as they are called today; `updated_at` tells that it was edited."""

    id: int
    project: int
    task: int
    author: Person
    content: str
    mentions: list[Person]
    created_at: str
    updated_at: str


class TimeLogView(TypedDict):
    """Time that somebody spent on a task. `started_at` is when the timer was started that measured it, if one did."""

    id: int
    project: int
    task: int
    user: Person
    minutes: int
    spent_on: str
    note: str
    started_at: str | None
    created_at: str
    updated_at: str


class FeedEvent(TypedDict):
    """An event and the project it is of; `position` orders all projects' events."""

    version: int
    position: int
    event_id: str
    type: str
    entity: str
    actor: Person | None
    time: str
    data: dict[str, Any]
    hash: str
    project: int


class UserViewListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[UserView]


class TrashedListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[Trashed]


class Contribution(TypedDict):
    """An event that changed what progress is made of: how that stood before and after."""

    version: int
    position: int
    type: str
    actor: Person | None
    time: str
    task: int
    before: Counts
    after: Counts


class TaskDocument(TypedDict):
    """
    A task. `depends_on` are numbers of tasks; `milestone` and `sprint` are places in the document's lists, counted
    from 1; `rank` is the task's place on the board. Times are told, and not imported.
    """

    title: str
    number: NotRequired[int | None]
    rank: NotRequired[int | None]
    description: NotRequired[str]
    status: NotRequired[Literal["done", "in_progress", "review", "todo"]]
    priority: NotRequired[Literal["high", "low", "medium", "urgent"]]
    impact: NotRequired[float]
    assignees: NotRequired[list[str]]
    created_by: NotRequired[str | None]
    start_date: NotRequired[str | None]
    due_date: NotRequired[str | None]
    estimated_hours: NotRequired[float | None]
    actual_hours: NotRequired[float | None]
    story_points: NotRequired[int | None]
    labels: NotRequired[list[str]]
    depends_on: NotRequired[list[int]]
    milestone: NotRequired[int | None]
    sprint: NotRequired[int | None]
    subtasks: NotRequired[list[SubtaskDocument]]
    comments: NotRequired[list[CommentDocument]]
    time_logs: NotRequired[list[TimeLogDocument]]
    created_at: NotRequired[str | None]
    completed_at: NotRequired[str | None]


class ImportView(TypedDict):
    """
    An import. `done` and `total` count tasks, `total` None until they are counted. `errors` say why it failed, and
    nothing was made then; `warnings` what was made otherwise than the file says. `project` is there once it is done.
    """

    id: str
    status: Literal["checking", "done", "failed", "importing", "queued", "receiving"]
    done: int
    total: int | None
    errors: list[ImportFault]
    warnings: list[ImportFault]
    project: int | None
    created_at: str
    finished_at: str | None


class StatsView(TypedDict):
    """
    Where a project stands, and what came and went from `since` to `until`. `cycle_time` counts from the first time a
    task left `todo`, `lead_time` from its creation, until it was done; null where nothing was done. The first and the
    last week of `throughput` may be parts of weeks.
    """

    project: int
    progress: int
    impact_done: float
    impact_total: float
    completed_task_count: int
    task_count: int
    version: int
    by_status: TasksByStatus
    since: str
    until: str
    created: int
    completed: int
    reopened: int
    completed_per_day: float
    cycle_time: Durations | None
    lead_time: Durations | None
    throughput: list[Week]


class Burnup(TypedDict):
    """One point a day, the first on the day the project was created."""

    project: int
    version: int
    points: list[BurnupPoint]


class CumulativeFlow(TypedDict):
    """One point a day, the first on the day the project was created."""

    project: int
    version: int
    points: list[FlowPoint]


class ForecastView(TypedDict):
    """
    A forecast made on `day`, by drawing whole days of the past at random: what they got done, less what was reopened.
    Tasks that will be added are not foreseen. The `seed` follows from project, version and day, so the answer is the
    same however often it is asked for. Where there is too little to go by, `percentiles` is empty and `why_not` says
    what is missing.
    """

    project: int
    version: int
    day: str
    open_tasks: int
    days_of_history: int
    completed_in_them: int
    trials: int
    seed: int
    percentiles: list[ForecastDate]
    why_not: str | None


class Verified(TypedDict):
    """
    A project's events checked against their hash chain: how many there are, and the hash at its head, in hex.
    `findings` tells the first 20 contradictions.
    """

    ok: bool
    events: int
    version: int
    head: str
    findings: list[Contradiction]


class TaskView(TypedDict):
    """
    A task. `number` is gap-free within its project; `version` that of the last event that changed one of its fields,
    `revision` that of the last one that changed a field that can be written: what If-Match compares.
    `subtask_progress` is the share of subtasks that is completed, 0–100. `blocked_by` are those of `depends_on` that
    are neither done nor in the trash; it `can_start` when there is none. `rank` sorts, byte by byte, in the order
    that people gave the tasks of a project.
    """

    id: int
    number: int
    project: int
    title: str
    description: str
    status: Literal["done", "in_progress", "review", "todo"]
    priority: Literal["high", "low", "medium", "urgent"]
    impact: float
    assignees: list[Person]
    start_date: str | None
    due_date: str | None
    estimated_hours: float | None
    actual_hours: float | None
    story_points: int | None
    labels: list[str]
    depends_on: list[int]
    blocked_by: list[int]
    can_start: bool
    milestone: int | None
    sprint: int | None
    rank: str
    subtasks: list[SubtaskView]
    subtask_progress: int
    comment_count: int
    time_logged_minutes: int
    completed_at: str | None
    version: int
    revision: int
    created_at: str
    updated_at: str


class SubtaskViewListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[SubtaskView]


class UpdateTasks(TypedDict):
    """Make the same changes to several tasks, of any projects."""

    ids: list[int]
    changes: TaskChanges


class TaskReplacement(TypedDict):
    """All writable fields of a task. `assignees` are ids, or people as an answer shows them."""

    title: str
    description: NotRequired[str]
    status: NotRequired[Literal["done", "in_progress", "review", "todo"]]
    priority: NotRequired[Literal["high", "low", "medium", "urgent"]]
    impact: NotRequired[float]
    assignees: NotRequired[list[int | PersonRef]]
    start_date: NotRequired[str | None]
    due_date: NotRequired[str | None]
    estimated_hours: NotRequired[float | None]
    actual_hours: NotRequired[float | None]
    story_points: NotRequired[int | None]
    labels: NotRequired[list[str]]
    depends_on: NotRequired[list[int]]
    milestone: NotRequired[int | None]
    sprint: NotRequired[int | None]
    blocked_by: NotRequired[list[int]]
    can_start: NotRequired[bool]
    comment_count: NotRequired[int]
    completed_at: NotRequired[str | None]
    created_at: NotRequired[str]
    id: NotRequired[int]
    number: NotRequired[int]
    project: NotRequired[int]
    rank: NotRequired[str]
    revision: NotRequired[int]
    subtask_progress: NotRequired[int]
    subtasks: NotRequired[list[SubtaskView]]
    time_logged_minutes: NotRequired[int]
    updated_at: NotRequired[str]
    version: NotRequired[int]


class CurrentTimer(TypedDict):
    """The caller's timer, null where none runs."""

    running: TimerView | None


class Found(TypedDict):
    """
    Something that was found. `title` is the task's or project's, of a comment that of its task; `snippet` a part of
    the text around what was looked for, where `matches` are the places of the words.
    """

    type: Literal["comment", "project", "task"]
    id: int
    project: ProjectNamed
    task: TaskNamed | None
    title: str
    snippet: str
    matches: list[Stretch]
    rank: float
    updated_at: str


class Activity(TypedDict):
    """
    One event in a sentence, with the names of today, and what it is about. `task` is null where it is about none, or
    one that is no more. `changes` maps a changed field to `{"from": …, "to": …}`, people as ids.
    """

    position: int
    version: int
    time: str
    type: str
    project: ProjectNamed
    actor: Person | None
    task: TaskNamed | None
    text: str
    changes: dict[str, Any]


class LabelViewListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[LabelView]


class MilestoneViewListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[MilestoneView]


class SprintViewListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[SprintView]


class WebhookEventListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[WebhookEvent]


class WebhookViewListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[WebhookView]


class DeliveryView(TypedDict):
    """
    One event on its way to one subscription. `sequence` is contiguous per subscription; tests and replayed events
    have none. `entry` orders the log. One that waits for another delivery of its lane is `blocked_by` it. `payload`
    is None once it was dropped for its age.
    """

    id: str
    entry: int
    webhook: str
    event_id: str
    event_type: str
    sequence: int | None
    status: Literal["cancelled", "failed", "pending", "retrying", "success"]
    attempts: list[Attempt]
    next_attempt_at: str | None
    blocked_by: str | None
    payload: dict[str, Any] | None
    created_at: str
    completed_at: str | None


class SystemHealth(TypedDict):
    """`checks` tells of every part; `down` names those that are not up."""

    status: Literal["healthy", "unhealthy"]
    timestamp: str
    version: str
    checks: dict[str, PartHealth]
    down: NotRequired[list[str]]


class ProblemList(TypedDict):
    """Every error there is."""

    problems: list[ProblemExplained]


class BulkResult(TypedDict):
    """One item: the `status` that a request for it alone would have had, and the `problem` if it was refused."""

    id: int
    status: int
    problem: NotRequired[ItemProblem]


class ProjectView(TypedDict):
    """
    A project as its members see it. `role` is the caller's; `version` that of the project's stream, `revision` that
    of the last event that changed a field of its own that can be written: what If-Match compares.
    """

    id: int
    name: str
    description: str
    status: Literal["active", "cancelled", "completed", "on_hold", "planning"]
    priority: Literal["high", "low", "medium", "urgent"]
    start_date: str | None
    end_date: str | None
    budget: str | None
    owner: Person
    team_members: list[Membership]
    role: Literal["contributor", "manager", "member", "owner", "viewer"]
    progress: int
    task_count: int
    completed_task_count: int
    version: int
    revision: int
    archived: bool
    created_at: str
    updated_at: str


class ProjectReplacement(TypedDict):
    """All writable fields of a project."""

    name: str
    description: NotRequired[str]
    status: NotRequired[Literal["active", "cancelled", "completed", "on_hold", "planning"]]
    priority: NotRequired[Literal["high", "low", "medium", "urgent"]]
    start_date: NotRequired[str | None]
    end_date: NotRequired[str | None]
    budget: NotRequired[str | None]
    archived: NotRequired[bool]
    completed_task_count: NotRequired[int]
    created_at: NotRequired[str]
    id: NotRequired[int]
    owner: NotRequired[Person]
    progress: NotRequired[int]
    revision: NotRequired[int]
    role: NotRequired[Literal["contributor", "manager", "member", "owner", "viewer"]]
    task_count: NotRequired[int]
    team_members: NotRequired[list[Membership]]
    updated_at: NotRequired[str]
    version: NotRequired[int]


class MembershipListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[Membership]


class PastEventListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[PastEvent]


class InvitationViewListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[InvitationView]


class CommentViewListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[CommentView]


class TimeLogViewListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[TimeLogView]


class EventFeed(TypedDict):
    """Events in order, and the position up to which nothing is missing: ask for what comes after it next."""

    events: list[FeedEvent]
    next: int


class ExplainedProgress(TypedDict):
    """Progress and, if asked for, the newest 1,000 events that made it. Those before them: as of an earlier version."""

    project: int
    progress: int
    impact_done: float
    impact_total: float
    completed_task_count: int
    task_count: int
    version: int
    events: NotRequired[list[Contribution]]


class ProjectDocument(TypedDict):
    """A project with all that is in it but its trash, its invitations and its timers."""

    format: Literal["synergyos-project"]
    version: Literal[1]
    project: ProjectFields
    members: NotRequired[list[MemberDocument]]
    labels: NotRequired[list[LabelDocument]]
    milestones: NotRequired[list[MilestoneDocument]]
    sprints: NotRequired[list[SprintDocument]]
    tasks: NotRequired[list[TaskDocument]]


class TaskViewListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[TaskView]


class FoundListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[Found]


class ActivityListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[Activity]


class DeliveryViewListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[DeliveryView]


class BulkResults(TypedDict):
    """One entry an item, in the order they were named."""

    results: list[BulkResult]


class ProjectViewListing(TypedDict):
    """One page of a list. `count` is null where nobody has counted; `next` and `previous` are absolute addresses."""

    count: int | None
    next: str | None
    previous: str | None
    results: list[ProjectView]


class LogoutQuery(TypedDict):
    """The parameters of logout."""

    all: NotRequired[bool]


class ListSessionsQuery(TypedDict):
    """The parameters of list_sessions."""

    page: NotRequired[int]
    page_size: NotRequired[int]


class ListSecurityEventsQuery(TypedDict):
    """The parameters of list_security_events."""

    page: NotRequired[int]
    page_size: NotRequired[int]
    user: NotRequired[int]
    kind: NotRequired[str]


class ListTokensQuery(TypedDict):
    """The parameters of list_tokens."""

    page: NotRequired[int]
    page_size: NotRequired[int]


class FindPeopleQuery(TypedDict):
    """The parameters of find_people."""

    search: NotRequired[str]


class ListUsersQuery(TypedDict):
    """The parameters of list_users."""

    page: NotRequired[int]
    page_size: NotRequired[int]
    search: NotRequired[str]
    is_active: NotRequired[bool]


class ListProjectsQuery(TypedDict):
    """The parameters of list_projects."""

    page: NotRequired[int]
    page_size: NotRequired[int]
    status: NotRequired[Literal["active", "cancelled", "completed", "on_hold", "planning"]]
    priority: NotRequired[Literal["high", "low", "medium", "urgent"]]
    role: NotRequired[Literal["contributor", "manager", "member", "owner", "viewer"]]
    archived: NotRequired[bool]
    search: NotRequired[str]
    ordering: NotRequired[
        Literal[
            "-created_at",
            "-end_date",
            "-id",
            "-name",
            "-priority",
            "-progress",
            "-status",
            "-updated_at",
            "created_at",
            "end_date",
            "id",
            "name",
            "priority",
            "progress",
            "status",
            "updated_at",
        ]
    ]
    all: NotRequired[bool]


class ReadProjectQuery(TypedDict):
    """The parameters of read_project."""

    as_of: NotRequired[int | str]


class DeleteProjectQuery(TypedDict):
    """The parameters of delete_project."""

    purge: NotRequired[bool]


class ListTrashQuery(TypedDict):
    """The parameters of list_trash."""

    page: NotRequired[int]
    page_size: NotRequired[int]
    all: NotRequired[bool]


class ReadProgressQuery(TypedDict):
    """The parameters of read_progress."""

    as_of: NotRequired[int | str]
    explain: NotRequired[bool]


class ReadHistoryQuery(TypedDict):
    """The parameters of read_history."""

    after: NotRequired[int]
    cursor: NotRequired[str]
    page_size: NotRequired[int]


class ListMembersQuery(TypedDict):
    """The parameters of list_members."""

    page: NotRequired[int]
    page_size: NotRequired[int]
    as_of: NotRequired[int | str]


class ExportProjectQuery(TypedDict):
    """The parameters of export_project."""

    format: NotRequired[Literal["csv", "json"]]


class ImportProjectQuery(TypedDict):
    """The parameters of import_project."""

    format: NotRequired[Literal["csv", "github", "json", "trello"]]
    name: NotRequired[str]


class ReadStatsQuery(TypedDict):
    """The parameters of read_stats."""

    days: NotRequired[int]


class ReadBurnupQuery(TypedDict):
    """The parameters of read_burnup."""

    since: NotRequired[str]
    until: NotRequired[str]


class ReadFlowQuery(TypedDict):
    """The parameters of read_flow."""

    since: NotRequired[str]
    until: NotRequired[str]


class ReadForecastQuery(TypedDict):
    """The parameters of read_forecast."""

    days: NotRequired[int]


class ListInvitationsQuery(TypedDict):
    """The parameters of list_invitations."""

    page: NotRequired[int]
    page_size: NotRequired[int]


class ListTasksQuery(TypedDict):
    """The parameters of list_tasks."""

    page: NotRequired[int]
    page_size: NotRequired[int]
    project: NotRequired[int]
    status: NotRequired[list[Literal["done", "in_progress", "review", "todo"]]]
    priority: NotRequired[list[Literal["high", "low", "medium", "urgent"]]]
    assignee: NotRequired[list[int]]
    label: NotRequired[list[str]]
    milestone: NotRequired[list[int]]
    sprint: NotRequired[list[int]]
    due_before: NotRequired[str]
    due_after: NotRequired[str]
    search: NotRequired[str]
    ordering: NotRequired[
        Literal[
            "-created_at",
            "-due_date",
            "-id",
            "-impact",
            "-number",
            "-priority",
            "-rank",
            "-status",
            "-title",
            "-updated_at",
            "created_at",
            "due_date",
            "id",
            "impact",
            "number",
            "priority",
            "rank",
            "status",
            "title",
            "updated_at",
        ]
    ]
    cursor: NotRequired[str]
    as_of: NotRequired[int | str]


class ListProjectTasksQuery(TypedDict):
    """The parameters of list_project_tasks."""

    page: NotRequired[int]
    page_size: NotRequired[int]
    status: NotRequired[list[Literal["done", "in_progress", "review", "todo"]]]
    priority: NotRequired[list[Literal["high", "low", "medium", "urgent"]]]
    assignee: NotRequired[list[int]]
    label: NotRequired[list[str]]
    milestone: NotRequired[list[int]]
    sprint: NotRequired[list[int]]
    due_before: NotRequired[str]
    due_after: NotRequired[str]
    search: NotRequired[str]
    ordering: NotRequired[
        Literal[
            "-created_at",
            "-due_date",
            "-id",
            "-impact",
            "-number",
            "-priority",
            "-rank",
            "-status",
            "-title",
            "-updated_at",
            "created_at",
            "due_date",
            "id",
            "impact",
            "number",
            "priority",
            "rank",
            "status",
            "title",
            "updated_at",
        ]
    ]
    cursor: NotRequired[str]
    as_of: NotRequired[int | str]


class ReadTaskHistoryQuery(TypedDict):
    """The parameters of read_task_history."""

    after: NotRequired[int]
    cursor: NotRequired[str]
    page_size: NotRequired[int]


class ListMyTasksQuery(TypedDict):
    """The parameters of list_my_tasks."""

    page: NotRequired[int]
    page_size: NotRequired[int]
    project: NotRequired[int]
    status: NotRequired[list[Literal["done", "in_progress", "review", "todo"]]]
    priority: NotRequired[list[Literal["high", "low", "medium", "urgent"]]]
    label: NotRequired[list[str]]
    milestone: NotRequired[list[int]]
    sprint: NotRequired[list[int]]
    due_before: NotRequired[str]
    due_after: NotRequired[str]
    search: NotRequired[str]
    ordering: NotRequired[
        Literal[
            "-created_at",
            "-due_date",
            "-id",
            "-impact",
            "-number",
            "-priority",
            "-rank",
            "-status",
            "-title",
            "-updated_at",
            "created_at",
            "due_date",
            "id",
            "impact",
            "number",
            "priority",
            "rank",
            "status",
            "title",
            "updated_at",
        ]
    ]


class ListCommentsQuery(TypedDict):
    """The parameters of list_comments."""

    page: NotRequired[int]
    page_size: NotRequired[int]
    ordering: NotRequired[Literal["-created_at", "created_at"]]
    as_of: NotRequired[int | str]


class ListSubtasksQuery(TypedDict):
    """The parameters of list_subtasks."""

    page: NotRequired[int]
    page_size: NotRequired[int]


class ListTimeLogsQuery(TypedDict):
    """The parameters of list_time_logs."""

    page: NotRequired[int]
    page_size: NotRequired[int]
    user: NotRequired[int]
    ordering: NotRequired[Literal["-id", "-spent_on", "id", "spent_on"]]


class SearchQuery(TypedDict):
    """The parameters of search."""

    page: NotRequired[int]
    page_size: NotRequired[int]
    q: str
    types: NotRequired[list[Literal["comment", "project", "task"]]]
    project: NotRequired[int]


class ListActivityQuery(TypedDict):
    """The parameters of list_activity."""

    project: NotRequired[int]
    actor: NotRequired[int]
    types: NotRequired[list[str]]
    cursor: NotRequired[str]
    page_size: NotRequired[int]


class ListLabelsQuery(TypedDict):
    """The parameters of list_labels."""

    page: NotRequired[int]
    page_size: NotRequired[int]
    project: NotRequired[int]
    search: NotRequired[str]
    ordering: NotRequired[
        Literal["-created_at", "-id", "-name", "-updated_at", "created_at", "id", "name", "updated_at"]
    ]


class ListMilestonesQuery(TypedDict):
    """The parameters of list_milestones."""

    page: NotRequired[int]
    page_size: NotRequired[int]
    project: NotRequired[int]
    as_of: NotRequired[int | str]
    status: NotRequired[list[Literal["completed", "open"]]]
    search: NotRequired[str]
    ordering: NotRequired[
        Literal[
            "-created_at",
            "-due_date",
            "-id",
            "-name",
            "-status",
            "-updated_at",
            "created_at",
            "due_date",
            "id",
            "name",
            "status",
            "updated_at",
        ]
    ]


class ListSprintsQuery(TypedDict):
    """The parameters of list_sprints."""

    page: NotRequired[int]
    page_size: NotRequired[int]
    project: NotRequired[int]
    as_of: NotRequired[int | str]
    status: NotRequired[list[Literal["active", "completed", "planned"]]]
    search: NotRequired[str]
    ordering: NotRequired[
        Literal[
            "-created_at",
            "-end_date",
            "-id",
            "-name",
            "-start_date",
            "-status",
            "-updated_at",
            "created_at",
            "end_date",
            "id",
            "name",
            "start_date",
            "status",
            "updated_at",
        ]
    ]


class ListWebhooksQuery(TypedDict):
    """The parameters of list_webhooks."""

    page: NotRequired[int]
    page_size: NotRequired[int]
    is_active: NotRequired[bool]


class ListDeliveriesQuery(TypedDict):
    """The parameters of list_deliveries."""

    page: NotRequired[int]
    page_size: NotRequired[int]
    status: NotRequired[Literal["cancelled", "failed", "pending", "retrying", "success"]]
    event_type: NotRequired[str]
    cursor: NotRequired[str]


class ListEventsQuery(TypedDict):
    """The parameters of list_events."""

    after: NotRequired[int]
    types: NotRequired[str]
    project: NotRequired[int]
    wait: NotRequired[int]
    page_size: NotRequired[int]
