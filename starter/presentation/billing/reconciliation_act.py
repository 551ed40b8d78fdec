"""The act of reconciliation of a client and a period, as the API and the pages give it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Final

from db.banking import own_account
from db.billing import client as clients
from db.billing import reconciliation_act
from db.billing.client import ClientRow
from db.billing.reconciliation_act import CLOSING, OPENING, ActRow
from db.database import Database
from db.facts import every, first, load, together
from db.query import present
from domain.billing.issued_invoice import Supplier
from domain.billing.reconciliation_act import (
    MAX_ACT_LINES,
    ActClient,
    ActLine,
    Movement,
    ReconciliationAct,
)
from domain.calendar.bank_calendar import moscow_date
from gateways.documents import reconciliation_act_pdf
from starter.access import require_own
from starter.caller import Caller
from starter.commands.refusal import FieldError, invalid, not_found

_ENDS: Final = frozenset({OPENING, CLOSING})


async def printed_act(
    database: Database, caller: Caller, client_id: str, period: tuple[date, date], company: str
) -> bytes:
    """The act as PDF; raises `Refusal` as `act_of`."""
    act = await act_of(database, caller, client_id, period, company)
    return await asyncio.to_thread(reconciliation_act_pdf, act)


async def act_of(
    database: Database, caller: Caller, client_id: str, period: tuple[date, date], company: str
) -> ReconciliationAct:
    """A client's own, or any client's for staff. `period` is its first and last day; `company`
    names us while no own account is stored.

    Raises `Refusal`: `not_found`; of the field `last_day` `period_malformed`, `act_day_ahead` for a
    day that has not come, `act_too_long` for more than `MAX_ACT_LINES` movements.
    """
    require_own(caller, client_id)
    _check(period)
    of_period = reconciliation_act.of_client(client_id, *period, MAX_ACT_LINES + 1)
    client, rows, supplier = await load(
        database,
        together(
            _as_read, first(clients.of_id(client_id)), every(of_period), own_account.supplier()
        ),
    )
    if client is None:
        raise not_found()
    return _act(client, rows, supplier, period, company)


def _as_read(
    client: ClientRow | None, rows: Sequence[ActRow], supplier: Supplier | None
) -> tuple[ClientRow | None, Sequence[ActRow], Supplier | None]:
    return client, rows, supplier


def _check(period: tuple[date, date]) -> None:
    first_day, last_day = period
    if first_day > last_day:
        raise invalid(FieldError("period_malformed", field="last_day"))
    if last_day > moscow_date(datetime.now(UTC)):
        raise invalid(FieldError("act_day_ahead", field="last_day"))


def _act(
    client: ClientRow,
    rows: Sequence[ActRow],
    supplier: Supplier | None,
    period: tuple[date, date],
    company: str,
) -> ReconciliationAct:
    balances = {row.kind: row.amount_kopecks for row in rows if row.kind in _ENDS}
    moved = sorted((row for row in rows if row.kind not in _ENDS), key=attrgetter("day", "place"))
    if len(moved) > MAX_ACT_LINES:
        raise invalid(FieldError("act_too_long", field="last_day", params={"limit": MAX_ACT_LINES}))
    return ReconciliationAct(
        company=company if supplier is None else supplier.requisites.recipient_name,
        supplier=supplier,
        client=ActClient(client.name, client.inn, client.kpp, client.address),
        first_day=period[0],
        last_day=period[1],
        opening_kopecks=balances[OPENING],
        lines=tuple(map(_line, moved)),
        closing_kopecks=balances[CLOSING],
    )


def _line(row: ActRow) -> ActLine:
    return ActLine(
        day=row.day,
        movement=Movement(row.kind),
        amount_kopecks=row.amount_kopecks,
        invoice_number=present(row.invoice_number),
        method=present(row.method),
        order_number=row.order_number,
        order_day=row.order_day,
    )
