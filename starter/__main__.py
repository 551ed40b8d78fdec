"""`python -m starter`: the command line for operators."""

import argparse
import gc
import sys
from collections.abc import Sequence

from environment import SettingMissing
from starter.cli import COMMANDS, command_of, summary_of
from starter.cli.failure import CommandFailed

DESCRIPTION = "Kopeyka: runs the HTTP API and keeps the refunds in order."
EPILOG = """\
exit codes: 0 done; 1 something was found that a person should see; 2 could not be done, and why.
The environment says where everything is: KOPEYKA_DATABASE_URL and its kin (settings.py), and
TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_PROFILE for Temporal."""

COULD_NOT = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; an error is one line, never a traceback."""
    words = sys.argv[1:] if arguments is None else arguments
    chosen = parser(words).parse_args(words)
    try:
        return _run(chosen)
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(chosen: argparse.Namespace) -> int:
    try:
        code: int = chosen.run(chosen)
    except (CommandFailed, SettingMissing) as failure:
        sys.stderr.write(f"{failure}\n")
        return COULD_NOT
    return code


def parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """Everything the command line understands, in full for the commands that are named."""
    top = argparse.ArgumentParser(
        prog="python -m starter",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for name in COMMANDS:
        summary = summary_of(name)
        one = commands.add_parser(name, help=summary, description=summary)
        if name in arguments:
            command = command_of(name)
            command.add_arguments(one)
            one.set_defaults(run=command.run)
    return top


if __name__ == "__main__":
    exit_code = main()
    gc.collect()  # A Temporal client that is still alive at exit may bring the process down.
    sys.exit(exit_code)
