"""Unpaid orders at the desk: the queue by deadline, and one case with what decides it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query
from starlette.responses import Response

from db.collection import leaving, letters, reads
from db.collection.reads import CollectionFilter
from domain.calendar.bank_calendar import moscow_date
from domain.collection.collection import CollectionStatus, CourtKind, collection_workflow_id
from domain.refund.scan import MediaType
from starter.access import require_visible, roles_of_page
from starter.commands.collection import contact, decide
from starter.commands.collection.contact import ContactChannel
from starter.commands.collection.decide import Court
from starter.commands.refusal import FieldError, invalid
from starter.http.attachment import attachment
from starter.presentation.collection import paper
from starter.presentation.collection.collection import collection_in_full, contact_shown
from starter.presentation.collection.waiting import collection_waiting
from starter.web.http.days import day_in
from starter.web.http.deed import PageOf, done, needed
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.paging import CURSOR, cursor_of, seen
from starter.web.http.visit import Visit, VisitDep

LIST = "/desk/collections"
SHOWN = 50
"""Cases of one page; changes, looks, letters, courts and contacts of one case."""

InvoiceNumber = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$")]

routes = pages()


@routes.get(LIST)
async def show_collections(
    visit: VisitDep,
    status: CollectionStatus | None = None,
    after: Annotated[str | None, Query(pattern=CURSOR)] = None,
) -> Response:
    """Open cases, the earliest deadline first; the lawyer's queue is one of the statuses."""
    narrowed = CollectionFilter(statuses=None if status is None else (status,), is_open=True)
    rows, counts = await visit.database.read(
        reads.listed(narrowed, SHOWN + 1, seen(after)), reads.counts()
    )
    shown = rows[:SHOWN]
    last = shown[-1] if len(rows) > SHOWN else None
    known = {one.status: one.cases for one in counts}
    return visit.page(
        "desk_collections.html",
        cases=shown,
        chosen=status,
        tabs=[(one, known[one]) for one in CollectionStatus if one in known],
        all=sum(known.values()),
        now=datetime.now(UTC),
        following=None if last is None else cursor_of(last.wait_until or last.changed_at, last.id),
    )


