"""Orders as their clients placed them: submissions that a renewal accepts or refuses."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from db.billing.client import ClientRow
from db.database import Transaction
from db.query import Query, columns_of, row, typed
from db.tables import clients, invoices, issued_invoices, orders


@row
class OrderRow:
    """An order as its client placed it."""

    id: UUID
    renewal_id: str
    subscription_id: str
    client_id: str
    offer: str
    tariff_code: str
    units: int
    months: int
    individual_offer_id: UUID | None
    price_kopecks: int
    vat_mode: str
    method: str
    payer_name: str
    payer_inn: str | None
    payer_kpp: str | None
    agreed: dict[str, Any]
    agreed_sha256: str
    placed_at: datetime
    payer_address: str | None


@row
class TakenOrder(OrderRow):
    """An order with its invoice, which may be void."""

    invoice_number: str
    voided_at: datetime | None


@row
class KnownPayer:
    """The stored data of an INN, and their date."""

    name: str
    inn: str | None
    kpp: str | None
    address: str | None
    at: datetime


_PUT = insert(orders).on_conflict_do_nothing()
ORDER_COLUMNS = tuple(orders.c[columns_of(OrderRow)])
_ONE = typed(OrderRow, select(*ORDER_COLUMNS).where(orders.c.id == bindparam("order_id")))
_TAKEN = typed(
    TakenOrder,
    select(*ORDER_COLUMNS, issued_invoices.c.invoice_number, invoices.c.voided_at)
    .join(issued_invoices, issued_invoices.c.order_id == orders.c.id)
    .join(invoices, invoices.c.number == issued_invoices.c.invoice_number)
    .where(orders.c.renewal_id == bindparam("renewal_id"))
    .order_by(issued_invoices.c.year.desc(), issued_invoices.c.sequence.desc())
    .limit(1),
)
_CLIENT = typed(ClientRow, select(clients).where(clients.c.id == bindparam("client_id")))
_CLIENT_OF_INN = typed(
    KnownPayer,
    select(
        clients.c.name,
        clients.c.inn,
        clients.c.kpp,
        clients.c.address,
        clients.c.updated_at.label("at"),
    )
    .where(clients.c.inn == bindparam("inn"))
    .order_by(clients.c.updated_at.desc())
    .limit(1),
)
_PAYER_OF_INN = typed(
    KnownPayer,
    select(
        orders.c.payer_name.label("name"),
        orders.c.payer_inn.label("inn"),
        orders.c.payer_kpp.label("kpp"),
        orders.c.payer_address.label("address"),
        orders.c.placed_at.label("at"),
    )
    .where(orders.c.payer_inn == bindparam("inn"))
    .order_by(orders.c.placed_at.desc())
    .limit(1),
)
_of_client: Any = bindparam("client_id")
_OWN_CLIENT_OF_INN = _CLIENT_OF_INN.narrowed(lambda rows: rows.where(clients.c.id == _of_client))
_OWN_PAYER_OF_INN = _PAYER_OF_INN.narrowed(
    lambda rows: rows.where(orders.c.client_id == _of_client)
)


def put(transaction: Transaction, order_id: UUID, **columns: Any) -> None:
    """Stores an order; one with this id that exists is not changed."""
    transaction.write(_PUT, id=order_id, **columns)


def one(order_id: UUID) -> Query[OrderRow]:
    """An order."""
    return _ONE(order_id=order_id)


def taken(renewal_id: str) -> Query[TakenOrder]:
    """The order of a case that was invoiced last, with its invoice."""
    return _TAKEN(renewal_id=renewal_id)


def client(client_id: str) -> Query[ClientRow]:
    """The client that orders."""
    return _CLIENT(client_id=client_id)


def requisites(inn: str, client_id: str | None) -> tuple[Query[KnownPayer], Query[KnownPayer]]:
    """The stored data of an INN: from the client's registration, and from the last order with it.

    With `client_id` only that client's own registration and orders.
    """
    if client_id is None:
        return _CLIENT_OF_INN(inn=inn), _PAYER_OF_INN(inn=inn)
    key = {"inn": inn, "client_id": client_id}
    return _OWN_CLIENT_OF_INN(**key), _OWN_PAYER_OF_INN(**key)
