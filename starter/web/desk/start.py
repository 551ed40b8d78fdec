"""The first page of the desk: how much waits for whom, each number a way to its list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from starlette.responses import Response

from db.case.case_list import CaseCount
from db.case.desk_work import WaitingWork, waiting_work
from db.facts import Reading, every, known, load, together
from db.refund import reads as refunds
from db.renewal import reads as renewals
from domain.access.roles import Role
from domain.banking.payment_run import RunDraft
from domain.refund.refund import RefundStatus
from domain.renewal.renewal import RenewalStatus
from starter.access import roles_of_page
from starter.commands.banking.left_out import draft
from starter.commands.case.stuck import how_many_stuck
from starter.web.desk.following import REFUNDS
from starter.web.desk.queue import RENEWALS
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep

CASES = (
    (REFUNDS.path, RefundStatus.AWAITING_SPECIALIST, Role.SPECIALIST),
    (REFUNDS.path, RefundStatus.UNDER_REVIEW, Role.SPECIALIST),
    (REFUNDS.path, RefundStatus.AWAITING_APPROVAL, Role.ACCOUNTANT),
    (REFUNDS.path, RefundStatus.PAYOUT_HELD, Role.ACCOUNTANT),
    (REFUNDS.path, RefundStatus.INQUIRY, Role.ACCOUNTANT),
    (RENEWALS, RenewalStatus.CHECKING_PAYMENT, Role.ACCOUNTANT),
)
"""The queues of cases that are listed while nothing waits in them, too: the list, the status, and
whom it waits for by the first policies.
"""
READY, LEFT_OUT = "ready", "left_out"
WORK = (
    ("tickets", "/desk/tickets", "list_ticket_queue"),
    ("goods_returns", "/desk/returns", "list_goods_return_queue"),
    ("disputes", "/desk/disputes", "list_dispute_queue"),
    ("collections", "/desk/collections", "show_collections"),
    ("lawyer", "/desk/lawyer", "show_lawyer_queue"),
    ("entries", "/desk/entries", "list_bank_entries"),
    ("postponed", "/desk/entries?status=postponed", "list_bank_entries"),
    (READY, "/desk/runs#ready", "list_left_out_payouts"),
    (LEFT_OUT, "/desk/runs#left", "list_left_out_payouts"),
    ("runs", "/desk/runs?state=gathered#runs", "list_payment_runs"),
    ("importing", "/desk/statements?status=received#files", "list_bank_statements"),
    ("refused", "/desk/statements?status=refused#files", "list_bank_statements"),
    ("surpluses", "/desk/surpluses", "list_surpluses"),
    ("differences", "/desk/differences", "list_acquirer_differences"),
    ("receipts", "/desk/receipts", "list_receipts"),
    ("limit_requests", "/desk/limit-requests", "list_limit_requests"),
    ("letters", "/desk/operators/letters", "list_notifications"),
)
"""What else waits: its kind, its list, and the operation whose roles have it."""
TOPICS = (
    *("refund", "renewal", "ticket", "goods_return", "dispute", "collection"),
    *("invoice", "bank_statement", "run", "receipt", "difference"),
)

routes = pages()

Counts = dict[tuple[str, str, str], tuple[int, int]]
"""By list, status and whom it waits for: cases, and overdue ones."""


@dataclass(frozen=True)
class CaseQueue:
    """Cases in one status that wait for one role."""

    status: str
    role: str
    href: str
    cases: int
    overdue: int


@dataclass(frozen=True)
class Work:
    """Something else that waits for the caller."""

    kind: str
    href: str
    waiting: int


@dataclass(frozen=True)
class Overview:
    """What waits for whom."""

    queues: Sequence[CaseQueue]
    work: Sequence[Work]


@routes.get("/desk")
async def show_desk(visit: VisitDep) -> Response:
    """The caller's queues first, then those of the other staff."""
    role = visit.caller.role
    may_see_cases = role in roles_of_page("show_refund_queue")
    may_mend = role in roles_of_page("list_failed_steps")
    overview = await load(visit.database, overview_of(role, datetime.now(UTC)))
    return visit.page(
        "desk.html",
        mine=[one for one in overview.queues if one.role == role],
        others=[one for one in overview.queues if one.role != role] if may_see_cases else [],
        work=overview.work,
        may_mend=may_mend,
        stuck=await how_many_stuck(visit.services) if may_mend else None,
        topics=TOPICS,
    )


def overview_of(role: Role, now: datetime) -> Reading[Overview]:
    """All counts of a role, in one round trip."""

    def built(
        of_refunds: Sequence[CaseCount],
        of_renewals: Sequence[CaseCount],
        work: Sequence[WaitingWork],
        run: RunDraft,
    ) -> Overview:
        payouts = {READY: len(run.orders), LEFT_OUT: len(run.left_out)}
        waiting = {**payouts, **{one.kind: one.waiting for one in work}}
        return Overview(_queues(of_refunds, of_renewals), _work(role, waiting))

    may_see_runs = role in roles_of_page("list_left_out_payouts")
    return together(
        built,
        every(refunds.open_counts(now, None)),
        every(renewals.open_counts(now, None)),
        every(waiting_work()),
        draft() if may_see_runs else known(RunDraft([], [])),
    )


def _queues(
    of_refunds: Sequence[CaseCount], of_renewals: Sequence[CaseCount]
) -> Sequence[CaseQueue]:
    statuses = {(path, status.value) for path, status, _ in CASES}
    counts: Counts = {(path, status.value, role.value): (0, 0) for path, status, role in CASES}
    for path, found in ((REFUNDS.path, of_refunds), (RENEWALS, of_renewals)):
        for one in found:
            if one.waiting_for is not None and (path, one.status) in statuses:
                counts[path, one.status, one.waiting_for] = (one.cases, one.overdue)
    return [
        CaseQueue(status, role, f"{path}?{urlencode({'turn': role, 'status': status})}", *numbers)
        for (path, status, role), numbers in counts.items()
    ]


def _work(role: Role, waiting: dict[str, int]) -> Sequence[Work]:
    return [
        Work(kind, href, waiting[kind])
        for kind, href, operation in WORK
        if role in roles_of_page(operation)
    ]
