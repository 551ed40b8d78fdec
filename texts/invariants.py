"""Titles of the invariants."""

import re

from texts.catalogue import Language, translate


def invariant_key(name: str) -> str:
    """The key of an invariant's text: its English name in the code, in letters and underscores."""
    return "invariant." + re.sub(r"[^a-z0-9]+", "_", name.replace("'", "").lower()).strip("_")


def invariant_title(name: str, language: Language = "ru") -> str:
    """An invariant's title for an operator. A name without a text, which only a worker of another
    version can send, is shown as it is.
    """
    try:
        return translate(invariant_key(name), language)
    except KeyError:
        return name
