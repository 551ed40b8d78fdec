"""«Запросы»: the client's tickets, and «Задать вопрос»."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import Response

from db.query import present
from db.ticket import lists, reads, subjects
from db.ticket.lists import TicketFilter
from db.ticket.reads import DepartmentRow, Subject
from db.ticket.subjects import SubjectRow
from domain.file.file import FileLimits
from domain.text import one_line
from domain.ticket.ticket import ClientStatus
from starter.commands.refusal import FieldError, Refusal, invalid
from starter.commands.ticket.case import limits_of
from starter.commands.ticket.open import MAX_TOPIC_LENGTH, Channel, NewTicket
from starter.commands.ticket.open import open_ticket as open_one
from starter.presentation.ticket.last_message import last_of
from starter.presentation.ticket.ticket import departments_shown, ticket_shown
from starter.web.http.deed import refused
from starter.web.http.files import (
    FILES_FORM_BYTES,
    attached_in,
    chosen_files,
    with_files,
)
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.ticket_text import message_in
from starter.web.http.visit import Visit, VisitDep
from texts import Language, day, translate

LIST = "/tickets"
SHOWN = 30
"""Tickets of one page."""
MAX_SOUGHT_LENGTH = 160
MAX_ABOUT_LENGTH = 80
_ABOUT = (Subject.INVOICE, Subject.REFUND, Subject.SUBSCRIPTION)
CHOSEN = tuple(one for one in ClientStatus if one is not ClientStatus.ARCHIVED)
"""The statuses that the list of what is not put away can be narrowed to."""

routes = pages()


class Tab(StrEnum):
    """What the list shows."""

    ACTIVE = "active"
    ARCHIVE = "archive"


@routes.get(LIST)
async def show_tickets(
    visit: VisitDep,
    tab: Tab = Tab.ACTIVE,
    status: Annotated[str, Query(max_length=40)] = "",
    q: Annotated[str, Query(max_length=MAX_SOUGHT_LENGTH)] = "",
    after: Annotated[int | None, Query(ge=1, le=10**lists.MAX_NUMBER_LENGTH)] = None,
) -> Response:
    """The client's own, the newest first; what is put away or closed stands in the archive."""
    chosen = status if tab is Tab.ACTIVE and status in CHOSEN else ""
    narrowed = TicketFilter(
        client_id=present(visit.caller.client_id),
        archived=tab is Tab.ARCHIVE,
        client_status=ClientStatus(chosen) if chosen else None,
        sought=one_line(q),
    )
    rows = await visit.database.rows(lists.listed(narrowed, SHOWN + 1, after))
    shown = rows[:SHOWN]
    asked = {"tab": tab, "status": chosen, "q": narrowed.sought}
    said = {name: value for name, value in asked.items() if value}
    more = urlencode({**said, "after": shown[-1].number}) if len(rows) > SHOWN else None
    return visit.page(
        "tickets.html",
        tickets=[ticket_shown(row, visit.caller, visit.language) for row in shown],
        last=await last_of(visit.database, (row.id for row in shown)),
        tab=tab,
        tabs=tuple(Tab),
        statuses=CHOSEN,
        chosen=chosen,
        sought=narrowed.sought,
        following=more and f"{LIST}?{more}",
    )


@routes.get(f"{LIST}/new")
async def show_ticket_form(
    visit: VisitDep,
    about: Annotated[str, Query(max_length=MAX_ABOUT_LENGTH)] = "",
    follows: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """«Задать вопрос»: a department, what it is about, a topic, a text."""
    return await _form_page(visit, Form({"about": about, "follows": follows}))


@routes.post(LIST, max_body_size=FILES_FORM_BYTES)
async def open_ticket(visit: VisitDep) -> Response:
    """Sends the question, and leads to its thread."""

    async def page(form: Form, status: int) -> Response:
        return await _form_page(visit, form, status)

    try:
        visit = await with_files(visit)
        asked = _asked(visit.form)
        row = await open_one(visit.services, visit.caller, visit.command_id, asked, Channel.WEB)
    except Refusal as refusal:
        return await refused(visit, _at_about(refusal), LIST, page)
    return visit.see(f"{LIST}/{row.id}")


async def _form_page(visit: Visit, form: Form, status: int = HTTPStatus.OK) -> Response:
    client_id, follows = present(visit.caller.client_id), form.line("follows")
    departments, things, before = await visit.database.read(
        reads.departments_at(datetime.now(UTC)), subjects.of_client(client_id), reads.head(follows)
    )
    own = [row for row in before if row.client_id == client_id]
    chosen = form.line("about")
    choices = _choices(things, visit.language)
    if chosen and chosen not in dict(choices) and await _is_own(visit, chosen):
        choices.insert(0, (chosen, chosen.partition(":")[2]))
    offered = departments_shown(departments, visit.language)
    return visit.page(
        "ticket_form.html",
        status=status,
        form=form,
        departments=[(one.code, one.name) for one in offered],
        text_limit=max((one.text_limit for one in offered), default=0),
        limits=_widest(departments),
        max_topic=MAX_TOPIC_LENGTH,
        choices=choices,
        follows=own[0] if own else None,
        files=await chosen_files(visit, form),
    )


def _widest(departments: Sequence[DepartmentRow]) -> FileLimits:
    """What the department that takes the most files takes: the form asks for one first."""
    offered = [limits_of(one) for one in departments if one.is_offered]
    files = max((one.files for one in offered), default=0)
    return FileLimits(files, max((one.file_bytes for one in offered), default=0))


async def _is_own(visit: Visit, chosen: str) -> bool:
    """Whether an address names a thing of this client that is not among the latest."""
    kind, _, thing_id = chosen.partition(":")
    if kind not in _ABOUT:
        return False
    owners = await visit.database.rows(reads.owner_of(Subject(kind), thing_id))
    return [one.client_id for one in owners] == [visit.caller.client_id]


def _choices(things: Sequence[SubjectRow], language: Language) -> list[tuple[str, str]]:
    """What a question may be about: kind and id, and what it is called."""
    return [
        (
            f"{one.kind}:{one.id}",
            translate(
                f"page.ticket.about.{one.kind}", language, about=one.about, on=day(one.on_day)
            ),
        )
        for one in things
    ]


def _asked(form: Form) -> NewTicket:
    """The question as it was typed; raises `Refusal` beside what is wrong."""
    topic = form.short_note("topic", MAX_TOPIC_LENGTH)
    missing = [
        FieldError(code, field=name)
        for name, code, value in (
            ("department", "page_choice_missing", form.line("department")),
            ("topic", "page_ticket_topic_missing", topic),
            ("text", "page_ticket_text_missing", form.text("text")),
        )
        if not value
    ]
    if missing:
        raise invalid(*missing)
    kind, _, thing_id = form.line("about").partition(":")
    if kind and kind not in _ABOUT:
        raise invalid(FieldError("ticket_subject_unknown", field="about"))
    named: dict[str, Any] = {kind: thing_id} if kind else {}
    return NewTicket(
        form.line("department"),
        topic,
        message_in(form),
        follows=form.line("follows") or None,
        files=attached_in(form),
        **named,
    )


def _at_about(refusal: Refusal) -> Refusal:
    """What the command says of the thing, beside the field that names all kinds."""
    fields = [
        FieldError(one.code, field="about", params=one.params)
        if (one.pointer or "").removeprefix("/") in set(Subject)
        else one
        for one in refusal.fields
    ]
    return invalid(*fields) if fields else refusal
