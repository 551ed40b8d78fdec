"""Commands that talk to the database or to Temporal."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from temporalio.service import RPCError

from db.database import DatabaseFailure
from gateways.acquirer import AcquirerError
from starter.cli.failure import CommandFailed

MAX_REASON_LENGTH = 200

Result = TypeVar("Result")


def run_async(command: Coroutine[Any, Any, Result]) -> Result:
    """Runs a command that talks to the database or to Temporal; their absence is one line."""
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # its tries are not news; the end is
    try:
        return asyncio.run(command)
    except DatabaseFailure as error:
        raise CommandFailed(f"the database could not be asked: {_short(error)}") from None
    except AcquirerError as error:
        raise CommandFailed(f"the acquirer could not be asked: {_short(error)}") from None
    except RPCError as error:
        raise CommandFailed(f"Temporal refused: {_short(error)}") from None
    except RuntimeError as error:  # what the SDK raises for a server that does not answer
        raise CommandFailed(f"Temporal could not be reached: {_short(error)}") from None


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:MAX_REASON_LENGTH]
