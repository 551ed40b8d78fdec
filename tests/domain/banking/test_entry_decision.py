"""When a person's decision about an entry may stand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from domain.banking.bank_reason import reason_in
from domain.banking.bank_statement import EntryDirection
from domain.banking.entry_decision import (
    POSTPONED_DAYS,
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
    until_refusal,
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
        (
            DecidedAs.POSTPONED,
            replace(DEBIT, status=EntryStatus.IGNORED),
            None,
            DecisionRefusal.NOT_UNMATCHED,
        ),
        (DecidedAs.RESUMED, CREDIT, None, DecisionRefusal.NOT_POSTPONED),
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
POSTPONED = replace(IGNORED, decided_as=DecidedAs.POSTPONED, until=date(2026, 11, 20))
RESUMED = replace(IGNORED, decided_as=DecidedAs.RESUMED)
WAITING = replace(DEBIT, is_postponed=True)


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
        (IGNORED, WAITING, None, EntryStatus.IGNORED, None),
        (WRITTEN, WAITING, SENT, EntryStatus.MATCHED, MatchedAs.PAYOUT),
        (POSTPONED, CREDIT, None, EntryStatus.UNMATCHED, None),
        (POSTPONED, WAITING, None, EntryStatus.UNMATCHED, None),
        (RESUMED, WAITING, None, EntryStatus.UNMATCHED, None),
    ],
)
def test_an_entry_becomes_what_the_decision_says(
    written: WrittenDecision,
    entry: EntryFacts,
    payout: PayoutFacts | None,
    status: EntryStatus,
    matched_as: MatchedAs | None,
) -> None:
    decided = decide(written, entry, payout, is_carried_out=False)
    assert decided == DecidedEntry(status, matched_as, written)


def test_a_decision_that_has_been_stored_is_not_stored_again_and_another_is_refused() -> None:
    stored = replace(DEBIT, status=EntryStatus.MATCHED)
    assert decide(WRITTEN, stored, PAID, is_carried_out=True) == DecisionStored()
    refused = decide(WRITTEN, stored, PAID, is_carried_out=False)
    assert refused == DecisionStored(DecisionRefusal.MATCHED)
    assert decide(POSTPONED, DEBIT, None, is_carried_out=True) == DecisionStored()


def test_a_refused_decision_leaves_the_entry_alone() -> None:
    refused = decide(WRITTEN, DEBIT, None, is_carried_out=False)
    assert refused == DecisionStored(DecisionRefusal.PAYOUT_UNKNOWN)


def test_a_payout_hears_its_day_a_case_its_reason_and_nobody_of_an_ignored_entry() -> None:
    day, purpose = date(2026, 11, 12), "Возврат. Причина: счет закрыт"
    paid = message_of(WRITTEN, day, purpose)
    assert paid == Answer(PayoutStatus.PAID, settled_on=day)
    back = message_of(replace(WRITTEN, decided_as=DecidedAs.RETURN), day, purpose)
    assert back == PayoutReturn(2, reason_in(purpose))
    for silent in (IGNORED, POSTPONED, RESUMED):
        assert message_of(silent, day, purpose) is None


@pytest.mark.parametrize(
    ("days", "is_refused"),
    [(-1, True), (0, True), (1, False), (POSTPONED_DAYS, False), (POSTPONED_DAYS + 1, True)],
)
def test_a_decision_is_postponed_until_a_day_to_come_that_is_near(
    days: int, is_refused: bool
) -> None:
    today = date(2026, 11, 15)
    refusal = until_refusal(today + timedelta(days=days), today)
    assert refusal is (DecisionRefusal.UNTIL if is_refused else None)
    assert until_refusal(None, today) is None
