"""What is known of an unpaid order, for the dossier that goes to a court with it."""

import asyncio
from collections.abc import Sequence

from db.collection import letters, reads
from db.collection.letters import LetterLineRow, LetterRow
from db.collection.reads import ChangeRow, CollectionRow, ContactRow, CourtRow, LookRow
from db.database import Database
from db.dossier.facts import PaymentRow
from db.facts import load
from domain.access.roles import SYSTEM
from domain.calendar.bank_calendar import moscow_date
from domain.compensation.interest import MAX_MOVEMENTS, Debt, Movement
from domain.compensation.key_rate import ONE_DAY
from domain.dispute.evidence import EvidenceKind
from domain.dossier.dossier import Counted, Dossier, Event, Paper
from domain.dossier.table import MAX_ROWS, Column, Fact, Kind, Table
from gateways.documents import debt_letter_pdf
from starter.caller import letter_login
from starter.commands.compensation.calculate import InterestAsked, interest_by, law_of
from starter.commands.dossier.calculation import counted_by
from starter.commands.dossier.carriage import claimants, receipts
from starter.commands.dossier.matter import (
    LANGUAGE,
    MAX_CHANGES,
    Matter,
    of_order,
    order_facts,
    order_from,
    order_tables,
    return_events,
    with_gap,
)
from starter.commands.dossier.papers import printed
from starter.commands.refusal import Refusal
from texts import day, translate

MAX_LETTERS = 100
"""Letters that a dossier has as papers, the latest; its table names the others too."""


async def collection_matter(database: Database, row: CollectionRow, company: str) -> Matter:
    """An unpaid order with all that belongs to it, and the letters about it that have left."""
    last, first, looks, courts, contacts, sent, *found = await database.read(
        reads.history(row.id, MAX_CHANGES - 1),
        reads.history(row.id, 1, 2),
        reads.looks(row.id, MAX_ROWS + 1),
        reads.courts(row.id, MAX_ROWS + 1),
        reads.contacts(row.id, MAX_ROWS + 1),
        letters.sent_of_case(row.id, MAX_ROWS + 1),
        *of_order(row.id, row.invoice_number),
    )
    changes = [*last, *(one for one in first if one.number < last[-1].number)]
    lines = await letters.lines_of_all(database, [one.id for one in sent])
    known = order_from(found)
    events = [*_events(changes), *_papers_left_out(sent), *return_events(known)]
    dossier = Dossier(
        id=row.id,
        title=translate("dossier.title.collection", LANGUAGE, order=row.invoice_number),
        facts=[*order_facts(known.order), *_facts(row)],
        tables=[
            *order_tables(known),
            _debts(row.id, sent, lines),
            _courts(courts),
            _contacts(contacts),
            _looks(looks),
        ],
        papers=[
            *[await _letter(database, one, company) for one in reversed(sent[:MAX_LETTERS])],
            *receipts(known.carriages, LANGUAGE),
        ],
        events=events,
        calculation=await _counted(database, row, known.payments, events),
    )
    own = {one.by for one in changes if one.answer is not None} | {letter_login(row.client_id)}
    own |= claimants(known.carriage_changes)
    return Matter("collection_id", row.client_id, dossier, frozenset(own))


def _facts(row: CollectionRow) -> list[Fact]:
    return [
        Fact(Column("status", Kind.CODE, "collection.staff_status"), row.status),
        Fact(Column("debt", Kind.KOPECKS), max(0, row.total_kopecks - row.paid_kopecks)),
        Fact(Column("answer", Kind.CODE, "collection.reason"), row.answer),
        Fact(Column("promised_on", Kind.DAY), row.promised_on),
        Fact(Column("claim_sent_on", Kind.DAY), row.claim_sent_on),
        Fact(Column("limitation_on", Kind.DAY), row.limitation_on),
    ]


def _events(changes: Sequence[ChangeRow]) -> list[Event]:
    """The changes, the first one first; what is left out is told where it would stand."""
    told = [_event(one) for one in reversed(changes)]
    return with_gap(told, changes[0].number - len(changes))


def _papers_left_out(sent: Sequence[LetterRow]) -> list[Event]:
    """That letters are no papers of the dossier, told with the latest of them."""
    words = translate("dossier.event.letters_left_out", LANGUAGE, at_most=MAX_LETTERS)
    return [Event(one.written_at, words, SYSTEM, None) for one in sent[MAX_LETTERS:][:1]]


