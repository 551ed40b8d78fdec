"""Marks a refused bank statement as dealt with."""

from datetime import UTC, datetime
from uuid import UUID

from db.banking import bank_statement
from db.banking.bank_statement import BankStatementRow
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import conflict, not_found
from starter.commands.services import Services


@command
async def settle_bank_statement(
    services: Services, caller: Caller, _command_id: UUID, statement_id: UUID, reason: str
) -> BankStatementRow:
    """Only for a refused file, which then waits for nobody: the accountant says how it was dealt
    with. The same words of the same person again change nothing; the same file that is uploaded
    again is read again.

    Raises `Refusal` `not_found`, or `bank_statement_not_refused`.
    """
    database, by = services.database, caller.login
    await bank_statement.settle(database, statement_id, because=reason, by=by, at=datetime.now(UTC))
    row = await bank_statement.find(database, statement_id)
    if row is None:
        raise not_found()
    if (row.settled_because, row.settled_by) != (reason, by):
        raise conflict("bank_statement_not_refused")
    return row
