"""Tokens that an issuer has signed."""

from collections.abc import Iterable, Mapping
from typing import Any

import jwt
from jwt import PyJWK

from starter.http.issuer_keys import IssuerKeys

ISSUER_ALGORITHMS = ("RS256", "ES256")
CLOCK_SKEW_SECONDS = 30
"""How far the issuer's clock may be from ours."""


class IssuedTokens:
    """Reads the tokens of one issuer that are for one audience."""

    def __init__(self, jwks_url: str, issuer: str | None, audience: str | None) -> None:
        self._keys = IssuerKeys(jwks_url)
        self._issuer = issuer
        self._audience = audience

    async def claims(self, token: str) -> Mapping[str, Any]:
        """The claims of a token; the issuer is asked only when no known key has signed it.

        Raises `jwt.PyJWTError` for a token that is not valid, `Refusal` when the issuer cannot be
        asked.
        """
        header = jwt.get_unverified_header(token)
        algorithm, key_id = header.get("alg"), header.get("kid")
        if algorithm not in ISSUER_ALGORITHMS:
            raise jwt.InvalidAlgorithmError("nobody we trust signs like this")
        claims = self._verified(token, algorithm, self._keys.known(key_id))
        if claims is None and await self._keys.looked_again(key_id):
            claims = self._verified(token, algorithm, self._keys.known(key_id))
        if claims is None:
            raise jwt.InvalidKeyError("the issuer has no such key")
        return claims

    def _verified(
        self, token: str, algorithm: str, keys: Iterable[PyJWK]
    ) -> Mapping[str, Any] | None:
        for key in keys:
            if key.algorithm_name != algorithm:
                continue
            try:
                return decoded(token, key, algorithm, issuer=self._issuer, audience=self._audience)
            except jwt.InvalidSignatureError:
                continue
        return None


def decoded(
    token: str,
    key: PyJWK | str,
    algorithm: str,
    *,
    issuer: str | None = None,
    audience: str | None = None,
) -> Mapping[str, Any]:
    """The claims of a token that this key has signed and that has not expired."""
    return jwt.decode(
        token,
        key,
        algorithms=[algorithm],
        issuer=issuer,
        audience=audience,
        leeway=CLOCK_SKEW_SECONDS,
        options={"require": ["exp", "sub"], "verify_aud": audience is not None},
    )
