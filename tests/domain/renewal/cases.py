"""Renewals as a change may find them."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.billing.surplus import Surplus
from domain.calendar.bank_calendar import BankCalendar
from domain.renewal.case import OrderInvoice, RenewalCase, StoredTerm
from domain.renewal.policy import RenewalPolicy
from domain.renewal.renewal import RenewalChange, RenewalStatus
from domain.renewal.waits import RenewalFacts, start_of_moscow_day
from domain.subscription.term import StopReason

VERSIONS = Path(__file__).parents[3] / "db/migrations/versions"
DOCUMENT = json.loads((VERSIONS / "0012_renewal_policy.json").read_text("utf-8"))
POLICY = RenewalPolicy.from_document(1, DOCUMENT)
DAY = timedelta(days=1)
STARTS_ON, ENDS_ON = date(2025, 5, 1), date(2026, 4, 30)
EXPIRY = start_of_moscow_day(ENDS_ON + DAY)
GRACE_END = EXPIRY + timedelta(days=POLICY.grace_days)
PRICE_KOPECKS = 12_000_00
ORDERED_AT = EXPIRY - 20 * DAY
TERM = StoredTerm(UUID(int=1), STARTS_ON, ENDS_ON, STARTS_ON)
NEXT = StoredTerm(UUID(int=2), ENDS_ON + DAY, date(2027, 4, 30), ENDS_ON + DAY)
UNPAID_NEXT = replace(NEXT, stopped_on=ENDS_ON + 20 * DAY, stop_reason=StopReason.UNPAID)
FACTS = RenewalFacts(EXPIRY - 360 * DAY, ZoneInfo("Europe/Moscow"), STARTS_ON, ENDS_ON)
STATUSES_WITH_ORDER = (
    RenewalStatus.AWAITING_PAYMENT,
    RenewalStatus.CHECKING_PAYMENT,
    RenewalStatus.PAID,
    RenewalStatus.RENEWED,
)


def invoice(paid_kopecks: int = 0, **changes: Any) -> OrderInvoice:
    """The invoice of an order of 11 April; whole since the 15th once it is paid in full."""
    number = "KP-2026-000001"
    found = OrderInvoice(
        number=number,
        order_id=UUID(int=7),
        total_kopecks=PRICE_KOPECKS,
        paid_kopecks=paid_kopecks,
        is_void=False,
        by_card=False,
        tariff_code="400",
        units=400,
        months=12,
        ordered_at=ORDERED_AT,
        valid_until=ORDERED_AT.date() + 10 * DAY,
        surplus=Surplus(number, "c-1", paid_kopecks, 0, 0, 0),
        whole_on=date(2026, 4, 15) if paid_kopecks >= PRICE_KOPECKS else None,
    )
    return replace(found, **changes)


def case(
    status: RenewalStatus,
    order: OrderInvoice | None = None,
    stopped_on: date | None = None,
    **changes: Any,
) -> RenewalCase:
    """A case of a year that ends on 30 April 2026, in a status since 11 April."""
    if order is None and status in STATUSES_WITH_ORDER:
        order = invoice()
    facts = replace(
        FACTS,
        stopped_on=stopped_on,
        ordered_at=None if order is None else order.ordered_at,
        valid_until=None if order is None else order.valid_until,
    )
    found = RenewalCase(
        id="renewal-sub-1-2026-04-30",
        subscription_id="sub-1",
        client_id="c-1",
        title="Компас",
        version=4,
        status=status,
        changed_at=ORDERED_AT,
        closed_at=None,
        wait_until=EXPIRY,
        seen_kopecks=0,
        facts=facts,
        policy=POLICY,
        calendar=BankCalendar(),
        invoice=order,
        latest_term=TERM,
    )
    return replace(found, **changes)


def paid(status: RenewalStatus, **changes: Any) -> RenewalCase:
    """A case whose invoice is paid in full."""
    return case(status, invoice(PRICE_KOPECKS), **changes)


def claimed(found: RenewalCase, until: datetime) -> RenewalCase:
    """The same case while the payment is said to be on its way."""
    return replace(found, facts=replace(found.facts, claimed_until=until))


def change(at: datetime, reason: str | None = None) -> RenewalChange:
    """The next change of a case."""
    return RenewalChange("renewal-sub-1-2026-04-30", 5, at, reason=reason)
