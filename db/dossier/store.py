"""Dossiers that were made: chains of a case, their files, the public keys."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select, union_all
from sqlalchemy.dialects.postgresql import insert

from db.database import Transaction
from db.query import Query, row, typed
from db.tables import (
    collections,
    disputes,
    dossier_files,
    dossier_keys,
    dossiers,
    file_contents,
    refunds,
    requisites_reads,
)
from domain.access.requisites_read import ShownAs
from domain.dispute.dispute import Outside
from domain.dossier.archive import Archive
from domain.dossier.files import Issue, listed


@row
class DossierRow:
    """A dossier; `sha256` is that of its manifest, `size_bytes` of all its contents together.
    `outside`: who else decides about its dispute, or has decided.
    """

    id: UUID
    case_id: str
    dispute_id: str | None
    outside: str | None
    client_id: str
    export: str
    number: int
    previous_sha256: str | None
    as_of: datetime
    facts_sha256: str
    sha256: str
    key_id: str
    size_bytes: int
    made_by: str
    made_at: datetime


@row
class FileRow:
    """A file of a dossier without its content; `status` is that of a paper in the store."""

    path: str
    sha256: str
    size_bytes: int
    status: str | None


@row
class ContentRow:
    """A file that was made for a dossier."""

    path: str
    content: bytes


@row
class KeyRow:
    """A public key, and when dossiers were signed with it, the first and the last."""

    id: str
    public_key: str
    first_used_at: datetime
    last_used_at: datetime | None


@row
class ReadRow:
    """Who had a full dossier of a case given out, and when."""

    id: int
    role: str
    login: str
    read_at: datetime


@row
class RefundId:
    """A refund whose requisites a full dossier shows."""

    id: str


MAX_REFUNDS = 100
"""Refunds of an order whose requisites' read is recorded: each was paid before the next began."""
MAX_KEYS = 100
"""Public keys that are published: each was in use for some months."""

_DOSSIERS = typed(
    DossierRow,
    select(
        *dossiers.c["id", "case_id", "dispute_id"],
        disputes.c.outside,
        *dossiers.c["client_id", "export", "number", "previous_sha256", "as_of", "facts_sha256"],
        *dossiers.c["sha256", "key_id", "size_bytes", "made_by", "made_at"],
    ).outerjoin(disputes, disputes.c.id == dossiers.c.dispute_id),
)
_ONE = _DOSSIERS.narrowed(lambda rows: rows.where(dossiers.c.id == bindparam("dossier_id")))
_OF_CASE = _DOSSIERS.narrowed(
    lambda rows: (
        rows.where(dossiers.c.case_id == bindparam("of_case"))
        .order_by(dossiers.c.made_at.desc(), dossiers.c.id)
        .limit(bindparam("how_many"))
    )
)
_OF_EXPORT = _DOSSIERS.narrowed(
    lambda rows: (
        rows.where(
            dossiers.c.case_id == bindparam("of_case"), dossiers.c.export == bindparam("of_export")
        )
        .order_by(dossiers.c.number.desc())
        .limit(bindparam("how_many"))
    )
)
_AT_COURT = _DOSSIERS.narrowed(
    lambda rows: (
        rows.where(disputes.c.outside == Outside.COURT.value)
        .order_by(dossiers.c.made_at.desc(), dossiers.c.id)
        .limit(bindparam("how_many"))
    )
)
_FILES = typed(
    FileRow,
    select(*dossier_files.c["path", "sha256", "size_bytes"], file_contents.c.status.label("status"))
    .outerjoin(file_contents, file_contents.c.sha256 == dossier_files.c.stored_sha256)
    .where(dossier_files.c.dossier_id == bindparam("dossier_id"))
    .order_by(dossier_files.c.path),
)
_SMALL = typed(
    ContentRow,
    select(dossier_files.c.path, dossier_files.c.content).where(
        dossier_files.c.dossier_id == bindparam("dossier_id"), dossier_files.c.content.is_not(None)
    ),
    never_null=("content",),
)
_KEYS = typed(
    KeyRow,
    select(
        *dossier_keys.c["id", "public_key", "first_used_at"],
        func.max(dossiers.c.made_at).label("last_used_at"),
    )
    .outerjoin(dossiers, dossiers.c.key_id == dossier_keys.c.id)
    .group_by(dossier_keys.c.id)
    .order_by(dossier_keys.c.first_used_at.desc(), dossier_keys.c.id)
    .limit(MAX_KEYS),
)
_READS = typed(
    ReadRow,
    select(*requisites_reads.c["id", "role", "login", "read_at"])
    .where(
        requisites_reads.c.subject_id == bindparam("of_case"),
        requisites_reads.c.shown_as == ShownAs.DOSSIER,
    )
    .order_by(requisites_reads.c.id.desc())
    .limit(bindparam("how_many")),
)
_invoice_of_case = union_all(
    select(disputes.c.invoice_number).where(disputes.c.id == bindparam("of_case")),
    select(collections.c.invoice_number).where(collections.c.id == bindparam("of_case")),
)
_WITH_REQUISITES = typed(
    RefundId,
    select(refunds.c.id)
    .where(refunds.c.statement_id.is_not(None), refunds.c.invoice_number.in_(_invoice_of_case))
    .order_by(refunds.c.id)
    .limit(MAX_REFUNDS),
)
_PUT = insert(dossiers)
_PUT_FILE = insert(dossier_files)
_PUT_KEY = insert(dossier_keys).on_conflict_do_nothing(index_elements=["id"])


