"""«Деньги не пришли»: asked by a client, answered by an accountant, over the real product."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.client import WorkflowExecutionStatus

from db.database import Database
from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from tests.books import Books
from tests.starter.refund.credited import credited
from tests.starter.refund.shop import Case, Shop, code_of, wrong_fields
from tests.workflows.case_under_test import eventually

ANSWER = {"answer": "Возврат исполнен, назовите банку RRN."}


def today(books: Books) -> str:
    return moscow_date(books.row("SELECT now() AS now").now).isoformat()


async def ask(case: Case, **changes: object) -> str:
    """An inquiry; its key, for a repeat."""
    key = uuid4().hex
    body = {"checked_on": today(case.shop.books), "looked_at": "Сбербанк, ноябрь", **changes}
    answer = await case.client.post(f"{case.path}/inquiry", body, key=key)
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "inquiry"
    return key


@pytest.fixture
async def case(shop: Shop, database: Database, books: Books) -> Case:
    return await credited(shop, database, books)


async def test_a_client_asks_an_accountant_answers_and_the_client_reads_the_trace(
    case: Case, shop: Shop
) -> None:
    before = await case.read()
    assert "open_inquiry" in [action["action"] for action in before["actions"]]
    await ask(case, comment="Жду с прошлой недели")
    mine = await case.read()
    assert (mine["closed_at"], mine["waiting_for"]) == (None, "accountant")
    assert mine["inquiries"][0]["trace"] is None
    assert mine["inquiries"][0]["wait_until"] == mine["wait_until"]

    theirs = await case.read(shop.staff(Role.ACCOUNTANT))
    trace = theirs["inquiries"][0]["trace"]
    assert trace["acquirer_refund"] == f"external-{case.id}"
    assert theirs["inquiries"][0]["comment"] == "Жду с прошлой недели"

    answered = await case.by(Role.ACCOUNTANT, "inquiry/answer", ANSWER)
    assert answered.json()["status"] == "completed"
    told = await case.read()
    assert told["closed_at"] is not None
    (inquiry,) = told["inquiries"]
    assert (inquiry["ended_as"], inquiry["answer"]) == ("inquiry_answered", ANSWER["answer"])
    assert f"external-{case.id}" in inquiry["trace"]["text"]
    assert inquiry["ended_by"] is None
    theirs = (await case.read(shop.staff(Role.ACCOUNTANT)))["inquiries"][0]
    assert (theirs["login"], theirs["ended_by"]) == (case.client.caller.login, "accountant-1")
    assert [row["by"] for row in told["timeline"][-2:]] == ["client", "accountant"]
    await ends(case)


async def ends(case: Case) -> None:
    """The run that was begun for the inquiry ends with it."""

    async def ended() -> bool:
        described = await case.shop.temporal.get_workflow_handle(case.id).describe()
        return described.status is WorkflowExecutionStatus.COMPLETED

    await eventually(ended)


async def test_a_repeat_is_the_same_inquiry_and_another_one_is_refused_meanwhile(
    case: Case, books: Books
) -> None:
    key = await ask(case)
    body = {"checked_on": today(books), "looked_at": "Сбербанк, ноябрь"}
    repeat = await case.client.post(f"{case.path}/inquiry", body, key=key)
    assert repeat.status_code == 200
    another = await case.client.post(f"{case.path}/inquiry", body)
    assert (another.status_code, code_of(another)) == (409, "inquiry_open")
    assert len((await case.read())["inquiries"]) == 1


async def test_two_inquiries_at_once_are_one(case: Case, books: Books) -> None:
    body = {"checked_on": today(books)}
    answers = await asyncio.gather(
        *(case.client.post(f"{case.path}/inquiry", body) for _ in range(5))
    )
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200, 409, 409, 409, 409]
    assert {code_of(answer) for answer in answers if answer.status_code == 409} == {"inquiry_open"}
    assert [row["to_status"] for row in (await case.read())["timeline"]].count("inquiry") == 1


async def test_a_client_that_finds_the_money_ends_its_inquiry(case: Case) -> None:
    await ask(case)
    found = await case.client.post(f"{case.path}/inquiry/withdrawal")
    assert found.json()["status"] == "completed"
    assert (await case.read())["inquiries"][0]["ended_as"] == "money_arrived"


async def test_money_that_came_back_to_the_acquirer_is_paid_to_other_requisites(
    case: Case,
) -> None:
    await ask(case)
    back = await case.by(Role.ACCOUNTANT, "inquiry/returned", {"reason": "есть в кабинете"})
    assert back.json()["status"] == "awaiting_statement"
    told = await case.read()
    assert told["inquiries"][0]["ended_as"] == "money_returned"
    assert told["payouts"][0]["status"] == "returned"
    assert told["timeline"][-1]["reason"] == "Деньги вернулись эквайеру"
    await case.signed()


@pytest.mark.parametrize(
    ("role", "command"),
    [
        (Role.CLIENT, "inquiry/answer"),
        (Role.SPECIALIST, "inquiry/answer"),
        (Role.OPERATOR, "inquiry/returned"),
        (Role.ACCOUNTANT, "inquiry"),
        (Role.SPECIALIST, "inquiry/withdrawal"),
    ],
)
async def test_others_may_not(role: Role, command: str, case: Case, books: Books) -> None:
    body = {"inquiry": {"checked_on": today(books)}, "inquiry/answer": ANSWER}.get(
        command, {"reason": "x"} if command.endswith("returned") else None
    )
    person = case.client if role is Role.CLIENT else case.shop.staff(role)
    answer = await person.post(f"{case.path}/{command}", body)
    assert (answer.status_code, code_of(answer)) == (403, "forbidden")


async def test_another_client_does_not_find_it(case: Case, shop: Shop, books: Books) -> None:
    stranger = shop.client(books.client())
    answer = await stranger.post(f"{case.path}/inquiry", {"checked_on": today(books)})
    assert answer.status_code == 404


async def test_before_the_last_day_is_over_it_is_too_early_unless_the_trace_contradicts(
    case: Case, books: Books
) -> None:
    books.connection.execute(
        "UPDATE refunds SET credit_by = CAST(now() AS date) + 5 WHERE id = %s", (case.id,)
    )
    shown = await case.read()
    assert "open_inquiry" not in [action["action"] for action in shown["actions"]]
    assert shown["inquiry_from"] > today(books)
    body = {"checked_on": today(books)}
    early = await case.client.post(f"{case.path}/inquiry", body)
    assert (early.status_code, code_of(early)) == (409, "inquiry_too_early")
    books.put(
        "acquirer_differences",
        id=str(uuid4()),
        invariant="listed",
        subject=f"{case.id}/1",
        found=f"{case.id}/1",
        found_at=books.row("SELECT now() AS now").now,
    )
    await ask(case)
    theirs = await case.read(case.shop.staff(Role.ACCOUNTANT))
    assert theirs["inquiries"][0]["trace"]["contradiction"] == "not_listed"


async def test_after_the_window_and_after_too_many_it_is_refused(case: Case, books: Books) -> None:
    body = {"checked_on": today(books)}
    for _ in range(5):
        await ask(case)
        await case.by(Role.ACCOUNTANT, "inquiry/answer", ANSWER)
    many = await case.client.post(f"{case.path}/inquiry", body)
    assert (many.status_code, code_of(many)) == (409, "inquiry_too_many")
    books.connection.execute(
        "UPDATE refunds SET credit_by = credit_by - 400, paid_on = paid_on - 400 WHERE id = %s",
        (case.id,),
    )
    late = await case.client.post(f"{case.path}/inquiry", body)
    assert (late.status_code, code_of(late)) == (409, "inquiry_too_late")


async def test_a_day_that_cannot_be_is_a_wrong_field(case: Case, books: Books) -> None:
    now = books.row("SELECT now() AS now").now
    for day, code in (
        (moscow_date(now) + timedelta(days=2), "inquiry_checked_in_future"),
        (moscow_date(now) - timedelta(days=22), "inquiry_checked_before_payment"),
    ):
        answer = await case.client.post(f"{case.path}/inquiry", {"checked_on": day.isoformat()})
        assert wrong_fields(answer) == {"/checked_on": code}


async def test_a_case_that_was_never_paid_takes_none(shop: Shop, books: Books) -> None:
    case = await shop.opened()
    answer = await case.client.post(f"{case.path}/inquiry", {"checked_on": today(books)})
    assert (answer.status_code, code_of(answer)) == (409, "not_allowed_in_status")
