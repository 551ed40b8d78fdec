"""The scan that signed a statement, for whoever may see it."""

from db.database import Database
from db.refund import reads as cases_in
from db.refund import statement as statements_in
from db.refund.rows import ScanRow
from domain.access.requisites_read import ShownAs
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.refusal import conflict
from starter.presentation.requisites import record_read


async def newest_scan(database: Database, caller: Caller, refund_id: str) -> ScanRow:
    """The newest scan of a case, as it was uploaded.

    Raises `Refusal`: `not_found`, `scan_missing`.
    """
    heads, scans = await database.read(
        cases_in.head(refund_id), statements_in.latest_scan(refund_id)
    )
    require_visible(caller, heads)
    if not scans:
        raise conflict("scan_missing")
    await record_read(database, caller, refund_id, ShownAs.SCAN)
    (scan,) = scans
    return scan
