"""What dossiers of disputes and of unpaid orders have in common: the order, its money, letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.dossier import carriages, facts
from db.dossier.carriages import CarriageChangeRow, CarriageRow
from db.dossier.facts import (
    LedgerRow,
    LetterRow,
    LineRow,
    OrderRow,
    PaymentRow,
    RefundRow,
    ReturnChangeRow,
    ReturnRow,
)
from db.query import Query
from domain.access.roles import SYSTEM, Role
from domain.billing.requisites import ClientKind
from domain.dossier.dossier import Dossier, Event, SideOf
from domain.dossier.table import Column, Fact, Kind, Table
from starter.commands.dossier.carriage import carriage_events, carriage_table
from texts import Language, translate, translate_many
from texts.ledger import account_title

LANGUAGE: Language = "ru"
"""Of dossiers: courts here read Russian."""
MAX_CHANGES = 1_000
"""Changes of a case that a dossier tells: the first, and the last ones; of those between it says
how many it leaves out.
"""


@dataclass(frozen=True)
class OfOrder:
    """What our rows say of an order."""

    order: OrderRow
    lines: Sequence[LineRow]
    payments: Sequence[PaymentRow]
    refunds: Sequence[RefundRow]
    ledger: Sequence[LedgerRow]
    letters: Sequence[LetterRow]
    returns: Sequence[ReturnRow]
    return_changes: Sequence[ReturnChangeRow]
    carriages: Sequence[CarriageRow]
    carriage_changes: Sequence[CarriageChangeRow]


@dataclass(frozen=True)
class Matter:
    """A dossier before it is made: whose, what it says, and the logins of its client's people.

    `column` names the case in the table of dossiers; `refunds` are those whose requisites it has.
    """

    column: str
    client_id: str
    dossier: Dossier
    own: frozenset[str]


def of_order(case_id: str, invoice_number: str) -> tuple[Query[Any], ...]:
    """The queries whose rows are an `OfOrder`."""
    return (
        facts.order(invoice_number),
        facts.lines(invoice_number),
        facts.payments(invoice_number),
        facts.refunds(invoice_number),
        facts.ledger(invoice_number),
        facts.letters(case_id),
        facts.returns(invoice_number),
        facts.return_changes(invoice_number),
        carriages.carriages(invoice_number),
        carriages.carriage_changes(invoice_number),
    )


def order_from(found: Sequence[Any]) -> OfOrder:
    """What the rows of `of_order` say."""
    (order,), *others = found
    return OfOrder(order, *others)


def order_facts(order: OrderRow) -> list[Fact]:
    """The head of every dossier: whose order, which, and its money. A sole trader's name is public,
    where it lives is not.
    """
    is_person = order.client_kind == ClientKind.INDIVIDUAL
    is_home = order.client_kind != ClientKind.COMPANY
    return [
        Fact(Column("client", Kind.PERSON if is_person else Kind.WORDS), order.client_name),
        Fact(Column("inn", Kind.REQUISITES), order.inn),
        Fact(Column("address", Kind.PERSON if is_home else Kind.WORDS), order.address),
        Fact(Column("email", Kind.SAID), order.email),
        Fact(Column("order"), order.number),
        Fact(Column("issued_on", Kind.DAY), order.issued_on),
        Fact(Column("due_on", Kind.DAY), order.due_on),
        Fact(Column("total", Kind.KOPECKS), order.total_kopecks),
        Fact(Column("paid", Kind.KOPECKS), order.paid_kopecks),
    ]


def order_tables(known: OfOrder) -> list[Table]:
    """The tables of every dossier; the ledger is for ours alone."""
    return [
        _lines(known.lines),
        _payments(known.payments),
        _refunds(known.refunds),
        _returns(known.returns),
        carriage_table(known.carriages),
        _letters(known.letters),
        _ledger(known.ledger),
    ]


def return_events(known: OfOrder) -> list[Event]:
    """What happened to the goods that came back, and to the carriage that their client paid."""
    told = [
        Event(
            one.at,
            translate(
                "dossier.event.return",
                LANGUAGE,
                number=one.return_id,
                status=translate(f"goods_return.status.{one.to_status}", LANGUAGE),
            ),
            one.by,
            one.reason,
        )
        for one in known.return_changes
    ]
    return [*told, *carriage_events(known.carriage_changes, LANGUAGE)]


def with_gap(told: Sequence[Event], left_out: int) -> list[Event]:
    """The changes of a case in order; how many are left out is told where they would stand."""
    if not left_out:
        return list(told)
    words = translate_many("dossier.event.left_out", left_out, LANGUAGE, at_most=len(told))
    return [told[0], Event(told[1].at, words, SYSTEM, None), *told[1:]]


def side_of(own: frozenset[str], company: str) -> SideOf:
    """The side of a login in words: the client, the system, or our company."""

    def side(login: str) -> str:
        if login in own:
            return translate(f"role.{Role.CLIENT}", LANGUAGE)
        return translate("role.system", LANGUAGE) if login == SYSTEM else company

    return side


def _lines(rows: Sequence[LineRow]) -> Table:
    columns = (
        Column("line", Kind.NUMBER),
        Column("title", Kind.SAID),
        Column("quantity", Kind.NUMBER),
        Column("sum", Kind.KOPECKS),
        Column("vat", Kind.CODE, "dossier.vat"),
        Column("first_day", Kind.DAY),
        Column("last_day", Kind.DAY),
        Column("delivered_on", Kind.DAY),
    )
    return Table(
        "lines",
        columns,
        [
            (
                *(one.line_no, one.title, one.quantity, one.sum_kopecks, one.vat_rate),
                *(one.period_start, one.period_end, one.delivered_on),
            )
            for one in rows
        ],
    )


def _payments(rows: Sequence[PaymentRow]) -> Table:
    columns = (
        Column("received_at", Kind.MOMENT),
        Column("method", Kind.CODE, "dossier.method"),
        Column("sum", Kind.KOPECKS),
        Column("outside_id"),
        Column("payer", Kind.PERSON),
        Column("inn", Kind.REQUISITES),
        Column("account", Kind.REQUISITES),
        Column("purpose", Kind.SAID),
        Column("reversed_at", Kind.MOMENT),
    )
    return Table(
        "payments",
        columns,
        [
            (
                *(one.received_at, one.method, one.amount_kopecks, one.outside_id, one.payer),
                *(one.payer_inn, one.payer_account, one.purpose, one.reversed_at),
            )
            for one in rows
        ],
    )


def _refunds(rows: Sequence[RefundRow]) -> Table:
    columns = (
        Column("refund"),
        Column("status", Kind.CODE, "refund.staff_status"),
        Column("sum", Kind.KOPECKS),
        Column("opened_at", Kind.MOMENT),
        Column("payout_status", Kind.CODE, "payout.status"),
        Column("payout_sum", Kind.KOPECKS),
        Column("settled_on", Kind.DAY),
        Column("outside_id"),
        Column("recipient", Kind.PERSON),
        Column("account", Kind.REQUISITES),
    )
    return Table(
        "refunds",
        columns,
        [
            (
                *(one.refund_id, one.status, one.sum_kopecks, one.opened_at, one.payout_status),
                *(one.payout_kopecks, one.settled_on, one.outside_id, one.recipient, one.account),
            )
            for one in rows
        ],
    )


def _returns(rows: Sequence[ReturnRow]) -> Table:
    columns = (
        Column("return"),
        Column("ground", Kind.CODE, "goods_return.ground"),
        Column("status", Kind.CODE, "goods_return.status"),
        Column("opened_at", Kind.MOMENT),
        Column("line", Kind.NUMBER),
        Column("asked", Kind.NUMBER),
        Column("accepted", Kind.NUMBER),
        Column("settlement", Kind.CODE, "goods_return.settlement"),
        Column("carriage", Kind.KOPECKS),
        Column("track"),
    )
    return Table(
        "returns",
        columns,
        [
            (
                *(one.return_id, one.ground, one.status, one.opened_at, one.line_no, one.asked),
                *(one.accepted, one.settlement, one.carriage_kopecks, one.track),
            )
            for one in rows
        ],
    )


def _letters(rows: Sequence[LetterRow]) -> Table:
    columns = (
        Column("written_at", Kind.MOMENT),
        Column("subject", Kind.SAID),
        Column("status", Kind.CODE, "notification.status"),
        Column("settled_at", Kind.MOMENT),
        Column("sent_to", Kind.SAID),
    )
    return Table(
        "letters",
        columns,
        [
            (one.created_at, one.sent_subject, one.status, one.settled_at, one.sent_to)
            for one in rows
        ],
    )


def _ledger(rows: Sequence[LedgerRow]) -> Table:
    columns = (
        Column("line", Kind.NUMBER),
        Column("recorded_at", Kind.MOMENT),
        Column("what", Kind.CODE, "ledger"),
        Column("debit"),
        Column("credit"),
        Column("sum", Kind.KOPECKS),
    )
    return Table(
        "ledger",
        columns,
        [
            (
                *(one.id, one.recorded_at, one.kind),
                account_title(one.debit_account, LANGUAGE),
                account_title(one.credit_account, LANGUAGE),
                one.amount_kopecks,
            )
            for one in rows
        ],
        is_ours=True,
    )
