"""Retry the failed step of one case, or of every case that waits for an operator."""

import argparse
from uuid import uuid4

from domain.access.roles import Role
from domain.text import one_line
from environment import temporal_options
from settings import Settings
from starter.caller import Caller
from starter.cli.failure import CommandFailed
from starter.cli.outside import run_async
from starter.cli.services import services_of
from starter.commands.case.retry import retry_failed_steps
from starter.commands.case.stuck import MAX_CASES
from starter.commands.refusal import Refusal, RefusalKind


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which cases, and who says so."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("case", nargs="?", help="the case's id, as needs-operator shows it")
    which.add_argument("--all", action="store_true", help=f"every one, {MAX_CASES} at most")
    parser.add_argument(
        "--by", required=True, type=one_line, help="your login: it is written into the history"
    )


def run(arguments: argparse.Namespace) -> int:
    """Signals each case; one that does not wait any more ignores it."""
    if not arguments.by.strip():
        raise CommandFailed("--by names a person")
    temporal_options()  # whoever has not said where Temporal is hears that first
    print(f"told: {run_async(_retry(Settings.from_environment(), arguments.by, arguments.case))}")
    return 0


async def _retry(settings: Settings, by: str, case: str | None) -> int:
    async with services_of(settings) as services:
        try:
            return await retry_failed_steps(services, Caller(by, Role.OPERATOR), uuid4(), case)
        except Refusal as refusal:
            if refusal.kind is not RefusalKind.NOT_FOUND:
                raise
            raise CommandFailed(f"there is no open case {case}") from None
