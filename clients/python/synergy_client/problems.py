"""
The errors of the API by their types.

Written by `make client`: change the operations, not this.
"""

from collections.abc import Mapping
from typing import Final

from synergy_client.errors import ApiError


class BadRequest(ApiError):
    """400, of whatever type."""


class Unauthenticated(ApiError):
    """401, of whatever type."""


class Forbidden(ApiError):
    """403, of whatever type."""


class NotFound(ApiError):
    """404, of whatever type."""


class Conflict(ApiError):
    """409, of whatever type."""


class Gone(ApiError):
    """410, of whatever type."""


class PreconditionFailed(ApiError):
    """412, of whatever type."""


class Invalid(ApiError):
    """422, of whatever type."""


class TooMany(ApiError):
    """429, of whatever type."""


class Unavailable(ApiError):
    """503, of whatever type."""


class AccountLeaving(Conflict):
    """409: The account is being erased. If it stays after all, try again in five minutes."""


class AccountUnavailable(Unauthenticated):
    """401: The account is not available. It is disabled or gone."""


class AddressTooLong(ApiError):
    """414: The address is too long. Send at most 16,000 characters; ask for less at once."""


class AlreadyAMember(Conflict):
    """409: Already a member. Change the role instead."""


class AuthenticationRequired(Unauthenticated):
    """401: Sign in first. Log in at /api/auth/login/ and send `Authorization: Bearer <access>`."""


class BodyTimeout(ApiError):
    """
    408: The body came too slowly. Send the whole body within ten seconds; a file within ten minutes, without a stop
    of 30 seconds.
    """


class BodyTooLarge(ApiError):
    """413: The body is too large. Send at most 1 MB."""


class CannotUndo(Conflict):
    """409: This cannot be undone. `detail` says what stands against it; change it by hand where that is wanted."""


class CommentNotFound(NotFound):
    """404: No such comment. It was deleted, or is on another task."""


class DatabaseUnavailable(Unavailable):
    """503: A database is down. Try again after Retry-After seconds."""


class DeadlineExceeded(Unavailable):
    """503: No answer in time. Try again after Retry-After seconds. After a write, read first: it may be done."""


class DeliveryNotFound(NotFound):
    """404: No such delivery. It is not there, or belongs to another's webhook."""


class EmailTaken(Conflict):
    """409: The address has an account. Log in, or use another address."""


class HeadersTooLarge(ApiError):
    """431: The headers are too large. Send fewer and shorter headers and cookies."""


class HostNotAllowed(BadRequest):
    """400: This host is not served here. Use the address you were given; operators list hosts in ALLOWED_HOSTS."""


class IdempotencyKeyReused(Invalid):
    """422: The key belongs to another request. Send another Idempotency-Key with each thing you want done once."""


class IdempotencyKeyRunning(Conflict):
    """409: The first request is under way. Ask again after Retry-After seconds, under the same key: it tells both."""


class ImportNotFound(NotFound):
    """404: No such import. It is older than a week, or it is somebody else's."""


class ImportsRunning(Conflict):
    """409: Too many imports are going on. Wait until those that you have begun are finished."""


class InsufficientScope(Forbidden):
    """403: The token does not allow this. Use a token that has the scope named in `detail`."""


class InternalError(ApiError):
    """500: Our fault. Quote `request_id` to the operator: the error is in the log."""


class InvalidBody(Invalid):
    """422: The body is not valid. Each entry of `errors` points at a field (RFC 6901) and says what it may be."""


class InvalidParameter(BadRequest):
    """400: A query parameter is wrong. Each entry of `errors` names a parameter and what it may be."""


class InvalidToken(Unauthenticated):
    """401: The token is not valid. It has expired or is not one of ours. Refresh it, or log in again."""


class InvitationCancelled(Conflict):
    """409: The invitation does not hold any more. Ask for another one."""


class InvitationNotFound(NotFound):
    """404: No such invitation. It was answered, cancelled, or has expired."""


