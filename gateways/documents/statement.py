"""The refund statement that a client signs, as PDF."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.billing.requisites import Requisites
from domain.money import VAT_PERCENT, VatRate
from domain.payout.payout import Way
from gateways.documents.printing import Template, breakable
from texts import day_in_words, moment, rubles, rubles_in_words

MAX_STATEMENT_LINES = 200

_SHA256 = re.compile(r"[0-9a-f]{64}")
_REQUISITE_LABELS = {
    "recipient_name": "Получатель",
    "inn": "ИНН",
    "kpp": "КПП",
    "account": "Расчётный счёт",
    "bank_name": "Банк",
    "bic": "БИК",
    "correspondent_account": "Корреспондентский счёт",
}


_WHERE_TO = {
    Way.ACCOUNT: "по реквизитам, указанным в настоящем заявлении",
    Way.CARD: (
        "на банковскую карту, с которой они уплачены, а если вернуть их на карту нельзя — "
        "по реквизитам, указанным в настоящем заявлении"
    ),
    Way.SBP: (
        "через Систему быстрых платежей на счёт, с которого они уплачены, а если вернуть их так "
        "нельзя — по реквизитам, указанным в настоящем заявлении"
    ),
}
_REQUISITES_TITLES = {
    Way.ACCOUNT: "Реквизиты для перечисления",
    Way.CARD: "Реквизиты для перечисления, если вернуть на карту нельзя",
    Way.SBP: "Реквизиты для перечисления, если вернуть через СБП нельзя",
}


@dataclass(frozen=True, repr=False)
class Party:
    """One side of a document; None for a number that it does not have."""

    name: str
    inn: str | None = None
    kpp: str | None = None


@dataclass(frozen=True)
class StatementLine:
    """An invoice line: its price and how much of it is refunded, with the VAT inside that."""

    title: str
    price_kopecks: int
    refund_kopecks: int
    vat_rate: VatRate
    vat_kopecks: int


@dataclass(frozen=True)
class PaidMoney:
    """How the sum follows from what was paid (kopecks): the price, what was paid of it, what other
    cases refund, what was used, and what is withheld for that and as deductions. Of a surplus
    nothing is due.
    """

    due_kopecks: int
    paid_kopecks: int
    earlier_kopecks: int = 0
    used_kopecks: int = 0
    withheld_kopecks: int = 0


@dataclass(frozen=True, repr=False)
class CodeSignature:
    """A signature by one-time code; the address is masked already."""

    signed_at: datetime
    masked_address: str


@dataclass(frozen=True, repr=False)
class StatementDocument:
    """The content of a refund statement. `requisites` None leaves lines to be filled in by hand.

    `signature` None leaves space for a signature by hand. The part of the lines' sum that is not
    refunded is shown as withheld, with its reason. A surplus is a sum without lines. `way`: where
    the money goes; the requisites are used when that is impossible. `service` is what becomes of
    the service whose money is refunded.

    Raises ValueError for content that contradicts itself.
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
    account: PaidMoney
    vat: Mapping[VatRate, int]
    withheld_reason: str | None = None
    signature: CodeSignature | None = None
    of_surplus: bool = False
    service: str | None = None
    way: Way = Way.ACCOUNT

    def __post_init__(self) -> None:
        if len(self.lines) > MAX_STATEMENT_LINES or self.of_surplus == bool(self.lines):
            raise ValueError(f"a statement has 1 to {MAX_STATEMENT_LINES} lines, of a surplus none")
        if self.amount_kopecks <= 0 or self.withheld_kopecks < 0:
            raise ValueError("the sum of a statement is positive and not above its lines")
        if self.stays_paid_kopecks < 0:
            raise ValueError("a statement gives back and withholds no more than was paid")
        if not _SHA256.fullmatch(self.content_sha256):
            raise ValueError("the content's SHA-256 is 64 lower-case hexadecimal digits")

    @property
    def withheld_kopecks(self) -> int:
        """The part of the lines' sum that is not refunded; nothing of a surplus."""
        if self.of_surplus:
            return 0
        return sum(line.refund_kopecks for line in self.lines) - self.amount_kopecks

    @property
    def stays_paid_kopecks(self) -> int:
        """The part of the payment that this statement does not concern."""
        of_others = self.account.earlier_kopecks + self.account.withheld_kopecks
        return self.account.paid_kopecks - of_others - self.amount_kopecks


