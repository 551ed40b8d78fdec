"""Renewal cases: locking one with all that judges it, storing what a step decided."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import bindparam, func, insert, select, update

from db.calendar.calendar import OVERRIDES, YEARS, calendar_from
from db.case.case_store import CaseStore, uuid_of
from db.database import Query, Row, Transaction
from db.tables import (
    card_payments,
    clients,
    invoice_lines,
    invoices,
    issued_invoices,
    orders,
    payment_claims,
    payment_reversals,
    payments,
    policies,
    renewal_history,
    renewals,
    subscriptions,
    tariffs,
    terms,
)
from domain.calendar.bank_calendar import BankCalendar, moscow_date
from domain.card.card_payment import CardEnd, CardStatus
from domain.renewal.policy import RenewalPolicy
from domain.renewal.renewal import (
    Ending,
    RenewalChange,
    RenewalOpening,
    RenewalStatus,
    RenewalTransitionResult,
)
from domain.renewal.waits import RenewalFacts
from domain.subscription.term import StopReason, TermDays

RENEWAL_TRANSITION_RESULT = TypeAdapter(RenewalTransitionResult)
STORE = CaseStore(renewals, renewal_history, "renewal_id", RENEWAL_TRANSITION_RESULT)

_of_case = select(renewals).where(renewals.c.id == bindparam("renewal_id")).subquery()
_subscription_id = select(_of_case.c.subscription_id).scalar_subquery()
_invoice_number = select(_of_case.c.invoice_number).scalar_subquery()

_CASE = (
    select(
        renewals,
        policies.c.document,
        clients.c.time_zone,
        terms.c.starts_on.label("term_starts_on"),
        terms.c.stopped_on,
        subscriptions.c.title,
    )
    .join(policies, policies.c.version == renewals.c.policy_version)
    .join(clients, clients.c.id == renewals.c.client_id)
    .join(subscriptions, subscriptions.c.id == renewals.c.subscription_id)
    .outerjoin(terms, terms.c.id == renewals.c.term_id)
    .where(policies.c.kind == "renewal", renewals.c.id == bindparam("renewal_id"))
    # Not the keys: whoever stores money writes a row that refers to this one, and must not wait.
    .with_for_update(of=renewals, key_share=True)
)
_SUBSCRIPTION = (
    select(subscriptions.c.id)
    .where(subscriptions.c.id == _subscription_id)
    .with_for_update(key_share=True)
)
_INVOICE = (
    select(invoices).where(invoices.c.number == _invoice_number).with_for_update(key_share=True)
)
_ORDER = (
    select(orders, issued_invoices.c.valid_until)
    .join(issued_invoices, issued_invoices.c.order_id == orders.c.id)
    .where(orders.c.id == select(_of_case.c.order_id).scalar_subquery())
)
_arrived = (
    select(
        payments.c.received_at,
        func.sum(payments.c.amount_kopecks)
        .over(order_by=(payments.c.received_at, payments.c.id))
        .label("so_far"),
    )
    .where(
        payments.c.invoice_number == _invoice_number,
        ~select(payment_reversals.c.payment_id)
        .where(payment_reversals.c.payment_id == payments.c.id)
        .exists(),
    )
    .subquery()
)
_due = select(invoices.c.total_kopecks).where(invoices.c.number == _invoice_number)
_WHOLE_AT = select(func.min(_arrived.c.received_at).label("whole_at")).where(
    _arrived.c.so_far >= _due.scalar_subquery()
)
_LATEST_TERM = (
    select(terms)
    .where(terms.c.subscription_id == _subscription_id, terms.c.withdrawn_at.is_(None))
    .order_by(terms.c.ends_on.desc(), terms.c.starts_on.desc())
    .limit(1)
)
_TERM = (
    select(terms.c.starts_on, terms.c.stopped_on, clients.c.time_zone)
    .select_from(clients)
    .outerjoin(terms, terms.c.id == bindparam("term_id"))
    .where(clients.c.id == bindparam("client_id"))
)
_POLICY = (
    select(policies)
    .where(policies.c.kind == "renewal", policies.c.valid_from <= bindparam("at"))
    .order_by(policies.c.version.desc())
    .limit(1)
)
_NEW_ORDER = (
    select(orders, tariffs.c.title.label("tariff_title"), issued_invoices.c.invoice_number)
    .join(tariffs, tariffs.c.code == orders.c.tariff_code)
    .outerjoin(issued_invoices, issued_invoices.c.order_id == orders.c.id)
    .where(orders.c.id == bindparam("order_id"))
)
_PERIOD = (
    update(invoice_lines)
    .where(invoice_lines.c.invoice_number == bindparam("number"))
    .values(period_start=bindparam("first"), period_end=bindparam("last"))
)
_OUR_OWN_DOING = (CardEnd.STOPPED, CardEnd.INVOICE_PAID, CardEnd.INVOICE_VOID)
_notified_of_card = (
    select(renewal_history.c.number)
    .where(
        renewal_history.c.renewal_id == bindparam("renewal_id"),
        renewal_history.c.reason == Ending.CARD_REFUSED,
        renewal_history.c.at >= invoices.c.created_at,
    )
    .exists()
)
_CARD_REFUSED = (
    select(card_payments.c.reason)
    .join(invoices, invoices.c.number == card_payments.c.invoice_number)
    .where(
        card_payments.c.order_id == select(_of_case.c.order_id).scalar_subquery(),
        card_payments.c.status == CardStatus.CANCELLED,
        card_payments.c.reason.not_in(
            (CardEnd.STOPPED, CardEnd.INVOICE_PAID, CardEnd.INVOICE_VOID)
        ),
        ~_notified_of_card,
    )
)
_CLAIM = select(payment_claims.c.id, payment_claims.c.renewal_id).where(
    payment_claims.c.id == bindparam("claim_id")
)
_NEXT_TERM = (
    select(terms)
    .where(terms.c.id == select(_of_case.c.next_term_id).scalar_subquery())
    # A refund that takes the term back before it begins, and its beginning, wait for each other.
    .with_for_update(key_share=True)
)
_TAKE_TERM = (
    update(renewals)
    .where(renewals.c.id == bindparam("renewal_id"), renewals.c.term_id != bindparam("taken_id"))
    .values(term_id=bindparam("taken_id"))
    .returning(renewals.c.version)
)
_PUT_TERM = insert(terms)
_OF_CASE = (
    *(_CASE, _SUBSCRIPTION, _INVOICE, _ORDER, _WHOLE_AT),
    *(_LATEST_TERM, _NEXT_TERM, _CARD_REFUSED),
)
"""In this order: each lock before what it guards is read."""


@dataclass(frozen=True)
class RenewalCase:
    """A locked case and what judging a change of it needs.

    `invoice` and `order` are of the open order; `whole_on` is the bank's day of the payment that
    made the invoice whole, None until one did. `latest_term` is the last one of the subscription
    that was not withdrawn, `next_term` the one that the case has sold. `card_refused` says why the
    order's card payment failed, until the client has been told.
    """

    row: Row
    policy: RenewalPolicy
    calendar: BankCalendar
    invoice: Row | None
    order: Row | None
    whole_on: date | None
    latest_term: Row | None
    next_term: Row | None
    card_refused: str | None
    papers: Sequence[Sequence[Row]]
    replayed_result: RenewalTransitionResult | None = None

    @property
    def status(self) -> RenewalStatus:
        """The status before the change."""
        return RenewalStatus(self.row.status)

    @property
    def is_paid(self) -> bool:
        """Whether the open invoice is paid in full."""
        invoice = self.invoice
        return (
            invoice is not None
            and invoice.voided_at is None
            and invoice.paid_kopecks >= invoice.total_kopecks
        )

    @property
    def paid_kopecks(self) -> int:
        """What has come in for the open invoice."""
        return 0 if self.invoice is None else int(self.invoice.paid_kopecks)

    @property
    def facts(self) -> RenewalFacts:
        """What the case's waits and reminders depend on."""
        return RenewalFacts(
            opened_at=self.row.opened_at,
            zone=ZoneInfo(self.row.time_zone),
            term_starts_on=self.row.term_starts_on,
            term_ends_on=self.row.term_ends_on,
            stopped_on=self.row.stopped_on,
            ordered_at=None if self.invoice is None else self.invoice.created_at,
            valid_until=None if self.order is None else self.order.valid_until,
            claimed_until=self.row.claimed_until,
        )

    @property
    def is_continued(self) -> bool:
        """Whether another case has sold the subscription a later term: nothing is to be renewed."""
        latest, ends_on = self.latest_term, self.row.term_ends_on
        if latest is None or ends_on is None or latest.id == self.row.next_term_id:
            return False
        return bool(latest.starts_on > ends_on and latest.stop_reason != StopReason.UNPAID)

    @property
    def is_next_unpaid(self) -> bool:
        """Whether the term that the case has sold was stopped because its payment was undone."""
        return self.next_term is not None and self.next_term.stop_reason == StopReason.UNPAID


