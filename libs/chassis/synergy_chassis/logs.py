"""Logs: one JSON object a line on stderr, without secrets."""

import logging
import sys
import time
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, ClassVar, Final

import msgspec
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from synergy_chassis.clock import unix_now

REDACTED: Final = "[redacted]"
SECRET_NAMES: Final = (
    "password",
    "passwd",
    "secret",
    "token",
    "authorization",
    "cookie",
    "api_key",
    "apikey",
    "credential",
)
"""A key that contains one of these has its value hidden, at any depth."""
LONGEST_KNOWN: Final = 50
"""Characters of a key that is remembered: keys of what was sent may be as long as they like."""
GRAVE: Final = frozenset({"error", "critical"})
LEVELS: Final = ("debug", "info", "warning", "error", "critical")
_encoder: Final = msgspec.json.Encoder(enc_hook=str)


def configure(level: str = "info", *, service: str | None = None) -> None:
    """
    Send structlog and the standard library's logging to stderr as JSON lines; `service` is on every line.

    What greenlets and tasks bind with `structlog.contextvars` (request_id, method …) is there too. Raises
    ValueError for an unknown level.
    """
    if level.lower() not in LEVELS:
        raise ValueError(f"LOG_LEVEL is one of {', '.join(LEVELS)}, not {level!r}.")
    number = getattr(logging, level.upper())
    Plain.begin = (_inner({"service": service}),) if service else ()
    Plain.shown = number <= logging.INFO
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _Always({"service": service} if service else {}),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        Errors.tell,
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number)
    for noisy in ("pika", "amqp", "kombu", "nameko", "asyncio", "sqlalchemy", "alembic", "urllib3", "sentry_sdk"):
        logging.getLogger(noisy).setLevel(max(number, logging.WARNING))
    logging.getLogger("pika").setLevel(logging.CRITICAL)  # the link tells what matters, in one line


class Errors:
    """Lines at level error and above, for whoever is told of them beside the log, without secrets: `told_to`."""

    told_to: ClassVar[Callable[[Mapping[str, Any], Any], None] | None] = None

    @classmethod
    def tell(cls, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        """A step of the way to the log. Whatever becomes of telling it, the line is logged."""
        if cls.told_to is not None and event.get("level") in GRAVE:
            error = event.get("exc_info")
            if error and not isinstance(error, tuple):
                error = (
                    (type(error), error, error.__traceback__) if isinstance(error, BaseException) else sys.exc_info()
                )
            with suppress(Exception):
                rest = {name: value for name, value in event.items() if not name.startswith("_") and name != "exc_info"}
                cls.told_to(redact(logger, method, rest), error if error and error[0] else None)
        return event


class Plain:
    """
    Lines of one kind, at level info, with fields whose names are our own and hold no secrets: for what is told of every
    request. They look like all others, and cost a tenth: nothing that is bound is there, and nothing is searched.
    `write` may take them together.
    """

    begin: ClassVar[tuple[bytes, ...]] = ()
    """Fields of all lines, as they are written."""
    shown: ClassVar[bool] = False

    def __init__(self, logger: str, event: str, write: Callable[[bytes], None] | None = None) -> None:
        self._end = _inner({"event": event, "logger": logger, "level": "info"})
        self._write = write or write_now
        self._second = 0
        self._text = ""

    def __call__(self, fields: Mapping[str, Any]) -> None:
        """Write a line, if lines of this level are wanted, with these fields: at least one."""
        if self.shown:
            parts = (*self.begin, _inner(fields), self._end, b'"timestamp":"%b"' % self._now().encode())
            self._write(b"{%b}\n" % b",".join(parts))

    def _now(self) -> str:
        """As structlog stamps its lines."""
        second, fraction = divmod(int(unix_now() * 1e6), 1_000_000)
        if second != self._second:
            self._second, self._text = second, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._text}.{fraction:06d}Z"


def write_now(lines: bytes) -> None:
    """Write whole lines where all others go. A full disk, say, must not fail what they tell of."""
    with suppress(OSError):
        sys.stderr.write(lines.decode())


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide the values of keys that name a secret."""
    return {key: _hidden(key, value) for key, value in event.items()}


def _hidden(key: Any, value: Any) -> Any:
    if isinstance(key, str) and (_known if len(key) < LONGEST_KNOWN else _names_a_secret)(key):
        return REDACTED
    if isinstance(value, Mapping):
        return {inner: _hidden(inner, part) for inner, part in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(None, part) for part in value]
    return value


def _names_a_secret(key: str) -> bool:
    return any(name in key.lower() for name in SECRET_NAMES)


_known = lru_cache(maxsize=1_000)(_names_a_secret)


class _Always:
    """Adds the same fields to every line."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    def __call__(
        self, _logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        return {**self._fields, **event}


def _inner(fields: Mapping[str, Any]) -> bytes:
    """The inside of a JSON object."""
    return _encoder.encode(fields)[1:-1]


def _json(event: Any, **_options: Any) -> str:
    return _encoder.encode(event).decode()
