"""An OpenID issuer as a relying party knows it: its addresses, and the tokens it gives."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import httpx2
import jwt
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client

from environment import SettingMissing
from settings import Settings
from starter.commands.refusal import unavailable
from starter.http.issued_tokens import IssuedTokens

METADATA_PATH = "/.well-known/openid-configuration"
METADATA_SECONDS = 3600.0
"""How long what the issuer says of itself is used without asking again."""
TIMEOUT_SECONDS = 5.0
MAX_METADATA_BYTES = 64 * 1024
SCOPE = "openid email profile"
AWAY = (httpx2.HTTPError, TimeoutError, ValueError)
"""What comes of an issuer that is away, slow, or says something else."""


class LoginRefused(Exception):  # noqa: N818  the name says what is the matter
    """The issuer's answer does not log anybody in."""


@dataclass(frozen=True)
class Metadata:
    """What the issuer says of itself (OpenID Connect Discovery 1.0)."""

    authorization_endpoint: str
    token_endpoint: str
    end_session_endpoint: str | None
    tokens: IssuedTokens
    read_at: float


@dataclass(frozen=True)
class Identified:
    """A person whom the issuer has identified; `id_token` is kept to log out there."""

    claims: Mapping[str, Any]
    id_token: str = field(repr=False)


class Issuer:
    """One issuer, by discovery; code with PKCE (RFC 7636), state and nonce."""

    def __init__(self, url: str, metadata_url: str, client_id: str, secret: str) -> None:
        self._url = url
        self._metadata_url = metadata_url
        self._client_id = client_id
        self._secret = secret
        self._metadata: Metadata | None = None

    async def address(self, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Where a browser is sent to log in."""
        metadata = await self._known()
        async with self._client(redirect_uri) as client:
            address, _ = client.create_authorization_url(
                metadata.authorization_endpoint, state=state, nonce=nonce, code_verifier=verifier
            )
        return str(address)

    async def identified(
        self, redirect_uri: str, code: str, nonce: str, verifier: str
    ) -> Identified:
        """The person whom the issuer's code is for.

        Raises `LoginRefused` for a code or a token that is not right, `Refusal` (unavailable) when
        the issuer does not answer.
        """
        metadata = await self._known()
        try:
            async with self._client(redirect_uri) as client:
                token = await client.fetch_token(
                    metadata.token_endpoint, code=code, code_verifier=verifier
                )
        except AuthlibBaseError as error:
            raise LoginRefused(str(error)) from None
        except AWAY:
            raise unavailable("identity_unavailable") from None
        id_token = token.get("id_token", "")
        return Identified(await self._checked(metadata, id_token, nonce), id_token)

    async def logout_address(self, id_token: str | None, back: str) -> str | None:
        """Where a browser is sent to log out at the issuer too (OpenID Connect RP-Initiated Logout
        1.0), to come back to `back`; None for an issuer that has no such page.

        Raises `Refusal` (unavailable) when the issuer does not answer.
        """
        metadata = await self._known()
        if metadata.end_session_endpoint is None:
            return None
        said = {"client_id": self._client_id, "post_logout_redirect_uri": back}
        if id_token is not None:
            said["id_token_hint"] = id_token
        return str(httpx2.URL(metadata.end_session_endpoint).copy_merge_params(said))

    async def _checked(self, metadata: Metadata, id_token: str, nonce: str) -> Mapping[str, Any]:
        try:
            claims = await metadata.tokens.claims(id_token)
        except jwt.PyJWTError as error:
            raise LoginRefused(type(error).__name__) from None
        if claims.get("nonce") != nonce:
            raise LoginRefused("the nonce is another log-in's")
        return claims

    def _client(self, redirect_uri: str) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            client_id=self._client_id,
            client_secret=self._secret,
            redirect_uri=redirect_uri,
            scope=SCOPE,
            code_challenge_method="S256",
            timeout=TIMEOUT_SECONDS,
        )

    async def _known(self) -> Metadata:
        known = self._metadata
        if known is None or time.monotonic() - known.read_at > METADATA_SECONDS:
            known = self._metadata = await self._asked()
        return known

    async def _asked(self) -> Metadata:
        try:
            async with httpx2.AsyncClient(timeout=TIMEOUT_SECONDS) as http:
                answer = await http.get(self._metadata_url)
            said = answer.json() if len(answer.content) <= MAX_METADATA_BYTES else None
        except AWAY:
            raise unavailable("identity_unavailable") from None
        if answer.status_code != HTTPStatus.OK or not isinstance(said, dict):
            raise unavailable("identity_unavailable")
        if str(said.get("issuer", "")).rstrip("/") != self._url:
            raise unavailable("identity_unavailable")  # RFC 8414: another issuer's metadata
        try:
            tokens = IssuedTokens(said["jwks_uri"], said["issuer"], self._client_id)
            ends = said["authorization_endpoint"], said["token_endpoint"]
            leaving = said.get("end_session_endpoint")
        except KeyError:
            raise unavailable("identity_unavailable") from None
        return Metadata(*ends, _web_address(leaving), tokens, time.monotonic())


def _web_address(said: object) -> str | None:
    """An address of the issuer's metadata that a browser may be led to; None for anything else."""
    return said if isinstance(said, str) and said.startswith(("https://", "http://")) else None


def issuer_of(settings: Settings) -> Issuer | None:
    """The issuer that the settings name; None where people come by letter only.

    Raises `SettingMissing` for an issuer without its client.
    """
    if settings.login_issuer is None:
        return None
    if not settings.login_client_id or not settings.login_client_secret:
        raise SettingMissing(
            "KOPEYKA_LOGIN_CLIENT_ID and KOPEYKA_LOGIN_CLIENT_SECRET are not set: the issuer knows"
            " the pages by them"
        )
    metadata_url = settings.login_metadata_url or settings.login_issuer + METADATA_PATH
    return Issuer(
        settings.login_issuer, metadata_url, settings.login_client_id, settings.login_client_secret
    )
