"""What webhooks is told by its environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from synergy_chassis.environment import MissingSetting, integer, text
from synergy_webhooks.addresses import AddressPolicy

SECRETS: Final = "webhook-secrets"
"""Purpose under which secrets are sealed."""

BODIES_KEPT: Final = timedelta(days=30)
"""How long what was sent and answered is kept; that it was, is kept for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of the service and of the sender; README.md says what each is for."""

    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    policy: AddressPolicy
    bodies_kept: timedelta = BODIES_KEPT

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Raises MissingSetting naming the variable that is missing or wrong."""
        try:
            policy = AddressPolicy.parse(text(env, "WEBHOOK_ALLOW", default=""))
        except ValueError as error:
            raise MissingSetting(str(error)) from None
        return cls(
            database_url=text(env, "WEBHOOKS_DATABASE_URL"),
            secret_key=text(env, "SECRET_KEY"),
            policy=policy,
            bodies_kept=timedelta(days=integer(env, "WEBHOOK_BODY_DAYS", default=BODIES_KEPT.days, minimum=1)),
        )
