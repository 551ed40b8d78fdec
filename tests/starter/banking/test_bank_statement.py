"""Bank statements: taken in once, read whole or refused whole; what they say settles payouts."""

import asyncio
import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.access.roles import Role
from domain.banking.statement_import import bank_statement_workflow_id
from starter.commands.banking.statement_file import MAX_STATEMENT_BYTES
from tests.books import LICENCE_KOPECKS
from tests.starter.banking.statement_of import TODAY, Moved, statement
from tests.starter.bookkeeping import OUR_ACCOUNT, Bookkeeping, account_of
from tests.starter.refund.shop import code_of, wrong_fields

ENTRIES = "/v1/bank-entries"
NEXT_DAY = TODAY + timedelta(days=1)


async def entries(bookkeeping: Bookkeeping, **narrowed: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await bookkeeping.accountant.get(ENTRIES, **narrowed)).json()[
        "items"
    ]
    return found


async def sent(bookkeeping: Bookkeeping) -> tuple[str, Moved]:
    """A case whose order the bank has, and the debit that would settle it."""
    case_id = await bookkeeping.paying()
    orders = await bookkeeping.handed_over()
    (order,) = [one for one in orders if one["refund_id"] == case_id]
    return case_id, Moved(str(order["number"]), LICENCE_KOPECKS)


def given_back(debit: Moved, reason: str = "счёт получателя закрыт") -> Moved:
    purpose = f"Возврат п/п № {debit.number} от {TODAY:%d.%m.%Y}: {reason}"
    return debit.changed(
        number=f"9{debit.number}", out=False, purpose=purpose, day=NEXT_DAY + timedelta(days=2)
    )


async def told_of_returns(bookkeeping: Bookkeeping, case_id: str) -> int:
    """How many returns the case was signalled."""
    history = await bookkeeping.temporal.get_workflow_handle(case_id).fetch_history()
    signals = [one.workflow_execution_signaled_event_attributes for one in history.events]
    return sum(one.signal_name == "payout_returned" for one in signals)


def unique() -> Moved:
    """A payment that concerns no payout; no test has the same."""
    return Moved("1", uuid4().int % 10**9 + 1, out=False, purpose="Оплата по счёту")


async def test_a_debit_makes_the_payout_paid_on_its_day(bookkeeping: Bookkeeping) -> None:
    case_id, debit = await sent(bookkeeping)
    found = await bookkeeping.imported(statement(debit))
    assert (found["status"], found["entries_total"], found["entries_new"]) == ("imported", 1, 1)
    await bookkeeping.status(case_id, "completed")
    row = bookkeeping.books.row("SELECT paid_on FROM refunds WHERE id = %(c)s", c=case_id)
    assert row.paid_on == NEXT_DAY
    (entry,) = await entries(bookkeeping, statement_id=found["id"])
    assert (entry["status"], entry["matched_as"], entry["refund_id"], entry["decided_by"]) == (
        "matched",
        "payout",
        case_id,
        "system",
    )


async def test_a_debit_counts_even_if_nobody_said_that_the_run_was_handed_over(
    bookkeeping: Bookkeeping,
) -> None:
    case_id = await bookkeeping.paying()
    run = await bookkeeping.run()
    path = f"/v1/payment-runs/{run['id']}/orders"
    (order,) = (await bookkeeping.accountant.get(path)).json()["items"]
    await bookkeeping.imported(statement(Moved(f"000{order['number']}", LICENCE_KOPECKS)))
    await bookkeeping.status(case_id, "completed")


@pytest.mark.parametrize(
    "changes",
    [
        {"kopecks": LICENCE_KOPECKS - 1},
        {"number": "999999"},
        {"other_account": account_of("40702", 77)},
        {"day": TODAY + timedelta(days=90)},
        {"day": TODAY - timedelta(days=30)},
    ],
)
async def test_a_debit_that_is_not_the_order_s_settles_nothing(
    bookkeeping: Bookkeeping, changes: dict[str, Any]
) -> None:
    case_id, debit = await sent(bookkeeping)
    found = await bookkeeping.imported(statement(debit.changed(**changes), unique()))
    assert {entry["status"] for entry in await entries(bookkeeping, statement_id=found["id"])} == {
        "unmatched"
    }
    await bookkeeping.payout(case_id, 1, "sent")


async def test_a_second_debit_of_one_order_is_left_to_a_person(bookkeeping: Bookkeeping) -> None:
    case_id, debit = await sent(bookkeeping)
    found = await bookkeeping.imported(statement(debit, debit))
    listed = await entries(bookkeeping, statement_id=found["id"])
    assert sorted(entry["status"] for entry in listed) == ["matched", "unmatched"]
    await bookkeeping.status(case_id, "completed")


