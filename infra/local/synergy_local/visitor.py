"""A person who uses SynergyOS through its door."""

from typing import Any

import requests

from synergy_local.trouble import Trouble


def direct_session() -> requests.Session:
    """A session that goes to the door itself: a proxy in the environment does not know our loopback."""
    session = requests.Session()
    session.trust_env = False
    return session


def healthy(url: str) -> bool:
    """Whether the gateway at `url` says that every part is up."""
    try:
        with direct_session() as session:
            return session.get(f"{url}/api/health/", timeout=5).status_code == 200
    except requests.RequestException:
        return False


class Visitor:
    """Speaks HTTP with the gateway at `url`; after `sign_in` or `register` with a name."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = direct_session()

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None, *, expect: int = 200) -> Any:
        """The decoded answer. Raises Trouble when the status is not `expect`."""
        answer = self.answer(method, path, body)
        if answer.status_code != expect:
            raise Trouble(f"{method} {path} answered {answer.status_code}, not {expect}: {answer.text[:500]}")
        return answer.json() if answer.content else None

    def answer(self, method: str, path: str, body: dict[str, Any] | None = None) -> requests.Response:
        """The answer, whatever its status. Raises Trouble when there is none."""
        try:
            return self.session.request(method, self.url + path, json=body, timeout=15)
        except requests.RequestException as error:
            raise Trouble(f"{method} {path} got no answer: {type(error).__name__}.") from error

    def register(self, username: str, password: str, *, email: str, **names: str) -> Any:
        """Open an account and be signed in."""
        body = {"username": username, "password": password, "email": email} | names
        return self.enter(self.ask("POST", "/api/auth/register/", body, expect=201))

    def sign_in(self, username: str, password: str) -> Any:
        """Sign in to an account."""
        return self.enter(self.ask("POST", "/api/auth/login/", {"username": username, "password": password}))

    def enter(self, answer: Any) -> Any:
        """Use the access token of an answer from now on."""
        self.session.headers["Authorization"] = f"Bearer {answer['access']}"
        return answer

    def knows(self, username: str, password: str) -> bool:
        """Whether this account is there. Raises Trouble when the door does not answer, or not now."""
        answer = self.answer("POST", "/api/auth/login/", {"username": username, "password": password})
        if answer.status_code not in (200, 401):
            raise Trouble(f"POST /api/auth/login/ answered {answer.status_code}, not 200 or 401: {answer.text[:500]}")
        return answer.status_code == 200
