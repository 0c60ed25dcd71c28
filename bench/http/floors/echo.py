"""A service on the bus that answers each call with what it was given once (the file ANSWER), and asks nobody."""

from synergy_chassis.bus.patching import patch

patch()

import os  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import msgspec  # noqa: E402

from synergy_chassis import logs  # noqa: E402
from synergy_chassis.bus import rpc, serve  # noqa: E402

ANSWER: Any = msgspec.json.decode(Path(os.environ["ANSWER"]).read_bytes())


class Echo:
    """Under the name of projects, in a virtual host of its own."""

    name = "projects"

    @rpc  # type: ignore[untyped-decorator]
    def read_project(self, body: Any) -> Any:
        """The same as ever."""
        return ANSWER


if __name__ == "__main__":
    logs.configure("info", service="projects")
    serve(Echo, amqp_url=os.environ["FLOOR_AMQP_URL"], config={})
