"""Our own bank accounts: payment runs are paid from them, their statements are imported."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Text, bindparam, literal_column, null, select, update
from sqlalchemy.dialects.postgresql import insert

from db.database import Database
from db.facts import Reading, first
from db.query import Query, columns_of, row, typed
from db.tables import own_account_history, own_accounts
from domain.billing.issued_invoice import Supplier
from domain.billing.requisites import Requisites

MONEY_WAITS = "closed_account_has_nothing_waiting"
LAST_OPEN = "an_account_stays_open"
CLOSED_STAYS = "closed_account_stays"
"""The rules that keep an account open, and one that is closed as it is."""
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
    closed_at: datetime | None
    reason: str | None


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
    closed_at: datetime | None
    reason: str | None
    is_new: bool


@row
class AccountChangeRow:
    """A change of an account: what was written of it then, or why it was closed or opened again."""

    kind: str
    bic: str
    bank_name: str
    correspondent_account: str | None
    name: str
    inn: str
    kpp: str | None
    address: str | None
    reason: str | None
    author: str
    at: datetime


@row
class AccountNumber:
    """The number of an account."""

    account: str


_ACCOUNTS = typed(OwnAccountRow, select(own_accounts))
_FIND = _ACCOUNTS.narrowed(lambda rows: rows.where(own_accounts.c.account == bindparam("account")))
_FIND_KEPT = _FIND.narrowed(lambda rows: rows.with_for_update(read=True))
_ALL = _ACCOUNTS.narrowed(lambda rows: rows.order_by(own_accounts.c.account))
_is_open = own_accounts.c.closed_at.is_(None)
_OPEN = _ALL.narrowed(lambda rows: rows.where(_is_open))
_FIRST = _ACCOUNTS.narrowed(
    lambda rows: (
        rows.where(_is_open).order_by(own_accounts.c.created_at, own_accounts.c.account).limit(1)
    )
)
_changes = own_account_history
_HISTORY = typed(
    AccountChangeRow,
    select(*(_changes.c[name] for name in columns_of(AccountChangeRow)))
    .where(_changes.c.account == bindparam("of_account"))
    .order_by(_changes.c.id.desc())
    .limit(bindparam("how_many")),
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
_change = (
    update(own_accounts)
    .where(own_accounts.c.account == bindparam("of_account"))
    .values(
        reason=bindparam("why", type_=Text),
        written_by=bindparam("by", type_=Text),
        updated_at=bindparam("now", type_=DateTime(timezone=True)),
    )
)
_CLOSE = typed(
    OwnAccountRow,
    _change.where(_is_open)
    .values(closed_at=bindparam("now", type_=DateTime(timezone=True)))
    .returning(own_accounts),
)
_OPEN_AGAIN = typed(
    OwnAccountRow, _change.where(~_is_open).values(closed_at=null()).returning(own_accounts)
)
_PUT_FIRST = typed(
    AccountNumber,
    _put.on_conflict_do_nothing(index_elements=["account"]).returning(own_accounts.c.account),
)


def one(account: str, *, kept: bool = False) -> Query[OwnAccountRow]:
    """An own account; `kept`: nobody closes or changes it until the transaction ends."""
    return (_FIND_KEPT if kept else _FIND)(account=account)


def history(account: str, how_many: int) -> Query[AccountChangeRow]:
    """The latest changes of an account."""
    return _HISTORY(of_account=account, how_many=how_many)


def supplier() -> Reading[Supplier | None]:
    """The supplier of our invoices, with the open account that was stored first; None without
    one.
    """
    return first(_FIRST()).to(_supplier_from)


async def all_accounts(database: Database) -> list[OwnAccountRow]:
    """Every own account, closed ones too; there are few."""
    return await database.rows(_ALL())


async def open_accounts(database: Database) -> list[OwnAccountRow]:
    """The accounts that money can go out from."""
    return await database.rows(_OPEN())


async def close(
    database: Database, account: str, reason: str, by: str, at: datetime
) -> OwnAccountRow | None:
    """Closes an open account; None where there is none.

    Raises `ConstraintBroken` with `MONEY_WAITS`, or with `LAST_OPEN`.
    """
    return await database.row(_CLOSE(of_account=account, why=reason, by=by, now=at))


async def open_again(
    database: Database, account: str, reason: str, by: str, at: datetime
) -> OwnAccountRow | None:
    """Opens a closed account; None where there is none."""
    return await database.row(_OPEN_AGAIN(of_account=account, why=reason, by=by, now=at))


async def put(
    database: Database, account: str, by: str, at: datetime, columns: Mapping[str, Any]
) -> WrittenAccount:
    """Stores an account or replaces its data; `is_new` of the row says which.

    Raises `ConstraintBroken` with `CLOSED_STAYS` for one that is closed.
    """
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
