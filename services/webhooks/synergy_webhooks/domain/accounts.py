"""
Who hears what happens to accounts: superusers, folded from auth's own events.

An event is heard by whoever is a superuser right before *or* right after it, as with the people of a project. So the
one who is unmade still hears of that, and nothing later. A superuser whose account is disabled hears nothing meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whether the account is a superuser's, and whether anybody may sign in to it."""

    is_superuser: bool = False
    is_active: bool = True

    @property
    def hears(self) -> bool:
        """Whether its owner is told of accounts."""
        return self.is_superuser and self.is_active


USUAL = Account()
"""An account of which nothing was told but that it is there."""


@dataclass(slots=True)
class Accounts:
    """Those that are not as usual, by the user's id."""

    unusual: dict[int, Account] = field(default_factory=dict)

    def audience(self, event_type: str, data: Mapping[str, Any]) -> frozenset[int]:
        """Applies the event, and tells who hears it."""
        before = self._superusers()
        self._apply(event_type, data)
        return before | self._superusers()

    def _superusers(self) -> frozenset[int]:
        return frozenset(user_id for user_id, account in self.unusual.items() if account.hears)

    def _apply(self, event_type: str, data: Mapping[str, Any]) -> None:
        user_id = int(data["user_id"])
        account = self.unusual.pop(user_id, USUAL)
        match event_type:
            case "user.rights_changed":
                account = replace(account, is_superuser=bool(data["is_superuser"]))
            case "user.disabled":
                account = replace(account, is_active=False)
            case "user.enabled":
                account = replace(account, is_active=True)
            case "user.erased":
                account = USUAL
        if account != USUAL:
            self.unusual[user_id] = account
