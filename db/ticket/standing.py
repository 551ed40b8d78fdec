"""What a ticket waits for, and since when: why it stands is judged by it."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from db.query import Query, row, typed
from db.tables import ticket_history, tickets
from db.ticket.ticket import TICKET_TRANSITION_RESULT
from domain.case.waiting import Wait


@row
class StandingRow:
    """The result of a ticket's last change, and since when it stands: our turn, or its status."""

    answer: dict[str, Any]
    since: datetime


_entered = ticket_history.alias()
_STANDING = typed(
    StandingRow,
    select(
        ticket_history.c.answer,
        func.coalesce(
            tickets.c.turn_at,
            select(func.max(_entered.c.at))
            .where(
                _entered.c.ticket_id == bindparam("ticket_id"),
                _entered.c.from_status.is_distinct_from(_entered.c.to_status),
            )
            .scalar_subquery(),
        ).label("since"),
    )
    .join(tickets, tickets.c.id == ticket_history.c.ticket_id)
    .where(tickets.c.id == bindparam("ticket_id"))
    .order_by(ticket_history.c.number.desc())
    .limit(1),
    never_null=("since",),
)


def of_ticket(ticket_id: str) -> Query[StandingRow]:
    """What a ticket waits for is judged by."""
    return _STANDING(ticket_id=ticket_id)


def wait_in(row: StandingRow) -> Wait | None:
    """The open wait; None: none."""
    return TICKET_TRANSITION_RESULT.validate_python(row.answer).wait
