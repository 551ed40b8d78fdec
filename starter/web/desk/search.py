"""One search over all that the desk works with: what is found stands in groups, by role."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from db.case import search
from db.query import Query as Asked
from domain.billing.requisites import MAX_NAME_LENGTH
from domain.case.sought import Sought, sought_in
from starter.access import roles_of_page
from starter.caller import Caller
from starter.presentation.refund.presenters import SEES_REQUISITES
from starter.web.desk.addresses import case_on_desk
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep
from texts import translate

GROUP_LIMIT = 10
"""Rows of each group that are shown."""

routes = pages()


@dataclass(frozen=True)
class Group:
    """What was found of one kind; its title is `page.desk.found.<kind>`."""

    kind: str
    rows: Sequence[Any]
    has_more: bool


GROUPS = {
    "clients": ("list_clients", search.found_clients),
    "invoices": ("list_invoices", search.found_invoices),
    "refunds": ("show_refund_on_desk", search.found_refunds),
    "renewals": ("show_renewal_on_desk", search.found_renewals),
    "tickets": ("show_ticket_on_desk", search.found_tickets),
    "entries": ("read_bank_entry", search.found_entries),
    "orders": ("read_payment_run", search.found_orders),
}
"""In the order of the page: the operation whose roles see the group, and what finds it."""


@routes.get("/desk/search")
async def search_desk(
    visit: VisitDep, q: Annotated[str, Query(max_length=MAX_NAME_LENGTH)] = ""
) -> Response:
    """Invoices, clients, cases, bank entries and payment orders by number, INN, name, sum or
    purpose. A case's id leads to its page.
    """
    sought = sought_in(q)
    if sought.case_id is not None and (page := case_on_desk(sought.case_id)) is not None:
        return visit.see(page)
    if sought.is_too_short:
        error = translate("error.search_too_short", visit.language)
        return _page(visit, Form({"q": sought.text}, errors={"q": error}))
    groups = await _groups(visit, sought) if sought.text else ()
    return _page(visit, Form({"q": sought.text}), groups)


def _page(visit: Visit, form: Form, groups: Sequence[Group] = ()) -> Response:
    return visit.page(
        "desk_search.html",
        status=HTTPStatus.OK,
        form=form,
        groups=groups,
        sees_requisites=visit.caller.role in SEES_REQUISITES,
        at_most=GROUP_LIMIT,
        looked_at=search.CLIENTS_LOOKED_AT,
    )


async def _groups(visit: Visit, sought: Sought) -> Sequence[Group]:
    asked = asked_for(visit.caller, sought)
    found = await visit.database.read(*asked.values())
    return [
        Group(kind, rows[:GROUP_LIMIT], len(rows) > GROUP_LIMIT)
        for kind, rows in zip(asked, found, strict=True)
        if rows
    ]


def asked_for(caller: Caller, sought: Sought) -> dict[str, Asked[Any]]:
    """The queries of the groups that a role sees."""
    return {
        kind: found(sought, GROUP_LIMIT + 1)
        for kind, (operation, found) in GROUPS.items()
        if caller.role in roles_of_page(operation)
    }
