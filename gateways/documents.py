"""Papers that people sign and keep, as PDF."""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import Any

import typst

from domain.requisites import Requisites
from texts import day_in_words, moment, rubles, rubles_in_words

MAX_STATEMENT_LINES = 200
MAX_UNBROKEN_SIGNS = 24

_SHA256 = re.compile(r"[0-9a-f]{64}")
_LONG_RUN = re.compile(rf"(\S{{{MAX_UNBROKEN_SIGNS}}})(?=\S)")
_BREAK_HERE = "\u200b"
_REQUISITE_LABELS = {
    "recipient_name": "Получатель",
    "inn": "ИНН",
    "kpp": "КПП",
    "account": "Расчётный счёт",
    "bank_name": "Банк",
    "bic": "БИК",
    "correspondent_account": "Корреспондентский счёт",
}


@dataclass(frozen=True, repr=False)
class Party:
    """One side of a paper; None where it has no such number."""

    name: str
    inn: str | None = None
    kpp: str | None = None


@dataclass(frozen=True)
class StatementLine:
    """An invoice line: what it cost and what of it goes back."""

    title: str
    price_kopecks: int
    refund_kopecks: int


@dataclass(frozen=True, repr=False)
class CodeSignature:
    """The mark of a signature by one-time code; the address is already masked."""

    signed_at: datetime
    masked_address: str


@dataclass(frozen=True, repr=False)
class StatementDocument:
    """What a refund statement says. `requisites` None leaves lines to be filled in by hand.

    `signature` None leaves room for a signature by hand. What the lines come to above the sum is
    shown as withheld, with its reason. Raises ValueError for a paper that would contradict itself.
    """

    refund_id: str
    company: Party
    client: Party
    invoice_number: str
    invoice_date: date
    amount_kopecks: int
    lines: tuple[StatementLine, ...]
    requisites: Requisites | None
    content_sha256: str
    withheld_reason: str | None = None
    signature: CodeSignature | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.lines) <= MAX_STATEMENT_LINES:
            raise ValueError(f"a statement has 1 to {MAX_STATEMENT_LINES} lines")
        if self.amount_kopecks <= 0 or self.withheld_kopecks < 0:
            raise ValueError("the sum of a statement is positive and not above its lines")
        if not _SHA256.fullmatch(self.content_sha256):
            raise ValueError("the content's SHA-256 is 64 lower-case hexadecimal digits")

    @property
    def withheld_kopecks(self) -> int:
        """What the lines come to above the sum that goes back."""
        return sum(line.refund_kopecks for line in self.lines) - self.amount_kopecks


def statement_pdf(document: StatementDocument) -> bytes:
    """The statement as PDF (A4); the same document always gives the same bytes.

    Takes tens of milliseconds of one core: call it outside the event loop. The fonts are the
    compiler's own, so that no machine's fonts change the paper.
    """
    shown = json.dumps(_shown(document), ensure_ascii=False)
    with _ONE_AT_A_TIME:
        pdf = _STATEMENT.compile(format="pdf", sys_inputs={"document": shown})
    if not isinstance(pdf, bytes):
        raise TypeError("a PDF is one file")
    return pdf


def _shown(document: StatementDocument) -> dict[str, Any]:
    """Every text of the paper, ready to print."""
    return {
        "title": f"Заявление на возврат по счёту № {document.invoice_number}",
        "company": _party(document.company),
        "client": _party(document.client),
        "refund_id": _breakable(document.refund_id),
        "invoice_number": _breakable(document.invoice_number),
        "invoice_date": day_in_words(document.invoice_date),
        "amount": rubles(document.amount_kopecks),
        "amount_in_words": rubles_in_words(document.amount_kopecks),
        "lines": [_line(number, line) for number, line in enumerate(document.lines, start=1)],
        "withheld": _withheld(document),
        "requisites": _requisites(document.requisites),
        "blank": document.requisites is None,
        "sha256": document.content_sha256,
        "signature": _signature(document.signature),
    }


def _party(party: Party) -> dict[str, str | None]:
    return {"name": _breakable(party.name), "inn": party.inn, "kpp": party.kpp}


def _line(number: int, line: StatementLine) -> dict[str, Any]:
    return {
        "number": number,
        "title": _breakable(line.title),
        "price": rubles(line.price_kopecks),
        "refund": rubles(line.refund_kopecks),
    }


def _withheld(document: StatementDocument) -> dict[str, str] | None:
    if not document.withheld_kopecks:
        return None
    reason = f": {document.withheld_reason}" if document.withheld_reason else ""
    return {
        "title": _breakable(f"Удержано{reason}"),
        "amount": f"−{rubles(document.withheld_kopecks)}",
    }


def _requisites(requisites: Requisites | None) -> list[dict[str, str | None]]:
    """Rows of label and value; a value None is a line to write on."""
    if requisites is None:
        return [{"label": label, "value": None} for label in _REQUISITE_LABELS.values()]
    return [
        {"label": label, "value": _breakable(value)}
        for field, label in _REQUISITE_LABELS.items()
        if (value := getattr(requisites, field)) is not None
    ]


def _signature(signature: CodeSignature | None) -> dict[str, str] | None:
    if signature is None:
        return None
    return {
        "signed_at": moment(signature.signed_at),
        "address": _breakable(signature.masked_address),
    }


def _breakable(text: str) -> str:
    """The text with places to break inside runs that no column is wide enough for."""
    return _LONG_RUN.sub(rf"\1{_BREAK_HERE}", text)


_STATEMENT = typst.Compiler(
    Path(__file__).with_name("statement.typ"),
    font_paths=typst.Fonts(include_system_fonts=False),
)
# A compiler keeps what it has read and laid out between calls, and is not made to be shared.
_ONE_AT_A_TIME = Lock()
