"""What an account may not be or do."""

from synergy_auth.domain.errors.base import DomainError


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


class AccountUnavailable(DomainError):
    """The signed-in account is disabled or gone."""

    kind = "unauthenticated"
    code = "account-unavailable"

    def __init__(self) -> None:
        super().__init__("This account is not available any more. Log in again.")


class LastSuperuser(DomainError):
    """Without this account there would be no superuser who can sign in."""

    kind = "conflict"
    code = "last-superuser"

    def __init__(self) -> None:
        super().__init__("This is the last superuser who can sign in. Make somebody else one first.")


class SuperuserRequired(DomainError):
    """Only superusers may do this."""

    kind = "forbidden"
    code = "superuser-required"

    def __init__(self) -> None:
        super().__init__("Only superusers may do this. Ask one of them.")


class UserNotFound(DomainError):
    """There is no account with this id."""

    kind = "not_found"
    code = "user-not-found"

    def __init__(self) -> None:
        super().__init__("There is no account with this id.")


class PreconditionFailed(DomainError):
    """Somebody else was faster: the profile is not any more as whoever asks has seen it."""

    kind = "precondition_failed"
    code = "precondition-failed"

    def __init__(self) -> None:
        super().__init__("It was changed since you read it. Read it again, and repeat your change on what it is now.")


class PersonNotFound(DomainError):
    """No active user has this name."""

    kind = "not_found"
    code = "person-not-found"
    pointer = "/username"

    def __init__(self) -> None:
        super().__init__("There is no user with this name.")


class PersonUnclear(PersonNotFound):
    """Digits that are the id of one account and the user name of another; said on the command line only."""

    def __init__(self, digits: str) -> None:
        DomainError.__init__(
            self, f"{digits} is the id of one account and the user name of another. Say id:{digits} or name:{digits}."
        )


class LinkInvalid(DomainError):
    """What a mail said is unknown, was used, or has expired: one text for all."""

    kind = "invalid"
    code = "link-invalid"
    pointer = "/token"

    def __init__(self) -> None:
        super().__init__("This token is unknown, was used, or has expired. Ask for another mail.")


class TooManyMails(DomainError):
    """The account had as many mails sent to confirm an address as one may within an hour."""

    kind = "too_many"
    code = "too-many-mails"
    retry_after = 3_600

    def __init__(self) -> None:
        super().__init__("You have asked for too many mails to confirm an address. Try again in an hour.")


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
