"""The demo's data hold together: requisites, sums, and stories that depend on no particular day."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access.roles import Role
from domain.billing.invoice import Invoice as InvoiceFacts
from domain.billing.invoice import InvoiceLine, ProductKind
from domain.billing.requisites import Requisites, check_kpp, problems
from domain.calendar.bank_calendar import moscow_date
from domain.case.waiting import DayUnit, WaitPolicy
from domain.refund.calculation import CalculationInputs, calculate
from domain.refund.conditions import Refusal, refusal
from domain.refund.policy import RefundPolicy, Rule
from domain.refund.refund import RefundStatus
from simulation.billing_data import Client, Invoice
from simulation.dataset import (
    NEW_SHIPYARD_REQUISITES,
    NEW_VECTOR_REQUISITES,
    SHIPYARD,
    VECTOR,
    data_set,
)

DAYS = st.dates(date(2026, 1, 1), date(2199, 12, 31))
TODAY = date(2026, 11, 21)
POLICY = RefundPolicy(
    version=1,
    max_age_days=1095,
    automatic_limit_kopecks=50_000_00,
    approval_limit_kopecks=100_000_00,
    acquirer_max_age_days=365,
    acquirer_methods={},
    credit_bank_days=10,
    feedback_days=30,
    rules={
        ProductKind.SUBSCRIPTION: Rule.UNUSED_DAYS,
        ProductKind.LICENCE: Rule.UNDELIVERED,
        ProductKind.SERVICE: Rule.SPECIALIST,
    },
    waits={RefundStatus.COMPLETED: WaitPolicy(Role.BANK, DayUnit.BANK_DAYS, 10)},
)


def all_requisites() -> Sequence[tuple[Client, Requisites]]:
    own = [(client, client.requisites) for client in data_set(TODAY).clients]
    return [*own, (SHIPYARD, NEW_SHIPYARD_REQUISITES), (VECTOR, NEW_VECTOR_REQUISITES)]


@pytest.mark.parametrize(("client", "requisites"), all_requisites())
def test_every_client_can_be_paid_to_its_requisites(client: Client, requisites: Requisites) -> None:
    found = problems(
        requisites, client_kind=client.kind, client_name=client.name, client_inn=client.inn
    )
    assert found == ()
    assert client.kpp is None or check_kpp(client.kpp) is None


def test_the_set_is_as_small_as_it_is_told() -> None:
    data = data_set(TODAY)
    assert len(data.clients) == 6
    assert len(data.invoices) == len({invoice.number for invoice in data.invoices}) == 12
    acquired = [one.payment.acquirer_id for one in data.invoices if one.payment is not None]
    assert len(set(filter(None, acquired))) == len([one for one in acquired if one is not None])


@given(DAYS)
def test_what_the_policy_computes_by_itself_is_the_same_sum_on_every_day(today: date) -> None:
    data = data_set(today)
    told = [
        (data.subscription, 9_693_55),
        (data.transferred, 46_158_90),
        (data.not_started, 7_200_00),
    ]
    found = [calculate(CalculationInputs(facts(one), (), today), POLICY) for one, _ in told]
    assert [(one.sum_kopecks, one.specialist_reason) for one in found] == [
        (kopecks, None) for _, kopecks in told
    ]


@given(DAYS)
def test_the_mixed_invoice_is_a_specialists_on_every_day(today: date) -> None:
    mixed = calculate(CalculationInputs(facts(data_set(today).mixed), (), today), POLICY)
    assert mixed.specialist_reason == "mixed"
    assert mixed.lines[0].result_kopecks == 135_616_44


@given(DAYS)
def test_each_refused_invoice_is_refused_for_its_own_reason_on_every_day(today: date) -> None:
    data = data_set(today)
    told = [
        (data.unpaid, Refusal.INVOICE_NOT_PAID),
        (data.of_service_centre, Refusal.INVOICE_ISSUED_BY_SERVICE_CENTRE),
        (data.too_old, Refusal.INVOICE_TOO_OLD),
        (data.subscription, None),
        (data.mixed, None),
        (data.transferred, None),
        (data.not_started, None),
    ]
    found = [(invoice, refusal(facts(invoice), (), today, POLICY)) for invoice, _ in told]
    assert found == told


def facts(invoice: Invoice) -> InvoiceFacts:
    """The invoice as the policy judges it."""
    paid = invoice.payment
    return InvoiceFacts(
        number=invoice.number,
        client_id=invoice.client.id,
        issued_by=invoice.issued_by,
        service_centre=invoice.service_centre,
        issued_on=invoice.issued_on,
        total_kopecks=invoice.total_kopecks,
        paid_kopecks=invoice.total_kopecks if paid else 0,
        promised_kopecks=0,
        last_paid_on=moscow_date(paid.received_at) if paid else None,
        lines=tuple(
            InvoiceLine(
                line_no=number,
                title=line.title,
                kind=line.kind,
                sum_kopecks=line.sum_kopecks,
                vat_rate=line.vat_rate,
                period_start=line.period[0] if line.period else None,
                period_end=line.period[1] if line.period else None,
                delivered_on=line.delivered_on,
            )
            for number, line in enumerate(invoice.lines, start=1)
        ),
    )