class LabelExists(Conflict):
    """409: There is a label of this name. Names of labels differ in more than case; choose another one."""


class LabelNotFound(NotFound):
    """404: No such label. It is not there, or you are not a member of its project."""


class LastSuperuser(Conflict):
    """409: The last superuser. Make somebody else a superuser first."""


class LinkInvalid(Invalid):
    """422: The token of the mail is not valid. Ask for another mail."""


class MalformedBody(BadRequest):
    """400: The body cannot be read. Send valid JSON in UTF-8, or a form whose parts are complete."""


class MalformedCall(BadRequest):
    """400: The call cannot be read. A client of the bus sent something unreadable."""


class MalformedHeaders(BadRequest):
    """400: A header of the call cannot be read. A client of the bus sent something unreadable."""


class MalformedRequest(BadRequest):
    """400: The request cannot be read. A header or the address is not what HTTP asks for; `detail` says which."""


class MemberNotFound(NotFound):
    """404: No such member. This person is not in the project."""


class MethodNotAllowed(ApiError):
    """405: This method is not there. The Allow header lists those that are."""


class MilestoneNotFound(NotFound):
    """404: No such milestone. It is not there, or you are not a member of its project."""


class NotAllowed(Forbidden):
    """403: Your role does not allow this. Ask the project's owner for another role."""


class OtpRefused(Unauthenticated):
    """401: The code is wrong. Send the code shown now; each works once."""


class OtpRequired(Unauthenticated):
    """401: A code is needed, too. Send `otp`: the code of your authenticator app, or a recovery code."""


class Overloaded(Unavailable):
    """503: Too much at once. Try again after Retry-After seconds; nothing was done."""


class OwnerRequired(Conflict):
    """409: A project has exactly one owner. Transfer the project first."""


class PasswordRefused(Invalid):
    """422: The password cannot be taken. Use 8 to 128 characters that are neither common nor your name."""


class PasswordRequired(Invalid):
    """422: The password is needed. Send `old_password` with another address."""


class PersonNotFound(NotFound):
    """404: No such person. Nobody has exactly this name or id."""


class PositionGone(Gone):
    """
    410: The events do not go as far. The system was restored to an earlier time: read what you mirror anew, and go on
    after the last position.
    """


class PreconditionNotSupported(ApiError):
    """501: This precondition is not supported here. Send the request without If-Match or If-Unmodified-Since."""


class ProjectArchived(Conflict):
    """409: The project is archived. It is read-only; a manager or the owner may unarchive it first."""


class ProjectNotFound(NotFound):
    """404: No such project. It is not there, or you are not a member."""


class ProjectTrashed(Conflict):
    """409: The project is in the trash. Restore the project first, then what is in it."""


class ProjectsOwned(Conflict):
    """409: You own projects. Transfer or delete the projects named in `detail`."""


class RateLimited(TooMany):
    """
    429: Too many requests. Wait for the seconds in Retry-After; RateLimit and X-RateLimit-Remaining tell beforehand
    how many are left.
    """


class RegistrationClosed(Forbidden):
    """403: Registration is not open. Ask an administrator for an account."""


class SecondFactorOff(Conflict):
    """409: There is no second factor. Set one up first."""


class SecondFactorOn(Conflict):
    """409: There is a second factor. Remove it first to set up another."""


class ServiceUnavailable(Unavailable):
    """503: A part of the system is down. Try again after Retry-After seconds. After a write, read first."""


class SessionEnded(Unauthenticated):
    """401: The session has ended. Log in again."""


class SessionNotFound(NotFound):
    """404: No such session. It has ended, or it is somebody else's."""


class SessionRequired(Forbidden):
    """
    403: Not with this personal access token. Log in, and use the access token; but for logging out, a personal token
    with the scope `admin` does as well.
    """


class SigningInBusy(Unavailable):
    """503: Too many people sign in. Try again after Retry-After seconds."""


class SprintActive(Conflict):
    """409: Another sprint is active. Complete the active sprint first; `detail` names it."""


