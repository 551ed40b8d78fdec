"""Ten thousand rows at the desk: a page shows so many, leads on to the next and loses none."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote
from uuid import UUID

import pytest

from domain.access.roles import Role
from starter.web.desk import entries, queue
from tests.books import Books
from tests.starter.web.browser import Browser, Page

ROWS = 10_000
DUE = datetime(2020, 1, 1, tzinfo=UTC)
"""The deadline before the first case's: these cases stand in front of everybody else's."""
LAST_DAY = date(2035, 1, 1)
"""No entry of another test is of a later day."""
SEED = f"""
SET session_replication_role = replica;
INSERT INTO clients (id, kind, name, email) VALUES ('many', 'company', 'ООО «Тьма»', 'a@b.example');
INSERT INTO invoices (number, client_id, client_kind, issued_by, issued_on, total_kopecks)
SELECT 'many-' || n, 'many', 'company', 'online', DATE '2026-01-01', 100
FROM generate_series(1, {ROWS}) AS n;
INSERT INTO refunds (id, kind, invoice_number, ordinal, client_id, status, version, asked,
                     stopped_on, policy_version, waiting_for, wait_until, opened_at, changed_at)
SELECT 'refund-many-' || n || '-1', 'invoice', 'many-' || n, 1, 'many', 'awaiting_specialist', 1,
       '[]', DATE '2026-01-01', 1, 'specialist',
       TIMESTAMPTZ '{DUE.isoformat()}' + n * INTERVAL '1 minute', now(), now()
FROM generate_series(1, {ROWS}) AS n;
INSERT INTO bank_entries (id, statement_id, account, direction, day, number, amount_kopecks,
                          counterparty_name, purpose, line)
SELECT gen_random_uuid(), gen_random_uuid(), '40702810900000000001', 'in',
       DATE '{LAST_DAY}' - n, 'many-' || n, 100, 'ООО «Тьма»', 'Оплата', n
FROM generate_series(1, {ROWS}) AS n;
SET session_replication_role = origin;
"""  # noqa: S608 - our own numbers
TAKEN_AWAY = """
SET session_replication_role = replica;
DELETE FROM bank_entries WHERE number LIKE 'many-%';
DELETE FROM refunds WHERE client_id = 'many';
DELETE FROM invoices WHERE client_id = 'many';
DELETE FROM clients WHERE id = 'many';
SET session_replication_role = origin;
"""


@pytest.fixture
def many(books: Books) -> Iterator[None]:
    books.connection.execute(SEED)
    yield
    books.connection.execute(TAKEN_AWAY)


def shown(page: Page) -> list[int]:
    """The numbers of the rows of a page, each once."""
    found = re.findall(r"(?:refund-many-(\d+)-1|№ many-(\d+))</a>", page.html)
    return [int(case or entry) for case, entry in found]


def next_of(page: Page, path: str) -> str:
    (following,) = re.findall(rf'class="button" href="({path}\?[^"]*after=[^"]+)"', page.html)
    return html.unescape(following)


async def test_ten_thousand_cases_and_entries_are_read_page_by_page(
    many: None, browser: Browser
) -> None:
    due = DUE + timedelta(minutes=ROWS - 10)
    await browser.log_in(Role.SPECIALIST)
    last = f"{due.isoformat()}_refund-many-{ROWS - 10}-1"
    await read(browser, "/desk/refunds", queue.SHOWN, last)
    day = LAST_DAY - timedelta(days=ROWS - 10)
    await browser.log_in(Role.ACCOUNTANT)
    await read(browser, "/desk/entries", entries.SHOWN, f"{day}_{UUID(int=0)}")


async def read(browser: Browser, path: str, size: int, near_the_end: str) -> None:
    """The first page, the second, and the one with the last ten of ours; none is longer."""
    page = await browser.get(path)
    assert shown(page) == list(range(1, size + 1))
    page = await browser.get(next_of(page, path))
    assert shown(page) == list(range(size + 1, 2 * size + 1))
    page = await browser.get(f"{path}?after={quote(near_the_end)}")
    assert page.status == 200
    assert shown(page)[:10] == list(range(ROWS - 9, ROWS + 1))
