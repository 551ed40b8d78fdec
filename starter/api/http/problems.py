"""Every refusal as an RFC 9457 problem, in the caller's language.

Commands and reads raise `Refusal`, which knows no HTTP; `Problem` is what is wrong with a request.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from db.database import DatabaseUnavailable
from domain.access.roles import Role
from starter.api.http.links import link_to
from starter.caller import Caller
from starter.commands.refusal import FieldError, Refusal, RefusalKind, invalid, unavailable
from starter.http.language import language_of
from starter.http.refusal_text import refusal_text
from starter.http.statuses import STATUSES
from texts import Language

NEWLINE = b"\n"
MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:kopeyka:problem:"
RETRY_AFTER_SECONDS = 5
"""When a caller may repeat what failed because something of ours was away."""
MAX_FIELD_ERRORS = 100
"""Wrong fields that one answer names."""

INTERNAL = "internal"

_RENAMED: Final[Mapping[int, str]] = MappingProxyType(
    {413: "Content Too Large", 422: "Unprocessable Content"}
)
"""Python called these by their older names before 3.13."""

OWN_ERROR = "kopeyka:"
"""Begins the type of a pydantic error that names one of our codes."""

_STATUS_CODES = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "body_too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "media_type_unsupported",
}
"""Codes of what the framework itself refuses; anything else it refuses is a malformed request."""

_FIELD_CODES = {
    "missing": "field_missing",
    "extra_forbidden": "field_unknown",
    "string_too_long": "field_too_long",
    "too_long": "field_too_long",
    "string_too_short": "field_too_short",
    "too_short": "field_too_short",
}
"""Pydantic's words for a wrong field as codes of ours; the rest is `field_malformed`."""

log = structlog.get_logger()


class Problem(Exception):  # noqa: N818  the RFC's word
    """An error answer. `code` names the text `error.<code>`, whose parameters are `params`.

    `extra` members are added to the answer unchanged (such as the id of the conflicting case).
    """

    def __init__(
        self,
        code: str,
        http_status: int,
        /,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
        **params: Any,
    ) -> None:
        super().__init__(code, http_status)
        self.code = code
        self.http_status = http_status
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})
        self.params = params


class FieldErrorBody(BaseModel):
    """One wrong field."""

    model_config = ConfigDict(title="FieldError")

    code: str = Field(examples=["amount_too_precise"])
    detail: str
    pointer: str | None = Field(None, description="JSON Pointer into the body.")
    field: str | None = Field(None, description="A query or path parameter, or a header.")


class ProblemBody(BaseModel):
    """An RFC 9457 problem."""

    model_config = ConfigDict(title="Problem", extra="allow")

    type: str = Field(examples=["urn:kopeyka:problem:not_found"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(description="For people: Russian, or English on `Accept-Language: en`.")
    code: str = Field(description="Stable; for programs.", examples=["not_found"])
    instance: str
    errors: list[FieldErrorBody] = Field(default_factory=list)


def phrase_of(status: int) -> str:
    """The status's name in RFC 9110, independent of the Python version."""
    return _RENAMED.get(status) or HTTPStatus(status).phrase


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route for these error statuses."""
    return {
        status: {
            "description": phrase_of(status),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


UNKNOWN = documented(HTTPStatus.ACCEPTED)
"""The answer of a command whose outcome is not known yet."""


def response_to(request: Request, error: Exception) -> Response:
    """The response to any exception that a request can raise."""
    problem = problem_of(error)
    if problem.code == INTERNAL:
        log.error("api.failed", method=request.method, path=request.url.path, exc_info=error)
    response = JSONResponse(
        _document(request, problem),
        problem.http_status,
        {**problem.headers, "Content-Language": language_of(request)},
        MEDIA_TYPE,
    )
    return ended(response)


def ended(response: Response) -> Response:
    """A response whose JSON ends in a newline, for terminals."""
    is_json = "json" in response.headers.get("content-type", "")
    body = bytes(getattr(response, "body", b""))
    if is_json and body and not body.endswith(NEWLINE):
        response.body = body + NEWLINE
        response.headers["Content-Length"] = str(len(response.body))
    return response


def problem_of(error: Exception) -> Problem:
    """The problem for any exception that a request can raise."""
    match error:
        case Problem():
            return error
        case Refusal():
            return _problem_of_refusal(error)
        case RequestValidationError():
            found = [_field_error(one) for one in error.errors()[:MAX_FIELD_ERRORS]]
            return _problem_of_refusal(invalid(*found))
        case DatabaseUnavailable():
            return _problem_of_refusal(unavailable("database_unavailable"))
        case HTTPException():
            code = _STATUS_CODES.get(HTTPStatus(error.status_code), "request_malformed")
            return Problem(code, error.status_code, headers=error.headers)
        case _:
            return Problem(INTERNAL, HTTPStatus.INTERNAL_SERVER_ERROR)


def _problem_of_refusal(refusal: Refusal) -> Problem:
    headers = {}
    if refusal.look_at is not None:
        headers["Location"] = link_to(refusal.look_at)
    if refusal.kind is RefusalKind.UNAVAILABLE:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return Problem(
        refusal.code,
        STATUSES[refusal.kind],
        errors=refusal.fields,
        headers=headers,
        extra=refusal.details,
        **refusal.params,
    )


def _document(request: Request, problem: Problem) -> dict[str, Any]:
    language = language_of(request)
    document = {
        "type": TYPE_PREFIX + problem.code,
        "title": phrase_of(problem.http_status),
        "status": problem.http_status,
        "detail": refusal_text(problem.code, problem.params, language, _role_of(request)),
        "code": problem.code,
        "instance": request.url.path,
        **problem.extra,
    }
    if problem.errors:
        document["errors"] = [_field_document(error, language) for error in problem.errors]
    return document


def _role_of(request: Request) -> Role:
    """The caller's, once it is known."""
    caller: Caller | None = getattr(request.state, "caller", None)
    return Role.CLIENT if caller is None else caller.role


def _field_document(error: FieldError, language: Language) -> dict[str, str]:
    where = {"pointer": error.pointer, "field": error.field}
    named = {name: value for name, value in where.items() if value is not None}
    return {
        "code": error.code,
        "detail": refusal_text(error.code, error.params or {}, language),
        **named,
    }


def _field_error(error: Mapping[str, Any]) -> FieldError:
    """An error of pydantic as a field error; our own validators put the code in the type."""
    kind: str = error["type"]
    code = _FIELD_CODES.get(kind, "field_malformed")
    if kind.startswith(OWN_ERROR):
        code = kind.removeprefix(OWN_ERROR)
    place, *path = error["loc"]
    if place == "body":
        return FieldError(code, pointer="".join(f"/{_escaped(part)}" for part in path))
    return FieldError(code, field=str(path[0]) if path else str(place))


def _escaped(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")
