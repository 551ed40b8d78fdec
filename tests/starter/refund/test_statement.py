"""The statement: requisites are checked on every level, and the paper is what was hashed."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from db import idempotency
from db.database import Database
from domain.access.roles import Role
from domain.refund.statement import digest
from tests.starter.refund.shop import (
    ACCOUNT,
    RECIPIENT,
    SERVICE,
    SUBSCRIPTION,
    Shop,
    code_of,
    requisites,
    wrong_fields,
)

OTHER_ACCOUNT = "40702810938000000001"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"inn": "7707083894"}, {"/inn": "inn_check_digit"}),
        ({"inn": "77070838"}, {"/inn": "inn_format"}),
        ({"inn": None}, {"/inn": "inn_missing"}),
        ({"inn": "500100732259"}, {"/inn": "inn_kind"}),
        ({"kpp": "77"}, {"/kpp": "kpp_format"}),
        ({"bic": "0445"}, {"/bic": "bic_format", "/account": None}),
        ({"account": "40702810138000000000"}, {"/account": "account_key"}),
        ({"account": "4070281063800000000"}, {"/account": "account_format"}),
        ({"account": "40817810638000000000"}, {"/account": None}),
        ({"recipient_name": "ООО «Лютик»"}, {"/recipient_name": "recipient_name_differs"}),
        ({"recipient_name": " "}, {"/recipient_name": "recipient_name_missing"}),
        ({"recipient_name": "Ы" * 161}, {"/recipient_name": "recipient_name_too_long"}),
        ({"bank_name": ""}, {"/bank_name": "bank_name_missing"}),
        (
            {"correspondent_account": "30101810400000000226"},
            {"/correspondent_account": None},
        ),
        ({"bic": 44525225}, {"/bic": "field_malformed"}),
        ({"iban": "DE00"}, {"/iban": "field_unknown"}),
    ],
)
async def test_wrong_requisites_are_refused_by_field_and_nothing_is_drawn_up(
    shop: Shop, changes: dict[str, Any], found: dict[str, str | None]
) -> None:
    case = await shop.opened(SUBSCRIPTION)
    before = case.papers()
    answer = await case.client.put(f"{case.path}/statement", requisites(**changes))
    wrong = wrong_fields(answer)
    for pointer, code in found.items():
        assert code is None or wrong[pointer] == code
    assert wrong.keys() <= found.keys()
    assert case.papers() == before


async def test_everything_wrong_is_told_at_once(shop: Shop) -> None:
    case = await shop.opened(SUBSCRIPTION)
    bad = requisites(inn="1", bic="2", account="3", recipient_name="", bank_name="")
    wrong = wrong_fields(await case.client.put(f"{case.path}/statement", bad))
    assert wrong.keys() == {"/inn", "/bic", "/account", "/recipient_name", "/bank_name"}


async def test_an_inn_other_than_the_clients_own_is_refused(shop: Shop) -> None:
    case = await shop.opened(SUBSCRIPTION)
    shop.books.connection.execute(
        "UPDATE clients SET inn = '7736050003' WHERE id = %s", (case.client.caller.client_id,)
    )
    answer = await case.client.put(f"{case.path}/statement", requisites())
    assert wrong_fields(answer) == {"/inn": "inn_differs"}


async def test_the_hash_covers_the_sum_and_every_requisite(shop: Shop) -> None:
    case = await shop.opened(SUBSCRIPTION)
    first = await case.drawn_up()
    row = shop.books.row("SELECT * FROM statements WHERE id = %(id)s", id=first["id"])
    assert digest(row.content) == row.content_sha256 == first["sha256"]
    for field, other in {"bank_name": "Другой банк", "kpp": "770701001"}.items():
        assert (await case.drawn_up(**{field: other}))["sha256"] != first["sha256"]
    changed = {**row.content, "sum_kopecks": row.content["sum_kopecks"] + 1}
    assert digest(changed) != first["sha256"]


async def test_a_repeat_of_the_same_statement_is_the_same_row(shop: Shop) -> None:
    case = await shop.opened(SUBSCRIPTION)
    path = f"{case.path}/statement"
    first = await case.client.put(path, requisites(), key="st")
    again = await case.client.put(path, requisites(), key="st")
    assert first.content == again.content
    assert case.papers()["statements"] == 1


async def test_the_paper_is_a_draft_before_the_requisites_and_says_them_after(
    shop: Shop,
) -> None:
    case = await shop.opened(SUBSCRIPTION, stopped_on="2026-03-17")
    draft = await case.client.get(f"{case.path}/statement.pdf")
    assert draft.headers["content-type"] == "application/pdf"
    assert "9 693,55" in _text(draft.content)
    assert ACCOUNT not in _text(draft.content)
    drawn_up = await case.drawn_up()
    paper = await case.client.get(f"{case.path}/statement.pdf")
    again = await case.client.get(f"{case.path}/statement.pdf")
    assert paper.content == again.content
    assert ACCOUNT in _text(paper.content)
    assert drawn_up["sha256"] in _text(paper.content).replace(" ", "")


async def test_the_paper_of_a_surplus_asks_for_what_was_paid_above_the_invoice(shop: Shop) -> None:
    number = shop.books.invoice(SUBSCRIPTION, paid=(SUBSCRIPTION.sum_kopecks, 500_00))
    case = await shop.asked(number, surplus=True)
    draft = await case.client.get(f"{case.path}/statement.pdf")
    assert "излишне уплаченные" in _text(draft.content)
    await case.drawn_up()
    paper = await case.client.get(f"{case.path}/statement.pdf")
    assert "500,00" in _text(paper.content)
    assert ACCOUNT in _text(paper.content)


async def test_the_signed_paper_bears_the_mark_of_the_signature(shop: Shop) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    paper = await shop.staff(Role.SPECIALIST).get(f"{case.path}/statement.pdf")
    assert "b•••@romashka.example" in _text(paper.content)


async def test_there_is_no_paper_before_there_is_a_sum(shop: Shop) -> None:
    case = await shop.opened(SERVICE)
    refused = await case.client.get(f"{case.path}/statement.pdf")
    assert (refused.status_code, code_of(refused)) == (409, "calculation_not_ready")


async def test_who_does_not_work_with_requisites_sees_them_masked(shop: Shop) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    for role in (Role.SPECIALIST, Role.ACCOUNTANT):
        seen = (await case.read(shop.staff(role)))["statement"]["requisites"]
        assert (seen["account"], seen["inn"]) == (RECIPIENT["account"], RECIPIENT["inn"])
    for role in (Role.OPERATOR, Role.BILLING):
        seen = (await case.read(shop.staff(role)))["statement"]["requisites"]
        assert (seen["recipient_name"], seen["account"], seen["inn"]) == ("•••", "•••0000", "•••")
    assert (await case.read())["statement"]["requisites"]["account"] == RECIPIENT["account"]


async def test_a_key_that_was_forgotten_draws_up_what_it_is_used_for_now(
    shop: Shop, database: Database
) -> None:
    """Another account under an old key is another statement, never the old one under its digest."""
    case, key = await shop.opened(SUBSCRIPTION), "requisites"
    first = await case.client.put(f"{case.path}/statement", requisites(), key=key)
    early = await case.client.put(
        f"{case.path}/statement", requisites(account=OTHER_ACCOUNT), key=key
    )
    assert (early.status_code, code_of(early)) == (422, "idempotency_key_reused")
    await idempotency.purge(database, datetime.now(UTC))
    other = await case.client.put(
        f"{case.path}/statement", requisites(account=OTHER_ACCOUNT), key=key
    )
    assert other.status_code == 200
    assert other.json()["id"] != first.json()["id"]
    statement = (await case.read())["statement"]
    assert statement["requisites"]["account"] == OTHER_ACCOUNT
    assert statement["sha256"] == other.json()["sha256"]
    paper = await case.client.get(f"{case.path}/statement.pdf")
    assert OTHER_ACCOUNT in _text(paper.content)
    signed = await case.sign(await case.code())
    assert signed.status_code == 200


async def test_the_same_request_under_a_forgotten_key_is_the_same_command(
    shop: Shop, database: Database
) -> None:
    case, key = await shop.opened(SUBSCRIPTION), "requisites-again"
    answers = []
    for _ in range(2):
        answers.append(await case.client.put(f"{case.path}/statement", requisites(), key=key))
        await idempotency.purge(database, datetime.now(UTC))
    assert answers[0].json() == answers[1].json()
    assert case.papers()["statements"] == 1


def _text(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    shown = " ".join(page.extract_text() for page in pages)
    return " ".join(shown.replace("\u200b", "").replace("\u00a0", " ").split())
