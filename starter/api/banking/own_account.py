"""Our own bank accounts over HTTP: accountants write them, staff read them."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Response
from pydantic import Field

from db.banking import own_account
from db.banking.own_account import OwnAccountRow, WrittenAccount
from domain.banking.own_account import AccountChange
from domain.billing.requisites import MAX_NAME_LENGTH
from starter.api.http.models import Address, Body, Line, Note, Shown, Written
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, ServicesDep, router
from starter.commands.banking import own_account as command
from starter.commands.banking.own_account import OwnAccount
from starter.commands.refusal import not_found

CHANGES_SHOWN = 50
ACCOUNT_PATTERN = r"^[0-9]{20}$"

routes = router("payment runs")

AccountPath = Annotated[
    str,
    Path(pattern=ACCOUNT_PATTERN, description="Twenty digits.", examples=["40702810900000000001"]),
]
Name = Annotated[Line, Field(min_length=1, max_length=MAX_NAME_LENGTH)]


class OwnAccountBody(Body):
    """Our requisites at a bank, validated by the same rules as a client's."""

    bic: Written = Field(max_length=9, examples=["044525225"])
    bank_name: Name = Field(examples=["ПАО Сбербанк"])
    correspondent_account: Written | None = Field(
        None, max_length=20, examples=["30101810400000000225"]
    )
    name: Name = Field(examples=["ООО «Копейка»"])
    inn: Written = Field(max_length=12, examples=["7707083893"])
    kpp: Written | None = Field(None, max_length=9, examples=["770701001"])
    address: Address | None = Field(None, description="Our address, as printed on invoices.")

    @property
    def written(self) -> OwnAccount:
        """The same as the command's argument."""
        return OwnAccount(**self.model_dump())


class OwnAccountShown(Shown):
    """An own account as it is stored."""

    account: str
    bic: str
    bank_name: str
    correspondent_account: str | None
    name: str
    inn: str
    kpp: str | None
    address: str | None
    written_by: str
    updated_at: datetime
    closed_at: datetime | None = Field(description="Since when nothing goes out from it.")
    reason: str | None = Field(description="Why it was closed, or opened again.")


class AccountChangeShown(Shown):
    """A change of an own account: what was written then, or why it was closed or opened again."""

    kind: AccountChange
    bic: str
    bank_name: str
    correspondent_account: str | None
    name: str
    inn: str
    kpp: str | None
    address: str | None
    reason: str | None
    author: str
    at: datetime


class AccountChanges(Shown):
    """The latest changes of an account."""

    items: list[AccountChangeShown]


class Reason(Body):
    """Why."""

    reason: Note


class OwnAccounts(Shown):
    """Every own account."""

    items: list[OwnAccountShown]


@routes.put(
    "/v1/own-accounts/{account}",
    summary="Write an own account, or replace its data",
    responses={201: {"model": OwnAccountShown, "description": "Written now"}},
)
async def write_own_account(
    account: AccountPath,
    body: OwnAccountBody,
    response: Response,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> OwnAccountShown:
    """Payment runs created earlier keep the requisites they were created with."""
    done = await command.write_own_account(services, caller, command_id, account, body.written)
    if done.is_new:
        response.status_code = HTTPStatus.CREATED
    return _shown(done.row)


@routes.get("/v1/own-accounts", summary="Our own accounts")
async def list_own_accounts(database: DatabaseDep, _caller: CurrentCaller) -> OwnAccounts:
    """All of them, closed ones too, by account."""
    rows = await own_account.all_accounts(database)
    return OwnAccounts(items=[_shown(row) for row in rows])


@routes.get("/v1/own-accounts/{account}/changes", summary="Who changed an own account")
async def list_own_account_changes(
    account: AccountPath, database: DatabaseDep, _caller: CurrentCaller
) -> AccountChanges:
    """The latest fifty, the newest first."""
    rows = await database.rows(own_account.history(account, CHANGES_SHOWN))
    if not rows:
        raise not_found()
    return AccountChanges(
        items=[AccountChangeShown.model_validate(row, from_attributes=True) for row in rows]
    )


@routes.post("/v1/own-accounts/{account}/closing", summary="Close an own account")
async def close_own_account(
    account: AccountPath,
    body: Reason,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> OwnAccountShown:
    """Nothing goes out from a closed account, and no invoice names it; its statements are taken.

    409 `own_account_busy` while a payment run, an order or an entry of it waits; 409
    `own_account_last` for the only open one.
    """
    return _shown(
        await command.close_own_account(services, caller, command_id, account, body.reason)
    )


@routes.post("/v1/own-accounts/{account}/opening", summary="Open a closed account again")
async def open_own_account(
    account: AccountPath,
    body: Reason,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> OwnAccountShown:
    """It stays as it was written."""
    return _shown(
        await command.open_own_account(services, caller, command_id, account, body.reason)
    )


def _shown(row: OwnAccountRow | WrittenAccount) -> OwnAccountShown:
    return OwnAccountShown.model_validate(row, from_attributes=True)
