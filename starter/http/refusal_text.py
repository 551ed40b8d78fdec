"""What a refusal says to people."""

from collections.abc import Mapping
from typing import Any

from starter.commands.refusal import TextKey
from texts import Language, translate


def refusal_text(code: str, params: Mapping[str, Any], language: Language) -> str:
    """The text `error.<code>` with its parameters, those that are texts themselves translated."""
    filled = {
        name: translate(value.key, language) if isinstance(value, TextKey) else value
        for name, value in params.items()
    }
    return translate(f"error.{code}", language, **filled)
