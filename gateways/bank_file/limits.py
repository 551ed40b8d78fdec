"""How much of a bank's file is read before it is refused."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class StatementLimits:
    """The most of everything; beyond it a file is refused, never cut.

    A usual document has about 25 lines and 1.2 KB, so the default size holds 400,000 of them.
    Lengths of texts are in characters.
    """

    file_bytes: int = 512 * MEBIBYTE
    line_length: int = 8_192
    layouts: int = 16
    """Kinds of documents that are read at one go; a bank writes few, more are read by lines."""
    entries: int = 1_000_000
    header_accounts: int = 1_000
    account_sections: int = 10_000
    posting_days: int = 50_000
    """Pairs of an account and a day that money moved on."""
    purpose_length: int = 1_000
    name_length: int = 500
    reference_length: int = 40
    """Of a document's number, an account, a BIC: a bank abroad has 34 characters."""
