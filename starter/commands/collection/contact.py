"""What has been said to a client about an unpaid order beside the letters, and by its one tap."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from db.collection import letters, submission
from db.collection.letters import LetterLineRow, LetterRow
from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from domain.collection.collection import ENDS, CollectionStatus, Reason
from starter.caller import Caller, caller_of, letter_login
from starter.commands.collection.case import found
from starter.commands.collection.decide import give_reason
from starter.commands.command import command
from starter.commands.refusal import FieldError, Refusal, RefusalKind, invalid, not_found
from starter.commands.services import Services

MAX_CONTACT_AGE = timedelta(days=366)
"""How old a contact may be that is written down."""


class ContactChannel(StrEnum):
    """How staff spoke to a client; the text is `collection.channel.<channel>`."""

    MAIL = "mail"
    CALL = "call"
    TELEGRAM = "telegram"
    LETTER = "letter"
    MEETING = "meeting"


@command
async def log_contact(
    services: Services,
    caller: Caller,
    command_id: UUID,
    collection_id: str,
    channel: ContactChannel,
    day: date,
    note: str,
) -> None:
    """Writes a contact down; no letter leaves on the day of one."""
    row = await found(services, caller, collection_id)
    now = datetime.now(UTC)
    today = moscow_date(now)
    if not today - MAX_CONTACT_AGE <= day <= today:
        raise invalid(FieldError("collection_contact_day", "/contacted_on"))
    async with services.database.transaction() as transaction:
        submission.put_contact(
            transaction,
            uuid5(command_id, "contact"),
            collection_id=collection_id,
            client_id=row.client_id,
            channel=channel,
            day=day,
            note=note,
            written_by=caller.login,
            written_at=now,
        )


async def letter_by_token(services: Services, token: str) -> tuple[LetterRow, list[LetterLineRow]]:
    """The letter whose link ends in this, with what it says; `not_found` without one."""
    digest = hashlib.sha256(token.encode()).digest()
    (rows,) = await services.database.read(letters.by_token(digest))
    if not rows:
        raise not_found()
    return rows[0], await services.database.rows(letters.lines_of(rows[0].id))


async def answer_by_letter(services: Services, token: str, answer: Reason) -> int:
    """One tap in a letter: the reason for every debt that it names and that is still open; returns
    how many took it. A second tap of the same reason changes nothing.
    """
    letter, lines = await letter_by_token(services, token)
    caller = caller_of(letter_login(letter.client_id), Role.CLIENT, letter.client_id)
    taken = 0
    for line in lines:
        if CollectionStatus(line.status) in ENDS:
            continue
        try:
            tap = uuid5(letter.id, f"{line.collection_id} {answer}")
            await give_reason(services, caller, tap, line.collection_id, answer)
        except Refusal as refusal:
            if refusal.kind is not RefusalKind.CONFLICT:
                raise
        else:
            taken += 1
    return taken
