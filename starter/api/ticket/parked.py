"""Parked letters over HTTP: why nobody answers them, what they say, what becomes of them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

from db.ticket import parked_letters
from starter.api.http.models import Body, ClientId
from starter.api.http.paging import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Page,
    key_in,
    number_up_to,
    page_of,
)
from starter.api.http.problems import UNKNOWN
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    ServicesDep,
    router,
)
from starter.commands.refusal import not_found
from starter.commands.ticket import parked as command
from starter.commands.ticket.parked import MAX_DISMISSED
from starter.presentation.ticket.parked import (
    ParkedLetterShown,
    ParkedTextShown,
    parked_letter_shown,
    parked_text_shown,
)
from starter.presentation.ticket.ticket import TicketShown, ticket_shown

LAST_LETTER = 2**63 - 1

routes = router("tickets")

Number = Annotated[int, Field(ge=1, lt=LAST_LETTER)]
LetterId = Annotated[int, Path(ge=1, lt=LAST_LETTER, examples=[117])]
Handled = Annotated[bool, Query(description="Those that somebody has looked at.")]


class ParkedTicketBody(Body):
    """Whose the letter is; absent: of the only client that has its sender's address."""

    client_id: ClientId | None = None


class DismissalBody(Body):
    """The letters that nobody answers."""

    ids: tuple[Number, ...] = Field(min_length=1, max_length=MAX_DISMISSED, strict=False)


@routes.get("/v1/parked-letters", summary="Letters that were parked, the newest first")
async def list_parked_letters(
    database: DatabaseDep,
    _caller: CurrentCaller,
    language: LanguageDep,
    handled: Handled = False,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[ParkedLetterShown]:
    """Those that wait for an operator, or those of the past."""
    before = key_in(cursor, number_up_to(LAST_LETTER)) or LAST_LETTER
    rows = await database.rows(parked_letters.listed(before, limit + 1, handled=handled))
    shown, following = page_of(rows, limit, lambda row: (row.id,))
    return Page(items=[parked_letter_shown(row, language) for row in shown], next=following)


@routes.get("/v1/parked-letters/{letter_id}", summary="A parked letter, as text")
async def read_parked_letter(
    letter_id: LetterId, services: ServicesDep, _caller: CurrentCaller, language: LanguageDep
) -> ParkedTextShown:
    """What it says, and the names of its files."""
    rows, contents = await services.database.read(
        parked_letters.one(letter_id), parked_letters.content(letter_id)
    )
    if not rows:
        raise not_found()
    return await parked_text_shown(services.letters, rows[0], contents[0], language)


@routes.post(
    "/v1/parked-letters/{letter_id}/ticket",
    summary="Open the ticket of a parked letter",
    status_code=HTTPStatus.CREATED,
    responses=UNKNOWN,
)
async def open_parked_letter(
    letter_id: LetterId,
    body: ParkedTicketBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> TicketShown:
    """As if it had not been parked; a repeat answers the same ticket."""
    row = await command.open_parked_letter(services, caller, command_id, letter_id, body.client_id)
    return ticket_shown(row, caller, language)


@routes.post(
    "/v1/parked-letter-dismissals",
    summary="Dismiss parked letters",
    status_code=HTTPStatus.NO_CONTENT,
)
async def dismiss_parked_letters(
    body: DismissalBody, services: ServicesDep, caller: CurrentCaller, command_id: CommandId
) -> None:
    """Nobody answers them; those that were looked at before stay as they are."""
    await command.dismiss_parked_letters(services, caller, command_id, body.ids)