class SprintNotFound(NotFound):
    """404: No such sprint. It is not there, or you are not a member of its project."""


class SprintState(Conflict):
    """409: The sprint is not at that point. A planned sprint is started, an active one is completed."""


class SubtaskNotFound(NotFound):
    """404: No such subtask. It was deleted, or belongs to another task."""


class SuperuserRequired(Forbidden):
    """403: Only superusers may do this. Ask a superuser of this installation."""


class TaskNotFound(NotFound):
    """404: No such task. It is not there, or you are not a member of its project."""


class TimeLogNotFound(NotFound):
    """404: No such time log. It was deleted, or is on another task."""


class TimerNotRunning(Conflict):
    """409: Your timer does not run here. GET /api/me/timer/ tells where it runs."""


class TimerRunning(Conflict):
    """409: Another timer was started at this moment. Try again, and it stops."""


class TokenNotFound(NotFound):
    """404: No such token. It was revoked, has expired, or is somebody else's."""


class TokenReuse(Unauthenticated):
    """
    401: A spent refresh token was used again. Someone may have copied it, so the session ended. Log in again, and
    keep the newest refresh token only.
    """


class TooManyInvitations(TooMany):
    """429: Too many invitations. Wait for the seconds in Retry-After."""


class TooManyLogins(TooMany):
    """429: Too many failed logins. Wait for the seconds in Retry-After; successful logins do not count."""


class TooManyMails(TooMany):
    """429: Too many mails. Confirm one of the addresses, or wait for the seconds in Retry-After."""


class TooManyOwnStreams(TooMany):
    """429: You follow too often. Close streams that you do not read any more."""


class TooManyRequests(TooMany):
    """429: Too many requests from one address. Wait for the seconds in Retry-After; RATE_REGISTER sets how many."""


class TooManyStreams(Unavailable):
    """503: Too many follow. Try again after the seconds in Retry-After."""


class TooManyTokens(Conflict):
    """409: Too many tokens. Revoke one that you no longer need."""


class TooManyUnknownTokens(TooMany):
    """429: Too many unknown tokens. Send a token that is valid, after the seconds in Retry-After."""


class TooManyWebhooks(Conflict):
    """409: Too many webhooks. Delete one that you no longer need."""


class UnknownMethod(NotFound):
    """404: No such call. The service does not know it: are all parts one version?"""


class UnsupportedMediaType(ApiError):
    """
    415: This kind of body is not understood. Send application/json, application/x-www-form-urlencoded or
    multipart/form-data, not compressed.
    """


class UserNotFound(NotFound):
    """404: No such account. Nobody has this id."""


class UsernameTaken(Conflict):
    """409: The user name is taken. Choose another one."""


class VersionNotFound(NotFound):
    """404: The project was not there then. Ask for a version or time between its creation and now."""


class WebhookInactive(Conflict):
    """409: The webhook is off. Switch it on first: POST to its `enable/`."""


class WebhookNotFound(NotFound):
    """404: No such webhook. It is not there, or it is somebody else's."""


class WrongCredentials(Unauthenticated):
    """401: Wrong user name or password. Check both. Upper and lower case count in the password, not in the name."""


class WrongExchange(Forbidden):
    """403: The call came the wrong way. Call services through the RPC exchange."""


class WrongOtp(Invalid):
    """422: The code is wrong. Send the code shown now; each works once."""


class WrongPassword(Invalid):
    """422: Not your password. Give the password you sign in with."""


