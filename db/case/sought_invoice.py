"""Cases by the number of their invoice, as the search finds the invoice itself."""

from typing import Any

from sqlalchemy import ColumnElement, select, text

from db.tables import invoices
from domain.banking.matching.numbers import key_of
from domain.case.sought import Sought

NUMBERS_LOOKED_AT = 50
"""Invoices of one matching key, or with one beginning, whose cases are looked for."""


def of_invoice(column: ColumnElement[Any], sought: Sought) -> list[ColumnElement[bool]]:
    """Conditions that a case's invoice has the number that is looked for, as it is issued, as
    payers write it, or from its beginning; its latest ones.
    """
    if sought.number is None:
        return []
    number, key = invoices.c.number, key_of(sought.number)
    latest = text("invoices.number USING ~>~")
    begins = number.op("~>=~", is_comparison=True)(sought.number)
    ends = number.op("~<~", is_comparison=True)(f"{sought.number}~")
    numbers = [select(number).where(begins, ends).order_by(latest)]
    if key:
        numbers.append(select(number).where(invoices.c.matching_key == key).order_by(number.desc()))
    found = [column.in_(one.limit(NUMBERS_LOOKED_AT)) for one in numbers]
    return [column == sought.number, *found]
