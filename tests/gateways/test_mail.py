"""The mail gateway against a real SMTP server on a socket, in its good and its bad moods."""

import asyncio
import datetime as dt
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from gateways.mail import (
    MAX_ANSWER_LENGTH,
    MAX_ATTACHMENTS_BYTES,
    Attachment,
    MailGateway,
    MailMessage,
    MailRefused,
    MailTls,
    written,
)
from texts import letter

SENDER = "Копейка <refunds@kopeyka.example>"
MESSAGE = MailMessage(
    message_id="refund-7-1.completed.mail@kopeyka.example",
    to="ivan@romashka.example",
    subject="Возврат по счёту № 2026-00417: завершено, деньги отправлены",
    plain="Мы перечислили вам деньги: 9 693,55 ₽\n",
    html="<p>Мы перечислили вам деньги: 9 693,55 ₽</p>\n",
)


@dataclass
class PostOffice:
    """An SMTP server's rules: what it answers, and what it has taken."""

    to_recipient: str = "250 OK"
    to_text: str = "250 OK"
    taken: list[Envelope] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        if self.to_recipient.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.to_text.startswith("2"):
            self.taken.append(envelope)
        return self.to_text

    def letters(self) -> list[EmailMessage]:
        return [read(envelope) for envelope in self.taken]


def read(envelope: Envelope) -> EmailMessage:
    content = envelope.content
    assert isinstance(content, bytes)
    return message_from_bytes(content, EmailMessage, policy=policy.default)


@asynccontextmanager
async def open_office(office: PostOffice, **options: Any) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(office, hostname="mail.example", **options), "127.0.0.1", 0
    )
    async with server:
        yield server.sockets[0].getsockname()[1]


def gateway(port: int, **options: Any) -> MailGateway:
    chosen = {"tls": MailTls.NONE, "command_timeout_seconds": 5.0, **options}
    return MailGateway("127.0.0.1", port, SENDER, **chosen)


async def send(mail: MailGateway, *messages: MailMessage) -> None:
    """All of them over one line."""
    async with mail.line() as line:
        for message in messages:
            await line.send(message)


async def test_an_accepted_letter_arrives_whole_in_plain_and_html() -> None:
    office = PostOffice()
    async with open_office(office) as port:
        await send(gateway(port), MESSAGE)
    (arrived,) = office.letters()
    plain, html = arrived.get_body(("plain",)), arrived.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert arrived.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in arrived.iter_parts()] == ["text/plain", "text/html"]
    assert plain.get_content() == MESSAGE.plain
    assert html.get_content() == MESSAGE.html
    assert office.taken[0].rcpt_tos == [MESSAGE.to]
    assert office.taken[0].mail_from == "refunds@kopeyka.example"


async def test_headers_say_who_what_and_that_no_person_wrote_it() -> None:
    office = PostOffice()
    async with open_office(office) as port:
        await send(gateway(port), MESSAGE)
    (arrived,) = office.letters()
    assert arrived["From"] == SENDER
    assert arrived["To"] == MESSAGE.to
    assert arrived["Subject"] == MESSAGE.subject
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(arrived["Date"]).tzinfo is not None


@given(
    st.text(st.characters(codec="ascii", min_codepoint=32) | st.sampled_from("ё\t "), max_size=120),
    st.integers(1, 64),
    st.booleans(),
)
def test_headers_are_written_as_the_library_writes_them(
    subject: str, length: int, has_file: bool
) -> None:
    files = (Attachment("a" * length + ".pdf", "pdf", b"%PDF"),) if has_file else ()
    to = "i" * length + "@shop.example"
    message = replace(MESSAGE, subject=subject, attachments=files, reply_to=to)
    letter = written(message, SENDER, to)
    letter["X-Asked"] = subject
    assert letter.as_bytes() == letter.as_bytes(policy=policy.compat32)


async def test_a_repeat_carries_the_same_message_id() -> None:
    office = PostOffice()
    async with open_office(office) as port:
        await send(gateway(port), MESSAGE)
        await send(gateway(port), MESSAGE)
    ids = [arrived["Message-ID"] for arrived in office.letters()]
    assert ids == ["<refund-7-1.completed.mail@kopeyka.example>"] * 2


