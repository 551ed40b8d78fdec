"""The scan that signed a statement, for those who check it."""

from starlette.responses import Response

from db.refund import reads as cases_in
from db.refund import statement as statements_in
from starter.access import require_visible
from starter.commands.refusal import conflict
from starter.http.attachment import attachment
from starter.web.http.ids import RefundId
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep

routes = pages()


@routes.get("/desk/refunds/{refund_id}/scan")
async def read_scan(visit: VisitDep, refund_id: RefundId) -> Response:
    """The newest scan, as it was uploaded."""
    heads, scans = await visit.database.read(
        cases_in.head(refund_id), statements_in.latest_scan(refund_id)
    )
    require_visible(visit.caller, heads)
    if not scans:
        raise conflict("scan_missing")
    (scan,) = scans
    return attachment(bytes(scan.content), scan.media_type, f"scan-{refund_id}")
