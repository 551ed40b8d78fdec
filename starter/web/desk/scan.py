"""The scan that signed a statement, for those who check it."""

from starlette.responses import Response

from starter.http.download import download
from starter.presentation.refund.scan import newest_scan
from starter.web.http.ids import RefundId
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep

routes = pages()


@routes.get("/desk/refunds/{refund_id}/scan")
async def read_scan(visit: VisitDep, refund_id: RefundId) -> Response:
    """The newest scan, once it is clean."""
    return download(visit.database, await newest_scan(visit.database, visit.caller, refund_id))
