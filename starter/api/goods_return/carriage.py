"""The carriage that a client paid itself for goods that come back for our fault, over HTTP."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from starter.api.goods_return.case import AskedOfReturn
from starter.api.goods_return.deciding import ReturnReasonBody
from starter.api.http.models import Body, Day, Kopecks
from starter.api.http.problems import UNKNOWN
from starter.api.http.route import router
from starter.commands.goods_return import carriage as command
from starter.presentation.goods_return.goods_return import GoodsReturnShown

routes = router("returns")


class CarriageBody(Body):
    """What the client paid the carrier, by the receipt: a picture or a PDF of it."""

    amount: Kopecks
    receipt: Annotated[UUID, Field(strict=False)] = Field(
        description="The id of a file that was handed in by `POST /v1/files`."
    )


class CarriagePaidBody(Body):
    """The day on which the bank paid it."""

    on: Day


@routes.post(
    "/v1/returns/{return_id}/carriage", summary="Say what the carrier was paid", responses=UNKNOWN
)
async def claim_carriage_goods_return(body: CarriageBody, asked: AskedOfReturn) -> GoodsReturnShown:
    """Where the fault is ours and goods were sent: at most the limit of the policy, once a return;
    a sum that was refused may be stated anew while the return is open.
    """
    return await asked.by(command.claim_carriage_goods_return, body.amount, body.receipt)


@routes.post(
    "/v1/returns/{return_id}/carriage/confirm", summary="Confirm the carriage", responses=UNKNOWN
)
async def confirm_carriage_goods_return(asked: AskedOfReturn) -> GoodsReturnShown:
    """Of goods that are settled: from then on the sum of the receipt is owed."""
    return await asked.by(command.confirm_carriage_goods_return)


@routes.post(
    "/v1/returns/{return_id}/carriage/refuse", summary="Refuse the carriage", responses=UNKNOWN
)
async def refuse_carriage_goods_return(
    body: ReturnReasonBody, asked: AskedOfReturn
) -> GoodsReturnShown:
    """Until it is paid; the client is told the reason."""
    return await asked.by(command.refuse_carriage_goods_return, body.reason)


@routes.post(
    "/v1/returns/{return_id}/carriage/pay", summary="The carriage is paid back", responses=UNKNOWN
)
async def pay_carriage_goods_return(
    body: CarriagePaidBody, asked: AskedOfReturn
) -> GoodsReturnShown:
    """By an order of the bank, without a receipt; the return ends when nothing else is to be
    done.
    """
    return await asked.by(command.pay_carriage_goods_return, body.on)
