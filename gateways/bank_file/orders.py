"""Writes payment orders for the bank's client program."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final
from zoneinfo import ZoneInfo

from domain.banking.payment_run import (
    MAX_ORDER_NUMBER,
    MAX_ORDERS_IN_RUN,
    MAX_PURPOSE_LENGTH,
    PaymentOrder,
    PaymentRun,
)
from domain.billing.bank_text import ENCODING, as_bank_file, fits_bank_file
from domain.billing.requisites import (
    MAX_NAME_LENGTH,
    Requisites,
    check_bic,
    check_inn,
    check_kpp,
    check_recipient_account,
    check_recipient_correspondent,
)
from domain.money import MAX_AMOUNT_KOPECKS, amount_text
from gateways.bank_file import keywords
from gateways.bank_file.errors import PaymentOrderError

_ENCODING_WORD: Final = "Windows"
_LINE_END: Final = "\r\n"
_VERSION: Final = "1.03"
_ORDER: Final = "Платежное поручение"
_SENDER: Final = "Kopeyka"
_KIND_OF_ORDER: Final = "01"
_TURN: Final = "5"  # the fifth turn of article 855 of the Civil Code: all that has no earlier one
_NO_INN: Final = "0"
_MOSCOW: Final = ZoneInfo("Europe/Moscow")

Line = tuple[str, str]


def write_payment_orders(run: PaymentRun) -> bytes:
    """The file for the bank's client program: cp1251, CRLF; the same run gives the same bytes.

    Raises `PaymentOrderError` before anything is written if a bank would refuse an order or change
    it: requisites that fail their checks, a text too long or with characters that cp1251 lacks,
    such as a line break.
    """
    _check_run(run)
    lines = [keywords.SIGNATURE, *map("=".join, _header(run))]
    for order in run.orders:
        lines.append(f"{keywords.DOCUMENT_SECTION}={_ORDER}")
        lines.extend(map("=".join, _document(run.payer, order)))
        lines.append(keywords.DOCUMENT_END)
    lines.append(keywords.END)
    return "".join(line + _LINE_END for line in lines).encode(ENCODING)


def check_payment_order(order: PaymentOrder) -> None:
    """Raises `PaymentOrderError` for an order that cannot be written, regardless of its payer."""
    _check_order(order)
    for _ in _recipient_lines(order):
        pass


def _header(run: PaymentRun) -> Iterator[Line]:
    created = run.created_at.astimezone(_MOSCOW)
    days = [order.day for order in run.orders]
    yield keywords.FORMAT_VERSION, _VERSION
    yield keywords.ENCODING, _ENCODING_WORD
    yield "Отправитель", _SENDER
    yield "ДатаСоздания", f"{created:%d.%m.%Y}"
    yield "ВремяСоздания", f"{created:%H:%M:%S}"
    yield keywords.FIRST_DAY, f"{min(days):%d.%m.%Y}"
    yield keywords.LAST_DAY, f"{max(days):%d.%m.%Y}"
    yield keywords.ACCOUNT, run.payer.account
    yield "Документ", _ORDER


def _document(payer: Requisites, order: PaymentOrder) -> Iterator[Line]:
    yield keywords.NUMBER, str(order.number)
    yield keywords.DATE, f"{order.day:%d.%m.%Y}"
    yield keywords.AMOUNT, amount_text(order.amount_kopecks)
    yield from _party(keywords.PAYER, payer, None)
    yield from _recipient_lines(order)


def _recipient_lines(order: PaymentOrder) -> Iterator[Line]:
    yield from _party(keywords.RECIPIENT, order.recipient, order.number)
    yield "ВидОплаты", _KIND_OF_ORDER
    yield "Очередность", _TURN
    purpose = _written(order.purpose, MAX_PURPOSE_LENGTH, order.number, "purpose")
    yield keywords.PURPOSE, purpose


def _party(party: str, requisites: Requisites, number: int | None) -> Iterator[Line]:
    """One side; fields without a value are left out, except the INN, which is mandatory and becomes
    0.
    """
    name = _written(requisites.recipient_name, MAX_NAME_LENGTH, number, "recipient_name")
    bank = _written(requisites.bank_name, MAX_NAME_LENGTH, number, "bank_name")
    yield party + keywords.PARTY_ACCOUNT, requisites.account
    yield party, name
    yield party + keywords.PARTY_INN, requisites.inn or _NO_INN
    if requisites.kpp is not None:
        yield party + keywords.PARTY_KPP, requisites.kpp
    yield party + keywords.PARTY_NAME, name
    yield party + keywords.PARTY_SETTLEMENT_ACCOUNT, requisites.account
    yield party + keywords.PARTY_BANK, bank
    yield party + keywords.PARTY_BIC, requisites.bic
    if requisites.correspondent_account is not None:
        yield party + keywords.PARTY_CORRESPONDENT, requisites.correspondent_account


def _check_run(run: PaymentRun) -> None:
    if not 0 < len(run.orders) <= MAX_ORDERS_IN_RUN:
        raise PaymentOrderError(None, "orders", "payment_run_size")
    _check_requisites(run.payer, None)
    numbers: set[int] = set()
    for order in run.orders:
        if order.number in numbers:
            raise PaymentOrderError(order.number, "number", "order_number_repeated")
        numbers.add(order.number)
        _check_order(order)


def _check_order(order: PaymentOrder) -> None:
    if not 0 < order.number <= MAX_ORDER_NUMBER:
        raise PaymentOrderError(order.number, "number", "order_number")
    if not 0 < order.amount_kopecks <= MAX_AMOUNT_KOPECKS:
        raise PaymentOrderError(order.number, "amount_kopecks", "order_amount")
    _check_requisites(order.recipient, order.number)


def _check_requisites(requisites: Requisites, number: int | None) -> None:
    for field, code in _wrong(requisites):
        if code is not None:
            raise PaymentOrderError(number, field, code)


def _wrong(requisites: Requisites) -> Iterable[tuple[str, str | None]]:
    """Checks format and check digits again: the requisites may have been stored by older rules."""

    def given(text: str | None, check: Callable[[str], str | None]) -> str | None:
        return None if text is None else check(text)

    bic = requisites.bic
    return (
        ("bic", check_bic(bic)),
        ("account", check_recipient_account(requisites.account, bic)),
        ("inn", given(requisites.inn, check_inn)),
        ("kpp", given(requisites.kpp, check_kpp)),
        (
            "correspondent_account",
            check_recipient_correspondent(
                requisites.correspondent_account, requisites.account, bic
            ),
        ),
    )


def _written(text: str, longest: int, number: int | None, field: str) -> str:
    """The text as the file has it."""
    written = as_bank_file(text)
    if not written:
        raise PaymentOrderError(number, field, f"{field}_missing")
    if len(written) > longest:
        raise PaymentOrderError(number, field, f"{field}_too_long")
    if not fits_bank_file(written):
        raise PaymentOrderError(number, field, f"{field}_characters")
    return written
