"""Why money did not arrive, in the report: a code each, and all words of operators together."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from db.database import Database
from db.query import compile_once
from db.refund import report
from domain.refund.report import Figure, ReportPeriod
from starter.presentation.refund.report import value_title
from tests.books import Books

OPENED = datetime(2026, 4, 1, 9, tzinfo=UTC)
PERIOD = ReportPeriod(date(2026, 4, 1), date(2026, 4, 1))


def payout(books: Books, reason: str | None) -> str:
    """A rejected payout of a case, alone."""
    number = uuid4().hex[:12]
    case_id = f"refund-{number}-1"
    books.put("clients", id=f"c-{number}", kind="company", name="ООО", email="a@b.example")
    books.put(
        "refunds",
        id=case_id,
        kind="invoice",
        invoice_number=number,
        ordinal=1,
        client_id=f"c-{number}",
        status="declined",
        version=1,
        asked=[],
        stopped_on="2026-01-01",
        policy_version=1,
        opened_at=OPENED,
        changed_at=OPENED,
        closed_at=OPENED,
    )
    books.put(
        "payouts",
        case_id=case_id,
        attempt=1,
        channel="bank",
        status="rejected",
        version=1,
        amount_kopecks=100,
        channel_reason="transferred",
        statement_id=str(uuid4()),
        reason=reason,
        prepared_at=OPENED,
        changed_at=OPENED,
    )
    return case_id


@pytest.mark.parametrize(
    ("reason", "value"),
    [
        ("account_closed", "account_closed"),
        (None, "rejected"),
        ("orlov: отказ в кабинете", "by_hand"),
        ("petrov: обращение 4711", "by_hand"),
    ],
)
def test_an_operators_words_are_no_reason_of_their_own(
    books: Books, reason: str | None, value: str
) -> None:
    with books.connection.transaction(force_rollback=True):
        books.connection.execute("SET LOCAL session_replication_role = replica")
        case_id = payout(books, reason)
        for asked in {value, reason or value}:
            query = report.listed(
                Figure.PAYOUT, asked, PERIOD, OPENED, 10, (OPENED + timedelta(days=1), "~")
            )
            sql, values = compile_once(query.statement, tuple(query.params)).with_values(
                query.params
            )
            found = books.connection.execute(sql.encode(), values).fetchall()
            assert [one[0] for one in found] == ([case_id] if asked == value else [])


async def test_decisions_of_operators_have_a_name(database: Database) -> None:
    title = await value_title(database, Figure.PAYOUT, "by_hand", "ru")
    assert title == "Решил оператор: причина в заявке"
