"""A return of goods at the desk: the facts, what was found, and what a specialist decides."""

from collections.abc import Awaitable
from http import HTTPStatus
from uuid import UUID

from starlette.responses import Response

from domain.file.file import WIDEST
from domain.goods_return.goods_return import ReturnWay, Settlement
from domain.refund.scan import MediaType
from starter.commands.goods_return import carriage, decide
from starter.commands.goods_return.decide import Inspection
from starter.commands.refusal import FieldError, Refusal, invalid
from starter.http.attachment import attachment
from starter.http.download import download, preview
from starter.presentation.goods_return.act import printed_act
from starter.presentation.goods_return.goods_return import (
    GoodsReturnShown,
    goods_return_in_full,
)
from starter.presentation.goods_return.photos import return_photo
from starter.presentation.goods_return.waiting import goods_return_waiting
from starter.web.desk.goods_returns import LIST
from starter.web.http.amounts import kopecks_in
from starter.web.http.days import day_in
from starter.web.http.deed import PageOf, done, needed, refused, with_reason
from starter.web.http.files import FILES_FORM_BYTES, attached_in, chosen_files, with_files
from starter.web.http.forms import Form
from starter.web.http.ids import ReturnId
from starter.web.http.numbers import count_in
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

PAGE = f"{LIST}/{{return_id}}"
CHECKS = {
    ReturnWay.SHIPPING: ("packing", "labels", "unused", "serial"),
    ReturnWay.DEACTIVATION: ("unused", "serial"),
}
"""What an inspection looks at; what is digital has no packing and no labels to find fault with."""
MAX_PIECES = 10_000

routes = pages()


@routes.get(PAGE)
async def show_goods_return_on_desk(visit: VisitDep, return_id: ReturnId) -> Response:
    """The page that the queue and letters to staff lead to."""
    return await _page(visit, return_id)


@routes.get(f"{PAGE}/files/{{file_id}}")
async def read_goods_return_file_on_desk(
    visit: VisitDep, return_id: ReturnId, file_id: UUID
) -> Response:
    """A photo, as a download; only a clean one."""
    row = await return_photo(visit.database, visit.caller, return_id, file_id)
    return download(visit.database, row)


@routes.get(f"{PAGE}/files/{{file_id}}/preview")
async def read_goods_return_preview_on_desk(
    visit: VisitDep, return_id: ReturnId, file_id: UUID
) -> Response:
    """What the page shows of a photo."""
    row = await return_photo(visit.database, visit.caller, return_id, file_id)
    return await preview(visit.database, row)


@routes.get(f"{PAGE}/act.pdf")
async def read_goods_return_act_on_desk(visit: VisitDep, return_id: ReturnId) -> Response:
    """The act of acceptance."""
    pdf = await printed_act(visit.services, visit.caller, return_id)
    return attachment(pdf, MediaType.PDF, f"{return_id}-act")


@routes.post(f"{PAGE}/authorise")
async def authorise_goods_return(visit: VisitDep, return_id: ReturnId) -> Response:
    """Lets the client send the goods."""
    deed = decide.authorise_goods_return(visit.services, visit.caller, visit.command_id, return_id)
    return await _done(visit, return_id, deed)


@routes.post(f"{PAGE}/refuse")
async def refuse_goods_return(visit: VisitDep, return_id: ReturnId) -> Response:
    """Does not take the goods back."""
    said = with_reason(visit, decide.refuse_goods_return, return_id, "refuse-reason")
    return await _done(visit, return_id, said)


@routes.post(f"{PAGE}/receive")
async def receive_goods_return(visit: VisitDep, return_id: ReturnId) -> Response:
    """The goods are here."""
    deed = decide.receive_goods_return(visit.services, visit.caller, visit.command_id, return_id)
    return await _done(visit, return_id, deed)


@routes.post(f"{PAGE}/lose")
async def lose_goods_return(visit: VisitDep, return_id: ReturnId) -> Response:
    """The carrier has lost the goods."""
    said = with_reason(visit, decide.lose_goods_return, return_id, "lose-reason")
    return await _done(visit, return_id, said)


@routes.post(f"{PAGE}/inspect", max_body_size=FILES_FORM_BYTES)
async def inspect_goods_return(visit: VisitDep, return_id: ReturnId) -> Response:
    """What was found, with photos."""
    case = await _case(visit, return_id)
    try:
        visit = await with_files(visit)
    except Refusal as refusal:
        return await refused(visit, refusal, f"{LIST}/{return_id}", _page_of(visit, return_id))

    async def inspected() -> None:
        found = _inspection_in(visit.form, case)
        await decide.inspect_goods_return(
            visit.services, visit.caller, visit.command_id, return_id, found
        )

    return await _done(visit, return_id, inspected())


