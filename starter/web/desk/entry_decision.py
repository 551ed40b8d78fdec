"""Decisions about an entry of a bank statement: allocation, its undoing, anything else it is."""

from collections.abc import Awaitable
from uuid import UUID

from starlette.responses import Response

from domain.banking.entry_decision import SETTLING, DecidedAs
from domain.payout.payout import PayoutRequest
from starter.commands.banking import allocate, decide
from starter.commands.banking.decide import DecisionAsked
from starter.commands.refusal import FieldError, invalid
from starter.presentation.banking.entry import entry_in_full
from starter.web.desk.entries import entry_page_of
from starter.web.desk.following import ENTRIES, decided
from starter.web.desk.shares import asked_in
from starter.web.http.days import day_in
from starter.web.http.deed import needed, with_reason
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

MAX_ATTEMPT = 1_000

routes = pages()


@routes.post("/desk/entries/{entry_id}/allocation")
async def allocate_bank_entry(visit: VisitDep, entry_id: UUID) -> Response:
    """The invoices are paid at once, and the cases that wait for the money are signalled."""

    async def allocated() -> None:
        entry = await entry_in_full(visit.database, visit.caller, entry_id, visit.language)
        asked = asked_in(visit.form, entry.amount)
        await allocate.allocate_bank_entry(
            visit.services, visit.caller, visit.command_id, entry_id, asked
        )

    return await _decided(visit, entry_id, allocated())


@routes.post("/desk/entries/{entry_id}/undo")
async def undo_bank_entry(visit: VisitDep, entry_id: UUID) -> Response:
    """Its payments are reversed in the ledger; from then on a person decides about the entry."""
    said = with_reason(visit, allocate.undo_bank_entry, entry_id, "undo-reason")
    return await _decided(visit, entry_id, said)


@routes.post("/desk/entries/{entry_id}/decision")
async def decide_bank_entry(visit: VisitDep, entry_id: UUID) -> Response:
    """The debit or the return of a payout, or nothing that we keep books of."""

    async def settled() -> None:
        await decide.decide_bank_entry(
            visit.services, visit.caller, visit.command_id, entry_id, _asked_in(visit.form)
        )

    return await _decided(visit, entry_id, settled())


@routes.post("/desk/entries/{entry_id}/postponement")
async def postpone_bank_entry(visit: VisitDep, entry_id: UUID) -> Response:
    """The entry leaves the queue until its day, or until somebody resumes it."""

    async def postponed() -> None:
        reason = needed(visit.form, "postponement-reason")
        typed = visit.form.line("until")
        until = day_in(typed, "until") if typed else None
        asked = DecisionAsked(DecidedAs.POSTPONED, None, reason, until)
        await decide.decide_bank_entry(
            visit.services, visit.caller, visit.command_id, entry_id, asked
        )

    return await _decided(visit, entry_id, postponed())


@routes.post("/desk/entries/{entry_id}/resumption")
async def resume_bank_entry(visit: VisitDep, entry_id: UUID) -> Response:
    """The entry waits for a decision again."""

    async def resumed() -> None:
        reason = needed(visit.form, "resumption-reason")
        asked = DecisionAsked(DecidedAs.RESUMED, None, reason)
        await decide.decide_bank_entry(
            visit.services, visit.caller, visit.command_id, entry_id, asked
        )

    return await _decided(visit, entry_id, resumed())


def _asked_in(form: Form) -> DecisionAsked:
    reason = needed(form, "decision-reason")
    decided_as = next((one for one in SETTLING if one == form.typed("as")), None)
    if decided_as is None:
        raise invalid(FieldError("page_decision_missing", field="as"))
    if decided_as is DecidedAs.IGNORED:
        return DecisionAsked(decided_as, None, reason)
    case_id, attempt = form.line("case_id"), form.line("attempt") or "1"
    if not case_id:
        raise invalid(FieldError("decision_names_no_payout", field="case_id"))
    if not _is_attempt(attempt):
        raise invalid(FieldError("page_units_format", field="attempt"))
    return DecisionAsked(decided_as, PayoutRequest(case_id, int(attempt)), reason)


def _is_attempt(written: str) -> bool:
    is_number = written.isascii() and written.isdecimal() and len(written) <= len(str(MAX_ATTEMPT))
    return is_number and 0 < int(written) <= MAX_ATTEMPT


async def _decided(visit: Visit, entry_id: UUID, deed: Awaitable[object]) -> Response:
    async def page(form: Form, status: int) -> Response:
        return await entry_page_of(visit, entry_id, form, status)

    return await decided(visit, deed, ENTRIES, entry_id, page)
