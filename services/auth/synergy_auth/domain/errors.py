"""
The ways auth says no.

    DomainError
    ├── InvalidField, PasswordRefused          422
    ├── WrongPassword, PasswordRequired, WrongOtp, LinkInvalid   422
    ├── UsernameTaken, EmailTaken, LastSuperuser, TooManyTokens, SecondFactorOn, SecondFactorOff   409
    ├── RegistrationClosed, SuperuserRequired, SessionRequired, ScopeNotHeld   403
    ├── WrongCredentials, InvalidRefreshToken, TokenReused, SessionEnded, AccountUnavailable, OtpRequired,
    │   OtpRefused, InvalidToken                 401
    ├── TooManyLogins, TooManyInvitations      429
    ├── PersonNotFound, UserNotFound, SessionNotFound, TokenNotFound, InvitationNotFound   404
    └── SigningInBusy                          503
"""

from typing import ClassVar


class DomainError(Exception):
    """A refusal; its text is for the user. `pointer` names the field (RFC 6901), `retry_after` is in seconds."""

    kind: ClassVar[str]
    code: ClassVar[str]
    pointer: str | None = None
    retry_after: int | None = None


class InvalidField(DomainError):
    """A field breaks a rule that its type alone cannot express."""

    kind = "invalid"
    code = "invalid-body"

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(detail)
        self.pointer = pointer


class PasswordRefused(DomainError):
    """The password is too short, too long, too common, or the user's own name."""

    kind = "invalid"
    code = "password-refused"
    pointer = "/password"


class WrongPassword(DomainError):
    """Who is signed in gave another password than the account's."""

    kind = "invalid"
    code = "wrong-password"

    def __init__(self, pointer: str) -> None:
        super().__init__("This is not your password.")
        self.pointer = pointer


class UsernameTaken(DomainError):
    """Another account has this name, upper and lower case aside."""

    kind = "conflict"
    code = "username-taken"
    pointer = "/username"

    def __init__(self) -> None:
        super().__init__("This user name is taken. Choose another one.")


class EmailTaken(DomainError):
    """Another account has this address, upper and lower case aside."""

    kind = "conflict"
    code = "email-taken"
    pointer = "/email"

    def __init__(self) -> None:
        super().__init__("There is an account with this e-mail address. Log in, or use another address.")


class RegistrationClosed(DomainError):
    """This installation does not let people register by themselves."""

    kind = "forbidden"
    code = "registration-closed"

    def __init__(self) -> None:
        super().__init__("Registration is not open here. Ask an administrator for an account or an invitation.")


class PasswordRequired(DomainError):
    """For another address the password is needed, too."""

    kind = "invalid"
    code = "password-required"
    pointer = "/old_password"

    def __init__(self) -> None:
        super().__init__("Send your password as old_password to change the e-mail address.")


class LinkInvalid(DomainError):
    """What a mail said is unknown, was used, or has expired: one text for all."""

    kind = "invalid"
    code = "link-invalid"
    pointer = "/token"

    def __init__(self) -> None:
        super().__init__("This token is unknown, was used, or has expired. Ask for another mail.")


class SuperuserRequired(DomainError):
    """Only superusers may do this."""

    kind = "forbidden"
    code = "superuser-required"

    def __init__(self) -> None:
        super().__init__("Only superusers may do this. Ask one of them.")


class LastSuperuser(DomainError):
    """Without this account there would be no superuser who can sign in."""

    kind = "conflict"
    code = "last-superuser"

    def __init__(self) -> None:
        super().__init__("This is the last superuser who can sign in. Make somebody else one first.")


class WrongCredentials(DomainError):
    """Unknown name, wrong password, disabled account: one text for all, so that nobody learns which."""

    kind = "unauthenticated"
    code = "wrong-credentials"

    def __init__(self) -> None:
        super().__init__("The user name or the password is wrong.")


class OtpRequired(DomainError):
    """The password is right, and the account has a second factor."""

    kind = "unauthenticated"
    code = "otp-required"

    def __init__(self) -> None:
        super().__init__("Send the code of your authenticator app, or a recovery code, as otp.")


class OtpRefused(DomainError):
    """The password is right, the second factor is not, or was used before."""

    kind = "unauthenticated"
    code = "otp-refused"

    def __init__(self) -> None:
        super().__init__("The code is wrong, or was used before. Wait for the next one.")


class WrongOtp(DomainError):
    """Who is signed in gave a wrong code."""

    kind = "invalid"
    code = "wrong-otp"
    pointer = "/otp"

    def __init__(self) -> None:
        super().__init__("The code is wrong, or was used before. Wait for the next one.")


