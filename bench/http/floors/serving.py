"""Serves a floor as the gateway is served: one worker of granian, at PORT."""

import os

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels


def serve(app: str) -> None:
    """`app` ("package.module:name") until it is told to end."""
    Granian(
        app, address="127.0.0.1", port=int(os.environ["PORT"]), interface=Interfaces.ASGI, workers=1,
        http=HTTPModes.http1, websockets=False, backlog=2_048, backpressure=1_024, log_level=LogLevels.warning,
    ).serve()  # fmt: skip
