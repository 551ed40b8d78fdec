"""What a refusal says to people."""

from collections.abc import Mapping
from typing import Any

from domain.access.roles import Role
from starter.commands.refusal import StatusText, TextKey
from texts import Language, translate
from texts.status import status_title


def refusal_text(
    code: str, params: Mapping[str, Any], language: Language, role: Role = Role.CLIENT
) -> str:
    """The text `error.<code>` with its parameters, those that are texts themselves in the words of
    whoever has this role.
    """
    filled = {name: _said(value, language, role) for name, value in params.items()}
    return translate(f"error.{code}", language, **filled)


def _said(value: Any, language: Language, role: Role) -> Any:
    if isinstance(value, StatusText):
        return status_title(value.noun, value.status, language, role)
    return translate(value.key, language) if isinstance(value, TextKey) else value
