"""Payment runs: gathered once, always written the same, sent when handed over, never paid by it."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from db.banking.payment_run import GATHERING_LOCK
from domain.access.roles import Role
from tests.books import Line
from tests.patience import PATIENCE_SECONDS
from tests.starter.bookkeeping import OUR_ACCOUNT, OWN_ACCOUNT, Bookkeeping, account_of
from tests.starter.broken_invariants import behind_the_back
from tests.starter.refund.shop import ACCOUNT, code_of, requisites, wrong_fields

RUNS = "/v1/payment-runs"
GATHER = {"own_account": OUR_ACCOUNT}


async def orders_of(bookkeeping: Bookkeeping, run: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        await bookkeeping.accountant.get(f"{RUNS}/{run['id']}/orders")
    ).json()["items"]
    return found


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"bic": "04452522"}, "/bic", "bic_format"),
        ({"inn": "7707083894"}, "/inn", "inn_check_digit"),
        ({"kpp": "77"}, "/kpp", "kpp_format"),
        (
            {"correspondent_account": "30101810400000000226"},
            "/correspondent_account",
            "correspondent_account_key",
        ),
    ],
)
async def test_wrong_requisites_of_ours_are_refused(
    bookkeeping: Bookkeeping, changes: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await bookkeeping.write_own_account(account_of("40702", 5), **changes)
    assert wrong_fields(answer)[pointer] == code


async def test_an_own_account_has_the_key_of_its_bank(bookkeeping: Bookkeeping) -> None:
    wrong = OUR_ACCOUNT[:8] + str((int(OUR_ACCOUNT[8]) + 1) % 10) + OUR_ACCOUNT[9:]
    answer = await bookkeeping.write_own_account(wrong)
    assert answer.json()["errors"][0]["code"] == "account_key"


async def test_own_accounts_are_read_back(bookkeeping: Bookkeeping) -> None:
    listed = (await bookkeeping.person(Role.OPERATOR).get("/v1/own-accounts")).json()["items"]
    (found,) = [one for one in listed if one["account"] == OUR_ACCOUNT]
    assert {name: found[name] for name in OWN_ACCOUNT} == OWN_ACCOUNT


async def test_a_run_takes_every_prepared_bank_payout_once(bookkeeping: Bookkeeping) -> None:
    first, second = await bookkeeping.paying(), await bookkeeping.paying()
    run = await bookkeeping.run()
    orders = await orders_of(bookkeeping, run)
    assert [order["refund_id"] for order in orders] == [first, second]
    assert (run["orders"], run["total"], run["left_out"]) == (2, "80000.00", [])
    again = await bookkeeping.accountant.post(RUNS, GATHER)
    assert (again.status_code, code_of(again)) == (409, "nothing_to_pay")


async def test_gathering_at_once_orders_each_payout_once(bookkeeping: Bookkeeping) -> None:
    case_id = await bookkeeping.paying()
    answers = await asyncio.gather(*(bookkeeping.accountant.post(RUNS, GATHER) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    orders = bookkeeping.books.rows("SELECT 1 FROM payment_orders WHERE case_id = %(c)s", c=case_id)
    assert len(orders) == 1


async def test_the_same_command_again_answers_with_the_same_run(bookkeeping: Bookkeeping) -> None:
    await bookkeeping.paying()
    key = uuid4().hex
    first = await bookkeeping.accountant.post(RUNS, GATHER, key=key)
    again = await bookkeeping.accountant.post(RUNS, GATHER, key=key)
    assert first.json() == again.json()
    assert again.status_code == 201


async def test_a_gathering_that_takes_long_is_answered_with_where_its_run_will_be(
    bookkeeping: Bookkeeping,
) -> None:
    await bookkeeping.paying()
    key = uuid4().hex
    bookkeeping.books.row("SELECT pg_advisory_lock(%(lock)s)", lock=GATHERING_LOCK)
    try:
        asking = replace(bookkeeping.accountant, once=True)
        waiting = await asking.post(RUNS, GATHER, key=key)
        place = waiting.headers["location"]
        assert waiting.status_code == 202
        assert (await bookkeeping.accountant.get(place)).status_code == 404
    finally:
        bookkeeping.books.row("SELECT pg_advisory_unlock(%(lock)s)", lock=GATHERING_LOCK)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (found := await bookkeeping.accountant.get(place)).status_code == 404:  # noqa: ASYNC110 - the worker's step
            await asyncio.sleep(0.1)
    assert found.json()["orders"] == 1
    again = await bookkeeping.accountant.post(RUNS, GATHER, key=key)
    assert (again.status_code, f"{RUNS}/{again.json()['id']}") == (201, place)


async def test_an_account_that_is_not_ours_pays_nothing(bookkeeping: Bookkeeping) -> None:
    answer = await bookkeeping.accountant.post(RUNS, {"own_account": ACCOUNT})
    assert wrong_fields(answer) == {"/own_account": "own_account_unknown"}


async def test_the_file_is_the_bank_s_format_and_always_the_same(bookkeeping: Bookkeeping) -> None:
    case_id = await bookkeeping.paying(
        Line(1_220_050, columns={"vat_rate": "vat22"}), Line(1_000_000)
    )
    run = await bookkeeping.run()
    (order,) = await orders_of(bookkeeping, run)
    answer = await bookkeeping.accountant.get(run["file"])
    assert answer.headers["content-type"] == "text/plain; charset=windows-1251"
    assert answer.headers["content-disposition"].startswith("attachment")
    text = answer.content.decode("cp1251")
    assert text.startswith("1CClientBankExchange\r\n")
    assert f"Номер={order['number']}\r\n" in text
    assert f"ПолучательСчет={ACCOUNT}\r\n" in text
    assert f"ПлательщикСчет={OUR_ACCOUNT}\r\n" in text
    assert "Сумма=22200.50\r\n" in text
    number = case_id.split("-")[1]
    assert f"НазначениеПлатежа=Возврат по счёту № {number} от 02.03.2026, заявление от" in text
    assert "В т.ч. НДС 22% - 2200.09\r\n" in text
    await bookkeeping.write_own_account(name="ООО «Копейка и сыновья»")
    assert (await bookkeeping.accountant.get(run["file"])).content == answer.content
    await bookkeeping.write_own_account()


async def test_a_list_shows_the_last_digits_and_one_order_the_whole_recipient(
    bookkeeping: Bookkeeping,
) -> None:
    await bookkeeping.paying()
    (order,) = await orders_of(bookkeeping, await bookkeeping.run())
    assert order["recipient_account"] == f"…{ACCOUNT[-4:]}"
    whole = (await bookkeeping.accountant.get(f"/v1/payment-orders/{order['id']}")).json()
    assert whole["recipient"]["account"] == ACCOUNT
    assert whole["purpose"].endswith("НДС не облагается")


async def test_handing_over_makes_sent_and_never_paid(bookkeeping: Bookkeeping) -> None:
    case_id = await bookkeeping.paying()
    run = await bookkeeping.run()
    for _ in range(2):
        answer = await bookkeeping.accountant.post(f"{RUNS}/{run['id']}/handing-over")
        assert answer.json()["handed_over_by"] == "accountant-1"
    await bookkeeping.payout(case_id, 1, "sent")
    read = (await bookkeeping.accountant.get(f"{RUNS}/{run['id']}")).json()
    assert read["states"] == [{"status": "sent", "orders": 1, "total": "40000.00"}]
    await bookkeeping.status(case_id, "paying")


async def test_a_run_that_is_not_there_is_not_found(bookkeeping: Bookkeeping) -> None:
    nowhere = f"{RUNS}/{uuid4()}"
    for path in (nowhere, f"{nowhere}/orders", f"{nowhere}/file", f"/v1/payment-orders/{uuid4()}"):
        assert (await bookkeeping.accountant.get(path)).status_code == 404
    assert (await bookkeeping.accountant.post(f"{nowhere}/handing-over")).status_code == 404


async def test_what_the_bank_has_not_been_given_it_cannot_refuse(bookkeeping: Bookkeeping) -> None:
    await bookkeeping.paying()
    (order,) = await orders_of(bookkeeping, await bookkeeping.run())
    path = f"/v1/payment-orders/{order['id']}/rejection"
    answer = await bookkeeping.accountant.post(path, {"reason": "account_closed"})
    assert (answer.status_code, code_of(answer)) == (409, "payment_run_not_handed_over")


async def test_a_rejected_order_asks_for_new_requisites_and_a_new_attempt_is_gathered(
    bookkeeping: Bookkeeping,
) -> None:
    case_id = await bookkeeping.paying()
    orders = await bookkeeping.handed_over()
    (order,) = [one for one in orders if one["refund_id"] == case_id]
    path = f"/v1/payment-orders/{order['id']}/rejection"
    for _ in range(2):
        answer = await bookkeeping.accountant.post(path, {"reason": "account_closed"})
        assert (answer.status_code, answer.json()["rejection"]) == (200, "account_closed")
    await bookkeeping.status(case_id, "awaiting_statement")
    other = await bookkeeping.accountant.post(path, {"reason": "other"})
    assert (other.status_code, code_of(other)) == (409, "payment_order_rejected")
    await bookkeeping.signed(case_id)
    (second,) = await orders_of(bookkeeping, await bookkeeping.run())
    assert (second["refund_id"], second["attempt"]) == (case_id, 2)
    assert second["number"] != order["number"]


@pytest.mark.parametrize("reasons", [("other", "account_closed"), ("account_closed", "other")])
async def test_two_rejections_of_one_order_at_once(
    bookkeeping: Bookkeeping, reasons: tuple[str, str]
) -> None:
    """Whoever is first; the payout hears the reason that is stored, and the other is refused."""
    case_id = await bookkeeping.paying()
    orders = await bookkeeping.handed_over()
    (order,) = [one for one in orders if one["refund_id"] == case_id]
    path = f"/v1/payment-orders/{order['id']}/rejection"
    answers = await asyncio.gather(
        *(
            bookkeeping.person(Role.ACCOUNTANT, f"accountant-{reason}").post(
                path, {"reason": reason}
            )
            for reason in reasons
        )
    )
    (done,) = [one for one in answers if one.status_code == 200]
    (refused,) = [one for one in answers if one.status_code != 200]
    assert (refused.status_code, code_of(refused)) == (409, "payment_order_rejected")
    await bookkeeping.payout(case_id, 1, "rejected")
    shown = (await bookkeeping.accountant.get(f"/v1/payment-orders/{order['id']}")).json()
    assert shown["rejection"] == shown["payout_reason"] == done.json()["rejection"]


async def test_runs_are_listed_in_pages_the_newest_first(bookkeeping: Bookkeeping) -> None:
    for _ in range(2):
        await bookkeeping.paying()
        newest = await bookkeeping.run()
    page = (await bookkeeping.accountant.get(RUNS, limit=1)).json()
    assert page["items"][0]["id"] == newest["id"]
    following = (await bookkeeping.accountant.get(RUNS, limit=1, cursor=page["next"])).json()
    assert following["items"][0]["number"] < newest["number"]


UNWRITABLE = "ООО «Ромашка» 🌼"
"""What a statement of an earlier version may say: the field refuses it now."""


async def unwritable(bookkeeping: Bookkeeping) -> str:
    """A case whose signed requisites no file for the bank can hold."""
    case_id = await bookkeeping.paying()
    behind_the_back(
        bookkeeping.books,
        f"UPDATE statements SET recipient_name = '{UNWRITABLE}' WHERE refund_id = '{case_id}'",  # noqa: S608 - our own words
    )
    return case_id


async def test_what_no_file_can_hold_is_refused_at_its_field(bookkeeping: Bookkeeping) -> None:
    case_id = await bookkeeping.opened()
    client = bookkeeping.client_of(case_id)
    answer = await client.put(
        f"/v1/refunds/{case_id}/statement",
        requisites(recipient_name=UNWRITABLE, bank_name="Сбербанк Ω"),
    )
    assert wrong_fields(answer) == {
        "/recipient_name": "recipient_name_characters",
        "/bank_name": "bank_name_characters",
    }


async def test_a_left_out_payout_is_a_task_and_goes_back_to_its_client(
    bookkeeping: Bookkeeping,
) -> None:
    case_id = await unwritable(bookkeeping)
    accountant = bookkeeping.accountant
    for _ in range(2):
        alone = await accountant.post(RUNS, GATHER)
        assert (alone.status_code, code_of(alone)) == (409, "payouts_left_out")
    (listed,) = (await accountant.get("/v1/payouts/left-out")).json()["items"]
    assert alone.json()["left_out"] == [listed]
    assert (listed["refund_id"], listed["code"]) == (case_id, "recipient_name_characters")
    told = bookkeeping.books.rows(
        "SELECT channel FROM notifications WHERE case_id = %(c)s AND role = 'accountant'"
        " AND template = 'staff_payout_left_out' ORDER BY channel",
        c=case_id,
    )
    assert [row.channel for row in told] == ["inbox", "mail"]
    body = {"reason": "recipient_name_unfit", "note": "Цветок в имени"}
    for _ in range(2):
        returned = await accountant.post(listed["return_to_client"], body)
        assert returned.status_code == 200, returned.text
    await bookkeeping.payout(case_id, 1, "rejected")
    await bookkeeping.status(case_id, "awaiting_statement")
    assert (await accountant.get("/v1/payouts/left-out")).json()["items"] == []
    seen = (await bookkeeping.client_of(case_id).get(f"/v1/refunds/{case_id}")).json()
    assert "имя получателя" in seen["timeline"][-1]["reason"]
    await bookkeeping.signed(case_id)
    (order,) = await bookkeeping.handed_over()
    assert (order["refund_id"], order["attempt"]) == (case_id, 2)


async def test_a_payout_is_returned_once_and_only_before_its_order(
    bookkeeping: Bookkeeping,
) -> None:
    case_id = await bookkeeping.paying()
    path = f"/v1/refunds/{case_id}/payouts/1/return"
    body = {"reason": "requisites_unfit", "note": "Клиент попросил"}
    assert (await bookkeeping.person(Role.SPECIALIST).post(path, body)).status_code == 403
    nowhere = await bookkeeping.accountant.post(f"/v1/refunds/{case_id}/payouts/2/return", body)
    assert nowhere.status_code == 404
    await bookkeeping.run()
    late = await bookkeeping.accountant.post(path, body)
    assert (late.status_code, code_of(late)) == (409, "payout_in_a_run")
    other = await bookkeeping.paying()
    path = f"/v1/refunds/{other}/payouts/1/return"
    assert (await bookkeeping.accountant.post(path, body)).status_code == 200
    second = bookkeeping.person(Role.ACCOUNTANT, "accountant-2")
    again = await second.post(path, body)
    assert (again.status_code, code_of(again)) == (409, "requisites_returned")


async def test_a_return_and_a_run_at_once_never_both_take_a_payout(
    bookkeeping: Bookkeeping,
) -> None:
    for _ in range(5):
        case_id = await bookkeeping.paying()
        path = f"/v1/refunds/{case_id}/payouts/1/return"
        body = {"reason": "requisites_unfit", "note": "Наперегонки"}
        gathered, returned = await asyncio.gather(
            bookkeeping.accountant.post(RUNS, GATHER), bookkeeping.accountant.post(path, body)
        )
        outcome = (gathered.status_code, returned.status_code)
        assert outcome in ((201, 409), (409, 200)), (gathered.text, returned.text)


async def test_a_state_institution_is_paid_through_the_treasury(bookkeeping: Bookkeeping) -> None:
    await bookkeeping.paying(
        recipient_name="УФК по г. Москве (ООО «Ромашка», л/с 2673642000450123)",
        kpp="770701001",
        bic="004525988",
        account="03224643450000007300",
        bank_name="ГУ Банка России по ЦФО//УФК по г. Москве",
        correspondent_account="40102810545370000003",
    )
    run = await bookkeeping.run()
    assert run["left_out"] == []
    text = (await bookkeeping.accountant.get(run["file"])).content.decode("cp1251")
    for line in (
        "ПолучательСчет=03224643450000007300",
        "ПолучательКорсчет=40102810545370000003",
        "ПолучательБИК=004525988",
        "Получатель1=УФК по г. Москве (ООО «Ромашка», л/с 2673642000450123)",
    ):
        assert f"{line}\r\n" in text
