"""Files handed in over HTTP, for a message that names them."""

from http import HTTPStatus
from typing import Any

from fastapi import Request

from domain.file.file import MAX_FILES, MAX_TOGETHER_BYTES
from starter.api.http.route import CommandId, CurrentCaller, LanguageDep, ServicesDep, router
from starter.commands.file.upload import upload_files as command
from starter.http.multipart import uploads_of
from starter.presentation.file.file import FileShown, file_shown

SLACK_BYTES = 6 * 1024 * 1024
"""Files that are too large by less than this are refused by their own text; the form has names and
boundaries too.
"""

routes = router("files")

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": MAX_FILES,
                            "items": {"type": "string", "format": "binary"},
                        }
                    },
                }
            }
        },
    }
}


@routes.post(
    "/v1/files",
    summary="Hand files in",
    status_code=HTTPStatus.CREATED,
    max_body_size=MAX_TOGETHER_BYTES + SLACK_BYTES,
    openapi_extra=_BODY,
)
async def upload_files(
    request: Request,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> list[FileShown]:
    """Their ids go into `files` of a question, a reply, an answer or a note; files that nothing
    names are erased after some days. What a file is, its content says; it is scanned before anybody
    may download it.
    """
    rows = await command(services, caller, command_id, await uploads_of(request))
    return [file_shown(row, language) for row in rows]
