"""What happens before every handler: authentication, access, limits of the body, idempotency."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Security
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer

from db.database import Database
from settings import Settings
from starter.access import BY_NETWORK, PUBLIC, roles_of
from starter.api.http.auth import Caller
from starter.api.http.client_ip import check_acquirer
from starter.api.http.idempotency import (
    HEADER,
    KEY_PATTERN,
    MAX_KEY_LENGTH,
    Reservation,
    key_of,
)
from starter.api.http.limits import (
    MAX_BODY_BYTES,
    check_address,
    check_json,
    check_parameters,
    limited,
)
from starter.api.http.problems import documented, ended, response_to
from starter.commands.cases import Cases
from starter.commands.refusal import forbidden
from starter.commands.services import Services
from starter.http.idempotency import command_id, fingerprint
from starter.http.language import language_of
from starter.http.multipart import is_multipart, said_by, uploads_of
from texts import Language

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

READS = frozenset({"GET"})
STREAMED = frozenset({"upload_bank_statement"})
"""Commands whose body is never held whole; they recognise a repeat by the body's own digest."""
PUBLIC_ERRORS = (422, 500, 503)
NETWORK_ERRORS = (403, 413, 500, 503)
READ_ERRORS = (401, 403, 404, 422, 500, 503)
COMMAND_ERRORS = (400, 401, 403, 404, 409, 413, 415, 422, 500, 503)

bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="A token of the issuer.")


class Route(APIRoute):
    """A route that the access table lists; any other raises `AccessUndecided`.

    A GET reads; every other method is a command, needs an Idempotency-Key unless idempotency.py
    gives a reason why not, and may run twice.

    `max_body_size` (bytes) is for routes whose body may be larger than others. A `STREAMED` route
    reads its body piece by piece and needs no Idempotency-Key.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        operation = options["operation_id"] = options.get("operation_id") or endpoint.__name__
        self._max_body_bytes = options.pop("max_body_size", None) or MAX_BODY_BYTES
        self._streams_body = operation in STREAMED
        self._is_public = operation in PUBLIC
        self._is_by_network = operation in BY_NETWORK
        self._roles = roles_of(operation)
        self._is_command = not READS.issuperset(options["methods"])
        options["responses"] = {**self._errors(), **(options.get("responses") or {})}
        super().__init__(path, endpoint, **options)

    def _errors(self) -> dict[int | str, dict[str, Any]]:
        if self._is_public:
            return documented(*PUBLIC_ERRORS)
        if self._is_by_network:
            return documented(*NETWORK_ERRORS)
        return documented(*(COMMAND_ERRORS if self._is_command else READ_ERRORS))

    def get_route_handler(self) -> Handler:
        """FastAPI's own handler after our checks."""
        deed = super().get_route_handler()
        parameters = _query_parameters(self.dependant)

        async def answered(request: Request) -> Response:
            check_address(request)
            if self._is_by_network:
                check_acquirer(request)
                return await deed(limited(request, self._max_body_bytes))
            if self._is_public:
                check_parameters(request, parameters)
                return await deed(request)
            request.state.caller = await self._admitted(request)
            check_parameters(request, parameters)
            if not self._is_command:
                return await deed(request)
            request = limited(request, self._max_body_bytes)
            return await (deed(request) if self._streams_body else self._once(request, deed))

        async def handle(request: Request) -> Response:
            return ended(await answered(request))

        return handle

    async def _admitted(self, request: Request) -> Caller:
        caller: Caller = await request.app.state.authentication.caller(
            request.headers.get("authorization")
        )
        if caller.role not in self._roles:
            raise forbidden()
        return caller

    async def _once(self, request: Request, deed: Handler) -> Response:
        """Runs a command, or returns the answer it got before."""
        caller: Caller = request.state.caller
        key = key_of(request)
        if self.body_field is not None:
            await check_json(request)
        reservation = Reservation(request.app.state.services.database, caller, key)
        mark = fingerprint(request, await _said(request))
        earlier = await reservation.earlier(mark)
        if earlier is not None:
            return earlier
        request.state.command_id = command_id(caller, key, mark)
        try:
            response = await deed(request)
        except RequestValidationError:
            await reservation.release()
            raise
        except (
            Exception
        ) as error:  # every outcome is an answer, to be kept or to leave the key open
            response = response_to(request, error)
        return await reservation.settle(response)


async def _said(request: Request) -> bytes:
    """What a request says: its body, or the files in it."""
    if is_multipart(request):
        return said_by(await uploads_of(request))
    return await request.body()


def _query_parameters(dependant: Dependant) -> frozenset[str]:
    """The names of all query parameters of an operation and its dependencies."""
    own = (field.alias for field in dependant.query_params)
    others = (name for one in dependant.dependencies for name in _query_parameters(one))
    return frozenset((*own, *others))


def router(tag: str) -> APIRouter:
    """A router of our routes; the handler's name is the operation's id."""
    return APIRouter(route_class=Route, tags=[tag])


async def _caller(request: Request, _: Annotated[Any, Security(bearer)] = None) -> Caller:
    return cast("Caller", request.state.caller)


async def _command_id(
    request: Request,
    _: Annotated[
        str,
        Header(
            alias=HEADER,
            pattern=KEY_PATTERN,
            max_length=MAX_KEY_LENGTH,
            description="The caller's choice, new for each command; a repeat gets the same answer.",
            examples=["5f1c2a9e-8a34-4c36-b0f4-8f9be1a6a6d1"],
        ),
    ],
) -> UUID:
    return cast("UUID", request.state.command_id)


# Coroutines, all of them: FastAPI calls a plain function in another thread, each time.
async def _database(request: Request) -> Database:
    return cast("Database", request.app.state.services.database)


async def _cases(request: Request) -> Cases:
    return cast("Cases", request.app.state.services.cases)


async def _settings(request: Request) -> Settings:
    return cast("Settings", request.app.state.services.settings)


async def _services(request: Request) -> Services:
    return cast("Services", request.app.state.services)


async def _language(request: Request) -> Language:
    return language_of(request)


CurrentCaller = Annotated[Caller, Depends(_caller)]
"""Who calls; every handler takes it."""
CommandId = Annotated[UUID, Depends(_command_id)]
"""The command's id; every handler of a command takes it and makes its rows' ids of it by uuid5."""
ServicesDep = Annotated[Services, Depends(_services)]
"""What a command works with."""
DatabaseDep = Annotated[Database, Depends(_database)]
"""The database."""
TemporalDep = Annotated[Cases, Depends(_cases)]
"""The cases in Temporal."""
SettingsDep = Annotated[Settings, Depends(_settings)]
"""The settings."""
LanguageDep = Annotated[Language, Depends(_language)]
"""The caller's language."""
