"""Payouts of all cases over HTTP, for staff."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import Query
from pydantic import Field

from db.payout import payout_list
from db.payout.payout_list import PayoutInList
from domain.calendar.bank_calendar import MOSCOW
from domain.payout.payout import Channel, PayoutStatus
from starter.api.http.auth import Caller
from starter.api.http.listing import Sought
from starter.api.http.models import Day
from starter.api.http.paging import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Page,
    key_in,
    moment_in,
    number_up_to,
    page_of,
)
from starter.api.http.route import CurrentCaller, DatabaseDep, LanguageDep, router
from starter.api.refund.case import link_to
from starter.presentation.refund.presenters import payout_of
from starter.presentation.refund.schemas import PayoutShown
from texts import Language

MAX_ATTEMPT = 999_999_999

routes = router("refunds")


class ListedPayout(PayoutShown):
    """A payout with the case it is for, and its payment order where a run took it."""

    refund_id: str
    invoice_number: str
    client_id: str
    client_name: str
    order_number: int | None = Field(description="The number of the payment order at the bank.")
    run_number: int | None
    href: str = Field(description="Its case.", examples=["/v1/refunds/refund-2026-000117-1"])


@routes.get("/v1/payouts", summary="Payouts, the latest prepared first")
async def list_payouts(
    caller: CurrentCaller,
    database: DatabaseDep,
    language: LanguageDep,
    status: Annotated[PayoutStatus | None, Query()] = None,
    channel: Annotated[Channel | None, Query()] = None,
    prepared_from: Annotated[Day | None, Query(description="The first day, in Moscow.")] = None,
    prepared_to: Annotated[Day | None, Query(description="The last day, in Moscow.")] = None,
    client: Sought = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[ListedPayout]:
    """Every attempt is a payout of its own."""
    narrowed = payout_list.PayoutFilter(
        status=status,
        channel=channel,
        prepared_from=None if prepared_from is None else _midnight(prepared_from),
        prepared_before=None if prepared_to is None else _midnight(prepared_to + timedelta(days=1)),
        sought=client,
    )
    rows = await database.rows(
        payout_list.listed(
            narrowed, limit + 1, key_in(cursor, moment_in, str, number_up_to(MAX_ATTEMPT))
        )
    )
    shown, following = page_of(rows, limit, lambda row: (row.prepared_at, row.case_id, row.attempt))
    return Page[ListedPayout](
        items=[_listed(row, caller, language) for row in shown],
        next=following,
    )


def _listed(row: PayoutInList, caller: Caller, language: Language) -> ListedPayout:
    return ListedPayout(
        **dict(payout_of(row, caller, language)),
        refund_id=row.case_id,
        invoice_number=row.invoice_number,
        client_id=row.client_id,
        client_name=row.client_name,
        order_number=row.order_number,
        run_number=row.run_number,
        href=link_to(row.case_id),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), MOSCOW)