BY_CODE: Final[Mapping[str, type[ApiError]]] = {
    "account-leaving": AccountLeaving,
    "account-unavailable": AccountUnavailable,
    "address-too-long": AddressTooLong,
    "already-a-member": AlreadyAMember,
    "authentication-required": AuthenticationRequired,
    "body-timeout": BodyTimeout,
    "body-too-large": BodyTooLarge,
    "cannot-undo": CannotUndo,
    "comment-not-found": CommentNotFound,
    "database-unavailable": DatabaseUnavailable,
    "deadline-exceeded": DeadlineExceeded,
    "delivery-not-found": DeliveryNotFound,
    "email-taken": EmailTaken,
    "headers-too-large": HeadersTooLarge,
    "host-not-allowed": HostNotAllowed,
    "idempotency-key-reused": IdempotencyKeyReused,
    "idempotency-key-running": IdempotencyKeyRunning,
    "import-not-found": ImportNotFound,
    "imports-running": ImportsRunning,
    "insufficient-scope": InsufficientScope,
    "internal-error": InternalError,
    "invalid-body": InvalidBody,
    "invalid-parameter": InvalidParameter,
    "invalid-token": InvalidToken,
    "invitation-cancelled": InvitationCancelled,
    "invitation-not-found": InvitationNotFound,
    "label-exists": LabelExists,
    "label-not-found": LabelNotFound,
    "last-superuser": LastSuperuser,
    "link-invalid": LinkInvalid,
    "malformed-body": MalformedBody,
    "malformed-call": MalformedCall,
    "malformed-headers": MalformedHeaders,
    "malformed-request": MalformedRequest,
    "member-not-found": MemberNotFound,
    "method-not-allowed": MethodNotAllowed,
    "milestone-not-found": MilestoneNotFound,
    "not-allowed": NotAllowed,
    "not-found": NotFound,
    "otp-refused": OtpRefused,
    "otp-required": OtpRequired,
    "overloaded": Overloaded,
    "owner-required": OwnerRequired,
    "password-refused": PasswordRefused,
    "password-required": PasswordRequired,
    "person-not-found": PersonNotFound,
    "position-gone": PositionGone,
    "precondition-failed": PreconditionFailed,
    "precondition-not-supported": PreconditionNotSupported,
    "project-archived": ProjectArchived,
    "project-not-found": ProjectNotFound,
    "project-trashed": ProjectTrashed,
    "projects-owned": ProjectsOwned,
    "rate-limited": RateLimited,
    "registration-closed": RegistrationClosed,
    "second-factor-off": SecondFactorOff,
    "second-factor-on": SecondFactorOn,
    "service-unavailable": ServiceUnavailable,
    "session-ended": SessionEnded,
    "session-not-found": SessionNotFound,
    "session-required": SessionRequired,
    "signing-in-busy": SigningInBusy,
    "sprint-active": SprintActive,
    "sprint-not-found": SprintNotFound,
    "sprint-state": SprintState,
    "subtask-not-found": SubtaskNotFound,
    "superuser-required": SuperuserRequired,
    "task-not-found": TaskNotFound,
    "time-log-not-found": TimeLogNotFound,
    "timer-not-running": TimerNotRunning,
    "timer-running": TimerRunning,
    "token-not-found": TokenNotFound,
    "token-reuse": TokenReuse,
    "too-many-invitations": TooManyInvitations,
    "too-many-logins": TooManyLogins,
    "too-many-mails": TooManyMails,
    "too-many-own-streams": TooManyOwnStreams,
    "too-many-requests": TooManyRequests,
    "too-many-streams": TooManyStreams,
    "too-many-tokens": TooManyTokens,
    "too-many-unknown-tokens": TooManyUnknownTokens,
    "too-many-webhooks": TooManyWebhooks,
    "unknown-method": UnknownMethod,
    "unsupported-media-type": UnsupportedMediaType,
    "user-not-found": UserNotFound,
    "username-taken": UsernameTaken,
    "version-not-found": VersionNotFound,
    "webhook-inactive": WebhookInactive,
    "webhook-not-found": WebhookNotFound,
    "wrong-credentials": WrongCredentials,
    "wrong-exchange": WrongExchange,
    "wrong-otp": WrongOtp,
    "wrong-password": WrongPassword,
}


BY_STATUS: Final[Mapping[int, type[ApiError]]] = {
    400: BadRequest,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    412: PreconditionFailed,
    422: Invalid,
    429: TooMany,
    503: Unavailable,
}
