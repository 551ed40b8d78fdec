"""The files of a ticket's messages, and those of the notes among staff."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from db.database import Transaction
from db.file.store import FILE_COLUMNS, WITH_CONTENT
from db.query import Query, row, typed
from db.tables import files, ticket_files, ticket_history, ticket_notes
from db.ticket.reads import IN_THREAD, NEWEST_FIRST, BeforeMessage, page_of
from domain.file.file import MAX_FILES


@row
class AttachedRow:
    """A file of a message or a note, with what is known about its content."""

    id: UUID
    name: str
    sha256: str
    client_id: str | None
    uploaded_by: str
    media_type: str
    size_bytes: int
    status: str
    preview_width: int | None
    preview_height: int | None
    written_id: UUID
    """Of the message or the note."""


_attached = WITH_CONTENT.join(ticket_files, ticket_files.c.file_id == files.c.id)
_of_messages = (
    select(*FILE_COLUMNS, ticket_files.c.message_id.label("written_id"))
    .select_from(
        _attached.join(ticket_history, ticket_history.c.submission_id == ticket_files.c.message_id)
    )
    .where(IN_THREAD)
)
"""A message that the ticket has not taken is none of it, and neither are its files."""
_of_notes = (
    select(*FILE_COLUMNS, ticket_files.c.note_id.label("written_id"))
    .select_from(_attached.join(ticket_notes, ticket_notes.c.id == ticket_files.c.note_id))
    .where(ticket_notes.c.ticket_id == bindparam("ticket_id"))
)


def _one(attached: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    return attached.where(files.c.id == bindparam("file_id")).limit(1)


_OF_THREAD = typed(
    AttachedRow,
    _of_messages.order_by(*NEWEST_FIRST, ticket_files.c.number),
    never_null=("written_id",),
)
_OF_MESSAGES = typed(
    AttachedRow,
    _of_messages.where(
        ticket_files.c.message_id.in_(bindparam("written", expanding=True))
    ).order_by(ticket_files.c.message_id, ticket_files.c.number),
    never_null=("written_id",),
)
_OF_NOTES = typed(
    AttachedRow,
    _of_notes.order_by(
        ticket_notes.c.written_at.desc(), ticket_notes.c.id, ticket_files.c.number
    ).limit(bindparam("at_most")),
    never_null=("written_id",),
)
_ONE_OF_THREAD = typed(AttachedRow, _one(_of_messages), never_null=("written_id",))
_ONE_OF_NOTES = typed(AttachedRow, _one(_of_notes), never_null=("written_id",))
_ATTACH = insert(ticket_files).on_conflict_do_nothing()


def of_thread(ticket_id: str, messages: int, before: BeforeMessage | None) -> Query[AttachedRow]:
    """The files of so many messages before one, as `reads.thread` lists them; those of an older
    message may follow.
    """
    at_most = messages * MAX_FILES
    return _OF_THREAD.narrowed(lambda rows: page_of(rows, at_most, before))(ticket_id=ticket_id)


def of_messages(ticket_id: str, written: Sequence[UUID]) -> Query[AttachedRow]:
    """The files of these messages of a thread, each message's in their order."""
    return _OF_MESSAGES(ticket_id=ticket_id, written=list(written))


def of_notes(ticket_id: str, notes: int) -> Query[AttachedRow]:
    """The files of so many notes, as `submission.notes` lists them."""
    return _OF_NOTES(ticket_id=ticket_id, at_most=notes * MAX_FILES)


def of_thread_by_id(ticket_id: str, file_id: UUID) -> Query[AttachedRow]:
    """A file of a message that the ticket has taken."""
    return _ONE_OF_THREAD(ticket_id=ticket_id, file_id=file_id)


def of_notes_by_id(ticket_id: str, file_id: UUID) -> Query[AttachedRow]:
    """A file of a note among staff."""
    return _ONE_OF_NOTES(ticket_id=ticket_id, file_id=file_id)


def attach(
    transaction: Transaction,
    file_ids: Sequence[UUID],
    *,
    message_id: UUID | None = None,
    note_id: UUID | None = None,
) -> None:
    """Attaches files to a message or to a note, once, in this order."""
    for number, file_id in enumerate(file_ids, 1):
        transaction.write(
            _ATTACH, message_id=message_id, note_id=note_id, number=number, file_id=file_id
        )
