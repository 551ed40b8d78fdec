"""Renewal cases: loading one for a change, and storing what a step decided."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import bindparam, insert, update

from db.billing.invoice import InvoiceRow
from db.billing.surplus import surplus_from
from db.calendar.calendar import CALENDAR
from db.case.case_store import CaseStore, LoadedCase, ReplayCheck, uuid_of
from db.case.policy import renewal_policy_from, renewal_valid_at
from db.database import Transaction
from db.facts import Reading, every, first, only, together
from db.renewal.case_queries import (
    CARD_REFUSED,
    CASE,
    INVOICE,
    LATEST_TERM,
    NEW_ORDER,
    NEXT_TERM,
    ORDER,
    SUBSCRIPTION,
    TAKE_TERM,
    TERM,
    TERM_HELD,
    WHOLE_AT,
    CardRefusal,
    LockedRenewal,
    NewOrder,
    OpenOrder,
    StoredTermRow,
    WatchedTerm,
    WholeAt,
)
from db.tables import (
    invoice_lines,
    renewal_history,
    renewals,
    terms,
)
from domain.calendar.bank_calendar import BankCalendar, moscow_date
from domain.renewal.case import (
    OrderInvoice,
    RenewalCase,
    RenewalTransition,
    StoredTerm,
    TermSale,
)
from domain.renewal.ordering import PlacedOrder
from domain.renewal.policy import RenewalPolicy
from domain.renewal.renewal import (
    PayBy,
    RenewalChange,
    RenewalOpening,
    RenewalStatus,
    RenewalTransitionResult,
)
from domain.renewal.waits import RenewalFacts
from domain.subscription.tariff import VatMode
from domain.subscription.term import StopReason

RENEWAL_TRANSITION_RESULT = TypeAdapter(RenewalTransitionResult)
STORE = CaseStore(renewals, renewal_history, "renewal_id", RENEWAL_TRANSITION_RESULT)


_PERIOD = (
    update(invoice_lines)
    .where(invoice_lines.c.invoice_number == bindparam("number"))
    .values(period_start=bindparam("first"), period_end=bindparam("last"))
)
_PUT_TERM = insert(terms)


@dataclass(frozen=True)
class OpeningFacts:
    """What opening a case is decided by: the state of a stored case with this id, what the waits of
    a new one depend on, the valid policy, and the version of a stored case that was given another
    term to watch.
    """

    known: RenewalTransitionResult | None
    facts: RenewalFacts
    policy: RenewalPolicy
    taken_version: int | None


def load(change: RenewalChange) -> Reading[LoadedCase[RenewalCase, RenewalTransitionResult]]:
    """Locks a case, its subscription and its invoice, and reads in one round trip what a change is
    decided by: no payment can be stored before the change is.
    """
    renewal_id = change.renewal_id
    return together(_loaded, one(renewal_id), STORE.checked(renewal_id, change))


def one(renewal_id: str) -> Reading[RenewalCase]:
    """The same for a step that does not change the case, such as a reminder."""
    key = {"renewal_id": renewal_id}
    invoice = together(
        _invoice_from, first(INVOICE(**key)), first(ORDER(**key)), only(WHOLE_AT(**key))
    )
    # In this order: each lock before the rows that it protects are read.
    return together(
        _case_from,
        only(CASE(**key)),
        invoice.behind(SUBSCRIPTION(**key)),
        first(LATEST_TERM(**key)).to(_term_from),
        first(NEXT_TERM(**key)).to(_term_from),
        first(CARD_REFUSED(**key)),
        CALENDAR,
    )


def stored(renewal_id: str) -> Reading[RenewalTransitionResult | None]:
    """The state of a case; None for one that does not exist."""
    return every(STORE.latest(renewal_id)).to(STORE.answer_from)


def opening(message: RenewalOpening) -> Reading[OpeningFacts]:
    """What a new case is opened by, or the state of the stored one.

    A stored case is given another term with the same last day to watch, if the one that it watched
    was stopped.
    """
    request = message.request
    term = {"term_id": uuid_of(request.term_id), "client_id": request.client_id}
    taken = {"renewal_id": request.renewal_id, "taken_id": uuid_of(request.term_id)}
    return together(
        lambda known, _held, term, policy, taken: OpeningFacts(
            known,
            _opening_facts(message, term),
            renewal_policy_from(policy),
            None if taken is None else taken.version,
        ),
        stored(request.renewal_id),
        every(TERM_HELD(term_id=term["term_id"])),
        only(TERM(**term)),
        only(renewal_valid_at(message.at)),
        first(TAKE_TERM(**taken)),
    )


def placed_order(order_id: str | None) -> Reading[PlacedOrder | None]:
    """An order as its client placed it; None for one that does not exist."""
    return first(NEW_ORDER(order_id=uuid_of(order_id))).to(_placed_from)


def put(
    transaction: Transaction, opening: RenewalOpening, made: RenewalTransition
) -> RenewalTransitionResult:
    """Stores a new case with its first change."""
    renewal_id = opening.request.renewal_id
    change = RenewalChange(renewal_id, made.result.changes, opening.at)
    STORE.put(transaction, renewal_id, change, made.result, made.columns)
    return made.result


def put_term(transaction: Transaction, sale: TermSale, at: datetime) -> None:
    """Stores a term that was paid for, and its days in the invoice's line: a refund counts unused
    days by them.
    """
    days = sale.days
    transaction.write(
        _PUT_TERM,
        id=sale.term_id,
        subscription_id=sale.subscription_id,
        tariff_code=sale.tariff_code,
        units=sale.units,
        starts_on=days.starts_on,
        ends_on=days.ends_on,
        anchored_on=days.anchored_on,
        invoice_number=sale.invoice_number,
        created_at=at,
    )
    transaction.write(_PERIOD, number=sale.invoice_number, first=days.starts_on, last=days.ends_on)


def _loaded(
    case: RenewalCase, checked: ReplayCheck[RenewalTransitionResult]
) -> LoadedCase[RenewalCase, RenewalTransitionResult]:
    return LoadedCase(case, checked.replayed_result)


def _case_from(
    row: LockedRenewal,
    invoice: OrderInvoice | None,
    latest_term: StoredTerm | None,
    next_term: StoredTerm | None,
    refused: CardRefusal | None,
    calendar: BankCalendar,
) -> RenewalCase:
    return RenewalCase(
        id=row.id,
        subscription_id=row.subscription_id,
        client_id=row.client_id,
        title=row.title,
        version=row.version,
        status=RenewalStatus(row.status),
        changed_at=row.changed_at,
        closed_at=row.closed_at,
        wait_until=row.wait_until,
        seen_kopecks=row.seen_kopecks,
        facts=RenewalFacts(
            opened_at=row.opened_at,
            zone=ZoneInfo(row.time_zone),
            term_starts_on=row.term_starts_on,
            term_ends_on=row.term_ends_on,
            stopped_on=row.stopped_on,
            ordered_at=None if invoice is None else invoice.ordered_at,
            valid_until=None if invoice is None else invoice.valid_until,
            claimed_until=row.claimed_until,
        ),
        policy=RenewalPolicy.from_document(row.policy_version, row.document),
        calendar=calendar,
        invoice=invoice,
        latest_term=latest_term,
        next_term=next_term,
        card_refused=None if refused is None else refused.reason,
    )


def _invoice_from(
    invoice: InvoiceRow | None, order: OpenOrder | None, whole: WholeAt
) -> OrderInvoice | None:
    if invoice is None or order is None:
        return None
    return OrderInvoice(
        number=invoice.number,
        order_id=order.id,
        total_kopecks=invoice.total_kopecks,
        paid_kopecks=invoice.paid_kopecks,
        is_void=invoice.voided_at is not None,
        by_card=order.method == PayBy.BANK_CARD,
        tariff_code=order.tariff_code,
        units=order.units,
        months=order.months,
        ordered_at=invoice.created_at,
        valid_until=order.valid_until,
        surplus=surplus_from(invoice),
        whole_on=None if whole.whole_at is None else moscow_date(whole.whole_at),
    )


def _term_from(row: StoredTermRow | None) -> StoredTerm | None:
    if row is None:
        return None
    return StoredTerm(
        id=row.id,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        anchored_on=row.anchored_on,
        stopped_on=row.stopped_on,
        stop_reason=None if row.stop_reason is None else StopReason(row.stop_reason),
        is_withdrawn=row.withdrawn_at is not None,
    )


def _placed_from(row: NewOrder | None) -> PlacedOrder | None:
    if row is None:
        return None
    return PlacedOrder(
        id=row.id,
        renewal_id=row.renewal_id,
        invoice_number=row.invoice_number,
        tariff_code=row.tariff_code,
        tariff_title=row.tariff_title,
        units=row.units,
        months=row.months,
        price_kopecks=row.price_kopecks,
        vat_mode=VatMode(row.vat_mode),
        method=PayBy(row.method),
    )


def _opening_facts(message: RenewalOpening, term: WatchedTerm) -> RenewalFacts:
    return RenewalFacts(
        opened_at=message.at,
        zone=ZoneInfo(term.time_zone),
        term_starts_on=term.starts_on,
        term_ends_on=message.request.term_ends_on,
        stopped_on=term.stopped_on,
    )
