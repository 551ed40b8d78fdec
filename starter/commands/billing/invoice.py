"""Invoices as the billing system stores them: once, with their lines."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from db.billing import invoice as invoices
from db.billing.invoice import Stored
from db.database import ConstraintBroken, Database
from domain.billing.invoice import IssuedBy, ProductKind
from domain.money import MAX_AMOUNT_KOPECKS, VatRate
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import FieldError, conflict, invalid
from starter.commands.services import Services

BY_THE_PIECE = frozenset({ProductKind.GOODS, ProductKind.LICENCE})
"""What is sold in several pieces."""


@dataclass(frozen=True)
class LineAsked:
    """A line. What has no period is delivered at once (`delivered_on`), or not yet (None).

    Goods and licences are sold by the piece, anything else once.
    """

    line_no: int
    title: str
    kind: ProductKind
    sum_kopecks: int
    vat_rate: VatRate
    period_start: date | None
    period_end: date | None
    delivered_on: date | None
    closed_by_documents: bool
    quantity: int = 1


@dataclass(frozen=True)
class InvoiceAsked:
    """An invoice; the sums of its lines add up to `total_kopecks`. `due_on` is the last day of
    payment; None where nothing is owed before it is rendered.
    """

    client_id: str
    issued_by: IssuedBy
    service_centre: str | None
    issued_on: date
    total_kopecks: int
    lines: tuple[LineAsked, ...]
    due_on: date | None = None


@command
async def write_invoice(
    services: Services, _caller: Caller, _command_id: UUID, number: str, asked: InvoiceAsked
) -> bool:
    """Stores an invoice once, since payments refer to its content; returns whether it is new. The
    same again changes nothing, a different one is refused as `invoice_differs`.
    """
    problems = [*_problems(asked), *_line_problems(asked.lines)]
    if problems:
        raise invalid(*problems)
    stored = await _put(services.database, number, asked)
    if stored is Stored.OTHER:
        raise conflict("invoice_differs")
    return stored is Stored.NEW


def _problems(asked: InvoiceAsked) -> Iterator[FieldError]:
    if (asked.issued_by is IssuedBy.SERVICE_CENTRE) != (asked.service_centre is not None):
        yield FieldError("service_centre_mismatch", "/service_centre")
    if sum(line.sum_kopecks for line in asked.lines) != asked.total_kopecks:
        yield FieldError("total_differs", "/total")
    if asked.due_on is not None and asked.due_on < asked.issued_on:
        yield FieldError("due_before_issued", "/due_on")
    if asked.total_kopecks > MAX_AMOUNT_KOPECKS:
        yield FieldError("amount_too_large", "/total")


def _line_problems(lines: tuple[LineAsked, ...]) -> Iterator[FieldError]:
    times = Counter(line.line_no for line in lines)
    for place, line in enumerate(lines):
        if times[line.line_no] > 1:
            yield FieldError("line_twice", f"/lines/{place}/line_no")
        if not _period_is_whole(line):
            yield FieldError("period_malformed", f"/lines/{place}/period_end")
        if line.quantity > 1 and line.kind not in BY_THE_PIECE:
            yield FieldError("quantity_of_service", f"/lines/{place}/quantity")


def _period_is_whole(line: LineAsked) -> bool:
    if line.period_start is None or line.period_end is None:
        return line.period_start is line.period_end
    return line.period_start <= line.period_end


async def _put(database: Database, number: str, asked: InvoiceAsked) -> Stored:
    columns: dict[str, Any] = {"number": number, **asdict(asked)}
    lines = columns.pop("lines")
    try:
        return await invoices.put(database, columns, lines)
    except ConstraintBroken as broken:
        if broken.constraint != "invoices_client_id_fkey":
            raise
        raise invalid(FieldError("client_unknown", "/client_id")) from None
