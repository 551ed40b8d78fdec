"""A dispute at the desk: facts beside evidence, and what staff decide."""

from collections.abc import Awaitable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from starlette.responses import Response

from db.dispute import facts, taken_back
from db.goods_return import pieces
from domain.access.roles import is_same_person
from domain.dispute.dispute import DisputeStatus, Outside
from domain.dispute.evidence import EvidenceKind
from domain.file.file import WIDEST
from domain.goods_return.goods_return import Ground
from starter.access import roles_of_page
from starter.caller import Caller
from starter.commands.dispute import decide, write
from starter.commands.dispute.case import found
from starter.commands.dispute.compensation import COMPENSATING
from starter.commands.refusal import FieldError, Refusal, invalid
from starter.http.download import download, preview
from starter.presentation.dispute.calculation import counted_of
from starter.presentation.dispute.dispute import coming_back, dispute_shown
from starter.presentation.dispute.evidence import checklist_shown, evidence_shown, paper_kinds
from starter.presentation.dispute.thread import LAST_CHANGE, paper_of, papers_of, thread_of
from starter.presentation.dispute.waiting import dispute_waiting
from starter.web.desk.disputes import LIST
from starter.web.desk.verdict import VERDICTS, returnable, verdict_in
from starter.web.http.days import day_in
from starter.web.http.deed import PageOf, beside, done, needed, refused, with_reason
from starter.web.http.dispute_papers import papers_in, text_in
from starter.web.http.files import FILES_FORM_BYTES, chosen_files, with_files
from starter.web.http.forms import Form
from starter.web.http.ids import DisputeId
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep
from texts import translate

CHANGES = 100
"""Changes of a dispute that its page shows."""
TAKEN_BACKS = 50
"""Chargebacks and refunds of the acquirer's cabinet that the page shows."""
OF_COMPENSATION = {"/compensation/rule": "rule", "/compensation/last_day": "last"}
"""What the command says of a compensation, by the fields of the form."""
ENDINGS = (DisputeStatus.WON, DisputeStatus.LOST, DisputeStatus.SETTLED)

routes = pages()


