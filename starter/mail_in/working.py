"""What becomes of a letter to support: a reply, a new ticket, the bounce of a letter of ours, or
nothing that anybody answers.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr

import structlog

from db.database import DatabaseUnavailable
from db.notification import delivery
from db.ticket import incoming_letter, reads
from db.ticket.incoming_letter import LetterRow
from db.ticket.reads import TicketRow
from domain.ticket.mail import (
    LETTERS_AN_HOUR,
    RATE_WINDOW,
    UNCONFIRMED_A_DAY,
    UNCONFIRMED_WINDOW,
    number_in_subject,
    ticket_number_in,
    why_parked,
)
from domain.ticket.ticket import TicketRefusal, ticket_workflow_id
from gateways.mailbox import ReadLetter
from starter.commands.refusal import Refusal
from starter.commands.services import Services
from starter.commands.ticket.case import limits_of, surviving
from starter.commands.ticket.letter import (
    PASSING,
    caller_of,
    command_of,
    files_of_letter,
    is_senders_own,
    open_by_letter,
    text_of_letter,
)
from starter.commands.ticket.open import Channel
from starter.commands.ticket.write import reply_in_thread

SPAM = "held for spam"

log = structlog.get_logger()


@dataclass(frozen=True)
class _Outcome:
    """What became of a letter."""

    outcome: str
    reason: str | None = None
    ticket_id: str | None = None


async def work_through(services: Services) -> None:
    """Works through the letters that are stored, the oldest first.

    A letter whose command cannot be carried out now stays, and what its sender has written after it
    waits; letters of others do not.
    """
    waiting: set[str] = set()
    after = 0
    while letters := await services.database.rows(incoming_letter.to_do(after)):
        for letter in letters:
            if letter.sender not in waiting and not await _is_done(services, letter):
                waiting.add(letter.sender)
        after = letters[-1].id


async def _is_done(services: Services, letter: LetterRow) -> bool:
    """Works through one letter; False for one that is to be tried again."""
    try:
        became = await _became(services, letter)
    except Refusal as refusal:
        if refusal.kind in PASSING:
            log.warning("mail_in.waits", letter=letter.id, code=refusal.code)
            return False
        became = _Outcome("parked", refusal.code)
    except DatabaseUnavailable:
        raise
    except Exception as error:  # one letter must not stop the others
        log.exception("mail_in.failed", letter=letter.id)
        became = _Outcome("parked", f"failed: {type(error).__name__}")
    await incoming_letter.done(
        services.database,
        letter.id,
        datetime.now(UTC),
        became.outcome,
        reason=became.reason,
        ticket_id=became.ticket_id,
    )
    return True


async def _became(services: Services, letter: LetterRow) -> _Outcome:
    said = await services.letters.read(letter.content)
    if said.bounced_to:
        return await _bounce(services, said)
    reason = await _why_parked(services, letter, said)
    if reason is not None:
        return _Outcome("parked", reason)
    is_confirmed = is_senders_own(services, said)
    answered = await _answered(services, said, is_confirmed=is_confirmed)
    if answered is not None:
        return await _reply(services, letter, said, *answered)
    found = await services.database.rows(incoming_letter.clients_at(said.sender))
    if len(found) != 1:
        return _Outcome("parked", "nobody has this address" if not found else "several have it")
    if not is_confirmed and await _are_too_many(services, letter, found[0].id):
        return _Outcome("parked", "too many unconfirmed")
    opened = await open_by_letter(services, letter, said, found[0].id, is_confirmed=is_confirmed)
    return _Outcome("ticket", ticket_id=opened.id)


async def _why_parked(services: Services, letter: LetterRow, said: ReadLetter) -> str | None:
    settings, since = services.settings, letter.received_at - RATE_WINDOW
    same, recent, spam = await services.database.read(
        incoming_letter.same_before(letter),
        incoming_letter.of_sender_since(letter, since),
        incoming_letter.spam_of_sender(said.sender),
    )
    if same[0].letters:
        return "came before"
    if not letter.is_whole:
        return "too large"
    if said.is_too_deep:
        return "nested too deeply"
    rules = await services.database.rows(reads.departments_at(letter.received_at))
    own = {one.mail_address for one in rules if one.mail_address is not None}
    own |= {parseaddr(settings.mail_from)[1].lower(), (settings.support_mailbox or "").lower()}
    reason = why_parked(said.headers, said.sender, frozenset(own))
    if reason is None and recent[0].letters >= LETTERS_AN_HOUR:
        return "too many of this sender"
    if reason is None and spam[0].letters:
        return SPAM
    return reason


async def _answered(
    services: Services, said: ReadLetter, *, is_confirmed: bool
) -> tuple[str, TicketRow] | None:
    """The ticket that a letter answers, and the one that has its messages: by the address that only
    our letter has, by the letter of ours that it refers to, if it was sent to this sender, or by
    the number in its subject, if its sender takes part in that ticket and is confirmed: a number
    is no secret, and neither is an address.
    """
    key = services.settings.code_key
    numbers = [ticket_number_in(address, key) for address in said.recipients]
    ids = [ticket_workflow_id(number) for number in numbers if number is not None]
    if not ids and said.refers_to:
        own = await services.database.rows(incoming_letter.own_letters(list(said.refers_to)))
        ids = [
            one.case_id
            for one in own
            if one.case_id is not None and (one.sent_to or "").lower() == said.sender
        ]
    number = number_in_subject(said.subject)
    if not ids and number is not None and is_confirmed:
        ids = await _taken_part_in(services, said.sender, ticket_workflow_id(number))
    for ticket_id in ids:
        ticket = await surviving(services.database, ticket_id)
        if ticket is not None:
            return ticket_id, ticket
    return None


async def _are_too_many(services: Services, letter: LetterRow, client_id: str) -> bool:
    """Whether letters of anybody have opened enough tickets in a client's name of late."""
    since = letter.received_at - UNCONFIRMED_WINDOW
    (opened,) = await services.database.rows(incoming_letter.unconfirmed_of(client_id, since))
    return opened.letters >= UNCONFIRMED_A_DAY


