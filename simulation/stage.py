"""What every story is played on."""

import subprocess
import sys
from dataclasses import dataclass

import httpx2

from simulation.dataset import DataSet
from simulation.expectation import Unexpected
from simulation.people import Cast
from simulation.terminal import Terminal
from stack.embedded import Stack
from stack.folders import CHECKOUT

COMMAND_LIMIT_SECONDS = 60


@dataclass(frozen=True)
class Stage:
    """The running stack, the people, the data, and the audience's terminal.

    `acquirer` and `bank` talk to the sandboxes' own side: payments, orders, faults and books.
    """

    stack: Stack
    terminal: Terminal
    cast: Cast
    acquirer: httpx2.Client
    bank: httpx2.Client
    data: DataSet


def run_starter(stage: Stage, *arguments: str) -> str:
    """What `python -m starter …` prints here; raises `Unexpected` unless it ends with 0."""
    done = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-m", "starter", *arguments],
        cwd=CHECKOUT,
        env=stage.stack.environment,
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
