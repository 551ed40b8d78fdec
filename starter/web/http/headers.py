"""The headers of every answer, and what an unforeseen error is answered."""

from collections.abc import Mapping
from types import MappingProxyType

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY_HEADER = "Content-Security-Policy"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Only files of ours, no script in a page's own text, no form that leads elsewhere."""
WITH_PAPER = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
"""Of a page that shows a paper of ours in a frame."""
PAPER = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
"""Of such a paper: it runs and loads nothing, and pages of this site alone may frame it."""
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        POLICY_HEADER: CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
)
"""Each unless the answer has its own."""
STRICT_TRANSPORT = "max-age=31536000"
"""Seconds in which a browser comes by https only; where the pages are served so."""


class SecurityHeaders:
    """Adds `HEADERS` to every answer, and `STRICT_TRANSPORT` where the pages are on https."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self._app = app
        self._headers = dict(HEADERS)
        if is_https:
            self._headers["Strict-Transport-Security"] = STRICT_TRANSPORT

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, secured)