@routes.get(f"{LIST}/{{invoice_number}}")
async def show_collection_on_desk(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """Facts, the ladder, letters, contacts, and what may be decided."""
    return await _page(visit, invoice_number)


@routes.get(f"{LIST}/{{invoice_number}}/claim.pdf")
async def preview_claim(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """The claim as it would be sent now."""
    collection_id = collection_workflow_id(invoice_number)
    pdf = await paper.printed_draft(visit.services, visit.caller, collection_id)
    return attachment(pdf, MediaType.PDF, f"{collection_id}-claim-draft")


@routes.get(f"{LIST}/{{invoice_number}}/letters/{{paper_id}}.pdf")
async def save_collection_letter(
    visit: VisitDep, invoice_number: InvoiceNumber, paper_id: UUID
) -> Response:
    """A letter as it was sent."""
    collection_id = collection_workflow_id(invoice_number)
    pdf = await paper.printed_letter(visit.services, visit.caller, collection_id, paper_id)
    return attachment(pdf, MediaType.PDF, f"{collection_id}-letter")


@routes.post(f"{LIST}/{{invoice_number}}/promise")
async def promise_payment(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """The client has told staff when it pays."""

    async def promised() -> None:
        await decide.promise_payment(
            *_case(visit, invoice_number), _day(visit, "pay_on"), visit.form.note("said") or None
        )

    return await _done(visit, invoice_number, promised())


@routes.post(f"{LIST}/{{invoice_number}}/pause")
async def pause_collection(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """Nobody writes to the client until a day."""

    async def paused() -> None:
        await decide.pause_collection(
            *_case(visit, invoice_number),
            _day(visit, "paused_until"),
            needed(visit.form, "pause-reason"),
        )

    return await _done(visit, invoice_number, paused())


@routes.post(f"{LIST}/{{invoice_number}}/claim")
async def send_claim(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """Sends the claim that was previewed."""
    return await _done(visit, invoice_number, decide.send_claim(*_case(visit, invoice_number)))


@routes.post(f"{LIST}/{{invoice_number}}/lawyer")
async def to_lawyer(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """The lawyer sees to it."""
    return await _because(visit, invoice_number, decide.to_lawyer, "lawyer-reason")


@routes.post(f"{LIST}/{{invoice_number}}/lawyer/return")
async def from_lawyer(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """The lawyer hands the debt back."""
    return await _because(visit, invoice_number, decide.from_lawyer, "return-reason")


@routes.post(f"{LIST}/{{invoice_number}}/court")
async def record_court(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """An order to pay or a suit, with its fee."""

    async def recorded() -> None:
        form = visit.form
        try:
            kind = CourtKind(form.line("kind"))
        except ValueError:
            raise invalid(FieldError("page_choice_missing", field="kind")) from None
        court = Court(
            kind,
            needed(form, "court", "page_field_missing"),
            needed(form, "number", "page_field_missing"),
            _day(visit, "filed_on"),
        )
        await decide.record_court(*_case(visit, invoice_number), court)

    return await _done(visit, invoice_number, recorded())


@routes.post(f"{LIST}/{{invoice_number}}/settle")
async def settle_debt(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """The parties have agreed otherwise."""
    return await _because(visit, invoice_number, decide.settle_debt, "settle-reason")


@routes.post(f"{LIST}/{{invoice_number}}/cancel")
async def cancel_collection(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """Nothing is owed after all."""
    return await _because(visit, invoice_number, decide.cancel_collection, "cancel-reason")


@routes.post(f"{LIST}/{{invoice_number}}/write-off")
async def propose_write_off(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """One proposes."""
    return await _because(visit, invoice_number, decide.propose_write_off, "write-off-reason")


@routes.post(f"{LIST}/{{invoice_number}}/write-off/confirm")
async def confirm_write_off(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """Another confirms."""
    deed = decide.confirm_write_off(*_case(visit, invoice_number))
    return await _done(visit, invoice_number, deed)


@routes.post(f"{LIST}/{{invoice_number}}/write-off/decline")
async def decline_write_off(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """The proposal is taken back."""
    return await _because(visit, invoice_number, decide.decline_write_off, "decline-reason")


@routes.post(f"{LIST}/{{invoice_number}}/contacts")
async def log_contact(visit: VisitDep, invoice_number: InvoiceNumber) -> Response:
    """A call, a meeting, a letter on paper."""

    async def logged() -> None:
        try:
            channel = ContactChannel(visit.form.line("channel"))
        except ValueError:
            raise invalid(FieldError("page_choice_missing", field="channel")) from None
        await contact.log_contact(
            *_case(visit, invoice_number),
            channel,
            _day(visit, "contacted_on"),
            needed(visit.form, "contact-note"),
        )

    return await _done(visit, invoice_number, logged())


def _case(visit: Visit, invoice_number: str) -> tuple[Any, Any, UUID, str]:
    """What every command about the case takes first."""
    collection_id = collection_workflow_id(invoice_number)
    return visit.services, visit.caller, visit.command_id, collection_id


def _day(visit: Visit, name: str) -> date:
    return day_in(visit.form.line(name), name)


async def _because(
    visit: Visit, invoice_number: str, do: Callable[..., Awaitable[Any]], field: str
) -> Response:
    """Does what needs a reason, which the form has in a field."""

    async def deed() -> None:
        await do(*_case(visit, invoice_number), needed(visit.form, field))

    return await _done(visit, invoice_number, deed())


async def _done(visit: Visit, invoice_number: str, deed: Awaitable[Any]) -> Response:
    return await done(visit, deed, f"{LIST}/{invoice_number}", _shown(visit, invoice_number))


def _shown(visit: Visit, invoice_number: str) -> PageOf:
    async def page(form: Form, status: int) -> Response:
        return await _page(visit, invoice_number, form, status)

    return page


async def _page(
    visit: Visit, invoice_number: str, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    collection_id = collection_workflow_id(invoice_number)
    heads, history, looks, courts, sent, contacts, unsent = await visit.database.read(
        reads.head(collection_id),
        reads.history(collection_id, SHOWN),
        reads.looks(collection_id, SHOWN),
        reads.courts(collection_id, SHOWN),
        letters.of_case(collection_id, SHOWN),
        reads.contacts(collection_id, SHOWN),
        leaving.not_sent(collection_id, SHOWN),
    )
    row = require_visible(visit.caller, heads)
    case = collection_in_full(row, history, looks, courts, unsent, visit.caller, visit.language)
    return visit.page(
        "desk_collection.html",
        status=status,
        form=form,
        here=f"{LIST}/{invoice_number}",
        case=case,
        waiting=await collection_waiting(
            visit.services, visit.caller, collection_id, visit.language
        ),
        letters=sent,
        contacts=[contact_shown(one) for one in contacts],
        may=frozenset(map(str, case.actions)),
        may_see_client=visit.caller.role in roles_of_page("show_client_on_desk"),
        may_have_dossier=visit.caller.role in roles_of_page("show_collection_dossiers"),
        channels=tuple(ContactChannel),
        courts=tuple(CourtKind),
        today=moscow_date(datetime.now(UTC)),
    )
