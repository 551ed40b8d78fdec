"""Payment runs and bank statements, as an accountant works with them at the desk."""

import re

import pytest_asyncio

from db.database import Database
from domain.access.roles import Role
from tests.books import LICENCE_KOPECKS
from tests.starter.banking.statement_of import Moved, statement
from tests.starter.bookkeeping import OUR_ACCOUNT, Bookkeeping
from tests.starter.refund.shop import Shop
from tests.starter.web.browser import Browser

HOSTILE = '"><script>alert(1)</script>'


@pytest_asyncio.fixture(scope="module")
async def bookkeeping(shop: Shop, database: Database) -> Bookkeeping:
    found = Bookkeeping(shop.http, shop.books, shop.temporal, shop.settings, database)
    await found.write_own_account()
    return found


@pytest_asyncio.fixture
async def accountant(customer: Browser) -> Browser:
    await customer.log_in(Role.ACCOUNTANT, login="kuznetsova")
    return customer


async def gathered(accountant: Browser) -> str:
    """The page of a run of all that waits."""
    page = await accountant.get("/desk/runs")
    ready = page.html.split('id="ready"')[1].split("</section>")[0]
    assert 'href="/desk/refunds/' in ready
    start = (await accountant.get("/desk")).html
    assert int(re.findall(r'href="/desk/runs#ready".*?>(\d+)<', start)[0]) > 0
    form = {**page.form("/desk/runs"), "own_account": OUR_ACCOUNT}
    made = await accountant.send("/desk/runs", form)
    assert made.status == 303, made.words
    return made.leads_to


async def test_a_run_is_gathered_downloaded_handed_over_and_paid_by_a_statement(
    bookkeeping: Bookkeeping, accountant: Browser
) -> None:
    case_id = await bookkeeping.paying()
    path = await gathered(accountant)
    run = await accountant.get(path)
    assert f">{case_id}<" in run.html
    assert "Создан, не передан" in run.words
    assert f'href="{path}"' in (await accountant.get("/desk/runs?state=gathered")).html
    assert f'href="{path}"' not in (await accountant.get("/desk/runs?state=handed_over")).html
    file = await accountant.get(f"{path}/file")
    assert file.response.content.startswith(b"1CClientBankExchange")
    assert "attachment" in file.response.headers["content-disposition"]
    handed = await accountant.send(f"{path}/handing-over", run.form("/handing-over"))
    assert handed.leads_to == path
    after = await accountant.get(path)
    assert "Передан в банк" in after.words
    await bookkeeping.payout(case_id, 1, "sent")
    after = await accountant.get(path)
    assert f'href="{path}?status=sent#orders"' in after.html
    assert f">{case_id}<" in (await accountant.get(f"{path}?status=sent")).html
    assert f">{case_id}<" not in (await accountant.get(f"{path}?status=paid")).html
    number = after.html.split("№ ")[3].split("<")[0]
    upload = (await accountant.get("/desk/statements")).form("/desk/statements")
    key = {"idempotency_key": upload["idempotency_key"]}
    content = statement(Moved(number, LICENCE_KOPECKS))
    sent = await accountant.send(
        "/desk/statements", key, file=("kl_to_1c.txt", content), field="file"
    )
    assert sent.leads_to.startswith("/desk/statements/")
    await bookkeeping.status(case_id, "completed")
    await bookkeeping.until(
        "SELECT matched_at IS NOT NULL FROM bank_statements WHERE id = %(id)s",
        True,
        id=sent.leads_to.rsplit("/", 1)[1],
    )
    shown = await accountant.get(sent.leads_to)
    assert "Обработана" in shown.words
    assert OUR_ACCOUNT in shown.words


async def test_a_run_is_dissolved_only_with_a_reason_and_a_confirmation(
    bookkeeping: Bookkeeping, accountant: Browser
) -> None:
    case_id = await bookkeeping.paying()
    path = await gathered(accountant)
    form = (await accountant.get(path)).form("/dissolution")
    key = {"idempotency_key": form["idempotency_key"]}
    silent = await accountant.send(f"{path}/dissolution", {**key, "reason": HOSTILE})
    assert (silent.status, 'id="file_was_not_sent-error"' in silent.html) == (422, True)
    assert "<script>alert" not in silent.html
    assert "&lt;script&gt;alert" in silent.html
    said = {**key, "reason": "не тот счёт", "file_was_not_sent": "yes"}
    assert (await accountant.send(f"{path}/dissolution", said)).leads_to == path
    assert "Расформирован" in (await accountant.get(path)).words
    assert (await accountant.get(f"{path}/file")).status == 409
    again = await gathered(accountant)
    assert case_id in (await accountant.get(again)).html


async def test_an_order_that_the_bank_rejected_asks_the_client_again(
    bookkeeping: Bookkeeping, accountant: Browser
) -> None:
    case_id = await bookkeeping.paying()
    path = await gathered(accountant)
    run = await accountant.get(path)
    await accountant.send(f"{path}/handing-over", run.form("/handing-over"))
    await bookkeeping.payout(case_id, 1, "sent")
    sent = await accountant.get(path)
    order = sent.html.split(f">{case_id}<")[1].split("/desk/orders/")[1].split("/")[0]
    key = {"idempotency_key": f"reject-{order}"}
    without = await accountant.send(f"/desk/orders/{order}/rejection", key)
    assert (without.status, "Напишите причину" in without.words) == (422, True)
    said = {**key, f"reason-{order}": "account_closed"}
    assert (await accountant.send(f"/desk/orders/{order}/rejection", said)).leads_to == path
    await bookkeeping.status(case_id, "awaiting_statement")


async def test_a_run_of_nothing_is_refused_in_words(
    bookkeeping: Bookkeeping, accountant: Browser
) -> None:
    while True:
        page = await accountant.get("/desk/runs")
        form = {**page.form("/desk/runs"), "own_account": OUR_ACCOUNT}
        made = await accountant.send("/desk/runs", form)
        if made.status != 303:
            break
    assert made.status == 409
    assert 'role="alert"' in made.html


async def test_a_file_that_is_no_statement_is_refused_as_a_whole_and_says_where(
    bookkeeping: Bookkeeping, accountant: Browser
) -> None:
    key = {"idempotency_key": "no-statement"}
    nothing = await accountant.send("/desk/statements", key)
    assert (nothing.status, 'id="file-error"' in nothing.html) == (422, True)
    sent = await accountant.send(
        "/desk/statements", key, file=("photo.txt", b"MZ\x90 no statement"), field="file"
    )
    assert sent.leads_to.startswith("/desk/statements/")
    await bookkeeping.until(
        "SELECT status FROM bank_statements WHERE id = %(id)s",
        "refused",
        id=sent.leads_to.rsplit("/", 1)[1],
    )
    shown = await accountant.get(sent.leads_to)
    assert "Файл не принят целиком" in shown.words
    assert "Не принята" in (await accountant.get("/desk/statements")).words
