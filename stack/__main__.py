"""Command line of the embedded stack."""

import argparse
import sys

from stack.data_dirs import clean, running_environment
from stack.embedded import Stack
from stack.env_file import exports
from stack.errors import StackError
from stack.folders import STATE_FOLDER
from stack.product import OWN_ACCOUNT

EPILOG = """
up     starts everything, prints the addresses and stays until Ctrl-C; the data are kept
       in .kopeyka/up, the database's in the folder that the table names
env    prints the variables of the running `up` for another terminal:
       eval "$(.venv/bin/python -m stack env)"
clean  removes the data of this checkout's stacks

`make demo` starts the same stack with data of its own and plays refunds on it.
"""

FIRST_STEPS = """
  Every letter, the staff's too, is caught: nothing leaves this machine. In another terminal, here:

    .venv/bin/python -m simulation   who may log in to the cabinet, with orders
    eval "$(.venv/bin/python -m stack env)"
    API=$KOPEYKA_PUBLIC_URL TOKEN=$(python -m starter token operator)
    curl "$API/v1/refunds" -H "Authorization: Bearer $TOKEN"

  docs/first-request.md goes on from there to a refund that is paid. Ctrl-C stops everything."""


def up() -> None:
    """Runs until Ctrl-C, SIGTERM or SIGHUP, or until a process cannot be restarted any more."""
    print(
        "Starting PostgreSQL, Temporal, mail, sandboxes, API, pages, bot and worker…",
        flush=True,
    )
    with Stack.kept() as stack:
        print(addresses(stack), FIRST_STEPS, sep="\n", flush=True)
        try:
            stack.wait()
        except KeyboardInterrupt:
            print("\nStopping…", flush=True)


def addresses(stack: Stack) -> str:
    """The table of addresses, shown once everything runs."""
    rows = {
        "Cabinet of the clients": stack.cabinet_url,
        "API, with its documentation": f"{stack.api_url}/docs",
        "Temporal Web UI": stack.ui_url,
        "Letters sent": stack.mail_url,
        "Acquirer's sandbox": stack.acquirer_url,
        "Bank's sandbox": f"{stack.bank_url}, our account {OWN_ACCOUNT}",
        "Scanner's sandbox": f"{stack.scanner_url}/sandbox/faults",
        "Telegram's sandbox": stack.telegram_url,
        "Temporal (gRPC)": stack.temporal_address,
        "Database": stack.database_url,
        "Database's folder": str(stack.postgres.home),
        "SMTP": f"127.0.0.1:{stack.smtp_port}",
        "Logs": str(stack.log_folder),
    }
    width = max(map(len, rows))
    return "\n".join(f"  {what:<{width}}  {where}" for what, where in rows.items())


def main() -> int:
    """The exit code: 0, or another one after one line with the error."""
    parser = argparse.ArgumentParser(
        prog="python -m stack",
        description="Runs everything Kopeyka needs on loopback ports, without containers.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("verb", choices=("up", "env", "clean"))
    try:
        match parser.parse_args().verb:
            case "up":
                up()
            case "env":
                print(exports(running_environment(STATE_FOLDER)))
            case "clean":
                clean(STATE_FOLDER)
    except (StackError, PermissionError) as error:
        print(f"stack: {error}", file=sys.stderr)
        return error.exit_code if isinstance(error, StackError) else StackError.exit_code
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
