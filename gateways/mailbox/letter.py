"""Reads a letter of any shape: whatever it has, it never raises."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from email.utils import getaddresses
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from domain.text import is_storable_text, one_line, paragraphs
from gateways.mailbox.html import words_of

PARTS_AT_MOST: Final = 200
"""Parts of a letter that are looked at."""
TEXT_CHARACTERS: Final = 400_000
"""Of the text that is looked at: quotes of quotes."""
ADDRESSES_AT_MOST: Final = 50
PARTS_PARSED: Final = 2_000
"""Parts of a letter that are taken apart; of one with more only the headers are read."""
HEADER_CHARACTERS: Final = 8_192
"""Of one header that are understood: the standard library takes the square of its length."""
FIELD_CHARACTERS: Final = 2_048
"""Of a header that says what a part is: every part may have one, and each is asked several times.
The longest name of a file, encoded, is shorter.
"""
HEAD_BYTES: Final = 256 * 1024
"""Of a letter, in which its headers end."""
HEADERS_AT_MOST: Final = 1_000
"""Headers that are kept of what a letter says of itself."""
RESULTS_AT_MOST: Final = 20
"""Fields `Authentication-Results` that are looked at, from the top."""
NESTED_AT_MOST: Final = 100
"""Parts that hold others: the standard library takes their depth for each line, or fails."""
LOOKS_AT_MOST: Final = 5_000_000
"""Lines of a letter, each as often as its parts may hold it: some seconds. The largest letter with
files in three layers has two million.
"""
_OURS: Final = re.compile(
    r"<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@", re.IGNORECASE
)
_HOLDERS: Final = re.compile(rb"multipart/|message/", re.IGNORECASE)
_HEAD_ENDS: Final = re.compile(rb"\r?\n\r?\n")
_RECIPIENTS: Final = ("to", "cc", "delivered-to", "x-original-to")


@dataclass(frozen=True, repr=False)
class LetterFile:
    """A file of a letter; `content` is empty where it cannot be read."""

    name: str
    content: bytes


@dataclass(frozen=True, repr=False)
class ReadLetter:
    """A letter, read. `refers_to`: ids of ours in In-Reply-To, References and what a bounce has;
    `bounced_to`: whom a bounce says that it could not reach, empty for any other letter.
    `authentication`: every `Authentication-Results`, the topmost first, where From names one sender
    and no other. Of one that `is_too_deep`, or has too many parts, only the headers are read.
    """

    headers: Mapping[str, str]
    sender: str
    authentication: tuple[str, ...]
    recipients: tuple[str, ...]
    subject: str
    text: str
    files: tuple[LetterFile, ...]
    refers_to: tuple[UUID, ...]
    bounced_to: str
    is_too_deep: bool


def sender_of(content: bytes) -> str:
    """The address of From, in lower case; empty where there is none."""
    return _sender(_head_of(content))


def key_of(content: bytes) -> bytes | None:
    """The digest of the sender and the Message-ID, which a letter has whatever way it comes by;
    None for one without a Message-ID.
    """
    head = _head_of(content)
    said = one_line(_storable(_header(head, "message-id")))
    return hashlib.sha256(f"{_sender(head)}\n{said}".encode()).digest() if said else None


def read_letter(content: bytes) -> ReadLetter:
    """The letter as support reads it."""
    holders, lines = holders_in(content), content.count(b"\n")
    if holders <= NESTED_AT_MOST and lines * (1 + holders) <= LOOKS_AT_MOST:
        with suppress(_TooManyParts):
            return _read(_parsed(content), is_too_deep=False)
    return read_head(content)


def read_head(content: bytes) -> ReadLetter:
    """What the headers of a letter say that is too deep to be taken apart."""
    return _read(_head_of(content), is_too_deep=True)


def holders_in(content: bytes) -> int:
    """How many parts a letter may have that hold others; never fewer than there are."""
    return len(_HOLDERS.findall(content))


def _read(letter: EmailMessage, *, is_too_deep: bool) -> ReadLetter:
    parts = list(_parts(letter))
    said_in = islice(letter.raw_items(), HEADERS_AT_MOST)
    headers = {name.lower(): _storable(str(value)) for name, value in said_in}
    is_report = letter.get_content_type() == "multipart/report"
    said = " ".join(headers.get(name, "") for name in ("in-reply-to", "references"))
    said += " ".join(_returned(parts)) if is_report else ""
    return ReadLetter(
        headers,
        _sender(letter),
        _authentication(letter),
        _addresses(letter, _RECIPIENTS),
        one_line(_storable(_header(letter, "subject"))),
        paragraphs(_text(parts)),
        tuple(LetterFile(one.name, _bytes(one.message)) for one in parts if one.name),
        tuple(dict.fromkeys(UUID(found) for found in _OURS.findall(said))),
        _unreached(parts) if is_report else "",
        is_too_deep,
    )


if TYPE_CHECKING:
    _OfLetters = EmailPolicy[EmailMessage]
else:
    _OfLetters = EmailPolicy


class _Patient(_OfLetters):
    """Understands the beginning of a header."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """The header; what is longer than `HEADER_CHARACTERS`, or `FIELD_CHARACTERS` where it says
        what a part is, ends there.
        """
        is_of_part = name.lower().startswith("content-")
        return _understood(name, value[: FIELD_CHARACTERS if is_of_part else HEADER_CHARACTERS])


_POLICY: Final = _Patient()
_STANDARD: Final = EmailPolicy()


@lru_cache(maxsize=8)  # a part's header is asked for several times one after another
def _understood(name: str, value: str) -> Any:
    """A header; one that the standard library fails on is empty."""
    try:
        return _STANDARD.header_fetch_parse(name, value)
    except Exception:  # a RecursionError among others
        return _STANDARD.header_fetch_parse(name, "")


@dataclass(frozen=True, repr=False)
class _Part:
    """A part of a letter: what it is, and the name of its file, empty for one that is none."""

    message: EmailMessage
    kind: str
    name: str


class _TooManyParts(Exception):  # noqa: N818 - becomes `is_too_deep` before it leaves
    """A letter has more than `PARTS_PARSED`."""


class _Parts:
    """Makes the parts of one letter, as many as are taken apart."""

    def __init__(self) -> None:
        self._made = 0

    def __call__(self, policy: _OfLetters = _POLICY) -> EmailMessage:
        self._made += 1
        if self._made > PARTS_PARSED:
            raise _TooManyParts
        return EmailMessage(policy)


def _parsed(content: bytes) -> EmailMessage:
    return BytesParser(_Parts(), policy=_POLICY).parsebytes(content)


def _head_of(content: bytes) -> EmailMessage:
    """The headers; what has a line among them that is none begins its text there."""
    found = _HEAD_ENDS.search(content, 0, HEAD_BYTES)
    head = content[: found.end() if found else HEAD_BYTES]
    return BytesParser(_Parts(), policy=_POLICY).parsebytes(head, headersonly=True)


def _parts(letter: EmailMessage) -> Iterator[_Part]:
    for part in islice(letter.walk(), PARTS_AT_MOST):
        if isinstance(part, EmailMessage):
            yield _Part(part, part.get_content_type(), _file_name(part))


def _header(letter: EmailMessage, name: str) -> str:
    return str(letter.get(name, ""))


def _sender(letter: EmailMessage) -> str:
    found = _addresses(letter, ("from",))
    return found[0] if found else ""


def _authentication(letter: EmailMessage) -> tuple[str, ...]:
    """What servers say of the sender; nothing where it is not clear whom they mean."""
    names = [name.lower() for name, _ in letter.raw_items()]
    if names.count("from") != 1 or len(_addresses(letter, ("from",))) != 1:
        return ()
    said = [one for name, one in letter.raw_items() if name.lower() == "authentication-results"][
        :RESULTS_AT_MOST
    ]
    return tuple(_storable(str(one)[:HEADER_CHARACTERS]) for one in said)


def _addresses(letter: EmailMessage, names: tuple[str, ...]) -> tuple[str, ...]:
    headers = [_header(letter, name) for name in names]
    said = [one for one in headers if one]  # Python 3.11.2 reads nothing after an empty one
    try:
        found = [address.lower() for _, address in getaddresses(said) if "@" in address]
    except RecursionError:  # comments within comments
        return ()
    return tuple(_storable(one) for one in found[:ADDRESSES_AT_MOST])


def _file_name(part: EmailMessage) -> str:
    """The name of an attached file; empty for a part that is none."""
    try:
        name, is_file = part.get_filename(), part.get_content_disposition() == "attachment"
    except Exception:  # what is said of the name may still not be understood
        return ""
    if name:
        return one_line(_storable(str(name)))
    return part.get_content_type() if is_file else ""


def _text(parts: list[_Part]) -> str:
    """The first plain text; without one, the text of the first HTML."""
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.kind == kind and not part.name:
                said = _storable(_content(part.message))
                return (said if kind == "text/plain" else words_of(said))[:TEXT_CHARACTERS]
    return ""


def _content(part: EmailMessage) -> str:
    try:
        return str(part.get_content())
    except Exception:  # an unknown charset, a broken encoding
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _bytes(part: EmailMessage) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except Exception:  # a broken encoding
        return b""
    return payload if isinstance(payload, bytes) else b""


def _returned(parts: list[_Part]) -> Iterator[str]:
    """The Message-IDs of what a bounce returns."""
    for part in parts:
        if part.kind == "text/rfc822-headers":
            yield _content(part.message)
        yield str(dict(part.message.raw_items()).get("Message-ID", ""))


def _unreached(parts: list[_Part]) -> str:
    """The Final-Recipient of a report (RFC 3464), in lower case."""
    for part in parts:
        said = str(dict(part.message.raw_items()).get("Final-Recipient", ""))
        if said:
            return _storable(said.partition(";")[2].strip().lower())
    return ""


def _storable(text: str) -> str:
    return text if is_storable_text(text) else "".join(filter(is_storable_text, text))
