"""The catalogues of texts in memory: one text per stable key and language."""

import gettext
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias

from texts.compiled import compiled

Language: TypeAlias = Literal["ru", "en"]


def translate(key: str, /, language: Language = "ru", **params: object) -> str:
    """The text of a key with its parameters filled in; unused parameters are ignored.

    Sums and dates are given as text (`rubles`, `day`, `moment`). An unknown key and a missing
    parameter raise KeyError: an incomplete text is never returned.
    """
    return filled(template(key, language), params)


def translate_many(key: str, n: int, /, language: Language = "ru", **params: object) -> str:
    """The text of a counted thing in the grammatical form of its number; `{n}` is the number."""
    return filled(_CATALOGUES[language].ngettext(key, key, n), {"n": n, **params})


def template(key: str, language: Language) -> str:
    """The text of a key with its `{parameters}` not filled in. Raises KeyError for an unknown
    key.
    """
    return _CATALOGUES[language].gettext(key)


def filled(text: str, params: Mapping[str, object]) -> str:
    """The text with its parameters filled in; braces inside a parameter stay as they are."""
    try:
        return text.format_map(params)
    except KeyError as missing:
        raise KeyError(f"the text {text[:40]!r} needs the parameter {missing}") from None


class _UnknownKey(gettext.NullTranslations):
    """Raises KeyError at the end of a lookup that found nothing: gettext itself would return the
    key.
    """

    def gettext(self, message: str) -> str:
        raise KeyError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        raise KeyError(msgid1)


def _loaded(language: Language) -> gettext.GNUTranslations:
    source = Path(__file__).with_name(f"{language}.po")
    translations = gettext.GNUTranslations(io.BytesIO(compiled(source)))
    translations.add_fallback(_UnknownKey())
    return translations


_CATALOGUES: Mapping[Language, gettext.GNUTranslations] = {
    "ru": _loaded("ru"),
    "en": _loaded("en"),
}
