"""«Проверить оплату» over HTTP: an order's payment is looked for, and what each look found."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Path

from db.billing import client_money, payment_check
from db.billing.payment_check import check_from
from domain.billing.payment_check import MAX_CHECKS_A_DAY
from starter.access import require_visible
from starter.api.http.models import ID_PATTERN, Shown
from starter.api.http.problems import documented
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    ServicesDep,
    router,
)
from starter.commands.card import payment_check as command
from starter.presentation.billing.payment_check import PaymentCheckShown, check_shown

SHOWN = MAX_CHECKS_A_DAY
"""Checks of one answer, the latest."""

InvoicePath = Annotated[str, Path(pattern=ID_PATTERN)]

routes = router("invoices")


class PaymentChecks(Shown):
    """The latest checks of an order, the newest first."""

    items: list[PaymentCheckShown]


@routes.post(
    "/v1/invoices/{invoice_number}/payment-checks",
    summary="Look for an order's payment",
    responses=documented(HTTPStatus.TOO_MANY_REQUESTS),
)
async def check_payment(
    invoice_number: InvoicePath,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> PaymentCheckShown:
    """Asks the acquirer where a payment by card is open, has bank entries judged anew that name the
    order and wait for an accountant, and says what our books have.

    An order is checked once a minute and ten times a day of Moscow: 429
    `payment_checked_recently` and `payment_checked_too_often`, with `again_at`.
    """
    done = await command.check_payment(services, caller, command_id, invoice_number)
    return check_shown(done, language)


@routes.get("/v1/invoices/{invoice_number}/payment-checks", summary="The checks of an order")
async def list_payment_checks(
    invoice_number: InvoicePath, database: DatabaseDep, caller: CurrentCaller, language: LanguageDep
) -> PaymentChecks:
    """The latest ten, whoever asked for them."""
    found, rows = await database.read(
        client_money.of_invoice(invoice_number), payment_check.of_invoice(invoice_number, SHOWN)
    )
    require_visible(caller, found)
    return PaymentChecks(items=[check_shown(check_from(row), language) for row in rows])
