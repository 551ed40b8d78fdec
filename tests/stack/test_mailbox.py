"""Letters that go in by SMTP come out as they were written: by IMAP, on a page, after a death."""

import email.policy
import imaplib
import os
import signal
import smtplib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import httpx2
import pytest

from stack.catcher.journal import JournalReader, JournalWriter
from stack.errors import StackError
from stack.mailbox import Mailbox, plain_text
from stack.ports import Ports
from stack.processes import Supervisor, answers_http
from stack.product import inherited
from tests.patience import PATIENCE_SECONDS

PDF = b"%PDF-1.4\n\x00\xff\r\nend"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Mailbox, Supervisor]]:
    folder = tmp_path_factory.mktemp("mail")
    with Ports() as ports, Supervisor(print) as supervisor:
        smtp, imap, http = (ports.reserve_any() for _ in range(3))
        catcher = Mailbox(smtp, imap, http, folder, folder / "mail.log")
        supervisor.start(catcher.command(inherited()))
        yield catcher, supervisor


@pytest.fixture(scope="module")
def mailbox(running: tuple[Mailbox, Supervisor]) -> Mailbox:
    return running[0]


def written(to: str, subject: str, text: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Копейка <no-reply@a.example>", to, subject
    letter.set_content(text)
    letter.add_alternative(f"<p>{text}</p>", subtype="html")
    return letter


def post(mailbox: Mailbox, letter: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", mailbox.smtp_port) as smtp:
        smtp.send_message(letter)


def send(mailbox: Mailbox, to: str, subject: str, text: str) -> None:
    post(mailbox, written(to, subject, text))


@contextmanager
def inbox(mailbox: Mailbox, account: str) -> Iterator[imaplib.IMAP4]:
    """A program that reads the letters to one address."""
    with imaplib.IMAP4("127.0.0.1", mailbox.imap_port, timeout=PATIENCE_SECONDS) as imap:
        imap.login(account, "any")
        imap.select("INBOX")
        yield imap


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


def test_an_address_is_an_account_with_its_own_letters_and_flags(mailbox: Mailbox) -> None:
    send(mailbox, "anna@client.example", "ответ", "…")
    send(mailbox, "boris@client.example", "чужое", "…")
    with inbox(mailbox, "Anna@client.example") as imap:
        _, (uids,) = imap.uid("SEARCH", "UNSEEN")
        (uid,) = uids.split()
        _, (header, _) = imap.uid("FETCH", uid, "(BODY.PEEK[HEADER.FIELDS (TO)])")
        assert b"anna@client.example" in header[1]
        imap.uid("STORE", uid, "+FLAGS", "(\\Seen)")
        assert imap.uid("SEARCH", "UNSEEN") == ("OK", [b""])
        assert imap.uid("SEARCH", "SEEN", "SUBJECT", "nothing") == ("OK", [b""])
        assert imap.uid("SEARCH", "TO", '"anna@client"') == ("OK", [uid])
    with inbox(mailbox, "anna@client.example") as later:
        assert later.uid("SEARCH", "UNSEEN") == ("OK", [b""])
        later.uid("STORE", uid, "+FLAGS", "(\\Deleted)")
        assert later.expunge() == ("OK", [b"1"])
        assert later.uid("SEARCH", "ALL") == ("OK", [b""])
    assert mailbox.letters(to="anna@client.example"), "it is still there for everybody"


def test_a_waiting_program_hears_of_a_letter_at_once(mailbox: Mailbox) -> None:
    with inbox(mailbox, "waiting@client.example") as imap:
        imap.send(b"w1 IDLE\r\n")
        assert imap.readline().startswith(b"+")
        send(mailbox, "waiting@client.example", "пришло", "…")
        assert imap.readline() == b"* 1 EXISTS\r\n"
        imap.send(b"DONE\r\n")
        assert imap.readline().startswith(b"w1 OK")


def test_many_letters_at_once_are_all_read_back(mailbox: Mailbox) -> None:
    """More than a server's buffer holds, with the reader's line kept open for all of them."""
    for number in range(40):
        send(mailbox, "many@client.example", f"№ {number}", "строка\n" * 2000)
    with inbox(mailbox, "many@client.example") as imap:
        for _ in range(3):
            _, parts = imap.fetch("1:*", "(UID BODY.PEEK[])")
            found = [part[1] for part in parts if isinstance(part, tuple)]
            assert [content.count(b"\r\n") > 2000 for content in found] == [True] * 40


def test_a_letter_cannot_be_put_into_a_mailbox(mailbox: Mailbox) -> None:
    with inbox(mailbox, "anna@client.example") as imap:
        with pytest.raises(imaplib.IMAP4.error):
            imap.append("INBOX", "", "", b"Subject: x\r\n\r\ny")
        assert imap.noop()[0] == "OK"


def test_the_page_opens_on_the_letters_and_gives_their_files(mailbox: Mailbox) -> None:
    letter = written("Ольга <olga@files.example>", "Счёт <№ 7>", "Сумма 12 200,50 ₽")
    letter.add_attachment(PDF, "application", "pdf", filename="Счёт № 7.pdf")
    post(mailbox, letter)
    with httpx2.Client(base_url=mailbox.url) as browser:
        listed = browser.get("/").text
        assert listed.index("olga@files.example") < listed.index("Счёт &lt;№ 7&gt;")
        assert "Счёт № 7.pdf" in listed
        number = len(mailbox.letters())
        shown = browser.get(f"/letters/{number}").text
        assert "Сумма 12 200,50 ₽" in shown
        assert "no-reply@a.example" in shown
        file = browser.get(f"/letters/{number}/attachments/1")
        assert (file.content, file.headers["content-type"]) == (PDF, "application/pdf")
        html = browser.get(f"/letters/{number}/html")
        assert "default-src 'none'" in html.headers["content-security-policy"]
        assert browser.get(f"/letters/{number}/attachments/2").status_code == 404
        assert browser.get("/letters/100000").status_code == 404


def test_odd_letters_do_not_stop_the_page_or_the_readers(mailbox: Mailbox) -> None:
    """Nothing a sender writes may hide the letters of the others."""
    odd = [b"no headers at all", b"Subject: =?utf-8?q?=FF?=\r\nDate: yesterday\r\n\r\n\xff", b""]
    with smtplib.SMTP("127.0.0.1", mailbox.smtp_port) as smtp:
        for content in odd:
            smtp.sendmail("a@a.example", ["odd@client.example"], content)
    assert httpx2.get(mailbox.url).status_code == 200
    count = len(mailbox.letters())
    for number in range(count - len(odd) + 1, count + 1):
        assert httpx2.get(f"{mailbox.url}/letters/{number}").status_code == 200
    with inbox(mailbox, "odd@client.example") as imap:
        _, parts = imap.fetch("1:*", "(ENVELOPE BODYSTRUCTURE FLAGS INTERNALDATE RFC822.SIZE)")
        assert len(parts) == len(odd)


def test_letters_outlive_the_death_of_their_process(
    running: tuple[Mailbox, Supervisor],
) -> None:
    mailbox, supervisor = running
    send(mailbox, "after@client.example", "до смерти", "…")
    before = [letter.as_bytes(policy=email.policy.SMTP) for letter in mailbox.letters()]
    process = supervisor.processes["mail"]
    first_life = process.pid
    os.kill(first_life, signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.pid == first_life:
        assert time.monotonic() < deadline, "it was not started again"
        time.sleep(0.05)
    process.wait_until_ready()
    after = [letter.as_bytes(policy=email.policy.SMTP) for letter in mailbox.letters()]
    assert after == before


def test_a_letter_that_was_cut_off_by_a_death_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "letters.journal"
    JournalWriter(file).write(["a@a.example"], b"first")
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:20])
    JournalWriter(file).write(["b@b.example"], b"second")
    assert [entry.content for entry in JournalReader(file).read()] == [b"first", b"second"]
