"""The command line: one command per file; a command's docstring is its help."""

import argparse
from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from starter.cli import (
    api,
    bank_statement,
    books,
    mailbox,
    migrate,
    needs_operator,
    purge,
    retry,
    search_attributes,
    token,
)


class Command(Protocol):
    """What a command's module has."""

    __doc__: str | None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declares what the command takes."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Does it; gives the exit code, or raises `CommandFailed`."""


COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "api": api,
        "migrate": migrate,
        "search-attributes": search_attributes,
        "token": token,
        "mailbox": mailbox,
        "books": books,
        "bank-statement": bank_statement,
        "needs-operator": needs_operator,
        "retry": retry,
        "purge": purge,
    }
)
"""By name, in the order of the help."""
