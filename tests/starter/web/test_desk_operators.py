"""What waits for an operator, as an operator sees and decides it at the desk."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from temporalio import workflow

from db.database import Database
from domain.access.roles import Role
from starter.web.desk.addresses import case_on_desk
from tests.books import Line
from tests.patience import PATIENCE_SECONDS
from tests.starter.refund.shop import Shop, code_of
from tests.starter.refund.test_opening_given_up import FAR, waits
from tests.starter.web.browser import Browser
from texts import translate
from worker import WORKFLOWS

LIST = "/desk/operators"
HOSTILE = '"><script>alert(1)</script>'


@asynccontextmanager
async def stuck_opening(shop: Shop) -> AsyncIterator[tuple[str, "asyncio.Task[object]"]]:
    """A refund whose opening waits for the operator: no calendar covers its deadline."""
    shop.lengthen("awaiting_statement", FAR)
    number = await shop.invoice(Line())
    body = {"invoice_number": number}
    asked: asyncio.Task[object] = asyncio.create_task(
        shop.client_of(number).post("/v1/refunds", body)
    )
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await waits(shop, f"refund-{number}-1"):  # noqa: ASYNC110 - another process's
            await asyncio.sleep(0.02)
    yield f"refund-{number}-1", asked
    await asked
    shop.lengthen("awaiting_statement", 10)


async def test_an_operator_reads_what_failed_and_gives_it_up_with_a_reason(
    shop: Shop, customer: Browser
) -> None:
    await customer.log_in(Role.OPERATOR, login="dezhurnyj")
    async with stuck_opening(shop) as (case_id, asked):
        listed = await customer.get(LIST)
        assert f"{LIST}/processes/{case_id}" in listed.html
        assert "Нет календаря банковских дней на нужный год" in listed.words
        counted = re.compile(r'"/desk/operators">Сбои шагов</a> <b class="num">[1-9]')
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not counted.search(  # noqa: ASYNC110 - another process counts
                (await customer.get("/desk")).html
            ):
                await asyncio.sleep(0.02)
        path = f"{LIST}/processes/{case_id}"
        inbox = await shop.staff(Role.OPERATOR).get("/v1/inbox", limit=100)
        (told,) = [one for one in inbox.json()["items"] if case_id in one["subject"]]
        assert path in told["text"]
        assert "нет календаря банковских дней" in told["text"]
        page = await customer.get(path)
        assert "CalendarNotCovered" in page.words
        assert "Прервать шаг" in page.words
        assert "Решить по записям эквайера" not in page.words
        form = page.form("/resolution")
        key = {"idempotency_key": form["idempotency_key"]}
        silent = await customer.send(f"{path}/resolution", {**key, "action": "abort"})
        assert (silent.status, 'id="abort-reason-error"' in silent.html) == (422, True)
        assert silent.wrong_fields == ["abort-reason"]
        odd = await customer.send(f"{path}/resolution", {**key, "action": HOSTILE})
        assert (odd.status, "<script>alert" in odd.html) == (422, False)
        said = {**key, "action": "abort", "abort-reason": "года нет"}
        assert (await customer.send(f"{path}/resolution", said)).leads_to == path
        refused = await asked
        assert code_of(refused) == "aborted"  # type: ignore[arg-type]
        late = {"idempotency_key": "late", "action": "abort", "abort-reason": HOSTILE}
        again = await customer.send(f"{path}/resolution", late)
        assert (again.status, "<script>alert" in again.html) == (409, False)
        assert "завершён" in again.words or "не ждёт" in again.words


async def test_a_bulk_shows_what_it_touches_and_retries_what_still_waits(
    shop: Shop, customer: Browser
) -> None:
    await customer.log_in(Role.OPERATOR, login="dezhurnyj")
    async with stuck_opening(shop) as (case_id, asked):
        assert (await customer.get(f"{LIST}/retry")).leads_to == LIST
        preview = await customer.get(f"{LIST}/retry?process-{case_id}=yes&process-refund-no-1=yes")
        assert "1 процесс будет продолжен" in preview.words
        assert "1 процесс пропущен" in preview.words
        form = preview.form(f"{LIST}/retry")
        assert set(form) == {"idempotency_key", f"process-{case_id}"}
        await shop.staff(Role.OPERATOR).put("/v1/calendar/years/2028", {"reason": "Постановление"})
        done = await customer.send(f"{LIST}/retry", {**form, "process-refund-no-1": "yes"})
        assert (done.status, "1 процесс продолжен" in done.words) == (200, True)
        assert "1 процесс пропущен" in done.words
        opened = await asked
        assert opened.status_code == 201  # type: ignore[attr-defined]
        moved = await customer.send(f"{LIST}/retry", {**form, "idempotency_key": "again"})
        assert "1 процесс пропущен" in moved.words


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.ACCOUNTANT])
async def test_failed_steps_are_for_operators(browser: Browser, role: Role) -> None:
    await browser.log_in(role)
    for path in (LIST, f"{LIST}/letters", f"{LIST}/processes/refund-1-1", f"{LIST}/retry"):
        assert (await browser.get(path)).status == 403


async def test_while_temporal_is_away_the_page_says_so(browser: Browser) -> None:
    await browser.log_in(Role.OPERATOR)
    for path in (LIST, f"{LIST}/processes/refund-1-1"):
        page = await browser.get(path)
        assert page.status == 503
        assert "временно недоступен" in page.words


async def test_a_letter_that_was_given_up_is_sent_again(
    shop: Shop, database: Database, customer: Browser
) -> None:
    case = await shop.opened(Line())
    shop.books.connection.execute(
        "UPDATE notifications SET status = 'failed', attempts = 9, due_at = NULL,"
        " settled_at = now(), last_error = %s"
        " WHERE case_id = %s AND channel = 'mail' AND role = 'client'",
        (f"550 {HOSTILE}", case.id),
    )
    await customer.log_in(Role.OPERATOR)
    page = await customer.get(f"{LIST}/letters")
    assert case.id in page.html
    assert "<script>alert" not in page.html
    form = page.form("/retry")
    (letter,) = shop.books.rows(
        "SELECT id FROM notifications WHERE case_id = %(c)s AND status = 'failed'", c=case.id
    )
    path = f"{LIST}/letters/{letter.id}/retry"
    assert (await customer.send(path, form)).leads_to == f"{LIST}/letters"
    late = await customer.send(path, {"idempotency_key": "twice"})
    assert late.status == 409
    missing = f"{LIST}/letters/00000000-0000-4000-8000-000000000417/retry"
    assert (await customer.send(missing, {"idempotency_key": "none"})).status == 404


def test_every_process_that_may_fail_has_a_name_in_words() -> None:
    for process in WORKFLOWS:
        kind = workflow._Definition.must_from_class(process).name
        assert translate(f"page.process.{kind}", "ru")
        assert translate(f"page.process.{kind}", "en")


@pytest.mark.parametrize(
    ("case_id", "page"),
    [
        ("dispute-2026-000001-1", "/desk/disputes/dispute-2026-000001-1"),
        ("collection-2026-000001", "/desk/collections/2026-000001"),
        ("limit-request-7", "/desk/limit-requests/7"),
        ("books-check", None),
    ],
)
def test_a_case_of_any_kind_has_its_page(case_id: str, page: str | None) -> None:
    assert case_on_desk(case_id) == page
