"""An order whose payment was checked as often as it may be on a day."""

from tests.books import Books


def checked_ten_times(books: Books, number: str) -> None:
    """Ten checks of today, one a minute from midnight in Moscow."""
    books.connection.execute(
        """INSERT INTO payment_checks (id, invoice_number, checked_by, checked_at, free_at, day,
            number, paid_before_kopecks)
        SELECT gen_random_uuid(), %(n)s, 'buh', at, at + interval '1 minute',
            (at AT TIME ZONE 'Europe/Moscow')::date, i, 0
        FROM generate_series(1, 10) i, LATERAL (
            SELECT (date_trunc('day', now() AT TIME ZONE 'Europe/Moscow')
                AT TIME ZONE 'Europe/Moscow') + i * interval '1 minute' AS at) t""",
        {"n": number},
    )
