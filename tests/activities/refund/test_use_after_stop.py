"""What the host product reported of a term, against the day on which its client says to have
stopped.
"""

from datetime import UTC, date, datetime, time

import pytest

from db.database import Database
from db.refund.refund import CALCULATION
from domain.refund.line import SpecialistReason, UseAfterStop
from domain.refund.refund import RefundStatus
from tests.activities.walk import opened
from tests.books import AT, Line
from tests.renewal_books import RenewalBooks

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
TODAY = AT.date()
STOPPED_ON = date(2026, 2, 1)


def sold(books: RenewalBooks, *reports: tuple[date, int]) -> str:
    """An invoice of a year's term whose use was reported so; its number."""
    subscription = books.subscription()
    client_id = books.row("SELECT client_id FROM subscriptions WHERE id = %(id)s", id=subscription)
    days = {"period_start": FIRST, "period_end": LAST}
    number = books.invoice(Line(1_220_000, "subscription", days), client_id=client_id[0])
    books.term(subscription, FIRST, LAST, invoice_number=number)
    for day, units in reports:
        books.put(
            "usage_reports",
            subscription_id=subscription,
            reported_at=datetime.combine(day, time(12), UTC),
            units_used=units,
        )
    return number


@pytest.mark.parametrize(
    ("reports", "stopped_on", "use"),
    [
        ((), STOPPED_ON, None),
        (((date(2026, 1, 31), 10),), STOPPED_ON, None),
        (((date(2026, 1, 31), 10), (STOPPED_ON, 10)), STOPPED_ON, None),
        (
            ((date(2026, 1, 31), 10), (STOPPED_ON, 11)),
            STOPPED_ON,
            UseAfterStop(STOPPED_ON, 10, 11),
        ),
        (
            ((date(2026, 1, 31), 10), (date(2026, 3, 1), 30), (date(2026, 3, 9), 30)),
            STOPPED_ON,
            UseAfterStop(date(2026, 3, 1), 10, 30),
        ),
        (((TODAY, 5),), FIRST, UseAfterStop(TODAY, 0, 5)),
        (((TODAY, 5),), TODAY, None),  # whoever stops today claims nothing of the past
        (((TODAY, 5),), None, None),
    ],
)
async def test_use_after_the_named_day_is_judged_by_a_specialist(
    reports: tuple[tuple[date, int], ...],
    stopped_on: date | None,
    use: UseAfterStop | None,
    database: Database,
    books: RenewalBooks,
) -> None:
    number = sold(books, *reports)
    walk = await opened(database, books, number, stopped_on=stopped_on)
    row = books.row("SELECT * FROM calculations WHERE refund_id = %(r)s", r=walk.refund_id)
    trace = CALCULATION.validate_python(row.trace)
    contradicted = use is not None
    assert (walk.result.status is RefundStatus.AWAITING_SPECIALIST) == contradicted
    assert (trace.specialist_reason is SpecialistReason.USED_AFTER_STOP) == contradicted
    if contradicted:
        assert trace.use_after_stop == use


async def test_another_subscription_s_use_says_nothing(
    database: Database, books: RenewalBooks
) -> None:
    sold(books, (date(2026, 3, 1), 30))
    walk = await opened(database, books, sold(books), stopped_on=STOPPED_ON)
    assert walk.result.status is RefundStatus.AWAITING_STATEMENT
