"""
Mail to a real mail server (aiosmtpd): in the clear, with STARTTLS, with TLS from the start, signed in; and what becomes
of it where the server refuses.
"""

from collections.abc import Callable, Iterator, Sequence
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
from structlog.testing import capture_logs

from synergy_auth.settings import MailSettings
from synergy_chassis.environment import MissingSetting
from synergy_local.ports import LOOPBACK, free_ports

USER, PASSWORD = "synergy", "the post office's own"
SIGNED_IN = {"EMAIL_HOST_USER": USER, "EMAIL_HOST_PASSWORD": PASSWORD}
ABROAD = {"EMAIL_HOST_USER": "Jürgen", "EMAIL_HOST_PASSWORD": "пароль €"}
KNOWN = {(env["EMAIL_HOST_USER"].encode(), env["EMAIL_HOST_PASSWORD"].encode()) for env in (SIGNED_IN, ABROAD)}


@dataclass
class Office:
    """
    What arrived: who it is from and to, the message, and whether it came under TLS and from whom. `refusing` maps
    commands to what is answered to them; without it they are accepted.
    """

    port: int
    mails: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)
    under_tls: list[bool] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)
    refusing: dict[str, str] = field(default_factory=dict)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.refusing.get("MAIL", "250 ok")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.refusing.get("RCPT", "250 ok")

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return self.refusing.get("QUIT", "221 bye")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if "DATA" in self.refusing:
            return self.refusing["DATA"]
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.mails.append((envelope.mail_from or "", envelope.rcpt_tos, message))
        self.under_tls.append(session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None)
        self.signed_in.append(session.authenticated is True)
        return "250 kept"


def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=(data.login, data.password) in KNOWN, handled=False)


