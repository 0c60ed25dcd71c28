"""How mail leaves: to a mail server, or, where none is named, to the console."""

import re
import smtplib
import ssl
import sys
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final, Protocol

import structlog

from synergy_auth.domain.mails import Mail
from synergy_auth.mailing.signing_in import sign_in
from synergy_auth.settings import MailSettings

AUTHENTICATION_REQUIRED: Final = 530
"""The server wants TLS or a password (RFC 4954 §6): once the settings are mended, the mail goes."""
POLICY: Final = re.compile(r"\s*5\.7\.\d")
"""Security or policy (RFC 3463 §3.8), such as relaying denied: this server does not take our mail, whoever it is to."""
log = structlog.get_logger(__name__)


class Undeliverable(Exception):
    """The server refused this very mail for good (5yz, RFC 5321 §4.2.1): trying again is of no use."""


class Transport(Protocol):
    """Sends one mail."""

    def send(self, mail: Mail, *, to: str) -> None:
        """Returns when it is accepted. Raises Undeliverable, or anything else for what may pass."""
        ...


class Console:
    """Writes mails where the operator sees them: to standard output, or what `write` is."""

    def __init__(self, sender: str, *, write: Callable[[str], object] | None = None) -> None:
        self._sender = sender
        self._write = write or _to_stdout

    def send(self, mail: Mail, *, to: str) -> None:
        """See Transport."""
        line = "-" * 79
        self._write(f"{line}\nFrom: {self._sender}\nTo: {to}\nSubject: {mail.subject}\n\n{mail.text}{line}\n")


class Smtp:
    """Sends by SMTP, a connection a mail, with TLS from the start (EMAIL_USE_SSL) or by STARTTLS (EMAIL_USE_TLS)."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    def send(self, mail: Mail, *, to: str) -> None:
        """See Transport."""
        message = _message(mail, sender=self._settings.sender, to=to)
        server = self._connected()
        try:
            self._sign_in(server)
            _hand_over(server, message, to)
        finally:
            _leave(server)

    def _sign_in(self, server: smtplib.SMTP) -> None:
        """TLS and the password, as the settings say. What is refused here is no mail's fault."""
        settings = self._settings
        if settings.use_tls:
            server.starttls(context=ssl.create_default_context())
        if settings.user:
            sign_in(server, settings.user, settings.password)

    def _connected(self) -> smtplib.SMTP:
        settings, seconds = self._settings, self._settings.timeout
        own = _domain(settings.sender)  # else smtplib asks the resolver for this machine's name, and blocks
        if settings.use_ssl:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(settings.host, settings.port, local_hostname=own, timeout=seconds, context=context)
        return smtplib.SMTP(settings.host, settings.port, local_hostname=own, timeout=seconds)


def _hand_over(server: smtplib.SMTP, message: EmailMessage, to: str) -> None:
    """
    Raises Undeliverable where recipient or content are refused for good, and what smtplib raises for all else: a
    refusal for now, a lost connection, a server that refuses the sender or whom it does not know, which the settings
    mend.
    """
    try:
        server.send_message(message, to_addrs=[to])
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        _give_up(code, said, "recipient")
        raise
    except smtplib.SMTPSenderRefused as refused:
        if 500 <= refused.smtp_code < 600:
            _blame("DEFAULT_FROM_EMAIL, EMAIL_HOST_USER", "sender", refused.smtp_code)
        raise
    except smtplib.SMTPDataError as refused:
        _give_up(refused.smtp_code, refused.smtp_error, "content")
        raise
    except smtplib.SMTPNotSupportedError:
        raise Undeliverable("the server does not take this address (SMTPUTF8)") from None


def _give_up(code: int, said: bytes | str, what: str) -> None:
    """Raises Undeliverable where that was for good and no fault of the settings."""
    if not 500 <= code < 600:
        return
    words = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    if code == AUTHENTICATION_REQUIRED or POLICY.match(words):
        _blame("EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_HOST, DEFAULT_FROM_EMAIL", what, code)
        return
    raise Undeliverable(f"the server refused the {what} ({code})") from None


def _blame(settings: str, what: str, code: int) -> None:
    log.warning("mail-server-wants-other-settings", refused=what, code=code, settings=settings)


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye. Whatever the server makes of that, the mail was accepted before, or refused."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def transport(settings: MailSettings) -> Transport:
    """The one that the settings choose."""
    return Smtp(settings) if settings.backend == "smtp" else Console(settings.sender)


def _message(mail: Mail, *, sender: str, to: str) -> EmailMessage:
    """The message; header values with line ends are refused by the library."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = mail.subject
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=_domain(sender))
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice comes back
    message.set_content(mail.text)
    return message


def _domain(sender: str) -> str:
    """The domain that mail is from, as it is written in the protocol."""
    name = sender.rpartition("@")[2].rstrip("> ")
    try:
        return name.encode("idna").decode() or "localhost"
    except UnicodeError:
        return "localhost"


def _to_stdout(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
