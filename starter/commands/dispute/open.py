"""A client disputes an order: the seven parts of a complaint, all of them required."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from db.dispute import submission
from db.dispute.reads import DisputeRow
from db.dispute.submission import OrderRow
from domain.calendar.bank_calendar import moscow_date
from domain.dispute.dispute import (
    OF_MONEY,
    Demand,
    DisputeKind,
    DisputeRefusal,
    DisputeRequest,
    dispute_workflow_id,
)
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.dispute.case import DISPUTES, found
from starter.commands.refusal import FieldError, LookAt, Noun, case_closed, conflict, invalid
from starter.commands.services import Services
from texts import rubles
from workflows.dispute import DisputeWorkflow

MAX_TRIES = 3
"""Tries to open a dispute whose number was taken, by one that has ended, since the count."""
MAX_ANSWER_DAYS: Final = 365
"""How far ahead an answer may be expected."""


@dataclass(frozen=True)
class Complaint:
    """What is disputed: order, day, problem, proof, steps taken, demand, answer expected."""

    invoice_number: str
    kind: DisputeKind
    happened_on: date
    problem: str
    proof: str
    steps: str
    demand: Demand
    demand_kopecks: int | None
    answer_by: date


@command
async def open_dispute(
    services: Services, caller: Caller, command_id: UUID, asked: Complaint
) -> DisputeRow:
    """Opens a dispute, one of an order at a time; a repeat answers the same one."""
    opening_id = uuid5(command_id, "dispute")
    (stored,) = await services.database.read(submission.opened(opening_id))
    if stored:
        return await found(services, caller, stored[0].id)
    for _ in range(MAX_TRIES):
        (orders,) = await services.database.read(submission.order(asked.invoice_number))
        order = require_visible(caller, orders)
        _check(order, asked, moscow_date(datetime.now(UTC)))
        _require_none_open(order, opening_id)
        await _store(services, caller, opening_id, order, asked)
        dispute_id = dispute_workflow_id(order.number, order.ordinal)
        request = DisputeRequest(
            dispute_id, order.number, order.ordinal, str(opening_id), caller.login
        )
        try:
            await services.cases.update_with_start(
                services.cases.start_of(
                    DisputeWorkflow.run,
                    request,
                    dispute_id,
                    reuse=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                ),
                DisputeWorkflow.ask,
                command_id,
                request,
                look_at=DISPUTES.look_at(dispute_id),
            )
        except WorkflowAlreadyStartedError:
            continue
        return await found(services, caller, dispute_id)
    raise case_closed()


def _check(order: OrderRow, asked: Complaint, today: date) -> None:
    wrong = list[FieldError]()
    if asked.happened_on > today:
        wrong.append(FieldError("dispute_day_ahead", "/happened_on"))
    if not today < asked.answer_by <= today + timedelta(days=MAX_ANSWER_DAYS):
        params = {"days": MAX_ANSWER_DAYS}
        wrong.append(FieldError("dispute_answer_day", "/answer_by", params=params))
    if (asked.demand in OF_MONEY) != (asked.demand_kopecks is not None):
        wrong.append(FieldError("dispute_sum_of_demand", "/demand_amount"))
    is_above = asked.demand is Demand.REFUND and (asked.demand_kopecks or 0) > order.kept_kopecks
    if is_above:
        params_of_sum = {"paid": rubles(order.kept_kopecks)}
        wrong.append(
            FieldError("dispute_demand_above_paid", "/demand_amount", params=params_of_sum)
        )
    if wrong:
        raise invalid(*wrong)


def _require_none_open(order: OrderRow, opening_id: UUID) -> None:
    if order.open_dispute is None or order.opening_id == opening_id:
        return
    raise conflict(
        DisputeRefusal.ALREADY_OPEN,
        details={"dispute_id": order.open_dispute},
        look_at=LookAt(Noun.DISPUTE, order.open_dispute),
    )


async def _store(
    services: Services, caller: Caller, opening_id: UUID, order: OrderRow, asked: Complaint
) -> None:
    async with services.database.transaction() as transaction:
        submission.put_opening(
            transaction,
            opening_id,
            invoice_number=order.number,
            client_id=order.client_id,
            kind=asked.kind,
            happened_on=asked.happened_on,
            problem=asked.problem,
            proof=asked.proof,
            steps=asked.steps,
            demand=asked.demand,
            demand_kopecks=asked.demand_kopecks,
            answer_by=asked.answer_by,
            opened_by=caller.login,
            opened_at=datetime.now(UTC),
        )
