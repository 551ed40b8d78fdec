"""When a person's decision about an entry may stand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from domain.banking.bank_reason import reason_in
from domain.banking.bank_statement import EntryDirection
from domain.banking.entry_decision import (
    DecidedAs,
    DecidedEntry,
    DecisionRefusal,
    DecisionStored,
    EntryFacts,
    PayoutFacts,
    WrittenDecision,
    decide,
    decision_refusal,
    message_of,
)
from domain.banking.statement_import import EntryStatus, MatchedAs
from domain.payout.payout import Answer, Channel, PayoutRequest, PayoutReturn, PayoutStatus

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


# The decision as it is stored and signalled.

AT = datetime(2026, 11, 15, 9, tzinfo=UTC)
KEY = PayoutRequest("refund-2026-000117-1", 2)
WRITTEN = WrittenDecision(UUID(int=1), DecidedAs.PAYOUT, KEY, "kuznetsova", AT, "по выписке")
IGNORED = replace(WRITTEN, decided_as=DecidedAs.IGNORED, payout=None)


@pytest.mark.parametrize(
    ("written", "entry", "payout", "status", "matched_as"),
    [
        (WRITTEN, DEBIT, SENT, EntryStatus.MATCHED, MatchedAs.PAYOUT),
        (
            replace(WRITTEN, decided_as=DecidedAs.RETURN),
            CREDIT,
            PAID,
            EntryStatus.MATCHED,
            MatchedAs.RETURN,
        ),
        (IGNORED, DEBIT, None, EntryStatus.IGNORED, None),
    ],
)
def test_an_entry_becomes_what_the_decision_says(
    written: WrittenDecision,
    entry: EntryFacts,
    payout: PayoutFacts | None,
    status: EntryStatus,
    matched_as: MatchedAs | None,
) -> None:
    assert decide(written, entry, payout) == DecidedEntry(status, matched_as, written)


def test_a_decision_that_has_been_stored_is_not_stored_again_and_another_is_refused() -> None:
    stored = replace(
        DEBIT,
        status=EntryStatus.MATCHED,
        decided_by=WRITTEN.by,
        decided_at=AT,
        reason=WRITTEN.reason,
    )
    assert decide(WRITTEN, stored, PAID) == DecisionStored()
    for other in (
        replace(WRITTEN, by="petrova"),
        replace(WRITTEN, at=AT + timedelta(seconds=1)),
        replace(WRITTEN, reason="иначе"),
    ):
        assert decide(other, stored, PAID) == DecisionStored(DecisionRefusal.MATCHED)


def test_a_refused_decision_leaves_the_entry_alone() -> None:
    assert decide(WRITTEN, DEBIT, None) == DecisionStored(DecisionRefusal.PAYOUT_UNKNOWN)


def test_a_payout_hears_its_day_a_case_its_reason_and_nobody_of_an_ignored_entry() -> None:
    day, purpose = date(2026, 11, 12), "Возврат. Причина: счет закрыт"
    paid = message_of(WRITTEN, day, purpose)
    assert paid == Answer(PayoutStatus.PAID, settled_on=day)
    back = message_of(replace(WRITTEN, decided_as=DecidedAs.RETURN), day, purpose)
    assert back == PayoutReturn(2, reason_in(purpose))
    assert message_of(IGNORED, day, purpose) is None
