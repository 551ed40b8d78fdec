"""Refunds as a change may find them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from domain.access.roles import Role
from domain.billing.invoice import PaymentMethod
from domain.billing.requisites import ClientKind
from domain.calendar.bank_calendar import BankCalendar
from domain.case.transition import Transition
from domain.case.waiting import Wait
from domain.payout.payout import Channel, PayoutAttempt, PayoutStatus, RefundablePayment
from domain.refund.case import RefundCase, RefundTransition
from domain.refund.refund import Change, RefundKind, RefundStatus, TransitionResult
from domain.refund.service import ServiceOutcome
from domain.subscription.term import InvoiceTerm
from tests.domain.refund.test_policy import POLICY

AT = datetime(2026, 4, 20, 9, tzinfo=UTC)
TODAY = date(2026, 4, 20)
SUM_KOPECKS = 10_000_00
SPECIALIST, ACCOUNTANT = "petrova", "kuznetsova"
CALCULATION, STATEMENT = UUID(int=1), UUID(int=2)
OPEN_UNTIL = datetime(2026, 5, 1, 21, tzinfo=UTC)
STARTS_ON, ENDS_ON = date(2026, 3, 1), date(2027, 2, 28)
STOPS_ON = date(2026, 4, 20)
SERVICE = ServiceOutcome(STARTS_ON, ENDS_ON, STOPS_ON)
TERM = InvoiceTerm(UUID(int=3), STARTS_ON, ENDS_ON, renewal_id="renewal-sub-1-2027-02-28")
CARD = RefundablePayment("p-1", PaymentMethod.BANK_CARD, date(2026, 4, 1), SUM_KOPECKS, "2d-1")
TRANSFER = RefundablePayment("p-2", PaymentMethod.BANK_TRANSFER, date(2026, 4, 1), SUM_KOPECKS)


def case(status: RefundStatus, **changes: Any) -> RefundCase:
    """A case of the fourth change whose sum a specialist has calculated and the client signed."""
    wait = Wait(Role.CLIENT, OPEN_UNTIL)
    found = RefundCase(
        id="refund-A-1-1",
        invoice_number="A-1",
        client_id="c-1",
        client_kind=ClientKind.COMPANY,
        kind=RefundKind.INVOICE,
        status=status,
        sum_kopecks=SUM_KOPECKS,
        changed_at=AT,
        policy=POLICY,
        calendar=BankCalendar(),
        latest=TransitionResult(status, changes=4, wait=wait, sum_kopecks=SUM_KOPECKS),
        calculation_id=CALCULATION,
        calculated_by=SPECIALIST,
        statement_id=STATEMENT,
        wait_until=OPEN_UNTIL,
    )
    return replace(found, **changes)


def change(by: str = ACCOUNTANT, **changes: Any) -> Change:
    """The fifth change of the case."""
    return Change("refund-A-1-1", 5, AT, by, **changes)


def attempt(status: PayoutStatus, **changes: Any) -> PayoutAttempt:
    """The first payout attempt of the case, by the acquirer."""
    found = PayoutAttempt(
        case_id="refund-A-1-1",
        attempt=1,
        channel=Channel.ACQUIRER,
        status=status,
        amount_kopecks=SUM_KOPECKS,
        prepared_at=AT,
        version=2,
        method=PaymentMethod.BANK_CARD,
        acquirer_payment_id="2d-1",
        cleared_at=AT,
    )
    return replace(found, **changes)


def made(judged: RefundTransition | TransitionResult | None) -> RefundTransition:
    """What was judged, as a change that is stored."""
    assert isinstance(judged, Transition)
    return judged


def refused(judged: RefundTransition | TransitionResult) -> str | None:
    """Why nothing is stored; the case stays where its last change left it."""
    assert isinstance(judged, TransitionResult)
    assert judged.changes == 4
    return judged.refusal


def letters(transition: RefundTransition) -> list[str]:
    """The templates of the letters, the client's first."""
    return [notice.template for notice in transition.notices]
