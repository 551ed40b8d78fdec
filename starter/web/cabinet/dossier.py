"""The dossiers of a client's dispute: made and downloaded; the keys that they are checked by."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from starlette.responses import Response

from db.dispute import reads
from db.dossier import store
from domain.dossier.dossier import Export
from starter.commands.dossier.make import make_dispute_dossier
from starter.http.zip_file import zip_file
from starter.presentation.dossier.dossier import dossier_shown, dossiers_of, given, key_shown
from starter.web.http.deed import done
from starter.web.http.forms import Form
from starter.web.http.ids import DisputeId
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

SHOWN: Final = 50
"""Dossiers of a page, the newest."""
KEYS: Final = "/dossier-keys"

routes = pages()


@routes.get("/disputes/{dispute_id}/dossiers")
async def show_dossiers(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """Those that were made, and a button that makes the next one."""
    return await _page(visit, dispute_id)


@routes.post("/disputes/{dispute_id}/dossiers")
async def make_own_dossier(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """The dispute as it is now."""
    deed = make_dispute_dossier(
        visit.services, visit.caller, visit.command_id, dispute_id, Export.REDACTED
    )

    async def page(form: Form, status: int) -> Response:
        return await _page(visit, dispute_id, form, status)

    return await done(visit, deed, f"/disputes/{dispute_id}/dossiers", page)


@routes.get("/dossiers/{dossier_id}/archive")
async def save_dossier(visit: VisitDep, dossier_id: UUID) -> Response:
    """The archive as a download."""
    found = await given(visit.database, visit.caller, dossier_id)
    return zip_file(found.name, found.pieces)


@routes.get(KEYS)
async def show_dossier_keys(visit: VisitDep) -> Response:
    """For whoever was given a dossier: courts, banks, the other side."""
    rows = await visit.database.rows(store.keys())
    return visit.page("dossier_keys.html", keys=[key_shown(row) for row in rows])


async def _page(
    visit: Visit, dispute_id: str, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    case = reads.head(dispute_id)
    rows = await dossiers_of(visit.database, visit.caller, case, dispute_id, SHOWN)
    return visit.page(
        "dossiers.html",
        status=status,
        form=form,
        here=f"/disputes/{dispute_id}",
        dispute_id=dispute_id,
        dossiers=[dossier_shown(row, visit.caller, visit.language) for row in rows],
    )
