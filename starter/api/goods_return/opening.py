"""A client asks over HTTP to give goods back, and says that they are on their way."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Response
from pydantic import Field

from domain.goods_return.case import AskedPieces
from domain.goods_return.goods_return import Ground
from domain.refund.calculation import MAX_LINES
from starter.api.billing.invoice import PiecesBody
from starter.api.goods_return.case import AskedOfReturn, Photos
from starter.api.http import links
from starter.api.http.models import Body, InvoiceNumber, Lax, Line, Note
from starter.api.http.problems import UNKNOWN
from starter.api.http.route import CommandId, CurrentCaller, LanguageDep, ServicesDep, router
from starter.commands.goods_return import decide as command
from starter.commands.goods_return.decide import MAX_TRACK_LENGTH
from starter.commands.goods_return.open import ReturnAsked
from starter.commands.goods_return.open import open_goods_return as open_one
from starter.commands.refusal import LookAt, Noun
from starter.presentation.goods_return.goods_return import (
    GoodsReturnShown,
    goods_return_in_full,
)

routes = router("returns")


class ReturnBody(Body):
    """What the client gives back of an order, and why."""

    invoice_number: InvoiceNumber
    ground: Annotated[Ground, Lax] = Field(examples=["wrong_goods"])
    lines: list[PiecesBody] = Field(min_length=1, max_length=MAX_LINES)
    comment: Note | None = None
    photos: Photos = ()


class TrackBody(Body):
    """The number that the carrier finds the goods by."""

    track: Line = Field(min_length=1, max_length=MAX_TRACK_LENGTH, pattern=r"\S")


@routes.post(
    "/v1/returns",
    summary="Ask to give goods back",
    status_code=HTTPStatus.CREATED,
    responses=UNKNOWN,
)
async def open_goods_return(
    body: ReturnBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
    response: Response,
) -> GoodsReturnShown:
    """A specialist allows it, with the address to send the goods to, or refuses it."""
    asked = ReturnAsked(
        body.invoice_number,
        body.ground,
        tuple(AskedPieces(one.line_no, one.pieces) for one in body.lines),
        body.comment,
        body.photos,
    )
    row = await open_one(services, caller, command_id, asked)
    response.headers["Location"] = links.link_to(LookAt(Noun.GOODS_RETURN, row.id))
    return await goods_return_in_full(services.database, caller, row.id, language)


@routes.post(
    "/v1/returns/{return_id}/ship", summary="Say that the goods are sent", responses=UNKNOWN
)
async def ship_goods_return(body: TrackBody, asked: AskedOfReturn) -> GoodsReturnShown:
    """What is digital is not sent but deactivated."""
    return await asked.by(command.ship_goods_return, body.track)


@routes.post(
    "/v1/returns/{return_id}/deactivate", summary="Say that it is deactivated", responses=UNKNOWN
)
async def deactivate_goods_return(asked: AskedOfReturn) -> GoodsReturnShown:
    """Of what is digital; goods are sent."""
    return await asked.by(command.deactivate_goods_return)


@routes.post("/v1/returns/{return_id}/withdraw", summary="Keep the goods", responses=UNKNOWN)
async def withdraw_goods_return(asked: AskedOfReturn) -> GoodsReturnShown:
    """Until the goods are sent."""
    return await asked.by(command.withdraw_goods_return)
