"""Marks a failed fiscal receipt as printed in another way."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from db.receipt import receipt as receipts
from db.receipt.receipt_rows import ReceiptRow
from domain.receipt.receipt import ReceiptStatus
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import conflict, not_found
from starter.commands.services import Services


@command
async def settle_receipt(
    services: Services, caller: Caller, _command_id: UUID, receipt_id: UUID, reason: str
) -> ReceiptRow:
    """Only for a failed receipt, which an accountant has had printed, or corrected, in
    another way.
    """
    async with services.database.transaction() as transaction:
        (rows,) = await transaction.read(receipts.one(receipt_id, locked=True))
        if _is_to_settle(rows, reason, caller.login):
            receipts.move(
                transaction,
                receipt_id,
                ReceiptStatus.SETTLED,
                datetime.now(UTC),
                reason=reason,
                settled_by=caller.login,
            )
    ((row,),) = await services.database.read(receipts.one(receipt_id))
    return row


def _is_to_settle(rows: Sequence[ReceiptRow], reason: str, login: str) -> bool:
    """False for a repeat; refuses a receipt that did not fail."""
    if not rows:
        raise not_found()
    (row,) = rows
    if (row.reason, row.settled_by) == (reason, login):
        return False
    if row.status != ReceiptStatus.FAILED:
        raise conflict("receipt_not_failed")
    return True
