"""What is written to people: a subject and a text for each occasion."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Mail:
    """Plain text; `subject` is one line."""

    subject: str
    text: str


_SECURED: Final = (
    "If this was not you, set another password at once: it ends all other sessions and revokes personal tokens."
)
_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "password_changed": (
        "Your password was changed",
        f"The password of your account {{username}} was changed, and all other sessions have ended.\n\n{_SECURED}",
    ),
    "token_reused": (
        "A session of yours was ended for safety",
        "A refresh token of your account {username} was used twice: somebody may have copied it. The session it "
        f"belonged to has ended.\n\n{_SECURED}",
    ),
    "second_factor_on": (
        "Signing in needs a second factor now",
        f"A second factor was set up for your account {{username}}.\n\n{_SECURED}",
    ),
    "second_factor_off": (
        "Signing in needs no second factor any more",
        f"The second factor of your account {{username}} was removed.\n\n{_SECURED}",
    ),
    "token_created": (
        "A personal access token was made",
        f"A personal access token was made for your account {{username}}; your list of tokens shows it.\n\n{_SECURED}",
    ),
    "password_reset": (
        "Set a new password",
        "Somebody, probably you, asked to set a new password for your account {username}.\n\n"
        "  {public_url}/#/reset-password?token={token}\n\n"
        "Programs send the token to {public_url}/api/auth/password/reset/confirm/ with a new_password:\n\n"
        "  {token}\n\n"
        "It works once, within an hour. If it was not you, there is nothing to do: your password stays as it is.",
    ),
    "confirm_email": (
        "Confirm your e-mail address",
        "Please confirm that this address belongs to your account {username}.\n\n"
        "  {public_url}/#/confirm-email?token={token}\n\n"
        "Programs send the token to {public_url}/api/auth/email/confirm/:\n\n"
        "  {token}\n\n"
        "It works once, within three days. If you know of no such account, ignore this mail.",
    ),
    "email_change_asked": (
        "Another e-mail address for your account",
        "Another e-mail address was given for your account {username}. It takes the place of this one when it is "
        f"confirmed.\n\n{_SECURED}",
    ),
    "email_changed": (
        "Your e-mail address was changed",
        "Your account {username} has another e-mail address now; mail no longer comes here. If this was not you, tell "
        "an administrator of {public_url}.",
    ),
    "invitation": (
        "You are invited to {project}",
        "{inviter} invites you to the project “{project}” as {role}.\n\n"
        "  {public_url}/#/accept-invitation?token={token}\n\n"
        "Programs send the token to {public_url}/api/invitations/accept/ when signed in:\n\n"
        "  {token}\n\n"
        "It works once, within 14 days.",
    ),
    "webhook_disabled": (
        "Your webhook {name} was switched off",
        "Your webhook “{name}” was switched off. {reason}\n\n"
        "What waits to be delivered is kept, and so is what happens within 30 days; it all goes out in order when you "
        "switch it on again. Programs do that with a POST to\n\n"
        "  {public_url}/api/webhooks/{webhook_id}/enable/",
    ),
    "webhook_delivery_failed": (
        "Your webhook {name} refuses a delivery",
        "A delivery of {event_type} to your webhook “{name}” was given up; the ones after it go out. {reason}\n\n"
        "You are told once a day at most: there may be more, all of them in the list of its deliveries,\n\n"
        "  {public_url}/api/webhooks/{webhook_id}/deliveries/?status=failed\n\n"
        "Programs have this one sent again with a POST to\n\n"
        "  {public_url}/api/webhook-deliveries/{delivery_id}/redeliver/",
    ),
}
_WAITS: Final = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8),
    timedelta(hours=24),
)  # fmt: skip
ATTEMPTS: Final = len(_WAITS)
LONGEST_SUBJECT: Final = 200


def compose(kind: str, facts: Mapping[str, str]) -> Mail:
    """The mail for an occasion. Raises KeyError for an unknown one, or where a fact it tells is missing."""
    subject, text = _TEXTS[kind]
    plain = {name: " ".join(value.split()) for name, value in facts.items()}  # nobody's text begins a line of its own
    return Mail(subject.format_map(plain)[:LONGEST_SUBJECT], text.format_map(plain) + "\n")


def wait_after(attempt: int) -> timedelta | None:
    """How long to wait after a failed attempt (1, 2, …) for the next; None: give up, after about a day and a half."""
    return _WAITS[attempt - 1] if attempt <= ATTEMPTS else None