async def test_the_same_file_again_changes_nothing(bookkeeping: Bookkeeping) -> None:
    content = statement(unique(), unique())
    first = await bookkeeping.imported(content)
    answer = await bookkeeping.upload(content)
    assert answer.status_code == 200
    assert await bookkeeping.imported(content) == first
    assert len(await entries(bookkeeping, statement_id=first["id"])) == 2


async def test_equal_files_at_once_are_one(bookkeeping: Bookkeeping) -> None:
    content = statement(unique())
    answers = await asyncio.gather(*(bookkeeping.upload(content) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (await bookkeeping.imported(content))["entries_new"] == 1


async def test_overlapping_periods_bring_what_is_new(bookkeeping: Bookkeeping) -> None:
    one, two, three = unique(), unique(), unique()
    await bookkeeping.imported(statement(one, two))
    later = await bookkeeping.imported(statement(one, two, three))
    assert (later["entries_total"], later["entries_new"]) == (3, 1)


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "utf-8"])
async def test_every_encoding_is_read(bookkeeping: Bookkeeping, encoding: str) -> None:
    found = await bookkeeping.imported(statement(unique(), encoding=encoding))
    assert (found["status"], found["encoding"]) == ("imported", encoding)


async def test_an_account_that_is_not_ours_refuses_the_file_until_it_is(
    bookkeeping: Bookkeeping,
) -> None:
    stranger = account_of("40702", 5_000)
    content = statement(unique(), account=stranger)
    refused = await bookkeeping.imported(content)
    assert (refused["status"], refused["refusal"]["code"]) == (
        "refused",
        "bank_file_account_foreign",
    )
    assert stranger not in refused["refusal"]["detail"]
    await bookkeeping.write_own_account(stranger)
    assert (await bookkeeping.imported(content))["status"] == "imported"


async def test_a_broken_file_is_refused_whole_with_line_and_reason(
    bookkeeping: Bookkeeping,
) -> None:
    before = len(await entries(bookkeeping, limit=100))
    cut = statement(unique(), unique()).rpartition("КонецДокумента".encode("cp1251"))[0]
    refused = await bookkeeping.imported(cut)
    assert refused["refusal"]["code"] in {"bank_file_section_open", "bank_file_cut"}
    assert refused["refusal"]["line"] > 0
    assert refused["refusal"]["detail"].startswith("Строка ")
    unbalanced = await bookkeeping.imported(statement(unique(), closing=1))
    assert unbalanced["refusal"]["code"] == "bank_file_balance"
    assert len(await entries(bookkeeping, limit=100)) == before


async def test_a_refused_file_that_was_dealt_with_is_read_again_when_it_comes_again(
    bookkeeping: Bookkeeping,
) -> None:
    content = statement(unique(), closing=1)
    refused = await bookkeeping.imported(content)
    path, body = f"/v1/bank-statements/{refused['id']}", {"reason": "Загружен другой файл"}
    settled = (await bookkeeping.accountant.post(f"{path}/settlement", body)).json()
    assert (settled["status"], settled["settled"]["reason"]) == ("settled", body["reason"])
    assert settled["refusal"] == refused["refusal"]
    again = await bookkeeping.accountant.post(f"{path}/settlement", body)
    assert again.json() == settled
    other = await bookkeeping.accountant.post(f"{path}/settlement", {"reason": "Другое"})
    assert (other.status_code, code_of(other)) == (409, "bank_statement_not_refused")
    anew = await bookkeeping.imported(content)
    assert (anew["id"], anew["status"], anew["settled"]) == (refused["id"], "refused", None)


async def test_an_empty_file_is_refused_at_once(bookkeeping: Bookkeeping) -> None:
    answer = await bookkeeping.upload(b"")
    assert (answer.status_code, code_of(answer)) == (422, "bank_statement_empty")


async def test_a_file_above_the_limit_is_refused_and_not_kept(bookkeeping: Bookkeeping) -> None:
    kept = "SELECT count(*) FROM bank_statements"
    before = bookkeeping.books.row(kept)[0]
    answer = await bookkeeping.upload(bytes(MAX_STATEMENT_BYTES + 1))
    assert answer.status_code == 413
    assert bookkeeping.books.row(kept)[0] == before


