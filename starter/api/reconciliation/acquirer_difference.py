"""Differences between our books and the acquirer's lists, and accountants' decisions about them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from pydantic import Field

from db.reconciliation import acquirer_difference
from db.reconciliation.acquirer_difference import DecidedDifference
from domain.reconciliation.acquirer_list import ListInvariant
from starter.api.http.models import Body, Note, Roubles, Shown
from starter.api.http.paging import Cursor, Limit, Page, key_in, moment_in, page_of
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    ServicesDep,
    router,
)
from starter.commands.reconciliation import decide as command
from starter.commands.refusal import not_found
from texts import Language
from texts.invariants import invariant_title

DifferencePath = Annotated[UUID, Path(description="The difference's id.")]

routes = router("acquirer")


class DifferenceShown(Shown):
    """A difference. Found again with the same sum it is the same one; with another sum it is a new
    one.
    """

    id: UUID
    invariant: str = Field(examples=["ours"])
    title: str = Field(description="The difference as text.")
    found: str = Field(
        description="What differs: our key, the acquirer's refund or payment, the sum."
    )
    acquirer_payment_id: str | None
    amount: Roubles | None
    happened_on: date | None = Field(
        description="When the money moved at the acquirer; absent: it has not."
    )
    found_at: datetime
    decision: str | None = Field(description="The decision about it; absent: nobody has decided.")
    decided_by: str | None
    decided_at: datetime | None


class DifferenceDecision(Body):
    """Why the difference is right as it is, or what was done about it."""

    reason: Note


@routes.get("/v1/acquirer-differences", summary="Differences with the acquirer's lists")
async def list_acquirer_differences(
    database: DatabaseDep,
    _caller: CurrentCaller,
    language: LanguageDep,
    is_open: Annotated[
        bool | None, Query(alias="open", description="Only undecided ones, or only decided ones.")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[DifferenceShown]:
    """The newest first; decided ones stay in the list."""
    query = acquirer_difference.listed(limit + 1, key_in(cursor, moment_in, UUID), is_open=is_open)
    (rows,) = await database.read(query)
    shown, following = page_of(rows, limit, lambda row: (row.found_at, row.id))
    return Page[DifferenceShown](
        items=[_shown(row, language) for row in shown],
        next=following,
    )


@routes.get("/v1/acquirer-differences/{difference_id}", summary="One difference")
async def read_acquirer_difference(
    difference_id: DifferencePath,
    database: DatabaseDep,
    _caller: CurrentCaller,
    language: LanguageDep,
) -> DifferenceShown:
    """What differs, and the decision about it."""
    (rows,) = await database.read(acquirer_difference.one(difference_id))
    if not rows:
        raise not_found()
    return _shown(rows[0], language)


@routes.post(
    "/v1/acquirer-differences/{difference_id}/decision", summary="Decide about a difference"
)
async def decide_acquirer_difference(
    difference_id: DifferencePath,
    body: DifferenceDecision,
    services: ServicesDep,
    caller: CurrentCaller,
    language: LanguageDep,
    command_id: CommandId,
) -> DifferenceShown:
    """Once and final: no check reports it again, and no payment run waits for it.

    Take care: if money was given back, a bank order of the same money leaves after this.
    """
    row = await command.decide_acquirer_difference(
        services, caller, command_id, difference_id, body.reason
    )
    return _shown(row, language)


def _shown(row: DecidedDifference, language: Language) -> DifferenceShown:
    return DifferenceShown(
        id=row.id,
        invariant=row.invariant,
        title=invariant_title(ListInvariant[row.invariant.upper()], language),
        found=row.found,
        acquirer_payment_id=row.acquirer_payment_id,
        amount=row.amount_kopecks,
        happened_on=row.happened_on,
        found_at=row.found_at,
        decision=row.reason,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
