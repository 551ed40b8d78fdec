"""What becomes of a letter to support: a reply, a new ticket, the bounce of a letter of ours, or
nothing that anybody answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from uuid import UUID, uuid5

import structlog

from db.database import DatabaseUnavailable
from db.notification import delivery
from db.ticket import incoming_letter, reads
from db.ticket.incoming_letter import LetterRow
from db.ticket.reads import DepartmentRow, TicketRow
from domain.access.roles import Role
from domain.file.file import FileLimits
from domain.ticket.mail import (
    LETTERS_AN_HOUR,
    NAMES_AT_MOST,
    RATE_WINDOW,
    number_in_subject,
    own_words,
    ticket_number_in,
    why_parked,
)
from domain.ticket.ticket import TicketRefusal, ticket_workflow_id
from gateways.mailbox import ReadLetter, read_letter
from starter.caller import Caller, letter_login
from starter.commands.file.upload import Upload, upload_files
from starter.commands.refusal import Refusal, RefusalKind
from starter.commands.services import Services
from starter.commands.ticket.case import limits_of, surviving
from starter.commands.ticket.open import MAX_TOPIC_LENGTH, Channel, NewTicket, open_ticket
from starter.commands.ticket.write import reply_in_thread
from texts import translate

NAMESPACE = UUID("6a2f4f7c-6e0b-4f61-8f2d-0c8f7f5d9b13")
"""The namespace of the ids of commands: a letter that is worked through again has the same."""
DEPARTMENT = "support"
"""Where a letter goes that answers nothing and was sent to no department's own address."""
SPAM = "held for spam"
PASSING = frozenset({RefusalKind.UNAVAILABLE, RefusalKind.UNKNOWN})

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
    said = read_letter(letter.content)
    if said.bounced_to:
        return await _bounce(services, said)
    reason = await _why_parked(services, letter, said)
    if reason is not None:
        return _Outcome("parked", reason)
    answered = await _answered(services, said)
    if answered is not None:
        return await _reply(services, letter, said, *answered)
    found = await services.database.rows(incoming_letter.clients_at(said.sender))
    if len(found) != 1:
        return _Outcome("parked", "nobody has this address" if not found else "several have it")
    return await _opened(services, letter, said, found[0].id)


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


async def _answered(services: Services, said: ReadLetter) -> tuple[str, TicketRow] | None:
    """The ticket that a letter answers, and the one that has its messages: by the address that only
    our letter has, by the letter of ours that it refers to, if it was sent to this sender, or by
    the number in its subject, if its sender takes part in that ticket.
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
    if not ids and number is not None:
        ids = await _taken_part_in(services, said.sender, ticket_workflow_id(number))
    for ticket_id in ids:
        ticket = await surviving(services.database, ticket_id)
        if ticket is not None:
            return ticket_id, ticket
    return None


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
    """A reply; one to a closed ticket opens another one that goes on from it."""
    if ticket.spam_at is not None:
        return _Outcome("parked", SPAM)
    caller = _caller(ticket.client_id)
    files, refused = await _stored(services, caller, letter, said, limits_of(ticket))
    text = _text(said, refused, ticket.text_limit, has_files=bool(files))
    try:
        taken = await reply_in_thread(
            services,
            caller,
            _command_id(letter, "reply"),
            ticket_id,
            text,
            Channel.MAIL,
            files,
        )
    except Refusal as refusal:
        if refusal.code != TicketRefusal.CLOSED:
            raise
        return await _opened(services, letter, said, ticket.client_id, follows=ticket)
    return _Outcome("reply", ticket_id=taken.id)


async def _opened(
    services: Services,
    letter: LetterRow,
    said: ReadLetter,
    client_id: str,
    follows: TicketRow | None = None,
) -> _Outcome:
    rules = await services.database.rows(reads.departments_at(datetime.now(UTC)))
    department = _department(rules, said, follows)
    caller = _caller(client_id)
    files, refused = await _stored(services, caller, letter, said, limits_of(department))
    asked = NewTicket(
        department.department,
        (said.subject or translate("mail_in.no_subject"))[:MAX_TOPIC_LENGTH],
        _text(said, refused, department.text_limit, has_files=bool(files)),
        files=files,
        follows=None if follows is None else follows.id,
    )
    ticket = await open_ticket(services, caller, _command_id(letter, "open"), asked, Channel.MAIL)
    return _Outcome("ticket", ticket_id=ticket.id)


def _department(
    rules: Sequence[DepartmentRow], said: ReadLetter, follows: TicketRow | None
) -> DepartmentRow:
    """Where a letter that answers nothing goes: where the ticket was that it goes on from, to the
    department whose address it was sent to, or to `DEPARTMENT`.
    """
    offered = {one.department: one for one in rules if one.is_offered}
    if follows is not None and follows.department in offered:
        return offered[follows.department]
    by_address = [one for one in offered.values() if one.mail_address in said.recipients]
    return by_address[0] if by_address else offered.get(DEPARTMENT) or next(iter(offered.values()))


async def _bounce(services: Services, said: ReadLetter) -> _Outcome:
    """A letter of ours has not come: it is given up, as one that its server refused."""
    own = await services.database.rows(incoming_letter.own_letters(list(said.refers_to)))
    meant = [one for one in own if (one.sent_to or "").lower() == said.bounced_to]
    if not meant:
        return _Outcome("parked", "a bounce of nothing of ours")
    for one in meant:
        await delivery.bounced(services.database, one.id, datetime.now(UTC))
    return _Outcome("bounce")


async def _stored(
    services: Services, caller: Caller, letter: LetterRow, said: ReadLetter, limits: FileLimits
) -> tuple[list[UUID], list[str]]:
    """The letter's files in our store, and the names of those that are not taken: above what a
    message may have, of another kind, broken.
    """
    stored: list[UUID] = []
    refused: list[str] = []
    for number, file in enumerate(said.files):
        if len(stored) == limits.files or len(file.content) > limits.file_bytes:
            refused.append(file.name)
            continue
        command_id = _command_id(letter, f"file-{number}")
        try:
            (row,) = await upload_files(
                services, caller, command_id, [Upload(file.name, file.content)]
            )
        except Refusal as refusal:
            if refusal.kind in PASSING:
                raise
            refused.append(file.name)
        else:
            stored.append(row.id)
    return stored, refused


def _text(said: ReadLetter, refused: Sequence[str], limit: int, *, has_files: bool) -> str:
    """What the letter says itself, with the names of files that were not taken; its beginning, if
    it is longer than its department takes. The whole stays with the letter.
    """
    names = [translate("mail_in.file", name=name) for name in refused[:NAMES_AT_MOST]]
    if len(refused) > NAMES_AT_MOST:
        names.append(translate("mail_in.more_files", count=len(refused) - NAMES_AT_MOST))
    text = own_words(said.text) or translate("mail_in.files" if has_files else "mail_in.empty")
    whole = "\n\n".join(filter(None, [text, "\n".join(names)]))
    if len(whole) <= limit:
        return whole
    cut = translate("mail_in.cut")
    return f"{whole[: limit - len(cut) - 2]}\n\n{cut}"


def _caller(client_id: str) -> Caller:
    """Whoever reads the client's letters, as at the cabinet's door."""
    return Caller(letter_login(client_id), Role.CLIENT, client_id)


def _command_id(letter: LetterRow, of: str) -> UUID:
    return uuid5(NAMESPACE, f"{letter.sha256.hex()}-{of}")
