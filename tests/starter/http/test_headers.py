"""No answer of the API is kept on its way or guessed by a browser, whatever makes it."""

import pytest

from domain.access.roles import Role
from starter.api.http.docs_page import ASSETS, DOCS, FILES, OPENAPI
from starter.http.headers import COMMON_HEADERS
from tests.starter.caller import Api
from tests.starter.http.test_access import DOORS

NO_STORE, NOSNIFF = COMMON_HEADERS["Cache-Control"], COMMON_HEADERS["X-Content-Type-Options"]
KEEPS = {"read_indicator": "private, max-age=300"}
"""What a client's own program may keep for some minutes, and says so itself."""


@pytest.mark.parametrize(("operation", "method", "path"), DOORS)
@pytest.mark.parametrize("role", [None, Role.OPERATOR, Role.ACCOUNTANT])
async def test_every_route_answers_with_them_whoever_asks(
    api: Api, operation: str, method: str, path: str, role: Role | None
) -> None:
    answer = await api.call(method, path, role=role, json={} if method != "GET" else None)
    assert answer.headers["X-Content-Type-Options"] == NOSNIFF
    kept = KEEPS.get(operation, NO_STORE) if answer.is_success else NO_STORE
    assert answer.headers["Cache-Control"] == kept


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/no-such-thing", 404), ("DELETE", "/v1/clients/client-1", 405)],
)
async def test_addresses_of_no_route_do(api: Api, method: str, path: str, status: int) -> None:
    answer = await api.http.request(method, path)
    assert answer.status_code == status
    assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == (
        NO_STORE,
        NOSNIFF,
    )


async def test_an_unforeseen_error_does(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def failing(*_: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("starter.api.http.health.check", failing)
    answer = await api.http.get("/health/ready")
    assert answer.status_code == 500
    assert answer.headers["Cache-Control"] == NO_STORE
    assert answer.headers["X-Content-Type-Options"] == NOSNIFF


async def test_the_documentation_may_be_kept_and_is_not_guessed(api: Api) -> None:
    for path in (DOCS, *(f"{ASSETS}/{name}" for name in FILES)):
        answer = await api.http.get(path)
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.headers["X-Content-Type-Options"] == NOSNIFF
    document = await api.http.get(OPENAPI)
    assert document.headers["Cache-Control"] == NO_STORE
