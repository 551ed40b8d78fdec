"""The comparison against the sandbox acquirer's own process and its real list."""

from datetime import UTC, datetime

import pytest
from temporalio.testing import ActivityEnvironment

from activities.reconciliation.acquirer_list import AcquirerListActivities
from db.database import Database
from domain.payout.payout import Answer, PayoutStatus
from domain.reconciliation.acquirer_list import ListInvariant
from domain.reconciliation.reconciliation import BooksFindings, Reconciliation
from gateways.acquirer import AcquirerGateway
from tests.activities.payout.test_payout_steps import prepared
from tests.books import Books
from tests.gateways.sandbox_acquirer import SandboxAcquirer, receipt_over
from texts.notification import params_of


async def test_differences_with_the_acquirer_are_found_and_told_once(
    database: Database, books: Books, acquirer: SandboxAcquirer, gateway: AcquirerGateway
) -> None:
    steps = AcquirerListActivities(database, gateway)

    async def compared(name: str) -> BooksFindings:
        check = Reconciliation(name, datetime.now(UTC))
        found: BooksFindings = await ActivityEnvironment().run(steps.compare, check)
        return found

    honest = await prepared(database, books, acquirer, gateway)
    await honest.record(await honest.send())
    assert await compared("right") == BooksFindings(0)
    kept = books.row(
        "SELECT kind, amount_kopecks FROM acquirer_operations WHERE key = %(key)s",
        key=f"{honest.request.case_id}/1",
    )
    amount = books.row(
        "SELECT amount_kopecks FROM payouts WHERE case_id = %(case)s", case=honest.request.case_id
    )
    assert (kept.kind, kept.amount_kopecks) == ("refund", amount.amount_kopecks)
    assert books.rows("SELECT FROM acquirer_readings")

    lost = await prepared(database, books, acquirer, gateway)
    await lost.send()
    await lost.record(Answer(PayoutStatus.REJECTED, reason="orlov: не найден"))
    for _ in range(2):
        assert await compared("wrong") == BooksFindings(1, (ListInvariant.NOT_REJECTED,))
    told = books.rows(
        "SELECT *, NULL AS client_name FROM notifications WHERE occasion = 'acquirer-wrong'"
    )
    assert sorted(row.role for row in told) == ["accountant", "accountant", "operator", "operator"]
    said = params_of(told[0], "", "ru")
    assert said["invariant"] == "эквайер не исполняет попыток, которые у нас отклонены"
    assert str(said["found"]).startswith(f"{lost.request.case_id}/1, ")


@pytest.mark.parametrize("pages", [1, 2])
async def test_the_list_is_read_page_by_page_from_its_day_on(
    pages: int, acquirer: SandboxAcquirer, gateway: AcquirerGateway
) -> None:
    since, refunds = datetime.now(UTC), 100 * (pages - 1) + 1
    payment_id = await acquirer.payment("1000000.00")
    for number in range(refunds):
        await gateway.refund(
            f"page-{pages}-{since.timestamp()}/{number}", payment_id, 100, "", {}, receipt_over(100)
        )
    read = [page async for page in gateway.refunds_since(since)]
    assert [len(page) for page in read] == [100] * (pages - 1) + [1]
    assert all(refund.payment_id == payment_id for page in read for refund in page)
