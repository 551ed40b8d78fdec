"""Inquiries about a case's money as callers see them, with the trace of the payout."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from db.case import policy as policies
from db.database import Database
from db.payout import trace as traces
from db.payout.trace import trace_from
from db.refund import inquiry as inquiries
from db.refund.inquiry import InquiryRow
from db.refund.rows import RefundHead
from domain.access.roles import OUTSIDERS
from domain.payout.trace import PayoutTrace
from domain.refund.inquiry import InquiryEnd, first_day
from domain.refund.refund import RefundStatus
from starter.caller import Caller
from starter.commands.refund.inquiry import inquiry_grounds
from starter.presentation.refund.presenters import login_of
from starter.presentation.refund.schemas import InquiryShown, TraceShown
from texts import Language, translate
from texts.trace import trace_words


@dataclass(frozen=True)
class Inquiries:
    """A case's inquiries, from which day a client may ask, and whether it may now."""

    shown: list[InquiryShown]
    first_day: date | None = None
    is_open_to_client: bool = False


async def inquiries_of(
    database: Database, head: RefundHead, caller: Caller, language: Language
) -> Inquiries:
    """The inquiries of a case, none where nothing was ever paid, which needs no look."""
    if head.first_paid_on is None:
        return Inquiries([])
    now = datetime.now(UTC)
    taken, found, policy = await database.read(
        inquiries.of_case(head.id), traces.of_case(head.id), policies.inquiry_valid_at(now)
    )
    by_attempt = {row.attempt: trace_from(row) for row in found}
    return Inquiries(
        [_shown(row, head, by_attempt, caller, language) for row in taken],
        None if head.credit_by is None else first_day(head.credit_by),
        inquiry_grounds(head, taken, found, policy).refusal(now) is None,
    )


def trace_of(trace: PayoutTrace, caller: Caller, language: Language) -> TraceShown:
    """A trace; what contradicts the payment is for staff."""
    contradiction = None if caller.role in OUTSIDERS else trace.contradiction
    title = f"trace.contradiction.{contradiction}"
    return TraceShown(
        attempt=trace.attempt,
        way=trace.way,
        way_title=translate(f"way.{trace.way}", language),
        amount=trace.amount_kopecks,
        paid_on=trace.paid_on,
        acquirer_refund=trace.acquirer_refund,
        rrn=trace.rrn,
        order_number=trace.order_number,
        order_day=trace.order_day,
        bank_name=trace.bank_name,
        debited_on=trace.debited_on,
        returned_on=trace.returned_on,
        suspect_on=None if contradiction is None else trace.suspect_on,
        contradiction=contradiction,
        contradiction_title=None if contradiction is None else translate(title, language),
        text=trace_words(trace, language),
    )


def _shown(
    row: InquiryRow,
    head: RefundHead,
    by_attempt: Mapping[int, PayoutTrace],
    caller: Caller,
    language: Language,
) -> InquiryShown:
    end = _end_of(row)
    is_told = caller.role not in OUTSIDERS or end is InquiryEnd.ANSWERED
    trace = by_attempt[row.attempt] if is_told else None
    return InquiryShown(
        id=row.id,
        asked_at=row.asked_at,
        checked_on=row.checked_on,
        looked_at=row.looked_at,
        comment=row.comment,
        login=login_of(row.asked_by, caller),
        wait_until=head.wait_until if end is None else None,
        ended_at=row.ended_at,
        ended_as=end,
        ended_by=None if row.ended_by is None else login_of(row.ended_by, caller),
        title=translate(f"inquiry.{end or 'open'}", language),
        answer=row.answer if is_told else None,
        trace=None if trace is None else trace_of(trace, caller, language),
    )


def _end_of(row: InquiryRow) -> InquiryEnd | None:
    """How it ended: money that comes back ends it whatever the bank's reason."""
    if row.ended_in is None:
        return None
    if row.ended_in == RefundStatus.COMPLETED:
        return InquiryEnd(row.end_reason or "")
    return InquiryEnd.RETURNED
