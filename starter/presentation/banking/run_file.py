"""The file of a payment run as the bank's client takes it."""

import asyncio
from uuid import UUID

from db.banking import payment_run
from db.database import Database
from domain.access.requisites_read import ShownAs
from gateways.bank_file import write_payment_orders
from starter.caller import Caller
from starter.commands.refusal import conflict, not_found
from starter.presentation.requisites import record_read

BANK_FILE_TYPE = "text/plain; charset=windows-1251"


async def run_file(database: Database, caller: Caller, run_id: UUID) -> tuple[str, bytes]:
    """Name and content: 1CClientBankExchange in cp1251; the same run is the same bytes.

    Raises `Refusal`: `payment_run_dissolved`; `payment_run_paid_otherwise` when the case of an
    order was paid by another one, since the bank would pay it again.
    """
    runs, rows, paid = await database.read(
        payment_run.run(run_id), payment_run.orders(run_id), payment_run.settled_otherwise(run_id)
    )
    if not runs:
        raise not_found()
    if runs[0].dissolved_at is not None:
        raise conflict("payment_run_dissolved")
    if paid:
        raise conflict("payment_run_paid_otherwise", number=paid[0].number)
    await record_read(database, caller, run_id, ShownAs.RUN_FILE)
    run = payment_run.payment_run_from(runs[0], rows)
    content = await asyncio.to_thread(write_payment_orders, run)
    return f"payment-run-{runs[0].number}.txt", content
