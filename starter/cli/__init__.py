"""The command line: one command per file; a command's docstring is its help."""

import argparse
import ast
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

COMMANDS = (
    "api",
    "web",
    "telegram",
    "mail-in",
    "openapi",
    "migrate",
    "search-attributes",
    "token",
    "mailbox",
    "own-account",
    "key-rate",
    "books",
    "bank-statement",
    "needs-operator",
    "retry",
    "ticket",
    "collection",
    "dossier",
    "purge",
)
"""Every command, in the order of the help. A command is imported when it is called by its name:
together they import everything there is, and most of the time nobody needs it.
"""


class Command(Protocol):
    """What a command's module has."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declares what the command takes."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Does it; gives the exit code, or raises `CommandFailed`."""


def summary_of(name: str) -> str:
    """What a command is for, read from its file without running it."""
    source = Path(__file__).with_name(f"{_module(name)}.py").read_text()
    return ast.get_docstring(ast.parse(source)) or ""


def command_of(name: str) -> Command:
    """The command itself."""
    return cast("Command", import_module(f"starter.cli.{_module(name)}"))


def _module(name: str) -> str:
    return name.replace("-", "_")
