"""Fiscal receipts over HTTP, for accountants: their states, and the settlement of a failed one."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from pydantic import Field

from db.receipt import receipt as receipts
from db.receipt.receipt_rows import ReceiptRow
from domain.money import VatRate
from domain.receipt.receipt import ReceiptKind, ReceiptStatus
from starter.api.http.models import ID_PATTERN, Body, Note, Roubles, Shown
from starter.api.http.paging import Cursor, Limit, Page, key_in, moment_in, page_of
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    ServicesDep,
    router,
)
from starter.commands.receipt import settle as command
from texts import Language, translate

ReceiptPath = Annotated[UUID, Path(description="The receipt's id.")]

routes = router("acquirer")


class ReceiptItemShown(Shown):
    """An item; `rendered`: a full payment, else a prepayment."""

    title: str
    amount: Roubles
    vat_rate: VatRate
    rendered: bool


class ReceiptShown(Shown):
    """A receipt: of a partial refund, or the closing receipt of a prepayment."""

    id: UUID
    kind: ReceiptKind
    status: ReceiptStatus
    title: str = Field(description="The status as text.")
    invoice_number: str
    refund_id: str | None
    attempt: int | None
    amount: Roubles
    items: list[ReceiptItemShown]
    acquirer_receipt_id: str | None
    reason: str | None = Field(description="Why it failed, or how it was settled otherwise.")
    settled_by: str | None
    prepared_at: datetime
    changed_at: datetime


class SettlementBody(Body):
    """How it was settled: such as printed at another cash desk, or by a correction."""

    reason: Note


@routes.get("/v1/receipts", summary="Fiscal receipts")
async def list_receipts(
    database: DatabaseDep,
    _caller: CurrentCaller,
    language: LanguageDep,
    status: Annotated[ReceiptStatus | None, Query()] = None,
    invoice_number: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ReceiptShown]:
    """The newest first; `status=failed` ones wait for an accountant."""
    query = receipts.listed(
        limit + 1, key_in(cursor, moment_in, UUID), status=status, invoice_number=invoice_number
    )
    (rows,) = await database.read(query)
    shown, following = page_of(rows, limit, lambda row: (row.prepared_at, row.id))
    return Page[ReceiptShown](
        items=[_shown(row, language) for row in shown],
        next=following,
    )


@routes.post(
    "/v1/receipts/{receipt_id}/settlement",
    summary="Record that a failed receipt was settled otherwise",
)
async def settle_receipt(
    receipt_id: ReceiptPath,
    body: SettlementBody,
    services: ServicesDep,
    caller: CurrentCaller,
    language: LanguageDep,
    command_id: CommandId,
) -> ReceiptShown:
    """Only for a failed one: the accountant confirms that it was printed or corrected elsewhere."""
    row = await command.settle_receipt(services, caller, command_id, receipt_id, body.reason)
    return _shown(row, language)


def _shown(row: ReceiptRow, language: Language) -> ReceiptShown:
    return ReceiptShown(
        id=row.id,
        kind=ReceiptKind(row.kind),
        status=ReceiptStatus(row.status),
        title=translate(f"receipt.status.{row.status}", language),
        invoice_number=row.invoice_number,
        refund_id=row.case_id,
        attempt=row.attempt,
        amount=row.amount_kopecks,
        items=[
            ReceiptItemShown(
                title=item["title"],
                amount=item["amount_kopecks"],
                vat_rate=item["vat_rate"],
                rendered=item["rendered"],
            )
            for item in row.content["items"]
        ],
        acquirer_receipt_id=row.acquirer_receipt_id,
        reason=row.reason,
        settled_by=row.settled_by,
        prepared_at=row.prepared_at,
        changed_at=row.changed_at,
    )
