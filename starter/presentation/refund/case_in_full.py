"""One refund case in full: its state, its history, and what the caller may do now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from db.database import Database
from db.facts import load
from db.payout.attempt import AttemptsRow, PaymentRow
from db.payout.payout_list import ShownPayout
from db.refund import contact as contacts
from db.refund import reads as cases_in
from db.refund import statement as statements_in
from db.refund.contact import ContactRow
from db.refund.rows import (
    CalculationRow,
    DeductionRow,
    FeedbackRow,
    RefundHead,
    RefundHistoryRow,
    StatementRow,
)
from db.refund.submission import signed_scan
from domain.access.requisites_read import ShownAs
from domain.access.roles import Role
from domain.refund.contact import contact_refusal
from domain.refund.policy import RefundPolicy
from domain.refund.refund import Action, RefundKind, RefundStatus, actions_for
from domain.refund.scan import not_acceptable
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.refund.feedback import feedback_refusal
from starter.commands.refund.way import way_facts, way_now
from starter.presentation.refund.calculation_presenters import calculation_of
from starter.presentation.refund.calculation_schemas import CalculationShown
from starter.presentation.refund.inquiry import inquiries_of
from starter.presentation.refund.presenters import (
    feedback_of,
    letters_to,
    payout_of,
    statement_of,
    timeline_row_of,
)
from starter.presentation.refund.schemas import ActionShown, CaseInFull
from starter.presentation.refund.state import state_of_row
from starter.presentation.requisites import record_read
from texts import Language, translate

ShowAction = Callable[[str, Action, Language], ActionShown]
"""The request that an action is at a door: case id, action, language."""


@dataclass(frozen=True)
class Found:
    """All that is shown of a case, read in one round trip: each query sees what is stored by then,
    so a change that comes meanwhile may be in some of the rows only.
    """

    heads: Sequence[RefundHead]
    history: Sequence[RefundHistoryRow]
    calculations: Sequence[CalculationRow]
    deductions: Sequence[DeductionRow]
    statements: Sequence[StatementRow]
    payouts: Sequence[ShownPayout]
    feedback: Sequence[FeedbackRow]
    contact: Sequence[ContactRow]
    payments: Sequence[PaymentRow]
    attempts: Sequence[AttemptsRow]


async def case_in_full(
    database: Database,
    caller: Caller,
    refund_id: str,
    language: Language,
    *,
    show_action: ShowAction,
    web_ui: Callable[[str], str | None],
) -> CaseInFull:
    """A case as this caller may see it; raises `Refusal` `not_found` for another client's.

    `web_ui` gives the case's page in Temporal, which operators alone see.
    """
    found = Found(
        *await database.read(
            cases_in.head(refund_id),
            cases_in.history(refund_id),
            cases_in.calculation(refund_id),
            cases_in.deductions(refund_id),
            statements_in.latest(refund_id),
            cases_in.payouts_of(refund_id),
            cases_in.feedback_of(refund_id),
            contacts.of_case(refund_id),
            *way_facts(refund_id),
        )
    )
    head = require_visible(caller, found.heads)
    policy = RefundPolicy.from_document(head.policy_version, head.policy_document)
    (contact,) = found.contact
    way = way_now(head, found.payouts, found.payments, found.attempts)
    if found.statements:
        await record_read(database, caller, refund_id, ShownAs.CASE)
    asked = await inquiries_of(database, head, caller, language)
    scan = await load(database, signed_scan(refund_id))
    return CaseInFull(
        **dict(state_of_row(head, language, caller.role)),
        kind=RefundKind(head.kind),
        invoice_number=head.invoice_number,
        client_id=head.client_id,
        client_name=head.client_name,
        opened_at=head.opened_at,
        changed_at=head.changed_at,
        closed_at=head.closed_at,
        letters_to=letters_to(head, caller),
        letters_undelivered=contacts.is_undelivered(contact),
        stopped_on=head.stopped_on,
        paid_on=head.paid_on,
        credit_bank_days=policy.credit_bank_days,
        credit_by=head.credit_by,
        refusal=head.refusal,
        calculation=_calculation(head, found, policy, caller, language),
        statement=statement_of(found.statements[0], caller) if found.statements else None,
        way=way,
        way_title=None if way is None else translate(f"way.{way}", language),
        payouts=[payout_of(row, caller, language) for row in found.payouts],
        timeline=[timeline_row_of(row, caller, language) for row in found.history],
        feedback=feedback_of(found.feedback[0]) if found.feedback else None,
        inquiries=asked.shown,
        inquiry_from=asked.first_day,
        actions=[
            show_action(head.id, action, language)
            for action in actions_for(
                RefundStatus(head.status),
                caller.role,
                feedback_open=is_feedback_open(head, found),
                inquiry_open=asked.is_open_to_client,
                contact_open=is_contact_open(head, contact),
                acceptable=not_acceptable(scan) is None,
            )
        ],
        web_ui=web_ui(refund_id) if caller.role is Role.OPERATOR else None,
    )


def is_feedback_open(head: RefundHead, found: Found) -> bool:
    """Whether the client may leave feedback now: the case was closed recently, and has none."""
    return not found.feedback and feedback_refusal(head, datetime.now(UTC)) is None


def is_contact_open(head: RefundHead, contact: ContactRow) -> bool:
    """Whether the client may name another address for letters now."""
    return contact_refusal(RefundStatus(head.status), head.closed_at, contact.corrected) is None


def _calculation(
    head: RefundHead, found: Found, policy: RefundPolicy, caller: Caller, language: Language
) -> CalculationShown | None:
    """The client sees the calculation in force; only staff see the proposal."""
    if not found.calculations:
        return None
    (row,) = found.calculations
    holds = row.id == head.calculation_id
    if not holds and caller.role is Role.CLIENT:
        return None
    deductions = found.deductions if holds else ()
    return calculation_of(row, deductions, policy, caller, language, holds=holds)
