"""Mailboxes and own accounts at the desk: who reads them, who writes them, what is refused."""

from uuid import uuid4

import pytest

from domain.access.roles import Role
from tests.books import Books
from tests.starter.bookkeeping import account_of
from tests.starter.web.browser import Browser, Page
from tests.starter.web.test_bad_input import HOSTILE

ACCOUNTS = "/desk/reference/accounts"
MAILBOXES = "/desk/reference/mailboxes"
OTHER = account_of("40702", 418)
OURS = {
    "account": "40702810700000000417",
    "bic": "044525225",
    "bank_name": "ПАО Сбербанк",
    "correspondent_account": "30101810400000000225",
    "name": "ООО «Копейка»",
    "inn": "7707083893",
    "kpp": "",
    "address": "Москва",
}


async def test_an_accountant_writes_an_account_and_corrects_it(
    browser: Browser, books: Books
) -> None:
    await browser.log_in(Role.ACCOUNTANT, login="anna")
    form = (await browser.get(ACCOUNTS)).form(ACCOUNTS)
    said = {**OURS, "idempotency_key": form["idempotency_key"]}
    for name, typed, beside in (
        ("account", "1", "account"),
        ("bic", "1", "bic"),
        ("inn", "1", "inn"),
        ("name", "", "name"),
        ("bank_name", "", "bank_name"),
        ("correspondent_account", "1", "correspondent_account"),
    ):
        refused = await browser.send(ACCOUNTS, {**said, name: typed})
        assert (refused.status, f'id="{beside}-error"' in refused.html) == (422, True), name
    key = {"idempotency_key": str(uuid4())}
    assert (await browser.send(ACCOUNTS, {**OURS, **key})).leads_to == ACCOUNTS
    page = await browser.get(f"{ACCOUNTS}?account={OURS['account']}")
    assert page.form(ACCOUNTS)["bank_name"] == "ПАО Сбербанк"
    other = {**page.form(ACCOUNTS), "address": "Тверь"}
    assert (await browser.send(ACCOUNTS, other)).leads_to == ACCOUNTS
    row = books.row("SELECT * FROM own_accounts WHERE account = %(a)s", a=OURS["account"])
    assert (row.address, row.kpp, row.written_by) == ("Тверь", None, "anna")


async def test_an_operator_writes_mailboxes(browser: Browser, books: Books) -> None:
    await browser.log_in(Role.OPERATOR)
    form = (await browser.get(MAILBOXES)).form(MAILBOXES)
    empty = await browser.send(MAILBOXES, form)
    assert (empty.status, "хотя бы один адрес" in empty.words) == (422, True)
    wrong = await browser.send(MAILBOXES, {**form, "operator": "нет", "specialist": "a@b.example"})
    assert (wrong.status, 'id="operator-error"' in wrong.html) == (422, True)
    assert wrong.form(MAILBOXES)["specialist"] == "a@b.example"
    assert not books.rows("SELECT FROM mailboxes WHERE address = 'a@b.example'")
    said = {**form, "operator": "ops@kopeyka.example"}
    assert (await browser.send(MAILBOXES, said)).leads_to == MAILBOXES
    assert "ops@kopeyka.example" in (await browser.get(MAILBOXES)).words


@pytest.mark.parametrize(
    ("role", "path", "status", "writes"),
    [
        (Role.SPECIALIST, ACCOUNTS, 403, False),
        (Role.OPERATOR, ACCOUNTS, 200, False),
        (Role.ACCOUNTANT, ACCOUNTS, 200, True),
        (Role.SPECIALIST, MAILBOXES, 200, False),
        (Role.ACCOUNTANT, MAILBOXES, 200, False),
        (Role.OPERATOR, MAILBOXES, 200, True),
    ],
)
async def test_a_role_has_the_forms_it_may_send(
    browser: Browser, role: Role, path: str, status: int, writes: bool
) -> None:
    await browser.log_in(role)
    page = await browser.get(path)
    assert page.status == status
    assert (f'action="{path}"' in page.html) == writes
    assert (f'href="{ACCOUNTS}"' in page.html) == (role is not Role.SPECIALIST)


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
async def test_what_is_typed_is_text_and_never_more(browser: Browser, hostile: str) -> None:
    for role, path, names in (
        (Role.ACCOUNTANT, ACCOUNTS, tuple(OURS)),
        (Role.OPERATOR, MAILBOXES, ("operator", "specialist")),
    ):
        await browser.log_in(role)
        for name in names:
            typed = {**OURS, "idempotency_key": str(uuid4()), name: hostile}
            for page in (await browser.send(path, typed), await browser.get(path)):
                assert page.status in {200, 303, 422}, name
                assert "<" not in hostile or hostile not in page.html


