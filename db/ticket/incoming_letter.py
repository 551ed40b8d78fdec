"""Letters to support as they came, and what became of each."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from db.database import Database
from db.query import Query, row, typed
from db.tables import (
    clients,
    incoming_letters,
    notifications,
    ticket_messages,
    ticket_openings,
    tickets,
)

TO_DO_AT_ONCE = 20
ADDRESSEES = 2
"""Clients of one address that are looked for: of two, nobody knows which is meant."""


@row
class LetterRow:
    """A letter that is to be worked through. `is_whole`: `content` is all of it."""

    id: int
    content: bytes
    is_whole: bool
    sha256: bytes
    message_key: bytes | None
    sender: str
    received_at: datetime


@row
class LastUid:
    """The highest number of a mailbox that is stored."""

    uid: int


@row
class LetterCount:
    """How many letters."""

    letters: int


@row
class ClientOfAddress:
    """A client that is written to at an address."""

    id: str


@row
class OwnLetter:
    """A letter of ours that was sent."""

    id: UUID
    case_id: str | None
    client_id: str | None
    sent_to: str | None


_PUT = insert(incoming_letters).on_conflict_do_nothing()
_TO_DO = typed(
    LetterRow,
    select(
        incoming_letters.c.id,
        incoming_letters.c.content,
        incoming_letters.c.is_whole,
        incoming_letters.c.sha256,
        incoming_letters.c.message_key,
        incoming_letters.c.sender,
        incoming_letters.c.received_at,
    )
    .where(incoming_letters.c.done_at.is_(None), incoming_letters.c.id > bindparam("after"))
    .order_by(incoming_letters.c.id)
    .limit(TO_DO_AT_ONCE),
)
_LAST = typed(
    LastUid,
    select(func.coalesce(func.max(incoming_letters.c.uid), 0).label("uid")).where(
        incoming_letters.c.mailbox == bindparam("of_mailbox"),
        incoming_letters.c.uid_validity == bindparam("of_validity"),
    ),
    never_null=("uid",),
)
_count = select(func.count().label("letters"))
_SAME = typed(
    LetterCount,
    _count.where(
        (incoming_letters.c.sha256 == bindparam("of_content"))
        | (incoming_letters.c.message_key == bindparam("of_message")),
        incoming_letters.c.id < bindparam("before"),
    ),
    never_null=("letters",),
)
_OF_SENDER = typed(
    LetterCount,
    _count.where(
        incoming_letters.c.sender == bindparam("of_sender"),
        incoming_letters.c.received_at > bindparam("since"),
        incoming_letters.c.id < bindparam("before"),
    ),
    never_null=("letters",),
)
_OF_SPAM = typed(
    LetterCount,
    _count.join(tickets, tickets.c.id == incoming_letters.c.ticket_id).where(
        incoming_letters.c.sender == bindparam("of_sender"), tickets.c.spam_at.is_not(None)
    ),
    never_null=("letters",),
)
_OF_TICKET = typed(
    LetterCount,
    _count.where(
        incoming_letters.c.sender == bindparam("of_sender"),
        incoming_letters.c.ticket_id == bindparam("of_ticket"),
    ),
    never_null=("letters",),
)
_UNCONFIRMED = typed(
    LetterCount,
    select(func.count().label("letters"))
    .select_from(ticket_openings)
    .join(ticket_messages, ticket_messages.c.id == ticket_openings.c.id)
    .where(
        ticket_openings.c.client_id == bindparam("of_client"),
        ticket_openings.c.opened_at > bindparam("since"),
        ticket_messages.c.sender_confirmed.is_(False),
    ),
    never_null=("letters",),
)
_CLIENTS = typed(
    ClientOfAddress,
    select(clients.c.id)
    .where(func.lower(clients.c.email) == bindparam("of_address"))
    .limit(ADDRESSEES),
)
_OWN = typed(
    OwnLetter,
    select(
        notifications.c.id,
        notifications.c.case_id,
        notifications.c.client_id,
        notifications.c.sent_to,
    ).where(
        notifications.c.id.in_(bindparam("ids", expanding=True)),
        notifications.c.sent_to.is_not(None),
    ),
)
_DONE = (
    update(incoming_letters)
    .where(incoming_letters.c.id == bindparam("of_id"), incoming_letters.c.done_at.is_(None))
    .values(
        done_at=bindparam("now"),
        outcome=bindparam("became"),
        reason=bindparam("because"),
        ticket_id=bindparam("of_ticket"),
    )
)


async def put(
    database: Database,
    mailbox: str,
    uid_validity: int,
    uid: int,
    content: bytes,
    *,
    is_whole: bool,
    sha256: bytes,
    message_key: bytes | None,
    sender: str,
    now: datetime,
) -> None:
    """Stores a letter as it came, once."""
    await database.write(
        _PUT,
        mailbox=mailbox,
        uid_validity=uid_validity,
        uid=uid,
        content=content,
        is_whole=is_whole,
        sha256=sha256,
        message_key=message_key,
        sender=sender,
        received_at=now,
    )


def to_do(after: int = 0) -> Query[LetterRow]:
    """Letters behind one that are not worked through, the oldest first."""
    return _TO_DO(after=after)


def last_uid(mailbox: str, uid_validity: int) -> Query[LastUid]:
    """Up to which number letters are stored; 0 before the first."""
    return _LAST(of_mailbox=mailbox, of_validity=uid_validity)


def same_before(letter: LetterRow) -> Query[LetterCount]:
    """How often the same letter came before, as it is or by another way."""
    return _SAME(of_content=letter.sha256, of_message=letter.message_key, before=letter.id)


def of_sender_since(letter: LetterRow, since: datetime) -> Query[LetterCount]:
    """How many letters its sender has written since an instant, before this one."""
    return _OF_SENDER(of_sender=letter.sender, since=since, before=letter.id)


def spam_of_sender(sender: str) -> Query[LetterCount]:
    """How many letters of a sender came into tickets that are held for spam."""
    return _OF_SPAM(of_sender=sender)


def of_sender_in(sender: str, ticket_id: str) -> Query[LetterCount]:
    """How many letters of a sender a ticket has taken."""
    return _OF_TICKET(of_sender=sender, of_ticket=ticket_id)


def unconfirmed_of(client_id: str, since: datetime) -> Query[LetterCount]:
    """How many tickets letters have opened in a client's name since an instant, whose sender nobody
    vouches for.
    """
    return _UNCONFIRMED(of_client=client_id, since=since)


def clients_at(address: str) -> Query[ClientOfAddress]:
    """Who is written to at an address, in lower case."""
    return _CLIENTS(of_address=address)


def own_letters(ids: list[UUID]) -> Query[OwnLetter]:
    """Letters of ours that were sent, by the ids that their Message-IDs begin with."""
    return _OWN(ids=ids)


async def done(
    database: Database,
    letter_id: int,
    now: datetime,
    outcome: str,
    *,
    reason: str | None = None,
    ticket_id: str | None = None,
) -> None:
    """Stores what became of a letter."""
    await database.write(
        _DONE, of_id=letter_id, now=now, became=outcome, because=reason, of_ticket=ticket_id
    )
