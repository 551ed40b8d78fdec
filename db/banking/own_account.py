"""Our own bank accounts: payment runs are paid from them, their statements are imported."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, literal_column, select
from sqlalchemy.dialects.postgresql import insert

from db.database import Database
from db.facts import Reading, first
from db.query import Query, row, typed
from db.tables import own_accounts
from domain.billing.issued_invoice import Supplier
from domain.billing.requisites import Requisites

WRITTEN = ("bic", "bank_name", "correspondent_account", "name", "inn", "kpp", "address")
"""The columns of an account that an accountant may change."""


@row
class OwnAccountRow:
    """An own account as it is stored."""

    account: str
    bic: str
    bank_name: str
    correspondent_account: str | None
    name: str
    inn: str
    kpp: str | None
    written_by: str
    created_at: datetime
    updated_at: datetime
    address: str | None


@row
class WrittenAccount:
    """An own account as it is stored now, and whether it is new."""

    account: str
    bic: str
    bank_name: str
    correspondent_account: str | None
    name: str
    inn: str
    kpp: str | None
    written_by: str
    created_at: datetime
    updated_at: datetime
    address: str | None
    is_new: bool


@row
class AccountNumber:
    """The number of an account."""

    account: str


_ACCOUNTS = typed(OwnAccountRow, select(own_accounts))
_FIND = _ACCOUNTS.narrowed(lambda rows: rows.where(own_accounts.c.account == bindparam("account")))
_ALL = _ACCOUNTS.narrowed(lambda rows: rows.order_by(own_accounts.c.account))
_FIRST = _ACCOUNTS.narrowed(
    lambda rows: rows.order_by(own_accounts.c.created_at, own_accounts.c.account).limit(1)
)
_put = insert(own_accounts)
_PUT = typed(
    WrittenAccount,
    _put.on_conflict_do_update(
        index_elements=["account"],
        set_={name: _put.excluded[name] for name in (*WRITTEN, "written_by", "updated_at")},
    ).returning(own_accounts, literal_column("xmax = 0").label("is_new")),
    never_null=("is_new",),
)
_PUT_FIRST = typed(
    AccountNumber,
    _put.on_conflict_do_nothing(index_elements=["account"]).returning(own_accounts.c.account),
)


def one(account: str) -> Query[OwnAccountRow]:
    """An own account."""
    return _FIND(account=account)


def supplier() -> Reading[Supplier | None]:
    """The supplier of our invoices, with the own account that was stored first. None without an own
    account.
    """
    return first(_FIRST()).to(_supplier_from)


async def all_accounts(database: Database) -> list[OwnAccountRow]:
    """Every own account; there are few."""
    return await database.rows(_ALL())


async def put(
    database: Database, account: str, by: str, at: datetime, columns: Mapping[str, Any]
) -> WrittenAccount:
    """Stores an account or replaces its data; `is_new` of the row says which."""
    (written,) = await database.rows(
        _PUT(account=account, written_by=by, created_at=at, updated_at=at, **columns)
    )
    return written


async def put_first(
    database: Database, account: str, by: str, at: datetime, columns: Mapping[str, Any]
) -> bool:
    """Stores an account unless it exists; returns whether it was new."""
    rows = await database.rows(
        _PUT_FIRST(account=account, written_by=by, created_at=at, updated_at=at, **columns)
    )
    return bool(rows)


def requisites_of(row: OwnAccountRow) -> Requisites:
    """An own account as the payer of an order."""
    return Requisites(
        recipient_name=row.name,
        inn=row.inn,
        kpp=row.kpp,
        bic=row.bic,
        account=row.account,
        bank_name=row.bank_name,
        correspondent_account=row.correspondent_account,
    )


def _supplier_from(row: OwnAccountRow | None) -> Supplier | None:
    return None if row is None else Supplier(requisites_of(row), row.address)