async def deed(browser: Browser, path: str, **fields: str) -> Page:
    page = await browser.get(ACCOUNTS)
    return await browser.send(path, {**page.form(path), **fields})


async def test_an_account_is_closed_with_a_reason_and_opened_again(
    browser: Browser, books: Books
) -> None:
    await browser.log_in(Role.ACCOUNTANT, login="anna")
    for account in (OTHER, OURS["account"]):
        key = {"idempotency_key": str(uuid4())}
        assert (await browser.send(ACCOUNTS, {**OURS, **key, "account": account})).status == 303
    closing, reason = f"{ACCOUNTS}/{OTHER}/closing", f"reason-{OTHER}"
    silent = await deed(browser, closing)
    assert (silent.status, f'id="{reason}-error"' in silent.html) == (422, True)
    run = books.row(
        "INSERT INTO payment_runs (id, own_account, payer, created_by, created_at)"
        " VALUES (gen_random_uuid(), %(a)s, '{}', 'anna', now()) RETURNING id",
        a=OTHER,
    )
    busy = await deed(browser, closing, **{reason: "перешли в другой банк"})
    assert (busy.status, "ждут деньги" in busy.words) == (409, True)
    assert ">перешли в другой банк</textarea>" in busy.html
    books.rows(
        "UPDATE payment_runs SET dissolved_by = 'anna', dissolved_at = now(),"
        " dissolution_reason = 'так' WHERE id = %(run)s RETURNING 1",
        run=run.id,
    )
    said = {reason: "перешли в другой банк"}
    assert (await deed(browser, closing, **said)).leads_to == ACCOUNTS
    shown = await browser.get(ACCOUNTS)
    assert "Закрыт" in shown.words
    assert "перешли в другой банк" in shown.words
    assert f'value="{OTHER}"' not in (await browser.get("/desk/runs")).html
    corrected = await browser.send(
        ACCOUNTS, {**OURS, "account": OTHER, "idempotency_key": str(uuid4())}
    )
    assert (corrected.status, "Счёт закрыт" in corrected.words) == (409, True)
    gathered = {"own_account": OTHER, "idempotency_key": str(uuid4())}
    refused = await browser.send("/desk/runs", gathered)
    assert (refused.status, "Счёт закрыт" in refused.words) == (422, True)
    opening = f"{ACCOUNTS}/{OTHER}/opening"
    assert (await deed(browser, opening, **{reason: "закрыли не тот"})).leads_to == ACCOUNTS
    history = (await browser.get(ACCOUNTS)).words
    for words in ("Счёт закрыт", "Счёт открыт снова", "закрыли не тот", "Записаны реквизиты"):
        assert words in history


async def test_the_only_open_account_stays_open(browser: Browser, books: Books) -> None:
    await browser.log_in(Role.ACCOUNTANT)
    accounts = [one.account for one in books.rows("SELECT account FROM own_accounts")]
    answers = []
    for account in accounts:
        path = f"{ACCOUNTS}/{account}/closing"
        answers.append(await deed(browser, path, **{f"reason-{account}": "закрываем всё"}))
    assert [one.status for one in answers] == [*[303] * (len(accounts) - 1), 409]
    assert "единственный открытый счёт" in answers[-1].words
    for account in accounts[:-1]:
        opening = f"{ACCOUNTS}/{account}/opening"
        assert (await deed(browser, opening, **{f"reason-{account}": "назад"})).status == 303


async def test_a_mailbox_says_who_changed_it(browser: Browser) -> None:
    for login, address in (("ops-1", "first@kopeyka.example"), ("ops-2", "next@kopeyka.example")):
        await browser.log_in(Role.OPERATOR, login=login)
        said = {"idempotency_key": str(uuid4()), "accountant": address}
        assert (await browser.send(MAILBOXES, said)).status == 303
    words = (await browser.get(MAILBOXES)).words
    assert "first@kopeyka.example → next@kopeyka.example" in words
    assert "ops-2" in words
