"""Which language a request asks for."""

from typing import get_args

from babel import negotiate_locale
from starlette.requests import Request

from texts import Language

MAX_LANGUAGE_HEADER = 200
"""Characters of Accept-Language that are looked at."""


def language_of(request: Request) -> Language:
    """English when Accept-Language prefers it to Russian; Russian otherwise."""
    header = request.headers.get("accept-language", "")[:MAX_LANGUAGE_HEADER].lower()
    wanted = [one for one in map(_preference, header.split(",")) if one[0] > 0]
    # Of equal qualities the later in the alphabet comes first: Russian before English.
    tags = [tag for _, tag in sorted(wanted, reverse=True)]
    return "en" if negotiate_locale(tags, get_args(Language), sep="-") == "en" else "ru"


def _preference(written: str) -> tuple[float, str]:
    """How much a language is wanted, and its tag; a quality that is no number is none at all."""
    tag, _, parameter = written.strip().partition(";q=")
    try:
        quality = float(parameter or 1)
    except ValueError:
        quality = 0.0
    return quality, tag.strip()
