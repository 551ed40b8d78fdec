"""Commands that talk to the database or to Temporal."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

from temporalio.service import RPCError

from db.database import DatabaseFailure
from domain.access.roles import Role
from gateways.acquirer import AcquirerError
from starter.cli.failure import CommandFailed
from starter.commands.refusal import FieldError, Refusal
from starter.http.refusal_text import refusal_text

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
    except Refusal as refusal:
        raise CommandFailed(said(refusal)) from None
    except RuntimeError as error:  # what the SDK raises for a server that does not answer
        raise CommandFailed(f"Temporal could not be reached: {_short(error)}") from None


def said(refusal: Refusal) -> str:
    """A refusal in one line: its text, or its wrong fields with theirs."""
    if refusal.fields:
        return "; ".join(map(_field_text, refusal.fields))
    return _text(refusal.code, refusal.params)


def _field_text(wrong: FieldError) -> str:
    field = wrong.field or (wrong.pointer or "").lstrip("/").replace("_", "-")
    return f"{field}: {_text(wrong.code, wrong.params or {})}"


def _text(code: str, params: Mapping[str, Any]) -> str:
    return refusal_text(code, params, "en", Role.OPERATOR)


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:MAX_REASON_LENGTH]
