"""The product's settings as a test names them, and which variables there are."""

import os
from collections.abc import Mapping
from unittest.mock import patch

from settings import Settings, variable_of

LONG_ENOUGH = "0d" * 32
"""Also of the shape of a signing key."""


def settings_of(environment: Mapping[str, str]) -> Settings:
    """What a process would read that has these variables and no others."""
    with patch.dict(os.environ, environment, clear=True):
        return Settings.from_environment()


def required_variables() -> set[str]:
    """The variables without which settings are refused."""
    fields = Settings.model_fields.items()
    return {variable_of(name) for name, field in fields if field.is_required()}


def read_variables() -> set[str]:
    """Every variable that is read."""
    return {variable_of(name) for name in Settings.model_fields}
