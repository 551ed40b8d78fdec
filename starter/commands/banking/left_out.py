"""Which waiting payouts cannot be in a payment run as they are, and why."""

from collections.abc import Sequence
from uuid import UUID

from db.banking import payment_run, unexpected_debit
from db.database import Query, Row
from db.reconciliation import acquirer_difference
from domain.banking.payment_run import MAX_ORDERS_IN_RUN, LeftOutPayout
from domain.banking.run_decision import held_payouts
from gateways.bank_file import run_draft

NO_RUN = UUID(int=0)


def waiting() -> tuple[Query, Query, Query]:
    """Reads the payouts that wait, and the cases whose payouts no run may take."""
    return (
        payment_run.waiting(MAX_ORDERS_IN_RUN),
        unexpected_debit.open_cases(),
        acquirer_difference.open_cases(),
    )


def left_out_of(
    rows: Sequence[Row], debited: Sequence[Row], differing: Sequence[Row]
) -> Sequence[LeftOutPayout]:
    """What a run gathered now would leave out, of the rows of `waiting`; the oldest first."""
    held = held_payouts((row.case_id for row in debited), (row.case_id for row in differing))
    return run_draft(payment_run.waiting_from(rows), held, NO_RUN).left_out
