"""Orders as their clients placed them: submissions that a renewal takes or refuses."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from db.database import Query, Transaction
from db.tables import clients, invoices, issued_invoices, orders

_PUT = insert(orders).on_conflict_do_nothing()
_ONE = select(orders).where(orders.c.id == bindparam("order_id"))
_TAKEN = (
    select(orders, issued_invoices.c.invoice_number, invoices.c.voided_at)
    .join(issued_invoices, issued_invoices.c.order_id == orders.c.id)
    .join(invoices, invoices.c.number == issued_invoices.c.invoice_number)
    .where(orders.c.renewal_id == bindparam("renewal_id"))
    .order_by(issued_invoices.c.year.desc(), issued_invoices.c.sequence.desc())
    .limit(1)
)
_CLIENT = select(clients).where(clients.c.id == bindparam("client_id"))
_client_of_inn = (
    select(
        clients.c.name,
        clients.c.inn,
        clients.c.kpp,
        clients.c.address,
        clients.c.updated_at.label("at"),
    )
    .where(clients.c.inn == bindparam("inn"))
    .order_by(clients.c.updated_at.desc())
    .limit(1)
)
_payer_of_inn = (
    select(
        orders.c.payer_name.label("name"),
        orders.c.payer_inn.label("inn"),
        orders.c.payer_kpp.label("kpp"),
        orders.c.payer_address.label("address"),
        orders.c.placed_at.label("at"),
    )
    .where(orders.c.payer_inn == bindparam("inn"))
    .order_by(orders.c.placed_at.desc())
    .limit(1)
)
_of_client: Any = bindparam("client_id")
_OWN_CLIENT_OF_INN = _client_of_inn.where(clients.c.id == _of_client)
_OWN_PAYER_OF_INN = _payer_of_inn.where(orders.c.client_id == _of_client)


def put(transaction: Transaction, order_id: UUID, **columns: Any) -> None:
    """Puts an order down; one of this id that is there already stays."""
    transaction.write(_PUT, id=order_id, **columns)


def one(order_id: UUID) -> Query:
    """An order."""
    return _ONE, {"order_id": order_id}


def taken(renewal_id: str) -> Query:
    """The order of a case that was invoiced last, with its invoice."""
    return _TAKEN, {"renewal_id": renewal_id}


def client(client_id: str) -> Query:
    """The client that orders."""
    return _CLIENT, {"client_id": client_id}


def requisites(inn: str, client_id: str | None) -> tuple[Query, Query]:
    """What is known of an INN: as a client was registered, and as an order last confirmed it.

    With `client_id` only what that client itself is or has ordered for.
    """
    if client_id is None:
        return (_client_of_inn, {"inn": inn}), (_payer_of_inn, {"inn": inn})
    key = {"inn": inn, "client_id": client_id}
    return (_OWN_CLIENT_OF_INN, key), (_OWN_PAYER_OF_INN, key)
