"""Requests for a higher limit, and specialists' answers."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from db.calendar.calendar import CALENDAR
from db.case.policy import renewal_valid_at
from db.database import Transaction
from db.facts import Reading, only, together
from db.query import Query, row, typed
from db.tables import clients, limit_answers, limit_requests, subscriptions
from domain.calendar.bank_calendar import BankCalendar
from domain.case.waiting import WaitPolicy
from domain.subscription.limit_request import limit_wait_policy
from domain.subscription.transitions import (
    AnsweringFacts,
    LimitRequested,
    OfferedLimit,
    WaitingFacts,
    WrittenAnswer,
)

TAKEN = frozenset(
    {"one_open_limit_request", "limit_requests_pkey", "limit_requests_id_subscription_id_key"}
)
"""The constraint broken by a request that is stored already, or made while another one is open."""


@row
class LimitRequestRow:
    """A request with the title of its subscription."""

    id: UUID
    subscription_id: str
    client_id: str
    title: str
    units_wanted: int
    text: str
    answer_id: UUID | None


@row
class AnswerRow:
    """What a specialist wrote to a request, and what it offers."""

    id: UUID
    text: str
    written_by: str
    tariff_code: str | None
    units: int | None
    price_kopecks: int | None
    valid_until: date | None


@row
class RequestWithAnswer:
    """A request for a higher limit, with its answer if there is one."""

    id: UUID
    subscription_id: str
    client_id: str
    units_wanted: int
    text: str
    asked_at: datetime
    answer_id: UUID | None
    answered_at: datetime | None
    title: str
    client_name: str
    answer: str | None
    tariff_code: str | None
    units: int | None
    price_kopecks: int | None
    valid_until: date | None


_ALL = typed(
    RequestWithAnswer,
    select(
        limit_requests.c.id,
        limit_requests.c.subscription_id,
        limit_requests.c.client_id,
        limit_requests.c.units_wanted,
        limit_requests.c.text,
        limit_requests.c.asked_at,
        limit_requests.c.answer_id,
        limit_requests.c.answered_at,
        subscriptions.c.title,
        clients.c.name.label("client_name"),
        limit_answers.c.text.label("answer"),
        limit_answers.c.tariff_code,
        limit_answers.c.units,
        limit_answers.c.price_kopecks,
        limit_answers.c.valid_until,
    )
    .join(subscriptions, subscriptions.c.id == limit_requests.c.subscription_id)
    .join(clients, clients.c.id == limit_requests.c.client_id)
    .outerjoin(limit_answers, limit_answers.c.id == limit_requests.c.answer_id),
)
_of_id = limit_requests.c.id == bindparam("request_id")
_ONE = _ALL.narrowed(lambda rows: rows.where(_of_id))
_OPEN_ONE = _ALL.narrowed(
    lambda rows: rows.where(
        limit_requests.c.subscription_id == bindparam("subscription_id"),
        limit_requests.c.answered_at.is_(None),
    )
)
_NEWEST = _ALL.narrowed(
    lambda rows: (
        rows.where(limit_requests.c.subscription_id == bindparam("subscription_id"))
        .order_by(limit_requests.c.asked_at.desc(), limit_requests.c.id)
        .limit(1)
    )
)
_LOCKED = typed(
    LimitRequestRow,
    select(
        limit_requests.c.id,
        limit_requests.c.subscription_id,
        limit_requests.c.client_id,
        subscriptions.c.title,
        limit_requests.c.units_wanted,
        limit_requests.c.text,
        limit_requests.c.answer_id,
    )
    .join(subscriptions, subscriptions.c.id == limit_requests.c.subscription_id)
    .where(_of_id)
    .with_for_update(of=limit_requests),
)
_ANSWER = typed(
    AnswerRow,
    select(
        limit_answers.c.id,
        limit_answers.c.text,
        limit_answers.c.written_by,
        limit_answers.c.tariff_code,
        limit_answers.c.units,
        limit_answers.c.price_kopecks,
        limit_answers.c.valid_until,
    ).where(limit_answers.c.id == bindparam("answer_id")),
)
_PUT = insert(limit_requests)
_PUT_ANSWER = upsert(limit_answers).on_conflict_do_nothing()
_TAKE = (
    update(limit_requests)
    .where(_of_id)
    .values(answer_id=bindparam("of_answer"), answered_at=bindparam("at"))
)

After = tuple[datetime, UUID]
"""The key (asked_at, id) of the last request seen."""


def put(transaction: Transaction, request_id: UUID, columns: Mapping[str, Any]) -> None:
    """Stores a request; one that is not allowed now breaks a constraint of `TAKEN`."""
    transaction.write(_PUT, id=request_id, **columns)


def put_answer(transaction: Transaction, answer_id: UUID, columns: Mapping[str, Any]) -> None:
    """Stores a specialist's answer; the case accepts it or not."""
    transaction.write(_PUT_ANSWER, id=answer_id, **columns)


