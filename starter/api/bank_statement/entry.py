"""Entries of bank statements: `unmatched` ones are a person's queue."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from pydantic import Field

from db import bank_entry
from db.bank_entry import EntryFilter
from db.database import Row
from domain.access import Role
from domain.bank_import import EntryStatus, MatchedAs
from domain.bank_statement import EntryDirection, masked_account
from starter.api.bank_statement.shown import day_after
from starter.api.models import Day, Roubles, Shown
from starter.api.own_account import ACCOUNT_PATTERN
from starter.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, cursor_from, page_of
from starter.api.problems import not_found
from starter.api.route import CallerIs, Stored, router

HIDDEN = "•••"

routes = router("bank statements")

EntryPath = Annotated[UUID, Path(description="The entry's id.")]


class EntryShown(Shown):
    """What moved on our account; who need not know the other side sees its last digits only."""

    id: UUID
    statement_id: UUID
    account: str
    direction: EntryDirection
    day: date
    number: str
    amount: Roubles
    counterparty_name: str
    counterparty_inn: str | None
    counterparty_account: str | None
    counterparty_bic: str | None
    purpose: str
    status: EntryStatus
    matched_as: MatchedAs | None
    refund_id: str | None = Field(description="The case that the entry is matched with.")
    attempt: int | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


@routes.get("/v1/bank-entries", summary="Entries of bank statements, the latest day first")
async def list_bank_entries(
    database: Stored,
    caller: CallerIs,
    status: Annotated[EntryStatus | None, Query()] = None,
    direction: Annotated[EntryDirection | None, Query()] = None,
    account: Annotated[str | None, Query(pattern=ACCOUNT_PATTERN)] = None,
    statement_id: Annotated[UUID | None, Query(description="What this file brought first.")] = None,
    first_day: Annotated[Day | None, Query(alias="from")] = None,
    last_day: Annotated[Day | None, Query(alias="to")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[EntryShown]:
    """`status=unmatched` is what a person has to look at."""
    narrowed = EntryFilter(status, direction, account, first_day, last_day, statement_id)
    (rows,) = await database.read(bank_entry.listed(narrowed, limit + 1, day_after(cursor)))
    page, last = page_of(rows, limit)
    following = None if last is None else cursor_from(last.day.isoformat(), str(last.id))
    return Page(items=[entry_shown(row, caller.role) for row in page], next=following)


@routes.get("/v1/bank-entries/{entry_id}", summary="One entry")
async def read_bank_entry(entry_id: EntryPath, database: Stored, caller: CallerIs) -> EntryShown:
    """With what was decided about it."""
    (rows,) = await database.read(bank_entry.one(entry_id))
    if not rows:
        raise not_found()
    return entry_shown(rows[0], caller.role)


def entry_shown(row: Row, role: Role) -> EntryShown:
    """An entry as this role sees it."""
    whole = role is Role.ACCOUNTANT
    other = row.counterparty_account
    return EntryShown(
        id=row.id,
        statement_id=row.statement_id,
        account=row.account,
        direction=EntryDirection(row.direction),
        day=row.day,
        number=row.number,
        amount=row.amount_kopecks,
        counterparty_name=row.counterparty_name if whole else HIDDEN,
        counterparty_inn=row.counterparty_inn if whole else None,
        counterparty_account=other if whole or not other else masked_account(other),
        counterparty_bic=row.counterparty_bic,
        purpose=row.purpose if whole else HIDDEN,
        status=EntryStatus(row.status),
        matched_as=None if row.matched_as is None else MatchedAs(row.matched_as),
        refund_id=row.matched_case,
        attempt=row.matched_attempt,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
    )
