"""What a refund's steps decide and store, once the case is locked and read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from db.billing import invoice as invoices
from db.calendar.calendar import OVERRIDES, YEARS, calendar_from
from db.case import policy
from db.database import Row, Transaction
from db.payout import payout
from db.refund import limits as refund_limits
from db.refund import refund
from db.refund.refund import Case
from db.subscription.term import stop_term, use_after_stop, use_from, withdraw_term
from domain.access.roles import SYSTEM
from domain.billing.invoice import Invoice
from domain.calendar.bank_calendar import BankCalendar, end_of_moscow_day, moscow_date
from domain.case.waiting import Wait
from domain.payout.payout import Answer, Channel, Choice, PayoutRequest, PayoutStatus, Way
from domain.refund.calculation import (
    Calculation,
    CalculationInputs,
    Refusal,
    calculate,
    limit_exceeded,
    refusal,
    unknown_lines,
)
from domain.refund.limits import above_approval
from domain.refund.notices import CREDIT_DATE_MOVED, notices_for
from domain.refund.policy import RefundPolicy
from domain.refund.refund import Change, Opening, RefundStatus, TransitionResult
from domain.refund.statement import digest
from domain.subscription.term import stopped_by_refund
from texts import rubles

_NOTHING_SAID: Mapping[str, Any] = MappingProxyType({})

OPENED = 2
"""The number of an opening's second change: the first puts the case down, the second judges it."""


_REASON_NAMES = {
    RefundStatus.UNDER_REVIEW: {RefundStatus.AWAITING_STATEMENT: "remarks"},
    RefundStatus.PAYING: {
        RefundStatus.AWAITING_STATEMENT: "payout_reason",
        RefundStatus.PAYOUT_HELD: "payout_reason",
    },
    RefundStatus.COMPLETED: {RefundStatus.AWAITING_STATEMENT: "payout_reason"},
}
"""What a letter calls the reason of a move; `reason` where nothing else is said."""


async def open_case(transaction: Transaction, opening: Opening) -> TransitionResult:
    """Opens a case and enters its first waiting status, or declines it; one that is there already
    answers where it is.
    """
    request, today = opening.request, moscow_date(opening.at)
    stopped_on = request.stopped_on or today
    number = request.invoice_number
    (head,), lines, found, (policy_row,), overrides, years, use, *beside = await transaction.read(
        *invoices.facts(number, locked=True),
        refund.latest(request.refund_id),
        policy.valid_at(opening.at),
        OVERRIDES,
        YEARS,
        use_after_stop(number, stopped_on, today),
        *refund_limits.counted(number, opening.at, except_refund=request.refund_id),
    )
    known = refund.answer_from(found)
    if known:
        return known
    inputs = CalculationInputs(
        invoices.invoice_from(head, lines),
        request.asked,
        stopped_on,
        request.kind,
        refund_limits.others_from(beside[-1]).client_kopecks,
        use_from(use),
    )
    rules = policy.policy_from(policy_row)
    return _open(transaction, opening, inputs, rules, calendar_from(overrides, years))


def take_calculation(transaction: Transaction, case: Case, change: Change) -> TransitionResult:
    """Promises a specialist's sum and asks the client for the statement."""
    (calculation,), *_ = case.papers
    return transition(
        transaction,
        case,
        change,
        RefundStatus.AWAITING_STATEMENT,
        sum_kopecks=calculation.sum_kopecks,
        calculation_id=calculation.id,
        calculated_by=calculation.calculated_by,
        said={"service": calculation.trace.get("service")},
        reason=calculation.reason,
    )


def signature_matches(signed: Row, latest_statement_id: object, case: Row) -> bool:
    """Whether a signature is under the case's latest statement, its present sum and these
    requisites; a statement that was taken once serves no second time.
    """
    return bool(
        signed.refund_id == case.id
        and signed.id == latest_statement_id
        and signed.id != case.statement_id
        and signed.calculation_id == case.calculation_id
        and signed.sum_kopecks == case.sum_kopecks
        and signed.signed_sha256 == signed.content_sha256 == digest(signed.content)
    )


