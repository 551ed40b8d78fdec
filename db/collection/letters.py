"""Letters about unpaid orders: stored with what they say of each debt, found by their token."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import bindparam, case, func, insert, not_, select, text, true
from sqlalchemy.dialects.postgresql import aggregate_order_by

from db.banking import own_account
from db.collection.owed import MAX_TITLES
from db.database import Database, Transaction
from db.facts import Reading, every, first, only, together
from db.query import Query, row, typed
from db.tables import (
    clients,
    collection_letter_changes,
    collection_letter_lines,
    collection_letters,
    collections,
    invoice_lines,
    invoices,
    notifications,
)
from domain.access.roles import Role
from domain.billing.issued_invoice import Supplier
from domain.billing.requisites import ClientKind
from domain.collection.case import Letter, LetterLine
from domain.collection.collection import CollectionChange
from domain.collection.paper import Debtor, DebtPaper
from domain.collection.policy import Tone
from domain.notification.notification import NotificationChannel, NotificationStatus

NAMESPACE = UUID("0f0ff3b6-5a0b-4b07-8c0e-3c9d2d6a2f4e")
"""The namespace of letters' ids: a repeat of a change has the same letter."""


@row
class LetterRow:
    """A letter that was written; `is_queued`: it has not left yet."""

    id: UUID
    client_id: str
    client_name: str
    day: date
    tone: str
    collection_id: str
    number: int
    written_by: str
    written_at: datetime
    next_on: date
    is_queued: bool


@row
class LetterLineRow:
    """What a letter says of one debt, and where that debt is now."""

    letter_id: UUID
    collection_id: str
    invoice_number: str
    issued_on: date
    due_on: date
    is_claimed: bool
    total_kopecks: int
    debt_kopecks: int
    days_late: int
    interest_kopecks: int | None
    a_day_kopecks: int | None
    rules: list[Any]
    status: str
    titles: str
    more: int


@row
class DebtorRow:
    """The client of a letter."""

    kind: str
    name: str
    inn: str | None
    kpp: str | None
    address: str | None


