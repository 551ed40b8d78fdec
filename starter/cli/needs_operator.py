"""List the cases that wait for an operator."""

import argparse

from temporalio.client import WorkflowExecution

from starter.cli.failure import CommandFailed
from starter.cli.outside import run_async
from starter.commands.case.stuck import MAX_CASES, stuck_cases
from starter.connection import connect
from workflows.case.kernel import CASE_STATUS, WAIT_UNTIL, WAITING_FOR

DEFAULT_LIMIT = 50
FOUND = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many."""
    parser.add_argument(
        "--limit", type=int, default=DEFAULT_LIMIT, help=f"cases at most ({DEFAULT_LIMIT})"
    )


def run(arguments: argparse.Namespace) -> int:
    """A line per case: id, status, who is waited for, until when; exit code 1 if there is one."""
    if not 0 < arguments.limit <= MAX_CASES:
        raise CommandFailed(f"--limit lies between 1 and {MAX_CASES}")
    lines = run_async(_lines(arguments.limit))
    print("\n".join(lines) if lines else "no case waits for an operator")
    return FOUND if lines else 0


async def _lines(limit: int) -> list[str]:
    client = await connect()
    return [_line(execution) async for execution in stuck_cases(client, limit)]


def _line(execution: WorkflowExecution) -> str:
    attributes = execution.typed_search_attributes
    until = attributes.get(WAIT_UNTIL)
    columns = (
        execution.id,
        attributes.get(CASE_STATUS) or "-",
        attributes.get(WAITING_FOR) or "-",
        until.isoformat(timespec="minutes") if until else "-",
    )
    return "\t".join(columns)
