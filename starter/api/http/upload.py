"""Uploaded files: the declared type is checked here, the real one by the content."""

from http import HTTPStatus
from typing import Any

from fastapi import Request

from domain.refund.scan import MediaType
from domain.refund.statement import MAX_SCAN_BYTES
from starter.api.http.files import BINARY
from starter.api.http.problems import Problem

SCAN_SLACK_BYTES = 64 * 1024
"""A scan a little too large is still read, to be refused by its own text."""
MAX_UPLOAD_BYTES = MAX_SCAN_BYTES + SCAN_SLACK_BYTES
UNDECLARED = "application/octet-stream"
"""The media type of a scan whose sender does not say; the content says it anyway."""

SCAN_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": dict.fromkeys((*MediaType, UNDECLARED), BINARY),
    }
}
"""The body of a route that takes a scan."""
SCAN_ANSWER: dict[str, Any] = {
    "description": "The scan as it was uploaded.",
    "content": dict.fromkeys(MediaType, BINARY),
}
"""The answer of a route that gives one back."""


def check_declared(request: Request) -> None:
    """Refuses a file that is declared as another type; the content is checked separately."""
    declared = request.headers.get("content-type", UNDECLARED).partition(";")[0].strip().lower()
    if declared not in {*MediaType, UNDECLARED}:
        raise Problem("media_type_unsupported", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
