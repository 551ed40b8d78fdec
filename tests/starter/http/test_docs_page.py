"""The page of the documentation, as a browser without the Internet meets it."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from starter.api.app import documentation
from tests.starter.caller import Api


class Loaded(HTMLParser):
    """Every address that a page makes a browser load."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        wanted = {"link": "href", "script": "src", "img": "src", "iframe": "src"}.get(tag)
        self.addresses += [value for name, value in attrs if name == wanted and value]


async def test_everything_the_page_loads_is_served_by_the_api(api: Api) -> None:
    page = await api.call("GET", "/docs", role=None)
    assert page.status_code == 200
    loaded = Loaded()
    loaded.feed(page.text)
    assert len(loaded.addresses) == 3
    for address in loaded.addresses:
        assert address.startswith("/docs/assets/")
        asset = await api.call("GET", address, role=None)
        assert asset.status_code == 200
        assert asset.headers["x-content-type-options"] == "nosniff"
        assert asset.content
    assert "://" not in re.sub(r"<!--.*?-->", "", page.text, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("name", "media_type", "begins"),
    [
        ("swagger-ui-bundle.js", "text/javascript; charset=utf-8", b"/*! For license"),
        ("swagger-ui.css", "text/css; charset=utf-8", b".swagger-ui"),
        ("favicon.png", "image/png", b"\x89PNG"),
    ],
)
async def test_a_file_has_its_media_type_and_is_asked_for_again_by_its_tag(
    api: Api, name: str, media_type: str, begins: bytes
) -> None:
    asset = await api.call("GET", f"/docs/assets/{name}", role=None)
    assert asset.headers["content-type"] == media_type
    assert asset.headers["cache-control"] == "no-cache"
    assert asset.headers["etag"]
    assert asset.content.startswith(begins)


async def test_the_browser_is_forbidden_to_load_anything_from_elsewhere(api: Api) -> None:
    page = await api.call("GET", "/docs", role=None)
    policy = dict(
        directive.strip().split(" ", 1)
        for directive in page.headers["content-security-policy"].split(";")
    )
    (script,) = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == f"'self' 'sha256-{digest}'"
    assert policy["connect-src"] == "'self'"


async def test_the_page_asks_nobody_to_validate_our_document(api: Api) -> None:
    page = await api.call("GET", "/docs", role=None)
    assert '"validatorUrl": null' in page.text


@pytest.mark.parametrize("path", ["redoc.standalone.js", "../core.py", "%2e%2e/core.py", "none.js"])
async def test_nothing_else_of_the_package_is_served(api: Api, path: str) -> None:
    answer = await api.call("GET", f"/docs/assets/{path}", role=None)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_document_that_the_page_shows_is_the_applications(api: Api) -> None:
    page = await api.call("GET", "/docs", role=None)
    assert "url: '/openapi.json'" in page.text
    document = await api.call("GET", "/openapi.json", role=None)
    assert document.json() == documentation()
    assert document.text.endswith("}\n")