@routes.get(f"{LIST}/{{dispute_id}}")
async def show_dispute_on_desk(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """The page that the queue and letters to staff lead to."""
    return await _page(visit, dispute_id)


@routes.get(f"{LIST}/{{dispute_id}}/evidence/{{paper_id}}")
async def read_dispute_file_on_desk(
    visit: VisitDep, dispute_id: DisputeId, paper_id: UUID
) -> Response:
    """A paper, as a download; only a clean one."""
    row = await paper_of(visit.database, visit.caller, dispute_id, paper_id)
    return download(visit.database, row)


@routes.get(f"{LIST}/{{dispute_id}}/evidence/{{paper_id}}/preview")
async def read_dispute_preview_on_desk(
    visit: VisitDep, dispute_id: DisputeId, paper_id: UUID
) -> Response:
    """What the page shows of a picture; `not_found` for a paper that has none."""
    row = await paper_of(visit.database, visit.caller, dispute_id, paper_id)
    return await preview(visit.database, row)


@routes.post(f"{LIST}/{{dispute_id}}/answer", max_body_size=FILES_FORM_BYTES)
async def answer_dispute(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """We write to the client, perhaps with papers."""
    try:
        visit = await with_files(visit)
    except Refusal as refusal:
        return await refused(visit, refusal, f"{LIST}/{dispute_id}", _shown(visit, dispute_id))

    async def answered() -> None:
        text, papers = text_in(visit.form), papers_in(visit.form)
        await write.answer_dispute(
            visit.services, visit.caller, visit.command_id, dispute_id, text, papers
        )

    return await _done(visit, dispute_id, answered())


@routes.post(f"{LIST}/{{dispute_id}}/papers-request")
async def ask_dispute_papers(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """Asks the client for papers of a kind: our clock stands still."""

    async def asked() -> None:
        chosen = visit.form.line("asked-kind")
        if chosen not in {str(kind.value) for kind in EvidenceKind}:
            raise invalid(FieldError("page_choice_missing", field="asked-kind"))
        reason, kinds = needed(visit.form, "asked-reason"), [EvidenceKind(int(chosen))]
        await decide.ask_dispute_papers(
            visit.services, visit.caller, visit.command_id, dispute_id, kinds, reason
        )

    return await _done(visit, dispute_id, asked())


@routes.post(f"{LIST}/{{dispute_id}}/decision")
async def decide_dispute(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """An outcome with its money."""

    async def decided() -> None:
        row = await found(visit.services, visit.caller, dispute_id)
        lines = await visit.database.rows(pieces.sold_lines_of(row.invoice_number))
        verdict = verdict_in(visit.form, lines)
        with beside(OF_COMPENSATION):
            await decide.decide_dispute(
                visit.services, visit.caller, visit.command_id, dispute_id, verdict
            )

    return await _done(visit, dispute_id, decided())


@routes.post(f"{LIST}/{{dispute_id}}/approval")
async def approve_dispute(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """Lets somebody else's decision stand."""
    deed = decide.approve_dispute(visit.services, visit.caller, visit.command_id, dispute_id)
    return await _done(visit, dispute_id, deed)


@routes.post(f"{LIST}/{{dispute_id}}/return")
async def send_dispute_back(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """Has it decided anew."""
    said = with_reason(visit, decide.send_dispute_back, dispute_id, "back-reason")
    return await _done(visit, dispute_id, said)


@routes.post(f"{LIST}/{{dispute_id}}/claim")
async def receive_dispute_claim(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """Records a pre-trial claim."""

    async def received() -> None:
        reason = needed(visit.form, "claim-reason")
        typed = visit.form.line("claim-until")
        until = day_in(typed, "claim-until") if typed else None
        with beside({"/until": "claim-until"}):
            await decide.receive_dispute_claim(
                visit.services, visit.caller, visit.command_id, dispute_id, reason, until
            )

    return await _done(visit, dispute_id, received())


@routes.post(f"{LIST}/{{dispute_id}}/outside")
async def take_dispute_outside(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """Records that somebody else decides."""

    async def taken() -> None:
        who, reason = visit.form.line("outside"), needed(visit.form, "outside-reason")
        if who not in frozenset(Outside):
            raise invalid(FieldError("page_choice_missing", field="outside"))
        typed = visit.form.line("outside-until")
        until = day_in(typed, "outside-until") if typed else None
        with beside({"/until": "outside-until"}):
            await decide.take_dispute_outside(
                visit.services,
                visit.caller,
                visit.command_id,
                dispute_id,
                Outside(who),
                reason,
                until,
            )

    return await _done(visit, dispute_id, taken())


@routes.post(f"{LIST}/{{dispute_id}}/outside-result")
async def end_dispute_outside(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """Records how the procedure outside has ended."""

    async def ended() -> None:
        outcome, reason = visit.form.line("ending"), needed(visit.form, "ending-reason")
        if outcome not in ENDINGS:
            raise invalid(FieldError("page_choice_missing", field="ending"))
        on = day_in(visit.form.line("ending-on"), "ending-on")
        with beside({"/on": "ending-on"}):
            await decide.end_dispute_outside(
                visit.services,
                visit.caller,
                visit.command_id,
                dispute_id,
                DisputeStatus(outcome),
                reason,
                on,
                is_compensation_unsent=bool(visit.form.line("unsent")),
            )

    return await _done(visit, dispute_id, ended())


@routes.post(f"{LIST}/{{dispute_id}}/correction")
async def correct_dispute(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """Records how what was wrong has been put right."""
    said = with_reason(visit, decide.correct_dispute, dispute_id, "corrected-how")
    return await _done(visit, dispute_id, said)


@routes.post(f"{LIST}/{{dispute_id}}/compensation")
async def perform_dispute(visit: VisitDep, dispute_id: DisputeId) -> Response:
    """Records that the compensation was paid."""

    async def performed() -> None:
        reason = needed(visit.form, "paid-reason")
        on = day_in(visit.form.line("paid-on"), "paid-on")
        with beside({"/on": "paid-on"}):
            await decide.perform_dispute(
                visit.services, visit.caller, visit.command_id, dispute_id, reason, on
            )

    return await _done(visit, dispute_id, performed())


async def _done(visit: Visit, dispute_id: str, deed: Awaitable[Any]) -> Response:
    return await done(visit, deed, f"{LIST}/{dispute_id}", _shown(visit, dispute_id))


def _shown(visit: Visit, dispute_id: str) -> PageOf:
    async def page(form: Form, status: int) -> Response:
        return await _page(visit, dispute_id, form, status)

    return page


def _is_by(caller: Caller, who: str | None) -> bool:
    return who is not None and is_same_person(who, caller.login)


async def _page(
    visit: Visit, dispute_id: str, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    database, caller, language = visit.database, visit.caller, visit.language
    row, papers = await papers_of(database, caller, dispute_id)
    changes = await thread_of(database, caller, dispute_id, language, CHANGES, LAST_CHANGE)
    taken, sold, objected = await database.read(
        taken_back.of_invoice(row.invoice_number, TAKEN_BACKS),
        pieces.sold_lines_of(row.invoice_number),
        facts.objected(dispute_id),
    )
    return visit.page(
        "desk_dispute.html",
        status=status,
        form=form,
        here=f"{LIST}/{dispute_id}",
        dispute=dispute_shown(row, caller, language),
        order=row,
        checklist=checklist_shown(row, papers, caller, language),
        papers=evidence_shown(papers, caller, language),
        changes=list(reversed(changes)),
        is_own_decision=_is_by(caller, row.decided_by),
        is_objected_to=any(
            _is_by(caller, who) for who in (row.decided_by, *(one.decided_by for one in objected))
        ),
        taken=taken,
        returnable=returnable(sold),
        goods_back=coming_back(row, sold),
        grounds=[(one.value, translate(f"goods_return.ground.{one}", language)) for one in Ground],
        counted=await counted_of(database, dispute_id, language),
        waiting=await dispute_waiting(visit.services, caller, dispute_id, language),
        kinds=paper_kinds(language),
        verdicts=[
            (one.value, translate(f"dispute.staff_status.{one}", language)) for one in VERDICTS
        ],
        endings=[
            (one.value, translate(f"dispute.staff_status.{one}", language)) for one in ENDINGS
        ],
        outsides=[(one.value, translate(f"dispute.outside.{one}", language)) for one in Outside],
        rules=[
            (one.value, translate(f"compensation.rule.{one}", language)) for one in COMPENSATING
        ],
        may_have_dossier=caller.role in roles_of_page("show_dispute_dossiers"),
        limits=WIDEST,
        chosen=await chosen_files(visit, form),
        now=datetime.now(UTC),
    )
