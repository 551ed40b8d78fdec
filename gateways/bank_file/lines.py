"""From bytes to keys and values: encodings, line ends, and lines that belong to none."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Final

from gateways.bank_file.errors import BankFileError, BankFileFault
from gateways.bank_file.limits import MEBIBYTE, StatementLimits
from gateways.bank_file.words import KEYS, PLAIN_KEYS, SIGNATURE

_BOM: Final = b"\xef\xbb\xbf"
_ENCODINGS: Final = ("cp1251", "utf-8", "cp866")
_BLANK: Final = b" \t\r\n\x1a\x00"  # \x1a is how a DOS program ends a text file


@dataclass(frozen=True)
class Alphabet:
    """An encoding and the keys we know as it spells them, so that others are never decoded.

    `plain_keys` are those that only carry a value, wherever they stand.
    """

    encoding: str
    keys: Mapping[bytes, str]
    plain_keys: Mapping[bytes, str]

    def text(self, raw: bytes) -> str:
        """The words in a value; what is neither letter nor sign becomes a space."""
        # Most values are figures, and decoding a code page costs five times as much.
        text = raw.decode("ascii" if raw.isascii() else self.encoding, "replace").strip()
        if text.isprintable():
            return text
        return "".join(sign if sign.isprintable() else " " for sign in text).strip()


def _alphabet(encoding: str) -> Alphabet:
    keys, plain_keys = (
        {key.encode(encoding): key for key in spelled} for spelled in (KEYS, PLAIN_KEYS)
    )
    return Alphabet(encoding, keys, plain_keys)


_ALPHABETS: Final = tuple(map(_alphabet, _ENCODINGS))


def check_size(stream: IO[bytes], limits: StatementLimits) -> None:
    """Refuse a file that is too large before any of it is read."""
    if stream.seek(0, io.SEEK_END) > limits.file_bytes:
        raise BankFileError(None, BankFileFault.TOO_LARGE, f"{limits.file_bytes // MEBIBYTE} MiB")


def raw_lines(stream: IO[bytes], limits: StatementLimits) -> Iterator[tuple[int, bytes]]:
    """The lines after the signature that are not blank, with their numbers, from the very start."""
    longest = limits.line_bytes
    stream.seek(0)
    _check_signature(stream.readline(longest + 1))
    number = 1
    while raw := stream.readline(longest + 1):
        number += 1
        if len(raw) > longest:
            raise BankFileError(number, BankFileFault.LINE_TOO_LONG, str(longest))
        if stripped := raw.strip(_BLANK):
            yield number, stripped


def alphabet_of(stream: IO[bytes], limits: StatementLimits) -> Alphabet:
    """The encoding in which the first key that we know is spelled."""
    for _, raw in raw_lines(stream, limits):
        key = raw.partition(b"=")[0].strip()
        for alphabet in _ALPHABETS:
            if key in alphabet.keys:
                return alphabet
    raise BankFileError(None, BankFileFault.ENCODING)


def _check_signature(raw: bytes) -> None:
    if raw.removeprefix(_BOM).strip(_BLANK) != SIGNATURE.encode():
        raise BankFileError(1, BankFileFault.SIGNATURE, SIGNATURE)
