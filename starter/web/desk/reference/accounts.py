"""Our own bank accounts at the desk: what invoices and payment runs name, and who wrote it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import fields
from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import Response

from db.banking import own_account
from db.banking.own_account import OwnAccountRow
from domain.billing.requisites import MAX_ADDRESS_LENGTH
from starter.access import roles_of
from starter.commands.banking import own_account as command
from starter.commands.banking.own_account import OwnAccount
from starter.commands.refusal import Refusal
from starter.web.http.deed import needed, refused
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

LIST = "/desk/reference/accounts"
CHANGES_SHOWN = 20
"""Changes of one account, the latest."""
OPTIONAL = frozenset({"kpp", "address", "correspondent_account"})
FIELDS = tuple(one.name for one in fields(OwnAccount))

AccountPath = Annotated[str, Path(pattern=r"^[0-9]{20}$")]
Deed = Callable[..., Awaitable[OwnAccountRow]]

routes = pages()


@routes.get(LIST)
async def list_own_accounts(
    visit: VisitDep, account: Annotated[str, Query(pattern=r"^([0-9]{20})?$")] = ""
) -> Response:
    """Every own account; the form has what is written of `account`, to be corrected."""
    return await _page(visit, account=account)


@routes.post(LIST)
async def write_own_account(visit: VisitDep) -> Response:
    """Stores an account, or replaces what is written of it."""

    async def page(form: Form, status: int) -> Response:
        return await _page(visit, form, status)

    try:
        account = visit.form.short_note("account", MAX_ADDRESS_LENGTH)
        said: dict[str, Any] = {
            one: visit.form.short_note(one, MAX_ADDRESS_LENGTH) for one in FIELDS
        }
        written = OwnAccount(**{**said, **{one: said[one] or None for one in OPTIONAL}})
        await command.write_own_account(
            visit.services, visit.caller, visit.command_id, account, written
        )
    except Refusal as refusal:
        return await refused(visit, refusal, LIST, page)
    return visit.see(LIST)


@routes.post(f"{LIST}/{{account}}/closing")
async def close_own_account(visit: VisitDep, account: AccountPath) -> Response:
    """Closes an account, with the reason."""
    return await _of_account(visit, account, command.close_own_account)


@routes.post(f"{LIST}/{{account}}/opening")
async def open_own_account(visit: VisitDep, account: AccountPath) -> Response:
    """Opens a closed account again, with the reason."""
    return await _of_account(visit, account, command.open_own_account)


async def _of_account(visit: Visit, account: str, deed: Deed) -> Response:
    async def page(form: Form, status: int) -> Response:
        return await _page(visit, form, status)

    try:
        reason = needed(visit.form, f"reason-{account}")
        await deed(visit.services, visit.caller, visit.command_id, account, reason)
    except Refusal as refusal:
        return await refused(visit, refusal, LIST, page)
    return visit.see(LIST)


async def _page(
    visit: Visit, form: Form | None = None, status: int = HTTPStatus.OK, *, account: str = ""
) -> Response:
    accounts = await own_account.all_accounts(visit.database)
    changes = await visit.database.read(
        *(own_account.history(one.account, CHANGES_SHOWN) for one in accounts)
    )
    known = next((one for one in accounts if one.account == account), None)
    return visit.page(
        "desk_reference_accounts.html",
        status=status,
        form=form or (Form() if known is None else Form(_typed(known))),
        here=LIST,
        accounts=[*zip(accounts, changes, strict=True)],
        names=("account", *FIELDS),
        optional=OPTIONAL,
        may_write=visit.caller.role in roles_of("write_own_account"),
    )


def _typed(row: OwnAccountRow) -> Mapping[str, str]:
    """What is written of an account, as one would type it."""
    return MappingProxyType({one: getattr(row, one) or "" for one in ("account", *FIELDS)})