async def _taken_part_in(services: Services, sender: str, ticket_id: str) -> list[str]:
    """The ticket, if it is of the client that has this address, or has taken a letter of it."""
    heads, clients, letters = await services.database.read(
        reads.head(ticket_id),
        incoming_letter.clients_at(sender),
        incoming_letter.of_sender_in(sender, ticket_id),
    )
    own = {one.client_id for one in heads} & {one.id for one in clients}
    return [ticket_id] if heads and (own or letters[0].letters) else []


async def _reply(
    services: Services, letter: LetterRow, said: ReadLetter, ticket_id: str, ticket: TicketRow
) -> _Outcome:
    """A reply, whose sender has our letter, or is confirmed; one to a closed ticket opens another
    one that goes on from it.
    """
    if ticket.spam_at is not None:
        return _Outcome("parked", SPAM)
    caller = caller_of(ticket.client_id)
    files, refused = await files_of_letter(services, caller, letter, said, limits_of(ticket))
    text = text_of_letter(said, refused, ticket.text_limit, has_files=bool(files))
    try:
        taken = await reply_in_thread(
            services,
            caller,
            command_of(letter, "reply"),
            ticket_id,
            text,
            Channel.MAIL,
            files,
            sender_confirmed=True,
        )
    except Refusal as refusal:
        if refusal.code != TicketRefusal.CLOSED:
            raise
        taken = await open_by_letter(
            services, letter, said, ticket.client_id, is_confirmed=True, follows=ticket
        )
        return _Outcome("ticket", ticket_id=taken.id)
    return _Outcome("reply", ticket_id=taken.id)


async def _bounce(services: Services, said: ReadLetter) -> _Outcome:
    """A letter of ours has not come: it is given up, as one that its server refused."""
    own = await services.database.rows(incoming_letter.own_letters(list(said.refers_to)))
    meant = [one for one in own if (one.sent_to or "").lower() == said.bounced_to]
    if not meant:
        return _Outcome("parked", "a bounce of nothing of ours")
    for one in meant:
        await delivery.bounced(services.database, one.id, datetime.now(UTC))
    return _Outcome("bounce")