def transition(
    transaction: Transaction,
    case: Case,
    change: Change,
    status: RefundStatus,
    *,
    reason: str | None = None,
    sum_kopecks: int | None = None,
    wait: Wait | None = None,
    calculated_by: str | None = None,
    attempt: int = 0,
    channel: str | None = None,
    stopped_renewal: str | None = None,
    to_clear: bool = False,
    said: Mapping[str, Any] = _NOTHING_SAID,
    **columns: Any,
) -> TransitionResult:
    """Stores a move of a loaded case with its wait and its notices, which also tell what is `said`
    (JSON values).
    """
    rule = case.policy.waits.get(status)
    total = case.row.sum_kopecks if sum_kopecks is None else sum_kopecks
    if wait is None and rule is not None:
        wait = rule.starting(change.at, case.calendar)
    result = TransitionResult(
        status,
        changes=change.number,
        wait=wait,
        sum_kopecks=total,
        attempt=attempt,
        calculated_by=calculated_by or case.row.calculated_by,
        channel=channel,
        stopped_renewal=stopped_renewal,
        to_clear=to_clear,
    )
    refund.notify(
        transaction,
        notices_for(case.status, status),
        change,
        case.row.client_id,
        **{**params_of(case, result, reason=reason, **columns), **said},
    )
    if sum_kopecks is not None:
        columns["sum_kopecks"] = sum_kopecks
    return refund.transition(transaction, change, case.status, result, reason=reason, **columns)


def accept(transaction: Transaction, case: Case, change: Change) -> TransitionResult:
    """Goes on from an accepted statement: to an accountant where all that goes back, on the invoice
    or to the client, is above what is paid without an approval.
    """
    others = refund_limits.others_from(case.papers[-1])
    hit = above_approval(case.row.sum_kopecks, others, case.policy)
    if hit is not None:
        return transition(transaction, case, change, RefundStatus.AWAITING_APPROVAL, reason=hit)
    return transition_to_paying(transaction, case, change)


def send_back(transaction: Transaction, case: Case, change: Change) -> TransitionResult:
    """Frees what was promised and has a specialist calculate anew; the signed statement is void."""
    return transition(
        transaction,
        case,
        change,
        RefundStatus.AWAITING_SPECIALIST,
        reason=remark_in(case),
        sum_kopecks=0,
        calculation_id=None,
        statement_id=None,
    )


def transition_to_paying(
    transaction: Transaction,
    case: Case,
    change: Change,
    choice: Choice | None = None,
    *,
    afresh: bool = False,
) -> TransitionResult:
    """Prepares the next payout attempt by the channel that the policy chooses, or by `choice`;
    `afresh`: the acquirer is asked again where it was the last to refuse. A statement that was
    signed since names the requisites alone, and what it names stays.

    Where the acquirer brought money, the bank's order waits until what it gave back is looked at.
    """
    payments, (attempts,), *_ = case.papers
    refused = attempts.acquirer_refused and not (afresh and attempts.last_by_acquirer)
    chosen = choice or payout.choose(
        case.row, case.policy, payments, moscow_date(change.at), acquirer_refused=refused
    )
    acquired = any(payout.refundable(row).through_acquirer for row in payments)
    to_clear = acquired and chosen.channel is Channel.BANK
    request = PayoutRequest(change.refund_id, attempts.attempt + 1, to_clear=to_clear)
    payout.prepare(
        transaction,
        request,
        choice=chosen,
        statement_id=case.row.statement_id,
        amount_kopecks=case.row.sum_kopecks,
        at=change.at,
    )
    return transition(
        transaction,
        case,
        change,
        RefundStatus.PAYING,
        attempt=request.attempt,
        channel=chosen.channel,
        reason=remark_beside(case) or chosen.reason,
        to_clear=to_clear,
        said={"way": payout.way_by(chosen, payments)},
    )


def remark_beside(case: Case) -> str | None:
    """What a person wrote beside a decision about a payout; none where nobody decided."""
    _, _, *more = case.papers
    remarks = more[0] if more else ()
    return remarks[0].text if remarks else None


