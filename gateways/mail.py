"""Sends mail over SMTP: one connection is used for several letters in turn."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import Compat32
from email.utils import format_datetime, formataddr, parseaddr
from enum import StrEnum
from typing import Any

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from domain.notification.mail_address import AddressMalformed, ascii_address

COMMAND_TIMEOUT_SECONDS = 20.0
LETTER_TIMEOUT_SECONDS = 60.0
QUIT_TIMEOUT_SECONDS = 2.0
MAX_SUBJECT_LENGTH = 255
MAX_HEADER_LENGTH = 78
"""Characters of a line of a header; a longer one is folded."""
MAX_ANSWER_LENGTH = 200
MAX_ATTACHMENTS_BYTES = 10 * 1024 * 1024

FIRST_PERMANENT_CODE = 500

_LOCAL_PART = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
_MESSAGE_ID = re.compile(rf"{_LOCAL_PART}@[A-Za-z0-9.-]+")
_SOMEBODYS_ADDRESS = re.compile(r"(?<!\S)[^\s@]*+@\S*")  # a long word is read once


class MailTls(StrEnum):
    """How the connection to the server is encrypted. NONE is for a mail catcher on this machine."""

    NONE = "none"
    STARTTLS = "starttls"
    IMPLICIT = "implicit"


class MailRefused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """The letter was not accepted, as far as we know.

    `permanent`: sending this letter again cannot succeed. Otherwise it can be sent again, even when
    only the answer was lost: the Message-ID is the same. `code` is the server's, None when it never
    answered. `text` contains no addresses.
    """

    def __init__(self, permanent: bool, code: int | None, text: str) -> None:
        super().__init__(permanent, code, text)
        self.permanent = permanent
        self.code = code
        self.text = text


@dataclass(frozen=True)
class Attachment:
    """A file attached to a letter; `subtype` is what follows `application/`."""

    filename: str
    subtype: str
    content: bytes


@dataclass(frozen=True, repr=False)
class MailMessage:
    """One letter. `message_id` is `left@right` without angle brackets, the same each time it is
    sent; `reply_to` is where answers go, if not to the sender.
    """

    message_id: str
    to: str
    subject: str
    plain: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    reply_to: str | None = None

    def __post_init__(self) -> None:
        if not _MESSAGE_ID.fullmatch(self.message_id):
            raise ValueError("a Message-ID looks like left@right")

    def __repr__(self) -> str:
        """Only the id: the rest is personal data and must not be logged."""
        return f"MailMessage({self.message_id})"


class MailGateway:
    """One mail server. `sender` is an address or `Name <address>`."""

    def __init__(
        self,
        host: str,
        port: int,
        sender: str,
        *,
        username: str | None = None,
        password: str | None = None,
        tls: MailTls = MailTls.STARTTLS,
        command_timeout_seconds: float = COMMAND_TIMEOUT_SECONDS,
        letter_timeout_seconds: float = LETTER_TIMEOUT_SECONDS,
    ) -> None:
        if password is not None and tls is MailTls.NONE:
            raise ValueError("a password never travels in clear: choose starttls or implicit")
        self._sender_name, address = parseaddr(sender)
        self._sender = _ascii_address(address)
        self._host, self._port, self._tls = host, port, tls
        self._username, self._password = username, password
        self._command_timeout = command_timeout_seconds
        self._letter_timeout = letter_timeout_seconds

    @asynccontextmanager
    async def line(self) -> AsyncIterator["MailLine"]:
        """A connection for several letters, opened for the first one."""
        line = MailLine(
            self._server,
            self._sender,
            formataddr((self._sender_name, self._sender)),
            self._letter_timeout,
        )
        try:
            yield line
            await line.say_goodbye()
        finally:
            line.hang_up()

    def _server(self) -> SMTP:
        return SMTP(
            hostname=self._host,
            port=self._port,
            username=self._username,
            password=self._password,
            # By default the resolver is asked for this machine's name, which may take seconds.
            local_hostname=self._sender.partition("@")[2],
            timeout=self._command_timeout,
            use_tls=self._tls is MailTls.IMPLICIT,
            start_tls=self._tls is MailTls.STARTTLS,
        )


class MailLine:
    """One connection, kept from letter to letter; for one sender at a time."""

    def __init__(
        self,
        server: Callable[[], SMTP],
        sender: str,
        sender_shown: str,
        letter_timeout_seconds: float,
    ) -> None:
        self._new_server = server
        self._sender, self._sender_shown = sender, sender_shown
        self._letter_timeout = letter_timeout_seconds
        self._server: SMTP | None = None

    async def send(self, message: MailMessage) -> None:
        """Returns when the server has accepted the letter; raises `MailRefused` otherwise.

        A refusal closes the connection, and the next letter opens another.
        """
        recipient = _ascii_address(message.to)
        text = written(message, self._sender_shown, recipient).as_bytes()
        try:
            async with asyncio.timeout(self._letter_timeout):
                server = await self._begun()
                await server.rcpt(recipient)
                await server.data(text)
        except (SMTPException, OSError) as error:
            self.hang_up()
            raise _refusal(error) from None

    async def say_goodbye(self) -> None:
        """The letters are accepted by now: an error while closing must not make one look
        refused.
        """
        if self._server is not None:
            with suppress(SMTPException, OSError):
                await self._server.quit(timeout=QUIT_TIMEOUT_SECONDS)

    def hang_up(self) -> None:
        """Closes the connection, if there is one, without QUIT."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _begun(self) -> SMTP:
        """A server that has accepted the sender.

        An open connection may have been closed or limited by the server since the letter before:
        then a new one is opened, which repeats nothing, since the next letter was not sent yet.
        """
        if self._server is not None:
            try:
                await self._server.mail(self._sender)
            except (SMTPException, OSError):
                self.hang_up()
            else:
                return self._server
        self._server = self._new_server()
        await self._server.connect()
        await self._server.mail(self._sender)
        return self._server


