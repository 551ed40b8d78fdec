"""Reading cases: one in full, and lists of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import Query

from db import case as cases_in
from db import statement as statements_in
from db.database import Row
from domain.access import Role
from domain.calendar import MOSCOW
from domain.policy import RefundPolicy
from domain.refund import Entered, RefundKind, RefundStatus, actions_for
from domain.waiting import Wait
from starter.api.access import client_in_filter
from starter.api.auth import Caller
from starter.api.models import ID_PATTERN, Day
from starter.api.paging import Cursor, Limit, Page, cursor_from, key_in, malformed_cursor, page_of
from starter.api.refund.answers import (
    CalculationShown,
    CaseInFull,
    FeedbackShown,
    ListedCase,
    PayoutShown,
    StatementShown,
    TimelineRow,
)
from starter.api.refund.case import CaseState, RefundId, seen_by, state_of
from starter.api.refund.shown import (
    action_of,
    calculation_of,
    feedback_of,
    payout_of,
    statement_of,
    timeline_row_of,
)
from starter.api.route import CallerIs, Configured, Speaks, Stored, router
from starter.connection import web_ui_of
from texts import Language

routes = router("refunds")


@dataclass(frozen=True)
class Found:
    """All that is stored about a case, read at one moment."""

    head: Row
    history: Sequence[Row]
    calculations: Sequence[Row]
    deductions: Sequence[Row]
    statements: Sequence[Row]
    payouts: Sequence[Row]
    feedback: Sequence[Row]


@routes.get("/v1/refunds/{refund_id}", summary="A case in full")
async def read_refund(
    refund_id: RefundId,
    caller: CallerIs,
    database: Stored,
    language: Speaks,
    settings: Configured,
) -> CaseInFull:
    """Where the case stands, how it came there, and what this caller may do now."""
    heads, *rest = await database.read(
        cases_in.head(refund_id),
        cases_in.history(refund_id),
        cases_in.calculation(refund_id),
        cases_in.deductions(refund_id),
        statements_in.latest(refund_id),
        cases_in.payouts_of(refund_id),
        cases_in.feedback_of(refund_id),
    )
    web_ui = web_ui_of(settings, refund_id) if caller.role is Role.OPERATOR else None
    return _in_full(Found(seen_by(caller, heads), *rest), caller, language, web_ui)


@routes.get("/v1/refunds", summary="Cases, the latest opened first")
async def list_refunds(
    caller: CallerIs,
    database: Stored,
    language: Speaks,
    status: Annotated[RefundStatus | None, Query()] = None,
    client_id: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    invoice_number: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    opened_from: Annotated[Day | None, Query(description="The first day, in Moscow.")] = None,
    opened_to: Annotated[Day | None, Query(description="The last day, in Moscow.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ListedCase]:
    """A client sees its own cases only; another client's id is answered 404."""
    narrowed = cases_in.CaseFilter(
        status=status,
        client_id=client_in_filter(caller, client_id),
        invoice_number=invoice_number,
        opened_from=None if opened_from is None else _midnight(opened_from),
        opened_before=None if opened_to is None else _midnight(opened_to + timedelta(days=1)),
    )
    rows = await database.rows(cases_in.listed(narrowed, limit + 1, _after(cursor)))
    shown, last = page_of(rows, limit)
    return Page[ListedCase](
        items=[_listed(row, language) for row in shown],
        next=None if last is None else cursor_from(last.opened_at.isoformat(), last.id),
    )


def _in_full(found: Found, caller: Caller, language: Language, web_ui: str | None) -> CaseInFull:
    head = found.head
    return CaseInFull(
        **dict(_state(head, language)),
        kind=RefundKind(head.kind),
        invoice_number=head.invoice_number,
        client_id=head.client_id,
        opened_at=head.opened_at,
        changed_at=head.changed_at,
        closed_at=head.closed_at,
        stopped_on=head.stopped_on,
        paid_on=head.paid_on,
        credit_by=head.credit_by,
        refusal=head.refusal,
        calculation=_calculation(found, caller, language),
        statement=_statement(found, caller),
        payouts=_payouts(found, caller, language),
        timeline=_timeline(found, caller, language),
        feedback=_feedback(found),
        actions=[
            action_of(head.id, action, language)
            for action in actions_for(
                RefundStatus(head.status), caller.role, feedback_open=is_feedback_open(found)
            )
        ],
        web_ui=web_ui,
    )


def is_feedback_open(found: Found) -> bool:
    """Whether the client may leave feedback now: the case is closed, not for long, and has none."""
    return not found.feedback and feedback_refusal(found.head, datetime.now(UTC)) is None


def feedback_refusal(head: Row, now: datetime) -> str | None:
    """Why no feedback is taken at this moment, by the case's policy."""
    policy = RefundPolicy.from_document(head.policy_version, head.policy_document)
    if head.closed_at is None:
        return "feedback_not_yet"
    late = now > head.closed_at + timedelta(days=policy.feedback_days)
    return "feedback_closed" if late else None


def _state(head: Row, language: Language) -> CaseState:
    wait = None
    if head.waiting_for is not None:
        wait = Wait(Role(head.waiting_for), head.wait_until)
    entered = Entered(RefundStatus(head.status), wait=wait, sum_kopecks=head.sum_kopecks)
    return state_of(head.id, entered, language)


def _listed(row: Row, language: Language) -> ListedCase:
    return ListedCase(
        **dict(_state(row, language)),
        kind=RefundKind(row.kind),
        invoice_number=row.invoice_number,
        client_id=row.client_id,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        closed_at=row.closed_at,
    )


def _calculation(found: Found, caller: Caller, language: Language) -> CalculationShown | None:
    """The client sees the sum that holds; the proposal is for the staff."""
    if not found.calculations:
        return None
    (row,) = found.calculations
    holds = row.id == found.head.calculation_id
    if not holds and caller.role is Role.CLIENT:
        return None
    return calculation_of(row, found.deductions if holds else (), caller, language, holds=holds)


def _statement(found: Found, caller: Caller) -> StatementShown | None:
    return statement_of(found.statements[0], caller) if found.statements else None


def _payouts(found: Found, caller: Caller, language: Language) -> list[PayoutShown]:
    return [payout_of(row, caller, language) for row in found.payouts]


def _timeline(found: Found, caller: Caller, language: Language) -> list[TimelineRow]:
    return [timeline_row_of(row, caller, language) for row in found.history]


def _feedback(found: Found) -> FeedbackShown | None:
    return feedback_of(found.feedback[0]) if found.feedback else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), MOSCOW)


def _after(cursor: str | None) -> tuple[datetime, str] | None:
    key = key_in(cursor, 2)
    if key is None:
        return None
    try:
        opened_at = datetime.fromisoformat(key[0])
    except ValueError:
        raise malformed_cursor() from None
    if opened_at.tzinfo is None:
        raise malformed_cursor()
    return opened_at, key[1]