def one(dossier_id: UUID) -> Query[DossierRow]:
    """A dossier."""
    return _ONE(dossier_id=dossier_id)


def of_case(case_id: str, export: str | None, how_many: int) -> Query[DossierRow]:
    """Dossiers of a case, the newest first; of one export, or of both."""
    if export is None:
        return _OF_CASE(of_case=case_id, how_many=how_many)
    return _OF_EXPORT(of_case=case_id, of_export=export, how_many=how_many)


def at_court(how_many: int) -> Query[DossierRow]:
    """The dossiers of disputes that a court decides, or has decided, the newest first."""
    return _AT_COURT(how_many=how_many)


def files_of(dossier_id: UUID) -> Query[FileRow]:
    """The files of a dossier by their path."""
    return _FILES(dossier_id=dossier_id)


def small_of(dossier_id: UUID) -> Query[ContentRow]:
    """The files that were made for a dossier, with their content."""
    return _SMALL(dossier_id=dossier_id)


def keys() -> Query[KeyRow]:
    """The public keys, the newest first."""
    return _KEYS()


def reads_of(case_id: str, how_many: int) -> Query[ReadRow]:
    """Who had full dossiers of a case given out, the newest first."""
    return _READS(of_case=case_id, how_many=how_many)


def refunds_shown(case_id: str) -> Query[RefundId]:
    """The refunds whose requisites a full dossier of a case shows."""
    return _WITH_REQUISITES(of_case=case_id)


def put(
    transaction: Transaction,
    dossier_id: UUID,
    columns: dict[str, str],
    issue: Issue,
    archive: Archive,
    *,
    facts_sha256: str,
    sha256: str,
    by: str,
    at: datetime,
) -> None:
    """Stores a dossier with its files; `columns` name its case and its client.

    Raises `ConstraintBroken` with the COMMIT where its number is taken.
    """
    transaction.write(_PUT_KEY, id=issue.key_id, public_key=issue.public_key, first_used_at=at)
    transaction.write(
        _PUT,
        id=dossier_id,
        **columns,
        export=issue.export,
        number=issue.number,
        previous_sha256=issue.previous,
        as_of=issue.as_of,
        facts_sha256=facts_sha256,
        sha256=sha256,
        key_id=issue.key_id,
        size_bytes=archive.size_bytes,
        made_by=by,
        made_at=at,
    )
    made = [(one, archive.small[one.path]) for one in listed(archive.small)]
    stored: Sequence[tuple[object, bytes | None]] = [(one, None) for one in archive.papers]
    for one, content in [*made, *stored]:
        transaction.write(_PUT_FILE, dossier_id=dossier_id, **vars(one), content=content)
