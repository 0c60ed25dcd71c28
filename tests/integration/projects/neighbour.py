"""Stands in for auth on the bus: everybody from 1 to 99 exists and is called `user-<id>`, but for user 13."""

import os

from synergy_chassis.bus.patching import patch

patch()

from synergy_chassis import logs  # noqa: E402
from synergy_chassis.bus import rpc, serve  # noqa: E402
from synergy_contracts.refusals import Refused  # noqa: E402


def person(user_id: int) -> dict[str, object]:
    return {"id": user_id, "username": f"user-{user_id}", "full_name": f"User {user_id}"}


class AuthService:
    name = "auth"

    @rpc
    def people(self, body):
        return [person(user_id) for user_id in body["ids"] if 0 < user_id < 100 and user_id != 13]

    @rpc
    def find_person(self, body):
        noun, _, number = body["username"].partition("-")
        if noun != "user" or not number.isdigit() or not 0 < int(number) < 100:
            raise Refused("not_found", "person-not-found", "There is nobody of this name.")
        return person(int(number))

    @rpc
    def head(self, body):
        return {"position": 0, "epoch": "one"}

    @rpc
    def events_after(self, body):
        return {"events": [], "read_to": body["position"]}


if __name__ == "__main__":
    logs.configure("info", service="auth")
    serve(AuthService, amqp_url=os.environ["AUTH_AMQP_URL"], config={})
