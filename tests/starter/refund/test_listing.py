"""Lists as pages need them: whose turn, by which day, of whom, how many; payouts and letters."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.access.roles import Role
from tests.books import Books
from tests.starter.refund.shop import SERVICE, SUBSCRIPTION, Case, Person, Shop, code_of
from tests.workflows.case_under_test import eventually

EARLIER = datetime(2020, 1, 1, tzinfo=UTC)


async def items(person: Person, path: str = "/v1/refunds", **params: Any) -> list[dict[str, Any]]:
    """A list's first page."""
    answer = await person.get(path, **params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def ids(person: Person, **params: Any) -> list[str]:
    return [row["id"] for row in await items(person, **params)]


async def pages(person: Person, path: str, **params: Any) -> list[dict[str, Any]]:
    """Every row of a list, read in pages of one."""
    rows: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await person.get(path, limit=1, **params, **cursor)
        assert answer.status_code == 200, answer.text
        rows += answer.json()["items"]
        if answer.json()["next"] is None:
            return rows
        cursor = {"cursor": answer.json()["next"]}


def named(books: Books, case: Case, name: str, inn: str | None = None) -> str:
    """Gives the case's client a name of its own; its id."""
    client_id = case.client.caller.client_id
    books.connection.execute(
        "UPDATE clients SET name = %s, inn = %s WHERE id = %s", (name, inn, client_id)
    )
    return str(client_id)


def late(books: Books, case: Case) -> None:
    """The case's deadline is long over."""
    books.connection.execute("UPDATE refunds SET wait_until = %s WHERE id = %s", (EARLIER, case.id))


@pytest.mark.parametrize(
    "sought",
    [
        "алёнка",
        "АЛЕНКА",
        "Ален",
        "ООО «Алёнка и сыновья»",
        "сыновья алёнка",
        'ооо "аленка',
        "але\u0308нка",
        "алён\u00adка",
        "7707083893",
        "77070838",
    ],
)
async def test_cases_are_found_by_name_or_inn_however_they_are_written(
    shop: Shop, sought: str
) -> None:
    case = await shop.opened(SUBSCRIPTION)
    client_id = named(shop.books, case, "ООО «Алёнка и Сыновья»", "7707083893")
    staff = shop.staff(Role.SPECIALIST)
    found = await items(staff, client=sought, client_id=client_id)
    assert [(row["id"], row["client_name"]) for row in found] == [
        (case.id, "ООО «Алёнка и Сыновья»")
    ]
    assert client_id in [row["id"] for row in await items(staff, "/v1/clients", client=sought)]


@pytest.mark.parametrize(
    "sought", ["аленки", "7707083894", "ооо сыновей", "707083893", "%%%", "___"]
)
async def test_what_is_not_there_is_not_found(shop: Shop, sought: str) -> None:
    case = await shop.opened(SUBSCRIPTION)
    client_id = named(shop.books, case, "ООО «Алёнка и Сыновья»", "7707083893")
    answer = await shop.staff(Role.SPECIALIST).get(
        "/v1/refunds", client=sought, client_id=client_id
    )
    assert answer.status_code == 422 or answer.json()["items"] == []


@pytest.mark.parametrize("sought", ["", "  ", "ИП", "а б в", "«»…", "77", "я" * 161])
async def test_too_little_to_look_for_is_refused(shop: Shop, sought: str) -> None:
    for path in ("/v1/refunds", "/v1/renewals", "/v1/clients", "/v1/payouts"):
        answer = await shop.staff(Role.SPECIALIST).get(path, client=sought)
        assert (answer.status_code, code_of(answer)) == (422, "validation"), path


async def test_a_queue_is_narrowed_to_whose_turn_it_is_and_to_what_is_late(shop: Shop) -> None:
    clients_turn = await shop.opened(SUBSCRIPTION)
    ours, ours_late = await shop.opened(SERVICE), await shop.opened(SERVICE)
    late(shop.books, ours_late)
    staff = shop.staff(Role.SPECIALIST)
    queue = await ids(staff, waiting_for="specialist", limit=100)
    assert {ours.id, ours_late.id} <= set(queue)
    assert clients_turn.id not in queue
    assert ours_late.id in await ids(staff, waiting_for="specialist", overdue=True)
    assert ours.id not in await ids(staff, waiting_for="specialist", overdue=True, limit=100)
    in_time = await ids(staff, waiting_for="specialist", overdue=False, limit=100)
    assert ours.id in in_time
    assert ours_late.id not in in_time


async def test_the_earliest_deadline_comes_first_and_pages_neither_miss_nor_repeat(
    shop: Shop,
) -> None:
    without, *cases = [await shop.opened(SERVICE) for _ in range(4)]
    name = f"ООО «{uuid4().hex}»"
    for place, case in enumerate(cases):
        named(shop.books, case, name)
        shop.books.connection.execute(
            "UPDATE refunds SET wait_until = %s WHERE id = %s",
            (EARLIER - timedelta(days=place // 2), case.id),  # two of them on the same day
        )
    named(shop.books, without, name)
    shop.books.connection.execute(
        "UPDATE refunds SET wait_until = NULL WHERE id = %s", (without.id,)
    )
    rows = await pages(shop.staff(Role.SPECIALIST), "/v1/refunds", sort="deadline", client=name)
    first, second = sorted([cases[0].id, cases[1].id])
    assert [row["id"] for row in rows] == [cases[2].id, first, second, without.id]


@pytest.mark.parametrize(
    ("sort", "another"), [("deadline", "newest"), ("newest", "deadline")], ids=str
)
async def test_a_cursor_of_another_order_is_refused(shop: Shop, sort: str, another: str) -> None:
    await shop.opened(SERVICE)
    await shop.opened(SERVICE)
    staff = shop.staff(Role.OPERATOR)
    page = (await staff.get("/v1/refunds", sort=sort, limit=1)).json()
    answer = await staff.get("/v1/refunds", sort=another, cursor=page["next"])
    assert (answer.status_code, code_of(answer)) == (422, "cursor_malformed")


async def test_counts_are_those_of_the_lists(shop: Shop) -> None:
    late(shop.books, await shop.opened(SERVICE))
    await shop.opened(SUBSCRIPTION)
    cancelled = await shop.opened(SUBSCRIPTION)
    await cancelled.client.post(f"{cancelled.path}/withdrawal")
    staff = shop.staff(Role.ACCOUNTANT)
    counts = (await staff.get("/v1/refunds/counts")).json()
    assert counts["count"] == sum(row["count"] for row in counts["items"])
    assert "cancelled" not in {row["status"] for row in counts["items"]}
    for row in counts["items"]:
        asked = {"status": row["status"], "waiting_for": row["waiting_for"]}
        assert len(await pages(staff, "/v1/refunds", **asked)) == row["count"]
        assert len(await pages(staff, "/v1/refunds", overdue=True, **asked)) == row["overdue"]
    specialists = next(row for row in counts["items"] if row["status"] == "awaiting_specialist")
    assert specialists["overdue"] >= 1
    assert (specialists["title"], specialists["waiting_for_title"]) == (
        "Ждёт расчёта специалиста",
        "специалист",
    )


async def test_a_client_counts_and_finds_its_own_only(shop: Shop) -> None:
    own, someone_elses = await shop.opened(SUBSCRIPTION), await shop.opened(SUBSCRIPTION)
    named(shop.books, someone_elses, "ООО «Чужая»")
    counts = (await own.client.get("/v1/refunds/counts")).json()
    assert (counts["count"], len(counts["items"])) == (1, 1)
    assert await ids(own.client, client="чужая") == []


async def test_payouts_are_listed_with_their_case_and_their_order(shop: Shop) -> None:
    case = await (await shop.opened(SUBSCRIPTION, stopped_on="2026-03-17")).signed()
    await case.by(Role.SPECIALIST, "acceptance")
    await case.until("completed")
    name = f"ООО «{uuid4().hex}»"
    client_id = named(shop.books, case, name)
    staff = shop.staff(Role.ACCOUNTANT)
    (paid,) = await items(staff, "/v1/payouts", client=name)
    assert (paid["refund_id"], paid["client_id"], paid["attempt"]) == (case.id, client_id, 1)
    assert (paid["status"], paid["channel"], paid["amount"]) == ("paid", "acquirer", "9693.55")
    assert (paid["order_number"], paid["run_number"]) == (None, None)
    assert (await shop.staff(Role.ACCOUNTANT).get(paid["href"])).status_code == 200
    today = datetime.fromisoformat(paid["prepared_at"]).astimezone(UTC).date()
    narrowed = {"client": name, "prepared_to": str(today - timedelta(days=2))}
    assert await items(staff, "/v1/payouts", **narrowed) == []
    assert await items(staff, "/v1/payouts", client=name, status="rejected") == []
    assert await items(staff, "/v1/payouts", client=name, channel="bank") == []
    everything = await pages(staff, "/v1/payouts")
    assert len({(row["refund_id"], row["attempt"]) for row in everything}) == len(everything)


async def test_the_letters_of_a_case_say_what_they_said_and_hide_the_code(shop: Shop) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    shop.books.connection.execute(
        "UPDATE notifications SET status = 'sent', due_at = NULL, sent_to = 'old@b.example',"
        " sent_subject = 'Как было', sent_text = 'Слова того дня'"
        " WHERE case_id = %s AND template = 'refund_awaiting_statement' AND channel = 'mail'",
        (case.id,),
    )
    seen = await items(case.client, f"{case.path}/letters")
    assert {row["role"] for row in seen} == {"client"}
    by_text = {row["text"]: row for row in seen}
    kept = by_text["Слова того дня"]
    assert (kept["address"], kept["subject"], kept["title"]) == (
        "old@b.example",
        "Как было",
        "Отправлено",
    )
    (code,) = [row for row in seen if "••••••" in row["text"]]
    assert case.mailed_code() not in str(seen)
    assert code["address"] is None
    staffs = await pages(shop.staff(Role.OPERATOR), f"{case.path}/letters")
    assert {"client", "specialist"} == {row["role"] for row in staffs}
    assert len({row["id"] for row in staffs}) == len(staffs) > len(seen)


async def test_what_the_mail_server_said_is_for_the_staff(shop: Shop) -> None:
    case = await shop.opened(SUBSCRIPTION)

    async def refused() -> bool:
        rows = await items(shop.staff(Role.OPERATOR), f"{case.path}/letters")
        return any(row["last_error"] for row in rows)

    shop.books.connection.execute(
        "UPDATE notifications SET last_error = '550 no such user' WHERE case_id = %s", (case.id,)
    )
    await eventually(refused)
    rows = await items(case.client, f"{case.path}/letters")
    assert {row["last_error"] for row in rows} == {None}


async def test_the_letters_of_anothers_case_are_not_there(shop: Shop) -> None:
    own, someone_elses = await shop.opened(SUBSCRIPTION), await shop.opened(SUBSCRIPTION)
    assert (await own.client.get(f"{someone_elses.path}/letters")).status_code == 404


async def test_every_answer_of_json_ends_in_a_newline_also_when_it_is_repeated(shop: Shop) -> None:
    number = await shop.invoice(SUBSCRIPTION)
    client, key = shop.client_of(number), uuid4().hex
    body = {"invoice_number": number}
    opened = [await client.post("/v1/refunds", body, key=key) for _ in range(2)]
    answers = [
        *opened,
        await client.get("/v1/refunds"),
        await client.get("/v1/refunds/refund-none-1"),
        await client.get("/v1/nothing"),
        await client.post("/v1/refunds", {}),
    ]
    for answer in answers:
        assert answer.content.endswith(b"}\n"), answer.request.url
        assert int(answer.headers["content-length"]) == len(answer.content)
    assert opened[0].content == opened[1].content