async def test_money_that_comes_back_reopens_the_case_and_the_second_attempt_is_paid(
    bookkeeping: Bookkeeping,
) -> None:
    case_id, debit = await sent(bookkeeping)
    await bookkeeping.imported(statement(debit))
    await bookkeeping.status(case_id, "completed")
    returned = statement(debit, given_back(debit))
    await bookkeeping.imported(returned)
    await bookkeeping.status(case_id, "awaiting_statement")
    row = bookkeeping.books.row(
        "SELECT status, reason FROM payouts WHERE case_id = %(c)s AND attempt = 1", c=case_id
    )
    assert tuple(row) == ("returned", "account_closed")
    await bookkeeping.signed(case_id)
    orders = await bookkeeping.handed_over()
    (order,) = [one for one in orders if one["refund_id"] == case_id]
    second = Moved(str(order["number"]), LICENCE_KOPECKS)
    await bookkeeping.imported(statement(debit, given_back(debit), second))
    await bookkeeping.payout(case_id, 2, "paid")
    await bookkeeping.status(case_id, "completed")


async def test_a_debit_and_its_return_in_one_file_are_both_heard(
    bookkeeping: Bookkeeping,
) -> None:
    case_id, debit = await sent(bookkeeping)
    await bookkeeping.imported(statement(debit, given_back(debit)))
    await bookkeeping.payout(case_id, 1, "returned")
    await bookkeeping.status(case_id, "awaiting_statement")


async def test_a_return_that_comes_before_its_debit_waits_for_it(bookkeeping: Bookkeeping) -> None:
    case_id, debit = await sent(bookkeeping)
    await bookkeeping.imported(statement(given_back(debit)))
    await bookkeeping.payout(case_id, 1, "sent")
    await bookkeeping.imported(statement(debit))
    await bookkeeping.payout(case_id, 1, "returned")


async def test_other_money_that_comes_in_stays_unmatched(bookkeeping: Bookkeeping) -> None:
    case_id, debit = await sent(bookkeeping)
    await bookkeeping.imported(statement(debit))
    await bookkeeping.status(case_id, "completed")
    payment = given_back(debit).changed(purpose="Оплата по счёту № 2026-000117")
    other = given_back(debit).changed(number="1", purpose="Возврат п/п № 999998")
    found = await bookkeeping.imported(statement(payment, other))
    listed = await entries(bookkeeping, statement_id=found["id"], status="unmatched")
    assert len(listed) == 2
    await bookkeeping.status(case_id, "completed")


async def test_a_return_is_told_only_to_the_order_that_it_names(bookkeeping: Bookkeeping) -> None:
    """The other order's number is the date's year, and the rest of an invoice's number."""
    year = "SELECT setval('payment_order_numbers', %s, false)"
    bookkeeping.books.connection.execute(year, (TODAY.year,))
    other_case, other = await sent(bookkeeping)
    case_id, debit = await sent(bookkeeping)
    assert int(other.number) == TODAY.year
    await bookkeeping.imported(statement(other, debit))
    for one in (case_id, other_case):
        await bookkeeping.status(one, "completed")
    reason = f"счёт KP-{TODAY.year}-{int(other.number):06} оплачен {other.number},00"
    await bookkeeping.imported(statement(given_back(debit, reason)))
    await bookkeeping.payout(case_id, 1, "returned")
    await bookkeeping.payout(other_case, 1, "paid")
    assert await told_of_returns(bookkeeping, other_case) == 0


async def test_a_return_that_names_two_orders_is_left_to_a_person(bookkeeping: Bookkeeping) -> None:
    first, debit = await sent(bookkeeping)
    second, other = await sent(bookkeeping)
    await bookkeeping.imported(statement(debit, other))
    for one in (first, second):
        await bookkeeping.status(one, "completed")
    found = await bookkeeping.imported(statement(given_back(debit, f"вместо № {other.number}")))
    (entry,) = await entries(bookkeeping, statement_id=found["id"])
    assert entry["status"] == "unmatched"
    for one in (first, second):
        await bookkeeping.payout(one, 1, "paid")
        assert await told_of_returns(bookkeeping, one) == 0
    body = {"as": "return", "case_id": second, "attempt": 1, "reason": "по выписке"}
    path = f"{ENTRIES}/{entry['id']}/decision"
    assert (await bookkeeping.accountant.post(path, body)).json()["status"] == "matched"
    await bookkeeping.status(second, "awaiting_statement")


