"""The sandbox issuer as a process: discovery, keys, the page where one picks, tokens."""

import asyncio
import base64
import binascii
import secrets
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from sandbox.identity.grants import ALGORITHM, CODE_SECONDS, Grant, GrantRefused, Grants
from sandbox.identity.people import PEOPLE_FILE, Person, people
from sandbox.identity.picking import page

MAX_BODY_BYTES = 16 * 1024
CHALLENGE_METHOD = "S256"

_BACKLOG = 128
_GOODBYE_SECONDS = 1


@dataclass(frozen=True)
class IdentityOptions:
    """How the process was asked to run. `url` is its address for browsers, and its name as an
    issuer; `inner_url` is where the site itself reaches it, if elsewhere. `redirect_uri` is the
    only address that codes are sent to.
    """

    host: str
    port: int
    client_id: str
    client_secret: str
    redirect_uri: str
    url: str | None = None
    inner_url: str | None = None
    people_file: Path = PEOPLE_FILE


class Identity:
    """OpenID Connect: the code flow with PKCE, for one client."""

    def __init__(self, options: IdentityOptions, url: str) -> None:
        self._options = options
        self._url = url
        self._inner = options.inner_url or url
        self._people = people(options.people_file)
        self._grants = Grants()

    async def metadata(self, _: Request) -> Response:
        """`GET /.well-known/openid-configuration`."""
        return JSONResponse(
            {
                "issuer": self._url,
                "authorization_endpoint": f"{self._url}/authorize",
                "token_endpoint": f"{self._inner}/token",
                "userinfo_endpoint": f"{self._inner}/userinfo",
                "jwks_uri": f"{self._inner}/jwks",
                "end_session_endpoint": f"{self._url}/logout",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": [ALGORITHM],
                "code_challenge_methods_supported": [CHALLENGE_METHOD],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            }
        )

    async def jwks(self, _: Request) -> Response:
        """`GET /jwks`."""
        return JSONResponse(self._grants.jwks)

    async def show(self, request: Request) -> Response:
        """`GET /authorize`: the people to pick from."""
        wrong = self._wrong(request.query_params)
        if wrong is not None:
            return _refused(wrong)
        return HTMLResponse(page(self._people.values()))

    async def pick(self, request: Request) -> Response:
        """`POST /authorize`: `login`, with the question still in the address."""
        asked = request.query_params
        wrong = self._wrong(asked)
        person = self._people.get((await _form(request)).get("login", ""))
        if wrong is not None or person is None:
            return _refused(wrong or "nobody has this login")
        code = self._grants.give(self._grant(person, asked))
        answer = urlencode({"code": code, "state": asked.get("state", "")})
        return RedirectResponse(f"{asked['redirect_uri']}?{answer}", status_code=303)

    async def token(self, request: Request) -> Response:
        """`POST /token`, with the client's Basic authentication."""
        client_id, form = self._client_in(request), await _form(request)
        if client_id is None:
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        if form.get("grant_type") != "authorization_code":
            return JSONResponse({"error": "unsupported_grant_type"}, status_code=400)
        try:
            tokens = self._grants.exchange(
                form.get("code", ""),
                client_id,
                form.get("redirect_uri", ""),
                form.get("code_verifier", ""),
                self._url,
            )
        except GrantRefused as refused:
            return JSONResponse({"error": str(refused)}, status_code=400)
        return JSONResponse(tokens, headers={"Cache-Control": "no-store"})

    async def userinfo(self, request: Request) -> Response:
        """`GET /userinfo`, with an access token."""
        _, _, access = request.headers.get("authorization", "").partition(" ")
        person = self._grants.person_of(access)
        if person is None:
            return JSONResponse({"error": "invalid_token"}, status_code=401)
        return JSONResponse({**person.claims})

    async def end(self, request: Request) -> Response:
        """`GET /logout` (OpenID Connect RP-Initiated Logout 1.0): leads back to the site that its
        codes are sent to, if the hint is a token of ours for it. No session is kept here to end.
        """
        asked = request.query_params
        hint, back = asked.get("id_token_hint"), asked.get("post_logout_redirect_uri", "")
        if asked.get("client_id", self._options.client_id) != self._options.client_id:
            return _refused("client_id")
        if hint is not None and not self._grants.is_of(hint, self._options.client_id):
            return _refused("id_token_hint")
        if not back.startswith(_site_of(self._options.redirect_uri)):
            return _refused("post_logout_redirect_uri")
        return RedirectResponse(back, status_code=303)

    def _grant(self, person: Person, asked: Mapping[str, str]) -> Grant:
        return Grant(
            person=person,
            client_id=asked["client_id"],
            redirect_uri=asked["redirect_uri"],
            challenge=asked["code_challenge"],
            nonce=asked.get("nonce", ""),
            ends_at=time.time() + CODE_SECONDS,
        )

    def _wrong(self, asked: Mapping[str, str]) -> str | None:
        """What is wrong with a question; None when a person may be picked."""
        rules = (
            ("client_id", self._options.client_id),
            ("redirect_uri", self._options.redirect_uri),
            ("response_type", "code"),
            ("code_challenge_method", CHALLENGE_METHOD),
        )
        wrong = next((name for name, right in rules if asked.get(name) != right), None)
        return wrong or (None if asked.get("code_challenge") else "code_challenge")

    def _client_in(self, request: Request) -> str | None:
        _, _, written = request.headers.get("authorization", "").partition(" ")
        try:
            name, _, secret = base64.b64decode(written, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        right = self._options.client_id, self._options.client_secret
        same = secrets.compare_digest(unquote(secret).encode(), right[1].encode())
        return name if same and unquote(name) == right[0] else None


def build_app(options: IdentityOptions, url: str) -> FastAPI:
    """The application; `url` is its own address."""
    identity, app = Identity(options, url), FastAPI(openapi_url=None)
    for method, path, handler in (
        ("GET", "/.well-known/openid-configuration", identity.metadata),
        ("GET", "/jwks", identity.jwks),
        ("GET", "/authorize", identity.show),
        ("POST", "/authorize", identity.pick),
        ("POST", "/token", identity.token),
        ("GET", "/userinfo", identity.userinfo),
        ("GET", "/logout", identity.end),
    ):
        app.add_api_route(path, handler, methods=[method], response_model=None)
    return app


def serve(options: IdentityOptions) -> None:
    """Listen, say where on stdout, and serve until told to stop."""
    listener = socket.create_server((options.host, options.port), backlog=_BACKLOG)
    host, port = listener.getsockname()[:2]
    url = options.url or f"http://{host}:{port}"
    config = uvicorn.Config(
        build_app(options, url),
        ws="none",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_GOODBYE_SECONDS,
    )
    sys.stdout.write(f"sandbox identity on {url}\n")
    sys.stdout.flush()
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


async def _form(request: Request) -> dict[str, str]:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY_BYTES:
            return {}
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def _site_of(url: str) -> str:
    """The beginning of every address on the site of this one."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def _refused(what: str) -> Response:
    return HTMLResponse(f"<!doctype html><title>400</title><p>{escape(what)}</p>", status_code=400)
