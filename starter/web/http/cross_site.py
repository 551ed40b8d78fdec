"""Forms of other sites are refused: no token to lose, the browser says where a request is from."""

from urllib.parse import urlsplit

from starlette.requests import Request

from starter.commands.refusal import forbidden

SAFE_METHODS = frozenset({"GET", "HEAD"})
OWN_SITES = frozenset({"same-origin", "none"})
"""`Sec-Fetch-Site` of our own pages, and of what a person starts without any page."""


def check_site(request: Request, public_url: str) -> None:
    """Refuses a request that changes something and comes from another site, or from nobody knows
    where: `Sec-Fetch-Site` decides, and where a browser sends none, `Origin`.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None and site in OWN_SITES:
        return
    if site is None and request.headers.get("origin") == origin_of(public_url):
        return
    raise forbidden()


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, as browsers write an origin."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
