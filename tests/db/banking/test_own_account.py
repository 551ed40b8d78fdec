"""An own account is closed while nothing waits on it, and all that becomes of it is kept."""

from typing import Any

import psycopg
import pytest

from tests.books import Books

FIRST, SECOND = "40702810700000000417", "40702810300000000418"
CLOSE = """UPDATE own_accounts SET closed_at = now(), reason = 'счёт переведён',
    written_by = 'anna', updated_at = now() WHERE account = %(account)s RETURNING account"""
OPEN = """UPDATE own_accounts SET closed_at = NULL, reason = 'по ошибке', written_by = 'vera',
    updated_at = now() WHERE account = %(account)s RETURNING account"""
RUN = """INSERT INTO payment_runs (id, own_account, payer, created_by, created_at)
    VALUES (gen_random_uuid(), %(account)s, '{}', 'anna', now()) RETURNING id"""
DISSOLVE = """UPDATE payment_runs SET dissolved_by = 'anna', dissolved_at = now(),
    dissolution_reason = 'не тот день' WHERE id = %(run)s RETURNING id"""


@pytest.fixture
def accounts(books: Books) -> Books:
    """Two open accounts, whatever became of them before."""
    for account in (FIRST, SECOND):
        if not books.rows("SELECT FROM own_accounts WHERE account = %(a)s", a=account):
            own_account(books, account)
        books.rows(
            "UPDATE own_accounts SET closed_at = NULL, reason = 'для проверки'"
            " WHERE account = %(a)s AND closed_at IS NOT NULL RETURNING 1",
            a=account,
        )
    return books


def own_account(books: Books, account: str) -> None:
    books.put(
        "own_accounts",
        account=account,
        bic="044525225",
        bank_name="Банк",
        name="ООО Копейка",
        inn="7707083893",
        written_by="kuznetsova",
        created_at="2026-04-27",
        updated_at="2026-04-27",
    )


def refused(books: Books, constraint: str, sql: str, **params: Any) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as broken:
        books.rows(sql, **params)
    assert broken.value.diag.constraint_name == constraint


def test_a_run_that_waits_keeps_its_account_open(accounts: Books) -> None:
    run = accounts.row(RUN, account=FIRST).id
    refused(accounts, "closed_account_has_nothing_waiting", CLOSE, account=FIRST)
    accounts.row(DISSOLVE, run=run)
    assert accounts.row(CLOSE, account=FIRST).account == FIRST


def test_a_closing_waits_for_a_run_that_is_being_put_down(
    accounts: Books, database_url: str
) -> None:
    with psycopg.connect(database_url) as other:
        run = other.execute(RUN, {"account": FIRST}).fetchone()
        accounts.connection.execute("SET lock_timeout = '50ms'")
        try:
            with pytest.raises(psycopg.errors.LockNotAvailable):
                accounts.rows(CLOSE, account=FIRST)
        finally:
            accounts.connection.execute("RESET lock_timeout")
    assert run is not None
    refused(accounts, "closed_account_has_nothing_waiting", CLOSE, account=FIRST)
    accounts.row(DISSOLVE, run=run[0])


def test_nothing_goes_out_from_a_closed_account_and_it_stays_as_it_is(accounts: Books) -> None:
    accounts.row(CLOSE, account=FIRST)
    refused(accounts, "run_from_open_account", RUN, account=FIRST)
    rename = "UPDATE own_accounts SET name = 'ООО Другое' WHERE account = %(account)s RETURNING 1"
    refused(accounts, "closed_account_stays", rename, account=FIRST)
    refused(accounts, "closed_account_stays", CLOSE, account=FIRST)
    accounts.row(OPEN, account=FIRST)
    run = accounts.row(RUN, account=FIRST).id
    accounts.row(DISSOLVE, run=run)


def test_the_last_account_stays_open(accounts: Books) -> None:
    others = "SELECT account FROM own_accounts WHERE closed_at IS NULL AND account <> %(account)s"
    for one in accounts.rows(others, account=SECOND):
        accounts.row(CLOSE, account=one.account)
    refused(accounts, "an_account_stays_open", CLOSE, account=SECOND)


def test_an_account_is_closed_with_a_reason(accounts: Books) -> None:
    without = "UPDATE own_accounts SET closed_at = now() WHERE account = %(account)s RETURNING 1"
    accounts.rows(
        "UPDATE own_accounts SET reason = NULL WHERE account = %(a)s RETURNING 1", a=FIRST
    )
    refused(accounts, "closed_with_reason", without, account=FIRST)


def test_the_history_has_every_change_and_no_repeat(accounts: Books) -> None:
    history = "SELECT * FROM own_account_history WHERE account = %(account)s ORDER BY id"
    before = len(accounts.rows(history, account=SECOND))
    change = """UPDATE own_accounts SET bank_name = %(bank)s, written_by = 'olga'
        WHERE account = %(account)s RETURNING 1"""
    for bank in ("Банк Север", "Банк Север"):
        accounts.rows(change, account=SECOND, bank=bank)
    accounts.row(CLOSE, account=SECOND)
    accounts.row(OPEN, account=SECOND)
    rows = accounts.rows(history, account=SECOND)[before:]
    assert [(one.kind, one.author, one.reason) for one in rows] == [
        ("written", "olga", None),
        ("closed", "anna", "счёт переведён"),
        ("opened", "vera", "по ошибке"),
    ]
    assert rows[0].bank_name == "Банк Север"


def test_a_mailbox_keeps_its_earlier_addresses(books: Books) -> None:
    put = """INSERT INTO mailboxes AS m VALUES ('operator', %(to)s, %(by)s, now())
        ON CONFLICT (role) DO UPDATE SET address = excluded.address,
        written_by = excluded.written_by RETURNING 1"""
    for to, by in (("a@b.example", "anna"), ("c@d.example", "vera"), ("c@d.example", "olga")):
        books.rows(put, to=to, by=by)
    rows = books.rows("SELECT * FROM mailbox_history WHERE role = 'operator' ORDER BY id")[-2:]
    assert [(one.earlier, one.address, one.author) for one in rows] == [
        (None, "a@b.example", "anna"),
        ("a@b.example", "c@d.example", "vera"),
    ]
