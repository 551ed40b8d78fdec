"""Imports the key rate from a file: first a preview of what changes, then the change."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from db.compensation.key_rate import (
    KeyRateStored,
    RateImportRow,
    find_import,
    known_key_rate,
    store_import,
)
from db.facts import load
from domain.calendar.bank_calendar import moscow_date
from domain.compensation.key_rate import KeyRate
from domain.compensation.rate_import import (
    MAX_RATE_FILE_BYTES,
    RateDifference,
    RateFileError,
    digest_of,
    parse_rates,
    rate_differences,
)
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import (
    FieldError,
    Refusal,
    RefusalKind,
    conflict,
    invalid,
    unprocessable,
)
from starter.commands.services import Services

COVER_CODES = frozenset({"rate_cover_before_last", "rate_cover_too_far"})


@dataclass(frozen=True)
class RatePreview:
    """What a file would change; `digest` identifies exactly these rates and changes."""

    covered_until: date
    changes: tuple[RateDifference, ...]
    digest: str


class RatePreviewStale(Refusal):
    """A file would change something else than what was shown; `preview` is the present one."""

    def __init__(self, preview: RatePreview) -> None:
        super().__init__(RefusalKind.CONFLICT, "key_rate_preview_stale")
        self.preview = preview


@command
async def preview_key_rate_import(
    services: Services, _caller: Caller, _command_id: UUID, content: bytes, covered_until: date
) -> RatePreview:
    """Stores nothing. `covered_until` is the last day for which the last rate is known to hold."""
    _, preview = await _read(services, content, covered_until)
    return preview


@command
async def import_key_rate(
    services: Services,
    caller: Caller,
    command_id: UUID,
    content: bytes,
    covered_until: date,
    digest: str,
) -> RatePreview:
    """Makes the key rate what the file says; a repeat changes nothing.

    Raises `RatePreviewStale` when the changes are not those of `digest`, `Refusal` for a file with
    any defect and for one that changes nothing.
    """
    if (done := await find_import(services.database, command_id)) is not None:
        return RatePreview(done.covered_until, (), done.digest)
    return await _imported(services, caller, command_id, content, covered_until, digest)


@command
async def import_first_key_rate(
    services: Services, caller: Caller, command_id: UUID, content: bytes, covered_until: date
) -> RatePreview | None:
    """Imports a file unless there is a key rate; None where there is."""
    known, preview = await _read(services, content, covered_until)
    if known.imported is not None:
        return None
    digest = preview.digest
    return await _imported(services, caller, command_id, content, covered_until, digest)


async def _imported(
    services: Services,
    caller: Caller,
    command_id: UUID,
    content: bytes,
    covered_until: date,
    digest: str,
) -> RatePreview:
    known, preview = await _read(services, content, covered_until)
    if preview.digest != digest:
        raise RatePreviewStale(preview)
    if not preview.changes:
        raise conflict("key_rate_unchanged")
    row = RateImportRow(
        command_id,
        None if known.imported is None else known.imported.id,
        covered_until,
        digest,
        caller.login,
        datetime.now(UTC),
    )
    if not await store_import(services.database, row, _parsed(content, covered_until).periods):
        _, now = await _read(services, content, covered_until)
        raise RatePreviewStale(now)
    return preview


async def _read(
    services: Services, content: bytes, covered_until: date
) -> tuple[KeyRateStored, RatePreview]:
    read = _parsed(content, covered_until)
    known = await load(services.database, known_key_rate())
    found = rate_differences(known.key_rate, read)
    return known, RatePreview(covered_until, found, digest_of(read, found))


def _parsed(content: bytes, covered_until: date) -> KeyRate:
    if len(content) > MAX_RATE_FILE_BYTES:
        raise Refusal(RefusalKind.TOO_LARGE, "file_too_large")
    try:
        return parse_rates(content, covered_until, moscow_date(datetime.now(UTC)))
    except RateFileError as error:
        if error.code in COVER_CODES:
            raise invalid(FieldError(error.code, field="covered_until")) from None
        details = {"line": error.line, "found": error.detail}
        raise unprocessable(error.code, details=details, line=error.line or 1) from None
