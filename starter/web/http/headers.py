"""The headers of every answer of the pages."""

from collections.abc import Mapping
from types import MappingProxyType

from starter.http.headers import COMMON_HEADERS

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
        **COMMON_HEADERS,
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
)
"""Each unless the answer has its own."""
STRICT_TRANSPORT = "max-age=31536000"
"""Seconds in which a browser comes by https only; where the pages are served so."""


def headers_of_pages(*, is_https: bool) -> Mapping[str, str]:
    """`HEADERS`, and `STRICT_TRANSPORT` where the pages are on https."""
    return {**HEADERS, "Strict-Transport-Security": STRICT_TRANSPORT} if is_https else HEADERS
