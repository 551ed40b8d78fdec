"""Limits of a bank's file; above them it is refused."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class StatementLimits:
    """The limits of a statement; above them it is refused, never cut.

    A usual document has about 25 lines and 1.2 KB, so the default size is 400,000 of them. Lengths
    of texts are in characters.
    """

    file_bytes: int = 512 * MEBIBYTE
    line_length: int = 8_192
    layouts: int = 16
    """Patterns of documents; a bank writes few, others are read line by line."""
    entries: int = 1_000_000
    header_accounts: int = 1_000
    account_sections: int = 10_000
    posting_days: int = 50_000
    """Pairs of an account and a day with entries."""
    purpose_length: int = 1_000
    name_length: int = 500
    reference_length: int = 40
    """Of a document's number, an account, a BIC: accounts abroad have up to 34 characters."""
