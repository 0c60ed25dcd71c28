"""Services on a real bus, each as a process: `python neighbour.py auth|projects`; PUBLIC_KEY is auth's, in hex."""

from synergy_chassis.bus.patching import patch

patch()

import base64  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from typing import Any  # noqa: E402

import structlog  # noqa: E402

from synergy_chassis import logs  # noqa: E402
from synergy_chassis.bus import Call, rpc, serve  # noqa: E402
from synergy_contracts.refusals import Refused  # noqa: E402

WORKERS = 20
"""Calls that a service answers at once."""
VERSIONED = 7
log = structlog.get_logger(__name__)
PUBLIC = base64.urlsafe_b64encode(bytes.fromhex(os.environ["PUBLIC_KEY"])).rstrip(b"=").decode()


class Auth:
    name = "auth"

    @rpc
    def jwks(self, body: dict[str, Any]) -> Any:
        key = {"kty": "OKP", "crv": "Ed25519", "x": PUBLIC, "kid": "key-1", "use": "sig", "alg": "EdDSA"}
        return {"keys": [key]}

    @rpc
    def revocations(self, body: dict[str, Any]) -> Any:
        return {"cursor": "1:1", "whole": True, "more": None, "revocations": []}

    @rpc
    def login(self, body: dict[str, Any]) -> Any:
        return {"user": {}, "access": f"for {body['username']}", "refresh": body["password"]}


class Projects:
    name = "projects"
    call = Call()

    @rpc
    def read_project(self, body: dict[str, Any]) -> Any:
        """
        What arrived, as a project of version 1; projects beyond 1,000 answer late, 404 is not there, and with VERSIONED
        alone comes what a gateway must know to keep the answer.
        """
        if body["project_id"] == 404:
            raise Refused("not_found", "project-not-found", "There is no project with this id that you may see.")
        if body["project_id"] > 1_000:
            log.info("slow-read", project_id=body["project_id"])
            time.sleep(body["project_id"] / 1_000)
        call = self.call
        if body["project_id"] == VERSIONED:
            call.versions.update({f"project-{VERSIONED}": 1, "people": 0})
        return {
            "id": body["project_id"],
            "version": 1,
            "revision": 1,
            "user_id": call.signed_in().user_id,
            "request_id": call.request_id,
            "client_address": call.client_address,
            "user_agent": call.user_agent,
            "seconds_left": call.remaining(60),
        }


if __name__ == "__main__":
    service = {"auth": Auth, "projects": Projects}[sys.argv[1]]
    logs.configure("info", service=service.name)
    serve(service, amqp_url=os.environ["SERVICE_AMQP_URL"], config={"rpc_workers": WORKERS})
