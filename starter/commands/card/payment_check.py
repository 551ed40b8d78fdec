"""«Проверить оплату»: the acquirer is asked, held bank entries are judged anew, our books are read,
and what was found is kept.
"""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

from db.billing import client_money, payment_check
from db.billing.payment_check import check_from
from domain.billing.payment_check import PaymentCheck
from domain.calendar.bank_calendar import moscow_date
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.billing.look_for_money import look_for_money
from starter.commands.card.check import check_card_payment
from starter.commands.command import command
from starter.commands.refusal import Refusal, RefusalKind
from starter.commands.services import Services


class CheckedOften(Refusal):
    """The order was checked a moment ago, or too often today; `last` is its latest check."""

    def __init__(self, code: str, last: PaymentCheck) -> None:
        again = None if last.free_at is None else last.free_at.isoformat()
        super().__init__(RefusalKind.TOO_OFTEN, code, details={"again_at": again})
        self.last = last


@command
async def check_payment(
    services: Services, caller: Caller, command_id: UUID, invoice_number: str
) -> PaymentCheck:
    """Has the acquirer asked where a payment by card is open, and held bank entries that name the
    order judged anew, and says what has come.

    A repeat answers what was found, and goes on where nothing is known yet. Raises
    `CheckedOften`, and `Refusal` `unavailable` without Temporal.
    """
    database = services.database
    require_visible(caller, await database.rows(client_money.of_invoice(invoice_number)))
    known = await payment_check.find(database, command_id)
    if known is None:
        now = datetime.now(UTC)
        known = await payment_check.reserve(database, command_id, invoice_number, caller.login, now)
    if known is None:
        raise await _refusal(services, invoice_number)
    return known if known.found is not None else await _looked(services, known)


async def _looked(services: Services, check: PaymentCheck) -> PaymentCheck:
    acquirer, bank = await asyncio.gather(
        check_card_payment(services, check.invoice_number),
        look_for_money(services, check.invoice_number),
    )
    now = datetime.now(UTC)
    answered = await payment_check.answer(services.database, check.id, acquirer, bank, now)
    return answered or await payment_check.find(services.database, check.id) or check


async def _refusal(services: Services, invoice_number: str) -> Refusal:
    rows = await services.database.rows(payment_check.of_invoice(invoice_number, 1))
    last = check_from(rows[0])
    is_of_today = moscow_date(last.checked_at) == moscow_date(datetime.now(UTC))
    often = is_of_today and last.free_at is None
    return CheckedOften("payment_checked_too_often" if often else "payment_checked_recently", last)
