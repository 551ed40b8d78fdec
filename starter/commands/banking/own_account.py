"""Our own bank accounts: payment runs are paid from them, and their statements are accepted."""

from collections.abc import Awaitable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from uuid import UUID

from db.banking import own_account
from db.banking.own_account import OwnAccountRow, WrittenAccount
from db.database import ConstraintBroken
from domain.billing.requisites import (
    check_account,
    check_address,
    check_bic,
    check_correspondent_account,
    check_inn,
    check_kpp,
    check_name,
)
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import FieldError, conflict, invalid, not_found
from starter.commands.services import Services

KEPT_OPEN: Mapping[str, str] = MappingProxyType(
    {own_account.MONEY_WAITS: "own_account_busy", own_account.LAST_OPEN: "own_account_last"}
)
"""Why an account is not closed: the rule of the database, and its refusal."""


@dataclass(frozen=True)
class OwnAccount:
    """Our requisites at a bank, validated by the same rules as a client's."""

    bic: str
    bank_name: str
    correspondent_account: str | None
    name: str
    inn: str
    kpp: str | None
    address: str | None


@dataclass(frozen=True)
class OwnAccountWritten:
    """An account as it is stored now."""

    row: OwnAccountRow | WrittenAccount
    is_new: bool
    is_as_it_was: bool = False


@command
async def write_own_account(
    services: Services,
    caller: Caller,
    _command_id: UUID,
    account: str,
    written: OwnAccount,
    *,
    unless_set: bool = False,
) -> OwnAccountWritten:
    """Stores an own account, or replaces it unless the caller asked to keep what is stored.

    Payment runs created earlier keep the requisites they were created with. Refused as
    `own_account_closed` for a closed one.
    """
    problems = problems_of(account, written)
    if problems:
        raise invalid(*problems)
    values = account, caller.login, datetime.now(UTC), asdict(written)
    if not unless_set:
        written_now = await _unless_closed(own_account.put(services.database, *values))
        return OwnAccountWritten(written_now, is_new=written_now.is_new)
    is_new = await own_account.put_first(services.database, *values)
    ((row,),) = await services.database.read(own_account.one(account))
    return OwnAccountWritten(row, is_new=is_new, is_as_it_was=not is_new)


@command
async def close_own_account(
    services: Services, caller: Caller, _command_id: UUID, account: str, reason: str
) -> OwnAccountRow:
    """Closes an account: no payment run leaves by it, no invoice names it any more; statements of
    it are still taken. Closed already, nothing changes.

    Refused as `own_account_busy` while a run, an order or an entry of it waits, as
    `own_account_last` for the only open one.
    """
    at = datetime.now(UTC)
    try:
        row = await own_account.close(services.database, account, reason, caller.login, at)
    except ConstraintBroken as broken:
        if broken.constraint not in KEPT_OPEN:
            raise
        raise conflict(KEPT_OPEN[broken.constraint]) from None
    return row or await _found(services, account)


@command
async def open_own_account(
    services: Services, caller: Caller, _command_id: UUID, account: str, reason: str
) -> OwnAccountRow:
    """Opens a closed account again; open already, nothing changes."""
    at = datetime.now(UTC)
    row = await own_account.open_again(services.database, account, reason, caller.login, at)
    return row or await _found(services, account)


async def _found(services: Services, account: str) -> OwnAccountRow:
    row = await services.database.row(own_account.one(account))
    if row is None:
        raise not_found()
    return row


async def _unless_closed(putting: Awaitable[WrittenAccount]) -> WrittenAccount:
    try:
        return await putting
    except ConstraintBroken as broken:
        if broken.constraint != own_account.CLOSED_STAYS:
            raise
        raise conflict("own_account_closed") from None


def problems_of(account: str, written: OwnAccount) -> list[FieldError]:
    """Every error of an account at once."""
    correspondent = written.correspondent_account
    found = {
        "/name": check_name(written.name, "recipient_name"),
        "/bank_name": check_name(written.bank_name, "bank_name"),
        "/bic": check_bic(written.bic),
        "/address": None if written.address is None else check_address(written.address),
        "/inn": check_inn(written.inn),
        "/kpp": None if written.kpp is None else check_kpp(written.kpp),
        "/correspondent_account": None
        if correspondent is None
        else check_correspondent_account(correspondent, written.bic),
    }
    wrong = [FieldError(code, pointer) for pointer, code in found.items() if code is not None]
    code = check_account(account, written.bic)
    return wrong if code is None else [*wrong, FieldError(code, field="account")]
