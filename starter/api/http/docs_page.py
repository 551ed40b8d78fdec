"""The documentation page: Swagger UI served from a locked package, without the Internet."""

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.requests import Request
from starlette.routing import Route

from starter.api.http.problems import ended

OPENAPI = "/openapi.json"
DOCS = "/docs"
ASSETS = f"{DOCS}/assets"
FILES: Mapping[str, str] = MappingProxyType(
    {
        "swagger-ui-bundle.js": "text/javascript",
        "swagger-ui.css": "text/css",
        "favicon.png": "image/png",
    }
)
"""What the page loads, by media type; the package's other files are not served."""
STATIC = Path(fastapi_offline.__file__).parent / "static"

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def add_docs_page(app: FastAPI) -> None:
    """Adds the OpenAPI document, the page that shows it, and the page's files to the
    application.
    """
    page = _page(app.title)

    async def show(_: Request) -> Response:
        return page

    async def document(_: Request) -> Response:
        return ended(JSONResponse(app.openapi()))

    app.router.routes.append(Route(OPENAPI, document))
    app.router.routes.append(Route(DOCS, show))
    for name, media_type in FILES.items():
        app.router.routes.append(Route(f"{ASSETS}/{name}", _file(name, media_type)))


def _page(title: str) -> HTMLResponse:
    page = get_swagger_ui_html(
        openapi_url=OPENAPI,
        title=title,
        swagger_js_url=f"{ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{ASSETS}/swagger-ui.css",
        swagger_favicon_url=f"{ASSETS}/favicon.png",
        # Else it would send the address of the document to Swagger's own validator.
        swagger_ui_parameters={"validatorUrl": None},
    )
    page.headers["Content-Security-Policy"] = _policy(bytes(page.body).decode())
    page.headers["Cache-Control"] = "no-cache"
    page.headers["X-Content-Type-Options"] = "nosniff"
    return page


def _policy(html: str) -> str:
    """The Content-Security-Policy: only files that we serve, only the page's own scripts."""
    digests = (hashlib.sha256(script.encode()) for script in _INLINE_SCRIPT.findall(html))
    hashes = " ".join(f"'sha256-{base64.b64encode(it.digest()).decode()}'" for it in digests)
    return (
        f"default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


def _file(name: str, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    async def show(_: Request) -> Response:
        return FileResponse(
            STATIC / name,
            media_type=media_type,
            headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"},
        )

    return show
