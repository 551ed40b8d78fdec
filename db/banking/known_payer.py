"""Known payers: third parties whose payments a person has accepted for a client."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from db.database import Database, Transaction
from db.query import Query, row, typed
from db.tables import known_payers
from domain.banking.transitions import IncomingMoney


@row
class KnownPayerRow:
    """A third party whose money is accepted as a client's."""

    client_id: str
    inn: str
    name: str
    entry_id: UUID | None
    added_by: str
    added_at: datetime


_PUT = insert(known_payers).on_conflict_do_nothing()
_OF_CLIENT = typed(
    KnownPayerRow,
    select(known_payers)
    .where(known_payers.c.client_id == bindparam("client_id"))
    .order_by(known_payers.c.inn)
    .limit(bindparam("at_most")),
)
_FORGET = delete(known_payers).where(
    known_payers.c.client_id == bindparam("of_client"), known_payers.c.inn == bindparam("of_inn")
)


def remember(
    transaction: Transaction, client_id: str, entry: IncomingMoney, by: str, at: datetime
) -> None:
    """Stores an entry's payer as a known payer of the client; a repeat changes nothing."""
    transaction.write(
        _PUT,
        client_id=client_id,
        inn=entry.payer_inn,
        name=entry.payer_name,
        entry_id=entry.id,
        added_by=by,
        added_at=at,
    )


def of_client(client_id: str, at_most: int) -> Query[KnownPayerRow]:
    """The known payers of a client."""
    return _OF_CLIENT(client_id=client_id, at_most=at_most)


async def forget(database: Database, client_id: str, inn: str) -> None:
    """Removes a known payer: later entries of it wait for a person."""
    await database.write(_FORGET, of_client=client_id, of_inn=inn)
