"""What a payment run created now would take, which payouts it would leave out, and why."""

from collections.abc import Sequence
from uuid import UUID

from db.banking import payment_run, unexpected_debit
from db.banking.payment_run_rows import WaitingPayoutRow
from db.banking.unexpected_debit import DebitedCase
from db.facts import Reading, every, together
from db.reconciliation import acquirer_difference
from db.reconciliation.acquirer_difference import DisputedCase
from domain.banking.payment_run import MAX_ORDERS_IN_RUN, LeftOutPayout, RunDraft
from domain.banking.run_decision import held_payouts
from gateways.bank_file import run_draft

NO_RUN = UUID(int=0)


def draft() -> Reading[RunDraft]:
    """A run created now: its orders and what it would leave out, the oldest first."""
    return together(
        _draft_of,
        every(payment_run.waiting(MAX_ORDERS_IN_RUN)),
        every(unexpected_debit.open_cases()),
        every(acquirer_difference.open_cases()),
    )


def left_out() -> Reading[Sequence[LeftOutPayout]]:
    """What a run created now would leave out, the oldest first."""
    return draft().to(lambda found: found.left_out)


def left_out_of(case_id: str) -> Reading[Sequence[LeftOutPayout]]:
    """The waiting payout of a case, if a run created now would leave it out."""
    of_case = together(
        _draft_of,
        every(payment_run.waiting_of(case_id)),
        every(unexpected_debit.open_cases()),
        every(acquirer_difference.open_cases()),
    )
    return of_case.to(lambda found: found.left_out)


def _draft_of(
    rows: Sequence[WaitingPayoutRow],
    debited: Sequence[DebitedCase],
    differing: Sequence[DisputedCase],
) -> RunDraft:
    held = held_payouts((row.case_id for row in debited), (row.case_id for row in differing))
    return run_draft(payment_run.waiting_from(rows), held, NO_RUN)