def reopen(
    transaction: Transaction, case: Case, change: Change, reason: str | None
) -> TransitionResult:
    """Records that the money came back, and asks the client for new requisites."""
    ((paid,),) = case.papers
    returned = Answer(PayoutStatus.RETURNED, reason=reason)
    payout.record(transaction, paid, returned, change.at, paid.settled_on)
    return transition(
        transaction,
        case,
        change,
        RefundStatus.AWAITING_STATEMENT,
        reason=reason or "returned",
        paid_on=None,
        credit_by=None,
        closed_at=None,
    )


def transition_to_completed(
    transaction: Transaction,
    case: Case,
    change: Change,
    paid_on: date,
    sold: Sequence[Sequence[Row]],
    attempt: int,
    way: Way,
) -> TransitionResult:
    """Says when the money left and until when it arrives, in bank days from the payment; the
    service whose money it was ends as it was signed. `sold` is what `term_of_invoice` found.
    """
    credit_by = case.calendar.add_bank_days(paid_on, case.policy.credit_bank_days)
    rule = case.policy.waits[RefundStatus.COMPLETED]
    return transition(
        transaction,
        case,
        change,
        RefundStatus.COMPLETED,
        wait=Wait(rule.waiting_for, end_of_moscow_day(credit_by)),
        attempt=attempt,
        stopped_renewal=_end_service(transaction, case, change, *sold),
        paid_on=paid_on,
        first_paid_on=case.row.first_paid_on or paid_on,
        said={"way": way},
        credit_by=credit_by,
    )


def _end_service(
    transaction: Transaction,
    case: Case,
    change: Change,
    sold: Sequence[Row],
    watchers: Sequence[Row],
) -> str | None:
    """Ends the term of the invoice on the day that the client has signed; the case that is to look.

    A term that is refunded from its first day, before it has begun, is as if it was never sold.
    """
    signed = None if case.service is None else case.service.stops_on
    if signed is None or not sold:
        return None
    (term,) = sold
    watcher = watchers[0] if watchers else None
    has_begun = watcher is None or watcher.term_id == term.id
    day = stopped_by_refund(term.starts_on, term.ends_on, term.stopped_on, signed)
    if signed <= term.starts_on and not has_begun:
        withdraw_term(transaction, term.id, change.at)
    elif day is not None:
        stop_term(transaction, term.id, day)
    return None if watcher is None else watcher.id


def move_deadline(transaction: Transaction, case: Case, change: Change) -> TransitionResult | None:
    """Moves an open wait in bank days to where the calendar puts it now, and tells the client."""
    columns: dict[str, Any] = {"changed_at": case.row.changed_at}
    if case.status is RefundStatus.COMPLETED:
        credit_by = case.calendar.add_bank_days(case.row.paid_on, case.policy.credit_bank_days)
        columns["credit_by"] = credit_by
        rule = case.policy.waits[RefundStatus.COMPLETED]
        wait = Wait(rule.waiting_for, end_of_moscow_day(credit_by))
    else:
        wait = case.policy.waits[case.status].starting(case.row.changed_at, case.calendar)
    if case.row.closed_at is not None or wait.until == case.row.wait_until:
        return None
    result = replace(case.latest, changes=change.number, wait=wait)
    if case.status is RefundStatus.COMPLETED:
        refund.notify(
            transaction,
            CREDIT_DATE_MOVED,
            change,
            case.row.client_id,
            **params_of(case, result, **columns),
        )
    return refund.transition(transaction, change, case.status, result, reason="calendar", **columns)


def remark_in(case: Case) -> str | None:
    """What a person wrote beside the decision that is being taken."""
    (remarks,) = case.papers
    return remarks[0].text if remarks else None


def params_of(case: Case, result: TransitionResult, **more: Any) -> dict[str, Any]:
    """What the letters about a change say, as JSON values."""
    service = case.service
    params: dict[str, Any] = {
        "invoice_number": case.row.invoice_number,
        "amount_kopecks": result.sum_kopecks,
        "service": None if service is None else service.content,
    }
    if result.wait is not None:
        params["until_at"] = result.wait.until.isoformat()
    if more.get("paid_on") is not None:
        params["payment_date_on"] = more["paid_on"].isoformat()
    if more.get("credit_by") is not None:
        params["credit_by_on"] = more["credit_by"].isoformat()
    if more.get("refusal"):
        params["refusal"] = more["refusal"]
    elif more.get("reason"):
        name = _REASON_NAMES.get(case.status, {}).get(result.status, "reason")
        params[name] = more["reason"]
    return params


