"""By which way a refund is paid, who has to agree, and what a payment or its return changes."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.access.roles import SYSTEM
from domain.billing.invoice import PaymentMethod
from domain.billing.requisites import ClientKind
from domain.calendar.bank_calendar import end_of_moscow_day
from domain.file.file import FileStatus
from domain.payout.acquirer_refusal import UNEXPLAINED
from domain.payout.payout import (
    Answer,
    AttemptsSoFar,
    Channel,
    ChannelReason,
    Choice,
    PayoutRequest,
    PayoutStatus,
    Way,
)
from domain.refund.case import (
    DecideDifferences,
    PreparePayout,
    RefundCase,
    RefundEffect,
    SettlePayout,
    StopTerm,
    WithdrawTerm,
)
from domain.refund.limits import LimitHit, OtherRefunds
from domain.refund.paying import (
    AcceptingFacts,
    CompletingFacts,
    HoldingFacts,
    PayingFacts,
    accept,
    approve,
    ask_again,
    complete,
    hold_payout,
    pay_by_bank,
    prepare_payout,
    reopen,
    retry_payout,
)
from domain.refund.refund import RefundKind, RefundStatus
from domain.refund.scan import UNCHECKED, UNUSABLE
from domain.refund.transitions import SAME_PERSON
from domain.subscription.term import InvoiceTerm
from tests.domain.refund.cases import (
    ACCOUNTANT,
    CARD,
    SERVICE,
    SPECIALIST,
    STARTS_ON,
    STATEMENT,
    STOPS_ON,
    SUM_KOPECKS,
    TERM,
    TODAY,
    TRANSFER,
    attempt,
    case,
    change,
    letters,
    made,
    refused,
)
from tests.domain.refund.test_policy import POLICY

S, R = RefundStatus, ChannelReason
REVIEWED, APPROVED = case(S.UNDER_REVIEW), case(S.AWAITING_APPROVAL)
HELD, PAYING = case(S.PAYOUT_HELD), case(S.PAYING)
FIRST = AttemptsSoFar()
REFUSED = AttemptsSoFar(1, acquirer_refused=True, last_by_acquirer=True)
REFUSED_BEFORE = AttemptsSoFar(2, acquirer_refused=True)
LIMITS = POLICY.client_limits
assert LIMITS is not None
BY_CARD = PayingFacts([CARD], FIRST)


# Who has to agree.


@pytest.mark.parametrize(
    ("sum_kopecks", "others", "hit"),
    [
        (POLICY.approval_limit_kopecks, OtherRefunds(), None),
        (POLICY.approval_limit_kopecks + 1, OtherRefunds(), LimitHit.INVOICE),
        (1, OtherRefunds(invoice_kopecks=POLICY.approval_limit_kopecks - 1), None),
        (1, OtherRefunds(invoice_kopecks=POLICY.approval_limit_kopecks), LimitHit.INVOICE),
        (1, OtherRefunds(client_kopecks=LIMITS.approval_kopecks - 1), None),
        (1, OtherRefunds(client_kopecks=LIMITS.approval_kopecks), LimitHit.CLIENT),
    ],
)
def test_a_statement_is_paid_at_once_up_to_the_limits(
    sum_kopecks: int, others: OtherRefunds, hit: LimitHit | None
) -> None:
    found = replace(REVIEWED, sum_kopecks=sum_kopecks)
    payments = [replace(CARD, left_kopecks=sum_kopecks)]
    facts = AcceptingFacts(PayingFacts(payments, FIRST), others)
    moved = made(accept(found, change(SPECIALIST), facts))
    assert moved.result.status is (S.PAYING if hit is None else S.AWAITING_APPROVAL)
    assert moved.reason == (hit or R.PAID_THIS_WAY)
    assert bool(moved.effects) == (hit is None)


@pytest.mark.parametrize(
    ("scan", "refusal"),
    [
        (FileStatus.RECEIVED, UNCHECKED),
        (FileStatus.QUARANTINED, UNUSABLE),
        (FileStatus.UNSCANNABLE, UNUSABLE),
        (FileStatus.ERASED, UNUSABLE),
    ],
)
def test_a_statement_whose_scan_nobody_can_open_is_not_accepted(
    scan: FileStatus, refusal: str
) -> None:
    facts = AcceptingFacts(BY_CARD, OtherRefunds(), scan)
    assert refused(accept(REVIEWED, change(SPECIALIST), facts)) == refusal
    clean = replace(facts, scan=FileStatus.CLEAN)
    assert made(accept(REVIEWED, change(SPECIALIST), clean)).result.status is S.PAYING


@pytest.mark.parametrize("decide", [approve, retry_payout, pay_by_bank])
def test_whoever_calculated_the_sum_lets_no_money_go(decide: Any) -> None:
    assert refused(decide(APPROVED, change(SPECIALIST), BY_CARD)) == SAME_PERSON
    assert made(decide(APPROVED, change(ACCOUNTANT), BY_CARD)).result.status is S.PAYING


# The way.


def test_an_attempt_is_prepared_by_the_signed_statement() -> None:
    moved = made(approve(APPROVED, change(), BY_CARD))
    assert moved.effects == (
        PreparePayout(
            PayoutRequest(APPROVED.id, 1),
            Choice(Channel.ACQUIRER, R.PAID_THIS_WAY, CARD.payment_id),
            STATEMENT,
            SUM_KOPECKS,
        ),
    )
    assert (moved.result.attempt, moved.result.channel) == (1, Channel.ACQUIRER)
    assert (moved.reason, moved.params["way"]) == (R.PAID_THIS_WAY, Way.CARD)
    assert letters(moved) == ["refund_paying"]


@pytest.mark.parametrize(
    ("found", "facts", "channel", "reason", "to_clear"),
    [
        (HELD, PayingFacts([TRANSFER], FIRST), Channel.BANK, R.PAID_BY_TRANSFER, False),
        (HELD, PayingFacts([CARD], REFUSED), Channel.BANK, R.ACQUIRER_REFUSED, True),
        (
            replace(HELD, kind=RefundKind.SURPLUS),
            PayingFacts([TRANSFER], FIRST),
            Channel.BANK,
            R.SURPLUS,
            False,
        ),
        (
            replace(HELD, kind=RefundKind.SURPLUS),
            PayingFacts([TRANSFER, CARD], FIRST),
            Channel.BANK,
            R.SURPLUS,
            True,
        ),
        (
            HELD,
            PayingFacts([replace(CARD, method=PaymentMethod.SBP)], FIRST),
            Channel.BANK,
            R.METHOD_NOT_REFUNDABLE,
            True,
        ),
        (
            replace(HELD, client_kind=ClientKind.INDIVIDUAL),
            PayingFacts([replace(CARD, method=PaymentMethod.SBP)], FIRST),
            Channel.ACQUIRER,
            R.PAID_THIS_WAY,
            False,
        ),
        (
            HELD,
            PayingFacts(
                [replace(CARD, paid_on=TODAY - timedelta(POLICY.acquirer_max_age_days + 1))], FIRST
            ),
            Channel.BANK,
            R.PAYMENT_TOO_OLD,
            True,
        ),
    ],
)
def test_the_bank_waits_for_a_look_at_the_acquirer_where_that_brought_money(
    found: RefundCase, facts: PayingFacts, channel: Channel, reason: ChannelReason, to_clear: bool
) -> None:
    moved = prepare_payout(found, change(), facts)
    (prepared,) = moved.effects
    assert isinstance(prepared, PreparePayout)
    assert (prepared.choice.channel, prepared.choice.reason) == (channel, reason)
    assert moved.result.attempt == prepared.request.attempt == facts.attempts.last + 1
    assert moved.result.to_clear == prepared.request.to_clear == to_clear


@pytest.mark.parametrize(
    ("attempts", "channel"),
    [(REFUSED, Channel.ACQUIRER), (REFUSED_BEFORE, Channel.BANK), (FIRST, Channel.ACQUIRER)],
)
def test_the_acquirer_is_asked_again_where_it_was_the_last_to_refuse(
    attempts: AttemptsSoFar, channel: Channel
) -> None:
    moved = made(retry_payout(HELD, change(), PayingFacts([CARD], attempts, "пополнили")))
    assert (moved.result.channel, moved.reason) == (channel, "пополнили")
    assert moved.result.attempt == attempts.last + 1


@pytest.mark.parametrize(
    ("by", "remark", "reason", "decided"),
    [
        (SYSTEM, None, R.ACQUIRER_REFUSED, ()),
        (ACCOUNTANT, "за другое", "за другое", ("за другое",)),
        (ACCOUNTANT, None, R.ACCOUNTANTS_WORD, (R.ACCOUNTANTS_WORD,)),
    ],
)
def test_the_banks_way_by_an_accountants_word_is_one_on_the_acquirers_lists_too(
    by: str, remark: str | None, reason: str, decided: tuple[str, ...]
) -> None:
    moved = made(pay_by_bank(HELD, change(by), PayingFacts([CARD], REFUSED, remark)))
    *before, prepared = moved.effects
    assert before == [DecideDifferences(HELD.invoice_number, words) for words in decided]
    assert isinstance(prepared, PreparePayout)
    assert prepared.choice.channel is Channel.BANK
    assert prepared.choice.reason is (R.ACQUIRER_REFUSED if by == SYSTEM else R.ACCOUNTANTS_WORD)
    assert (moved.reason, moved.params["way"]) == (reason, Way.ACCOUNT)


# What the outside refuses.


@pytest.mark.parametrize(
    ("reason", "words", "told"),
    [
        ("insufficient_funds", "нет денег", ("insufficient_funds", "нет денег")),
        ("insufficient_funds", None, ("insufficient_funds", "insufficient_funds")),
        (None, None, (UNEXPLAINED, UNEXPLAINED)),
    ],
)
def test_a_payout_that_was_rejected_for_our_reason_asks_an_accountant(
    reason: str | None, words: str | None, told: tuple[str, str]
) -> None:
    rejected = attempt(PayoutStatus.REJECTED, reason=reason)
    moved = hold_payout(PAYING, change(SYSTEM, attempt=1), HoldingFacts(rejected, words))
    assert (moved.result.status, moved.result.attempt) == (S.PAYOUT_HELD, 1)
    assert (moved.params["payout_reason"], moved.params["failure"]) == told
    assert letters(moved) == ["refund_payout_held", "staff_payout_held"]


@pytest.mark.parametrize(
    ("reason", "told"), [("account_closed", "account_closed"), (None, "other")]
)
def test_new_requisites_are_asked_for_by_the_outsides_reason(reason: str | None, told: str) -> None:
    rejected = attempt(PayoutStatus.REJECTED, reason=reason)
    moved = ask_again(PAYING, change(SYSTEM, attempt=1), rejected)
    assert (moved.result.status, moved.reason) == (S.AWAITING_STATEMENT, told)
    assert moved.params["payout_reason"] == told
    assert letters(moved) == ["refund_new_requisites_needed"]


# Paid, and returned.

PAID_ON, CREDIT_BY = date(2026, 4, 28), date(2026, 5, 14)
PAID = attempt(PayoutStatus.PAID, settled_on=PAID_ON)
SIGNED = replace(PAYING, service=SERVICE)
COMING = replace(TERM, has_begun=False)


def test_a_payment_promises_the_last_day_of_crediting() -> None:
    moved = complete(PAYING, change(SYSTEM, attempt=1), CompletingFacts(PAID, None))
    assert (moved.result.status, moved.result.attempt) == (S.COMPLETED, 1)
    assert moved.columns == {"paid_on": PAID_ON, "first_paid_on": PAID_ON, "credit_by": CREDIT_BY}
    assert moved.result.wait is not None
    assert moved.result.wait.until == end_of_moscow_day(CREDIT_BY)
    assert (moved.params["payment_date_on"], moved.params["credit_by_on"]) == (
        PAID_ON.isoformat(),
        CREDIT_BY.isoformat(),
    )
    assert moved.params["way"] is Way.CARD
    assert letters(moved) == ["refund_completed"]


def test_a_second_payment_leaves_the_day_of_the_first() -> None:
    again = replace(PAYING, first_paid_on=date(2026, 4, 2))
    moved = complete(again, change(SYSTEM, attempt=2), CompletingFacts(PAID, None))
    assert moved.columns["first_paid_on"] == date(2026, 4, 2)


def test_only_what_was_paid_completes_a_case() -> None:
    unpaid = CompletingFacts(attempt(PayoutStatus.SENT), None)
    with pytest.raises(ValueError, match="was paid"):
        complete(PAYING, change(SYSTEM, attempt=1), unpaid)


@pytest.mark.parametrize(
    ("found", "sold", "effects", "watcher"),
    [
        (SIGNED, TERM, (StopTerm(TERM.id, STOPS_ON),), TERM.renewal_id),
        (SIGNED, replace(TERM, renewal_id=None), (StopTerm(TERM.id, STOPS_ON),), None),
        (SIGNED, replace(TERM, stopped_on=STOPS_ON), (), TERM.renewal_id),
        (
            SIGNED,
            replace(TERM, stopped_on=date(2026, 5, 1)),
            (StopTerm(TERM.id, STOPS_ON),),
            TERM.renewal_id,
        ),
        (SIGNED, replace(TERM, ends_on=date(2026, 4, 19)), (), TERM.renewal_id),
        (SIGNED, None, (), None),
        (PAYING, TERM, (), None),
        (replace(PAYING, service=replace(SERVICE, stops_on=None)), TERM, (), None),
        (SIGNED, COMING, (StopTerm(TERM.id, STOPS_ON),), TERM.renewal_id),
        (
            replace(PAYING, service=replace(SERVICE, stops_on=STARTS_ON)),
            COMING,
            (WithdrawTerm(TERM.id),),
            TERM.renewal_id,
        ),
        (
            replace(PAYING, service=replace(SERVICE, stops_on=STARTS_ON)),
            TERM,
            (StopTerm(TERM.id, STARTS_ON),),
            TERM.renewal_id,
        ),
    ],
)
def test_the_service_ends_as_it_was_signed(
    found: RefundCase,
    sold: InvoiceTerm | None,
    effects: tuple[RefundEffect, ...],
    watcher: str | None,
) -> None:
    moved = complete(found, change(SYSTEM, attempt=1), CompletingFacts(PAID, sold))
    assert moved.effects == effects
    assert moved.result.stopped_renewal == watcher


@pytest.mark.parametrize(
    ("reason", "told"), [("account_closed", "account_closed"), (None, "returned")]
)
def test_money_that_came_back_is_recorded_and_asks_for_new_requisites(
    reason: str | None, told: str
) -> None:
    found = case(S.COMPLETED, paid_on=PAID_ON, service=SERVICE)
    moved = reopen(found, change(SYSTEM, attempt=1, reason=reason), PAID)
    returned = Answer(PayoutStatus.RETURNED, reason=reason, settled_on=PAID_ON)
    assert moved.effects == (SettlePayout(PAID, returned),)
    assert moved.columns == dict.fromkeys(("paid_on", "credit_by", "closed_at", "inquiry_id"))
    assert (moved.result.status, moved.params["payout_reason"]) == (S.AWAITING_STATEMENT, told)
    assert "first_paid_on" not in moved.columns
