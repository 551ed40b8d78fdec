"""Templates to pages: words by key, sums and days as people read them, files by their content."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domain.calendar.bank_calendar import moscow_date
from domain.money import VAT_PERCENT, amount_text
from starter.caller import is_letter_login
from texts import (
    Language,
    day,
    deadline,
    hours,
    moment,
    number,
    rubles,
    translate,
    translate_many,
)

WEB = Path(__file__).parents[1]
STATIC = WEB / "static"
VERSION_LENGTH = 12
"""Characters of a digest that tell one release's files from another's."""
BY_MIGRATION = "migration "
"""Begins the author of a row that a migration wrote."""


def _version() -> str:
    """Of all static files together: an address with it never changes what it gives."""
    digest = hashlib.sha256()
    for file in sorted(STATIC.rglob("*")):
        if file.is_file():
            digest.update(file.relative_to(STATIC).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:VERSION_LENGTH]


STATIC_VERSION = _version()
STATIC_URL = f"/static/{STATIC_VERSION}"


def _environment(language: Language) -> Environment:
    """The templates of one language: macros know it by their filters, whatever they are given."""
    made = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # a release's templates do not change
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        rubles=rubles,
        roubles=amount_text,
        percent=VAT_PERCENT.__getitem__,
        number=number,
        hours=hours,
        day=day,
        moscow_day=_moscow_day,
        moscow_date=moscow_date,
        moment=partial(moment, language=language),
        deadline=partial(deadline, language=language),
        mark=mark,
        who=partial(who, language=language),
    )
    made.globals["static"] = lambda name: f"{STATIC_URL}/{name}"
    return made


def who(login: str, language: Language) -> str:
    """A person's login; of whoever came by a letter's link, which has none, how it came; of what a
    migration wrote, that nobody has changed it since the release.
    """
    if login.startswith(BY_MIGRATION):
        return translate("page.by_release", language)
    return translate("page.by_letter", language) if is_letter_login(login) else login


def mark(html: str, key: str) -> str:
    """What tells a part of a page from what it becomes: `key`, of its forms, is no difference."""
    return hashlib.sha256(html.replace(key, "").encode()).hexdigest()[:VERSION_LENGTH]


def _moscow_day(instant: datetime) -> str:
    """The day of an instant where the company is."""
    return day(moscow_date(instant))


_TEMPLATES: Mapping[Language, Environment] = {
    "ru": _environment("ru"),
    "en": _environment("en"),
}


def rendered(template: str, language: Language, context: Mapping[str, Any]) -> str:
    """A template as text; `t(key, …)` in it is the text of a key, `n(key, n)` of a counted one."""

    def text(key: str, /, **params: object) -> str:
        return translate(key, language, **params)

    def counted(key: str, n: int, /, **params: object) -> str:
        return translate_many(key, n, language, **params)

    page = _TEMPLATES[language].get_template(template)
    return page.render(**context, language=language, t=text, n=counted)
