"""What the forms of pages share: texts that must be there, and a page for what was refused."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID

from starlette.responses import Response

from starter.caller import Caller
from starter.commands.refusal import FieldError, Refusal, RefusalKind, invalid
from starter.commands.services import Services
from starter.web.http.forms import Form
from starter.web.http.visit import Visit

SAID_ON_PAGE = frozenset({RefusalKind.INVALID, RefusalKind.CONFLICT, RefusalKind.TOO_OFTEN})
"""Refusals that the page of the form shows."""

CaseT = TypeVar("CaseT", str, UUID)

PageOf = Callable[[Form, int], Awaitable[Response]]
"""The page of a form, with what was typed and what was wrong, under a status."""


async def refused(visit: Visit, refusal: Refusal, here: str, page: PageOf) -> Response:
    """The page as things are now, with the refusal and all that was typed; of an outcome that
    nobody knows, `here`, which shows it.
    """
    if refusal.kind is RefusalKind.UNKNOWN:
        return visit.see(here)
    if refusal.kind not in SAID_ON_PAGE:
        raise refusal
    conflicts = refusal.kind is RefusalKind.CONFLICT
    status = HTTPStatus.CONFLICT if conflicts else HTTPStatus.UNPROCESSABLE_ENTITY
    return await page(visit.form.refused(refusal, visit.language, visit.caller.role), status)


async def done(visit: Visit, deed: Awaitable[object], here: str, page: PageOf) -> Response:
    """Leads to `here` once the deed is done; a refusal is shown on the page as it is now."""
    try:
        await deed
    except Refusal as refusal:
        return await refused(visit, refusal, here, page)
    return visit.see(here)


def needed(form: Form, name: str, code: str = "page_reason_missing") -> str:
    """A text that must be there; raises `Refusal` beside its field."""
    text = form.note(name)
    if not text:
        raise invalid(FieldError(code, field=name))
    return text


async def with_reason(
    visit: Visit,
    command: Callable[[Services, Caller, UUID, CaseT, str], Awaitable[object]],
    case_id: CaseT,
    name: str,
) -> None:
    """A command to a case that needs no more than a reason, from the field of this name."""
    reason = needed(visit.form, name)
    await command(visit.services, visit.caller, visit.command_id, case_id, reason)


@contextmanager
def beside(names: Mapping[str, str]) -> Iterator[None]:
    """What a command says of its own fields stands beside those of the form: of `names`, pointer
    to name.
    """
    try:
        yield
    except Refusal as refusal:
        refusal.fields = tuple(_beside(one, names) for one in refusal.fields)
        raise


def _beside(error: FieldError, names: Mapping[str, str]) -> FieldError:
    name = names.get(error.pointer or "")
    return error if name is None else replace(error, pointer=None, field=name)
