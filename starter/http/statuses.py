"""The HTTP status of each kind of refusal."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from starter.commands.refusal import RefusalKind

STATUSES: Final[Mapping[RefusalKind, HTTPStatus]] = MappingProxyType(
    {
        RefusalKind.FORBIDDEN: HTTPStatus.FORBIDDEN,
        RefusalKind.NOT_FOUND: HTTPStatus.NOT_FOUND,
        RefusalKind.CONFLICT: HTTPStatus.CONFLICT,
        RefusalKind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
        RefusalKind.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        RefusalKind.TOO_OFTEN: HTTPStatus.TOO_MANY_REQUESTS,
        RefusalKind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
        RefusalKind.UNKNOWN: HTTPStatus.ACCEPTED,
    }
)
"""The status of each kind of refusal; 202 says that nobody knows yet."""
