"""Letters that fail the parsers of the standard library, or take them minutes: each is read."""

import asyncio
from email.message import EmailMessage
from time import process_time
from uuid import UUID

import pytest

from gateways.mailbox import LetterReader, sender_of
from gateways.mailbox.letter import LOOKS_AT_MOST, NESTED_AT_MOST, PARTS_PARSED, read_letter
from gateways.mailbox.reader import HERE_BYTES

HEAD = b"From: Anna <anna@romashka.example>\r\nSubject: =?utf-8?b?0JLQvtC30LLRgNCw0YI=?=\r\n"
SECONDS = 15
"""Of the processor: some hundred times what is needed, and a part of what was once taken."""

SECONDS_OF_HEAD = 2


def of_html(said: str) -> bytes:
    return HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + said.encode()


def of_parts(*parts: bytes) -> bytes:
    begins = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    return HEAD + begins + b"".join(b"--b\r\n" + one for one in parts) + b"--b--\r\n"


@pytest.mark.parametrize(
    "declared", ["<![x]>", "<![ x>", "<![]]>", "<![if !mso]>", "<![endif]>", "<![CDATA[>", "<!x>"]
)
def test_a_declaration_of_any_kind_hides_no_word(declared: str) -> None:
    said = read_letter(of_html(f"<p>Где {declared}деньги?</p>"))
    assert said.text == "Где деньги?"


@pytest.mark.parametrize(
    "name", ["Content-Type", "Content-Disposition", "To", "Delivered-To", "Message-ID"]
)
def test_a_header_that_the_parser_fails_on_leaves_the_letter_readable(name: str) -> None:
    field = name.encode() + b": " + b"(" * 8_000 + b"\r\n"
    said = read_letter(HEAD + field + b"\r\nWhere is it?")
    assert (said.sender, said.subject) == ("anna@romashka.example", "Возврат")
    assert said.text == "Where is it?"


def test_parts_with_long_headers_take_no_minutes() -> None:
    header = b"Content-Type: text/plain; " + b"a*0=x; " * 1_160 + b"\r\n\r\n"
    begins = process_time()
    said = read_letter(of_parts(*[header + b"x\r\n"] * 190))
    assert process_time() - begins < SECONDS
    assert said.text == "x"


def test_a_letter_of_too_many_parts_is_known_by_its_headers() -> None:
    few, many = (of_parts(*[b"\r\nx\r\n"] * count) for count in (100, PARTS_PARSED + 1))
    assert (read_letter(few).text, read_letter(few).is_too_deep) == ("x", False)
    said = read_letter(many)
    assert (said.is_too_deep, said.text, said.subject) == (True, "", "Возврат")


def test_the_longest_name_of_a_file_is_read_whole() -> None:
    name = "а" * 251 + ".pdf"
    encoded = "".join(f"%{byte:02X}" for byte in name.encode())
    field = f"Content-Disposition: attachment; filename*=utf-8''{encoded}\r\n\r\n%PDF\r\n"
    (file,) = read_letter(of_parts(field.encode())).files
    assert file.name == name


def deep(holders: int, lines: int) -> bytes:
    begins = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (one, one)
        for one in range(holders)
    )
    return HEAD + begins + b"\r\n" + b"\n" * lines


def test_headers_without_an_end_hold_no_parts() -> None:
    begins = process_time()
    line = b"Content-Type: multipart/mixed; boundary=b%d\r\nnot a header\r\n--b%d\r\n"
    content = HEAD + b"".join(line % (one, one) for one in range(3_000))
    assert sender_of(content) == "anna@romashka.example"
    assert process_time() - begins < SECONDS_OF_HEAD


def test_lines_within_parts_within_parts_are_counted_before_they_are_read() -> None:
    begins = process_time()
    for letter in (deep(NESTED_AT_MOST, LOOKS_AT_MOST // NESTED_AT_MOST), deep(0, LOOKS_AT_MOST)):
        said = read_letter(letter)
        assert (said.is_too_deep, said.text, said.subject) == (True, "", "Возврат")
    assert process_time() - begins < SECONDS_OF_HEAD
    few = read_letter(deep(NESTED_AT_MOST, LOOKS_AT_MOST // NESTED_AT_MOST // 10))
    assert not few.is_too_deep


async def test_a_letter_that_takes_too_long_holds_up_nobody_and_is_known_by_its_headers() -> None:
    reader = LetterReader(timeout_seconds=0.05)
    others = 0

    async def look_around() -> None:
        nonlocal others
        while True:
            await asyncio.sleep(0)
            others += 1

    around = asyncio.create_task(look_around())
    said = await reader.read(HEAD + b"\r\n" + b"\n" * (LOOKS_AT_MOST // 2))
    around.cancel()
    assert (said.is_too_deep, said.text, said.subject) == (True, "", "Возврат")
    assert others > 10


def large(text: str) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "anna@romashka.example", "Акт"
    letter["To"], letter["In-Reply-To"] = "help@kopeyka.example", f"<{UUID(int=7)}@kopeyka.example>"
    letter["Authentication-Results"] = "mx.kopeyka.example; dmarc=pass"
    letter.set_content(text)
    letter.add_attachment(b"%PDF\n\x00\xff", "application", "pdf", filename="акт.pdf")
    letter.add_attachment(b"", "text", "plain", filename="пусто.txt")
    return letter.as_bytes()


async def test_a_large_letter_is_read_apart_as_a_small_one_is_here() -> None:
    content = large("слово " * HERE_BYTES)
    assert len(content) > HERE_BYTES
    read = await LetterReader().read(content)
    assert read == read_letter(content)
    assert [(one.name, one.content) for one in read.files] == [
        ("акт.pdf", b"%PDF\n\x00\xff"),
        ("пусто.txt", b""),
    ]
    assert read.refers_to == (UUID(int=7),)