async def test_every_word_of_a_real_letter_survives_the_journey() -> None:
    told = letter(
        "refund_paying", company="ООО «Копейка»", invoice_number="7", name="Ёж", way="на карту"
    )
    office = PostOffice()
    async with open_office(office) as port:
        await send(
            gateway(port), MailMessage("7@kopeyka.example", "a@b.example", *vars(told).values())
        )
    (arrived,) = office.letters()
    html = arrived.get_body(("html",))
    assert html is not None
    assert html.get_content().splitlines() == told.html.splitlines()


async def test_attachments_keep_their_russian_name_and_their_bytes() -> None:
    office = PostOffice()
    file = Attachment("Заявление № 7.pdf", "pdf", b"%PDF-1.7\r\n\x00\xff")
    message = MailMessage("7@kopeyka.example", "a@b.example", "Т", "т", "<p>т</p>", (file,))
    async with open_office(office) as port:
        await send(gateway(port), message)
    (arrived,) = office.letters()
    (part,) = arrived.iter_attachments()
    assert isinstance(part, EmailMessage)
    assert part.get_filename() == file.filename
    assert part.get_content() == file.content
    assert part.get_content_type() == "application/pdf"


@pytest.mark.parametrize(
    ("office", "permanent", "code"),
    [
        (PostOffice(to_recipient="550 5.1.1 <ivan@romashka.example>: no such user"), True, 550),
        (PostOffice(to_recipient="450 4.2.1 ivan@romashka.example is busy"), False, 450),
        (PostOffice(to_text="554 5.7.1 ivan@romashka.example does not want this"), True, 554),
        (PostOffice(to_text="451 4.3.0 try later, says postmaster@b.example"), False, 451),
    ],
)
async def test_a_refusal_says_whether_a_repeat_can_help_and_names_nobody(
    office: PostOffice, permanent: bool, code: int
) -> None:
    async with open_office(office) as port:
        with pytest.raises(MailRefused) as refused:
            await send(gateway(port), MESSAGE)
    assert (refused.value.permanent, refused.value.code) == (permanent, code)
    assert "@" not in str(refused.value)
    assert len(refused.value.text) <= MAX_ANSWER_LENGTH


async def test_a_dead_port_is_worth_a_repeat() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(MailRefused) as refused:
            await send(gateway(unused.getsockname()[1]), MESSAGE)
    assert (refused.value.permanent, refused.value.code) == (False, None)


