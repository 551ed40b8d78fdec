"""Every rule about tariffs, subscriptions, terms and limit requests is tried by breaking it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
import pytest

from tests.books import Books

APPEND_ONLY = "KP001"
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
TERM = """INSERT INTO terms (id, subscription_id, tariff_code, units, starts_on, ends_on,
    anchored_on, created_at)
    SELECT gen_random_uuid(), %(subscription)s, 't400', 400, first, last, coalesce(anchor, first),
    now() FROM (VALUES (CAST('{}' AS date), CAST('{}' AS date), CAST({} AS date)))
    AS days (first, last, anchor)"""
STOP = "UPDATE terms SET stopped_on = '{}', stop_reason = '{}' WHERE id = %(term)s"
PRICE = """INSERT INTO tariff_prices (tariff_code, version, price_kopecks, valid_from, author,
    created_at) VALUES ('{}', {}, {}, '{}', 'billing', now())"""
WITHDRAWAL = """UPDATE tariff_prices SET withdrawn_by = 'anna', withdrawn_at = {},
    withdrawal_reason = {} WHERE tariff_code = 't400' AND version = {}"""
REQUEST = """INSERT INTO limit_requests (id, subscription_id, client_id, units_wanted, text,
    asked_by, asked_at)
    VALUES (gen_random_uuid(), %(subscription)s, %({})s, 500, 'ещё', 'a', now())"""
ANSWER = """INSERT INTO limit_answers (id, limit_request_id, text, tariff_code, units,
    price_kopecks, valid_until, written_by, written_at)
    VALUES (gen_random_uuid(), %(request)s, 'да', 't400', {}, {}, '2027-01-01', 'petrova', now())"""


@pytest.fixture(scope="module")
def ids(books: Books) -> Mapping[str, Any]:
    for code, is_free in (("t400", False), ("t-free", True)):
        books.put("tariffs", code=code, is_free=is_free, **tariff())
    for version, day in ((1, "2026-01-01"), (90, "2199-01-01"), (91, "2199-02-01")):
        books.connection.execute(PRICE.format("t400", version, 100, day).encode())
    books.connection.execute(WITHDRAWAL.format("now()", "'опечатка'", 91).encode())
    client, other = books.client(), books.client()
    subscription = f"sub-{uuid4().hex[:12]}"
    books.put("subscriptions", id=subscription, client_id=client, title="Компас", created_at=AT)
    term = put_term(books, subscription, "2026-01-01", "2026-12-31")
    request, answered = limit_request(books, client), limit_request(books, client)
    answer = limit_answer(books, answered)
    foreign = limit_answer(books, request)
    take(books, answered, answer)
    books.put("usage_reports", subscription_id=subscription, reported_at=AT, units_used=1)
    individual = {"tariff_code": "t400", "units": 1, "price_kopecks": 1, "reason": "так"}
    books.put(
        "individual_offers",
        id=str(uuid4()),
        subscription_id=subscription,
        valid_until="2027-01-01",
        author="petrova",
        created_at=AT,
        **individual,
    )
    return {
        "client": client,
        "other": other,
        "subscription": subscription,
        "term": term,
        "request": request,
        "answered": answered,
        "answer": answer,
        "foreign": foreign,
    }


def tariff() -> dict[str, Any]:
    return {
        "title": "Тариф",
        "units": 400,
        "data_set": "extended",
        "months": 12,
        "vat_mode": "standard",
        "is_offered": True,
        "written_by": "billing",
        "created_at": AT,
        "updated_at": AT,
    }


def put_term(books: Books, subscription: str, starts_on: str, ends_on: str) -> str:
    term = str(uuid4())
    books.put(
        "terms",
        id=term,
        subscription_id=subscription,
        tariff_code="t400",
        units=400,
        starts_on=starts_on,
        ends_on=ends_on,
        anchored_on=starts_on,
        created_at=AT,
    )
    return term


def limit_request(books: Books, client: str) -> str:
    """A request of a subscription of its own: one of a subscription may be open."""
    request, subscription = str(uuid4()), f"sub-{uuid4().hex[:12]}"
    books.put("subscriptions", id=subscription, client_id=client, title="Компас", created_at=AT)
    said = {"units_wanted": 500, "text": "ещё", "asked_by": "a", "asked_at": AT}
    books.put("limit_requests", id=request, subscription_id=subscription, client_id=client, **said)
    return request


def limit_answer(books: Books, request: str) -> str:
    answer = str(uuid4())
    said = {"text": "да", "written_by": "petrova", "written_at": AT}
    books.put("limit_answers", id=answer, limit_request_id=request, **said)
    return answer


def take(books: Books, request: str, answer: str) -> None:
    books.connection.execute(
        "UPDATE limit_requests SET answer_id = %(answer)s, answered_at = now() WHERE id = %(id)s",
        {"answer": answer, "id": request},
    )


@pytest.mark.parametrize(
    ("sql", "constraint"),
    [
        (TERM.format("2026-12-31", "2027-12-30", "NULL"), "terms_never_overlap"),
        (TERM.format("2026-06-01", "2026-06-30", "NULL"), "terms_never_overlap"),
        (TERM.format("2025-01-01", "2026-01-01", "NULL"), "terms_never_overlap"),
        (TERM.format("2028-02-01", "2028-01-31", "NULL"), "term_is_whole"),
        (TERM.format("2028-02-01", "2028-02-29", "'2028-01-31'"), "term_has_its_orders_days"),
        ("UPDATE terms SET anchored_on = '2025-01-01' WHERE id = %(term)s", "term_stays"),
        ("UPDATE terms SET ends_on = '2027-01-31' WHERE id = %(term)s", "term_stays"),
        ("UPDATE terms SET units = 1 WHERE id = %(term)s", "term_stays"),
        (STOP.format("2027-01-01", "refunded"), "stopped_within"),
        ("UPDATE terms SET stopped_on = '2026-12-01' WHERE id = %(term)s", "stopped_says_why"),
        (STOP.format("2026-12-01", "elsewhere"), "terms_stop_reason_check"),
        (PRICE.format("t-free", 1, 100, "2026-01-01"), "tariff_prices_tariff_code_is_free_fkey"),
        (PRICE.format("t400", 2, 200, "2026-01-01"), "one_price_from_a_day"),
        ("UPDATE tariff_prices SET price_kopecks = 1", "price_changes_once"),
        (WITHDRAWAL.format("now()", "'опечатка'", 1), "price_changes_once"),
        (WITHDRAWAL.format("now()", "NULL", 90), "price_withdrawn_by_somebody"),
        (WITHDRAWAL.format("now() + interval '400 years'", "'так'", 90), "price_withdrawn_before"),
        (WITHDRAWAL.format("now()", "'так'", 91), "price_changes_once"),
        (PRICE.format("t400", 1, 200, "2026-02-01"), "tariff_prices_pkey"),
        (PRICE.format("t400", 2, 0, "2026-02-01"), "tariff_prices_price_kopecks_check"),
        ("UPDATE tariffs SET is_free = true WHERE code = 't400'", "tariff_prices_tariff_code"),
        (REQUEST.format("other"), "limit_requests_subscription_id_client_id_fkey"),
        (
            (
                "UPDATE limit_requests SET answer_id = %(foreign)s, answered_at = now()"
                " WHERE id = %(answered)s"
            ),
            "limit_request_stays",
        ),
        (
            (
                "UPDATE limit_requests SET answer_id = %(answer)s, answered_at = now()"
                " WHERE id = %(request)s"
            ),
            "limit_requests_answer_id_id_fkey",
        ),
        (
            "UPDATE limit_requests SET answered_at = now() WHERE id = %(request)s",
            "answered_whole",
        ),
        (
            "UPDATE limit_requests SET units_wanted = 7 WHERE id = %(request)s",
            "limit_request_stays",
        ),
        (ANSWER.format("NULL", 100), "offer_is_whole"),
        (ANSWER.format(5, "NULL"), "offer_is_whole"),
        (
            (
                "UPDATE subscriptions SET client_id = %(other)s WHERE id = (SELECT subscription_id"
                " FROM limit_requests WHERE id = %(request)s)"
            ),
            "limit_requests_subscription_id_client_id_fkey",
        ),
    ],
)
def test_a_rule_that_is_broken_is_named(
    books: Books, ids: Mapping[str, Any], sql: LiteralString, constraint: str
) -> None:
    with pytest.raises(psycopg.IntegrityError) as refused:
        books.connection.execute(sql, ids)
    assert (refused.value.diag.constraint_name or "").startswith(constraint)


def test_a_subscription_has_one_open_limit_request(books: Books, ids: Mapping[str, Any]) -> None:
    books.connection.execute(REQUEST.format("client").encode(), ids)
    with pytest.raises(psycopg.IntegrityError) as refused:
        books.connection.execute(REQUEST.format("client").encode(), ids)
    assert refused.value.diag.constraint_name == "one_open_limit_request"


def test_a_term_may_begin_where_another_was_stopped_or_ends(books: Books) -> None:
    client, subscription = books.client(), f"sub-{uuid4().hex[:12]}"
    books.put("subscriptions", id=subscription, client_id=client, title="Компас", created_at=AT)
    first = put_term(books, subscription, "2026-01-01", "2026-12-31")
    put_term(books, subscription, "2027-01-01", "2027-12-31")
    books.connection.execute(
        "UPDATE terms SET stopped_on = '2026-03-17', stop_reason = 'refunded' WHERE id = %(id)s",
        {"id": first},
    )
    put_term(books, subscription, "2026-03-17", "2026-12-31")
    assert len(books.rows("SELECT FROM terms WHERE subscription_id = %(id)s", id=subscription)) == 3


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM tariffs",
        "DELETE FROM tariff_prices",
        "DELETE FROM usage_reports",
        "UPDATE usage_reports SET units_used = 1",
        "DELETE FROM terms",
        "DELETE FROM limit_requests",
        "DELETE FROM limit_answers",
        "UPDATE limit_answers SET text = 'нет'",
        "DELETE FROM individual_offers",
        "UPDATE individual_offers SET price_kopecks = 1",
    ],
)
def test_what_was_said_and_sold_stays(
    books: Books, ids: Mapping[str, Any], sql: LiteralString
) -> None:
    assert ids
    with pytest.raises(psycopg.DatabaseError, match="append-only") as refused:
        books.connection.execute(sql)
    assert refused.value.sqlstate == APPEND_ONLY
