"""Requests for a higher limit, and what specialists answer."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from db.calendar.calendar import OVERRIDES, YEARS, calendar_from
from db.case.policy import renewal_valid_at
from db.database import Transaction
from db.query import Query, row, typed
from db.tables import clients, limit_answers, limit_requests, subscriptions
from domain.calendar.bank_calendar import BankCalendar
from domain.case.waiting import WaitPolicy
from domain.subscription.limit_request import limit_wait_policy

TAKEN = frozenset(
    {"one_open_limit_request", "limit_requests_pkey", "limit_requests_id_subscription_id_key"}
)
"""What a request breaks that was put down before, or that comes while another one is open."""


@row
class LimitRequestRow:
    """A request for a higher limit, with its answer if there is one."""

    id: UUID
    subscription_id: str
    client_id: str
    units_wanted: int
    text: str
    asked_by: str
    asked_at: datetime
    answer_id: UUID | None
    answered_at: datetime | None
    title: str
    client_name: str
    answer: str | None
    answered_by: str | None
    tariff_code: str | None
    units: int | None
    price_kopecks: int | None
    valid_until: date | None


@row
class LockedRequest:
    """A locked request."""

    id: UUID
    subscription_id: str
    client_id: str
    units_wanted: int
    text: str
    asked_by: str
    asked_at: datetime
    answer_id: UUID | None
    answered_at: datetime | None


@row
class SubscriptionTitle:
    """The title of a request's subscription."""

    title: str


@row
class AnswerRow:
    """A specialist's answer to a request."""

    id: UUID
    limit_request_id: UUID
    text: str
    tariff_code: str | None
    units: int | None
    price_kopecks: int | None
    valid_until: date | None
    written_by: str
    written_at: datetime


_ALL = typed(
    LimitRequestRow,
    select(
        limit_requests,
        subscriptions.c.title,
        clients.c.name.label("client_name"),
        limit_answers.c.text.label("answer"),
        limit_answers.c.written_by.label("answered_by"),
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
_LOCKED = typed(LockedRequest, select(limit_requests).where(_of_id).with_for_update())
_TITLED = typed(
    SubscriptionTitle,
    select(subscriptions.c.title)
    .join(limit_requests, limit_requests.c.subscription_id == subscriptions.c.id)
    .where(_of_id),
)
_ANSWER = typed(
    AnswerRow, select(limit_answers).where(limit_answers.c.id == bindparam("answer_id"))
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


class Asked(NamedTuple):
    """A request with what its wait is counted by."""

    row: LockedRequest
    title: str
    waits: WaitPolicy
    calendar: BankCalendar


class Answered(NamedTuple):
    """A locked request, and the answer that is to be taken."""

    row: LockedRequest
    title: str
    answer: AnswerRow


class OfferInAnswer(NamedTuple):
    """What an answer offers; `valid_until` is the last day, in Moscow."""

    tariff_code: str
    units: int
    price_kopecks: int
    valid_until: date


def offer_in(answer: LimitRequestRow | AnswerRow) -> OfferInAnswer | None:
    """What an answer offers; the database holds that it has all of an offer's columns or none."""
    tariff_code, units = answer.tariff_code, answer.units
    price, valid_until = answer.price_kopecks, answer.valid_until
    if tariff_code is None or units is None or price is None or valid_until is None:
        return None
    return OfferInAnswer(tariff_code, units, price, valid_until)


def put(transaction: Transaction, request_id: UUID, columns: Mapping[str, Any]) -> None:
    """Puts down a request; one that may not be put down now breaks a constraint of `TAKEN`."""
    transaction.write(_PUT, id=request_id, **columns)


def put_answer(transaction: Transaction, answer_id: UUID, columns: Mapping[str, Any]) -> None:
    """Puts down what a specialist wrote; the case takes it, or not."""
    transaction.write(_PUT_ANSWER, id=answer_id, **columns)


def one(request_id: UUID) -> Query[LimitRequestRow]:
    """A request with its answer."""
    return _ONE(request_id=request_id)


def open_one(subscription_id: str) -> Query[LimitRequestRow]:
    """The request of a subscription that waits for its answer."""
    return _OPEN_ONE(subscription_id=subscription_id)


def listed(limit: int, *, open_only: bool, after: After | None = None) -> Query[LimitRequestRow]:
    """Requests, the longest waiting first."""
    key = (limit_requests.c.asked_at, limit_requests.c.id)
    conditions: list[ColumnElement[bool]] = []
    if open_only:
        conditions.append(limit_requests.c.answered_at.is_(None))
    if after is not None:
        conditions.append(tuple_(*key) > tuple_(*after))
    return _ALL.narrowed(lambda rows: rows.where(*conditions).order_by(*key).limit(limit))()


async def asked(transaction: Transaction, request_id: UUID, at: datetime) -> Asked:
    """A request with the policy and the calendar of an instant."""
    key = {"request_id": request_id}
    (row,), (titled,), (policy,), overrides, years = await transaction.read(
        _LOCKED(**key), _TITLED(**key), renewal_valid_at(at), OVERRIDES, YEARS
    )
    waits = limit_wait_policy(policy.document)
    return Asked(row, titled.title, waits, calendar_from(overrides, years))


async def answered(transaction: Transaction, request_id: UUID, answer_id: UUID) -> Answered:
    """A locked request with an answer that was written to it."""
    key = {"request_id": request_id}
    (row,), (titled,), (answer,) = await transaction.read(
        _LOCKED(**key), _TITLED(**key), _ANSWER(answer_id=answer_id)
    )
    return Answered(row, titled.title, answer)


def take(transaction: Transaction, request_id: UUID, answer_id: UUID, at: datetime) -> None:
    """Answers a request, which stays answered."""
    transaction.write(_TAKE, request_id=request_id, of_answer=answer_id, at=at)
