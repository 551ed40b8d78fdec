"""Decisions about payment runs, their orders, and payouts that no run takes."""

from collections.abc import Awaitable
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Path
from starlette.responses import Response

from db.banking import payment_run
from domain.banking.bank_reason import BankReason, RequisitesFault
from domain.payout.payout import PayoutRequest
from starter.commands.banking import dissolve, gather, hand_over, reject
from starter.commands.banking import return_requisites as returning
from starter.commands.refusal import FieldError, Refusal, invalid, not_found
from starter.web.desk.runs import LIST, run_page_of, runs_page_of
from starter.web.http.deed import PageOf, done, needed, refused
from starter.web.http.forms import Form
from starter.web.http.ids import RefundId
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

Attempt = Annotated[int, Path(ge=1, le=1_000)]
Chosen = TypeVar("Chosen", BankReason, RequisitesFault)

routes = pages()


@routes.post(LIST)
async def gather_payment_run(visit: VisitDep) -> Response:
    """Creates a run of all payouts that wait for one, and leads to it."""
    account = visit.form.line("own_account")
    try:
        gathered = await gather.gather_payment_run(
            visit.services, visit.caller, visit.command_id, account
        )
    except Refusal as refusal:
        return await refused(visit, refusal, LIST, _on_list(visit))
    return visit.see(f"{LIST}/{gathered.row.id}")


@routes.post(f"{LIST}/{{run_id}}/handing-over")
async def hand_payment_run_over(visit: VisitDep, run_id: UUID) -> Response:
    """Records that the bank has the file: its payouts become sent, not paid."""
    return await _of_run(
        visit,
        run_id,
        hand_over.hand_payment_run_over(visit.services, visit.caller, visit.command_id, run_id),
    )


@routes.post(f"{LIST}/{{run_id}}/dissolution")
async def dissolve_payment_run(visit: VisitDep, run_id: UUID) -> Response:
    """Dissolves a run whose file the bank will not get; its payouts wait for another one."""

    async def dissolved() -> None:
        if not visit.form.typed("file_was_not_sent"):
            raise invalid(FieldError("page_file_not_confirmed", field="file_was_not_sent"))
        reason = needed(visit.form, "reason")
        await dissolve.dissolve_payment_run(
            visit.services, visit.caller, visit.command_id, run_id, reason
        )

    return await _of_run(visit, run_id, dissolved())


@routes.post("/desk/orders/{order_id}/rejection")
async def reject_payment_order(visit: VisitDep, order_id: UUID) -> Response:
    """Records that the bank rejected an order before the debit."""
    order = await visit.database.row(payment_run.order(order_id))
    if order is None:
        raise not_found()

    async def rejected() -> None:
        reason = _chosen(visit.form, f"reason-{order_id}", BankReason)
        await reject.reject_payment_order(
            visit.services, visit.caller, visit.command_id, order_id, reason
        )

    return await _of_run(visit, order.run_id, rejected())


@routes.post("/desk/refunds/{refund_id}/payouts/{attempt}/return")
async def return_requisites(visit: VisitDep, refund_id: RefundId, attempt: Attempt) -> Response:
    """Returns a payout that no run takes to its client for other requisites."""
    name = f"{refund_id}.{attempt}"

    async def returned() -> None:
        await returning.return_requisites(
            visit.services,
            visit.caller,
            visit.command_id,
            PayoutRequest(refund_id, attempt),
            _chosen(visit.form, f"fault-{name}", RequisitesFault),
            needed(visit.form, f"note-{name}"),
        )

    return await done(visit, returned(), LIST, _on_list(visit))


def _chosen(form: Form, name: str, kind: type[Chosen]) -> Chosen:
    try:
        return kind(form.typed(name))
    except ValueError:
        raise invalid(FieldError("page_reason_missing", field=name)) from None


async def _of_run(visit: Visit, run_id: UUID, deed: Awaitable[object]) -> Response:
    """Leads back to the run; a refusal is shown on it as it is now."""

    async def page(form: Form, status: int) -> Response:
        return await run_page_of(visit, run_id, form, status)

    return await done(visit, deed, f"{LIST}/{run_id}", page)


def _on_list(visit: Visit) -> PageOf:
    async def page(form: Form, status: int) -> Response:
        return await runs_page_of(visit, form, status)

    return page