def statement_pdf(document: StatementDocument) -> bytes:
    """The statement as PDF (A4); the same document always gives the same bytes.

    Takes tens of milliseconds of one core: call it outside the event loop.
    """
    return _STATEMENT.pdf(_shown(document))


def _shown(document: StatementDocument) -> dict[str, Any]:
    """Every text of the document, ready to print."""
    return {
        "title": f"Заявление на возврат по счёту № {document.invoice_number}",
        "company": _party(document.company),
        "client": _party(document.client),
        "refund_id": breakable(document.refund_id),
        "invoice_number": breakable(document.invoice_number),
        "invoice_date": day_in_words(document.invoice_date),
        "of_surplus": document.of_surplus,
        "amount": rubles(document.amount_kopecks),
        "amount_in_words": rubles_in_words(document.amount_kopecks),
        "lines": [_line(number, line) for number, line in enumerate(document.lines, start=1)],
        "withheld": _withheld(document),
        "vat": _vat(document.vat),
        "account": _account(document),
        "service": document.service,
        "where_to": _WHERE_TO[document.way],
        "requisites_title": _REQUISITES_TITLES[document.way],
        "requisites": _requisites(document.requisites),
        "blank": document.requisites is None,
        "sha256": document.content_sha256,
        "signature": _signature(document.signature),
    }


def _party(party: Party) -> dict[str, str | None]:
    return {"name": breakable(party.name), "inn": party.inn, "kpp": party.kpp}


def _line(number: int, line: StatementLine) -> dict[str, Any]:
    return {
        "number": number,
        "title": breakable(line.title),
        "price": rubles(line.price_kopecks),
        "vat": _vat_of_line(line),
        "refund": rubles(line.refund_kopecks),
    }


def _vat_of_line(line: StatementLine) -> str:
    if line.vat_rate is VatRate.NONE:
        return "без НДС"
    return f"{VAT_PERCENT[line.vat_rate]}\u00a0%: {rubles(line.vat_kopecks)}"


def _vat(vat: Mapping[VatRate, int]) -> list[dict[str, str]]:
    """The VAT inside the sum, by rate; nothing where every line is exempt."""
    return [
        {
            "title": f"в том числе НДС {VAT_PERCENT[rate]}\u00a0%",
            "amount": rubles(kopecks),
        }
        for rate, kopecks in vat.items()
    ]


def _account(document: StatementDocument) -> list[dict[str, str]]:
    """From what was paid to what is refunded; rows without content are left out."""
    money = document.account
    paid = "Излишне уплачено" if document.of_surplus else "Оплачено"
    withheld = _withheld_title(document) if document.of_surplus else "Удержано"
    rows = [
        ("Стоимость по счёту", money.due_kopecks, not document.of_surplus),
        (paid, money.paid_kopecks, True),
        ("Возвращается по другим заявкам", money.earlier_kopecks, money.earlier_kopecks > 0),
        ("Использовано", money.used_kopecks, not document.of_surplus),
        (withheld, money.withheld_kopecks, True),
        ("Остаётся оплаченным", document.stays_paid_kopecks, document.stays_paid_kopecks > 0),
        ("К возврату", document.amount_kopecks, True),
    ]
    return [{"title": title, "amount": rubles(kopecks)} for title, kopecks, shown in rows if shown]


def _withheld(document: StatementDocument) -> dict[str, str] | None:
    if not document.withheld_kopecks:
        return None
    return {
        "title": _withheld_title(document),
        "amount": f"−{rubles(document.withheld_kopecks)}",
    }


def _withheld_title(document: StatementDocument) -> str:
    """With the reason, which stands in the paper once: of a surplus there is no table of lines."""
    reason = f": {document.withheld_reason}" if document.withheld_reason else ""
    return breakable(f"Удержано{reason}")


def _requisites(requisites: Requisites | None) -> list[dict[str, str | None]]:
    """Rows of label and value; for a value None a line to write on."""
    if requisites is None:
        return [{"label": label, "value": None} for label in _REQUISITE_LABELS.values()]
    return [
        {"label": label, "value": breakable(value)}
        for field, label in _REQUISITE_LABELS.items()
        if (value := getattr(requisites, field)) is not None
    ]


def _signature(signature: CodeSignature | None) -> dict[str, str] | None:
    if signature is None:
        return None
    return {
        "signed_at": moment(signature.signed_at),
        "address": breakable(signature.masked_address),
    }


_STATEMENT = Template("statement.typ")
