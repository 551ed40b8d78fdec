"""Contents that wait for the scanner, and what it said about them."""

from datetime import datetime

from sqlalchemy import DateTime, bindparam, exists, func, literal, select, update

from db.database import Database
from db.query import Query, row, typed
from db.tables import file_contents
from domain.file.file import FileStatus, Verdict
from domain.file.preview import Preview

CHANNEL = "files"
"""The channel on which the database announces contents that were received."""


@row
class DueContent:
    """A content to be scanned."""

    sha256: str
    media_type: str
    size_bytes: int
    attempts: int


@row
class UnjudgedRow:
    """Contents that the scanner has been asked about in vain, and since when the oldest waits."""

    contents: int
    since: datetime | None


_judged = file_contents.alias()
_UNJUDGED = typed(
    UnjudgedRow,
    select(
        func.count().label("contents"), func.min(file_contents.c.received_at).label("since")
    ).where(
        file_contents.c.due_at.is_not(None),
        file_contents.c.attempts > 0,
        file_contents.c.received_at < bindparam("before", type_=DateTime(timezone=True)),
    ),
    never_null=("contents",),
)
# A scanner that judges anything is not silent, whatever one file waits for.
_SILENCE = _UNJUDGED.narrowed(
    lambda rows: rows.where(
        ~exists().where(_judged.c.scanned_at >= bindparam("before", type_=DateTime(timezone=True)))
    )
)
_DUE = typed(
    DueContent,
    select(
        file_contents.c.sha256,
        file_contents.c.media_type,
        file_contents.c.size_bytes,
        file_contents.c.attempts,
    )
    .where(file_contents.c.due_at <= func.now())
    .order_by(file_contents.c.due_at, file_contents.c.sha256)
    .limit(bindparam("at_most")),
)
_waiting = update(file_contents).where(
    file_contents.c.sha256 == bindparam("of_sha256"),
    file_contents.c.status == FileStatus.RECEIVED.value,
)
_SETTLE = _waiting.values(
    status=bindparam("to_status"),
    due_at=literal(None, DateTime(timezone=True)),
    scanned_at=bindparam("at"),
    scanner=bindparam("by_scanner"),
    finding=bindparam("found"),
    preview=bindparam("preview_content"),
    preview_width=bindparam("width"),
    preview_height=bindparam("height"),
)
_DELAY = _waiting.values(
    attempts=file_contents.c.attempts + 1, due_at=bindparam("until", type_=DateTime(timezone=True))
)


def due(at_most: int) -> Query[DueContent]:
    """Contents to be scanned now, those that wait longest first."""
    return _DUE(at_most=at_most)


def unjudged(before: datetime) -> Query[UnjudgedRow]:
    """What came before an instant, and the scanner has been asked about in vain."""
    return _UNJUDGED(before=before)


def silence(before: datetime) -> Query[UnjudgedRow]:
    """As `unjudged`, but only while nothing at all has been judged since that instant."""
    return _SILENCE(before=before)


async def settle(
    database: Database, sha256: str, verdict: Verdict, at: datetime, preview: Preview | None = None
) -> None:
    """Stores what the scanner said, with what is shown of a picture; the first answer counts."""
    await database.write(
        _SETTLE,
        of_sha256=sha256,
        to_status=verdict.status.value,
        at=at,
        by_scanner=verdict.scanner,
        found=verdict.finding,
        preview_content=None if preview is None else preview.content,
        width=None if preview is None else preview.width,
        height=None if preview is None else preview.height,
    )


async def delay(database: Database, sha256: str, until: datetime) -> None:
    """Counts a silence of the scanner: the content is scanned again later."""
    await database.write(_DELAY, of_sha256=sha256, until=until)
