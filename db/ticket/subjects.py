"""What a client may ask about: its orders, refunds and subscriptions, the latest of each."""

from datetime import date

from sqlalchemy import text

from db.query import Query, row, typed

MAX_OF_KIND = 50
"""The latest orders, refunds or subscriptions that a client chooses from."""


@row
class SubjectRow:
    """One thing: `kind` is a column of a ticket, `about` the number of an order or the title of a
    subscription, `on_day` when it was issued, requested or begun.
    """

    kind: str
    id: str
    about: str
    on_day: date


_OF_CLIENT = typed(
    SubjectRow,
    text(
        """
(SELECT 'invoice_number' AS kind, number AS id, number AS about, issued_on AS on_day
   FROM invoices WHERE client_id = :client_id ORDER BY issued_on DESC, number DESC LIMIT :at_most)
UNION ALL
(SELECT 'refund_id', id, invoice_number, CAST(opened_at AT TIME ZONE 'Europe/Moscow' AS date)
   FROM refunds WHERE client_id = :client_id ORDER BY opened_at DESC LIMIT :at_most)
UNION ALL
(SELECT 'subscription_id', id, title, CAST(created_at AT TIME ZONE 'Europe/Moscow' AS date)
   FROM subscriptions WHERE client_id = :client_id ORDER BY id LIMIT :at_most)
"""
    ),
    never_null=("kind", "id", "about", "on_day"),
)


def of_client(client_id: str) -> Query[SubjectRow]:
    """The latest things of a client, `MAX_OF_KIND` of each kind at most."""
    return _OF_CLIENT(client_id=client_id, at_most=MAX_OF_KIND)
