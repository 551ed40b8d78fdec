"""An overdue order over the API: opened, answered, promised, claimed, handed on, written off."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from db.collection import collection
from db.database import Database
from db.facts import load
from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from domain.collection.collection import CollectionChange
from domain.money import amount_text
from tests.books import Books, Line
from tests.starter.broken_invariants import behind_the_back
from tests.starter.caller import Api
from tests.starter.collection.overdue import (
    SUM,
    letters_leave,
    may_be_written_to_now,
    overdue,
)
from tests.starter.compensation.rates import known_rates
from tests.workflows.case_under_test import eventually

DAY = timedelta(days=1)
HOSTILE = "<script>alert(1)</script>\u202e & «кавычки»"


def in_days(days: int) -> str:
    return (moscow_date(datetime.now(UTC)) + days * DAY).isoformat()


async def test_an_order_that_is_not_overdue_has_no_case(whole_api: Api, books: Books) -> None:
    number = books.invoice(Line(SUM), paid=(), due_on=in_days(0), issued_on=in_days(-3))
    path = f"/v1/invoices/{number}/collection"
    refused = await whole_api.call("POST", path, role=Role.ACCOUNTANT)
    assert (refused.status_code, refused.json()["code"]) == (409, "collection_not_overdue")
    forbidden = await whole_api.call("POST", path, role=Role.SPECIALIST)
    assert forbidden.status_code == 403


async def test_a_client_answers_and_promises_and_reads_nothing_of_ours(
    whole_api: Api, books: Books
) -> None:
    case = await overdue(whole_api, books)
    said = await case.client("reason", answer="failed")
    assert (said.status_code, said.json()["answer"]) == (200, "failed")
    too_late = await case.client("promise", pay_on=in_days(31))
    assert (too_late.status_code, too_late.json()["code"]) == (422, "collection_promise_day")
    promised = await case.client("promise", pay_on=in_days(3))
    assert (promised.json()["status"], promised.json()["promised_on"]) == ("promised", in_days(3))
    seen = await case.read(Role.CLIENT)
    assert [one["by"] for one in seen["timeline"]] == ["", "", ""]
    assert seen["looks"] == []
    waiting = await whole_api.call(
        "GET", f"/v1/collections/{case.id}/waiting", role=Role.ACCOUNTANT
    )
    assert waiting.json()["code"] == "promised"
    stranger = await whole_api.call("GET", f"/v1/collections/{case.id}", client_id=books.client())
    assert stranger.status_code == 404
    told = books.rows(
        "SELECT template FROM notifications WHERE case_id = %(id)s AND channel = 'mail'"
        " ORDER BY number",
        id=case.id,
    )
    assert [row.template for row in told] == ["staff_collection_said", "collection_promised"]


async def test_the_days_of_reasons_count_from_the_first_that_was_given(
    whole_api: Api, books: Books, database: Database
) -> None:
    case = await overdue(whole_api, books)
    for answer in ("approval", "failed", "approval"):
        assert (await case.client("reason", answer=answer)).status_code == 200
    taken = books.rows(
        "SELECT number, at, submission_id FROM collection_history"
        " WHERE collection_id = %(id)s AND submission_id IS NOT NULL ORDER BY number",
        id=case.id,
    )
    last = taken[-1]
    change = CollectionChange(case.id, last.number, last.at, "kim", str(last.submission_id))
    decided = await load(database, collection.decided(change))
    assert (len(taken), decided.asked_since) == (3, taken[0].at)


async def test_money_that_billing_tells_of_ends_the_case_without_a_bank_statement(
    whole_api: Api, books: Books
) -> None:
    case = await overdue(whole_api, books)
    payment = {
        "invoice_number": case.number,
        "method": "bank_transfer",
        "acquirer_payment_id": None,
        "amount": amount_text(SUM),
        "received_at": datetime.now(UTC).isoformat(),
    }
    path = f"/v1/payments/{uuid4().hex}"
    stored = await whole_api.call("PUT", path, role=Role.BILLING, json=payment)
    assert stored.status_code == 201, stored.text

    async def is_paid() -> bool:
        return bool((await case.read())["status"] == "paid")

    await eventually(is_paid)


async def test_the_claim_is_previewed_sent_once_and_kept_as_a_paper(
    whole_api: Api, books: Books
) -> None:
    await known_rates(whole_api)
    client_id = may_be_written_to_now(books)
    case = await overdue(whole_api, books, client_id)
    other = await overdue(whole_api, books, client_id)
    await case.staff("lawyer", reason=HOSTILE)
    path = f"/v1/collections/{case.id}"
    draft = await whole_api.call("GET", f"{path}/claim.pdf", role=Role.ACCOUNTANT)
    assert draft.content.startswith(b"%PDF")
    sent = await case.staff("claim")
    assert (sent.status_code, sent.json()["status"]) == (200, "claim_sent"), sent.text
    assert sent.json()["claim_sent_on"] == in_days(0)
    letters = (await whole_api.call("GET", f"{path}/letters", role=Role.ACCOUNTANT)).json()
    (letter,) = letters
    assert letter["tone"] == "claim"
    claimed = {one["invoice_number"]: one["is_claimed"] for one in letter["lines"]}
    assert claimed == {case.number: True, other.number: False}
    letters_leave(books, case.id)
    paper = await whole_api.call("GET", f"{path}/letters/{letter['id']}.pdf", client_id=client_id)
    assert paper.content.startswith(b"%PDF")
    await other.staff("lawyer", reason="молчит")
    again = await other.staff("claim")
    assert (again.status_code, again.json()["code"]) == (409, "collection_contacted_today")


async def test_a_court_has_its_fee_and_a_suit_waits_for_the_claim(
    whole_api: Api, books: Books
) -> None:
    case = await overdue(whole_api, books)
    await case.staff("lawyer", reason="молчит")
    court = {"court": "Арбитражный суд города Москвы", "number": "А40-1/2026"}
    early = await case.staff("court", kind="suit", filed_on=in_days(0), **court)
    assert (early.status_code, early.json()["code"]) == (409, "collection_suit_too_early")
    order = await case.staff("court", kind="order", filed_on=in_days(0), **court)
    assert order.status_code == 200, order.text
    (recorded,) = (await case.read())["courts"]
    assert (recorded["claim"], recorded["fee"]) == ("48000.00", "8000.00")


async def test_a_suit_is_recorded_with_its_fee_once_the_claims_days_are_over_and_settled(
    whole_api: Api, books: Books
) -> None:
    case = await overdue(whole_api, books, may_be_written_to_now(books))
    await case.staff("lawyer", reason="молчит")
    assert (await case.staff("claim")).status_code == 200
    sued = {"kind": "suit", "court": "Арбитражный суд города Москвы", "number": "А40-2/2026"}
    ago = f"claim_sent_on = claim_sent_on - 31 WHERE id = '{case.id}'"
    behind_the_back(books, f"UPDATE collections SET {ago}")  # noqa: S608  the days go by
    await case.staff("lawyer", reason="срок претензии вышел")
    suit = await case.staff("court", filed_on=in_days(0), **sued)
    assert suit.status_code == 200, suit.text
    (recorded,) = (await case.read())["courts"]
    assert (recorded["kind"], recorded["claim"], recorded["fee"]) == (
        "suit",
        "48000.00",
        "10000.00",
    )
    seen = await case.read(Role.CLIENT)
    assert [one["number"] for one in seen["courts"]] == [sued["number"]]
    settled = await case.staff("settle", reason="решение исполнено")
    assert (settled.json()["status"], settled.json()["title"]) == ("settled", "Урегулировано")


async def test_two_people_write_a_debt_off(whole_api: Api, books: Books) -> None:
    case = await overdue(whole_api, books)
    early = await case.staff("write-off/confirm")
    assert early.json()["code"] == "collection_write_off_not_proposed"
    await case.staff("write-off", reason="компания исключена из ЕГРЮЛ")
    told = (await case.read(Role.CLIENT))["timeline"]
    assert {one["action"] for one in told} == {None}
    alone = await case.staff("write-off/confirm", login="Kuznetsova")
    assert (alone.status_code, alone.json()["code"]) == (409, "collection_write_off_by_one")
    done = await case.staff("write-off/confirm", login="belova")
    assert done.json()["status"] == "written_off"
    late = await case.client("reason", answer="forgot")
    assert (late.status_code, late.json()["code"]) == (409, "collection_ended")


async def test_money_ends_a_case_whatever_it_waits_for(whole_api: Api, books: Books) -> None:
    case = await overdue(whole_api, books)
    await case.client("promise", pay_on=in_days(3))
    books.payment(case.number, SUM, "bank_transfer")
    late = await case.staff("settle", reason="зачёт")
    assert (late.status_code, late.json()["code"]) == (409, "collection_paid")
    assert (await case.read())["status"] == "paid"


async def test_cases_are_listed_page_by_page_and_a_client_finds_its_own(
    whole_api: Api, books: Books
) -> None:
    client_id = books.client()
    own = [await overdue(whole_api, books, client_id) for _ in range(2)]
    await own[0].staff("cancel", reason="счёт не наш")
    mine = await listed(whole_api, "", client_id=client_id)
    assert mine == [own[1].id]
    every = await listed(whole_api, "&open_only=false", client_id=client_id)
    assert sorted(every) == sorted(one.id for one in own)
    narrowed = f"&client_id={client_id}&status=cancelled&open_only=false"
    assert await listed(whole_api, narrowed, role=Role.ACCOUNTANT) == [own[0].id]


async def listed(api: Api, narrowed: str, **who: Any) -> list[str]:
    """The cases of all pages, one a page."""
    found, cursor = list[str](), ""
    while True:
        answer = await api.call("GET", f"/v1/collections?limit=1{narrowed}{cursor}", **who)
        page = answer.json()
        found += [one["id"] for one in page["items"]]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


async def test_staff_pause_settle_and_take_a_write_off_back(whole_api: Api, books: Books) -> None:
    case = await overdue(whole_api, books)
    paused = await case.staff("pause", paused_until=in_days(10), reason="ждут бюджет")
    assert paused.status_code == 200, paused.text
    assert paused.json()["wait_until"] >= in_days(9)
    early = await case.staff("pause", paused_until=in_days(0), reason="ждут")
    assert (early.status_code, early.json()["code"]) == (422, "collection_pause_day")
    none = await case.staff("write-off/decline", reason="рано")
    assert (none.status_code, none.json()["code"]) == (409, "collection_write_off_not_proposed")
    await case.staff("write-off", reason="ликвидирован")
    twice = await case.staff("write-off", reason="ликвидирован")
    assert (twice.status_code, twice.json()["code"]) == (409, "collection_write_off_proposed")
    declined = await case.staff("write-off/decline", login="belova", reason="жив")
    assert declined.json()["write_off_by"] is None
    not_yet = await case.staff("court", kind="order", court="суд", number="1", filed_on=in_days(0))
    assert (not_yet.status_code, not_yet.json()["code"]) == (409, "not_allowed_in_status")
    settled = await case.staff("settle", reason="зачёт")
    assert (settled.json()["status"], settled.json()["actions"]) == ("settled", [])


async def test_a_day_with_a_contact_has_no_claim_and_contacts_are_of_days_that_were(
    whole_api: Api, books: Books
) -> None:
    case = await overdue(whole_api, books, may_be_written_to_now(books))
    await case.staff("lawyer", reason="молчит")
    said = {"channel": "meeting", "note": HOSTILE}
    for days in (1, -367):
        wrong = await case.staff("contacts", contacted_on=in_days(days), **said)
        assert wrong.status_code == 422
    kept = await case.staff("contacts", contacted_on=in_days(0), **said)
    assert kept.status_code == 204
    claim = await case.staff("claim")
    assert (claim.status_code, claim.json()["code"]) == (409, "collection_contacted_today")


async def test_no_court_order_is_asked_for_against_a_person_and_papers_are_of_their_case(
    whole_api: Api, books: Books
) -> None:
    client_id = f"client-{uuid4().hex[:12]}"
    person = {"kind": "individual", "name": "Анна Ким", "email": "kim@example.org"}
    books.put("clients", id=client_id, **person)
    case = await overdue(whole_api, books, client_id)
    await case.staff("lawyer", reason="молчит")
    court = {"kind": "order", "court": "мировой судья", "number": "2-1/2026"}
    refused = await case.staff("court", filed_on=in_days(0), **court)
    assert refused.status_code in (409, 422), refused.text
    assert (await case.read())["courts"] == []
    path = f"/v1/collections/{case.id}"
    unknown = f"{path}/letters/{uuid4()}.pdf"
    assert (await whole_api.call("GET", unknown, role=Role.ACCOUNTANT)).status_code == 404
    books.payment(case.number, SUM, "bank_transfer")
    paid = await whole_api.call("GET", f"{path}/claim.pdf", role=Role.ACCOUNTANT)
    assert (paid.status_code, paid.json()["code"]) == (409, "collection_paid")
