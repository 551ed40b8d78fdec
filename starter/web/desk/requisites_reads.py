"""Who has seen the requisites of a refund whole, for those who answer for it."""

from typing import Annotated, Final

from fastapi import Query
from starlette.responses import Response

from db.access import requisites_read
from db.refund import reads as cases_in
from starter.access import require_visible
from starter.web.http.ids import RefundId
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep

SHOWN: Final = 50
"""Reads of one page."""
NEWEST: Final = 2**63 - 1
"""Before every read there is: the newest are shown first."""

routes = pages()


@routes.get("/desk/refunds/{refund_id}/requisites-reads")
async def show_requisites_reads(
    visit: VisitDep, refund_id: RefundId, before: Annotated[int, Query(ge=1, le=NEWEST)] = NEWEST
) -> Response:
    """Reads of a case, of its papers and of the payment runs with its orders, the newest first."""
    heads, reads = await visit.database.read(
        cases_in.head(refund_id), requisites_read.of_case(refund_id, SHOWN + 1, before)
    )
    require_visible(visit.caller, heads)
    return visit.page(
        "desk_requisites_reads.html",
        refund_id=refund_id,
        reads=reads[:SHOWN],
        following=reads[SHOWN - 1].id if len(reads) > SHOWN else None,
    )
