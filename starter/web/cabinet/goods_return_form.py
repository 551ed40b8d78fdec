"""«Вернуть товар»: which pieces of an order come back, and why; and the client's returns."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from db.billing import invoice as invoices
from db.goods_return import pieces, reads
from db.goods_return.pieces import SoldLineRow
from db.goods_return.reads import ReturnFilter
from db.query import present
from domain.billing.invoice import ProductKind
from domain.file.file import WIDEST
from domain.goods_return.case import AskedPieces
from domain.goods_return.goods_return import Ground
from domain.goods_return.opening import WAYS
from starter.commands.goods_return.open import ReturnAsked
from starter.commands.goods_return.open import open_goods_return as open_one
from starter.commands.refusal import FieldError, Refusal, invalid, not_found
from starter.presentation.goods_return.goods_return import goods_return_head
from starter.web.http.deed import refused
from starter.web.http.files import FILES_FORM_BYTES, attached_in, chosen_files, with_files
from starter.web.http.forms import Form
from starter.web.http.numbers import count_in
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of, seen
from starter.web.http.visit import Visit, VisitDep

LIST = "/returns"
SHOWN = 30
"""Returns of one page."""
INVOICE = r"^[A-Za-z0-9-]{1,40}$"
FORM = "invoice"
MAX_PIECES = 10_000

routes = pages()


@routes.get(LIST)
async def show_goods_returns(
    visit: VisitDep, after: Annotated[str | None, Query(pattern=CURSOR)] = None
) -> Response:
    """The client's own, the newest first."""
    narrowed = ReturnFilter(client_id=present(visit.caller.client_id))
    rows = await visit.database.rows(reads.listed(narrowed, SHOWN + 1, seen(after)))
    shown = rows[:SHOWN]
    return visit.page(
        "goods_returns.html",
        returns=[goods_return_head(row, visit.language) for row in shown],
        following=cursor_of(shown[-1].opened_at, shown[-1].id) if len(rows) > SHOWN else None,
    )


@routes.get(f"{LIST}/new")
async def show_goods_return_form(
    visit: VisitDep, invoice: Annotated[str, Query(pattern=INVOICE)]
) -> Response:
    """The lines of an order that can come back."""
    return await _form_page(visit, Form({FORM: invoice}))


@routes.post(LIST, max_body_size=FILES_FORM_BYTES)
async def open_goods_return(visit: VisitDep) -> Response:
    """Asks for the return, and leads to it."""

    async def page(form: Form, status: int) -> Response:
        return await _form_page(visit, form, status)

    try:
        visit = await with_files(visit)
        lines = await _lines(visit, visit.form.line(FORM))
        asked = _asked(visit.form, lines)
        row = await open_one(visit.services, visit.caller, visit.command_id, asked)
    except Refusal as refusal:
        return await refused(visit, refusal, LIST, page)
    return visit.see(f"{LIST}/{row.id}")


async def _form_page(visit: Visit, form: Form, status: int = HTTPStatus.OK) -> Response:
    number = form.line(FORM)
    lines = await _lines(visit, number)
    return visit.page(
        "goods_return_form.html",
        status=status,
        form=form,
        number=number,
        lines=lines,
        grounds=tuple(Ground),
        ways={WAYS[ProductKind(line.kind)] for line in lines},
        chosen=await chosen_files(visit, form),
        limits=WIDEST,
    )


async def _lines(visit: Visit, number: str) -> list[SoldLineRow]:
    """The lines of an own order that can come back; raises `Refusal` `not_found`."""
    head, _ = invoices.facts(number)
    heads, lines = await visit.database.read(head, pieces.sold_lines_of(number))
    if [one.client_id for one in heads] != [visit.caller.client_id]:
        raise not_found()
    return [line for line in lines if line.kind in WAYS and _is_left(line)]


def _is_left(line: SoldLineRow) -> bool:
    """Whether a piece of it is in no return, and a kopeck of it was not given back."""
    return line.quantity > line.held and line.sum_kopecks > line.given_back_kopecks


def _asked(form: Form, lines: list[SoldLineRow]) -> ReturnAsked:
    """The request as it was typed; raises `Refusal` beside what is wrong."""
    wrong: list[FieldError] = []
    asked = [
        AskedPieces(line.line_no, count)
        for line in lines
        if (count := count_in(form, f"pieces-{line.line_no}", MAX_PIECES, wrong)) > 0
    ]
    ground, comment = form.line("ground"), form.note("comment")
    if ground not in set(Ground):
        wrong.append(FieldError("page_choice_missing", field="ground"))
    if not asked and not wrong:
        wrong.append(FieldError("goods_return_no_lines", field="lines"))
    if wrong:
        raise invalid(*wrong)
    return ReturnAsked(
        form.line(FORM), Ground(ground), tuple(asked), comment or None, attached_in(form)
    )
