"""A letter about debts says what was ordered, what is asked for, and what happens otherwise."""

import io
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from domain.billing.requisites import ClientKind
from domain.collection.case import LetterLine
from domain.collection.paper import Debtor, DebtPaper
from domain.collection.policy import Tone
from gateways.documents import debt_letter_pdf

LINE = LetterLine(
    collection_id="collection-7",
    invoice_number="7",
    issued_on=date(2026, 2, 10),
    due_on=date(2026, 2, 24),
    total_kopecks=48_000_00,
    debt_kopecks=48_000_00,
    days_late=8,
    is_claimed=True,
    interest_kopecks=163_07,
    a_day_kopecks=20_38,
    titles="Внедрение; #eval(1)",
    more=2,
)
PAPER = DebtPaper(
    company="ООО «Копейка»",
    supplier=None,
    debtor=Debtor(ClientKind.COMPANY, "ООО «Ромашка»", "7709123460", None, None),
    tone=Tone.FIRST,
    day=date(2026, 3, 4),
    lines=(LINE,),
    pay_by=date(2026, 3, 9),
)
ARBITRATION = "АПК РФ"


def printed(paper: DebtPaper) -> str:
    """The words of the paper, however its lines break."""
    pages = PdfReader(io.BytesIO(debt_letter_pdf(paper))).pages
    words = " ".join(page.extract_text() for page in pages).replace("\u200b", "")
    return " ".join(words.split())


@pytest.mark.parametrize(
    ("tone", "otherwise"),
    [
        (Tone.FIRST, "напомним о ней ещё раз"),
        (Tone.REMINDER, "направим требование об оплате"),
        (Tone.FIRM, "направим претензию, а затем вправе обратиться в суд"),
        (Tone.CLAIM, "вправе обратиться в суд с требованием о взыскании долга"),
    ],
)
def test_a_letter_says_what_it_is_about_and_what_happens_otherwise(
    tone: Tone, otherwise: str
) -> None:
    words = printed(replace(PAPER, tone=tone))
    for said in ("Внедрение; #eval(1) и ещё 2 позиции", "48 000,00", "163,07", "8 дней", otherwise):
        assert said in words


@pytest.mark.parametrize("kind", ClientKind)
def test_a_claim_to_a_person_does_not_name_the_code_of_arbitration_courts(kind: ClientKind) -> None:
    debtor = replace(PAPER.debtor, kind=kind)
    words = printed(replace(PAPER, tone=Tone.CLAIM, debtor=debtor))
    assert (ARBITRATION in words) == (kind is not ClientKind.INDIVIDUAL)
