"""What is known of requisites and banks before anything is typed in, and of whom."""

import pytest
from temporalio.testing import ActivityEnvironment

from activities.banking.incoming_money import MoneyActivities
from db.database import Database
from db.refund import requisites as known
from domain.payout.payout import PayoutStatus
from tests.activities.walk import Walk, opened, paying
from tests.books import Books
from tests.money import NO_STATEMENT, STRANGER_INN, IncomingMoney

BIC, UNKNOWN_BIC = "044525974", "044525999"
PAYER_ACCOUNT, PAYER_BIC = "40702810638000000000", "044525225"


def _client_of(books: Books, walk: Walk) -> str:
    row = books.row("SELECT client_id FROM refunds WHERE id = %(id)s", id=walk.refund_id)
    return str(row.client_id)


async def _bank(database: Database, client_id: str, bic: str = BIC) -> tuple[str, int] | None:
    row = await database.row(known.bank_of(bic, client_id))
    return None if row is None else (row.bank_name, row.rank)


@pytest.fixture(scope="module")
def money(books: Books) -> IncomingMoney:
    return IncomingMoney(books)


async def test_a_bank_is_known_from_our_own_accounts_first(
    database: Database, books: Books, money: IncomingMoney
) -> None:
    walk = await opened(database, books)
    books.statement(walk.refund_id, bic="044525225", bank_name="Сбер, как пишет клиент")
    assert await _bank(database, _client_of(books, walk), "044525225") == ("Банк", 1)


async def test_what_a_client_called_a_bank_is_told_to_itself_alone_until_it_was_paid_by(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books, books.invoice(method="bank_transfer"))
    paper = books.statement(walk.refund_id, bic=BIC, bank_name="АО «Т-Банк»")
    other = books.client()
    assert await _bank(database, _client_of(books, walk)) == ("АО «Т-Банк»", 2)
    assert await _bank(database, other) is None
    signature = books.signature(paper)
    walk.took(await walk.steps.record_statement(walk.next("client", signature)))
    await walk.accepted()
    assert await _bank(database, other) is None
    await walk.settled(PayoutStatus.SENT)
    await walk.settled(PayoutStatus.PAID)
    assert await _bank(database, other) == ("АО «Т-Банк»", 3)
    assert await _bank(database, other, UNKNOWN_BIC) is None


async def test_a_client_is_offered_what_it_signed_last_and_nobody_elses(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    client_id = _client_of(books, walk)
    assert not await database.rows(known.earlier(client_id))
    books.statement(walk.refund_id, account="40702810900000000009")
    assert not await database.rows(known.earlier(client_id))
    await walk.signed()
    (row,) = await database.rows(known.earlier(client_id))
    assert row.account == "40702810900000000001"
    assert not await database.rows(known.earlier(books.client()))


async def test_requisites_by_which_a_payout_failed_are_not_offered_again(
    database: Database, books: Books
) -> None:
    walk = await paying(database, books, books.invoice(method="bank_transfer"))
    client_id = _client_of(books, walk)
    assert await database.rows(known.earlier(client_id))
    await walk.settled(PayoutStatus.REJECTED, "account_closed")
    assert not await database.rows(known.earlier(client_id))


async def test_the_account_that_a_client_paid_from_is_known_by_its_own_inn_alone(
    database: Database, money: IncomingMoney
) -> None:
    steps = MoneyActivities(database)
    mine, theirs = money.client(), money.client(STRANGER_INN)
    for client_id in (mine, theirs):
        number = money.invoice(client_id=client_id)
        money.entry(
            f"Оплата по счету {number}",
            counterparty_account=PAYER_ACCOUNT,
            counterparty_bic=PAYER_BIC,
        )
    await ActivityEnvironment().run(steps.match, NO_STATEMENT)
    (row,) = await database.rows(known.payer_account(mine))
    assert (row.account, row.bic) == (PAYER_ACCOUNT, PAYER_BIC)
    assert not await database.rows(known.payer_account(theirs))