@routes.post(f"{PAGE}/accept")
async def accept_goods_return(visit: VisitDep, return_id: ReturnId) -> Response:
    """Takes the sound pieces back."""

    async def accepted() -> None:
        settlement, cut = _settlement_in(visit.form)
        await decide.accept_goods_return(
            visit.services, visit.caller, visit.command_id, return_id, settlement, cut
        )

    return await _done(visit, return_id, accepted())


@routes.post(f"{PAGE}/reject")
async def reject_goods_return(visit: VisitDep, return_id: ReturnId) -> Response:
    """Sends the goods back as they are."""
    said = with_reason(visit, decide.reject_goods_return, return_id, "reject-reason")
    return await _done(visit, return_id, said)


@routes.post(f"{PAGE}/send")
async def send_goods_return(visit: VisitDep, return_id: ReturnId) -> Response:
    """Goods leave to the client."""

    async def sent() -> None:
        track = needed(visit.form, "track", "goods_return_track_missing")
        await decide.send_goods_return(
            visit.services, visit.caller, visit.command_id, return_id, track
        )

    return await _done(visit, return_id, sent())


@routes.post(f"{PAGE}/carriage/confirm")
async def confirm_carriage_goods_return(visit: VisitDep, return_id: ReturnId) -> Response:
    """What the client paid the carrier is owed."""
    deed = carriage.confirm_carriage_goods_return(
        visit.services, visit.caller, visit.command_id, return_id
    )
    return await _done(visit, return_id, deed)


@routes.post(f"{PAGE}/carriage/refuse")
async def refuse_carriage_goods_return(visit: VisitDep, return_id: ReturnId) -> Response:
    """What the client paid the carrier is not paid back."""
    command = carriage.refuse_carriage_goods_return
    return await _done(visit, return_id, with_reason(visit, command, return_id, "carriage-reason"))


@routes.post(f"{PAGE}/carriage/pay")
async def pay_carriage_goods_return(visit: VisitDep, return_id: ReturnId) -> Response:
    """Records that it was paid back."""

    async def paid() -> None:
        on = day_in(visit.form.line("on"), "on")
        await carriage.pay_carriage_goods_return(
            visit.services, visit.caller, visit.command_id, return_id, on
        )

    return await _done(visit, return_id, paid())


def _inspection_in(form: Form, case: GoodsReturnShown) -> Inspection:
    """What was found, as it was typed; raises `Refusal` beside what is wrong."""
    wrong: list[FieldError] = []
    sound = {
        line.line_no: count_in(form, f"pieces-{line.line_no}", MAX_PIECES, wrong)
        for line in case.lines
    }
    cost = kopecks_in(form, "carriage", wrong, or_nothing=True)
    if wrong:
        raise invalid(*wrong)
    looked_at = CHECKS[case.way]
    packing, labels, unused, serial = (
        name not in looked_at or bool(form.typed(name)) for name in CHECKS[ReturnWay.SHIPPING]
    )
    return Inspection(packing, labels, unused, serial, sound, cost, attached_in(form))


def _settlement_in(form: Form) -> tuple[Settlement, int | None]:
    """What the client gets; raises `Refusal` beside what is wrong."""
    chosen = form.line("settlement")
    if chosen not in set(Settlement):
        raise invalid(FieldError("page_choice_missing", field="settlement"))
    if chosen != Settlement.PRICE_CUT:
        return Settlement(chosen), None
    wrong: list[FieldError] = []
    cut = kopecks_in(form, "cut", wrong)
    if wrong:
        raise invalid(*wrong)
    return Settlement.PRICE_CUT, cut


async def _done(visit: Visit, return_id: str, deed: Awaitable[object]) -> Response:
    """Leads back to the page; a refusal is shown on it as it is now."""
    return await done(visit, deed, f"{LIST}/{return_id}", _page_of(visit, return_id))


def _page_of(visit: Visit, return_id: str) -> PageOf:
    async def page(form: Form, status: int) -> Response:
        return await _page(visit, return_id, form, status)

    return page


async def _case(visit: Visit, return_id: str) -> GoodsReturnShown:
    return await goods_return_in_full(visit.database, visit.caller, return_id, visit.language)


async def _page(
    visit: Visit, return_id: str, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    case = await _case(visit, return_id)
    return visit.page(
        "desk_goods_return.html",
        status=status,
        form=form,
        here=f"{LIST}/{return_id}",
        case=case,
        waiting=await goods_return_waiting(visit.services, visit.caller, return_id, visit.language),
        checks=CHECKS[case.way],
        chosen=await chosen_files(visit, form),
        limits=WIDEST,
        settlements=tuple(Settlement),
    )
