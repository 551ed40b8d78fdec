"""Who may do what: every route is tried by every role, and by nobody."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from domain.access.roles import Role
from starter.access import (
    ACCESS,
    BY_NETWORK,
    PUBLIC,
    WITHOUT_ROUTE,
    AccessUndecided,
    roles_of,
)
from starter.api.app import all_routes
from starter.api.http.route import Route, router
from starter.caller import CALLING_ROLES
from tests.books import Books
from tests.starter.caller import Api

# A value that the routes' own patterns accept, for every parameter that stands in a path.
PARAMETERS = {
    "account": "40702810638000000000",
    "attempt": "1",
    "client_id": "client-1",
    "day": "2026-05-04",
    "collection_id": "collection-2026-000117",
    "difference_id": "00000000-0000-4000-8000-000000000000",
    "entry_id": "00000000-0000-4000-8000-000000000000",
    "file_id": "00000000-0000-4000-8000-000000000000",
    "inn": "7707083893",
    "invoice_number": "2026-000117",
    "letter_id": "00000000-0000-4000-8000-000000000000",
    "message_id": "00000000-0000-4000-8000-000000000000",
    "order_id": "00000000-0000-4000-8000-000000000000",
    "payment_id": "pay-1",
    "receipt_id": "00000000-0000-4000-8000-000000000000",
    "refund_id": "refund-2026-000117-1",
    "renewal_id": "renewal-kompas-7-first",
    "request_id": "00000000-0000-4000-8000-000000000000",
    "run_id": "00000000-0000-4000-8000-000000000000",
    "statement_id": "00000000-0000-4000-8000-000000000000",
    "subscription_id": "kompas-7",
    "tariff_code": "400",
    "ticket_id": "ticket-7",
    "return_id": "return-2026-000117-1",
    "dispute_id": "dispute-2026-000117-1",
    "incident_id": "00000000-0000-4000-8000-000000000000",
    "dossier_id": "00000000-0000-4000-8000-000000000000",
    "paper_id": "00000000-0000-4000-8000-000000000000",
    "code": "need-details",
    "version": "1",
    "year": "2028",
}
STRANGER = "client-2"


def doors() -> Iterator[tuple[str, str, str]]:
    """Operation, method and a real path of every route."""
    for route in all_routes():
        (method,) = sorted(route.methods or ())
        yield str(route.operation_id), method, route.path.format(**PARAMETERS)


DOORS = list(doors())
GUARDED = [door for door in DOORS if door[0] not in PUBLIC | BY_NETWORK]


async def knock(api: Api, method: str, path: str, role: Role | None, **more: Any) -> int:
    client_id = STRANGER if role is Role.CLIENT else None
    return (await api.call(method, path, role=role, client_id=client_id, **more)).status_code


@pytest.mark.parametrize(("operation", "method", "path"), GUARDED)
@pytest.mark.parametrize("role", sorted(CALLING_ROLES))
async def test_a_role_enters_where_the_table_says_and_nowhere_else(
    api: Api, operation: str, method: str, path: str, role: Role
) -> None:
    status = await knock(api, method, path, role)
    assert status != 401
    assert (status == 403) is (role not in ACCESS[operation])


@pytest.mark.parametrize(("operation", "method", "path"), GUARDED)
async def test_nobody_enters_without_a_token(
    api: Api, operation: str, method: str, path: str
) -> None:
    answer = await api.call(method, path, role=None)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("operation", "method", "path"),
    [door for door in GUARDED if door[1] != "GET"],
)
async def test_a_refused_command_leaves_its_key_free(
    api: Api, books: Books, operation: str, method: str, path: str
) -> None:
    key = uuid4().hex
    for role in CALLING_ROLES - ACCESS[operation]:
        assert await knock(api, method, path, role, key=key) == 403
    assert books.rows("SELECT 1 FROM idempotency_keys WHERE key = %(key)s", key=key) == []


def test_all_that_support_decides_is_about_tickets() -> None:
    done = {operation for operation, method, _ in DOORS if method != "GET"}
    assert {one for one in done if Role.SUPPORT in ACCESS.get(one, ())} == {
        "add_ticket_note",
        "answer_ticket",
        "await_third_party",
        "escalate_ticket",
        "mark_ticket_spam",
        "merge_ticket",
        "read_inbox_message",
        "resolve_ticket",
        "take_ticket",
        "transfer_ticket",
        "unmark_ticket_spam",
        "unmerge_ticket",
        "upload_files",
        "write_canned_answer",
    }


async def test_health_needs_no_token(api: Api) -> None:
    for operation, method, path in DOORS:
        if operation in PUBLIC:
            assert await knock(api, method, path, None) not in {401, 403}


def test_every_row_of_the_table_is_a_route_unless_it_says_that_it_has_none() -> None:
    of_routes = {operation for operation, _, _ in DOORS}
    assert of_routes | WITHOUT_ROUTE == set(ACCESS) | PUBLIC | BY_NETWORK
    assert not of_routes & WITHOUT_ROUTE


def test_a_bank_is_waited_for_but_never_calls() -> None:
    assert all(Role.BANK not in roles for roles in ACCESS.values())


def test_a_route_that_nobody_decided_about_is_not_made() -> None:
    async def open_the_vault() -> None: ...

    with pytest.raises(AccessUndecided, match="open_the_vault"):
        router("vault").get("/v1/vault")(open_the_vault)
    with pytest.raises(AccessUndecided):
        roles_of("open_the_vault")


def test_every_route_is_made_by_the_table() -> None:
    assert all(isinstance(route, Route) for route in all_routes())
