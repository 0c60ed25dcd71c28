"""An application that answers everything with the same bytes (BODY_BYTES of them), on granian as the gateway has it."""

import os
from typing import Any, Final

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

BODY: Final = b'"' + b"x" * (int(os.environ.get("BODY_BYTES", "1024")) - 2) + b'"'
HEADERS: Final = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]


async def app(scope: Any, receive: Any, send: Any) -> None:
    """The whole of it."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send({"type": "http.response.body", "body": BODY, "more_body": False})


if __name__ == "__main__":
    Granian(
        "bench.http.floors.bare:app", address="127.0.0.1", port=int(os.environ["PORT"]), interface=Interfaces.ASGI,
        workers=1, http=HTTPModes.http1, websockets=False, backlog=2_048, backpressure=1_024,
        log_level=LogLevels.warning,
    ).serve()  # fmt: skip
