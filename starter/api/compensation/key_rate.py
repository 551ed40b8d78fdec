"""The key rate over HTTP: what is known, and its import from a file after a preview."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import Field

from db.compensation.key_rate import known_key_rate
from db.facts import load
from starter.api.http.models import Day, Shown
from starter.api.http.problems import Problem, documented
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, ServicesDep, router
from starter.commands.compensation import rate_import as command
from starter.commands.compensation.rate_import import RatePreview, RatePreviewStale
from starter.presentation.compensation.key_rate import (
    KeyRateShown,
    RateDifferenceShown,
    differences_shown,
    key_rate_shown,
)

CSV_TYPE = "text/csv"
CSV_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {CSV_TYPE: {"schema": {"type": "string"}}}}
}
CoveredUntil = Annotated[
    Day, Query(description="The last day for which the last rate of the file is known to hold.")
]
Digest = Annotated[
    str,
    Query(
        pattern=r"^[0-9a-f]{64}$",
        description="From the preview of this file: the import makes these changes or none.",
    ),
]

routes = router("compensation")


class RateImportShown(Shown):
    """What a file changes; `digest` identifies exactly this change."""

    covered_until: date
    changes: list[RateDifferenceShown]
    digest: str = Field(description="The import must be sent with it.")


@routes.get("/v1/key-rate", summary="The key rate as it is known")
async def read_key_rate(database: DatabaseDep, _caller: CurrentCaller) -> KeyRateShown:
    """Every rate with its days. What is beyond `covered_until` is not known, and never guessed."""
    return key_rate_shown(await load(database, known_key_rate()))


@routes.post(
    "/v1/key-rate/import-preview",
    summary="Preview what a file of key rates would change",
    openapi_extra=CSV_BODY,
)
async def preview_key_rate_import(
    request: Request,
    covered_until: CoveredUntil,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> RateImportShown:
    """Changes nothing. The file has lines `from,rate_percent`, the earliest day first."""
    content = await _csv_of(request)
    seen = await command.preview_key_rate_import(
        services, caller, command_id, content, covered_until
    )
    return _shown(seen)


@routes.post(
    "/v1/key-rate/import",
    summary="Import the key rate from a file",
    responses=documented(HTTPStatus.CONFLICT),
    openapi_extra=CSV_BODY,
)
async def import_key_rate(
    request: Request,
    covered_until: CoveredUntil,
    digest: Digest,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> RateImportShown:
    """From then on the key rate is what the file says. Calculations made before keep their rows.

    A file with any defect is refused whole; `line` and `found` show where and what it was. 409
    `key_rate_preview_stale`, with the present differences, when they are not those of the preview;
    409 `key_rate_unchanged` when there are none.
    """
    content = await _csv_of(request)
    try:
        seen = await command.import_key_rate(
            services, caller, command_id, content, covered_until, digest
        )
    except RatePreviewStale as refusal:
        refusal.details.update(_shown(refusal.preview).model_dump(mode="json"))
        raise
    return _shown(seen)


def _shown(seen: RatePreview) -> RateImportShown:
    return RateImportShown(
        covered_until=seen.covered_until,
        changes=differences_shown(seen.changes),
        digest=seen.digest,
    )


async def _csv_of(request: Request) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != CSV_TYPE:
        raise Problem("media_type_unsupported", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    return await request.body()
