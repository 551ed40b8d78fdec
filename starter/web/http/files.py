"""Files chosen in a form: stored before what the form says is sent, and kept when it is refused.

    visit = await with_files(visit)            # in the handler, before the command
    files = attached_in(visit.form)            # ids for the command
    chosen = await chosen_files(visit, form)   # for the page: what the form holds already

The page shows `files_field(t, form, chosen)` of `file_macros.html` in a form of
`enctype="multipart/form-data"`; its route takes `max_body_size=FILES_FORM_BYTES`
and stands in `SEVERAL_FILES` of `page.py`.
"""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from uuid import UUID

from db.file import store
from domain.file.file import MAX_TOGETHER_BYTES
from starter.commands.file.attach import is_own
from starter.commands.file.upload import upload_files
from starter.http.multipart import PARTS_READ
from starter.presentation.file.file import FileShown, file_shown
from starter.web.http.forms import Form
from starter.web.http.visit import Visit

FILES_FORM_BYTES = MAX_TOGETHER_BYTES + 6 * 1024 * 1024
"""Of a form with files: those that are too large by less than this are refused beside the field."""
ATTACHED = "attached"
"""The field with the ids of files that were stored when the form was sent before."""


async def with_files(visit: Visit) -> Visit:
    """Stores the chosen files; the visit's form names them from then on. Raises `Refusal`."""
    if not visit.form.files:
        return visit
    rows = await upload_files(visit.services, visit.caller, visit.command_id, visit.form.files)
    ids = (*attached_in(visit.form), *(row.id for row in rows))
    fields = {**visit.form.fields, ATTACHED: ",".join(map(str, ids))}
    return replace(visit, form=Form(MappingProxyType(fields)))


def attached_in(form: Form) -> tuple[UUID, ...]:
    """The ids of the files that go with a form; what is no id is none, and so is one too many that
    no page of ours has written.
    """
    said = form.line(ATTACHED).split(",")[:PARTS_READ]
    return tuple(found for one in said if (found := _id_in(one)) is not None)


async def chosen_files(visit: Visit, form: Form | None) -> Sequence[FileShown]:
    """The files that a form holds already, in their order; those of others are not shown."""
    wanted = () if form is None else attached_in(form)
    if not wanted:
        return ()
    rows = {row.id: row for row in await visit.database.rows(store.by_ids(wanted))}
    return [
        file_shown(rows[one], visit.language)
        for one in wanted
        if one in rows and is_own(visit.caller, rows[one])
    ]


def _id_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
