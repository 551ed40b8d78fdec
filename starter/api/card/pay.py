"""Paying an order of billing by card over HTTP."""

from typing import Annotated

from fastapi import Path
from pydantic import Field

from domain.card.card_payment import CardStatus
from starter.api.http.models import ID_PATTERN, Roubles, Shown
from starter.api.http.route import CommandId, CurrentCaller, LanguageDep, ServicesDep, router
from starter.commands.card import pay
from texts.reasons import card_reason

routes = router("invoices")


class CardPageShown(Shown):
    """A payment by card of an order."""

    status: CardStatus
    amount: Roubles
    href: str | None = Field(description="The acquirer's page, while it can be paid on.")
    reason: str | None = Field(description="Why it cannot be paid so, in words.")


@routes.post("/v1/invoices/{invoice_number}/card-payments", summary="Pay an order by card")
async def pay_by_card(
    invoice_number: Annotated[str, Path(pattern=ID_PATTERN)],
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> CardPageShown:
    """A page for what is left; the one that is open is answered again. Without `href` and `reason`
    the page is still being made: ask again.
    """
    page = await pay.pay_by_card(services, caller, command_id, invoice_number)
    return CardPageShown(
        status=page.status,
        amount=page.amount_kopecks,
        href=page.href,
        reason=None if page.reason is None else card_reason(page.reason, language),
    )
