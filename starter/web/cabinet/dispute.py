"""A dispute as its client reads it: where it is, papers, the thread, an answer, «Ускорить»."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from starlette.responses import Response

from domain.file.file import WIDEST
from starter.commands.dispute import write
from starter.commands.refusal import Refusal
from starter.http.download import download, preview
from starter.presentation.dispute.dispute import dispute_shown
from starter.presentation.dispute.evidence import checklist_shown, evidence_shown, paper_kinds
from starter.presentation.dispute.thread import LAST_CHANGE, paper_of, papers_of, thread_of
from starter.web.http.deed import PageOf, done, refused
from starter.web.http.dispute_papers import papers_in, text_in
from starter.web.http.files import FILES_FORM_BYTES, chosen_files, with_files
from starter.web.http.forms import Form
from starter.web.http.ids import DisputeId
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

CHANGES = 100
"""Changes of a dispute that its page shows."""

Write = Callable[..., Awaitable[Any]]

routes = pages()


@routes.get("/disputes/{dispute_id}")
async def show_dispute(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """Where it is, what is missing, and what was written."""
    return await _page(visit, dispute_id)


@routes.get("/disputes/{dispute_id}/evidence/{paper_id}")
async def read_dispute_file(visit: VisitDep, dispute_id: DisputeId, paper_id: UUID) -> Response:
    """A paper, as a download; only a clean one."""
    row = await paper_of(visit.database, visit.caller, dispute_id, paper_id)
    return download(visit.database, row)


@routes.get("/disputes/{dispute_id}/evidence/{paper_id}/preview")
async def read_dispute_preview(visit: VisitDep, dispute_id: DisputeId, paper_id: UUID) -> Response:
    """What the page shows of a picture; `not_found` for a paper that has none."""
    row = await paper_of(visit.database, visit.caller, dispute_id, paper_id)
    return await preview(visit.database, row)


@routes.post("/disputes/{dispute_id}/reply", max_body_size=FILES_FORM_BYTES)
async def reply_to_dispute(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """The client writes, perhaps with papers."""
    return await _written(visit, dispute_id, write.reply_to_dispute)


@routes.post("/disputes/{dispute_id}/submission", max_body_size=FILES_FORM_BYTES)
async def submit_dispute(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """The client hands in the last papers: our clock runs again."""
    return await _written(visit, dispute_id, write.submit_dispute)


@routes.post("/disputes/{dispute_id}/appeal", max_body_size=FILES_FORM_BYTES)
async def appeal_dispute(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """The client objects to a rejection."""
    return await _written(visit, dispute_id, write.appeal_dispute)


@routes.post("/disputes/{dispute_id}/hasten")
async def hasten_dispute(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """«Ускорить», once a stage."""
    deed = write.hasten_dispute(visit.services, visit.caller, visit.command_id, dispute_id)
    return await done(visit, deed, f"/disputes/{dispute_id}", _shown(visit, dispute_id))


@routes.post("/disputes/{dispute_id}/withdrawal")
async def withdraw_dispute(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """The client takes the dispute back."""
    deed = write.withdraw_dispute(visit.services, visit.caller, visit.command_id, dispute_id)
    return await done(visit, deed, f"/disputes/{dispute_id}", _shown(visit, dispute_id))


async def _written(visit: Visit, dispute_id: str, how: Write) -> Response:
    here, page = f"/disputes/{dispute_id}", _shown(visit, dispute_id)
    try:
        visit = await with_files(visit)
    except Refusal as refusal:
        return await refused(visit, refusal, here, page)

    async def written() -> None:
        text, papers = text_in(visit.form), papers_in(visit.form)
        await how(visit.services, visit.caller, visit.command_id, dispute_id, text, papers)

    return await done(visit, written(), here, _shown(visit, dispute_id))


def _shown(visit: Visit, dispute_id: str) -> PageOf:
    async def page(form: Form, status: int) -> Response:
        return await _page(visit, dispute_id, form, status)

    return page


async def _page(
    visit: Visit, dispute_id: str, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    row, papers = await papers_of(visit.database, visit.caller, dispute_id)
    changes = await thread_of(
        visit.database, visit.caller, dispute_id, visit.language, CHANGES, LAST_CHANGE
    )
    return visit.page(
        "dispute.html",
        status=status,
        form=form,
        here=f"/disputes/{dispute_id}",
        dispute=dispute_shown(row, visit.caller, visit.language),
        checklist=checklist_shown(row, papers, visit.caller, visit.language),
        papers=evidence_shown(papers, visit.caller, visit.language),
        changes=list(reversed(changes)),
        kinds=paper_kinds(visit.language),
        limits=WIDEST,
        chosen=await chosen_files(visit, form),
    )
