"""What a letter says of all that a client owes, in which tone, with which interest."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from domain.billing.requisites import ClientKind
from domain.collection.case import (
    Letter,
    OwedInvoice,
)
from domain.collection.letters import MAX_LETTER_LINES, letter_of
from domain.collection.paper import Debtor, DebtPaper
from domain.collection.policy import Tone
from domain.compensation.interest import MAX_MOVEMENTS, Movement
from tests.domain.collection.unpaid import (
    AT,
    CASE,
    FACTS,
    OWED,
    SUM,
    TODAY,
    S,
    advanced,
    owing,
)


def other(number: str, **changes: Any) -> OwedInvoice:
    return replace(OWED, collection_id=f"collection-{number}", invoice_number=number, **changes)


def lines_of(*owed: OwedInvoice, claimed: frozenset[str] = frozenset()) -> list[Any]:
    facts = replace(FACTS, owed=list(owed))
    return list(letter_of(facts, "kim", TODAY, Tone.FIRM, claimed, TODAY).lines)


def test_a_letter_names_what_is_owed_and_late_the_claimed_first() -> None:
    lines = lines_of(
        other("1"),
        other("2", due_on=TODAY),
        other("3", paid_kopecks=SUM),
        other("4", is_disputed=True),
        other("5", is_void=True),
        other("6", due_on=date(2026, 2, 25)),
        other("8", due_on=date(2026, 1, 20)),
        claimed=frozenset({"collection-6"}),
    )
    assert [line.invoice_number for line in lines] == ["6", "8", "1"]
    assert [line.is_claimed for line in lines] == [True, False, False]
    assert [line.days_late for line in lines] == [7, 43, 8]


def test_a_letter_has_a_named_number_of_lines() -> None:
    lines = lines_of(*(other(str(number)) for number in range(MAX_LETTER_LINES + 5)))
    assert len(lines) == MAX_LETTER_LINES


def test_interest_is_of_what_was_owed_on_each_day_and_of_one_more() -> None:
    (whole,) = lines_of(OWED)
    (part,) = lines_of(
        replace(OWED, paid_kopecks=SUM // 2, paid=[Movement(date(2026, 3, 1), SUM // 2)])
    )
    assert 0 < part.interest_kopecks < whole.interest_kopecks
    assert abs(part.a_day_kopecks * 2 - whole.a_day_kopecks) <= 1
    assert "gk-395-2016" in whole.rules


def test_interest_is_left_out_where_it_cannot_be_counted() -> None:
    many = [Movement(date(2026, 3, 1), 1)] * MAX_MOVEMENTS
    old = date(1990, 1, 1)
    for one in (replace(OWED, paid=many), replace(OWED, due_on=old)):
        (line,) = lines_of(one)
        assert (line.interest_kopecks, line.a_day_kopecks, line.rules) == (None, None, ())
    facts = FACTS
    beyond = letter_of(facts, "kim", date(2026, 12, 1), Tone.FIRM, frozenset(), TODAY)
    assert beyond.lines[0].interest_kopecks is None


def test_a_letter_of_the_day_speaks_in_the_strongest_tone_of_what_is_due() -> None:
    firm = other("9", status=S.REMINDED, rung=2)
    weaker = other("10", status=S.CONTACTED, rung=1, wait_until=AT + timedelta(hours=1))
    claim = other("11", status=S.REMINDED, rung=3)
    for others, tone in (
        ([], Tone.REMINDER),
        ([firm, weaker], Tone.FIRM),
        ([claim], Tone.CLAIM),
        ([replace(claim, total_kopecks=500_000_00)], Tone.REMINDER),
        ([replace(claim, is_disputed=True)], Tone.REMINDER),
        ([replace(claim, rung=4)], Tone.REMINDER),
        ([replace(claim, status=S.LEGAL)], Tone.REMINDER),
    ):
        letter = advanced(facts=owing(*others)).effects[-1]
        assert isinstance(letter, Letter)
        assert letter.tone is tone, others


def test_a_claim_demands_only_what_it_claims() -> None:
    lines = tuple(lines_of(OWED, other("9"), claimed=frozenset({CASE.id})))
    debtor = Debtor(ClientKind.COMPANY, "ООО «Ромашка»", None, None, None)
    paper = DebtPaper("Копейка", None, debtor, Tone.CLAIM, TODAY, lines, TODAY)
    assert [line.invoice_number for line in paper.subject_lines] == ["7"]
    assert replace(paper, tone=Tone.FIRM).subject_lines == lines
