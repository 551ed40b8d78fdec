"""What stands beside a thread at the desk: the client's refunds, orders, subscriptions and tickets;
and a refund in the words that its client is answered with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from db.billing import invoice as invoices
from db.billing.invoice import InvoiceRow
from db.case.case_list import Turn
from db.database import Database
from db.refund import reads as refunds
from db.refund.reads import CaseFilter
from db.refund.rows import RefundInList
from db.subscription import subscription
from db.subscription.subscription_queries import SubscriptionInList
from db.ticket import lists
from db.ticket.lists import TicketFilter
from db.ticket.reads import TicketRow
from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from texts import Language, day, deadline, rubles, translate
from texts.status import status_title

SHOWN = 5
"""Rows of each kind; the client's own page has all of them."""
LOOKED_THROUGH = 50
"""The latest refunds among which the one is looked for that a ticket is about."""


@dataclass(frozen=True)
class ClientContext:
    """The latest of each kind."""

    refunds: Sequence[RefundInList]
    orders: Sequence[InvoiceRow]
    subscriptions: Sequence[SubscriptionInList]
    tickets: Sequence[TicketRow]


async def context_of(database: Database, ticket: TicketRow) -> ClientContext:
    """The context of a ticket; the refund that it is about, or of its order, stands first."""
    client_id, now = ticket.client_id, datetime.now(UTC)
    cases, orders, subscriptions, tickets = await database.read(
        refunds.listed(CaseFilter(Turn(now), client_id=client_id), LOOKED_THROUGH),
        invoices.latest_of(client_id, SHOWN),
        subscription.listed(moscow_date(now), client_id, SHOWN),
        lists.listed(TicketFilter(client_id=client_id), SHOWN + 1),
    )
    named = [one for one in cases if _is_named(one, ticket)]
    ordered = [*named, *(one for one in cases if one not in named)]
    earlier = [one for one in tickets if one.id != ticket.id]
    return ClientContext(ordered[:SHOWN], orders, subscriptions, earlier[:SHOWN])


def refund_in_words(case: RefundInList, language: Language) -> str:
    """«Где мой возврат?»: what a client is answered, from the case as it is now."""
    status = status_title("refund", case.status, language, Role.CLIENT)
    parts = [translate("ticket.refund.status", language, number=case.invoice_number, status=status)]
    if case.sum_kopecks and case.refusal is None:
        parts.append(translate("ticket.refund.sum", language, sum=rubles(case.sum_kopecks)))
    if case.paid_on is not None and case.credit_by is not None:
        paid_on, credit_by = day(case.paid_on), day(case.credit_by)
        parts.append(
            translate("ticket.refund.paid", language, paid_on=paid_on, credit_by=credit_by)
        )
    elif case.waiting_for is not None and case.wait_until is not None:
        key = "client" if case.waiting_for == Role.CLIENT else "ours"
        until = deadline(case.wait_until, language)
        parts.append(translate(f"ticket.refund.until.{key}", language, until=until))
    return " ".join(parts)


def _is_named(case: RefundInList, ticket: TicketRow) -> bool:
    return case.id == ticket.refund_id or case.invoice_number == ticket.invoice_number
