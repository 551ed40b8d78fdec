"""What a refund's transition stores beside the case, in the same transaction."""

from typing import assert_never

from db.database import Transaction
from db.payout import payout
from db.reconciliation import acquirer_difference
from db.refund import contact, submission
from db.subscription import term
from domain.refund.case import (
    DecideDifferences,
    KeepDecided,
    PreparePayout,
    RedirectLetters,
    RefundEffect,
    SettlePayout,
    StopTerm,
    StoreCalculation,
    WithdrawTerm,
)
from domain.refund.refund import Change


def apply(transaction: Transaction, change: Change, effect: RefundEffect) -> None:
    """Queues one effect."""
    match effect:
        case StoreCalculation(calculation_id, inputs, calculation):
            submission.store_calculation(
                transaction, calculation_id, change.refund_id, inputs, calculation, change.at
            )
        case PreparePayout():
            payout.prepare(
                transaction,
                effect.request,
                choice=effect.choice,
                statement_id=effect.statement_id,
                amount_kopecks=effect.amount_kopecks,
                at=change.at,
            )
        case SettlePayout(attempt, answer):
            payout.record(transaction, attempt, answer, change.at)
        case StopTerm(term_id, day):
            term.stop_term(transaction, term_id, day)
        case WithdrawTerm(term_id):
            term.withdraw_term(transaction, term_id, change.at)
        case DecideDifferences(invoice_number, reason):
            acquirer_difference.decide_of_invoice(
                transaction, invoice_number, reason, change.by, change.at
            )
        case KeepDecided(difference, reason):
            acquirer_difference.put(transaction, [difference], change.at)
            acquirer_difference.decide(transaction, [difference.id], reason, change.by, change.at)
        case RedirectLetters():
            contact.redirect(transaction, change, effect)
        case _:
            assert_never(effect)
