"""«Вернуть товар»: a client asks to give goods of an order back."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5

from db.facts import load
from db.goods_return import photos, submission
from db.goods_return.reads import GoodsReturnRow
from domain.goods_return.case import AskedPieces
from domain.goods_return.goods_return import (
    GoodsReturnRequest,
    GoodsReturnResult,
    Ground,
    goods_return_workflow_id,
)
from domain.goods_return.opening import refusal_of
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.file.attach import hold
from starter.commands.goods_return.case import RETURNS, found
from starter.commands.goods_return.photos import photos_in
from starter.commands.refusal import conflict, not_found
from starter.commands.returnable import asked_of, refused
from starter.commands.services import Services
from workflows.goods_return import GoodsReturnWorkflow

MAX_RETURNS = 1_000
"""Returns of one invoice, so that no mistaken program fills the queue of the desk."""


@dataclass(frozen=True)
class ReturnAsked:
    """What a client gives back of an invoice, and why."""

    invoice_number: str
    ground: Ground
    lines: tuple[AskedPieces, ...]
    comment: str | None = None
    photos: tuple[UUID, ...] = ()


@command
async def open_goods_return(
    services: Services, caller: Caller, command_id: UUID, asked: ReturnAsked
) -> GoodsReturnRow:
    """Stores what the client asks for, takes a number for it, and opens its return.

    What cannot be returned is refused with its reason, and no return is opened.
    """
    opening_id = uuid5(command_id, "goods-return")
    (stored,) = await services.database.read(submission.opened(opening_id))
    if not stored:
        await _check(services, caller, asked)
        attached = await photos_in(services.database, caller, asked.photos)
        await _put(services, caller, opening_id, asked, attached)
        (stored,) = await services.database.read(submission.opened(opening_id))
    return_id = goods_return_workflow_id(stored[0].invoice_number, stored[0].ordinal)
    request = GoodsReturnRequest(return_id, str(opening_id), caller.login)
    result: GoodsReturnResult = await services.cases.update_with_start(
        services.cases.start_of(GoodsReturnWorkflow.run, request, return_id),
        GoodsReturnWorkflow.ask,
        command_id,
        look_at=RETURNS.look_at(return_id),
    )
    if result.refusal is not None:
        raise refused(result.refusal)
    return await found(services, caller, return_id)


async def _check(services: Services, caller: Caller, asked: ReturnAsked) -> None:
    """Refuses what cannot be returned; the return itself checks again when it opens."""
    facts = await asked_of(services.database, asked.invoice_number, asked.ground, asked.lines)
    if facts is None or facts.client_id != caller.client_id:
        raise not_found("invoice_unknown")
    code = refusal_of(facts)
    if code is not None:
        raise refused(code)


async def _put(
    services: Services,
    caller: Caller,
    opening_id: UUID,
    asked: ReturnAsked,
    attached: Sequence[UUID],
) -> None:
    async with services.database.transaction() as transaction:
        await hold(transaction, attached)
        ordinal = await load(transaction, submission.next_ordinal(asked.invoice_number))
        if ordinal > MAX_RETURNS:
            raise conflict("goods_return_too_many", at_most=MAX_RETURNS)
        submission.put_opening(
            transaction,
            opening_id,
            invoice_number=asked.invoice_number,
            ordinal=ordinal,
            client_id=caller.client_id,
            ground=asked.ground,
            asked=[asdict(one) for one in asked.lines],
            comment=asked.comment,
            opened_by=caller.login,
            opened_at=datetime.now(UTC),
        )
        photos.attach(transaction, attached, opening_id=opening_id)