def one(request_id: UUID) -> Query[RequestWithAnswer]:
    """A request with its answer."""
    return _ONE(request_id=request_id)


def open_one(subscription_id: str) -> Query[RequestWithAnswer]:
    """The open request of a subscription."""
    return _OPEN_ONE(subscription_id=subscription_id)


def newest(subscription_id: str) -> Query[RequestWithAnswer]:
    """The request of a subscription that was made last, answered or not."""
    return _NEWEST(subscription_id=subscription_id)


def listed(limit: int, *, open_only: bool, after: After | None = None) -> Query[RequestWithAnswer]:
    """Requests, the longest waiting first."""
    key = (limit_requests.c.asked_at, limit_requests.c.id)
    conditions: list[ColumnElement[bool]] = []
    if open_only:
        conditions.append(limit_requests.c.answered_at.is_(None))
    if after is not None:
        conditions.append(tuple_(*key) > tuple_(*after))
    return _ALL.narrowed(lambda rows: rows.where(*conditions).order_by(*key).limit(limit))()


def locked(request_id: UUID) -> Reading[LimitRequested]:
    """A request, locked."""
    return only(_LOCKED(request_id=request_id)).to(_request_from)


def to_wait(request_id: UUID, at: datetime) -> Reading[WaitingFacts]:
    """The facts for the wait of a request at an instant."""
    return together(WaitingFacts, locked(request_id), _waits_at(at), CALENDAR)


def wait_at(at: datetime) -> Reading[tuple[WaitPolicy, BankCalendar]]:
    """How long a request made at an instant waits: by the policy of then, and the calendar."""
    return together(lambda waits, calendar: (waits, calendar), _waits_at(at), CALENDAR)


def to_answer(request_id: UUID, answer_id: UUID) -> Reading[AnsweringFacts]:
    """A locked request with a stored answer to it."""
    written = only(_ANSWER(answer_id=answer_id)).to(_answer_from)
    return together(AnsweringFacts, locked(request_id), written)


def take(transaction: Transaction, request_id: UUID, answer_id: UUID, at: datetime) -> None:
    """Stores which answer counts; it never changes."""
    transaction.write(_TAKE, request_id=request_id, of_answer=answer_id, at=at)


def _waits_at(at: datetime) -> Reading[WaitPolicy]:
    return only(renewal_valid_at(at)).to(lambda policy: limit_wait_policy(policy.document))


def _request_from(row: LimitRequestRow) -> LimitRequested:
    return LimitRequested(
        id=row.id,
        subscription_id=row.subscription_id,
        client_id=row.client_id,
        title=row.title,
        units_wanted=row.units_wanted,
        text=row.text,
        is_answered=row.answer_id is not None,
    )


def _answer_from(row: AnswerRow) -> WrittenAnswer:
    return WrittenAnswer(row.id, row.text, row.written_by, offer_from(row))


def offer_from(row: AnswerRow | RequestWithAnswer) -> OfferedLimit | None:
    """An answer offers all of it, or nothing; the database holds that."""
    if row.tariff_code is None or row.units is None:
        return None
    if row.price_kopecks is None or row.valid_until is None:
        return None
    return OfferedLimit(row.tariff_code, row.units, row.price_kopecks, row.valid_until)
