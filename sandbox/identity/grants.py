"""Codes that were given and wait to be exchanged, and the tokens that they become."""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from sandbox.identity.people import Person

KEY_BITS = 2048
ALGORITHM = "RS256"
CODE_SECONDS = 60.0
MAX_CODES = 1000
"""Codes that wait at once; the oldest is forgotten first."""
TOKEN_SECONDS = 300
CODE_BYTES = 24


@dataclass(frozen=True)
class Grant:
    """What a code stands for; it is exchanged once."""

    person: Person
    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str
    ends_at: float


class GrantRefused(Exception):  # noqa: N818  the RFC's word is an error code
    """A code is not exchanged; the text is an error code of RFC 6749."""


class Grants:
    """The issuer's memory and its key; both are new with each start."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
        self._key_id = secrets.token_hex(8)
        self._codes: dict[str, Grant] = {}
        self._access: dict[str, Person] = {}

    @property
    def jwks(self) -> dict[str, Any]:
        """The public key as RFC 7517 has it."""
        public = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": self._key_id, "use": "sig", "alg": ALGORITHM}]}

    def give(self, grant: Grant) -> str:
        """A code for a person who was picked."""
        if len(self._codes) >= MAX_CODES:
            del self._codes[next(iter(self._codes))]
        code = secrets.token_urlsafe(CODE_BYTES)
        self._codes[code] = grant
        return code

    def exchange(
        self, code: str, client_id: str, redirect_uri: str, verifier: str, issuer: str
    ) -> dict[str, Any]:
        """The tokens of a code; raises `GrantRefused` for one that is used, late, somebody else's,
        or whose verifier is wrong (RFC 7636).
        """
        grant = self._codes.pop(code, None)
        if grant is None or grant.ends_at < time.time():
            raise GrantRefused("invalid_grant")
        if (grant.client_id, grant.redirect_uri) != (client_id, redirect_uri):
            raise GrantRefused("invalid_grant")
        if challenge_of(verifier) != grant.challenge:
            raise GrantRefused("invalid_grant")
        access = secrets.token_urlsafe(CODE_BYTES)
        self._access[access] = grant.person
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "id_token": self._id_token(grant, issuer),
        }

    def person_of(self, access_token: str) -> Person | None:
        """Whose access token it is."""
        return self._access.get(access_token)

    def is_of(self, id_token: str, client_id: str) -> bool:
        """Whether it is a token of ours for a client; one that has expired is still a hint."""
        try:
            jwt.decode(
                id_token,
                self._key.public_key(),
                algorithms=[ALGORITHM],
                audience=client_id,
                options={"verify_exp": False},
            )
        except jwt.PyJWTError:
            return False
        return True

    def _id_token(self, grant: Grant, issuer: str) -> str:
        now = int(time.time())
        claims = {
            "iss": issuer,
            "aud": grant.client_id,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "nonce": grant.nonce,
            **grant.person.claims,
        }
        return jwt.encode(claims, self._key, ALGORITHM, headers={"kid": self._key_id})


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
