"""Clients over HTTP: the billing system registers them, a client reads itself."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from zoneinfo import available_timezones

from fastapi import Path, Response
from pydantic import Field

from db.billing import client as clients
from db.database import Row
from domain.billing.requisites import (
    INN_LENGTHS,
    MAX_NAME_LENGTH,
    ClientKind,
    check_client_name,
    check_inn,
    check_kpp,
)
from starter.access import require_own
from starter.api.http.listing import Sought
from starter.api.http.models import ID_PATTERN, Address, Body, Email, Lax, Shown, Written
from starter.api.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, cursor_from, key_in, page_of
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, router
from starter.commands.refusal import FieldError, invalid, not_found
from texts import Language

MAX_ZONE_LENGTH = 64
HOME_ZONE = "Europe/Moscow"

routes = router("clients")

ClientPath = Annotated[
    str, Path(pattern=ID_PATTERN, description="The billing system's id.", examples=["romashka-7"])
]


class ClientBody(Body):
    """A client. A company and a sole trader have an INN; KPP is a company's only."""

    kind: Annotated[ClientKind, Lax] = Field(examples=["company"])
    name: Written = Field(
        min_length=1, max_length=MAX_NAME_LENGTH, pattern=r"\S", examples=["ООО «Ромашка»"]
    )
    inn: Written | None = Field(None, max_length=12, examples=["7707083893"])
    kpp: Written | None = Field(None, max_length=9, examples=["770701001"])
    email: Email = Field(examples=["office@romashka.example"])
    address: Address | None = Field(None, description="As printed on its invoices.")
    language: Language = "ru"
    time_zone: Written = Field(HOME_ZONE, max_length=MAX_ZONE_LENGTH, examples=[HOME_ZONE])


class ClientShown(Shown):
    """A client as it is known."""

    id: str
    kind: ClientKind
    name: str
    inn: str | None
    kpp: str | None
    email: str
    address: str | None
    language: Language
    time_zone: str


@routes.put(
    "/v1/clients/{client_id}",
    summary="Register a client, or replace its data",
    responses={201: {"model": ClientShown, "description": "Registered now"}},
)
async def write_client(
    client_id: ClientPath,
    body: ClientBody,
    response: Response,
    database: DatabaseDep,
    _caller: CurrentCaller,
    _command_id: CommandId,
) -> ClientShown:
    """An open refund keeps the requisites of its statement."""
    problems = _problems(body)
    if problems:
        raise invalid(*problems)
    row = await clients.put(database, client_id, datetime.now(UTC), **body.model_dump())
    if row.is_new:
        response.status_code = HTTPStatus.CREATED
    return _shown(row)


@routes.get("/v1/clients", summary="Clients, by name")
async def list_clients(
    database: DatabaseDep,
    _caller: CurrentCaller,
    client: Sought = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[ClientShown]:
    """Clients whose name contains every word, or whose INN begins with the text."""
    key = key_in(cursor, 1)
    rows = await database.rows(clients.listed(client, limit + 1, key[0] if key else None))
    shown, last = page_of(rows, limit)
    return Page[ClientShown](
        items=[_shown(row) for row in shown], next=None if last is None else cursor_from(last.id)
    )


@routes.get("/v1/clients/{client_id}", summary="One client")
async def read_client(
    client_id: ClientPath, database: DatabaseDep, caller: CurrentCaller
) -> ClientShown:
    """A client reads only itself."""
    require_own(caller, client_id)
    row = await clients.find(database, client_id)
    if row is None:
        raise not_found()
    return _shown(row)


def _problems(body: ClientBody) -> list[FieldError]:
    """Every error of a client at once."""
    found = {
        "/name": check_client_name(body.name),
        "/inn": _inn_problem(body),
        "/kpp": _kpp_problem(body),
        "/time_zone": None if body.time_zone in available_timezones() else "time_zone_unknown",
    }
    return [FieldError(code, pointer) for pointer, code in found.items() if code is not None]


def _inn_problem(body: ClientBody) -> str | None:
    if body.inn is None:
        return None if body.kind is ClientKind.INDIVIDUAL else "inn_missing"
    code = check_inn(body.inn)
    return code or (None if len(body.inn) == INN_LENGTHS[body.kind] else "inn_kind")


def _kpp_problem(body: ClientBody) -> str | None:
    if body.kpp is None:
        return None
    return check_kpp(body.kpp) if body.kind is ClientKind.COMPANY else "kpp_not_applicable"


def _shown(row: Row) -> ClientShown:
    return ClientShown.model_validate(row, from_attributes=True)
