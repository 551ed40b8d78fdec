"""A form is carried out once: a double click, Back and a retry are the same command."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from db import idempotency
from starter.http.idempotency import command_id, fingerprint
from starter.web.http.errors import form_sent
from starter.web.http.visit import Visit

LOCATION = "location"


async def once(visit: Visit, deed: Callable[[Request], Awaitable[Response]]) -> Response:
    """Carries a form out, or leads where the same form led before.

    A form that led nowhere leaves its key free: it may be corrected and sent again. One whose key
    has carried another content may be sent as a new one.
    """
    request, database = visit.request, visit.database
    caller, key = visit.caller, visit.form.key
    mark = fingerprint(request, visit.form.content)
    row = await idempotency.reserve(database, caller.name, key, mark)
    if row is not None:
        answer = idempotency.answer_in(row)
        if row.fingerprint != mark:
            return form_sent(visit, None if answer is None else answer.headers[LOCATION])
        if answer is not None:
            return Response(answer.text, answer.status_code, dict(answer.headers))
    request.state.visit = replace(visit, command=command_id(caller, key, mark))
    response = await _tried(visit, deed)
    if response.status_code != HTTPStatus.SEE_OTHER:
        await idempotency.release(database, caller.name, key)
        return response
    await idempotency.store(
        database,
        caller.name,
        key,
        response.status_code,
        {LOCATION: response.headers[LOCATION]},
        "",
    )
    return response


async def _tried(visit: Visit, deed: Callable[[Request], Awaitable[Response]]) -> Response:
    try:
        return await deed(visit.request)
    except Exception:
        await idempotency.release(visit.database, visit.caller.name, visit.form.key)
        raise
