"""When a person's decision about an entry may stand."""

from dataclasses import replace

import pytest

from domain.banking.bank_statement import EntryDirection
from domain.banking.entry_decision import (
    DecidedAs,
    DecisionRefusal,
    EntryFacts,
    PayoutFacts,
    decision_refusal,
)
from domain.banking.statement_import import EntryStatus
from domain.payout.payout import Channel, PayoutStatus

DEBIT = EntryFacts(EntryStatus.UNMATCHED, EntryDirection.OUT, 969_355)
CREDIT = replace(DEBIT, direction=EntryDirection.IN)
SENT = PayoutFacts(Channel.BANK, PayoutStatus.SENT, 969_355)
PAID = replace(SENT, status=PayoutStatus.PAID)


@pytest.mark.parametrize("status", [EntryStatus.UNMATCHED, EntryStatus.IGNORED])
@pytest.mark.parametrize(
    ("decided_as", "entry", "payout"),
    [
        (DecidedAs.PAYOUT, DEBIT, SENT),
        (DecidedAs.PAYOUT, DEBIT, PAID),
        (DecidedAs.PAYOUT, DEBIT, replace(SENT, status=PayoutStatus.PREPARED)),
        (DecidedAs.PAYOUT, DEBIT, replace(SENT, status=PayoutStatus.UNKNOWN)),
        (DecidedAs.RETURN, CREDIT, PAID),
        (DecidedAs.IGNORED, DEBIT, None),
        (DecidedAs.IGNORED, CREDIT, None),
    ],
)
def test_a_decision_that_fits_stands(
    decided_as: DecidedAs, entry: EntryFacts, payout: PayoutFacts | None, status: EntryStatus
) -> None:
    assert decision_refusal(decided_as, replace(entry, status=status), payout) is None


@pytest.mark.parametrize(
    ("decided_as", "entry", "payout", "refusal"),
    [
        (DecidedAs.PAYOUT, DEBIT, None, DecisionRefusal.PAYOUT_UNKNOWN),
        (
            DecidedAs.PAYOUT,
            DEBIT,
            replace(SENT, channel=Channel.ACQUIRER),
            DecisionRefusal.PAYOUT_UNKNOWN,
        ),
        (DecidedAs.PAYOUT, CREDIT, SENT, DecisionRefusal.DIRECTION),
        (DecidedAs.RETURN, DEBIT, PAID, DecisionRefusal.DIRECTION),
        (DecidedAs.PAYOUT, DEBIT, replace(SENT, amount_kopecks=969_354), DecisionRefusal.AMOUNT),
        (DecidedAs.RETURN, CREDIT, SENT, DecisionRefusal.SETTLED_OTHERWISE),
        (
            DecidedAs.PAYOUT,
            DEBIT,
            replace(SENT, status=PayoutStatus.REJECTED),
            DecisionRefusal.SETTLED_OTHERWISE,
        ),
    ],
)
def test_a_decision_that_does_not_fit_says_why(
    decided_as: DecidedAs,
    entry: EntryFacts,
    payout: PayoutFacts | None,
    refusal: DecisionRefusal,
) -> None:
    assert decision_refusal(decided_as, entry, payout) is refusal


@pytest.mark.parametrize("decided_as", DecidedAs)
def test_a_matched_entry_stays_matched(decided_as: DecidedAs) -> None:
    matched = replace(DEBIT, status=EntryStatus.MATCHED)
    assert decision_refusal(decided_as, matched, SENT) is DecisionRefusal.MATCHED
