"""Where letters to our own roles go, at the desk."""

from http import HTTPStatus

from starlette.responses import Response

from db.notification import mailbox
from domain.access.roles import Role
from domain.notification.mail_address import MAX_LENGTH, AddressMalformed, ascii_address
from starter.access import roles_of
from starter.commands.notification import mailbox as command
from starter.commands.refusal import FieldError, Refusal, invalid, unprocessable
from starter.web.http.deed import refused
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

LIST = "/desk/reference/mailboxes"
CHANGES_SHOWN = 30
"""Changes of the page, the latest."""

routes = pages()


@routes.get(LIST)
async def show_mailboxes(visit: VisitDep) -> Response:
    """The address of each role."""
    return await _page(visit)


@routes.post(LIST)
async def write_mailboxes(visit: VisitDep) -> Response:
    """Gives roles other addresses; a field that is left empty changes nothing."""

    async def page(form: Form, status: int) -> Response:
        return await _page(visit, form, status)

    try:
        boxes = _boxes(visit.form)
        await command.write_mailboxes(visit.services, visit.caller, visit.command_id, boxes)
    except Refusal as refusal:
        return await refused(visit, refusal, LIST, page)
    return visit.see(LIST)


async def _page(visit: Visit, form: Form | None = None, status: int = HTTPStatus.OK) -> Response:
    rows, changes = await visit.database.read(mailbox.all_boxes(), mailbox.history(CHANGES_SHOWN))
    addresses = {row.role: row.address for row in rows}
    return visit.page(
        "desk_reference_mailboxes.html",
        status=status,
        form=form,
        here=LIST,
        changes=changes,
        boxes=[(role, addresses.get(role)) for role in command.HAVE_MAILBOX],
        may_write=visit.caller.role in roles_of("write_mailboxes"),
    )


def _boxes(form: Form) -> dict[Role, str]:
    """The addresses that were typed; raises `Refusal` beside each that is none."""
    boxes, wrong = {}, list[FieldError]()
    for role in command.HAVE_MAILBOX:
        address = form.short_note(role, MAX_LENGTH)
        if not address:
            continue
        try:
            ascii_address(address)
        except AddressMalformed:
            wrong.append(FieldError("email_format", field=role))
        boxes[role] = address
    if wrong:
        raise invalid(*wrong)
    if not boxes:
        raise unprocessable("page_nothing_written")
    return boxes
