"""Titles of the invariants."""

import re

from texts.catalogue import Language, translate


def invariant_key(name: str) -> str:
    """The key of a rule's text: its English name, which code has, in letters and underscores."""
    return "invariant." + re.sub(r"[^a-z0-9]+", "_", name.replace("'", "").lower()).strip("_")


def invariant_title(name: str, language: Language = "ru") -> str:
    """A rule as an operator reads it. A name without a text, which only a worker of another
    version can send, is said as it came.
    """
    try:
        return translate(invariant_key(name), language)
    except KeyError:
        return name
