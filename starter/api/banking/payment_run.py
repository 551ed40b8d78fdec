"""Payment runs, their orders and the file for the bank, over HTTP."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from db.banking import payment_run
from db.query import RowT
from domain.access.requisites_read import ShownAs
from domain.banking.payment_run import MAX_ORDER_NUMBER, RunIs
from domain.payout.payout import PayoutStatus
from starter.api.banking.payment_run_presenters import (
    OrderInFull,
    OrderPath,
    PaymentOrderShown,
    RunInFull,
    RunPath,
    RunShown,
    order_in_full,
    order_shown,
    run_shown,
    state_shown,
)
from starter.api.http.paging import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Page,
    key_in,
    moment_in,
    number_up_to,
    page_of,
)
from starter.api.http.problems import documented
from starter.api.http.route import (
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    ServicesDep,
    router,
)
from starter.commands.refusal import not_found
from starter.presentation.banking.run_file import BANK_FILE_TYPE, run_file
from starter.presentation.banking.waiting import run_waiting
from starter.presentation.case.waiting import WaitingShown
from starter.presentation.requisites import record_read

routes = router("payment runs")


@routes.get("/v1/payment-runs", summary="Payment runs, the newest first")
async def list_payment_runs(
    database: DatabaseDep,
    _caller: CurrentCaller,
    state: Annotated[RunIs | None, Query()] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[RunShown]:
    """Every run with the number and the sum of its orders."""
    (rows,) = await database.read(
        payment_run.runs(limit + 1, key_in(cursor, moment_in, UUID), state=state)
    )
    shown, following = page_of(rows, limit, lambda row: (row.created_at, row.id))
    return Page(items=[run_shown(row) for row in shown], next=following)


@routes.get("/v1/payment-runs/{run_id}", summary="One payment run")
async def read_payment_run(
    run_id: RunPath, database: DatabaseDep, _caller: CurrentCaller
) -> RunInFull:
    """With its payouts by status: number and sum."""
    runs, states = await database.read(payment_run.run(run_id), payment_run.states(run_id))
    shown = run_shown(_only(runs))
    return RunInFull(**dict(shown), states=[state_shown(row) for row in states])


@routes.get("/v1/payment-runs/{run_id}/waiting", summary="Why a payment run stands")
async def read_payment_run_waiting(
    run_id: RunPath, services: ServicesDep, _caller: CurrentCaller, language: LanguageDep
) -> WaitingShown:
    """Whom it waits for, since when, and who may do what."""
    return await run_waiting(services, run_id, language)


@routes.get("/v1/payment-runs/{run_id}/orders", summary="The orders of a run, by number")
async def list_payment_orders(
    run_id: RunPath,
    database: DatabaseDep,
    _caller: CurrentCaller,
    status: Annotated[PayoutStatus | None, Query()] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[PaymentOrderShown]:
    """Each with its case and its payout's status."""
    runs, rows = await database.read(
        payment_run.run(run_id),
        payment_run.orders_page(
            run_id,
            limit + 1,
            key_in(cursor, number_up_to(MAX_ORDER_NUMBER)) or 0,
            status=status,
        ),
    )
    _only(runs)
    shown, following = page_of(rows, limit, lambda row: (row.number,))
    return Page(items=[order_shown(row) for row in shown], next=following)


@routes.get("/v1/payment-orders/{order_id}", summary="One order, as the bank gets it")
async def read_payment_order(
    order_id: OrderPath, database: DatabaseDep, caller: CurrentCaller
) -> OrderInFull:
    """With its recipient and its purpose."""
    (rows,) = await database.read(payment_run.order(order_id))
    order = _only(rows)
    await record_read(database, caller, order.case_id, ShownAs.PAYMENT_ORDER)
    return order_in_full(order)


@routes.get(
    "/v1/payment-runs/{run_id}/file",
    summary="The file for the bank's client",
    response_class=Response,
    responses={
        200: {
            "description": "1CClientBankExchange in cp1251; the same run is the same bytes.",
            "content": {BANK_FILE_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        },
        **documented(HTTPStatus.CONFLICT),
    },
)
async def read_payment_run_file(
    run_id: RunPath, database: DatabaseDep, caller: CurrentCaller
) -> Response:
    """A download does not hand the run over: submit the run once the bank has the file.

    409 `payment_run_dissolved`; 409 `payment_run_paid_otherwise` when the case of an order was paid
    by another one: the bank would pay it again.
    """
    name, content = await run_file(database, caller, run_id)
    return Response(
        content,
        headers={
            "Content-Type": BANK_FILE_TYPE,
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


def _only(rows: list[RowT]) -> RowT:
    if not rows:
        raise not_found()
    return rows[0]
