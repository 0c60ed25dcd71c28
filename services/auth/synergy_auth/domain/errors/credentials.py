"""What is wrong with a password, a code or a token of somebody who is signed in."""

from synergy_auth.domain.errors.base import DomainError


class WrongPassword(DomainError):
    """Who is signed in gave another password than the account's."""

    kind = "invalid"
    code = "wrong-password"

    def __init__(self, pointer: str) -> None:
        super().__init__("This is not your password.")
        self.pointer = pointer


class PasswordRequired(DomainError):
    """For another address the password is needed, too."""

    kind = "invalid"
    code = "password-required"
    pointer = "/old_password"

    def __init__(self) -> None:
        super().__init__("Send your password as old_password to change the e-mail address.")


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
    """A personal access token without the scope `admin` was used for what is about who gets into the account."""

    kind = "forbidden"
    code = "session-required"

    def __init__(self) -> None:
        super().__init__("This personal access token cannot do this. Log in, and use the access token.")


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
