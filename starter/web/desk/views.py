"""Saved views: a person's own filters of the desk's lists, in the list's head and all together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from fastapi import Path
from starlette.responses import Response

from db.access import saved_view
from db.access.saved_view import SavedView
from starter.access import roles_of_page
from starter.commands.access import saved_view as command
from starter.commands.refusal import FieldError, Refusal, invalid, not_found
from starter.web.desk.saved import Saved
from starter.web.http.deed import needed, refused
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

VIEWS = "/desk/views"
MAX_NAME_LENGTH = 60
MAX_QUERY_LENGTH = 1_000
LISTS: Final[Mapping[str, tuple[str, str]]] = {
    "/desk/refunds": ("show_refund_queue", "page.desk.queue"),
    "/desk/renewals": ("show_renewal_queue", "page.desk.queue.renewals"),
    "/desk/tickets": ("list_ticket_queue", "page.desk.tickets"),
    "/desk/entries": ("list_bank_entries", "page.desk.entries"),
}
"""The lists whose filters can be kept: the operation whose roles have it, the key of its title."""

routes = pages()


@dataclass(frozen=True)
class Views:
    """In a list's head: the caller's filters of the list, and the filter that is shown now."""

    path: str
    query: str
    kept: Sequence[SavedView]

    @property
    def current(self) -> SavedView | None:
        """The kept filter that is shown now."""
        return next((one for one in self.kept if one.query == self.query), None)


async def views_of(visit: Visit, saved: Saved) -> Views:
    """What the head of a list shows."""
    caller = visit.caller
    rows = await visit.database.rows(saved_view.of_person(caller.login, caller.role, saved.path))
    return Views(saved.path, saved.query, rows)


@routes.get(VIEWS)
async def list_views(visit: VisitDep) -> Response:
    """All filters that the caller keeps."""
    return await _page(visit)


@routes.post(VIEWS)
async def save_view(visit: VisitDep) -> Response:
    """Keeps the filter of a list under a name, and leads back to the list."""

    async def page(form: Form, status: int) -> Response:
        return await _page(visit, form, status)

    try:
        path, query = _address(visit)
        name = needed(visit.form, "name", "page_name_missing")
        if len(name) > MAX_NAME_LENGTH:
            params = {"n": MAX_NAME_LENGTH}
            raise invalid(FieldError("view_name_too_long", field="name", params=params))
        await command.save_view(visit.services, visit.caller, visit.command_id, path, name, query)
    except Refusal as refusal:
        return await refused(visit, refusal, VIEWS, page)
    return visit.see(f"{path}?{query}")


@routes.post(f"{VIEWS}/{{view_id}}/deletion")
async def delete_view(visit: VisitDep, view_id: Annotated[UUID, Path()]) -> Response:
    """Deletes a filter of the caller's own, and leads to all that are left."""
    await command.delete_view(visit.services, visit.caller, visit.command_id, view_id)
    return visit.see(VIEWS)


def _address(visit: Visit) -> tuple[str, str]:
    """The list and its query that a form names; raises `Refusal` for a list that is none of the
    caller's. The query is written anew: nothing but parameters comes back.
    """
    path = visit.form.typed("list")
    if path not in LISTS or visit.caller.role not in roles_of_page(LISTS[path][0]):
        raise not_found()
    query = urlencode(parse_qsl(visit.form.line("query")))
    if len(query) > MAX_QUERY_LENGTH:
        raise invalid(FieldError("view_query_too_long", field="query"))
    return path, query


async def _page(visit: Visit, form: Form | None = None, status: int = HTTPStatus.OK) -> Response:
    caller = visit.caller
    rows = await visit.database.rows(saved_view.of_person(caller.login, caller.role))
    return visit.page(
        "desk_views.html",
        status=status,
        form=form,
        here=VIEWS,
        kept=[one for one in rows if one.list in LISTS],
        lists=LISTS,
        at_most=saved_view.MAX_VIEWS,
    )
