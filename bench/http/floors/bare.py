"""An application that answers everything with the same bytes (BODY_BYTES of them), on granian as the gateway has it."""

import os
from typing import Any, Final

from bench.http.floors.serving import serve

BODY: Final = b'"' + b"x" * (int(os.environ.get("BODY_BYTES", "1024")) - 2) + b'"'
HEADERS: Final = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]


async def app(scope: Any, receive: Any, send: Any) -> None:
    """The whole of it."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send({"type": "http.response.body", "body": BODY, "more_body": False})


if __name__ == "__main__":
    serve("bench.http.floors.bare:app")