async def load(transaction: Transaction, change: RenewalChange, *papers: Query) -> RenewalCase:
    """Locks a case, its subscription and its invoice, and reads in one round trip all that the
    change is judged by: no money comes in between judging and storing.

    `replayed_result` is the answer to give when the case has gone on already. Raises
    `CaseDiverged` for a number that nothing in the stored history leads to.
    """
    since_known = STORE.since(change.renewal_id, change)
    case = await look_at(transaction, change.renewal_id, since_known, *papers)
    since, *found = case.papers
    replay_check = STORE.replay_check(change.renewal_id, change, since)
    return replace(case, replayed_result=replay_check.replayed_result, papers=found)


async def look_at(transaction: Transaction, renewal_id: str, *papers: Query) -> RenewalCase:
    """The same for a step that changes nothing of the case, such as a reminder."""
    key = {"renewal_id": renewal_id}
    queries = [(one, key) for one in _OF_CASE]
    (
        (row,),
        _,
        invoice,
        order,
        ((whole_at,),),
        latest,
        following,
        refused,
        overrides,
        years,
        *found,
    ) = await transaction.read(*queries, OVERRIDES, YEARS, *papers)
    return RenewalCase(
        row=row,
        policy=RenewalPolicy.from_document(row.policy_version, row.document),
        calendar=calendar_from(overrides, years),
        invoice=invoice[0] if invoice else None,
        order=order[0] if order else None,
        whole_on=None if whole_at is None else moscow_date(whole_at),
        latest_term=latest[0] if latest else None,
        next_term=following[0] if following else None,
        card_refused=refused[0].reason if refused else None,
        papers=found,
    )


