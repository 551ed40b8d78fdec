"""What is known of a dispute, for its dossier."""

from collections.abc import Sequence

from db.compensation.legal_rule import all_rules
from db.database import Database
from db.dispute import evidence, reads, taken_back
from db.dispute.evidence import EvidenceRow
from db.dispute.reads import ChangeRow, DisputeRow
from db.dispute.taken_back import TakenBackRow
from db.dispute.told import is_of_client, is_unapproved, told_reason
from db.facts import load
from domain.dispute.evidence import MAX_EVIDENCE, EvidenceSource
from domain.dossier.dossier import Dossier, Event
from domain.dossier.table import MAX_ROWS, Column, Fact, Kind, Table
from starter.commands.dossier.calculation import counted_from
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
from starter.commands.dossier.papers import papers_of
from texts import translate

NEWEST = 2**31 - 1
"""Above every change's number."""


async def dispute_matter(database: Database, row: DisputeRow) -> Matter:
    """A dispute with all that belongs to it."""
    rules = await load(database, all_rules())
    last, first, counted, papers, taken, *found = await database.read(
        reads.changes(row.id, MAX_CHANGES - 1, NEWEST),
        reads.changes(row.id, 1, 2),
        reads.calculation(row.id),
        evidence.of(row.id, MAX_EVIDENCE),
        taken_back.of_invoice(row.invoice_number, MAX_ROWS + 1),
        *of_order(row.id, row.invoice_number),
    )
    changes = [*last, *(one for one in first if one.number < last[-1].number)]
    known = order_from(found)
    gives = row.compensation_kopecks > 0 and not is_unapproved(row.status)
    dossier = Dossier(
        id=row.id,
        title=translate("dossier.title.dispute", LANGUAGE, order=row.invoice_number, n=row.ordinal),
        facts=[*order_facts(known.order), *_facts(row)],
        tables=[*order_tables(known), _taken(taken)],
        papers=[*papers_of(papers, row.invoice_number), *receipts(known.carriages, LANGUAGE)],
        events=[*_events(changes), *return_events(known)],
        calculation=counted_from(counted[0].calculation, rules) if counted and gives else None,
    )
    own = _own(changes, papers) | claimants(known.carriage_changes)
    return Matter("dispute_id", row.client_id, dossier, own)


def _facts(row: DisputeRow) -> list[Fact]:
    stands = not is_unapproved(row.status)
    awarded = row.awarded_kopecks or None if stands else None
    compensation = row.compensation_kopecks or None if stands else None
    return [
        Fact(Column("kind", Kind.CODE, "dispute.kind"), row.kind),
        Fact(Column("status", Kind.CODE, "dispute.staff_status"), row.status),
        Fact(Column("happened_on", Kind.DAY), row.happened_on),
        Fact(Column("problem", Kind.SAID), row.problem),
        Fact(Column("proof", Kind.SAID), row.proof),
        Fact(Column("steps", Kind.SAID), row.steps),
        Fact(Column("demand", Kind.CODE, "dispute.demand"), row.demand),
        Fact(Column("demand_sum", Kind.KOPECKS), row.demand_kopecks),
        Fact(Column("answer_by", Kind.DAY), row.answer_by),
        Fact(Column("found", Kind.CODE, "dispute.found"), row.found),
        Fact(Column("found_sum", Kind.KOPECKS), row.found_kopecks),
        Fact(Column("awarded", Kind.KOPECKS), awarded),
        Fact(Column("compensation", Kind.KOPECKS), compensation),
        Fact(Column("compensated_on", Kind.DAY), row.compensated_on),
        Fact(Column("outside", Kind.CODE, "dispute.outside"), row.outside),
    ]


def _events(changes: Sequence[ChangeRow]) -> list[Event]:
    """The changes, the first one first; what is left out is told where it would stand."""
    told = [_event(one) for one in reversed(changes)]
    return with_gap(told, changes[0].number - len(changes))


def _event(row: ChangeRow) -> Event:
    told = told_reason(row)
    said = [row.text, row.decision_reason or told]
    if row.kinds:
        kinds = [translate(f"dispute.evidence.{kind}", LANGUAGE) for kind in row.kinds]
        said.insert(0, translate("page.dispute.asked_for", LANGUAGE, kinds=", ".join(kinds)))
    return Event(
        row.at,
        translate(f"dispute.staff_status.{row.to_status}", LANGUAGE),
        row.by,
        "\n".join(one for one in said if one) or None,
        is_text_ours=row.decision_reason is not None and told is None,
    )


def _taken(rows: Sequence[TakenBackRow]) -> Table:
    columns = (
        Column("happened_on", Kind.DAY),
        Column("what", Kind.CODE, "dossier.taken"),
        Column("sum", Kind.KOPECKS),
        Column("outside_id"),
        Column("returned_on", Kind.DAY),
    )
    return Table(
        "taken_back",
        columns,
        [(one.happened_on, one.kind, one.amount_kopecks, one.id, one.returned_on) for one in rows],
    )


def _own(changes: Sequence[ChangeRow], papers: Sequence[EvidenceRow]) -> frozenset[str]:
    """The logins of the client's people: who complained, who wrote, who handed papers in."""
    wrote = {one.by for one in changes if is_of_client(one)}
    handed_in = {one.added_by for one in papers if one.source == EvidenceSource.CLIENT}
    return frozenset(wrote | handed_in)
