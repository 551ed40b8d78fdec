"""Invoices over HTTP: the billing system writes them once with their lines; a client reads its
own.
"""

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Path, Query, Response
from pydantic import Field

from db.billing import invoice as invoices
from db.billing import payment as payments
from db.billing.invoice import InvoiceFilter, InvoiceRow
from db.database import Database
from domain.billing.invoice import IssuedBy, PaymentMethod, ProductKind
from domain.money import VatRate
from domain.refund.calculation import MAX_LINES
from starter.access import client_in_filter, require_own
from starter.api.http.models import (
    ID_PATTERN,
    Body,
    ClientId,
    Day,
    Kopecks,
    Lax,
    Line,
    Roubles,
    Shown,
)
from starter.api.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, key_in, page_of
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, ServicesDep, router
from starter.commands.billing import invoice as command
from starter.commands.billing.invoice import InvoiceAsked, LineAsked
from starter.commands.refusal import not_found

MAX_CENTRE_LENGTH = 160
MAX_TITLE_LENGTH = 300
MAX_PIECES = 10_000
"""Pieces of one line."""

routes = router("invoices")

InvoicePath = Annotated[
    str, Path(pattern=ID_PATTERN, description="The invoice's number.", examples=["2026-000117"])
]


class PiecesBody(Body):
    """So many pieces of a line."""

    line_no: int = Field(ge=1, le=MAX_LINES)
    pieces: int = Field(ge=1, le=MAX_PIECES)


class LineBody(Body):
    """A line. Without a period it is delivered at once (`delivered_on`), or not yet (absent)."""

    line_no: int = Field(ge=1, le=MAX_LINES)
    title: Line = Field(
        min_length=1, max_length=MAX_TITLE_LENGTH, pattern=r"\S", examples=["Подписка на год"]
    )
    kind: Annotated[ProductKind, Lax] = Field(examples=["subscription"])
    sum: Kopecks
    vat_rate: Annotated[VatRate, Lax] = Field(examples=["vat22"])
    period_start: Day | None = None
    period_end: Day | None = None
    delivered_on: Day | None = None
    closed_by_documents: bool = Field(False, description="The act is signed.")
    quantity: int = Field(
        1, ge=1, le=MAX_PIECES, description="Pieces; more than one of goods and licences only."
    )

    @property
    def asked(self) -> LineAsked:
        """The same as the command takes it."""
        return LineAsked(sum_kopecks=self.sum, **self.model_dump(exclude={"sum"}))


class InvoiceBody(Body):
    """An invoice; the sums of its lines add up to `total`."""

    client_id: ClientId
    issued_by: Annotated[IssuedBy, Lax] = Field(examples=["online"])
    service_centre: Line | None = Field(
        None,
        min_length=1,
        max_length=MAX_CENTRE_LENGTH,
        description="The service centre, when it issued this.",
    )
    issued_on: Day
    due_on: Day | None = Field(
        None, description="The last day of payment; absent: nothing is owed before it is rendered."
    )
    total: Kopecks
    lines: list[LineBody] = Field(min_length=1, max_length=MAX_LINES)

    @property
    def asked(self) -> InvoiceAsked:
        """The same as the command takes it."""
        head = self.model_dump(exclude={"total", "lines"})
        lines = tuple(line.asked for line in self.lines)
        return InvoiceAsked(total_kopecks=self.total, lines=lines, **head)


class InvoiceLineShown(Shown):
    """A line; `promised` is the sum that open and paid refunds hold of it."""

    line_no: int
    title: str
    kind: ProductKind
    sum: Roubles = Field(validation_alias="sum_kopecks")
    vat_rate: VatRate
    period_start: date | None
    period_end: date | None
    delivered_on: date | None
    closed_by_documents: bool
    quantity: int
    promised: Roubles = Field(validation_alias="promised_kopecks")


