"""Runs the product's command line as an operator does."""

import subprocess
import sys

from simulation.expectation import Unexpected
from stack.embedded import Stack
from stack.folders import CHECKOUT

COMMAND_LIMIT_SECONDS = 60


def run_starter(stack: Stack, *arguments: str) -> str:
    """The output of `python -m starter …`; raises `Unexpected` unless it ends with 0."""
    done = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-m", "starter", *arguments],
        cwd=CHECKOUT,
        env=stack.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=COMMAND_LIMIT_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        said = " ".join((done.stdout + done.stderr).split())
        raise Unexpected(
            f"python -m starter {' '.join(arguments)}", "exit code 0", f"{done.returncode}: {said}"
        )
    return done.stdout.strip()
