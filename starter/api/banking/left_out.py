"""Waiting payouts that no payment run can include as they are, over HTTP."""

from uuid import UUID

from pydantic import Field

from db.banking import payment_run
from db.banking.payment_run import WaitingPayout
from domain.banking.payment_run import MAX_ORDERS_IN_RUN
from starter.api.banking.payment_run_presenters import return_link
from starter.api.http.models import Roubles, Shown
from starter.api.http.route import CurrentCaller, DatabaseDep, LanguageDep, router
from starter.commands.banking.left_out import (
    TOLD_OTHERWISE,
    held_back,
    held_from,
    sorted_out,
)
from texts import Language, translate

routes = router("payment runs")


class LeftOut(Shown):
    """A payout that the bank would not accept, or that could pay its case twice; it stays prepared
    until the cause is gone.
    """

    refund_id: str
    attempt: int
    amount: Roubles
    field: str
    code: str
    detail: str
    return_to_client: str | None = Field(
        description="The path for returning it to the client; absent for a held payout."
    )


class LeftOutPayouts(Shown):
    """All of them, the oldest first."""

    items: list[LeftOut]


@routes.get("/v1/payouts/left-out", summary="Payouts that no payment run can take")
async def list_left_out_payouts(
    database: DatabaseDep, _caller: CurrentCaller, language: LanguageDep
) -> LeftOutPayouts:
    """The payouts that a run created now would leave out, with the reason and what can be done."""
    waiting, disputed, differing = await database.read(
        payment_run.waiting(MAX_ORDERS_IN_RUN), *held_back()
    )
    found = sorted_out(waiting, held_from(disputed, differing), UUID(int=0))
    return LeftOutPayouts(items=[left_out(*one, language) for one in found.left_out])


def left_out(row: WaitingPayout, field: str, code: str, language: Language) -> LeftOut:
    """How one of them looks in an answer."""
    is_held = (field, code) in TOLD_OTHERWISE
    return LeftOut(
        refund_id=row.case_id,
        attempt=row.attempt,
        amount=row.amount_kopecks,
        field=field,
        code=code,
        detail=translate(f"error.{code}", language),
        return_to_client=None if is_held else return_link(row.case_id, row.attempt),
    )
