"""Parked letters: an operator makes a ticket of one, or dismisses some."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from db.ticket import incoming_letter, parked_letters, reads
from db.ticket.reads import TicketRow
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import FieldError, conflict, invalid, not_found
from starter.commands.services import Services
from starter.commands.ticket.letter import is_senders_own, open_by_letter

MAX_DISMISSED = 100
"""Letters that are dismissed at once."""


@command
async def open_parked_letter(
    services: Services, caller: Caller, _command_id: UUID, letter_id: int, client_id: str | None
) -> TicketRow:
    """Opens the ticket that the letter would have opened, of the client that has its sender's
    address, or of the one that is named; a repeat answers the same ticket.

    Raises `Refusal`: `not_found`, `letter_dismissed`, `letter_client_unknown` where nobody, or
    several have the address, or there is no such client.
    """
    rows, contents = await services.database.read(
        parked_letters.one(letter_id), parked_letters.content(letter_id)
    )
    if not rows:
        raise not_found()
    known = rows[0].handled_ticket
    if known is not None:
        return (await services.database.rows(reads.head(known)))[0]
    if rows[0].handled_at is not None:
        raise conflict("letter_dismissed")
    said = await services.letters.read(contents[0].content)
    own = [one.id for one in await services.database.rows(incoming_letter.clients_at(said.sender))]
    whose = await _client(services, client_id, own)
    is_confirmed = whose in own and is_senders_own(services, said)
    ticket = await open_by_letter(services, contents[0], said, whose, is_confirmed=is_confirmed)
    now = datetime.now(UTC)
    await parked_letters.handle(services.database, [letter_id], caller.login, now, ticket.id)
    return ticket


@command
async def dismiss_parked_letters(
    services: Services, caller: Caller, _command_id: UUID, ids: Sequence[int]
) -> None:
    """Nobody answers these letters; what was made a ticket of stays so."""
    await parked_letters.handle(services.database, ids, caller.login, datetime.now(UTC))


async def _client(services: Services, client_id: str | None, own: Sequence[str]) -> str:
    """Whose the letter is: of who was named, or of the only one that has its address."""
    named = own
    if client_id is not None:
        named = [one.id for one in await services.database.rows(parked_letters.client(client_id))]
    if len(named) != 1:
        raise invalid(FieldError("letter_client_unknown", "/client_id"))
    return named[0]
