"""
How a call and its answer are written on the bus.

A call is `{"args": [body], "kwargs": {}}` on the exchange `nameko-rpc` with routing key `<service>.<method>`; its
answer `{"result": …, "error": null}`, or `{"result": null, "error": {exc_type, exc_path, exc_args, value}}`,
where the one error that crosses is `Refused`. Both are JSON, transient, and expire with the caller's deadline. With its
result an answer may tell `versions`, of what it was read from or has changed (`CallContext.versions`).
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from synergy_contracts.refusals import Refused

CONTENT_TYPE: Final = "application/json"
REPLY_TO: Final = "amq.rabbitmq.reply-to"
"""RabbitMQ's direct reply-to: answers without a queue."""
INTERNAL: Final = "internal"
"""Kind of an answer that is our own fault; the gateway makes it a 500."""

Versions = Mapping[str, int | None]
"""By the name of a stream, or of something else that changes; None for what has no versions of its own."""
_REFUSED_PATH: Final = f"{Refused.__module__}.{Refused.__qualname__}"


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """An error on the wire, in nameko's shape."""

    exc_type: str
    exc_path: str = ""
    exc_args: list[Any] = []
    value: str = ""


class _Request(msgspec.Struct, frozen=True):
    args: list[Any]
    kwargs: dict[str, Any] = {}


class _Answer(msgspec.Struct, frozen=True):
    result: msgspec.Raw = msgspec.Raw(b"null")
    error: Failure | None = None
    versions: Versions | None = None


class Told(NamedTuple):
    """An answer: its result, still encoded, and the versions told with it; None where none were."""

    result: msgspec.Raw
    versions: Versions | None = None


_requests = msgspec.json.Decoder(_Request)
_answers = msgspec.json.Decoder(_Answer)
_encoder = msgspec.json.Encoder()


def queue_name(service: str) -> str:
    """The queue on which `service` takes its calls."""
    return f"rpc-{service}"


def encode_request(body: Any) -> bytes:
    """A call with the one argument `body`."""
    return _encoder.encode({"args": [body], "kwargs": {}})


def decode_request(payload: bytes | memoryview) -> Any:
    """The one argument of a call. Raises Refused (malformed) if it is not one."""
    try:
        request = _requests.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(
            "malformed", "malformed-call", "The call is not readable JSON of the form args, kwargs."
        ) from error
    if len(request.args) != 1 or request.kwargs:
        raise Refused("malformed", "malformed-call", "A call takes exactly one argument: its body.")
    return request.args[0]


def encode_result(result: Any, versions: Versions | None = None) -> bytes:
    """The answer of a call that went well. Raises TypeError, ValueError or RecursionError if `result` is not JSON."""
    told = b',"versions":' + _encoder.encode(versions) if versions else b""
    return b'{"result":' + _encoder.encode(result) + b',"error":null' + told + b"}"


def encode_refusal(no: Refused) -> bytes:
    """The answer of a call that was refused."""
    failure = Failure(
        exc_type=type(no).__name__, exc_path=_REFUSED_PATH, exc_args=[str(part) for part in no.args], value=str(no)
    )
    return b'{"result":null,"error":' + _encoder.encode(failure) + b"}"


def decode_answer(payload: bytes | memoryview) -> Told:
    """An answer, its result still encoded. Raises the Refused it carries; any other error is an internal one."""
    try:
        answer = _answers.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise internal_error() from error
    if answer.error is None:
        return Told(answer.result, answer.versions)
    parts = answer.error.exc_args
    if answer.error.exc_type == Refused.__name__ and 3 <= len(parts) <= 5:
        raise Refused(*(str(part) for part in parts))
    raise internal_error()


def internal_error() -> Refused:
    """What a caller hears of a fault of ours: nothing of its inside."""
    return Refused(INTERNAL, "internal-error", "Something went wrong on our side; the error was logged.")
