"""Gathering prepared bank payouts into a payment run."""

from collections.abc import Sequence, Set
from datetime import UTC, date, datetime
from http import HTTPStatus
from uuid import UUID, uuid5

from pydantic import Field

from db import contradiction, own_account, payment_run
from db.database import Database, Row
from domain.calendar import moscow_date
from domain.money import VatRate
from domain.payment_run import MAX_ORDERS_IN_RUN, PaymentOrder, PaymentRun
from domain.payout import PayoutRequest
from domain.refund_vat import RefundedLine, refunded_vat
from domain.requisites import Requisites
from gateways.bank_file import PaymentOrderError, write_payment_orders
from starter.api.models import Body, Roubles, Shown
from starter.api.own_account import ACCOUNT_PATTERN
from starter.api.payment_run.shown import RunShown, run_shown
from starter.api.problems import FieldError, Problem, invalid
from starter.api.route import CallerIs, CommandId, Speaks, Stored, router
from texts import Language, say
from texts.purposes import refund_purpose

HELD = ("payout", "payout_debited_before")
"""Field and code of a payout that waits until a debit against its case is cleared up."""
ANY_NUMBER = 1
"""Stands for an order's number while it is tried: the number itself cannot be wrong."""

routes = router("payment runs")


class RunBody(Body):
    """Which of our accounts pays."""

    own_account: str = Field(pattern=ACCOUNT_PATTERN, examples=["40702810900000000001"])


class LeftOut(Shown):
    """A payout that no bank would take as it is, or that could be the second payment of its case;
    it stays prepared until that is mended.
    """

    refund_id: str
    attempt: int
    amount: Roubles
    field: str
    code: str
    detail: str


class RunGathered(RunShown):
    """A new run, and the payouts that could not go with it."""

    left_out: list[LeftOut]


@routes.post(
    "/v1/payment-runs", summary="Gather what is to be paid", status_code=HTTPStatus.CREATED
)
async def gather_payment_run(
    body: RunBody, database: Stored, caller: CallerIs, command_id: CommandId, language: Speaks
) -> RunGathered:
    """409 `nothing_to_pay` when no payout waits for a run, `payouts_left_out` when none of those
    that wait can go with one; `left_out` then says why.
    """
    run_id, now = uuid5(command_id, "payment-run"), datetime.now(UTC)
    async with database.transaction() as transaction:
        _, runs, accounts, waiting, disputed = await transaction.read(
            payment_run.LOCK,
            payment_run.run(run_id),
            own_account.one(body.own_account),
            payment_run.gatherable(MAX_ORDERS_IN_RUN),
            contradiction.open_cases(),
        )
        held = {row.case_id for row in disputed}
        payer = _payer_in(accounts)
        drafts, left_out = _sorted_out(payer, waiting, held, run_id, now, language)
        if not runs:
            if not drafts:
                raise _nothing_to_gather(left_out)
            payment_run.put_run(transaction, run_id, payer, caller.login, now)
            payment_run.put_orders(transaction, run_id, moscow_date(now), drafts)
    return RunGathered(**dict(await _stored(database, run_id)), left_out=left_out)


async def _stored(database: Database, run_id: UUID) -> RunShown:
    ((row,),) = await database.read(payment_run.run(run_id))
    return run_shown(row)


def _nothing_to_gather(left_out: Sequence[LeftOut]) -> Problem:
    if not left_out:
        return Problem("nothing_to_pay", HTTPStatus.CONFLICT)
    shown = [one.model_dump(mode="json") for one in left_out]
    return Problem("payouts_left_out", HTTPStatus.CONFLICT, extra={"left_out": shown})


def _payer_in(accounts: Sequence[Row]) -> Requisites:
    if not accounts:
        raise invalid(FieldError("own_account_unknown", "/own_account"))
    (account,) = accounts
    return own_account.requisites_of(account)


def _sorted_out(
    payer: Requisites,
    waiting: Sequence[Row],
    held: Set[str],
    run_id: UUID,
    now: datetime,
    language: Language,
) -> tuple[list[payment_run.Draft], list[LeftOut]]:
    """The orders that can be written, and the payouts that cannot, each with its reason."""
    drafts, left_out = [], []
    for row in waiting:
        if row.case_id in held:
            left_out.append(_left_out(row, *HELD, language))
            continue
        draft = _draft(run_id, row)
        try:
            _try_to_write(payer, draft, payment_run.recipient_of(row), now)
        except PaymentOrderError as error:
            left_out.append(_left_out(row, *_wrong_in(error), language))
        else:
            drafts.append(draft)
    return drafts, left_out


def _draft(run_id: UUID, row: Row) -> payment_run.Draft:
    lines = [RefundedLine(VatRate(rate), *sums) for rate, *sums in row.rated_lines or ()]
    purpose = refund_purpose(
        row.invoice_number,
        row.issued_on,
        moscow_date(row.drawn_up_at),
        refunded_vat(row.amount_kopecks, lines),
    )
    key = PayoutRequest(row.case_id, row.attempt)
    order_id = uuid5(run_id, f"{key.case_id}/{key.attempt}")
    return payment_run.Draft(order_id, key, row.amount_kopecks, purpose)


def _try_to_write(
    payer: Requisites, draft: payment_run.Draft, recipient: Requisites, now: datetime
) -> None:
    """Raises `PaymentOrderError`: one order that cannot be written must not stop the others."""
    day: date = moscow_date(now)
    order = PaymentOrder(ANY_NUMBER, day, draft.amount_kopecks, recipient, draft.purpose)
    write_payment_orders(PaymentRun(payer, now, (order,)))


def _wrong_in(error: PaymentOrderError) -> tuple[str, str]:
    if error.number is None:
        raise error  # our own requisites: they were checked when they were written
    return error.field, error.code


def _left_out(row: Row, field: str, code: str, language: Language) -> LeftOut:
    return LeftOut(
        refund_id=row.case_id,
        attempt=row.attempt,
        amount=row.amount_kopecks,
        field=field,
        code=code,
        detail=say(f"error.{code}", language),
    )
