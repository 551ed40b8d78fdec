"""The carriage that a client paid itself for goods that come back for our fault: the client states
it with the receipt, a specialist confirms or refuses it, an accountant records that it is paid.
"""

from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from db.database import Transaction
from db.facts import load
from db.goods_return import photos, submission
from db.goods_return.reads import GoodsReturnRow
from domain.calendar.bank_calendar import moscow_date
from domain.file.kind import FileKind
from domain.goods_return.goods_return import GoodsReturnAction
from starter.commands.case_command import case_command
from starter.commands.file.upload import FILES
from starter.commands.goods_return.case import ReturnCommand
from starter.commands.goods_return.photos import PICTURES, files_in
from starter.commands.refusal import FieldError, invalid
from starter.commands.services import Services
from texts import rubles

RECEIPTS: Final = PICTURES | {FileKind.PDF}
"""What a receipt may be."""
AMOUNT = "/amount"


@case_command(ReturnCommand)
async def claim_carriage_goods_return(
    case: ReturnCommand, kopecks: int, receipt: UUID | None
) -> GoodsReturnRow:
    """States what the client paid the carrier; refuses a sum above the limit, and one without a
    receipt.
    """
    attached = await files_in(
        case.services.database,
        case.caller,
        () if receipt is None else (receipt,),
        RECEIPTS,
        "goods_return_not_a_receipt",
    )
    wrong = await _above_limit(case.services, kopecks)
    if not attached:
        wrong.append(FieldError("goods_return_receipt_missing", field=FILES))
    if wrong:
        raise invalid(*wrong)

    def put_receipt(transaction: Transaction, decision_id: UUID) -> None:
        photos.attach(transaction, attached, decision_id=decision_id)

    action = GoodsReturnAction.CLAIM_CARRIAGE
    return await case.decided(action, put_receipt, attached, claimed_kopecks=kopecks)


@case_command(ReturnCommand)
async def confirm_carriage_goods_return(case: ReturnCommand) -> GoodsReturnRow:
    """The receipt says the sum and is of this return: from now on it is owed."""
    return await case.decided(GoodsReturnAction.CONFIRM_CARRIAGE)


@case_command(ReturnCommand)
async def refuse_carriage_goods_return(case: ReturnCommand, reason: str) -> GoodsReturnRow:
    """It is not paid back; the client reads the reason and may state it anew."""
    return await case.decided(GoodsReturnAction.REFUSE_CARRIAGE, reason=reason)


@case_command(ReturnCommand)
async def pay_carriage_goods_return(case: ReturnCommand, on: date) -> GoodsReturnRow:
    """Records that it was paid by the bank, on a day."""
    if on > moscow_date(datetime.now(UTC)):
        raise invalid(FieldError("goods_return_day_ahead", "/on"))
    return await case.decided(GoodsReturnAction.PAY_CARRIAGE, paid_on=on)


async def _above_limit(services: Services, kopecks: int) -> list[FieldError]:
    limit = await load(services.database, submission.carriage_limit(datetime.now(UTC)))
    if kopecks <= limit.at_most_kopecks:
        return []
    params = {"limit": rubles(limit.at_most_kopecks)}
    return [FieldError("goods_return_carriage_range", AMOUNT, params=params)]
