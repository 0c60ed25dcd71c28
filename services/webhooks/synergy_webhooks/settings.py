"""What webhooks is told by its environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from synergy_chassis.environment import MissingSetting, text
from synergy_webhooks.addresses import AddressPolicy

SECRETS: Final = "webhook-secrets"
"""Purpose under which secrets are sealed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of the service and of the sender; README.md says what each is for."""

    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    policy: AddressPolicy

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
        )
