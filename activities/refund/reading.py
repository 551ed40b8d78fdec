"""What each step of a refund reads with its case, in the order in which rows are locked."""

from dataclasses import dataclass, field

from db.billing import invoice
from db.calendar.calendar import CALENDAR
from db.case import policy
from db.facts import Reading, every, only, together
from db.payout import acquirer_refusal, attempt, trace
from db.reconciliation import acquirer_difference
from db.refund import contact, inquiry, limits, refund, submission
from db.subscription import term
from domain.calendar.bank_calendar import moscow_date
from domain.payout.payout import PayoutAttempt, PayoutRequest
from domain.payout.trace import PayoutTrace
from domain.refund.contact import ContactFacts
from domain.refund.given_back import GivenBackFacts
from domain.refund.inquiry import AnswerFacts, InquiryFacts
from domain.refund.limits import OtherRefunds
from domain.refund.opening import OpeningFacts
from domain.refund.paying import AcceptingFacts, CompletingFacts, HoldingFacts, PayingFacts
from domain.refund.refund import Change, Opening, TransitionResult, invoice_number_of
from domain.refund.transitions import ManualCalculation


@dataclass(frozen=True)
class Found:
    """What an opening finds: its facts, the case's state if it exists, and where its letters go."""

    facts: OpeningFacts
    answer: TransitionResult | None
    contact_email: str | None = field(repr=False)


def to_open(opening: Opening) -> Reading[Found]:
    """What a case is opened by, with the invoice locked first."""
    request = opening.request
    number, today = request.invoice_number, moscow_date(opening.at)
    head, lines = invoice.facts(number, locked=True)
    facts = together(
        OpeningFacts,
        together(invoice.invoice_from, only(head), every(lines)),
        only(policy.valid_at(opening.at)).to(policy.policy_from),
        CALENDAR,
        every(term.use_after_stop(number, request.stopped_on or today, today)).to(term.use_from),
        limits.counted(number, opening.at, except_refund=request.refund_id),
    )
    return together(
        Found, facts, refund.latest(request.refund_id), submission.contact(request.request_id)
    )


def to_calculate(change: Change) -> Reading[ManualCalculation]:
    """A specialist's calculation, with the other refunds counted under lock."""
    return together(_calculation, submission.calculation(change.submission_id), _others(change))


def to_accept(change: Change) -> Reading[AcceptingFacts]:
    """The facts for accepting a statement."""
    return together(
        AcceptingFacts, to_pay(change), _others(change), submission.signed_scan(change.refund_id)
    )


def to_pay(change: Change) -> Reading[PayingFacts]:
    """The facts for preparing the next payout attempt."""
    return together(
        PayingFacts,
        attempt.payments_of(invoice_number_of(change.refund_id)),
        attempt.attempts_of(change.refund_id),
        submission.remark(change.submission_id),
    )


def to_complete(change: Change) -> Reading[CompletingFacts]:
    """The attempt that was paid, and the term that the invoice sold, locked."""
    number = invoice_number_of(change.refund_id)
    return together(CompletingFacts, attempt_of(change), term.term_of_invoice(number))


def to_hold(change: Change) -> Reading[HoldingFacts]:
    """The rejected attempt and the acquirer's reason."""
    words = acquirer_refusal.words_of(PayoutRequest(change.refund_id, change.attempt))
    return together(HoldingFacts, attempt_of(change), words)


def to_book_given_back(change: Change) -> Reading[GivenBackFacts]:
    """Refunds made at the acquirer, locked, with the facts for preparing a payout."""
    number = invoice_number_of(change.refund_id)
    return together(
        GivenBackFacts,
        to_pay(change),
        acquirer_difference.open_of_invoice(number),
        term.term_of_invoice(number),
    )


def attempt_of(change: Change) -> Reading[PayoutAttempt]:
    """The payout attempt that a change is about."""
    return attempt.attempt(PayoutRequest(change.refund_id, change.attempt))


def to_inquire(change: Change) -> Reading[InquiryFacts]:
    """A written inquiry, and the trace of the payout that it is about."""
    return inquiry.written(change.submission_id, _trace(change))


def to_answer_inquiry(change: Change) -> Reading[AnswerFacts]:
    """What an accountant wrote, and the trace of the payout."""
    return together(AnswerFacts, submission.remark(change.submission_id), _trace(change))


def to_correct_contact(change: Change) -> Reading[ContactFacts]:
    """The address that the client has named, and the case's letters so far."""
    return contact.facts(change.refund_id, change.submission_id)


def _trace(change: Change) -> Reading[PayoutTrace]:
    return trace.of_attempt(PayoutRequest(change.refund_id, change.attempt))


def _others(change: Change) -> Reading[OtherRefunds]:
    number = invoice_number_of(change.refund_id)
    return limits.counted(number, change.at, except_refund=change.refund_id)


def _calculation(calculation: ManualCalculation, _: OtherRefunds) -> ManualCalculation:
    return calculation
