"""Decodes a file and splits it into lines."""

import io
from collections.abc import Iterator
from typing import IO, Final

from gateways.bank_file.errors import BankFileError, BankFileFault
from gateways.bank_file.keywords import KEYS, SIGNATURE
from gateways.bank_file.limits import MEBIBYTE, StatementLimits

BLANK: Final = " \t\r\n\x1a\x00"
"""What may surround a line; \\x1a is how DOS programs end a text file."""

_PIECE_BYTES: Final = 256 * 1024
_BOM: Final = b"\xef\xbb\xbf"
_BYTES_OF_A_SIGN: Final = 4
_SPELLED: Final = {
    encoding: frozenset(key.encode(encoding) for key in KEYS)
    for encoding in ("cp1251", "utf-8", "cp866")
}


def checked_size(stream: IO[bytes], limits: StatementLimits) -> int:
    """The file's bytes; refuses one that is too large or of another format before it is read."""
    size = stream.seek(0, io.SEEK_END)
    if size > limits.file_bytes:
        raise BankFileError(None, BankFileFault.TOO_LARGE, f"{limits.file_bytes // MEBIBYTE} MiB")
    stream.seek(0)
    first = stream.readline(_PIECE_BYTES).removeprefix(_BOM)
    if first.strip(BLANK.encode()) != SIGNATURE.encode():
        raise BankFileError(1, BankFileFault.SIGNATURE, SIGNATURE)
    return size


def encoding_of(stream: IO[bytes], limits: StatementLimits) -> str:
    """The encoding in which the first known key is found."""
    for piece in _pieces(stream, limits):
        for line in piece.split(b"\n"):
            key = line.partition(b"=")[0].strip()
            for encoding, spelled in _SPELLED.items():
                if key in spelled:
                    return encoding
    raise BankFileError(None, BankFileFault.ENCODING)


def texts(stream: IO[bytes], encoding: str, limits: StatementLimits) -> Iterator[str]:
    """The file after its first line, as pieces of whole lines; undecodable bytes become U+FFFD.

    A line that is too long may be split, each part being too long.
    """
    for piece in _pieces(stream, limits):
        yield piece.decode(encoding, "replace")


def printable(text: str) -> str:
    """The words of a value; control characters become spaces."""
    text = text.strip()
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()


def _pieces(stream: IO[bytes], limits: StatementLimits) -> Iterator[bytes]:
    """Cut at a line's end, unless no line ends within the limit of a line's length."""
    stream.seek(0)
    stream.readline(_PIECE_BYTES)
    rest = b""
    while block := stream.read(_PIECE_BYTES):
        block = rest + block
        cut = block.rfind(b"\n") + 1
        if not cut and len(block) > limits.line_length * _BYTES_OF_A_SIGN:
            cut = len(block)
        rest = block[cut:]
        if cut:
            yield block[:cut]
    if rest:
        yield rest