Opened = Callable[..., Office]


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of localhost, which the system trusts."""
    made = a_certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(made))
    return made


@pytest.fixture
def opened(certificate: Path) -> Iterator[Opened]:
    """
    Opens mail servers on localhost: `starttls`, `tls` from the start, `auth` asked of everybody, ways to sign in that
    are not offered (`without`).
    """
    with ExitStack() as closing:

        def start(
            *, starttls: bool = False, tls: bool = False, auth: bool = False, without: Sequence[str] = ()
        ) -> Office:
            office = Office(*free_ports(1))
            controller = Controller(
                office, hostname=LOOPBACK, port=office.port, server_hostname="localhost",
                ssl_context=a_server(certificate) if tls else None,
                tls_context=a_server(certificate) if starttls else None, require_starttls=starttls,
                authenticator=authenticate, auth_required=auth and starttls, auth_require_tls=starttls,
                auth_exclude_mechanism=without,
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
        pytest.param(
            {"starttls": True, "auth": True}, {"EMAIL_USE_TLS": "true", **ABROAD}, id="AUTH_PLAIN_beyond_ASCII"
        ),
        pytest.param(
            {"starttls": True, "auth": True, "without": ["PLAIN"]},
            {"EMAIL_USE_TLS": "true", **ABROAD},
            id="AUTH_LOGIN_beyond_ASCII",
        ),
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


def test_a_mail_waits_where_the_server_offers_no_way_to_sign_in_with_such_a_password(opened: Opened, ann) -> None:
    office = opened(starttls=True, auth=True, without=["PLAIN", "LOGIN"])

    assert waits(ann(office, EMAIL_USE_TLS="true", **ABROAD))
    assert [] == office.mails


@pytest.mark.parametrize("wrong", [{"EMAIL_HOST_USER": "J\udcfcrgen"}, {"EMAIL_HOST_PASSWORD": "pass\udce4"}])
def test_a_password_that_is_not_utf_8_is_refused_before_anything_starts(wrong) -> None:
    with pytest.raises(MissingSetting, match="in UTF-8"):
        MailSettings.from_env(SIGNED_IN | wrong)


@pytest.mark.parametrize(
    "refusing",
    [
        {"RCPT": "550 5.1.1 nobody of that name"},
        {"RCPT": "550 nobody of that name"},
        {"DATA": "554 5.6.0 looks like spam"},
        {"DATA": "552 5.3.4 too long", "QUIT": "421 closing"},
    ],
    ids=["recipient", "recipient_without_an_enhanced_code", "content", "content_and_no_goodbye"],
)
def test_a_mail_that_is_refused_for_good_is_given_up_at_once_and_that_is_logged(opened: Opened, ann, refusing) -> None:
    office = opened()
    office.refusing = refusing
    auth = ann(office)

    with capture_logs() as logged:
        assert auth.app.outbox.send_one()

    (row,) = auth.rows("SELECT attempts, sent_at, given_up_at, sealed FROM mails")
    assert (1, None, auth.clock.now(), None) == tuple(row)
    (line,) = [line for line in logged if line["event"] == "mail-given-up"]
    (code,) = [answer.partition(" ")[0] for answer in refusing.values() if answer.startswith("5")]
    assert ("error", "confirm_email") == (line["log_level"], line["kind"])
    assert f"({code})" in line["error"]
    auth.passes(days=2)
    assert not auth.app.outbox.send_one()


@pytest.mark.parametrize(
    "refusing",
    [
        {"MAIL": "451 4.3.0 come again"},
        {"MAIL": "530 5.7.0 sign in first"},
        {"RCPT": "450 4.2.1 come again"},
        {"DATA": "452 4.3.1 no room"},
        {"DATA": "421 4.3.2 closing"},
    ],
    ids=["sender", "not_signed_in", "recipient", "content", "closing"],
)
def test_a_mail_that_is_refused_for_now_is_tried_again(opened: Opened, ann, refusing) -> None:
    office = opened()
    office.refusing = refusing
    auth = ann(office)
    assert waits(auth)

    office.refusing = {}
    auth.passes(minutes=1)

    assert auth.app.outbox.send_one()
    assert 1 == len(office.mails)


@pytest.mark.parametrize(
    ("refusing", "what", "setting"),
    [
        pytest.param({"MAIL": "550 5.7.1 not from you"}, "sender", "DEFAULT_FROM_EMAIL", id="sender"),
        pytest.param({"MAIL": "553 no such domain"}, "sender", "DEFAULT_FROM_EMAIL", id="sender_of_no_domain"),
        pytest.param({"RCPT": "554 5.7.1 relay access denied"}, "recipient", "EMAIL_HOST_USER", id="relaying"),
        pytest.param({"RCPT": "530 sign in first"}, "recipient", "EMAIL_HOST_USER", id="not_signed_in"),
        pytest.param({"DATA": "550 5.7.26 no SPF, no DKIM"}, "content", "DEFAULT_FROM_EMAIL", id="policy"),
    ],
)
def test_a_mail_waits_where_the_settings_are_at_fault_and_the_log_names_them(
    opened: Opened, ann, refusing, what: str, setting: str
) -> None:
    office = opened()
    office.refusing = refusing
    auth = ann(office)

    with capture_logs() as logged:
        assert waits(auth)

    (line,) = [line for line in logged if line["event"] == "mail-server-wants-other-settings"]
    assert ("warning", what) == (line["log_level"], line["refused"])
    assert setting in line["settings"]
    office.refusing = {}
    auth.passes(minutes=1)
    assert auth.app.outbox.send_one()
    assert 1 == len(office.mails)


def test_a_mail_waits_while_there_is_no_server(ann) -> None:
    assert waits(ann(Office(*free_ports(1))))


def test_a_mail_that_was_accepted_is_not_sent_again_whatever_comes_after_it(opened: Opened, ann) -> None:
    office = opened()
    office.refusing = {"QUIT": "421 closing"}
    auth = ann(office)

    assert auth.app.outbox.send_one()
    auth.passes(days=2)

    assert not auth.app.outbox.send_one()
    assert 1 == len(office.mails)
