"""The purpose of a payment order: always Russian, within the bank's 210 characters."""

from collections.abc import Mapping, Sequence
from datetime import date

from domain.banking.payment_run import MAX_PURPOSE_LENGTH
from domain.money import VAT_PERCENT, VatRate, amount_text
from texts.catalogue import translate
from texts.formatting import day


def refund_purpose(
    invoice_number: str, invoice_on: date, statement_on: date, vat: Mapping[VatRate, int]
) -> str:
    """The purpose of a refund's order; VAT by rates is added up where the list would not fit."""
    said = [
        translate(
            "payment_order.purpose",
            invoice=invoice_number,
            invoice_on=day(invoice_on),
            statement_on=day(statement_on),
            vat=words,
        )
        for words in (_by_rate(vat), _in_sum(vat))
    ]
    return _first_that_fits(said)


def invoice_purpose(invoice_number: str, invoice_on: date, vat: Mapping[VatRate, int]) -> str:
    """The purpose that a payer of our invoice copies; matching finds the invoice by it."""
    said = [
        translate("invoice.purpose", invoice=invoice_number, invoice_on=day(invoice_on), vat=words)
        for words in (_by_rate(vat), _in_sum(vat))
    ]
    return _first_that_fits(said)


def _first_that_fits(texts: Sequence[str]) -> str:
    return next(text for text in texts if len(text) <= MAX_PURPOSE_LENGTH)


def _by_rate(vat: Mapping[VatRate, int]) -> str:
    if not vat:
        return translate("payment_order.vat_none")
    parts = (f"{VAT_PERCENT[rate]}% - {amount_text(kopecks)}" for rate, kopecks in vat.items())
    return translate("payment_order.vat", vat=", ".join(parts))


def _in_sum(vat: Mapping[VatRate, int]) -> str:
    if not vat:
        return translate("payment_order.vat_none")
    return translate("payment_order.vat", vat=amount_text(sum(vat.values())))
