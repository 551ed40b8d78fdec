"""The facts that a refund request is judged by, read at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from db.billing import invoice as invoices
from db.case import policy as policies
from db.database import Database
from db.refund import limits as refund_limits
from db.refund import reads as cases_in
from db.refund.rows import CaseOfInvoice
from db.subscription.term import use_after_stop, use_from
from domain.billing.invoice import Invoice
from domain.calendar.bank_calendar import moscow_date
from domain.refund.calculation import Calculation, CalculationInputs, calculate
from domain.refund.conditions import Refusal, refusal
from domain.refund.line import UseAfterStop
from domain.refund.policy import RefundPolicy
from domain.refund.refund import AskedLine, RefundKind
from starter.caller import Caller
from starter.commands.refusal import not_found


@dataclass(frozen=True)
class Grounds:
    """The invoice, its cases, the policy in force, other refunds to the client."""

    invoice: Invoice
    cases: Sequence[CaseOfInvoice]
    policy: RefundPolicy
    today: date
    client_kopecks: int = 0
    use_after_stop: UseAfterStop | None = None

    @property
    def open_refund_id(self) -> str | None:
        """The open case of the invoice that has not reached its payout, if any."""
        before_payout = cases_in.open_cases(self.cases)
        return before_payout[0].id if before_payout else None

    def refusal(
        self,
        asked: Sequence[AskedLine],
        stopped_on: date | None,
        kind: RefundKind = RefundKind.INVOICE,
    ) -> Refusal | None:
        """The first condition that the request does not meet; a sum of zero is one."""
        found = refusal(self.invoice, asked, self.today, self.policy, kind)
        if kind is RefundKind.SURPLUS:
            return found
        if found is not None:
            return found
        calculation = self.calculation(asked, stopped_on)
        nothing = calculation.sum_kopecks == 0 and calculation.specialist_reason is None
        return Refusal.NOTHING_TO_REFUND if nothing else None

    def calculation(self, asked: Sequence[AskedLine], stopped_on: date | None) -> Calculation:
        """The calculation that the request would lead to."""
        inputs = CalculationInputs(
            self.invoice,
            tuple(asked),
            stopped_on or self.today,
            client_kopecks=self.client_kopecks,
            use_after_stop=self.use_after_stop,
        )
        return calculate(inputs, self.policy)

    def wrong_day(self, stopped_on: date | None) -> str | None:
        """The code of the error of a day of stopping; None when the day is valid."""
        if stopped_on is None or self.invoice.issued_on <= stopped_on <= self.today:
            return None
        late = stopped_on > self.today
        return "stopped_on_in_future" if late else "stopped_on_before_invoice"


async def grounds_of(
    database: Database, caller: Caller, invoice_number: str, stopped_on: date | None
) -> Grounds:
    """Reads the grounds in one query batch; another client's invoice is `invoice_unknown`."""
    now = datetime.now(UTC)
    today = moscow_date(now)
    heads, lines, cases, (policy,), beside, use = await database.read(
        *invoices.facts(invoice_number),
        cases_in.of_invoice(invoice_number),
        policies.valid_at(now),
        refund_limits.other_refunds(invoice_number, now),
        use_after_stop(invoice_number, stopped_on or today, today),
    )
    if not heads or heads[0].client_id != caller.client_id:
        raise not_found("invoice_unknown")
    invoice = invoices.invoice_from(heads[0], lines)
    others = refund_limits.others_from(beside)
    rules = policies.policy_from(policy)
    return Grounds(invoice, cases, rules, today, others.client_kopecks, use_from(use))
