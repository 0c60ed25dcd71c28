"""Mail to a real mail server (aiosmtpd): in the clear, with STARTTLS, with TLS from the start, signed in."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from integration.auth.acting import ask_reset, token_in
from integration.webhooks.certificates import a_certificate, a_server

from synergy_auth.settings import MailSettings
from synergy_local.ports import LOOPBACK, free_ports

USER, PASSWORD = "synergy", "the post office's own"
SIGNED_IN = {"EMAIL_HOST_USER": USER, "EMAIL_HOST_PASSWORD": PASSWORD}


@dataclass
class Office:
    """What arrived: who it is from and to, the message, and whether it came under TLS and from whom."""

    port: int
    mails: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)
    under_tls: list[bool] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.mails.append((envelope.mail_from or "", envelope.rcpt_tos, message))
        self.under_tls.append(session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None)
        self.signed_in.append(session.authenticated is True)
        return "250 kept"


def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
    right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


Opened = Callable[..., Office]


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of localhost, which the system trusts."""
    made = a_certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(made))
    return made


@pytest.fixture
def opened(certificate: Path) -> Iterator[Opened]:
    """Opens mail servers on localhost: `starttls`, `tls` from the start, `auth` asked of everybody."""
    with ExitStack() as closing:

        def start(*, starttls: bool = False, tls: bool = False, auth: bool = False) -> Office:
            office = Office(*free_ports(1))
            controller = Controller(
                office, hostname=LOOPBACK, port=office.port, server_hostname="localhost",
                ssl_context=a_server(certificate) if tls else None,
                tls_context=a_server(certificate) if starttls else None, require_starttls=starttls,
                authenticator=authenticate, auth_required=auth and starttls, auth_require_tls=starttls,
            )  # fmt: skip
            controller.start()
            closing.callback(controller.stop)
            return office

        yield start


@pytest.fixture
def ann(built) -> Callable[..., object]:
    """Ann, to whom auth sends by `office` with these settings."""

    def make(office: Office, **env: str):
        env = {"EMAIL_HOST": "localhost", "EMAIL_PORT": str(office.port), "EMAIL_TIMEOUT": "5", **env}
        env |= {"DEFAULT_FROM_EMAIL": "SynergyOS <noreply@example.com>", "PUBLIC_URL": "https://synergy.example"}
        auth = built(mail=MailSettings.from_env(env))
        auth.pair = auth.register("ann")
        return auth

    return make


@pytest.mark.parametrize(
    ("server", "env"),
    [
        pytest.param({}, {}, id="in_the_clear"),
        pytest.param({"starttls": True, "auth": True}, {"EMAIL_USE_TLS": "true", **SIGNED_IN}, id="STARTTLS_and_AUTH"),
        pytest.param({"tls": True, "auth": True}, {"EMAIL_USE_SSL": "true", **SIGNED_IN}, id="TLS_and_AUTH"),
    ],
)
def test_a_mail_arrives_as_it_was_written_and_its_link_works(opened: Opened, ann, server, env) -> None:
    office = opened(**server)
    auth = ann(office, **env)
    assert auth.app.outbox.send_one()
    ask_reset(auth)

    assert auth.app.outbox.send_one()
    assert not auth.app.outbox.send_one()

    assert [bool(env)] * 2 == office.under_tls == office.signed_in
    assert ["Confirm your e-mail address", "Set a new password"] == [mail["Subject"] for _, _, mail in office.mails]
    sender, to, mail = office.mails[1]
    assert ("noreply@example.com", ["ann@example.com"]) == (sender, to)
    assert ("SynergyOS <noreply@example.com>", "ann@example.com") == (mail["From"], mail["To"])
    assert 43 == len(token_in(mail))
    assert [0] == [row.count for row in auth.rows("SELECT count(*) FROM mails WHERE sent_at IS NULL")]


def waits(auth) -> bool:
    """Whether the mail could not be sent, and is to be tried again."""
    assert auth.app.outbox.send_one()
    (row,) = auth.rows("SELECT attempts, sent_at, given_up_at FROM mails")
    return (1, None, None) == (row.attempts, row.sent_at, row.given_up_at)


@pytest.mark.parametrize(
    ("server", "env"),
    [
        pytest.param({"starttls": True, "auth": True}, SIGNED_IN | {"EMAIL_USE_TLS": "true"}, id="STARTTLS"),
        pytest.param({"tls": True, "auth": True}, SIGNED_IN | {"EMAIL_USE_SSL": "true"}, id="TLS"),
    ],
)
def test_nothing_is_told_to_a_server_whose_certificate_is_not_trusted(
    opened: Opened, ann, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server, env
) -> None:
    auth = ann(opened(**server), **env)
    (tmp_path / "else").mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(a_certificate(tmp_path / "else", "elsewhere")))

    assert waits(auth)


def test_nothing_goes_in_the_clear_where_the_server_does_not_offer_tls(opened: Opened, ann) -> None:
    office = opened()

    assert waits(ann(office, EMAIL_USE_TLS="true", **SIGNED_IN))
    assert [] == office.mails


def test_a_mail_waits_while_the_server_refuses_the_password(opened: Opened, ann) -> None:
    office = opened(starttls=True, auth=True)

    assert waits(ann(office, EMAIL_USE_TLS="true", EMAIL_HOST_USER=USER, EMAIL_HOST_PASSWORD="wrong"))
    assert [] == office.mails
