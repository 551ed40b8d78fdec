"""Authentication: JWTs of an issuer, or of the development key outside production."""

from collections.abc import Mapping
from typing import Any

import jwt
import structlog

from domain.access.roles import Role
from environment import SettingMissing
from settings import Settings
from starter.api.http.problems import Problem
from starter.caller import DEVELOPMENT_ALGORITHM, Caller, caller_of, development_token
from starter.http.issued_tokens import IssuedTokens, decoded

__all__ = ["Authentication", "Caller", "development_token"]

MAX_TOKEN_LENGTH = 8192

log = structlog.get_logger()


class Authentication:
    """Identifies the caller behind a bearer token. Raises `SettingMissing` when nothing is
    configured for it.
    """

    def __init__(self, settings: Settings) -> None:
        _require_whole(settings)
        self._development_key = None if settings.production else settings.development_key
        self._issued = (
            IssuedTokens(settings.jwt_jwks_url, settings.jwt_issuer, settings.jwt_audience)
            if settings.jwt_jwks_url
            else None
        )

    async def caller(self, authorization: str | None) -> Caller:
        """The caller of an Authorization header; raises `Problem` 401 for anything invalid."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not 0 < len(token) <= MAX_TOKEN_LENGTH:
            raise _unauthenticated()
        try:
            return _caller_in(await self._claims(token.strip()))
        except (jwt.PyJWTError, ValueError) as error:
            log.info("api.token_refused", error=type(error).__name__)
            raise _unauthenticated() from None

    async def _claims(self, token: str) -> Mapping[str, Any]:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm == DEVELOPMENT_ALGORITHM and self._development_key is not None:
            return decoded(token, self._development_key, DEVELOPMENT_ALGORITHM)
        if self._issued is not None:
            return await self._issued.claims(token)
        raise jwt.InvalidAlgorithmError("nobody we trust signs like this")


def _require_whole(settings: Settings) -> None:
    """Requires all settings of an issuer or none: without issuer and audience any token of its keys
    would be accepted.
    """
    issuer = {
        "KOPEYKA_JWT_JWKS_URL": settings.jwt_jwks_url,
        "KOPEYKA_JWT_ISSUER": settings.jwt_issuer,
        "KOPEYKA_JWT_AUDIENCE": settings.jwt_audience,
    }
    missing = [name for name, value in issuer.items() if not value]
    if missing and (len(missing) < len(issuer) or settings.development_key is None):
        raise SettingMissing(f"{missing[0]} is not set: tokens are told by it")


def _caller_in(claims: Mapping[str, Any]) -> Caller:
    """The caller in the claims; raises ValueError for claims that identify nobody."""
    return caller_of(claims["sub"], Role(str(claims.get("role"))), claims.get("client_id"))


def _unauthenticated() -> Problem:
    return Problem("unauthenticated", 401, headers={"WWW-Authenticate": "Bearer"})
