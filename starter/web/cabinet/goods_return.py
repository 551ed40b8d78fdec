"""A return of goods as its client sees it: where it stands, the address, sending, what the carrier
was paid, photos, the act, its history.
"""

from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from starlette.responses import Response

from db.facts import load
from db.goods_return import submission
from domain.file.file import FileLimits
from domain.refund.scan import MediaType
from starter.commands.file.upload import FILES
from starter.commands.goods_return import carriage, decide
from starter.commands.refusal import FieldError, Refusal, invalid
from starter.http.attachment import attachment
from starter.http.download import download, preview
from starter.presentation.goods_return.act import printed_act
from starter.presentation.goods_return.goods_return import goods_return_in_full
from starter.presentation.goods_return.photos import return_photo
from starter.web.http.amounts import kopecks_in
from starter.web.http.deed import PageOf, done, needed, refused
from starter.web.http.files import FILES_FORM_BYTES, attached_in, chosen_files, with_files
from starter.web.http.forms import Form
from starter.web.http.ids import ReturnId
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

PAGE = "/returns/{return_id}"
RECEIPT = FileLimits(files=1)

routes = pages()


@routes.get(PAGE)
async def show_goods_return(visit: VisitDep, return_id: ReturnId) -> Response:
    """The page that the orders and letters lead to."""
    return await _page(visit, return_id)


@routes.get(f"{PAGE}/files/{{file_id}}")
async def read_goods_return_photo(visit: VisitDep, return_id: ReturnId, file_id: UUID) -> Response:
    """A photo, as a download; only a clean one."""
    row = await return_photo(visit.database, visit.caller, return_id, file_id)
    return download(visit.database, row)


@routes.get(f"{PAGE}/files/{{file_id}}/preview")
async def read_goods_return_preview(
    visit: VisitDep, return_id: ReturnId, file_id: UUID
) -> Response:
    """What the page shows of a photo."""
    row = await return_photo(visit.database, visit.caller, return_id, file_id)
    return await preview(visit.database, row)


@routes.get(f"{PAGE}/act.pdf")
async def read_goods_return_act(visit: VisitDep, return_id: ReturnId) -> Response:
    """The act of acceptance."""
    pdf = await printed_act(visit.services, visit.caller, return_id)
    return attachment(pdf, MediaType.PDF, f"{return_id}-act")


@routes.post(f"{PAGE}/ship")
async def ship_goods_return(visit: VisitDep, return_id: ReturnId) -> Response:
    """«Товар отправлен»: the carrier's number."""

    async def shipped() -> None:
        track = needed(visit.form, "track", "goods_return_track_missing")
        await decide.ship_goods_return(
            visit.services, visit.caller, visit.command_id, return_id, track
        )

    return await _done(visit, return_id, shipped())


@routes.post(f"{PAGE}/carriage", max_body_size=FILES_FORM_BYTES)
async def claim_carriage_goods_return(visit: VisitDep, return_id: ReturnId) -> Response:
    """What the client paid the carrier itself, with the receipt."""
    try:
        visit = await with_files(visit)
    except Refusal as refusal:
        return await refused(visit, refusal, f"/returns/{return_id}", _page_of(visit, return_id))
    return await _done(visit, return_id, _claimed(visit, return_id))


@routes.post(f"{PAGE}/deactivate")
async def deactivate_goods_return(visit: VisitDep, return_id: ReturnId) -> Response:
    """The digital thing is no longer used."""
    deed = decide.deactivate_goods_return(visit.services, visit.caller, visit.command_id, return_id)
    return await _done(visit, return_id, deed)


@routes.post(f"{PAGE}/withdraw")
async def withdraw_goods_return(visit: VisitDep, return_id: ReturnId) -> Response:
    """The client keeps the goods."""
    deed = decide.withdraw_goods_return(visit.services, visit.caller, visit.command_id, return_id)
    return await _done(visit, return_id, deed)


async def _claimed(visit: Visit, return_id: str) -> None:
    """The claim as it was typed; raises `Refusal` beside all that is wrong."""
    wrong: list[FieldError] = []
    amount, receipt = kopecks_in(visit.form, "amount", wrong), _last(attached_in(visit.form))
    if wrong and receipt is None:
        wrong.append(FieldError("goods_return_receipt_missing", field=FILES))
    if wrong:
        raise invalid(*wrong)
    await carriage.claim_carriage_goods_return(
        visit.services, visit.caller, visit.command_id, return_id, amount, receipt
    )


def _last(chosen: Sequence[UUID]) -> UUID | None:
    """The receipt that stands: one that is chosen later replaces what the form holds already."""
    return chosen[-1] if chosen else None


async def _done(visit: Visit, return_id: str, deed: Awaitable[object]) -> Response:
    """Leads back to the page; a refusal is shown on it as it is now."""
    return await done(visit, deed, f"/returns/{return_id}", _page_of(visit, return_id))


def _page_of(visit: Visit, return_id: str) -> PageOf:
    async def page(form: Form, status: int) -> Response:
        return await _page(visit, return_id, form, status)

    return page


async def _page(
    visit: Visit, return_id: str, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    shown = await goods_return_in_full(visit.database, visit.caller, return_id, visit.language)
    limit = await load(visit.database, submission.carriage_limit(datetime.now(UTC)))
    return visit.page(
        "goods_return.html",
        status=status,
        form=form,
        here=f"/returns/{return_id}",
        case=shown,
        at_most_kopecks=limit.at_most_kopecks,
        chosen=(await chosen_files(visit, form))[-1:],
        limits=RECEIPT,
    )
