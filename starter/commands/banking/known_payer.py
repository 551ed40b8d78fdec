"""Third parties whose money is taken for a client."""

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
    """Its money is a person's again; what it paid before stays."""
    await require_client(services.database, client_id)
    await known_payer.forget(services.database, client_id, inn)


async def require_client(database: Database, client_id: str) -> None:
    """Refuses a client that there is none of."""
    if await client.find(database, client_id) is None:
        raise not_found()
