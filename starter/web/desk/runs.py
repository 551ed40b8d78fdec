"""Payment runs at the desk: what waits for one, what is left out and why, and each run's orders."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from db.banking import own_account, payment_run
from db.banking.payment_run_rows import RunRow
from db.facts import load
from domain.access.requisites_read import ShownAs
from domain.banking.bank_reason import BankReason, RequisitesFault
from domain.banking.payment_run import MAX_ORDER_NUMBER, RunIs
from domain.banking.run_decision import ALREADY_NOTIFIED
from domain.payout.payout import PayoutStatus
from starter.access import roles_of
from starter.commands.banking.left_out import draft
from starter.commands.refusal import not_found
from starter.presentation.banking.run_file import BANK_FILE_TYPE, run_file
from starter.presentation.banking.waiting import run_waiting
from starter.presentation.requisites import record_read
from starter.web.desk.saved import FILE_ROWS, FileAsked, FileColumn, SavedList, roubles_in_cell
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of, seen_message
from starter.web.http.visit import Visit, VisitDep
from texts import Language, translate

LIST = "/desk/runs"
LATEST = "page.desk.runs.latest"
SHOWN = 30
"""Runs of one page."""
ORDERS_SHOWN = 100
"""Orders of one page of a run, and of those that are ready for the next one."""

SAVED = SavedList[RunRow](
    LIST,
    "page.desk.runs",
    (
        FileColumn("page.desk.file.number", lambda one, _: one.number),
        FileColumn("page.desk.run.created", lambda one, _: one.created_at),
        FileColumn("page.desk.run.list", lambda one, _: one.orders),
        FileColumn("page.desk.entry.sum", lambda one, _: roubles_in_cell(int(one.total_kopecks))),
        FileColumn("page.desk.status", lambda one, language: _state(one, language)),
    ),
)
"""The list as a file."""

routes = pages()


@routes.get(LIST)
async def list_payment_runs(
    visit: VisitDep,
    state: RunIs | None = None,
    after: Annotated[str | None, Query(pattern=CURSOR)] = None,
    file: FileAsked = None,
) -> Response:
    """What a run created now would take and leave out; runs in one state or in any, the latest
    first.
    """
    if file is not None:
        whole = await visit.database.rows(payment_run.runs(FILE_ROWS + 1, state=state))
        return await SAVED.file(visit.language, file, _words(state, visit.language), whole)
    return await runs_page_of(visit, state=state, after=after)


@routes.get(f"{LIST}/{{run_id}}")
async def read_payment_run(
    visit: VisitDep,
    run_id: UUID,
    status: PayoutStatus | None = None,
    after: Annotated[int, Query(ge=0, le=MAX_ORDER_NUMBER)] = 0,
) -> Response:
    """A run with its orders by number, those whose payouts are in one status or in any."""
    return await run_page_of(visit, run_id, chosen=status, after=after)


@routes.get(f"{LIST}/{{run_id}}/file")
async def read_payment_run_file(visit: VisitDep, run_id: UUID) -> Response:
    """The file for the bank's client; a download says nothing of the run's state."""
    name, content = await run_file(visit.database, visit.caller, run_id)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type=BANK_FILE_TYPE)


async def runs_page_of(
    visit: Visit,
    form: Form | None = None,
    status: int = HTTPStatus.OK,
    *,
    state: RunIs | None = None,
    after: str | None = None,
) -> Response:
    """The list of runs; `form` is what one of its forms shows."""
    rows = await visit.database.rows(payment_run.runs(SHOWN + 1, seen_message(after), state=state))
    runs = rows[:SHOWN]
    found = await load(visit.database, draft())
    return visit.page(
        "desk_runs.html",
        status=status,
        form=form,
        runs=runs,
        chosen=state,
        states=tuple(RunIs),
        following=cursor_of(runs[-1].created_at, runs[-1].id) if len(rows) > SHOWN else None,
        saved=SAVED.saved(_words(state, visit.language), state=state),
        ready=found.orders[:ORDERS_SHOWN],
        how_many_ready=len(found.orders),
        ready_kopecks=sum(one.amount_kopecks for one in found.orders),
        left_out=found.left_out,
        returnable=[one.code not in ALREADY_NOTIFIED for one in found.left_out],
        accounts=await own_account.open_accounts(visit.database),
        faults=tuple(RequisitesFault),
        may_pay=visit.caller.role in roles_of("gather_payment_run"),
    )


async def run_page_of(
    visit: Visit,
    run_id: UUID,
    form: Form | None = None,
    status: int = HTTPStatus.OK,
    *,
    chosen: PayoutStatus | None = None,
    after: int = 0,
) -> Response:
    """A run's page, its orders behind one number; `chosen` is the status of their payouts."""
    runs, states, orders = await visit.database.read(
        payment_run.run(run_id),
        payment_run.states(run_id),
        payment_run.orders_page(run_id, ORDERS_SHOWN + 1, after, status=chosen),
    )
    if not runs:
        raise not_found()
    if orders:
        await record_read(visit.database, visit.caller, run_id, ShownAs.PAYMENT_RUN)
    return visit.page(
        "desk_run.html",
        status=status,
        form=form,
        run=runs[0],
        waiting=await run_waiting(visit.services, run_id, visit.language),
        states=states,
        chosen=chosen,
        orders=orders[:ORDERS_SHOWN],
        following=orders[ORDERS_SHOWN - 1].number if len(orders) > ORDERS_SHOWN else None,
        reasons=tuple(BankReason),
        may_pay=visit.caller.role in roles_of("hand_payment_run_over"),
    )


def _words(state: RunIs | None, language: Language) -> str:
    """The filter of the list."""
    return translate(LATEST if state is None else f"page.desk.run.{state}", language)


def _state(run: RunRow, language: Language) -> str:
    if run.dissolved_at is not None:
        return translate("page.desk.run.dissolved", language)
    state = "gathered" if run.handed_over_at is None else "handed_over"
    return translate(f"page.desk.run.{state}", language)
