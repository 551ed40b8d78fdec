"""Known payers over HTTP: third parties whose payments are accepted as a client's."""

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
    """A third party that pays for a client."""

    inn: str
    name: str
    entry_id: UUID | None = Field(description="The entry with which it was accepted.")
    added_by: str
    added_at: datetime


class KnownPayers(Shown):
    """Every known payer of a client, by INN."""

    items: list[KnownPayerShown]


@routes.get("/v1/clients/{client_id}/known-payers", summary="Known payers of a client")
async def list_known_payers(
    client_id: ClientPath, database: DatabaseDep, _caller: CurrentCaller
) -> KnownPayers:
    """A person accepted each of them with an entry that it had paid."""
    await require_client(database, client_id)
    (rows,) = await database.read(known_payer.of_client(client_id, MAX_KNOWN_PAYERS))
    return KnownPayers(
        items=[KnownPayerShown.model_validate(row, from_attributes=True) for row in rows]
    )


@routes.delete(
    "/v1/clients/{client_id}/known-payers/{inn}",
    summary="Remove a known payer",
    status_code=HTTPStatus.NO_CONTENT,
)
async def forget_known_payer(
    client_id: ClientPath,
    inn: PayerPath,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> None:
    """Its later money waits for a person; earlier payments stay."""
    await command.forget_known_payer(services, caller, command_id, client_id, inn)