@pytest.mark.parametrize(
    "limits",
    [{"command_timeout_seconds": 0.1}, {"letter_timeout_seconds": 0.1}],
)
async def test_a_silent_server_is_given_up_in_time_and_worth_a_repeat(
    limits: dict[str, float],
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(MailRefused) as refused:
            await send(gateway(silent.getsockname()[1], **limits), MESSAGE)
    assert (refused.value.permanent, refused.value.code) == (False, None)


async def answer_as_scripted(
    script: list[bytes], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Greets, then gives one scripted answer a line read; text after 354 ends with a dot."""
    writer.write(b"220 mail.example\r\n")
    for answer in script:
        line = await reader.readline()
        if answer.startswith(b"250 taken"):
            while line not in (b".\r\n", b""):
                line = await reader.readline()
        writer.write(answer)
    await writer.drain()
    writer.close()


POLITE = [b"250 mail.example\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"]


@asynccontextmanager
async def scripted_server(script: list[bytes]) -> AsyncIterator[int]:
    server = await asyncio.start_server(
        lambda reader, writer: answer_as_scripted(script, reader, writer), "127.0.0.1", 0
    )
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_a_server_that_hangs_up_without_a_goodbye_has_still_taken_the_letter() -> None:
    async with scripted_server([*POLITE, b"250 taken\r\n"]) as port:
        assert await send(gateway(port), MESSAGE) is None  # type: ignore[func-returns-value]


@dataclass
class CountingOffice(PostOffice):
    """It takes only so many letters from one connection, and none to `stranger`."""

    letters_a_connection: int = 10
    stranger: str = "nobody@b.example"
    senders: list[Session] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _: SMTP, session: Session, envelope: Envelope, address: str, __: list[str]
    ) -> str:
        if self.senders.count(session) >= self.letters_a_connection:
            return "451 4.7.0 enough letters for one connection"
        self.senders.append(session)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == self.stranger:
            return "550 5.1.1 no such user"
        return await super().handle_RCPT(server, session, envelope, address, options)

    def connections(self) -> int:
        return len({id(session) for session in self.senders})


THREE = [replace(MESSAGE, message_id=f"{number}@kopeyka.example") for number in range(3)]


@pytest.mark.parametrize(("letters_a_connection", "connections"), [(10, 1), (3, 1), (2, 2), (1, 3)])
async def test_letters_share_a_connection_for_as_long_as_the_server_bears_it(
    letters_a_connection: int, connections: int
) -> None:
    office = CountingOffice(letters_a_connection=letters_a_connection)
    async with open_office(office) as port:
        await send(gateway(port), *THREE)
    assert [f"<{one.message_id}>" for one in THREE] == [
        arrived["Message-ID"] for arrived in office.letters()
    ]
    assert office.connections() == connections


async def test_a_line_without_letters_calls_nobody() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        await send(gateway(unused.getsockname()[1]))


async def test_a_server_that_hung_up_between_two_letters_is_called_again() -> None:
    taken_one_a_call: list[bytes] = [*POLITE, b"250 taken\r\n"]
    async with scripted_server(taken_one_a_call) as port, gateway(port).line() as line:
        for message in THREE:
            assert await line.send(message) is None  # type: ignore[func-returns-value]


async def test_a_letter_refused_hinders_none_of_the_others() -> None:
    office = CountingOffice()
    async with open_office(office) as port, gateway(port).line() as line:
        await line.send(THREE[0])
        with pytest.raises(MailRefused) as refused:
            await line.send(replace(THREE[1], to=office.stranger))
        await line.send(THREE[2])
    assert (refused.value.permanent, refused.value.code) == (True, 550)
    assert [envelope.rcpt_tos for envelope in office.taken] == [[MESSAGE.to]] * 2


async def test_an_answer_lost_after_the_text_is_worth_a_repeat() -> None:
    async with scripted_server([*POLITE, b"250 taken"]) as port:
        with pytest.raises(MailRefused) as refused:
            await send(gateway(port), MESSAGE)
    assert (refused.value.permanent, refused.value.code) == (False, None)


async def test_a_sender_that_the_server_dislikes_is_our_set_up_not_the_letters_fault() -> None:
    async with scripted_server([POLITE[0], b"550 5.7.1 not your domain\r\n"]) as port:
        with pytest.raises(MailRefused) as refused:
            await send(gateway(port), MESSAGE)
    assert (refused.value.permanent, refused.value.code) == (False, 550)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b@c.example",
        "a@b.example\r\nRCPT TO:<x@y.example>",
        "a@b.example\n",
        "<a@b.example>",
        "a b@c.example",
        "a@b..example",
        "a@" + "b" * 64 + ".example",
        "a" * 65 + "@b.example",
        "a@" + "b.example." * 30,
    ],
)
async def test_a_malformed_address_is_refused_for_good_before_any_server_hears_it(
    address: str,
) -> None:
    office = PostOffice()
    message = MailMessage("7@kopeyka.example", address, "Тема", "т", "<p>т</p>")
    async with open_office(office) as port:
        with pytest.raises(MailRefused) as refused:
            await send(gateway(port), message)
    assert refused.value.permanent
    assert office.taken == []


async def test_a_russian_domain_is_written_as_servers_know_it() -> None:
    office = PostOffice()
    async with open_office(office) as port:
        await send(
            gateway(port),
            MailMessage("7@kopeyka.example", "info@ромашка.рф", "Тема", "т", "<p>т</p>"),
        )
    assert office.taken[0].rcpt_tos == ["info@xn--80aa3agjl3d.xn--p1ai"]


HOSTILE_SUBJECTS = st.one_of(
    st.text(max_size=400),
    st.text(max_size=20).map(lambda text: f"{text}\r\nBcc: x@y.example"),
    st.text("abc=?_-0ADqbutf8 \r\n", max_size=40).map(
        lambda text: f"Счёт =?utf-8?q?a=0D=0ABcc:_x=40y.example?= {text}"
    ),
)


@settings(max_examples=50)
@given(subject=HOSTILE_SUBJECTS)
def test_no_subject_can_add_a_header(subject: str) -> None:
    message = MailMessage("7@kopeyka.example", "a@b.example", subject, "т", "<p>т</p>")
    text = written(message, SENDER, "a@b.example").as_bytes()
    head, _, _ = text.partition(b"\n\n")
    names = [
        line.split(b":")[0] for line in head.splitlines() if not line.startswith((b" ", b"\t"))
    ]
    assert names == [
        b"Content-Type",
        b"MIME-Version",
        *(b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted"),
    ]


@pytest.mark.parametrize("bad", ["", "no-at-sign", "<a@b.example>", "a@b.example\r\nBcc: c@d.e"])
def test_a_malformed_message_id_is_a_bug_of_the_caller(bad: str) -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        MailMessage(bad, "a@b.example", "Тема", "т", "<p>т</p>")


def test_a_message_shows_nothing_personal_when_it_is_logged() -> None:
    assert repr(MESSAGE) == "MailMessage(refund-7-1.completed.mail@kopeyka.example)"


async def test_attachments_above_the_limit_are_refused_for_good() -> None:
    file = Attachment("a.pdf", "pdf", bytes(MAX_ATTACHMENTS_BYTES + 1))
    message = MailMessage("7@kopeyka.example", "a@b.example", "Т", "т", "<p>т</p>", (file,))
    with pytest.raises(MailRefused, match="too large") as refused:
        await send(gateway(1), message)
    assert refused.value.permanent


def test_a_password_never_travels_in_clear() -> None:
    with pytest.raises(ValueError, match="in clear"):
        gateway(25, username="kopeyka", password="secret")


@dataclass(frozen=True)
class Papers:
    """A server's certificate, made for this session, and the file a client trusts it by."""

    server: ssl.SSLContext
    trusted: Path


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    folder = tmp_path_factory.mktemp("papers")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return Papers(server, folder / "certificate.pem")


def check_password(_: object, __: object, ___: object, ____: object, given: object) -> AuthResult:
    assert isinstance(given, LoginPassword)
    return AuthResult(success=given.password == b"right", handled=False)


def secure_gateway(port: int, password: str) -> MailGateway:
    return MailGateway("localhost", port, SENDER, username="kopeyka", password=password)


async def test_a_trusted_server_takes_letters_over_tls_with_a_password(
    papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(papers.trusted))
    office = PostOffice()
    options = {"tls_context": papers.server, "authenticator": check_password}
    async with open_office(office, auth_required=True, **options) as port:
        await send(secure_gateway(port, "right"), MESSAGE)
        with pytest.raises(MailRefused) as refused:
            await send(secure_gateway(port, "wrong"), MESSAGE)
    assert len(office.taken) == 1
    assert (refused.value.permanent, refused.value.code) == (False, 535)


async def test_a_server_with_an_unknown_certificate_is_told_nothing(papers: Papers) -> None:
    office = PostOffice()
    async with open_office(office, tls_context=papers.server) as port:
        with pytest.raises(MailRefused) as refused:
            await send(secure_gateway(port, "right"), MESSAGE)
    assert not refused.value.permanent
    assert office.taken == []


async def test_a_server_without_tls_gets_no_letter_unless_we_chose_so() -> None:
    office = PostOffice()
    async with open_office(office) as port:
        with pytest.raises(MailRefused) as refused:
            await send(gateway(port, tls=MailTls.STARTTLS), MESSAGE)
    assert not refused.value.permanent
    assert office.taken == []
