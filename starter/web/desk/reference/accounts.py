"""Our own bank accounts at the desk: what invoices and payment runs name, and who wrote it."""

from collections.abc import Mapping
from dataclasses import fields
from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from db.banking import own_account
from domain.billing.requisites import MAX_ADDRESS_LENGTH
from starter.access import roles_of
from starter.commands.banking import own_account as command
from starter.commands.banking.own_account import OwnAccount
from starter.commands.refusal import Refusal
from starter.web.http.deed import refused
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

LIST = "/desk/reference/accounts"
OPTIONAL = frozenset({"kpp", "address", "correspondent_account"})
FIELDS = tuple(one.name for one in fields(OwnAccount))

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


async def _page(
    visit: Visit, form: Form | None = None, status: int = HTTPStatus.OK, *, account: str = ""
) -> Response:
    accounts = await own_account.all_accounts(visit.database)
    known = next((one for one in accounts if one.account == account), None)
    return visit.page(
        "desk_reference_accounts.html",
        status=status,
        form=form or (Form() if known is None else Form(_typed(known))),
        here=LIST,
        accounts=accounts,
        names=("account", *FIELDS),
        optional=OPTIONAL,
        may_write=visit.caller.role in roles_of("write_own_account"),
    )


def _typed(row: own_account.OwnAccountRow) -> Mapping[str, str]:
    """What is written of an account, as one would type it."""
    return MappingProxyType({one: getattr(row, one) or "" for one in ("account", *FIELDS)})
