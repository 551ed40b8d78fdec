"""Letters that fail the parsers of the standard library, or take them minutes: each is read."""

from time import process_time

import pytest

from gateways.mailbox import read_letter
from gateways.mailbox.letter import PARTS_PARSED

HEAD = b"From: Anna <anna@romashka.example>\r\nSubject: =?utf-8?b?0JLQvtC30LLRgNCw0YI=?=\r\n"
SECONDS = 15
"""Of the processor: some hundred times what is needed, and a part of what was once taken."""


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


@pytest.mark.parametrize("name", ["Content-Type", "Content-Disposition", "To", "Message-ID"])
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