class _PlainHeaders(Compat32):
    """Writes a header that needs no encoding and no second line as it is, which the library comes
    to in thirty times the time; the bytes are the same.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        if isinstance(value, str) and value.isascii() and value.isprintable():
            line = f"{name}: {value}"
            if len(line) <= MAX_HEADER_LENGTH:
                return f"{line}\n".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _PlainHeaders()


def written(message: MailMessage, sender: str, recipient: str) -> MIMEMultipart:
    """The letter as it is sent.

    Subjects go through `Header`, which encodes whatever it is given. `EmailMessage` would decode an
    encoded word that somebody typed and write the line breaks hidden in it as they are.
    """
    letter = MIMEMultipart("mixed" if message.attachments else "alternative", policy=_POLICY)
    letter["From"] = sender
    letter["To"] = recipient
    subject = _one_line(message.subject, MAX_SUBJECT_LENGTH)
    letter["Subject"] = Header(subject, "utf-8", header_name="Subject").encode()
    letter["Date"] = format_datetime(datetime.now(UTC))
    letter["Message-ID"] = f"<{message.message_id}>"
    letter["Auto-Submitted"] = "auto-generated"
    if message.reply_to is not None:
        letter["Reply-To"] = _ascii_address(message.reply_to)
    if message.attachments:
        letter.attach(_texts(MIMEMultipart("alternative", policy=_POLICY), message))
        _attach(letter, message.attachments)
    else:
        _texts(letter, message)
    return letter


def _texts(part: MIMEMultipart, message: MailMessage) -> MIMEMultipart:
    part.attach(MIMEText(message.plain, "plain", "utf-8", policy=_POLICY))
    part.attach(MIMEText(message.html, "html", "utf-8", policy=_POLICY))
    return part


def _attach(letter: MIMEMultipart, attachments: tuple[Attachment, ...]) -> None:
    if sum(len(attachment.content) for attachment in attachments) > MAX_ATTACHMENTS_BYTES:
        raise MailRefused(True, None, "the attachments are too large")
    for attachment in attachments:
        part = MIMEApplication(attachment.content, attachment.subtype)
        name = ("utf-8", "", _one_line(attachment.filename, MAX_SUBJECT_LENGTH))
        part.add_header("Content-Disposition", "attachment", filename=name)
        letter.attach(part)


def _ascii_address(address: str) -> str:
    """The address as SMTP carries it, by the rule that validated it."""
    try:
        return ascii_address(address)
    except AddressMalformed:
        raise MailRefused(True, None, "the address is malformed") from None


def _refusal(error: SMTPException | OSError) -> MailRefused:
    """Only an answer about the recipient or the text is final; the others mean a wrong set-up."""
    if isinstance(error, SMTPRecipientRefused | SMTPDataError):
        permanent = error.code >= FIRST_PERMANENT_CODE
        return MailRefused(permanent, error.code, _without_addresses(error.message))
    if isinstance(error, SMTPResponseException):
        return MailRefused(False, error.code, _without_addresses(error.message))
    return MailRefused(False, None, f"{type(error).__name__}: {_without_addresses(str(error))}")


def _without_addresses(answer: str) -> str:
    """What the server answered, without the addresses that servers often repeat."""
    return _one_line(_SOMEBODYS_ADDRESS.sub("…", answer), MAX_ANSWER_LENGTH)


def _one_line(text: str, limit: int) -> str:
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(printable.split())[:limit]