def _event(row: ChangeRow) -> Event:
    said = [] if row.answer is None else [translate(f"collection.reason.{row.answer}", LANGUAGE)]
    if row.day is not None:
        said.append(day(row.day))
    title = translate(f"collection.staff_status.{row.to_status}", LANGUAGE)
    return Event(row.at, title, row.by, "\n".join(said) or None)


async def _letter(database: Database, row: LetterRow, company: str) -> Paper:
    paper = await load(database, letters.paper(row.id, company))
    if paper is None:
        raise LookupError(f"no letter {row.id}")
    tone = translate(f"collection.tone.{row.tone}", LANGUAGE)
    name = f"{row.tone}-{row.day.isoformat()}.pdf"
    about = translate("dossier.letter", LANGUAGE, tone=tone, day=day(row.day))
    content = await asyncio.to_thread(debt_letter_pdf, paper)
    return printed(EvidenceKind.LETTERS, name, content, about, row.written_at)


def _debts(collection_id: str, sent: Sequence[LetterRow], lines: Sequence[LetterLineRow]) -> Table:
    """What each letter said of this debt."""
    columns = (
        Column("written_at", Kind.MOMENT),
        Column("tone", Kind.CODE, "collection.tone"),
        Column("debt", Kind.KOPECKS),
        Column("days_late", Kind.NUMBER),
        Column("interest", Kind.KOPECKS),
        Column("a_day", Kind.KOPECKS),
    )
    said = {one.letter_id: one for one in lines if one.collection_id == collection_id}
    rows = [(one, said[one.id]) for one in reversed(sent)]
    return Table(
        "debts",
        columns,
        [
            (
                *(letter.written_at, letter.tone, one.debt_kopecks, one.days_late),
                *(one.interest_kopecks, one.a_day_kopecks),
            )
            for letter, one in rows
        ],
    )


def _courts(rows: Sequence[CourtRow]) -> Table:
    columns = (
        Column("what", Kind.CODE, "collection.court"),
        Column("court"),
        Column("number"),
        Column("filed_on", Kind.DAY),
        Column("claimed", Kind.KOPECKS),
        Column("fee", Kind.KOPECKS),
    )
    return Table(
        "courts",
        columns,
        [
            (*(one.kind, one.court, one.number, one.filed_on), one.claim_kopecks, one.fee_kopecks)
            for one in rows
        ],
    )


def _contacts(rows: Sequence[ContactRow]) -> Table:
    columns = (
        Column("day", Kind.DAY),
        Column("channel", Kind.CODE, "collection.channel"),
        Column("note", Kind.SAID),
        Column("by"),
        Column("written_at", Kind.MOMENT),
    )
    return Table(
        "contacts",
        columns,
        [
            (one.day, one.channel, one.note, one.written_by, one.written_at)
            for one in reversed(rows)
        ],
        is_ours=True,
    )


def _looks(rows: Sequence[LookRow]) -> Table:
    columns = (
        Column("looked_at", Kind.MOMENT),
        Column("acquirer", Kind.CODE, "payment_check.acquirer"),
        Column("entries", Kind.NUMBER),
        Column("paid", Kind.KOPECKS),
    )
    return Table(
        "looks",
        columns,
        [(one.at, one.acquirer, one.entries, one.paid_kopecks) for one in reversed(rows)],
        is_ours=True,
    )


async def _counted(
    database: Database,
    row: CollectionRow,
    payments: Sequence[PaymentRow],
    events: Sequence[Event],
) -> Counted | None:
    """Interest from the day after the due day up to the day of the last event; None where there is
    no delay yet, a day of it has no known rate, or there are more payments than are counted.
    """
    first, last = row.due_on + ONE_DAY, moscow_date(max(one.at for one in events))
    paid = [(moscow_date(one.received_at), one) for one in payments if one.reversed_at is None]
    if last < first or len(paid) >= MAX_MOVEMENTS:
        return None
    debt = Debt(
        [Movement(first, row.total_kopecks)],
        [Movement(on, one.amount_kopecks) for on, one in paid if on <= last],
    )
    try:
        found = interest_by(await law_of(database), InterestAsked(debt, last, first))
    except Refusal:
        return None
    inputs = {
        "debt_kopecks": row.total_kopecks,
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
    }
    return counted_by(found, inputs)
