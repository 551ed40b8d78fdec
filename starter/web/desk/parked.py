"""Parked letters, for operators: why each was parked, what it says, what becomes of it."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated
from uuid import uuid5

from fastapi import Path, Query
from starlette.responses import Response

from db.ticket import incoming_letter, parked_letters
from starter.commands.refusal import Refusal, RefusalKind, conflict, not_found, unprocessable
from starter.commands.ticket import parked as command
from starter.presentation.ticket.parked import parked_letter_shown, parked_text_shown
from starter.web.http.deed import done, refused
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

LIST = "/desk/operators/parked"
SHOWN = 30
"""Letters of one page."""
LAST_LETTER = 2**63 - 1
MARK = "letter-"
"""How the names of the boxes begin, each with the number of its letter."""
TICKETS = "tickets"
"""What the button says that makes tickets of the letters that are ticked."""
MAX_DIGITS = 18

LetterId = Annotated[int, Path(ge=1, lt=LAST_LETTER)]

routes = pages()


@routes.get(LIST)
async def list_parked_letters(
    visit: VisitDep,
    handled: bool = False,
    before: Annotated[int, Query(ge=1, le=LAST_LETTER)] = LAST_LETTER,
) -> Response:
    """Those that wait, or those of the past, the newest first."""
    return await _page(visit, handled=handled, before=before)


@routes.post(LIST)
async def decide_parked_letters(visit: VisitDep) -> Response:
    """Makes tickets of the letters that are ticked, or dismisses them."""

    async def page(form: Form, status: int) -> Response:
        return await _page(visit, form, status)

    async def decided() -> None:
        ids = _ticked(visit.form)
        if not ids:
            raise unprocessable("page_nothing_written")
        if visit.form.typed("then") == TICKETS:
            await _open_all(visit, ids)
        else:
            await command.dismiss_parked_letters(
                visit.services, visit.caller, visit.command_id, ids
            )

    try:
        await decided()
    except Refusal as refusal:
        return await refused(visit, refusal, LIST, page)
    return visit.see(LIST)


@routes.get(f"{LIST}/{{letter_id}}")
async def read_parked_letter(visit: VisitDep, letter_id: LetterId) -> Response:
    """One letter as text, with what can be made of it."""
    return await _letter_page(visit, letter_id)


@routes.post(f"{LIST}/{{letter_id}}/ticket")
async def open_parked_letter(visit: VisitDep, letter_id: LetterId) -> Response:
    """Makes a ticket of it, of the client that is typed, or of its sender's."""

    async def page(form: Form, status: int) -> Response:
        return await _letter_page(visit, letter_id, form, status)

    deed = command.open_parked_letter(
        visit.services,
        visit.caller,
        visit.command_id,
        letter_id,
        visit.form.line("client_id") or None,
    )
    return await done(visit, deed, f"{LIST}/{letter_id}", page)


async def _open_all(visit: Visit, ids: Sequence[int]) -> None:
    """A ticket of each; those that cannot be opened are left, and the page says how many."""
    left = 0
    for letter_id in ids:
        command_id = uuid5(visit.command_id, str(letter_id))
        try:
            await command.open_parked_letter(
                visit.services, visit.caller, command_id, letter_id, None
            )
        except Refusal as refusal:
            if refusal.kind in (RefusalKind.UNAVAILABLE, RefusalKind.UNKNOWN):
                raise
            left += 1
    if left:
        raise conflict("letters_left", count=left)


def _ticked(form: Form) -> list[int]:
    numbers = [name.removeprefix(MARK) for name in form.fields if name.startswith(MARK)]
    known = [one for one in numbers if one.isascii() and one.isdecimal()]
    return [int(one) for one in known if len(one) <= MAX_DIGITS][:SHOWN]


async def _page(
    visit: Visit,
    form: Form | None = None,
    status: int = HTTPStatus.OK,
    *,
    handled: bool = False,
    before: int = LAST_LETTER,
) -> Response:
    rows = await visit.database.rows(parked_letters.listed(before, SHOWN + 1, handled=handled))
    return visit.page(
        "desk_parked.html",
        status=status,
        form=form,
        here=LIST,
        handled=handled,
        letters=[parked_letter_shown(row, visit.language) for row in rows[:SHOWN]],
        following=rows[SHOWN - 1].id if len(rows) > SHOWN else None,
    )


async def _letter_page(
    visit: Visit, letter_id: int, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    rows, contents = await visit.database.read(
        parked_letters.one(letter_id), parked_letters.content(letter_id)
    )
    if not rows:
        raise not_found()
    letter = await parked_text_shown(visit.services.letters, rows[0], contents[0], visit.language)
    clients = await visit.database.rows(incoming_letter.clients_at(letter.sender))
    own = clients[0].id if len(clients) == 1 else ""
    return visit.page(
        "desk_parked_letter.html",
        status=status,
        form=form or Form({"client_id": own}),
        here=f"{LIST}/{letter_id}",
        letter=letter,
    )
