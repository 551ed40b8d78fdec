"""Third parties whose money is taken for a client: accepted with an entry, listed, forgotten."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Path
from pydantic import Field

from db.banking import known_payer
from domain.banking.incoming_money import MAX_KNOWN_PAYERS
from starter.api.billing.client import ClientPath
from starter.api.http.models import Shown
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, ServicesDep, router
from starter.commands.banking import known_payer as command
from starter.commands.banking.known_payer import require_client

INN_PATTERN = r"^([0-9]{10}|[0-9]{12})$"

routes = router("bank statements")

PayerPath = Annotated[str, Path(pattern=INN_PATTERN, description="The payer's INN.")]


class KnownPayerShown(Shown):
    """Somebody who pays for a client."""

    inn: str
    name: str
    entry_id: UUID | None = Field(description="The money that it was accepted with.")
    added_by: str
    added_at: datetime


class KnownPayers(Shown):
    """Everybody who pays for a client, by INN."""

    items: list[KnownPayerShown]


@routes.get("/v1/clients/{client_id}/known-payers", summary="Who may pay for a client")
async def list_known_payers(
    client_id: ClientPath, database: DatabaseDep, _caller: CurrentCaller
) -> KnownPayers:
    """Beside the client itself; a person accepted each with money that came in."""
    await require_client(database, client_id)
    (rows,) = await database.read(known_payer.of_client(client_id, MAX_KNOWN_PAYERS))
    return KnownPayers(
        items=[KnownPayerShown.model_validate(row, from_attributes=True) for row in rows]
    )


@routes.delete(
    "/v1/clients/{client_id}/known-payers/{inn}",
    summary="Forget a payer",
    status_code=HTTPStatus.NO_CONTENT,
)
async def forget_known_payer(
    client_id: ClientPath,
    inn: PayerPath,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> None:
    """Its money is a person's again; what it paid before stays."""
    await command.forget_known_payer(services, caller, command_id, client_id, inn)
