"""Every error there is: its slug under `/problems/`, its title, and what to do about it."""

from typing import Final, NamedTuple


class ProblemType(NamedTuple):
    """`status` is the one it comes with, `title` the same in every occurrence, `help` what to do."""

    status: int
    title: str
    help: str


PROBLEM_TYPES: Final[dict[str, ProblemType]] = {
    # What was sent
    "malformed-body": ProblemType(
        400, "The body cannot be read", "Send valid JSON in UTF-8, or a form whose parts are complete."
    ),
    "malformed-request": ProblemType(
        400, "The request cannot be read", "A header or the address is not what HTTP asks for; `detail` says which."
    ),
    "host-not-allowed": ProblemType(
        400, "This host is not served here", "Use the address you were given; operators list hosts in ALLOWED_HOSTS."
    ),
    "invalid-parameter": ProblemType(
        400, "A query parameter is wrong", "Each entry of `errors` names a parameter and what it may be."
    ),
    "not-found": ProblemType(404, "Not found", "Check the address; ids of what you may not see look unknown, too."),
    "method-not-allowed": ProblemType(405, "This method is not there", "The Allow header lists those that are."),
    "body-timeout": ProblemType(
        408,
        "The body came too slowly",
        "Send the whole body within ten seconds; a file within ten minutes, without a stop of 30 seconds.",
    ),
    "body-too-large": ProblemType(413, "The body is too large", "Send at most 1 MB."),
    "address-too-long": ProblemType(
        414, "The address is too long", "Send at most 16,000 characters; ask for less at once."
    ),
    "headers-too-large": ProblemType(431, "The headers are too large", "Send fewer and shorter headers and cookies."),
    "unsupported-media-type": ProblemType(
        415,
        "This kind of body is not understood",
        "Send application/json, application/x-www-form-urlencoded or multipart/form-data, not compressed.",
    ),
    "idempotency-key-reused": ProblemType(
        422, "The key belongs to another request", "Send another Idempotency-Key with each thing you want done once."
    ),
    "invalid-body": ProblemType(
        422, "The body is not valid", "Each entry of `errors` points at a field (RFC 6901) and says what it may be."
    ),
    "precondition-failed": ProblemType(
        412,
        "It was changed since",
        "Somebody else changed it after you read it. Read it again, and send what ETag tells as If-Match.",
    ),
    "precondition-not-supported": ProblemType(
        501, "This precondition is not supported here", "Send the request without If-Match or If-Unmodified-Since."
    ),
    "malformed-call": ProblemType(400, "The call cannot be read", "A client of the bus sent something unreadable."),
    "malformed-headers": ProblemType(
        400, "A header of the call cannot be read", "A client of the bus sent something unreadable."
    ),
    # Who asks
    "authentication-required": ProblemType(
        401, "Sign in first", "Log in at /api/auth/login/ and send `Authorization: Bearer <access>`."
    ),
    "invalid-token": ProblemType(
        401, "The token is not valid", "It has expired or is not one of ours. Refresh it, or log in again."
    ),
    "token-reuse": ProblemType(
        401,
        "A spent refresh token was used again",
        "Someone may have copied it, so the session ended. Log in again, and keep the newest refresh token only.",
    ),
    "session-ended": ProblemType(401, "The session has ended", "Log in again."),
    "account-unavailable": ProblemType(401, "The account is not available", "It is disabled or gone."),
    "wrong-credentials": ProblemType(
        401, "Wrong user name or password", "Check both. Upper and lower case count in the password, not in the name."
    ),
    "superuser-required": ProblemType(403, "Only superusers may do this", "Ask a superuser of this installation."),
    "otp-required": ProblemType(
        401, "A code is needed, too", "Send `otp`: the code of your authenticator app, or a recovery code."
    ),
    "otp-refused": ProblemType(401, "The code is wrong", "Send the code shown now; each works once."),
    "session-required": ProblemType(
        403,
        "Not with this personal access token",
        "Log in, and use the access token; but for logging out, a personal token with the scope `admin` does as well.",
    ),
    "registration-closed": ProblemType(403, "Registration is not open", "Ask an administrator for an account."),
    "insufficient-scope": ProblemType(
        403, "The token does not allow this", "Use a token that has the scope named in `detail`."
    ),
    "not-allowed": ProblemType(403, "Your role does not allow this", "Ask the project's owner for another role."),
    "wrong-exchange": ProblemType(403, "The call came the wrong way", "Call services through the RPC exchange."),
    # What there is
    "project-not-found": ProblemType(404, "No such project", "It is not there, or you are not a member."),
    "cannot-undo": ProblemType(
        409, "This cannot be undone", "`detail` says what stands against it; change it by hand where that is wanted."
    ),
    "project-archived": ProblemType(
        409, "The project is archived", "It is read-only; a manager or the owner may unarchive it first."
    ),
    "import-not-found": ProblemType(404, "No such import", "It is older than a week, or it is somebody else's."),
    "imports-running": ProblemType(
        409, "Too many imports are going on", "Wait until those that you have begun are finished."
    ),
    "version-not-found": ProblemType(
        404, "The project was not there then", "Ask for a version or time between its creation and now."
    ),
    "task-not-found": ProblemType(404, "No such task", "It is not there, or you are not a member of its project."),
    "comment-not-found": ProblemType(404, "No such comment", "It was deleted, or is on another task."),
    "subtask-not-found": ProblemType(404, "No such subtask", "It was deleted, or belongs to another task."),
    "time-log-not-found": ProblemType(404, "No such time log", "It was deleted, or is on another task."),
    "label-not-found": ProblemType(404, "No such label", "It is not there, or you are not a member of its project."),
    "milestone-not-found": ProblemType(
        404, "No such milestone", "It is not there, or you are not a member of its project."
    ),
    "sprint-not-found": ProblemType(404, "No such sprint", "It is not there, or you are not a member of its project."),
    "member-not-found": ProblemType(404, "No such member", "This person is not in the project."),
    "user-not-found": ProblemType(404, "No such account", "Nobody has this id."),
    "session-not-found": ProblemType(404, "No such session", "It has ended, or it is somebody else's."),
    "token-not-found": ProblemType(404, "No such token", "It was revoked, has expired, or is somebody else's."),
    "invitation-not-found": ProblemType(404, "No such invitation", "It was answered, cancelled, or has expired."),
    "person-not-found": ProblemType(404, "No such person", "Nobody has exactly this name or id."),
    "webhook-not-found": ProblemType(404, "No such webhook", "It is not there, or it is somebody else's."),
    "delivery-not-found": ProblemType(404, "No such delivery", "It is not there, or belongs to another's webhook."),
    "unknown-method": ProblemType(404, "No such call", "The service does not know it: are all parts one version?"),
    # What stands against it
    "project-trashed": ProblemType(
        409, "The project is in the trash", "Restore the project first, then what is in it."
    ),
    "label-exists": ProblemType(
        409, "There is a label of this name", "Names of labels differ in more than case; choose another one."
    ),
    "sprint-active": ProblemType(
        409, "Another sprint is active", "Complete the active sprint first; `detail` names it."
    ),
    "sprint-state": ProblemType(
        409, "The sprint is not at that point", "A planned sprint is started, an active one is completed."
    ),
    "username-taken": ProblemType(409, "The user name is taken", "Choose another one."),
    "email-taken": ProblemType(409, "The address has an account", "Log in, or use another address."),
    "second-factor-on": ProblemType(409, "There is a second factor", "Remove it first to set up another."),
    "second-factor-off": ProblemType(409, "There is no second factor", "Set one up first."),
    "idempotency-key-running": ProblemType(
        409, "The first request is under way", "Ask again after Retry-After seconds, under the same key: it tells both."
    ),
    "too-many-tokens": ProblemType(409, "Too many tokens", "Revoke one that you no longer need."),
    "projects-owned": ProblemType(409, "You own projects", "Transfer or delete the projects named in `detail`."),
    "account-leaving": ProblemType(
        409, "The account is being erased", "If it stays after all, try again in five minutes."
    ),
    "invitation-cancelled": ProblemType(409, "The invitation does not hold any more", "Ask for another one."),
    "last-superuser": ProblemType(409, "The last superuser", "Make somebody else a superuser first."),
    "already-a-member": ProblemType(409, "Already a member", "Change the role instead."),
    "owner-required": ProblemType(409, "A project has exactly one owner", "Transfer the project first."),
    "timer-not-running": ProblemType(409, "Your timer does not run here", "GET /api/me/timer/ tells where it runs."),
    "timer-running": ProblemType(409, "Another timer was started at this moment", "Try again, and it stops."),
    "too-many-webhooks": ProblemType(409, "Too many webhooks", "Delete one that you no longer need."),
    "webhook-inactive": ProblemType(409, "The webhook is off", "Switch it on first: POST to its `enable/`."),
    "password-refused": ProblemType(
        422, "The password cannot be taken", "Use 8 to 128 characters that are neither common nor your name."
    ),
    "password-required": ProblemType(422, "The password is needed", "Send `old_password` with another address."),
    "link-invalid": ProblemType(422, "The token of the mail is not valid", "Ask for another mail."),
    "wrong-otp": ProblemType(422, "The code is wrong", "Send the code shown now; each works once."),
    "wrong-password": ProblemType(422, "Not your password", "Give the password you sign in with."),
    "too-many-logins": ProblemType(
        429, "Too many failed logins", "Wait for the seconds in Retry-After; successful logins do not count."
    ),
    "too-many-unknown-tokens": ProblemType(
        429, "Too many unknown tokens", "Send a token that is valid, after the seconds in Retry-After."
    ),
    "too-many-requests": ProblemType(
        429, "Too many requests from one address", "Wait for the seconds in Retry-After; RATE_REGISTER sets how many."
    ),
    "position-gone": ProblemType(
        410,
        "The events do not go as far",
        "The system was restored to an earlier time: read what you mirror anew, and go on after the last position.",
    ),
    "too-many-own-streams": ProblemType(429, "You follow too often", "Close streams that you do not read any more."),
    "too-many-streams": ProblemType(503, "Too many follow", "Try again after the seconds in Retry-After."),
    "rate-limited": ProblemType(
        429,
        "Too many requests",
        "Wait for the seconds in Retry-After; RateLimit and X-RateLimit-Remaining tell beforehand how many are left.",
    ),
    "too-many-mails": ProblemType(
        429, "Too many mails", "Confirm one of the addresses, or wait for the seconds in Retry-After."
    ),
    "too-many-invitations": ProblemType(429, "Too many invitations", "Wait for the seconds in Retry-After."),
    # What went wrong here
    "internal-error": ProblemType(500, "Our fault", "Quote `request_id` to the operator: the error is in the log."),
    "service-unavailable": ProblemType(
        503, "A part of the system is down", "Try again after Retry-After seconds. After a write, read first."
    ),
    "deadline-exceeded": ProblemType(
        503,
        "No answer in time",
        "Try again after Retry-After seconds. After a write, read first: it may be done.",
    ),
    "overloaded": ProblemType(503, "Too much at once", "Try again after Retry-After seconds; nothing was done."),
    "database-unavailable": ProblemType(503, "A database is down", "Try again after Retry-After seconds."),
    "signing-in-busy": ProblemType(503, "Too many people sign in", "Try again after Retry-After seconds."),
}


def title(code: str) -> str:
    """The title of a problem; one that is not in the table is named by its slug."""
    known = PROBLEM_TYPES.get(code)
    return known.title if known else code.replace("-", " ").capitalize()
