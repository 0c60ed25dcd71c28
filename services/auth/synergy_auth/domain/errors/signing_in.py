"""Ways in which signing in fails, and sessions end."""

from synergy_auth.domain.errors.base import DomainError


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


class TooManyLogins(DomainError):
    """Too many failed logins for this account or address."""

    kind = "too_many"
    code = "too-many-logins"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many failed logins. Try again in {retry_after} seconds.")
        self.retry_after = retry_after


class TooManyRequests(DomainError):
    """Too much was asked for from this address."""

    kind = "too_many"
    code = "too-many-requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many requests of this kind from your address. Try again in {retry_after} seconds.")
        self.retry_after = retry_after


class SigningInBusy(DomainError):
    """More passwords are waiting to be checked than can be in good time."""

    kind = "unavailable"
    code = "signing-in-busy"
    retry_after = 2

    def __init__(self) -> None:
        super().__init__("Too many people are signing in at this moment. Try again in a few seconds.")


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


class SessionNotFound(DomainError):
    """The session is not there, is over, or is somebody else's."""

    kind = "not_found"
    code = "session-not-found"

    def __init__(self) -> None:
        super().__init__("You have no open session with this id.")