class PaymentShown(Shown):
    """A payment of the invoice."""

    id: str
    invoice_number: str
    method: PaymentMethod
    acquirer_payment_id: str | None
    amount: Roubles = Field(validation_alias="amount_kopecks")
    vat_rate: VatRate | None
    received_at: datetime
    reversed_at: datetime | None = Field(
        None, description="When a person undid the allocation that it came from."
    )


class InvoiceHead(Shown):
    """An invoice in a list; `left` is what can still be refunded of what was paid for its lines,
    `surplus_left` of what was paid above the sum due.
    """

    number: str
    client_id: str
    issued_by: IssuedBy
    service_centre: str | None
    issued_on: date
    total: Roubles
    paid: Roubles
    promised: Roubles
    left: Roubles
    surplus: Roubles
    surplus_left: Roubles
    voided_at: datetime | None
    last_paid_at: datetime | None


class InvoiceShown(InvoiceHead):
    """An invoice with its lines and payments."""

    lines: list[InvoiceLineShown]
    payments: list[PaymentShown]


@routes.put(
    "/v1/invoices/{invoice_number}",
    summary="Write an invoice; the same again changes nothing, another one is refused",
    responses={201: {"model": InvoiceShown, "description": "Written now"}},
)
async def write_invoice(
    invoice_number: InvoicePath,
    body: InvoiceBody,
    response: Response,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> InvoiceShown:
    """Written once and never changed, because payments depend on it."""
    if await command.write_invoice(services, caller, command_id, invoice_number, body.asked):
        response.status_code = HTTPStatus.CREATED
    return await _read(services.database, invoice_number)


@routes.get("/v1/invoices/{invoice_number}", summary="One invoice with its lines and payments")
async def read_invoice(
    invoice_number: InvoicePath, database: DatabaseDep, caller: CurrentCaller
) -> InvoiceShown:
    """A client reads only its own."""
    invoice = await _read(database, invoice_number)
    require_own(caller, invoice.client_id)
    return invoice


@routes.get("/v1/invoices", summary="Invoices by number")
async def list_invoices(
    database: DatabaseDep,
    caller: CurrentCaller,
    client_id: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    issued_from: Annotated[Day | None, Query(description="The first day.")] = None,
    issued_to: Annotated[Day | None, Query(description="The last day.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[InvoiceHead]:
    """A client sees only its own; another client's id is answered 404."""
    client_id = client_in_filter(caller, client_id)
    narrowed = InvoiceFilter(client_id, issued_from, issued_to)
    (rows,) = await database.read(invoices.listed(narrowed, limit + 1, key_in(cursor, str)))
    shown, following = page_of(rows, limit, lambda row: (row.number,))
    return Page(
        items=[InvoiceHead(**_head(row)) for row in shown],
        next=following,
    )


async def _read(database: Database, number: str) -> InvoiceShown:
    heads, lines, paid = await database.read(*invoices.facts(number), payments.of_invoice(number))
    if not heads:
        raise not_found()
    return InvoiceShown(
        **_head(heads[0]),
        lines=[InvoiceLineShown.model_validate(line, from_attributes=True) for line in lines],
        payments=[PaymentShown.model_validate(row, from_attributes=True) for row in paid],
    )


def _head(row: InvoiceRow) -> dict[str, Any]:
    paid = row.paid_kopecks - row.surplus_kopecks
    return {
        "number": row.number,
        "client_id": row.client_id,
        "issued_by": row.issued_by,
        "service_centre": row.service_centre,
        "issued_on": row.issued_on,
        "total": row.total_kopecks,
        "paid": row.paid_kopecks,
        "promised": row.promised_kopecks,
        "left": paid - (row.promised_kopecks - row.surplus_promised_kopecks),
        "surplus": row.surplus_kopecks,
        "surplus_left": row.surplus_kopecks - row.surplus_promised_kopecks,
        "voided_at": row.voided_at,
        "last_paid_at": row.last_paid_at,
    }
