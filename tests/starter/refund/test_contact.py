"""Another address for the letters of a refund, over the real product."""

from typing import Any
from uuid import uuid4

import pytest

from db.database import Database
from domain.access.roles import Role
from domain.refund.contact import MAX_CORRECTIONS
from tests.books import Books
from tests.starter.refund.credited import credited
from tests.starter.refund.shop import Case, Shop, code_of, wrong_fields

ADDRESS = "dir@romashka.example"


@pytest.fixture
async def case(shop: Shop) -> Case:
    return await shop.opened()


async def correct(case: Case, email: str = ADDRESS, *, key: str | None = None) -> Any:
    return await case.client.post(f"{case.path}/contact", {"email": email}, key=key)


def gave_up(case: Case) -> None:
    """The mail server has refused every letter of the case for good."""
    case.shop.books.connection.execute(
        "UPDATE notifications SET status = 'failed', due_at = NULL, settled_at = now()"
        " WHERE case_id = %s AND channel = 'mail'",
        (case.id,),
    )


async def letters(case: Case) -> list[dict[str, Any]]:
    answer = await case.client.get(f"{case.path}/letters")
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_letters_that_do_not_arrive_are_shown_and_corrected(case: Case) -> None:
    gave_up(case)
    before = await case.read()
    assert before["letters_undelivered"]
    assert "correct_contact" in [action["action"] for action in before["actions"]]
    answer = await correct(case)
    assert answer.status_code == 200, answer.text
    after = await case.read()
    assert (after["letters_to"], after["letters_undelivered"]) == (ADDRESS, False)
    assert (after["status"], after["wait_until"]) == (before["status"], before["wait_until"])
    change = after["timeline"][-1]
    assert (change["by"], change["reason_code"]) == ("client", "contact_corrected")
    new, old = await letters(case)
    assert (new["status"], new["subject"]) == ("queued", old["subject"])
    assert (old["status"], old["replaced_at"] is not None) == ("failed", True)


async def test_a_repeat_and_a_second_submit_are_one_correction(case: Case) -> None:
    gave_up(case)
    key = uuid4().hex
    answers = [await correct(case, key=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    again = await correct(case)
    assert wrong_fields(again) == {"/email": "email_same"}
    assert len(await letters(case)) == 2


@pytest.mark.parametrize(
    "email", ["dir", "dir@localhost", "дир@romashka.example", "a" * 65 + "@romashka.example"]
)
async def test_what_is_no_address_is_refused_beside_its_field(email: str, case: Case) -> None:
    before = case.papers()
    assert wrong_fields(await correct(case, email)) == {"/email": "email_format"}
    assert case.papers() == before


async def test_the_present_address_is_refused(case: Case) -> None:
    same = await correct(case, "BUH@romashka.example")
    assert wrong_fields(same) == {"/email": "email_same"}


async def test_another_client_and_staff_change_nothing(case: Case, shop: Shop) -> None:
    stranger = shop.client(shop.books.client())
    answer = await stranger.post(f"{case.path}/contact", {"email": ADDRESS})
    assert (answer.status_code, code_of(answer)) == (404, "not_found")
    for role in (Role.SPECIALIST, Role.ACCOUNTANT, Role.OPERATOR):
        answer = await case.by(role, "contact", {"email": ADDRESS})
        assert (answer.status_code, code_of(answer)) == (403, "forbidden")
    assert (await case.read())["letters_to"] != ADDRESS


async def test_an_ended_case_takes_no_other(case: Case) -> None:
    await case.client.post(f"{case.path}/withdrawal")
    answer = await correct(case)
    assert (answer.status_code, code_of(answer)) == (409, "not_allowed_in_status")
    assert "correct_contact" not in [one["action"] for one in (await case.read())["actions"]]


async def test_a_credited_case_takes_no_other(shop: Shop, database: Database, books: Books) -> None:
    answer = await correct(await credited(shop, database, books))
    assert (answer.status_code, code_of(answer)) == (409, "not_allowed_in_status")


async def test_a_case_is_corrected_so_often_and_no_more(case: Case) -> None:
    for number in range(MAX_CORRECTIONS):
        assert (await correct(case, f"dir{number}@romashka.example")).status_code == 200
    answer = await correct(case)
    assert (answer.status_code, code_of(answer)) == (409, "contact_corrected_too_often")


async def test_the_history_in_temporal_has_no_address(case: Case) -> None:
    assert (await correct(case)).status_code == 200
    history = await case.shop.temporal.get_workflow_handle(case.id).fetch_history()
    said = history.to_json()
    assert "correct_contact" in said
    assert "romashka" not in said.replace(case.id, "")