async def test_a_person_matches_what_found_nothing(bookkeeping: Bookkeeping) -> None:
    case_id, debit = await sent(bookkeeping)
    found = await bookkeeping.imported(statement(debit.changed(number="77-А")))
    (entry,) = await entries(bookkeeping, statement_id=found["id"])
    body = {"as": "payout", "case_id": case_id, "attempt": 1, "reason": "номер исказил банк"}
    path = f"{ENTRIES}/{entry['id']}/decision"
    for _ in range(2):
        answer = await bookkeeping.accountant.post(path, body)
        assert (answer.status_code, answer.json()["status"]) == (200, "matched"), answer.text
    await bookkeeping.status(case_id, "completed")
    other = await bookkeeping.accountant.post(path, {"as": "ignored", "reason": "ошибка"})
    assert (other.status_code, code_of(other)) == (409, "bank_entry_matched")


async def test_what_a_person_ignores_no_import_takes_up_again(bookkeeping: Bookkeeping) -> None:
    case_id, debit = await sent(bookkeeping)
    early = given_back(debit)
    found = await bookkeeping.imported(statement(early))
    (entry,) = await entries(bookkeeping, statement_id=found["id"])
    path = f"{ENTRIES}/{entry['id']}/decision"
    answer = await bookkeeping.accountant.post(path, {"as": "ignored", "reason": "не наше"})
    assert answer.json()["status"] == "ignored"
    await bookkeeping.imported(statement(early, debit))
    await bookkeeping.status(case_id, "completed")
    read = (await bookkeeping.accountant.get(f"{ENTRIES}/{entry['id']}")).json()
    assert (read["status"], read["decided_by"]) == ("ignored", "accountant-1")
    body = {"as": "return", "case_id": case_id, "attempt": 1, "reason": "всё-таки наше"}
    assert (await bookkeeping.accountant.post(path, body)).json()["status"] == "matched"
    await bookkeeping.status(case_id, "awaiting_statement")


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"as": "return"}, "/as", "bank_entry_direction"),
        ({"case_id": "refund-nobody-1"}, "/case_id", "payout_unknown"),
        ({"attempt": 7}, "/case_id", "payout_unknown"),
        ({"attempt": None}, "", "decision_names_no_payout"),
        ({"as": "ignored"}, "", "decision_names_no_payout"),
    ],
)
async def test_a_decision_that_fits_nothing_is_refused(
    bookkeeping: Bookkeeping, changes: dict[str, Any], field: str, code: str
) -> None:
    case_id, debit = await sent(bookkeeping)
    found = await bookkeeping.imported(statement(debit.changed(number="78-А")))
    (entry,) = await entries(bookkeeping, statement_id=found["id"])
    body = {"as": "payout", "case_id": case_id, "attempt": 1, "reason": "похоже", **changes}
    answer = await bookkeeping.accountant.post(f"{ENTRIES}/{entry['id']}/decision", body)
    assert wrong_fields(answer) == {field: code}


async def test_an_operator_sees_entries_without_names(bookkeeping: Bookkeeping) -> None:
    found = await bookkeeping.imported(statement(unique()))
    operator = bookkeeping.person(Role.OPERATOR)
    answer = await operator.get(ENTRIES, statement_id=found["id"])
    (entry,) = answer.json()["items"]
    assert (entry["counterparty_name"], entry["purpose"]) == ("•••", "•••")
    assert len(entry["counterparty_account"]) == 5


async def test_entries_are_narrowed_and_paged(bookkeeping: Bookkeeping) -> None:
    found = await bookkeeping.imported(statement(*(unique() for _ in range(3))))
    narrowed = {"statement_id": found["id"], "direction": "in", "account": OUR_ACCOUNT}
    seen, cursor = [], None
    while True:
        more: dict[str, str] = {} if cursor is None else {"cursor": cursor}
        page = (await bookkeeping.accountant.get(ENTRIES, **narrowed, limit=2, **more)).json()
        seen += [entry["id"] for entry in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert len(set(seen)) == len(seen) == 3
    none = await entries(bookkeeping, **narrowed, **{"from": "2199-01-01"})
    assert none == []


async def test_an_import_that_is_just_ending_hears_of_a_file_that_is_sent_again(
    bookkeeping: Bookkeeping,
) -> None:
    content = statement(unique(), closing=1)
    import_id = bank_statement_workflow_id(hashlib.sha256(content).hexdigest())
    ending = await bookkeeping.temporal.start_workflow(
        "bank-statement", "that of nobody", id=import_id, task_queue="nobody"
    )
    for _ in range(2):
        assert (await bookkeeping.upload(content)).is_success
    events = (await ending.fetch_history()).events
    heard = [one for one in events if one.HasField("workflow_execution_signaled_event_attributes")]
    assert len(heard) == 2
    await ending.terminate()
    assert (await bookkeeping.imported(content))["status"] == "refused"
