"""Our own bank accounts over HTTP: accountants write them, staff read them."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Response
from pydantic import Field

from db.banking import own_account
from db.banking.own_account import OwnAccountRow, WrittenAccount
from domain.billing.requisites import MAX_NAME_LENGTH
from starter.api.http.models import Address, Body, Line, Shown, Written
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, ServicesDep, router
from starter.commands.banking import own_account as command
from starter.commands.banking.own_account import OwnAccount

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
    """All of them, by account."""
    rows = await own_account.all_accounts(database)
    return OwnAccounts(items=[_shown(row) for row in rows])


def _shown(row: OwnAccountRow | WrittenAccount) -> OwnAccountShown:
    return OwnAccountShown.model_validate(row, from_attributes=True)