_PUT = insert(collection_letters)
_PUT_LINE = insert(collection_letter_lines)
_is_queued = (
    select(notifications.c.id)
    .where(
        notifications.c.case_id == collection_letters.c.collection_id,
        notifications.c.occasion == func.concat("letter-", collection_letters.c.number),
        notifications.c.channel == NotificationChannel.MAIL.value,
        notifications.c.role == Role.CLIENT.value,
        notifications.c.status == NotificationStatus.QUEUED.value,
    )
    .exists()
)
_LETTERS = typed(
    LetterRow,
    select(
        collection_letters.c.id,
        collection_letters.c.client_id,
        clients.c.name.label("client_name"),
        collection_letters.c.day,
        collection_letters.c.tone,
        collection_letters.c.collection_id,
        collection_letters.c.number,
        collection_letters.c.written_by,
        collection_letters.c.written_at,
        collection_letters.c.next_on,
        _is_queued.label("is_queued"),
    ).join(clients, clients.c.id == collection_letters.c.client_id),
    never_null=("is_queued",),
)
_BY_TOKEN = _LETTERS.narrowed(
    lambda rows: rows.where(collection_letters.c.token_hash == bindparam("token_hash"))
)
_BY_ID = _LETTERS.narrowed(lambda rows: rows.where(collection_letters.c.id == bindparam("of_id")))
_changed = (
    select(collection_letter_changes.c.debt_kopecks)
    .where(
        collection_letter_changes.c.letter_id == collection_letter_lines.c.letter_id,
        collection_letter_changes.c.collection_id == collection_letter_lines.c.collection_id,
    )
    .order_by(collection_letter_changes.c.at.desc())
    .limit(1)
    .lateral("changed")
)
"""What became of a debt before its letter left."""
_OF_CASE = _LETTERS.narrowed(
    lambda rows: (
        rows.join(
            collection_letter_lines, collection_letter_lines.c.letter_id == collection_letters.c.id
        )
        .outerjoin(_changed, true())
        .where(
            collection_letter_lines.c.collection_id == bindparam("of_case"),
            func.coalesce(_changed.c.debt_kopecks, 1) > 0,
        )
        .order_by(collection_letters.c.written_at.desc())
        .limit(bindparam("how_many"))
    )
)
_SENT_OF_CASE = _OF_CASE.narrowed(lambda rows: rows.where(not_(_is_queued)))
_debtors = select(clients.c.kind, clients.c.name, clients.c.inn, clients.c.kpp, clients.c.address)
_DEBTOR = typed(DebtorRow, _debtors.where(clients.c.id == bindparam("of_client")))
_DEBTOR_OF_LETTER = typed(
    DebtorRow,
    _debtors.join(collection_letters, collection_letters.c.client_id == clients.c.id).where(
        collection_letters.c.id == bindparam("of_id")
    ),
)
_of_invoice = invoice_lines.c.invoice_number == invoices.c.number
_titles = (
    select(
        func.coalesce(
            func.string_agg(
                invoice_lines.c.title, aggregate_order_by(text("'; '"), invoice_lines.c.line_no)
            ),
            "",
        )
    )
    .where(_of_invoice, invoice_lines.c.line_no <= MAX_TITLES)
    .scalar_subquery()
)
_more = (
    select(func.count())
    .select_from(invoice_lines)
    .where(_of_invoice, invoice_lines.c.line_no > MAX_TITLES)
    .scalar_subquery()
)
_ALL_LINES = typed(
    LetterLineRow,
    select(
        collection_letter_lines.c.letter_id,
        collection_letter_lines.c.collection_id,
        collections.c.invoice_number,
        invoices.c.issued_on,
        collections.c.due_on,
        collection_letter_lines.c.is_claimed,
        collection_letter_lines.c.total_kopecks,
        func.coalesce(_changed.c.debt_kopecks, collection_letter_lines.c.debt_kopecks).label(
            "debt_kopecks"
        ),
        collection_letter_lines.c.days_late,
        case((_changed.c.debt_kopecks.is_(None), collection_letter_lines.c.interest_kopecks)).label(
            "interest_kopecks"
        ),
        case((_changed.c.debt_kopecks.is_(None), collection_letter_lines.c.a_day_kopecks)).label(
            "a_day_kopecks"
        ),
        collection_letter_lines.c.rules,
        collections.c.status,
        _titles.label("titles"),
        _more.label("more"),
    )
    .join(collections, collections.c.id == collection_letter_lines.c.collection_id)
    .join(invoices, invoices.c.number == collections.c.invoice_number)
    .outerjoin(_changed, true())
    .where(func.coalesce(_changed.c.debt_kopecks, 1) > 0)
    .order_by(collection_letter_lines.c.is_claimed.desc(), collections.c.due_on, collections.c.id),
    never_null=("debt_kopecks", "titles", "more"),
)
_LINES = _ALL_LINES.narrowed(
    lambda rows: rows.where(collection_letter_lines.c.letter_id == bindparam("of_letter"))
)
_LINES_OF_ALL = _ALL_LINES.narrowed(
    lambda rows: rows.where(
        collection_letter_lines.c.letter_id.in_(bindparam("of_letters", expanding=True))
    )
)


def put(
    transaction: Transaction, change: CollectionChange, letter: Letter, token_hash: bytes
) -> None:
    """Stores the letter of a change. Raises `ConstraintBroken`, with the COMMIT, for a second one
    of a day (`one_letter_a_day`), or about what is paid (`no_letter_after_money`).
    """
    letter_id = id_of(change)
    transaction.write(
        _PUT,
        id=letter_id,
        client_id=letter.client_id,
        day=letter.day,
        tone=letter.tone,
        next_on=letter.next_on,
        collection_id=change.collection_id,
        number=change.number,
        token_hash=token_hash,
        written_by=change.by,
        written_at=change.at,
    )
    for line in letter.lines:
        transaction.write(
            _PUT_LINE,
            letter_id=letter_id,
            collection_id=line.collection_id,
            is_claimed=line.is_claimed,
            total_kopecks=line.total_kopecks,
            debt_kopecks=line.debt_kopecks,
            days_late=line.days_late,
            interest_kopecks=line.interest_kopecks,
            a_day_kopecks=line.a_day_kopecks,
            rules=list(line.rules),
        )


