"""How mail leaves: to a mail server, or, where none is named, to the console."""

import smtplib
import ssl
import sys
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final, Protocol

from synergy_auth.domain.mails import Mail
from synergy_auth.mailing.signing_in import sign_in
from synergy_auth.settings import MailSettings

AUTHENTICATION_REQUIRED: Final = 530
"""The server wants TLS or a password (RFC 4954 §6): once the settings are mended, the mail goes."""


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
    Raises Undeliverable where sender, recipient or content are refused for good, and what smtplib raises for all else:
    a refusal for now, a lost connection, a server that wants to be signed in to first.
    """
    try:
        server.send_message(message, to_addrs=[to])
    except smtplib.SMTPRecipientsRefused as refused:
        code = next(iter(refused.recipients.values()))[0]
        if not _for_good(code):
            raise
        raise Undeliverable(f"the server refused the recipient ({code})") from None
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refused:
        if not _for_good(refused.smtp_code):
            raise
        what = "content" if isinstance(refused, smtplib.SMTPDataError) else "sender"
        raise Undeliverable(f"the server refused the {what} ({refused.smtp_code})") from None
    except smtplib.SMTPNotSupportedError:
        raise Undeliverable("the server does not take this address (SMTPUTF8)") from None


def _for_good(code: int) -> bool:
    return 500 <= code < 600 and code != AUTHENTICATION_REQUIRED


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
