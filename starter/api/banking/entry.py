"""Entries of bank statements over HTTP; `unmatched` ones wait for a person."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from db.banking import entry_list
from db.banking.entry_list import EntryFilter
from domain.banking.bank_statement import EntryDirection
from domain.banking.statement_import import EntryStatus
from domain.billing.requisites import MAX_NAME_LENGTH
from starter.api.banking.own_account import ACCOUNT_PATTERN
from starter.api.http.models import Day, Kopecks
from starter.api.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, key_in, page_of
from starter.api.http.route import CurrentCaller, DatabaseDep, LanguageDep, router
from starter.presentation.banking.entry import (
    EntryShown,
    entry_in_full,
    payer_in,
    with_allocations,
)

routes = router("bank statements")

EntryPath = Annotated[UUID, Path(description="The entry's id.")]


@routes.get("/v1/bank-entries", summary="Entries of bank statements, the latest day first")
async def list_bank_entries(
    database: DatabaseDep,
    caller: CurrentCaller,
    language: LanguageDep,
    status: Annotated[EntryStatus | None, Query()] = None,
    direction: Annotated[EntryDirection | None, Query()] = None,
    account: Annotated[str | None, Query(pattern=ACCOUNT_PATTERN)] = None,
    statement_id: Annotated[UUID | None, Query(description="What this file brought first.")] = None,
    first_day: Annotated[Day | None, Query(alias="from")] = None,
    last_day: Annotated[Day | None, Query(alias="to")] = None,
    amount: Annotated[Kopecks | None, Query()] = None,
    payer: Annotated[
        str, Query(max_length=MAX_NAME_LENGTH, description="An INN, or words of a name or purpose.")
    ] = "",
    postponed: Annotated[
        bool | None, Query(description="Whether the decision is postponed today.")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[EntryShown]:
    """`status=unmatched` lists the entries that wait for a person, `postponed=false` with it those
    that wait today.
    """
    inn, words = payer_in(payer)
    narrowed = EntryFilter(
        status,
        direction,
        account,
        first_day,
        last_day,
        statement_id,
        amount_kopecks=amount,
        payer_inn=inn,
        payer_words=words,
        is_postponed=postponed,
    )
    (rows,) = await database.read(
        entry_list.listed(narrowed, limit + 1, key_in(cursor, date.fromisoformat, UUID))
    )
    page, following = page_of(rows, limit, lambda row: (row.day, row.id))
    entries = await with_allocations(database, page, caller.role, language)
    return Page(items=entries, next=following)


@routes.get("/v1/bank-entries/{entry_id}", summary="One entry")
async def read_bank_entry(
    entry_id: EntryPath, database: DatabaseDep, caller: CurrentCaller, language: LanguageDep
) -> EntryShown:
    """With the decision about it."""
    return await entry_in_full(database, caller, entry_id, language)
