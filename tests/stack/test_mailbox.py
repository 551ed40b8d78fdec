"""Letters that go in by SMTP come out as they were written."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from stack.errors import StackError
from stack.mailbox import Mailbox, plain_text
from stack.ports import Ports
from stack.processes import Supervisor, answers_http
from stack.product import inherited


@pytest.fixture(scope="module")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailbox]:
    folder = tmp_path_factory.mktemp("mail")
    with Ports() as ports, Supervisor(print) as supervisor:
        smtp, imap, http = (ports.reserve_any() for _ in range(3))
        catcher = Mailbox(smtp, imap, http, folder, folder / "mail.log")
        supervisor.start(catcher.command(inherited()))
        yield catcher


def send(mailbox: Mailbox, to: str, subject: str, text: str) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Копейка <no-reply@a.example>", to, subject
    letter.set_content(text)
    letter.add_alternative(f"<p>{text}</p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", mailbox.smtp_port) as smtp:
        smtp.send_message(letter)


def test_a_letter_is_read_back_letter_for_letter(mailbox: Mailbox) -> None:
    send(mailbox, "Иван <ivan@client.example>", "Возврат № 42", "Сумма 9 693,55 ₽, код 042917")
    letter = mailbox.wait_for(lambda letter: "ivan@client.example" in letter["To"])
    assert letter["Subject"] == "Возврат № 42"
    assert plain_text(letter).strip() == "Сумма 9 693,55 ₽, код 042917"
    assert answers_http(mailbox.url)


def test_letters_come_in_order_and_by_address(mailbox: Mailbox) -> None:
    for subject in ("первое", "второе"):
        send(mailbox, "olga@client.example", subject, "…")
    send(mailbox, "petr@client.example", "чужое", "…")
    mailbox.wait_for(lambda letter: letter["Subject"] == "чужое")
    found = [str(letter["Subject"]) for letter in mailbox.letters(to="olga@client.example")]
    assert found == ["первое", "второе"]


def test_a_letter_that_does_not_come_is_an_error_that_says_where_to_look(mailbox: Mailbox) -> None:
    with pytest.raises(StackError, match=mailbox.url):
        mailbox.wait_for(lambda letter: letter["Subject"] == "никогда", limit_seconds=0.1)