def id_of(change: CollectionChange) -> UUID:
    """The id of the letter that a change writes."""
    return uuid5(NAMESPACE, f"{change.collection_id}/{change.number}")


def by_token(token_hash: bytes) -> Query[LetterRow]:
    """The letter whose link this is the hash of."""
    return _BY_TOKEN(token_hash=token_hash)


def one(letter_id: UUID) -> Query[LetterRow]:
    """A letter."""
    return _BY_ID(of_id=letter_id)


def lines_of(letter_id: UUID) -> Query[LetterLineRow]:
    """What a letter says of each debt, the claimed first."""
    return _LINES(of_letter=letter_id)


async def lines_of_all(database: Database, letter_ids: Sequence[UUID]) -> list[LetterLineRow]:
    """What letters say of each debt."""
    if not letter_ids:
        return []
    return await database.rows(_LINES_OF_ALL(of_letters=list(letter_ids)))


def paper(letter_id: UUID, company: str) -> Reading[DebtPaper | None]:
    """A letter as a paper; None for one that is not there. `company` names us while no own account
    is stored.
    """
    return together(
        lambda found, lines, client, ours: _paper_from(found, lines, client, ours, company),
        first(one(letter_id)),
        every(lines_of(letter_id)),
        first(_DEBTOR_OF_LETTER(of_id=letter_id)),
        own_account.supplier(),
    )


def debtor(client_id: str, company: str) -> Reading[tuple[Debtor, Supplier | None, str]]:
    """Whom a letter to a client names: it, and us."""
    return together(
        lambda found, ours: (_debtor_from(found), ours, _company(ours, company)),
        only(_DEBTOR(of_client=client_id)),
        own_account.supplier(),
    )


def _paper_from(
    found: LetterRow | None,
    lines: Sequence[LetterLineRow],
    client: DebtorRow | None,
    ours: Supplier | None,
    company: str,
) -> DebtPaper | None:
    if found is None or client is None:
        return None
    return DebtPaper(
        company=_company(ours, company),
        supplier=ours,
        debtor=_debtor_from(client),
        tone=Tone(found.tone),
        day=found.day,
        lines=tuple(map(line_from, lines)),
        pay_by=found.next_on,
    )


def _company(ours: Supplier | None, company: str) -> str:
    return company if ours is None else ours.requisites.recipient_name


def _debtor_from(found: DebtorRow) -> Debtor:
    return Debtor(ClientKind(found.kind), found.name, found.inn, found.kpp, found.address)


def of_case(collection_id: str, how_many: int) -> Query[LetterRow]:
    """The letters that speak of a case's debt, the newest first; not those that were withdrawn."""
    return _OF_CASE(of_case=collection_id, how_many=how_many)


def sent_of_case(collection_id: str, how_many: int) -> Query[LetterRow]:
    """The same without those that have not left yet."""
    return _SENT_OF_CASE(of_case=collection_id, how_many=how_many)


def line_from(found: LetterLineRow) -> LetterLine:
    """The line that a row holds."""
    return LetterLine(
        found.collection_id,
        found.invoice_number,
        found.issued_on,
        found.due_on,
        found.total_kopecks,
        found.debt_kopecks,
        found.days_late,
        found.is_claimed,
        found.interest_kopecks,
        found.a_day_kopecks,
        tuple(found.rules),
        found.titles,
        found.more,
    )
