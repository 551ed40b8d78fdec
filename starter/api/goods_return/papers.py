"""Photos of a return of goods and its act, over HTTP."""

from http import HTTPStatus
from uuid import UUID

from fastapi import Response

from domain.refund.scan import MediaType
from starter.api.goods_return.case import ReturnId
from starter.api.http.files import PDF, PREVIEW, file_answer
from starter.api.http.route import CurrentCaller, DatabaseDep, ServicesDep, router
from starter.commands.goods_return.carriage import RECEIPTS
from starter.http.attachment import attachment
from starter.http.download import download, preview
from starter.presentation.goods_return.act import printed_act
from starter.presentation.goods_return.photos import return_photo

routes = router("returns")

_PHOTO = file_answer("The file as it was handed in.", sorted(RECEIPTS), HTTPStatus.CONFLICT)
_PREVIEW = file_answer("The photo made small and encoded anew.", PREVIEW, HTTPStatus.CONFLICT)


@routes.get(
    "/v1/returns/{return_id}/photos/{file_id}",
    summary="A photo of goods",
    response_class=Response,
    responses=_PHOTO,
)
async def read_goods_return_photo(
    return_id: ReturnId, file_id: UUID, caller: CurrentCaller, database: DatabaseDep
) -> Response:
    """Or the receipt of a carrier. Only one that the scanner found clean; refused by
    `file_received` until then.
    """
    return download(database, await return_photo(database, caller, return_id, file_id))


@routes.get(
    "/v1/returns/{return_id}/photos/{file_id}/preview",
    summary="What is shown of a photo of goods",
    response_class=Response,
    responses=_PREVIEW,
)
async def read_goods_return_preview(
    return_id: ReturnId, file_id: UUID, caller: CurrentCaller, database: DatabaseDep
) -> Response:
    """Upright, without what the file says beside the picture (the place, the camera); `not_found`
    for a photo that has none.
    """
    return await preview(database, await return_photo(database, caller, return_id, file_id))


@routes.get(
    "/v1/returns/{return_id}/act.pdf",
    summary="The act of acceptance of returned goods as PDF",
    response_class=Response,
    responses=file_answer("A PDF.", PDF),
)
async def read_goods_return_act(
    return_id: ReturnId, caller: CurrentCaller, services: ServicesDep
) -> Response:
    """What came back, how it was found, and what was decided; `not_found` before that."""
    pdf = await printed_act(services, caller, return_id)
    return attachment(pdf, MediaType.PDF, f"{return_id}-act")
