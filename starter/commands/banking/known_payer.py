"""Known payers: third parties whose payments are accepted as a client's."""

from uuid import UUID

from db.banking import known_payer
from db.billing import client
from db.database import Database
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import not_found
from starter.commands.services import Services


@command
async def forget_known_payer(
    services: Services, _caller: Caller, _command_id: UUID, client_id: str, inn: str
) -> None:
    """Removes a known payer: its later money waits for a person, earlier payments stay."""
    await require_client(services.database, client_id)
    await known_payer.forget(services.database, client_id, inn)


async def require_client(database: Database, client_id: str) -> None:
    """Raises `Refusal` `not_found` when the client does not exist."""
    if await client.find(database, client_id) is None:
        raise not_found()
