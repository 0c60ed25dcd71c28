"""
The least that a read which asks a service does, on granian as the gateway has it: it calls the service that its address
is about, as the gateway calls it, and passes the answer on; the request has an id of its own; and one line of a log
tells of it. Nobody is asked who they are or what they may see, nothing is counted, and nothing is put together.
"""

import os
import sys
from typing import Any, Final

from bench.http.floors.serving import serve
from synergy_chassis.bus.asyncio_caller import Caller
from synergy_chassis.clock import new_id_text

PATIENCE: Final = 30.0
caller: Final = Caller(os.environ.get("FLOOR_AMQP_URL", "amqp://"), name="bench: asks")


async def app(scope: Any, receive: Any, send: Any) -> None:
    """The whole of it."""
    if scope["type"] == "http":
        project = int(scope["path"].rstrip("/").rpartition("/")[2])
        answer = bytes(await caller.call("projects.read_project", {"project_id": project}, headers={}, deadline=5))
        named = new_id_text()
        headers = [
            (b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer)),
            (b"x-request-id", named.encode()),
        ]  # fmt: skip
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer, "more_body": False})
        sys.stderr.write(f'{{"method":"GET","route":"/","status":200,"bytes":{len(answer)},"request_id":"{named}"}}\n')
    elif scope["type"] == "lifespan":
        await receive()
        await caller.start()
        await caller.arrived(PATIENCE)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await caller.stop()
        await send({"type": "lifespan.shutdown.complete"})


if __name__ == "__main__":
    serve("bench.http.floors.asking:app")
