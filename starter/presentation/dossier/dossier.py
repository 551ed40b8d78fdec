"""A dossier as a caller sees it, and its archive, which is recorded when it is given out."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from pydantic import Field

from db.database import Database
from db.dossier import store
from db.dossier.store import DossierRow, KeyRow
from db.file.store import pieces
from db.query import Query
from domain.access.requisites_read import ShownAs
from domain.access.roles import Role
from domain.dispute.dispute import Outside
from domain.dossier.archive import Archive, archived
from domain.dossier.dossier import Export
from domain.dossier.files import Listed
from domain.file.file import FileStatus
from starter.access import OfClient, require_visible
from starter.caller import Caller
from starter.commands.refusal import conflict, not_found
from starter.presentation.models import Shown
from starter.presentation.requisites import record_read
from texts import Language, translate

OfClientT = TypeVar("OfClientT", bound=OfClient)


class DossierShown(Shown):
    """A dossier; it never changes. Who made it is shown to staff only."""

    id: UUID
    case_id: str
    export: Export
    title: str
    number: int = Field(description="Its place in the chain of its case and its export.")
    as_of: datetime = Field(description="The last event that it knows.")
    sha256: str = Field(description="SHA-256 of its `manifest.json`, which the next one names.")
    previous_sha256: str | None
    key_id: str = Field(description="The key of its signature, one of `/v1/dossier-keys`.")
    size_bytes: int = Field(description="Of all its files together.")
    made_by: str | None
    made_at: datetime


class DossierKeyShown(Shown):
    """A public key of Ed25519 in hex, and when dossiers were signed with it."""

    id: str
    public_key: str
    first_used_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class Given:
    """An archive that is given out: its name, and its content piece by piece."""

    name: str
    pieces: AsyncIterator[bytes]


def dossier_shown(row: DossierRow, caller: Caller, language: Language) -> DossierShown:
    """A dossier as its client or as staff read it."""
    return DossierShown(
        id=row.id,
        case_id=row.case_id,
        export=Export(row.export),
        title=translate(f"dossier.export.{row.export}", language),
        number=row.number,
        as_of=row.as_of,
        sha256=row.sha256,
        previous_sha256=row.previous_sha256,
        key_id=row.key_id,
        size_bytes=row.size_bytes,
        made_by=None if caller.role is Role.CLIENT else row.made_by,
        made_at=row.made_at,
    )


def key_shown(row: KeyRow) -> DossierKeyShown:
    """A public key."""
    return DossierKeyShown(
        id=row.id,
        public_key=row.public_key,
        first_used_at=row.first_used_at,
        last_used_at=row.last_used_at,
    )


async def dossiers_of(
    database: Database, caller: Caller, case: Query[OfClientT], case_id: str, how_many: int
) -> Sequence[DossierRow]:
    """The dossiers of a case that the caller may see, the newest first; a client sees the redacted
    ones of its own. `case` reads the case; raises `Refusal` `not_found` for somebody else's.
    """
    export = Export.REDACTED if caller.role is Role.CLIENT else None
    heads, rows = await database.read(case, store.of_case(case_id, export, how_many))
    require_visible(caller, heads)
    return rows


async def dossier_of(database: Database, caller: Caller, dossier_id: UUID) -> DossierRow:
    """A dossier; raises `Refusal` `not_found`, to a client also for a full one, to a lawyer for one
    of a dispute that no court decides.
    """
    (rows,) = await database.read(store.one(dossier_id))
    row = require_visible(caller, rows)
    is_hidden = caller.role is Role.CLIENT and row.export != Export.REDACTED
    is_not_at_court = row.dispute_id is not None and row.outside != Outside.COURT
    if is_hidden or (caller.role is Role.LAWYER and is_not_at_court):
        raise not_found()
    return row


async def given(database: Database, caller: Caller, dossier_id: UUID) -> Given:
    """The archive of a dossier, byte for byte the same each time. That a full one is given out is
    recorded first.

    Raises `Refusal`: `not_found`; `dossier_paper_gone` where the content of a paper is not kept any
    more.
    """
    row = await dossier_of(database, caller, dossier_id)
    files, made, shown = await database.read(
        store.files_of(row.id), store.small_of(row.id), store.refunds_shown(row.case_id)
    )
    gone = [one for one in files if one.status not in (None, FileStatus.CLEAN)]
    if gone:
        raise conflict("dossier_paper_gone", path=gone[0].path)
    small = {one.path: bytes(one.content) for one in made}
    papers = [
        Listed(one.path, one.size_bytes, one.sha256) for one in files if one.path not in small
    ]
    if row.export == Export.FULL:
        for subject_id in (row.case_id, *(one.id for one in shown)):
            await record_read(database, caller, subject_id, ShownAs.DOSSIER)

    def contents(paper: Listed) -> AsyncIterator[bytes]:
        return pieces(database, paper.sha256, paper.size_bytes)

    name = f"dossier-{row.case_id}-{row.export}-{row.number}.zip"
    return Given(name, archived(Archive(small, papers), contents))
