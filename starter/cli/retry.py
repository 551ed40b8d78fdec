"""Retry the failed step of one case, or of every case that waits for an operator."""

import argparse

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.text import one_line
from starter.cli.failure import CommandFailed
from starter.cli.outside import run_async
from starter.cli.stuck import MAX_CASES, stuck_cases
from starter.connection import connect
from workflows.case.kernel import Case, RetryRequest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which cases, and who says so."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("case", nargs="?", help="the case's id, as needs-operator shows it")
    which.add_argument("--all", action="store_true", help=f"every one, {MAX_CASES} at most")
    parser.add_argument(
        "--by", required=True, type=one_line, help="your login: it is written into the history"
    )


def run(arguments: argparse.Namespace) -> int:
    """Tells each case; one that does not wait any more takes no notice."""
    if not arguments.by.strip():
        raise CommandFailed("--by names a person")
    print(f"told: {run_async(_tell(arguments.case, RetryRequest(arguments.by)))}")
    return 0


async def _tell(case: str | None, request: RetryRequest) -> int:
    client = await connect()
    if case is not None:
        return await _notify_one(client, case, request)
    cases = [execution.id async for execution in stuck_cases(client, MAX_CASES)]
    for stuck in cases:
        await _notify_one(client, stuck, request)
    return len(cases)


async def _notify_one(client: Client, case: str, request: RetryRequest) -> int:
    try:
        await client.get_workflow_handle(case).signal(Case.retry_failed_step, request)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise CommandFailed(f"there is no open case {case}") from None
        raise
    return 1