def stored(renewal_id: str) -> Query:
    """What the last change of a case answered; no row for a case that is not there."""
    return STORE.latest(renewal_id)


def answer_of(found: Sequence[Row]) -> RenewalTransitionResult | None:
    """Where a case is, from the rows of `stored`; None for a case that is not there."""
    return STORE.answer_from(found)


def opening_facts(opening: RenewalOpening) -> tuple[Query, Query]:
    """The term that a new case renews, with its client's zone; and the policy that is valid."""
    request = opening.request
    return (
        (_TERM, {"term_id": uuid_of(request.term_id), "client_id": request.client_id}),
        (_POLICY, {"at": opening.at}),
    )


def take_term(renewal_id: str, term_id: str | None) -> Query:
    """Has a stored case watch another term of the same last day, as the one that it watched was
    stopped; a row with its `version` where it did not watch that term yet.
    """
    return _TAKE_TERM, {"renewal_id": renewal_id, "taken_id": uuid_of(term_id)}


def new_order(order_id: str | None) -> Query:
    """An order as its client placed it; `invoice_number` when it has an invoice already."""
    return _NEW_ORDER, {"order_id": uuid_of(order_id)}


def claim(claim_id: str | None) -> Query:
    """The client's word that a payment is on its way."""
    return _CLAIM, {"claim_id": uuid_of(claim_id)}


def put_term(
    transaction: Transaction, case: RenewalCase, term_id: UUID, days: TermDays, at: datetime
) -> None:
    """Stores the term that was paid for, and says on the invoice's line when it is served: a refund
    counts its unused days by that.
    """
    if case.order is None or case.invoice is None:
        raise ValueError("a term is paid for by an invoice")
    transaction.write(
        _PUT_TERM,
        id=term_id,
        subscription_id=case.row.subscription_id,
        tariff_code=case.order.tariff_code,
        units=case.order.units,
        starts_on=days.starts_on,
        ends_on=days.ends_on,
        anchored_on=days.anchored_on,
        invoice_number=case.invoice.number,
        created_at=at,
    )
    transaction.write(_PERIOD, number=case.invoice.number, first=days.starts_on, last=days.ends_on)
