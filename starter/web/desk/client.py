"""A client from all sides: its invoices, cases, subscriptions, money, letters, and who did what."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from db.billing import client as clients
from db.billing import client_money
from db.billing import invoice as invoices
from db.billing.invoice import InvoiceFilter
from db.case import client_story
from db.notification import inbox
from db.query import Query as Asked
from db.subscription import subscription
from domain.calendar.bank_calendar import moscow_date
from starter.access import roles_of
from starter.commands.refusal import not_found
from starter.presentation.notification.message import letter_of
from starter.presentation.refund.presenters import SEES_REQUISITES, masked_address
from starter.web.desk.addresses import ClientId, case_on_desk
from starter.web.http.page import pages
from starter.web.http.paging import cursor_of, seen, seen_message
from starter.web.http.visit import Visit, VisitDep

SHOWN = 30
"""Rows of one page of a list."""
MAX_CURSOR_LENGTH = 160
_NUMBER = re.compile(r"[A-Za-z0-9-]{1,40}")

routes = pages()


class Part(StrEnum):
    """What is shown of a client."""

    INVOICES = "invoices"
    CASES = "cases"
    SUBSCRIPTIONS = "subscriptions"
    MONEY = "money"
    LETTERS = "letters"
    DEEDS = "deeds"


@dataclass(frozen=True)
class Listed:
    """How a part is read, and the mark of its last row: where the next page goes on."""

    ask: Callable[[str, str | None], Asked[Any]]
    mark: Callable[[Any], str]


def _by_id(after: str | None) -> str | None:
    """The last id seen; what is no id begins from the start."""
    return after if after is not None and _NUMBER.fullmatch(after) else None


def _today() -> date:
    return moscow_date(datetime.now(UTC))


PARTS: dict[Part, Listed] = {
    Part.INVOICES: Listed(
        lambda of, after: invoices.listed(InvoiceFilter(client_id=of), SHOWN + 1, _by_id(after)),
        lambda row: str(row.number),
    ),
    Part.CASES: Listed(
        lambda of, after: client_story.cases_of(of, SHOWN + 1, seen(after)),
        lambda row: cursor_of(row.at, row.place),
    ),
    Part.SUBSCRIPTIONS: Listed(
        lambda of, after: subscription.listed(_today(), of, SHOWN + 1, _by_id(after)),
        lambda row: str(row.id),
    ),
    Part.MONEY: Listed(
        lambda of, after: client_money.of_client(of, SHOWN + 1, seen(after)),
        lambda row: cursor_of(row.at, row.place),
    ),
    Part.LETTERS: Listed(
        lambda of, after: inbox.letters_to(of, SHOWN + 1, seen_message(after)),
        lambda row: cursor_of(row.created_at, row.id),
    ),
    Part.DEEDS: Listed(
        lambda of, after: client_story.deeds_of(of, SHOWN + 1, seen(after)),
        lambda row: cursor_of(row.at, row.place),
    ),
}


@routes.get("/desk/clients/{client_id}")
async def show_client_on_desk(
    visit: VisitDep,
    client_id: ClientId,
    part: Part = Part.INVOICES,
    after: Annotated[str | None, Query(max_length=MAX_CURSOR_LENGTH)] = None,
    invoice: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """A client's data and balances, and one list of what it has, in pages; `invoice` is marked."""
    found, balances, rows = await visit.database.read(
        clients.of_id(client_id),
        client_story.balances_of(client_id),
        PARTS[part].ask(client_id, after),
    )
    if not found:
        raise not_found()
    if invoice and part is Part.INVOICES and after is None:
        rows = await _with(visit, invoice, client_id, rows)
    shown = rows[:SHOWN]
    sees_address = visit.caller.role in SEES_REQUISITES
    return visit.page(
        "desk_client.html",
        client=found[0],
        email=found[0].email if sees_address else masked_address(found[0].email),
        sees_address=sees_address,
        balances=balances[0],
        may_reconcile=visit.caller.role in roles_of("read_reconciliation_act"),
        part=part,
        parts=tuple(Part),
        rows=shown,
        letters=_letters(visit, shown) if part is Part.LETTERS else (),
        marked=invoice,
        following=PARTS[part].mark(shown[-1]) if len(rows) > SHOWN else None,
        case_on_desk=case_on_desk,
        masked_address=masked_address,
    )


async def _with(visit: Visit, number: str, client_id: str, rows: list[Any]) -> list[Any]:
    """The list with the invoice that was looked for at its head, if it is this client's."""
    heads, _ = await visit.database.read(*invoices.facts(number))
    own = [one for one in heads if one.client_id == client_id]
    return [*own, *(one for one in rows if one.number != number)]


def _letters(visit: Visit, rows: Sequence[Any]) -> Sequence[tuple[str, str]]:
    """Subject and text of each letter, as it was sent or as it would be sent now."""
    return [letter_of(row, visit.services.settings, visit.language) for row in rows]
