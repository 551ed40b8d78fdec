"""Addresses: what an operation does not know in one is refused, never passed over."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from domain.access.roles import Role
from starter.access import BY_NETWORK, PUBLIC, roles_of
from starter.api.app import all_routes
from tests.starter.caller import Api

LISTS = ("/v1/invoices", "/v1/refunds", "/v1/renewals", "/v1/subscriptions")


def operations() -> Iterator[tuple[str, str, str]]:
    """Every operation but the acquirer's: its id, its method, an address of it."""
    for route in all_routes():
        for method in sorted(route.methods or ()):
            if route.operation_id not in BY_NETWORK:
                yield str(route.operation_id), method, re.sub(r"{[^}]*}", "1", route.path)


def caller_of(operation: str) -> dict[str, Any]:
    """Somebody who may call it."""
    if operation in PUBLIC:
        return {"role": None}
    role = min(roles_of(operation))
    return {"client_id": "c-1"} if role is Role.CLIENT else {"role": role}


@pytest.mark.parametrize(("operation", "method", "path"), operations())
async def test_no_operation_passes_over_a_parameter(
    api: Api, operation: str, method: str, path: str
) -> None:
    answer = await api.call(method, f"{path}?statsu=paid", **caller_of(operation))
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("statsu", "parameter_unknown")


async def test_a_slip_of_the_pen_is_told_what_there_is(api: Api) -> None:
    answer = await api.call("GET", "/v1/refunds?staus=paid&clientId=1&limit=5")
    found = {one["field"]: one["detail"] for one in answer.json()["errors"]}
    assert found.keys() == {"staus", "clientId"}
    assert "status" in found["staus"]
    assert "client_id" in found["clientId"]


async def test_a_parameter_given_twice_is_refused(api: Api) -> None:
    answer = await api.call("GET", "/v1/refunds?status=paying&status=completed")
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["field"], error["code"]) == (422, "status", "parameter_twice")


async def test_a_parameter_of_no_length_is_named_in_part(api: Api) -> None:
    answer = await api.call("GET", f"/v1/refunds?{'a' * 10_000}=1")
    assert answer.status_code == 422
    assert len(answer.json()["errors"][0]["field"]) == 100


async def test_who_may_not_call_learns_nothing_of_the_parameters(api: Api) -> None:
    answer = await api.call("GET", "/v1/payment-runs?a=1", client_id="c-1")
    assert answer.status_code == 403
    assert (await api.call("GET", "/v1/payment-runs?a=1", role=None)).status_code == 401


@pytest.mark.parametrize("path", LISTS)
async def test_another_clients_id_in_a_filter_is_as_unknown_as_none(api: Api, path: str) -> None:
    foreign = await api.call("GET", f"{path}?client_id=c-2", client_id="c-1")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")
    own = await api.call("GET", f"{path}?client_id=c-1", client_id="c-1")
    assert (own.status_code, own.json()["items"]) == (200, [])


@pytest.mark.parametrize(("operation", "method", "path"), operations())
async def test_a_slash_too_many_leads_nowhere(
    api: Api, operation: str, method: str, path: str
) -> None:
    """A redirection would lead to whatever address the caller's Host header names."""
    callers: tuple[dict[str, Any], ...] = ({"role": None}, caller_of(operation))
    for caller in callers:
        answer = await api.call(method, f"{path}/", headers={"Host": "evil.example"}, **caller)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert "location" not in answer.headers
