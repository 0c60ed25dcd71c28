"""
The variables of SynergyOS 1 (Django, Celery): each works, or is refused with the name of what took its place.

None is passed over in silence: who brings an old `.env` learns at the first start what still means what it did.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from synergy_operator.environments import NotConfigured
from synergy_operator.outside import POSTGRES, RABBITMQ

DATABASES: Final = (
    "each service has a database and roles of its own, which `make run` and `make up` make with generated passwords; "
    f"for a PostgreSQL of your own (`make run` takes one) set {', '.join(POSTGRES)} and run `synergy setup`"
)
BROKER: Final = (
    "messages travel through RabbitMQ, which `make run` and `make up` bring; "
    f"for a broker of your own (`make run` takes one) set {', '.join(RABBITMQ)} and run `synergy setup`"
)
REFUSED: Final[Mapping[str, str]] = {
    **dict.fromkeys(("DB_ENGINE", "DB_NAME", "DB_USER", "DB_PASSWORD", "DB_HOST", "DB_PORT"), DATABASES),
    **dict.fromkeys(("CELERY_BROKER_URL", "CELERY_RESULT_BACKEND"), BROKER),
    "CSRF_TRUSTED_ORIGINS": "requests carry a token and no cookie; browsers' origins go into CORS_ALLOWED_ORIGINS",
    "GEMINI_API_KEY": "SynergyOS calls no model; there is no new name",
}
"""What took the place of a name that means nothing any more."""
SAMPLE_KEYS: Final = ("your-secret-key-here", "change-me", "changeme", "secret")
OLD_REDIS_HOST: Final = "redis"
"""The old `.env` names Compose's own Redis, without its password: that one is found without being told."""


def translate(told: Mapping[str, str]) -> dict[str, str]:
    """
    `told` with the old names that still work under today's names, and without empty values.

    DEBUG chooses the log level unless LOG_LEVEL does; there are no debug pages. Raises NotConfigured, one line a name.
    """
    given = {name: value for name, value in told.items() if value.strip()}
    wrong = [f"{name} is not used any more: {REFUSED[name]}." for name in REFUSED if name in given]
    if given.get("SECRET_KEY", "").lower() in SAMPLE_KEYS:
        wrong.append(
            "SECRET_KEY is the sample's: set a long random one, or leave it out and one is generated and kept."
        )
    debug = given.pop("DEBUG", "").lower()
    if debug not in ("", "true", "false", "1", "0", "yes", "no", "on", "off"):
        wrong.append(f"DEBUG must be True or False, not {debug!r}; its new name is LOG_LEVEL=debug.")
    if wrong:
        raise NotConfigured("\n".join(wrong))
    if debug in ("true", "1", "yes", "on"):
        given.setdefault("LOG_LEVEL", "debug")
    if urlsplit(given.get("REDIS_URL", "")).hostname == OLD_REDIS_HOST:
        del given["REDIS_URL"]
    return given
