"""The scan that signed a statement, for whoever may see it."""

from db.database import Database
from db.file.store import FileRow
from db.refund import reads as cases_in
from db.refund import statement as statements_in
from domain.access.requisites_read import ShownAs
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.refusal import conflict
from starter.presentation.file.file import require_clean
from starter.presentation.requisites import record_read


async def newest_scan(database: Database, caller: Caller, refund_id: str) -> FileRow:
    """The newest scan of a case, once the scanner has found it clean.

    Raises `Refusal`: `not_found`, `scan_missing`, and by what is known of one that is not clean.
    """
    heads, scans = await database.read(
        cases_in.head(refund_id), statements_in.latest_scan(refund_id)
    )
    require_visible(caller, heads)
    if not scans:
        raise conflict("scan_missing")
    (scan,) = scans
    require_clean(scan)
    await record_read(database, caller, refund_id, ShownAs.SCAN)
    return scan
