"""Waiting payouts that no payment run can include as they are, over HTTP."""

from pydantic import Field

from db.facts import load
from domain.banking.payment_run import LeftOutPayout
from domain.banking.run_decision import ALREADY_NOTIFIED
from starter.api.banking.payment_run_presenters import return_link
from starter.api.http.models import Roubles, Shown
from starter.api.http.route import CurrentCaller, DatabaseDep, LanguageDep, router
from starter.commands.banking import left_out as command
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
    found = await load(database, command.left_out())
    return LeftOutPayouts(items=[left_out(one, language) for one in found])


def left_out(payout: LeftOutPayout, language: Language) -> LeftOut:
    """How one of them looks in an answer."""
    case_id, attempt = payout.key.case_id, payout.key.attempt
    return LeftOut(
        refund_id=case_id,
        attempt=attempt,
        amount=payout.amount_kopecks,
        field=payout.field,
        code=payout.code,
        detail=translate(f"error.{payout.code}", language),
        return_to_client=None if payout.code in ALREADY_NOTIFIED else return_link(case_id, attempt),
    )
