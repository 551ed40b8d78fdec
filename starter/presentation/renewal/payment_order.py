"""The payment order that a client has shown, for whoever may see it."""

from db.database import Database
from db.file.store import FileRow
from db.renewal import payment_claim as claims
from db.renewal import reads as cases_in
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.refusal import conflict


async def newest_payment_order(database: Database, caller: Caller, renewal_id: str) -> FileRow:
    """The newest payment order of a case, clean or not.

    Raises `Refusal`: `not_found`, `payment_order_missing`.
    """
    heads, files = await database.read(cases_in.head(renewal_id), claims.file(renewal_id))
    require_visible(caller, heads)
    if not files:
        raise conflict("payment_order_missing")
    (file,) = files
    return file
