"""The client: one address, one session, every operation."""

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import requests

from synergy_client.files import Files
from synergy_client.following import Following
from synergy_client.operations import Operations
from synergy_client.session import Credentials
from synergy_client.transport import Retry, Transport


class Synergy(Operations):
    """
    SynergyOS at `url`, asked with a token (a personal access token, or an access token and what renews it), or as
    nobody. `tokens` are instead of them, kept somewhere else perhaps.

    `retry` says how often what may be repeated is; `timeout` is of one try, in seconds. Proxies of the environment are
    used, a `.netrc` is not.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        refresh: str | None = None,
        tokens: Credentials | None = None,
        retry: Retry | None = None,
        timeout: float = 30.0,
        session: requests.Session | None = None,
    ) -> None:
        self._own_session = session is None
        session = session or requests.Session()
        session.auth = _unchanged
        super().__init__(
            Transport(
                url=url.rstrip("/"),
                session=session,
                credentials=tokens or Credentials(token, refresh),
                retry=retry or Retry(),
                timeout=timeout,
            )
        )

    @classmethod
    def login(cls, url: str, username: str, password: str, *, otp: str | None = None, **more: Any) -> Self:
        """
        A client with a session of its own, which ends with `logout`. `more` is as for the class.

        Raises problems.OtpRequired where the account has a second factor and `otp` is missing.
        """
        client = cls(url, **more)
        body: dict[str, Any] = {"username": username, "password": password} | ({"otp": otp} if otp else {})
        told = client._transport.send("POST", "/api/auth/login/", body=body, signed_in=False)
        client.tokens.access, client.tokens.refresh = told["access"], told["refresh"]
        return client

    @property
    def url(self) -> str:
        """The server's address."""
        return self._transport.url

    @property
    def tokens(self) -> Credentials:
        """Those of now: a session's change as it is renewed."""
        return self._transport.credentials

    def options(
        self, *, idempotency_key: str | None = None, if_match: str | None = None, request_id: str | None = None
    ) -> Operations:
        """
        Every operation, asked with these: a key under which a change happens once whoever repeats it; the ETag
        (`etag(answer)`) that what is to be changed must still have, else problems.PreconditionFailed; an id for logs.
        """
        return Operations(
            self._transport.with_headers(Idempotency_Key=idempotency_key, If_Match=if_match, X_Request_Id=request_id)
        )

    def follow(
        self, *, after: int | None = None, types: Sequence[str] | None = None, project: int | None = None
    ) -> Following:
        """Every event as it happens; see Following."""
        return Following(self._transport, after=after, types=types, project=project)

    @property
    def files(self) -> Files:
        """Projects as files: exports and imports of any size."""
        return Files(self._transport)

    def close(self) -> None:
        """Let go of the connections."""
        if self._own_session:
            self._transport.session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """In place of what requests would find in a .netrc and put over our header."""
    return request
