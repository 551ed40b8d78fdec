"""What specialists decide about a return of goods, over HTTP."""

from typing import Annotated

from pydantic import Field

from domain.goods_return.goods_return import Settlement
from domain.refund.calculation import MAX_LINES
from starter.api.billing.invoice import MAX_PIECES
from starter.api.goods_return.case import UNKNOWN, Photos, ReturnId
from starter.api.goods_return.opening import TrackBody
from starter.api.http.models import Body, Kopecks, Lax, Note
from starter.api.http.route import CommandId, CurrentCaller, LanguageDep, ServicesDep, router
from starter.commands.goods_return import decide as command
from starter.commands.goods_return.decide import Inspection
from starter.presentation.goods_return.goods_return import (
    GoodsReturnShown,
    goods_return_in_full,
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
async def authorise_goods_return(
    return_id: ReturnId,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> GoodsReturnShown:
    """The client is told the number, the address, the conditions and the last day."""
    row = await command.authorise_goods_return(services, caller, command_id, return_id)
    return await goods_return_in_full(services.database, caller, row.id, language)


@routes.post("/v1/returns/{return_id}/refuse", summary="Do not take goods back", responses=UNKNOWN)
async def refuse_goods_return(
    return_id: ReturnId,
    body: ReturnReasonBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> GoodsReturnShown:
    """The client is told the reason."""
    row = await command.refuse_goods_return(services, caller, command_id, return_id, body.reason)
    return await goods_return_in_full(services.database, caller, row.id, language)


@routes.post("/v1/returns/{return_id}/receive", summary="The goods are here", responses=UNKNOWN)
async def receive_goods_return(
    return_id: ReturnId,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> GoodsReturnShown:
    """Sent by the client, or brought by it."""
    row = await command.receive_goods_return(services, caller, command_id, return_id)
    return await goods_return_in_full(services.database, caller, row.id, language)


@routes.post("/v1/returns/{return_id}/lose", summary="The goods are lost", responses=UNKNOWN)
async def lose_goods_return(
    return_id: ReturnId,
    body: ReturnReasonBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> GoodsReturnShown:
    """Where the carriage was ours, the money goes back; else the client turns to its carrier."""
    row = await command.lose_goods_return(services, caller, command_id, return_id, body.reason)
    return await goods_return_in_full(services.database, caller, row.id, language)


@routes.post("/v1/returns/{return_id}/inspect", summary="Say what was found", responses=UNKNOWN)
async def inspect_goods_return(
    return_id: ReturnId,
    body: InspectionBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> GoodsReturnShown:
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
    row = await command.inspect_goods_return(services, caller, command_id, return_id, found)
    return await goods_return_in_full(services.database, caller, row.id, language)


@routes.post("/v1/returns/{return_id}/accept", summary="Take the sound pieces", responses=UNKNOWN)
async def accept_goods_return(
    return_id: ReturnId,
    body: AcceptanceBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> GoodsReturnShown:
    """The money starts at once, as a refund case of the invoice."""
    row = await command.accept_goods_return(
        services, caller, command_id, return_id, body.settlement, body.cut
    )
    return await goods_return_in_full(services.database, caller, row.id, language)


@routes.post("/v1/returns/{return_id}/reject", summary="Send the goods back", responses=UNKNOWN)
async def reject_goods_return(
    return_id: ReturnId,
    body: ReturnReasonBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> GoodsReturnShown:
    """As they are; the client is told the reason."""
    row = await command.reject_goods_return(services, caller, command_id, return_id, body.reason)
    return await goods_return_in_full(services.database, caller, row.id, language)


@routes.post("/v1/returns/{return_id}/send", summary="Goods leave to the client", responses=UNKNOWN)
async def send_goods_return(
    return_id: ReturnId,
    body: TrackBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> GoodsReturnShown:
    """Those that were not accepted, others for them, or repaired ones."""
    row = await command.send_goods_return(services, caller, command_id, return_id, body.track)
    return await goods_return_in_full(services.database, caller, row.id, language)
