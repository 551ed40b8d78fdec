"""What specialists decide about a return of goods, over HTTP."""

from typing import Annotated

from pydantic import Field

from domain.goods_return.goods_return import Settlement
from domain.refund.calculation import MAX_LINES
from starter.api.billing.invoice import MAX_PIECES
from starter.api.goods_return.case import AskedOfReturn, Photos
from starter.api.goods_return.opening import TrackBody
from starter.api.http.models import Body, Kopecks, Lax, Note
from starter.api.http.problems import UNKNOWN
from starter.api.http.route import router
from starter.commands.goods_return import decide as command
from starter.commands.goods_return.decide import Inspection
from starter.presentation.goods_return.goods_return import (
    GoodsReturnShown,
)

routes = router("returns")


class ReturnReasonBody(Body):
    """Why; the client reads it."""

    reason: Note


class SoundPiecesBody(Body):
    """How many pieces of a line were found sound."""

    line_no: int = Field(ge=1, le=MAX_LINES)
    pieces: int = Field(ge=0, le=MAX_PIECES)


class InspectionBody(Body):
    """What was found; a line that is not named has no sound piece. `carriage` is what it has cost
    us: a client who changed its mind bears it.
    """

    packing: bool
    labels: bool
    unused: bool
    serial: bool
    lines: list[SoundPiecesBody] = Field(max_length=MAX_LINES)
    carriage: Kopecks | None = None
    photos: Photos = ()


class AcceptanceBody(Body):
    """What the client gets for the sound pieces; `cut` is the sum of a price cut."""

    settlement: Annotated[Settlement, Lax] = Field(examples=["refund"])
    cut: Kopecks | None = None


@routes.post(
    "/v1/returns/{return_id}/authorise", summary="Let the client send goods", responses=UNKNOWN
)
async def authorise_goods_return(asked: AskedOfReturn) -> GoodsReturnShown:
    """The client is told the number, the address, the conditions and the last day."""
    return await asked.by(command.authorise_goods_return)


@routes.post("/v1/returns/{return_id}/refuse", summary="Do not take goods back", responses=UNKNOWN)
async def refuse_goods_return(body: ReturnReasonBody, asked: AskedOfReturn) -> GoodsReturnShown:
    """The client is told the reason."""
    return await asked.by(command.refuse_goods_return, body.reason)


@routes.post("/v1/returns/{return_id}/receive", summary="The goods are here", responses=UNKNOWN)
async def receive_goods_return(asked: AskedOfReturn) -> GoodsReturnShown:
    """Sent by the client, or brought by it."""
    return await asked.by(command.receive_goods_return)


@routes.post("/v1/returns/{return_id}/lose", summary="The goods are lost", responses=UNKNOWN)
async def lose_goods_return(body: ReturnReasonBody, asked: AskedOfReturn) -> GoodsReturnShown:
    """Where the carriage was ours, the money goes back; else the client turns to its carrier."""
    return await asked.by(command.lose_goods_return, body.reason)


@routes.post("/v1/returns/{return_id}/inspect", summary="Say what was found", responses=UNKNOWN)
async def inspect_goods_return(body: InspectionBody, asked: AskedOfReturn) -> GoodsReturnShown:
    """Never more sound pieces than were asked for. What is held against the client, a check that
    fails or a piece that is not sound, needs a photo; a digital thing has none.
    """
    found = Inspection(
        body.packing,
        body.labels,
        body.unused,
        body.serial,
        {one.line_no: one.pieces for one in body.lines},
        body.carriage or 0,
        body.photos,
    )
    return await asked.by(command.inspect_goods_return, found)


@routes.post("/v1/returns/{return_id}/accept", summary="Take the sound pieces", responses=UNKNOWN)
async def accept_goods_return(body: AcceptanceBody, asked: AskedOfReturn) -> GoodsReturnShown:
    """The money starts at once, as a refund case of the invoice."""
    return await asked.by(command.accept_goods_return, body.settlement, body.cut)


@routes.post("/v1/returns/{return_id}/reject", summary="Send the goods back", responses=UNKNOWN)
async def reject_goods_return(body: ReturnReasonBody, asked: AskedOfReturn) -> GoodsReturnShown:
    """As they are; the client is told the reason."""
    return await asked.by(command.reject_goods_return, body.reason)


@routes.post("/v1/returns/{return_id}/send", summary="Goods leave to the client", responses=UNKNOWN)
async def send_goods_return(body: TrackBody, asked: AskedOfReturn) -> GoodsReturnShown:
    """Those that were not accepted, others for them, or repaired ones."""
    return await asked.by(command.send_goods_return, body.track)
