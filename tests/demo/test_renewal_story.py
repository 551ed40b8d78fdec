"""The renewal's story is one that the product's own tables allow, and its invoice can be read."""

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from demo.invoice_reading import code_on
from demo.stories import renewal
from domain.access.roles import Role
from domain.billing.invoice_document import Buyer, DocumentLine, InvoiceDocument
from domain.billing.requisites import Requisites
from domain.money import VatRate
from domain.renewal.notices import renewal_notices
from domain.renewal.renewal import RENEWAL_MOVES, Ending, RenewalStatus
from gateways.documents import invoice_pdf
from simulation.expectation import Unexpected

SUPPLIER = Requisites(
    "ООО «Копейка»",
    "7709127779",
    "770901001",
    "044525225",
    "40702810700000000417",
    "ПАО Сбербанк",
    "30101810400000000225",
)


def paper(*, is_void: bool = False) -> InvoiceDocument:
    return InvoiceDocument(
        "KP-2026-000007",
        date(2026, 11, 22),
        date(2026, 12, 2),
        SUPPLIER,
        Buyer("ООО «Ромашка»", "7709123460"),
        (DocumentLine("Подписка", 36_600_00, VatRate.VAT22),),
        is_void=is_void,
    )


def test_the_storys_path_is_made_of_allowed_moves_and_begins_by_watching() -> None:
    assert renewal.PATH[0] is RenewalStatus.WATCHING
    moves = [(before, after) for before, after in pairwise(renewal.PATH) if before is not after]
    assert [after for before, after in moves if after not in RENEWAL_MOVES[before]] == []


def test_the_storys_letters_are_those_of_its_changes_and_one_reminder() -> None:
    told = [
        notice
        for before, after in pairwise(renewal.PATH)
        for notice in renewal_notices(after, Ending.CLAIMED if before is after else None)
    ]
    right = Counter((notice.role, notice.template) for notice in told)
    right[(Role.CLIENT, "renewal_soon")] = 1
    assert Counter(renewal.LETTERS) == right


def test_the_code_on_an_invoice_is_read_from_its_pdf() -> None:
    code = code_on(invoice_pdf(paper()))
    assert (code["PersonalAcc"], code["Sum"]) == (SUPPLIER.account, "3660000")
    assert "KP-2026-000007" in code["Purpose"]


def test_an_invoice_without_a_code_is_told_from_one_with_it() -> None:
    with pytest.raises(Unexpected, match="one code of a payment"):
        code_on(invoice_pdf(paper(is_void=True)))
