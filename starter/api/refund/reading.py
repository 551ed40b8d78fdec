"""One refund case in full over HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from db.payout.attempt import AttemptsRow, PaymentRow
from db.payout.payout_list import ShownPayout
from db.refund import reads as cases_in
from db.refund import statement as statements_in
from db.refund.rows import (
    CalculationRow,
    DeductionRow,
    FeedbackRow,
    RefundHead,
    RefundHistoryRow,
    RefundRow,
    StatementRow,
)
from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.refund.refund import RefundKind, RefundStatus, TransitionResult, actions_for
from starter.access import require_visible
from starter.api.http.auth import Caller
from starter.api.http.route import CurrentCaller, DatabaseDep, LanguageDep, SettingsDep, router
from starter.api.refund.calculation_presenters import calculation_of
from starter.api.refund.case import CaseState, RefundId, state_of
from starter.api.refund.presenters import (
    action_of,
    feedback_of,
    payout_of,
    statement_of,
    timeline_row_of,
)
from starter.api.refund.schemas import (
    CalculationShown,
    CaseInFull,
    FeedbackShown,
    PayoutShown,
    StatementShown,
    TimelineRow,
)
from starter.commands.refund.feedback import feedback_refusal
from starter.commands.refund.way import way_facts, way_now
from starter.connection import web_ui_of
from texts import Language, translate

routes = router("refunds")


@dataclass(frozen=True)
class Found:
    """What is shown of a case, read in one round trip: each query sees the changes stored until
    then, so a change that comes meanwhile may be in some of the rows only.
    """

    heads: Sequence[RefundHead]
    history: Sequence[RefundHistoryRow]
    calculations: Sequence[CalculationRow]
    deductions: Sequence[DeductionRow]
    statements: Sequence[StatementRow]
    payouts: Sequence[ShownPayout]
    feedback: Sequence[FeedbackRow]
    payments: Sequence[PaymentRow]
    attempts: Sequence[AttemptsRow]


@routes.get("/v1/refunds/{refund_id}", summary="A case in full")
async def read_refund(
    refund_id: RefundId,
    caller: CurrentCaller,
    database: DatabaseDep,
    language: LanguageDep,
    settings: SettingsDep,
) -> CaseInFull:
    """Its state, its history, and what this caller may do now."""
    found = Found(
        *await database.read(
            cases_in.head(refund_id),
            cases_in.history(refund_id),
            cases_in.calculation(refund_id),
            cases_in.deductions(refund_id),
            statements_in.latest(refund_id),
            cases_in.payouts_of(refund_id),
            cases_in.feedback_of(refund_id),
            *way_facts(refund_id),
        )
    )
    head = require_visible(caller, found.heads)
    web_ui = web_ui_of(settings, refund_id) if caller.role is Role.OPERATOR else None
    return _in_full(head, found, caller, language, web_ui)


def _in_full(
    head: RefundHead, found: Found, caller: Caller, language: Language, web_ui: str | None
) -> CaseInFull:
    way = way_now(head, found.payouts, found.payments, found.attempts)
    return CaseInFull(
        **dict(state_of_row(head, language)),
        kind=RefundKind(head.kind),
        invoice_number=head.invoice_number,
        client_id=head.client_id,
        client_name=head.client_name,
        opened_at=head.opened_at,
        changed_at=head.changed_at,
        closed_at=head.closed_at,
        stopped_on=head.stopped_on,
        paid_on=head.paid_on,
        credit_by=head.credit_by,
        refusal=head.refusal,
        calculation=_calculation(head, found, caller, language),
        statement=_statement(found, caller),
        way=way,
        way_title=None if way is None else translate(f"way.{way}", language),
        payouts=_payouts(found, caller, language),
        timeline=_timeline(found, caller, language),
        feedback=_feedback(found),
        actions=[
            action_of(head.id, action, language)
            for action in actions_for(
                RefundStatus(head.status), caller.role, feedback_open=is_feedback_open(head, found)
            )
        ],
        web_ui=web_ui,
    )


def is_feedback_open(head: RefundHead, found: Found) -> bool:
    """Whether the client may leave feedback now: the case was closed recently, and has none."""
    return not found.feedback and feedback_refusal(head, datetime.now(UTC)) is None


def state_of_row(head: RefundRow, language: Language) -> CaseState:
    """The state of a case, from its row."""
    wait = None
    if head.waiting_for is not None and head.wait_until is not None:
        wait = Wait(Role(head.waiting_for), head.wait_until)
    result = TransitionResult(RefundStatus(head.status), wait=wait, sum_kopecks=head.sum_kopecks)
    return state_of(head.id, result, language)


def _calculation(
    head: RefundHead, found: Found, caller: Caller, language: Language
) -> CalculationShown | None:
    """The client sees the calculation in force; only staff see the proposal."""
    if not found.calculations:
        return None
    (row,) = found.calculations
    holds = row.id == head.calculation_id
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
