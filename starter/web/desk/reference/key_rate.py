"""The key rate at the desk: what is known, and its import from a file after a preview."""

from collections.abc import Awaitable
from datetime import date
from http import HTTPStatus

from starlette.responses import Response

from db.compensation.key_rate import known_key_rate
from db.facts import load
from domain.compensation.rate_import import MAX_RATE_FILE_BYTES
from starter.access import roles_of
from starter.commands.compensation import rate_import as command
from starter.commands.compensation.rate_import import RatePreview, RatePreviewStale
from starter.commands.refusal import FieldError, Refusal, RefusalKind, invalid
from starter.presentation.compensation.key_rate import differences_shown, key_rate_shown
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

PAGE = "/desk/reference/key-rate"
FILE = "file"
RATES = "rates"
MAX_FORM_BYTES = 4 * MAX_RATE_FILE_BYTES
"""The file's text comes again with the confirmation, where a sign may take three."""
SAID_ON_PAGE = frozenset({RefusalKind.INVALID, RefusalKind.CONFLICT, RefusalKind.TOO_LARGE})

routes = pages()


@routes.get(PAGE)
async def read_key_rate(visit: VisitDep) -> Response:
    """Every rate, the latest first, and the form that brings a file."""
    return await _page(visit)


@routes.post(f"{PAGE}/preview", max_body_size=MAX_FORM_BYTES)
async def preview_key_rate_import(visit: VisitDep) -> Response:
    """What the file would change; nothing is changed yet."""

    async def previewed() -> Response:
        content = visit.form.file
        if content is None:
            raise invalid(FieldError("page_rates_missing", field=FILE))
        seen = await command.preview_key_rate_import(
            visit.services, visit.caller, visit.command_id, content, _covered_until(visit.form)
        )
        return await _page(visit, visit.form, HTTPStatus.OK, seen=seen, content=content)

    return await _answered(visit, previewed())


@routes.post(f"{PAGE}/import", max_body_size=MAX_FORM_BYTES)
async def import_key_rate(visit: VisitDep) -> Response:
    """Makes the changes that were shown; other ones are shown anew."""
    content = visit.form.typed(RATES).replace("\r\n", "\n").encode()

    async def imported() -> Response:
        try:
            await command.import_key_rate(
                visit.services,
                visit.caller,
                visit.command_id,
                content,
                _covered_until(visit.form),
                visit.form.typed("digest"),
            )
        except RatePreviewStale as stale:
            form = visit.form.refused(stale, visit.language)
            return await _page(
                visit, form, HTTPStatus.CONFLICT, seen=stale.preview, content=content
            )
        return visit.see(PAGE)

    return await _answered(visit, imported())


async def _answered(visit: Visit, deed: Awaitable[Response]) -> Response:
    try:
        return await deed
    except Refusal as refusal:
        if refusal.kind not in SAID_ON_PAGE:
            raise
        conflicts = refusal.kind is RefusalKind.CONFLICT
        status = HTTPStatus.CONFLICT if conflicts else HTTPStatus.UNPROCESSABLE_ENTITY
        return await _page(visit, visit.form.refused(refusal, visit.language), status)


async def _page(
    visit: Visit,
    form: Form | None = None,
    status: int = HTTPStatus.OK,
    *,
    seen: RatePreview | None = None,
    content: bytes = b"",
) -> Response:
    shown = key_rate_shown(await load(visit.database, known_key_rate()))
    return visit.page(
        "desk_reference_key_rate.html",
        status=status,
        form=form,
        here=PAGE,
        known=shown,
        rates=shown.rates[::-1],
        seen=seen,
        changes=[] if seen is None else differences_shown(seen.changes),
        content="" if seen is None else content.decode("utf-8-sig"),
        may_import=visit.caller.role in roles_of("import_key_rate"),
    )


def _covered_until(form: Form) -> date:
    try:
        return date.fromisoformat(form.line("covered_until"))
    except ValueError:
        raise invalid(FieldError("page_day_missing", field="covered_until")) from None
