"""Policies at the desk: one person proposes, another decides; what was said stays."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from db.database import Database
from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from tests.books import Books
from tests.starter.web.browser import Browser, Page
from tests.starter.web.test_bad_input import HOSTILE

LIST = "/desk/reference/policies"
CHANGES = "/desk/reference/policy-changes"


def in_days(days: int) -> str:
    return (moscow_date(datetime.now(UTC)) + timedelta(days=days)).isoformat()


def version_of(books: Books, kind: str) -> Any:
    return books.row(
        "SELECT * FROM policies WHERE kind = %(k)s ORDER BY version DESC LIMIT 1", k=kind
    )


def open_change(books: Books, kind: str) -> Any:
    return books.row("SELECT * FROM policy_changes WHERE kind = %(k)s AND outcome IS NULL", k=kind)


async def propose(browser: Browser, kind: str, **fields: str) -> Page:
    page = await browser.get(f"{LIST}/{kind}")
    form = page.form("/changes")
    said = {**form, "valid_from": in_days(3), "reason": "Приказ № 7", **fields}
    return await browser.send(f"{LIST}/{kind}/changes", said)


async def decide(browser: Browser, kind: str, ending: str, **fields: str) -> Page:
    page = await browser.get(f"{LIST}/{kind}")
    form = page.form(ending)
    change = page.html.split(f"{CHANGES}/")[1].split("/")[0]
    return await browser.send(f"{CHANGES}/{change}{ending}", {**form, **fields})


async def test_a_proposal_that_is_sent_again_is_the_same(browser: Browser, books: Books) -> None:
    """Its answer was lost: it is not refused since it is open itself."""
    await browser.log_in(Role.ACCOUNTANT, login="anna")
    address = f"{LIST}/refund"
    form = (await browser.get(address)).form("/changes")
    limit = {"automatic_limit_kopecks": "39 999,50"}
    said = {**form, "valid_from": in_days(3), "reason": "Приказ № 6", **limit}
    sent = [await browser.send(f"{address}/changes", said) for _ in range(2)]
    assert [one.leads_to for one in sent] == [address, address]
    change = open_change(books, "refund")
    await decide(browser, "refund", "/withdrawal")
    assert (
        books.row("SELECT outcome FROM policy_changes WHERE id = %(id)s", id=change.id).outcome
        == "withdrawn"
    )


async def test_a_policy_is_changed_by_two_people(browser: Browser, books: Books) -> None:
    before = version_of(books, "refund")
    await browser.log_in(Role.ACCOUNTANT, login="anna")
    sent = await propose(browser, "refund", automatic_limit_kopecks="40 000,50")
    assert sent.leads_to == f"{LIST}/refund"
    assert version_of(books, "refund") == before, "nothing holds until another person confirms"
    own = await browser.get(f"{LIST}/refund")
    assert "/confirmation" not in own.html
    assert "40 000,50 ₽" in own.words.replace("\xa0", " ")
    change = open_change(books, "refund")
    letters = books.rows(
        "SELECT role, params FROM notifications WHERE occasion = %(o)s AND channel = 'mail'"
        " ORDER BY role",
        o=f"policy-{change.id}",
    )
    assert [one.role for one in letters] == ["accountant", "operator"]
    assert letters[0].params["policy"] == "refund"
    forged = await browser.send(f"{CHANGES}/{change.id}/confirmation", {"idempotency_key": "f"})
    assert (forged.status, "только другой человек" in forged.words) == (409, True)
    await browser.log_in(Role.OPERATOR, login="ANNA")
    forged = await browser.send(f"{CHANGES}/{change.id}/confirmation", {"idempotency_key": "g"})
    assert forged.status == 409, "the same person under another spelling and role"
    await browser.log_in(Role.OPERATOR, login="boris")
    assert (await decide(browser, "refund", "/confirmation")).leads_to == f"{LIST}/refund"
    after = version_of(books, "refund")
    assert (after.version, after.author) == (before.version + 1, "anna")
    assert after.document["automatic_limit_kopecks"] == 4_000_050
    assert after.document == {**before.document, "automatic_limit_kopecks": 4_000_050}
    shown = await browser.get(f"{LIST}/refund")
    for words in ("Предложено: anna. Подтверждено: boris", "Приказ № 7"):
        assert words in shown.words
    assert f"Версия {after.version} вступит в силу" in (await browser.get(LIST)).words
    late = await browser.send(f"{CHANGES}/{change.id}/confirmation", {"idempotency_key": "h"})
    assert late.leads_to == f"{LIST}/refund", "the same decision of the same person again"
    await browser.log_in(Role.ACCOUNTANT, login="vera")
    late = await browser.send(f"{CHANGES}/{change.id}/confirmation", {"idempotency_key": "i"})
    assert (late.status, "уже решено" in late.words) == (409, True)
    earlier = await propose(browser, "refund", max_age_days="999", valid_from=in_days(2))
    assert (earlier.status, 'id="valid_from-error"' in earlier.html) == (422, True)


async def test_a_proposal_is_declined_with_a_reason_or_withdrawn(
    browser: Browser, books: Books
) -> None:
    before = version_of(books, "inquiry")
    await browser.log_in(Role.OPERATOR, login="anna")
    assert (await propose(browser, "inquiry", at_most="7")).status == 303
    second = await browser.send(
        f"{LIST}/inquiry/changes",
        {
            "idempotency_key": "second",
            "base_version": str(before.version),
            "window_days": "300",
            "at_most": "6",
            "wait.at_most": "5",
            "wait.remind_after": "1, 2",
            "wait.escalate_after": "3",
            "valid_from": in_days(1),
            "reason": "ещё",
        },
    )
    assert (second.status, "ещё ждёт второго человека" in second.words) == (409, True)
    await browser.log_in(Role.ACCOUNTANT, login="boris")
    silent = await decide(browser, "inquiry", "/decline")
    assert (silent.status, 'id="decline-reason-error"' in silent.html) == (422, True)
    change = open_change(books, "inquiry")
    foreign = await browser.send(f"{CHANGES}/{change.id}/withdrawal", {"idempotency_key": "w"})
    assert foreign.status == 409
    said = {"decline-reason": "Рано"}
    assert (await decide(browser, "inquiry", "/decline", **said)).status == 303
    assert "Отклонено" in (await browser.get(f"{LIST}/inquiry")).words
    assert (await propose(browser, "inquiry", at_most="8")).status == 303
    assert (await decide(browser, "inquiry", "/withdrawal")).status == 303
    assert "Отозвано" in (await browser.get(f"{LIST}/inquiry")).words
    assert version_of(books, "inquiry") == before


@pytest.mark.parametrize(
    ("kind", "field", "typed"),
    [
        ("renewal", "grace_days", ""),
        ("renewal", "grace_days", "x"),
        ("renewal", "grace_days", "-1"),
        ("renewal", "grace_days", "٣"),
        ("renewal", "grace_days", "9" * 5_000),
        ("renewal", "payment_reminder_days", "3; 7"),
        ("renewal", "payment_reminder_days", "7, 3"),
        ("renewal", "remind_at_hour", "22"),
        ("renewal", "reminders.1.days_before", "30"),
        ("receipt", "printed_by", "nobody"),
        ("receipt", "valid_from", ""),
        ("receipt", "valid_from", "2020-01-01"),
        ("receipt", "valid_from", in_days(0)),
        ("receipt", "valid_from", in_days(367)),
        ("receipt", "reason", " "),
    ],
)
async def test_what_is_wrong_stands_beside_its_field(
    browser: Browser, books: Books, kind: str, field: str, typed: str
) -> None:
    await browser.log_in(Role.ACCOUNTANT, login="anna")
    page = await propose(browser, kind, **{field: typed})
    assert page.status == 422
    assert f'id="{field}-error"' in page.html
    assert f'href="#{field}"' in page.html
    assert not books.rows("SELECT FROM policy_changes WHERE kind = %(k)s", k=kind)


async def test_nothing_changed_is_no_proposal(browser: Browser) -> None:
    await browser.log_in(Role.ACCOUNTANT, login="anna")
    same = await propose(browser, "receipt", printed_by="acquirer")
    assert (same.status, "ничего не изменили" in same.words) == (422, True)
    old = await propose(browser, "receipt", printed_by="elsewhere", base_version="0")
    assert (old.status, "изменились" in old.words) == (409, True)


async def test_of_two_who_decide_at_once_one_is_heard(
    app: FastAPI, database: Database, browser: Browser, books: Books
) -> None:
    await browser.log_in(Role.ACCOUNTANT, login="anna")
    assert (await propose(browser, "receipt", printed_by="elsewhere")).status == 303
    change, before = open_change(books, "receipt"), version_of(books, "receipt").version
    people = [Browser(app, database) for _ in range(4)]
    for number, one in enumerate(people):
        await one.log_in(Role.ACCOUNTANT, login=f"person-{number}")
    endings = ("confirmation", "decline", "confirmation", "decline")
    answers = await asyncio.gather(
        *(
            one.send(
                f"{CHANGES}/{change.id}/{ending}",
                {"idempotency_key": f"key-{number}", "decline-reason": "нет"},
            )
            for number, (one, ending) in enumerate(zip(people, endings, strict=True))
        )
    )
    assert sorted(answer.status for answer in answers) == [303, 409, 409, 409]
    (row,) = books.rows("SELECT * FROM policy_changes WHERE id = %(i)s", i=change.id)
    confirmed = row.outcome == "confirmed"
    assert version_of(books, "receipt").version == before + confirmed
    for one in people:
        await one.http.aclose()


async def test_of_two_proposals_at_once_one_is_taken(
    app: FastAPI, database: Database, books: Books
) -> None:
    people = [Browser(app, database) for _ in range(3)]
    for number, one in enumerate(people):
        await one.log_in(Role.OPERATOR, login=f"person-{number}")
    answers = await asyncio.gather(
        *(propose(one, "renewal", grace_days=str(20 + n)) for n, one in enumerate(people))
    )
    assert sorted(answer.status for answer in answers) == [303, 409, 409]
    assert len(books.rows("SELECT FROM policy_changes WHERE kind = 'renewal'")) == 1
    books.connection.execute(
        "UPDATE policy_changes SET outcome = 'withdrawn', decided_by = proposed_by,"
        " decided_at = now() WHERE kind = 'renewal' AND outcome IS NULL"
    )
    for one in people:
        await one.http.aclose()


async def test_a_specialist_reads_and_changes_nothing(browser: Browser) -> None:
    await browser.log_in(Role.SPECIALIST)
    page = await browser.get(f"{LIST}/refund")
    assert page.status == 200
    assert "/changes" not in page.html
    assert (await browser.get(f"{LIST}/nothing")).status == 404


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
async def test_what_is_typed_is_text_and_never_more(
    browser: Browser, books: Books, hostile: str
) -> None:
    await browser.log_in(Role.ACCOUNTANT, login="anna")
    for field in ("reason", "grace_days", "valid_from", "base_version", "payment_reminder_days"):
        page = await propose(browser, "renewal", **{"yellow_days": "31", field: hostile})
        assert page.status in {303, 409, 422}, field
        shown = await browser.get(f"{LIST}/renewal")
        for one in (page, shown):
            assert "<" not in hostile or hostile not in one.html
        if page.status == 303:
            assert (await decide(browser, "renewal", "/withdrawal")).status == 303
