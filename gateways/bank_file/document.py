"""One document of the file: the values that are read of it, stripped and printable."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from gateways.bank_file import keywords
from gateways.bank_file.lines import printable

PURPOSE_WIDTH: Final = 35
"""Characters of each of the six lines that the 210 of a payment order's purpose are cut into."""
_OF_PARTY: Final = (
    "",
    keywords.PARTY_NAME,
    keywords.PARTY_INN,
    keywords.PARTY_ACCOUNT,
    keywords.PARTY_SETTLEMENT_ACCOUNT,
    keywords.PARTY_BIC,
)
Party = tuple[str, str, str, str, str, str]
"""Whole name, name, INN, account, account that its bank settles through, BIC."""


class Document(NamedTuple):
    """What the bank wrote of one document, `line` being where it begins; what it left out is empty.

    A plain tuple: a file has a million of them.
    """

    line: int
    number: str
    amount: str
    debited_on: str
    credited_on: str
    payer_whole_name: str
    payer_name: str
    payer_inn: str
    payer_account: str
    payer_settlement_account: str
    payer_bic: str
    recipient_whole_name: str
    recipient_name: str
    recipient_inn: str
    recipient_account: str
    recipient_settlement_account: str
    recipient_bic: str
    purpose: str

    @property
    def payer(self) -> Party:
        """Who pays."""
        return (
            self.payer_whole_name,
            self.payer_name,
            self.payer_inn,
            self.payer_account,
            self.payer_settlement_account,
            self.payer_bic,
        )

    @property
    def recipient(self) -> Party:
        """Who is paid."""
        return (
            self.recipient_whole_name,
            self.recipient_name,
            self.recipient_inn,
            self.recipient_account,
            self.recipient_settlement_account,
            self.recipient_bic,
        )


DOCUMENT_KEYS: Final = (
    *(keywords.NUMBER, keywords.AMOUNT, keywords.DEBITED_ON, keywords.CREDITED_ON),
    *(party + ending for party in keywords.PARTIES for ending in _OF_PARTY),
    keywords.PURPOSE,
)
"""The keys of a document's values, in their order."""


def document_of(line: int, written: Mapping[str, str]) -> Document:
    """The document of a section's values; the six lines of an old form's purpose are joined."""
    values = Document._make((line, *(printable(written.get(key, "")) for key in DOCUMENT_KEYS)))
    if values.purpose:
        return values
    lines = [written.get(key, "") for key in keywords.PURPOSE_PARTS]
    purpose = printable(_joined([one.rstrip() for one in lines if one.strip()]))
    return values._replace(purpose=purpose)


def _joined(lines: Sequence[str]) -> str:
    """Lines of one purpose: wrapped between words, or cut at a width anywhere.

    A cut is recognised by lines of one width, or one character shorter where a space was at the
    cut; two lines are recognised as cut only by the form's own width. A line of the full width is
    joined with the next one without a space.
    """
    cut = [len(line) for line in lines[:-1]]
    width = max(cut, default=0)
    is_cut = min(cut, default=0) >= width - 1 and (len(cut) > 1 or width == PURPOSE_WIDTH)
    joined = "".join(lines[:1])
    for before, line in pairwise(lines):
        joined += line if is_cut and len(before) == width else f" {line.lstrip()}"
    return joined