class SecondFactorOn(DomainError):
    """The account has a second factor already."""

    kind = "conflict"
    code = "second-factor-on"

    def __init__(self) -> None:
        super().__init__("There is a second factor already. Remove it first to set up another.")


class SecondFactorOff(DomainError):
    """The account has no second factor, or none is waiting to be confirmed."""

    kind = "conflict"
    code = "second-factor-off"

    def __init__(self) -> None:
        super().__init__("There is no second factor here. Set one up first.")


class SessionRequired(DomainError):
    """A personal access token was used for what only a person who signed in may do."""

    kind = "forbidden"
    code = "session-required"

    def __init__(self) -> None:
        super().__init__("A personal access token cannot do this. Log in, and use the access token.")


class ScopeNotHeld(DomainError):
    """A token cannot be given a scope that the caller does not have."""

    kind = "forbidden"
    code = "insufficient-scope"

    def __init__(self, scope: str) -> None:
        super().__init__(f"You cannot give the scope “{scope}”: you do not have it here yourself.")


class TooManyTokens(DomainError):
    """The account has as many tokens as there may be."""

    kind = "conflict"
    code = "too-many-tokens"

    def __init__(self) -> None:
        super().__init__("You have too many personal access tokens. Revoke some that you no longer need.")


class TokenNotFound(DomainError):
    """The token is not there, is revoked, or is somebody else's."""

    kind = "not_found"
    code = "token-not-found"

    def __init__(self) -> None:
        super().__init__("You have no personal access token with this id.")


class InvalidToken(DomainError):
    """The personal access token is unknown, revoked, expired, or its account is disabled: one text for all."""

    kind = "unauthenticated"
    code = "invalid-token"

    def __init__(self) -> None:
        super().__init__("The token is not valid.")


class TooManyLogins(DomainError):
    """Too many failed logins for this account or address."""

    kind = "too_many"
    code = "too-many-logins"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many failed logins. Try again in {retry_after} seconds.")
        self.retry_after = retry_after


class InvalidRefreshToken(DomainError):
    """The refresh token is unknown or has expired."""

    kind = "unauthenticated"
    code = "invalid-token"

    def __init__(self) -> None:
        super().__init__("The refresh token is unknown or has expired. Log in again.")


class TokenReused(DomainError):
    """A spent refresh token came back: someone may hold a copy, so the session ended."""

    kind = "unauthenticated"
    code = "token-reuse"

    def __init__(self) -> None:
        super().__init__("This refresh token was used before. The session has ended for safety; log in again.")


class SessionEnded(DomainError):
    """The session of this token is over."""

    kind = "unauthenticated"
    code = "session-ended"

    def __init__(self) -> None:
        super().__init__("This session has ended. Log in again.")


class AccountUnavailable(DomainError):
    """The signed-in account is disabled or gone."""

    kind = "unauthenticated"
    code = "account-unavailable"

    def __init__(self) -> None:
        super().__init__("This account is not available any more. Log in again.")


class PersonNotFound(DomainError):
    """No active user has this name."""

    kind = "not_found"
    code = "person-not-found"
    pointer = "/username"

    def __init__(self) -> None:
        super().__init__("There is no user with this name.")


class UserNotFound(DomainError):
    """There is no account with this id."""

    kind = "not_found"
    code = "user-not-found"

    def __init__(self) -> None:
        super().__init__("There is no account with this id.")


class SessionNotFound(DomainError):
    """The session is not there, is over, or is somebody else's."""

    kind = "not_found"
    code = "session-not-found"

    def __init__(self) -> None:
        super().__init__("You have no open session with this id.")


class InvitationNotFound(DomainError):
    """The project has no such invitation that waits for an answer."""

    kind = "not_found"
    code = "invitation-not-found"

    def __init__(self) -> None:
        super().__init__("The project has no such invitation that waits for an answer.")


class TooManyInvitations(DomainError):
    """The account has sent as many invitations as one may within a day."""

    kind = "too_many"
    code = "too-many-invitations"
    retry_after = 3_600

    def __init__(self) -> None:
        super().__init__("You have sent too many invitations today. Try again later.")


class SigningInBusy(DomainError):
    """More passwords are waiting to be checked than can be in good time."""

    kind = "unavailable"
    code = "signing-in-busy"
    retry_after = 2

    def __init__(self) -> None:
        super().__init__("Too many people are signing in at this moment. Try again in a few seconds.")
