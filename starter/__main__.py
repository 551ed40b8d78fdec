"""`python -m starter`: the command line of whoever runs Kopeyka."""

import argparse
import gc
import sys
from collections.abc import Sequence

from settings import SettingMissing
from starter.cli import COMMANDS
from starter.cli.failure import CommandFailed

DESCRIPTION = "Kopeyka: runs the HTTP API and keeps the refunds in order."
EPILOG = """\
exit codes: 0 done; 1 something was found that a person should see; 2 could not be done, and why.
The environment says where everything is: KOPEYKA_DATABASE_URL and its kin (settings.py), and
TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_PROFILE for Temporal."""

COULD_NOT = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code; an error is one line, never a traceback."""
    chosen = parser().parse_args(arguments)
    try:
        code: int = chosen.run(chosen)
    except (CommandFailed, SettingMissing) as failure:
        sys.stderr.write(f"{failure}\n")
        return COULD_NOT
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def parser() -> argparse.ArgumentParser:
    """Everything the command line understands."""
    top = argparse.ArgumentParser(
        prog="python -m starter",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        summary = (command.__doc__ or "").strip()
        one = commands.add_parser(name, help=summary, description=summary)
        command.add_arguments(one)
        one.set_defaults(run=command.run)
    return top


if __name__ == "__main__":
    exit_code = main()
    gc.collect()  # A Temporal client that is still alive at exit may bring the process down.
    sys.exit(exit_code)
