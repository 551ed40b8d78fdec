"""What makes a repeated request the same command."""

import hashlib
from uuid import UUID, uuid5

from starlette.requests import Request

from starter.caller import Caller

NAMESPACE = UUID("5a0e2f0c-7a51-4a53-8a8e-3f3c9d0f6b1e")
"""Makes a command's id, and so the ids of its rows and its update, the same on every repeat."""


def command_id(caller: Caller, key: str, mark: str) -> UUID:
    """The id of a command: the same for every repeat, different for every other command.

    The request's fingerprint `mark` is part of it: a key that was purged and used again for another
    request is another command.
    """
    return uuid5(NAMESPACE, f"{caller.name}\n{key}\n{mark}")


def fingerprint(request: Request, body: bytes) -> str:
    """Tells two different requests under one key apart."""
    digest = hashlib.sha256()
    for part in (request.method, request.url.path, request.url.query):
        digest.update(part.encode() + b"\n")
    digest.update(body)
    return digest.hexdigest()
