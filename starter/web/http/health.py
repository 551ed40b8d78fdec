"""Whether this process is alive, for whoever watches it."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATH = "/health/live"


def route() -> Route:
    """The address that a health check asks."""
    return Route(PATH, _answer)


async def _answer(_: Request) -> Response:
    return Response(status_code=HTTPStatus.NO_CONTENT)
