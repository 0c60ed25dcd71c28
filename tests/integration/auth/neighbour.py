"""Stands in for webhooks on the bus: its events are the lines of a file, which a test writes."""

import os
from pathlib import Path
from typing import Any

from synergy_chassis.bus.patching import patch

patch()

import msgspec  # noqa: E402

from synergy_chassis import logs  # noqa: E402
from synergy_chassis.bus import rpc, serve  # noqa: E402
from synergy_contracts.envelope import StoredEvent  # noqa: E402


def events() -> list[StoredEvent]:
    lines = Path(os.environ["EVENTS"]).read_bytes().splitlines()
    return [msgspec.json.decode(line, type=StoredEvent) for line in lines]


class WebhooksService:
    name = "webhooks"

    @rpc
    def head(self, body: Any) -> Any:
        return {"position": max((event.position for event in events()), default=0), "epoch": "one"}

    @rpc
    def events_after(self, body: Any) -> Any:
        found = [event for event in events() if event.position > body["position"]][: body["limit"]]
        return msgspec.to_builtins({"events": found, "read_to": found[-1].position if found else body["position"]})


if __name__ == "__main__":
    logs.configure("info", service="webhooks")
    serve(WebhooksService, amqp_url=os.environ["WEBHOOKS_AMQP_URL"], config={})