def _open(
    transaction: Transaction,
    opening: Opening,
    inputs: CalculationInputs,
    rules: RefundPolicy,
    calendar: BankCalendar,
) -> TransitionResult:
    request, today = opening.request, moscow_date(opening.at)
    invoice = inputs.invoice
    change = Change(request.refund_id, OPENED, opening.at)
    refund.open_case(transaction, opening, rules, inputs.stopped_on)
    refused = refusal(invoice, request.asked, today, rules, request.kind)
    if refused is not None:
        return _decline(transaction, opening, change, refused, _details(invoice, opening, rules))
    calculation = calculate(inputs, rules)
    if calculation.sum_kopecks == 0 and calculation.specialist_reason is None:
        return _decline(transaction, opening, change, Refusal.NOTHING_TO_REFUND, {})
    calculation_id = uuid5(NAMESPACE_URL, f"{request.refund_id}/automatic")
    refund.store_calculation(
        transaction, calculation_id, request.refund_id, inputs, calculation, opening.at
    )
    return _transition_first(
        transaction, opening, change, calculation, calculation_id, rules, calendar
    )


def _transition_first(
    transaction: Transaction,
    opening: Opening,
    change: Change,
    calculation: Calculation,
    calculation_id: UUID,
    rules: RefundPolicy,
    calendar: BankCalendar,
) -> TransitionResult:
    request = opening.request
    automatic = calculation.specialist_reason is None
    status = RefundStatus.AWAITING_STATEMENT if automatic else RefundStatus.AWAITING_SPECIALIST
    result = TransitionResult(
        status,
        changes=change.number,
        wait=rules.waits[status].starting(opening.at, calendar),
        sum_kopecks=calculation.sum_kopecks if automatic else 0,
        calculated_by=SYSTEM if automatic else None,
    )
    columns = (
        {"sum_kopecks": calculation.sum_kopecks, "calculation_id": calculation_id}
        if automatic
        else {}
    )
    service = None if calculation.service is None else calculation.service.content
    _notify_first(
        transaction, request.invoice_number, request.client_id, change, result, service=service
    )
    return refund.transition(
        transaction,
        change,
        RefundStatus.CALCULATING,
        result,
        reason=calculation.specialist_reason,
        **columns,
    )


def _details(invoice: Invoice, opening: Opening, rules: RefundPolicy) -> dict[str, Any]:
    """What the texts of the refusals name."""
    unknown = unknown_lines(invoice, opening.request.asked)
    exceeded = None if unknown else limit_exceeded(invoice, opening.request.asked)
    return {
        "centre": invoice.service_centre or "",
        "days": rules.max_age_days,
        "limit": rubles(max(0, invoice.left_kopecks) if exceeded is None else exceeded),
        "lines": ", ".join(map(str, unknown)),
    }


def _decline(
    transaction: Transaction,
    opening: Opening,
    change: Change,
    refused: Refusal,
    details: dict[str, Any],
) -> TransitionResult:
    request = opening.request
    result = TransitionResult(RefundStatus.DECLINED, changes=change.number, refusal=refused)
    _notify_first(transaction, request.invoice_number, request.client_id, change, result, **details)
    return refund.transition(
        transaction,
        change,
        RefundStatus.CALCULATING,
        result,
        reason=refused,
        refusal=refused,
        closed_at=opening.at,
    )


def _notify_first(
    transaction: Transaction,
    invoice_number: str,
    client_id: str,
    change: Change,
    result: TransitionResult,
    **details: Any,
) -> None:
    params: dict[str, Any] = {
        "invoice_number": invoice_number,
        "amount_kopecks": result.sum_kopecks,
        **details,
    }
    if result.wait is not None:
        params["until_at"] = result.wait.until.isoformat()
    if result.refusal is not None:
        params["refusal"] = result.refusal
    notices = notices_for(RefundStatus.CALCULATING, result.status)
    refund.notify(transaction, notices, change, client_id, **params)
