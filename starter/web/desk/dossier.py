"""Dossiers at the desk: of a dispute and of an unpaid order, made and downloaded."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from starlette.responses import Response

from db.collection import reads as collections
from db.dispute import reads as disputes
from db.dossier import store
from db.query import Query
from domain.collection.collection import collection_workflow_id
from domain.dossier.dossier import Export
from starter.commands.dossier import make
from starter.commands.refusal import FieldError, invalid
from starter.http.zip_file import zip_file
from starter.presentation.dossier.dossier import dossier_shown, dossiers_of, given
from starter.web.desk.collections import LIST as COLLECTIONS
from starter.web.desk.collections import InvoiceNumber
from starter.web.desk.disputes import LIST as DISPUTES
from starter.web.http.deed import PageOf, done
from starter.web.http.forms import Form
from starter.web.http.ids import DisputeId
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep
from texts import translate

SHOWN: Final = 50
"""Dossiers of a page, and reads of full ones; the newest of both."""

routes = pages()


@routes.get(f"{DISPUTES}/{{dispute_id}}/dossiers")
async def show_dispute_dossiers(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """Those that were made, who has had full ones, and the form that makes the next one."""
    return await _of_dispute(visit, dispute_id)(Form(), HTTPStatus.OK)


@routes.post(f"{DISPUTES}/{{dispute_id}}/dossiers")
async def make_dispute_dossier(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """The dispute as it is now, in full or for the other side."""

    async def made() -> None:
        await make.make_dispute_dossier(
            visit.services, visit.caller, visit.command_id, dispute_id, _export(visit.form)
        )

    here = f"{DISPUTES}/{dispute_id}/dossiers"
    return await done(visit, made(), here, _of_dispute(visit, dispute_id))


@routes.get(f"{COLLECTIONS}/{{invoice_number}}/dossiers")
async def show_collection_dossiers(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """The same of an unpaid order."""
    return await _of_collection(visit, invoice_number)(Form(), HTTPStatus.OK)


@routes.post(f"{COLLECTIONS}/{{invoice_number}}/dossiers")
async def make_collection_dossier(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """The unpaid order as it is now, in full or for the other side."""

    async def made() -> None:
        await make.make_collection_dossier(
            visit.services,
            visit.caller,
            visit.command_id,
            collection_workflow_id(invoice_number),
            _export(visit.form),
        )

    here = f"{COLLECTIONS}/{invoice_number}/dossiers"
    return await done(visit, made(), here, _of_collection(visit, invoice_number))


@routes.get("/desk/dossiers/{dossier_id}/archive")
async def save_dossier_on_desk(visit: VisitDep, dossier_id: UUID) -> Response:
    """The archive as a download; that a full one is given out is recorded."""
    found = await given(visit.database, visit.caller, dossier_id)
    return zip_file(found.name, found.pieces)


def _export(form: Form) -> Export:
    chosen = form.line("export")
    if chosen not in frozenset(Export):
        raise invalid(FieldError("page_choice_missing", field="export"))
    return Export(chosen)


@dataclass(frozen=True)
class _Subject:
    """What dossiers are of: its row, its id, its page, and what both pages are called."""

    case: Query[Any]
    case_id: str
    here: str
    title: str
    back: str


def _of_dispute(visit: Visit, dispute_id: str) -> PageOf:
    order, n = dispute_id.removeprefix("dispute-").rsplit("-", 1)
    return _page(
        visit,
        _Subject(
            disputes.head(dispute_id),
            dispute_id,
            f"{DISPUTES}/{dispute_id}",
            translate("dossier.title.dispute", visit.language, order=order, n=n),
            translate("page.dispute.title_of", visit.language, number=order),
        ),
    )


def _of_collection(visit: Visit, invoice_number: str) -> PageOf:
    case_id = collection_workflow_id(invoice_number)
    return _page(
        visit,
        _Subject(
            collections.head(case_id),
            case_id,
            f"{COLLECTIONS}/{invoice_number}",
            translate("dossier.title.collection", visit.language, order=invoice_number),
            translate("page.debt.title", visit.language, number=invoice_number),
        ),
    )


def _page(visit: Visit, of: _Subject) -> PageOf:
    async def page(form: Form, status: int) -> Response:
        database, caller, language = visit.database, visit.caller, visit.language
        rows = await dossiers_of(database, caller, of.case, of.case_id, SHOWN)
        return visit.page(
            "desk_dossiers.html",
            status=status,
            form=form,
            here=of.here,
            title=of.title,
            back=of.back,
            dossiers=[dossier_shown(row, caller, language) for row in rows],
            reads=await database.rows(store.reads_of(of.case_id, SHOWN)),
            exports=[(one.value, translate(f"dossier.export.{one}", language)) for one in Export],
        )

    return page
