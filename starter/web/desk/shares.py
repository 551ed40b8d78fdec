"""The form that allocates an entry: shares for invoices, a reason, and how the money is marked."""

from collections.abc import Iterator

from domain.banking.matching import Share
from starter.commands.banking.allocate import AllocationAsked
from starter.commands.refusal import FieldError, invalid
from starter.web.http.amounts import kopecks_in
from starter.web.http.forms import Form

SHARES_SHOWN = 4
"""Rows of the form; an entry for more invoices is allocated by the API."""
MAX_NUMBER_LENGTH = 40


def asked_in(form: Form, whole_kopecks: int) -> AllocationAsked:
    """What was entered; one invoice without a sum gets the whole entry.

    Raises `Refusal` with every field that cannot be read.
    """
    wrong: list[FieldError] = []
    shares = tuple(_shares(form, whole_kopecks, wrong))
    if not shares:
        wrong.append(FieldError("page_invoice_missing", field=field_of(0, "invoice_number")))
    reason = form.note("reason")
    if not reason:
        wrong.append(FieldError("page_reason_missing", field="reason"))
    if wrong:
        raise invalid(*wrong)
    return AllocationAsked(
        shares,
        reason,
        remembers_payer=bool(form.typed("remember_payer")),
        several_clients=bool(form.typed("several_clients")),
        beside_billing=bool(form.typed("beside_billing")),
    )


def field_of(place: int, name: str) -> str:
    """The field of a share, as the command's errors name it."""
    return f"shares.{place}.{name}"


def _shares(form: Form, whole_kopecks: int, wrong: list[FieldError]) -> Iterator[Share]:
    rows = [
        place
        for place in range(SHARES_SHOWN)
        if form.line(field_of(place, "invoice_number")) or form.line(field_of(place, "amount"))
    ]
    for place in rows:
        number, amount = field_of(place, "invoice_number"), field_of(place, "amount")
        if not 0 < len(form.line(number)) <= MAX_NUMBER_LENGTH:
            wrong.append(FieldError("page_invoice_missing", field=number))
        is_whole = len(rows) == 1 and not form.line(amount)
        kopecks = whole_kopecks if is_whole else kopecks_in(form, amount, wrong)
        yield Share(form.line(number), kopecks)
