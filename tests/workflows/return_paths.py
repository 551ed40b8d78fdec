"""Paths of a return of goods: settled by money, by the day of the law, by other goods, or not."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.goods_return.goods_return import (
    GoodsReturnOutcome,
    GoodsReturnRequest,
    GoodsReturnResult,
    GoodsReturnStatus,
    RefundDue,
)
from domain.refund.refund import RefundRequest
from tests.workflows.case_under_test import eventually
from tests.workflows.process_paths import Play, Process, ProcessPath, failing, retried
from tests.workflows.ticket_paths import passed, said, sent, signalled
from workflows.case.kernel import CASE_STATUS
from workflows.goods_return import LOOK_AGAIN, GoodsReturnWorkflow

DAY = timedelta(days=1)
BEGIN = datetime.now(UTC)
REQUEST = GoodsReturnRequest("return-7-1", "7d1f4a52-2a0b-4c1e-9a45-3d1c0c7f5a12", "client")
OURS = Wait(Role.SPECIALIST, BEGIN + 30 * DAY)
OWED = Wait(Role.ACCOUNTANT, BEGIN + 30 * DAY)
THEIRS = Wait(Role.CLIENT, BEGIN + 14 * DAY, (BEGIN + 5 * DAY,), ends_in="expired")
S = GoodsReturnStatus


def at(status: S, changes: int, wait: Wait | None = OURS, **more: Any) -> GoodsReturnResult:
    return GoodsReturnResult(status, changes, wait, **more)


def due() -> RefundDue:
    """A refund case of an id of its own: processes of all tests meet in one server."""
    number = uuid4().hex[:12]
    return RefundDue(RefundRequest(f"refund-{number}-1", number, "client", 1), is_open=False)


def opened() -> RefundDue:
    """A refund case that is stored, and that nobody may have begun."""
    return replace(due(), is_open=True)


def returned(
    script: Mapping[str, Sequence[Any]], performed: Sequence[str], end: S, *plays: Play
) -> ProcessPath:
    """A path that begins as the API begins it."""
    script = {f"goods_return.{name}": answers for name, answers in script.items()}
    steps = [name if name == "remind" else f"goods_return.{name}" for name in performed]
    return ProcessPath(
        GoodsReturnWorkflow.run,
        (REQUEST,),
        script,
        steps,
        GoodsReturnOutcome(end),
        plays,
        starts_with="ask",
    )


async def inspected(process: Process) -> None:
    """The process has caught up: what is said next comes after that."""

    async def is_inspected() -> bool:
        described = await process.describe()
        return described.typed_search_attributes.get(CASE_STATUS) == S.INSPECTED

    await eventually(is_inspected)


RETURN_PATHS: Mapping[str, ProcessPath] = {
    "return_refunded": returned(
        {
            "open": [at(S.REQUESTED, 1)],
            "authorise": [at(S.AUTHORISED, 2, THEIRS)],
            "ship": [at(S.SHIPPED, 3)],
            "receive": [at(S.RECEIVED, 4)],
            "inspect": [failing(), failing(), at(S.INSPECTED, 5)],
            "accept": [at(S.ACCEPTED, 6, takes_money=True)],
            "refund_due": [RefundDue(None, is_open=False), due()],
            "settle": [None, at(S.SETTLED, 7, closes=True)],
            "close": [at(S.CLOSED, 8, None)],
        },
        (
            *("open", "authorise", "ship", "receive", "inspect", "inspect", "inspect", "accept"),
            *("refund_due", "settle", "refund_due", "settle", "close"),
        ),
        S.CLOSED,
        said("authorise"),
        said("ship"),
        said("receive"),
        sent("inspect"),
        retried,
        said("accept"),
        passed(LOOK_AGAIN / DAY),  # no more: what it does then must not find its time gone
    ),
    "return_by_law": returned(
        {
            "open": [at(S.REQUESTED, 1, money_at=BEGIN + 10 * DAY)],
            "refund_due": [due()],
            "pay_by_law": [at(S.REQUESTED, 2)],
            "refuse": [at(S.REFUSED, 3, None)],
        },
        ("open", "refund_due", "pay_by_law", "refuse"),
        S.REFUSED,
        passed(10.5),
        said("refuse"),
    ),
    "return_exchanged": returned(
        {
            "open": [at(S.REQUESTED, 1)],
            "catch_up": [at(S.INSPECTED, 5)],
            "move_deadline": [None],
            "accept": [at(S.ACCEPTED, 6)],
            "settle": [at(S.SETTLED, 7)],
            "send": [at(S.CLOSED, 8, None)],
        },
        ("open", "catch_up", "move_deadline", "accept", "settle", "send"),
        S.CLOSED,
        signalled("recheck"),
        inspected,
        signalled("calendar_changed"),
        said("accept"),
        said("send"),
    ),
    "return_carriage_paid": returned(
        {
            "open": [at(S.SHIPPED, 3)],
            "claim_carriage": [at(S.SHIPPED, 4)],
            "receive": [at(S.RECEIVED, 5)],
            "inspect": [at(S.INSPECTED, 6)],
            "accept": [at(S.ACCEPTED, 7)],
            "settle": [at(S.SETTLED, 8)],
            "confirm_carriage": [at(S.SETTLED, 9, OWED)],
            "pay_carriage": [at(S.SETTLED, 10, OWED, closes=True)],
            "close": [at(S.CLOSED, 11, None)],
        },
        (
            *("open", "claim_carriage", "receive", "inspect", "accept", "settle"),
            *("confirm_carriage", "pay_carriage", "close"),
        ),
        S.CLOSED,
        said("claim_carriage"),
        said("receive"),
        said("inspect"),
        said("accept"),
        said("confirm_carriage"),
        said("pay_carriage"),
    ),
    "return_refund_begun_later": returned(
        {
            "open": [at(S.INSPECTED, 5)],
            "accept": [at(S.SETTLED, 7, closes=True)],
            "refund_due": [opened()],
            "close": [at(S.CLOSED, 8, None)],
        },
        ("open", "accept", "refund_due", "close"),
        S.CLOSED,
        said("accept"),
    ),
    "return_by_law_begun_later": returned(
        {
            "open": [at(S.REQUESTED, 1, money_at=BEGIN + 5_000 * DAY)],
            "catch_up": [at(S.REQUESTED, 2)],
            "refund_due": [opened()],
            "refuse": [at(S.REFUSED, 3, None)],
        },
        ("open", "catch_up", "refund_due", "refuse"),
        S.REFUSED,
        signalled("recheck"),
        said("refuse"),
    ),
    "return_rejected": returned(
        {
            "open": [at(S.INSPECTED, 5, money_at=BEGIN - DAY)],
            "refund_due": [RefundDue(None, is_open=False)],
            "pay_by_law": [None],
            "reject": [at(S.REJECTED, 6)],
            "send": [at(S.CLOSED, 7, None)],
        },
        ("open", "refund_due", "pay_by_law", "reject", "send"),
        S.CLOSED,
        said("reject"),
        passed(0.2),
        said("send"),
    ),
    "return_expired": returned(
        {
            "open": [at(S.REQUESTED, 1)],
            "authorise": [at(S.AUTHORISED, 2, THEIRS)],
            "expire": [at(S.EXPIRED, 3, None)],
        },
        ("open", "authorise", "remind", "expire"),
        S.EXPIRED,
        said("authorise"),
        passed(15),
    ),
}
"""Each ends by itself once everything in `plays` has been said."""
