"""Errors of steps in words: operators are told the kind of an error, never its message."""

from texts.catalogue import Language, translate


def failure_in_words(kind: str, language: Language = "ru") -> str:
    """What a kind of error means; a kind without a text is named as it is."""
    try:
        return translate(f"failure.{kind}", language)
    except KeyError:
        return translate("failure.other", language, kind=kind)
