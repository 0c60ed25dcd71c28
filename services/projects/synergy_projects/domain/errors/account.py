"""Refusals about the account that asks."""

from synergy_projects.domain.errors.base import DomainError


class AccountLeaving(DomainError):
    """The account is being erased: it takes on no project now."""

    kind = "conflict"
    code = "account-leaving"

    def __init__(self) -> None:
        super().__init__("This account is being erased, so it takes on no project. If it stays, try in five minutes.")


class UnknownActor(DomainError):
    """The account that asks does not exist any more."""

    kind = "unauthenticated"
    code = "authentication-required"

    def __init__(self) -> None:
        super().__init__("This account no longer exists; sign in again.")
