"""Clients over HTTP: the billing system registers them, a client reads itself."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Response
from pydantic import Field

from db.billing import client as clients
from db.billing.client import ClientRow, ClientWritten
from domain.billing.requisites import MAX_NAME_LENGTH, ClientKind
from starter.access import require_own
from starter.api.http.listing import Sought
from starter.api.http.models import ID_PATTERN, Address, Body, Email, Lax, Shown, Written
from starter.api.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, key_in, page_of
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, ServicesDep, router
from starter.commands.billing import client as command
from starter.commands.billing.client import ClientAsked
from starter.commands.refusal import not_found
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
    email: str = Field(
        description="Where letters go: as billing wrote it, or as the client has chosen since.",
        examples=["office@romashka.example"],
    )
    address: str | None
    language: Language = Field(
        description="Of letters: as billing wrote it, or as the client has chosen since."
    )
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
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> ClientShown:
    """An open refund keeps the requisites of its statement. An address or a language for letters
    that the client has chosen stays until another is written than was before the choice.
    """
    asked = ClientAsked(**body.model_dump())
    row = await command.write_client(services, caller, command_id, client_id, asked)
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
    rows = await database.rows(clients.listed(client, limit + 1, key_in(cursor, str)))
    shown, following = page_of(rows, limit, lambda row: (row.id,))
    return Page[ClientShown](items=[_shown(row) for row in shown], next=following)


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


def _shown(row: ClientRow | ClientWritten) -> ClientShown:
    return ClientShown.model_validate(row, from_attributes=True)
