"""Subscriptions written by the host product over HTTP."""

from http import HTTPStatus

from fastapi import Response
from pydantic import Field

from starter.api.http.models import Body, ClientId, Day, InvoiceNumber, Line
from starter.api.http.problems import documented
from starter.api.http.route import CommandId, CurrentCaller, LanguageDep, ServicesDep, router
from starter.api.subscription.catalogue import TariffCode
from starter.api.subscription.presenters import (
    SubscriptionPath,
    SubscriptionShown,
    subscription_shown,
)
from starter.commands.subscription import register as command
from starter.commands.subscription.register import SubscriptionAsked, TermAsked
from starter.presentation.subscription.reading import found_by

MAX_TITLE_LENGTH = 160

routes = router("subscriptions")


class TermBody(Body):
    """The running term in the host product's records; both days are Moscow days and inclusive."""

    tariff_code: TariffCode
    starts_on: Day
    ends_on: Day
    invoice_number: InvoiceNumber | None = Field(
        None, description="The invoice that paid it, if it is stored here."
    )


class SubscriptionBody(Body):
    """A subscription; `term` registers the paid term that is running, or ended a few days ago."""

    client_id: ClientId
    title: Line = Field(
        min_length=1, max_length=MAX_TITLE_LENGTH, pattern=r"\S", examples=["Компас: ООО «Ромашка»"]
    )
    term: TermBody | None = None

    @property
    def asked(self) -> SubscriptionAsked:
        """The same as the command takes it."""
        term = None if self.term is None else TermAsked(**self.term.model_dump())
        return SubscriptionAsked(self.client_id, self.title, term)


@routes.put(
    "/v1/subscriptions/{subscription_id}",
    summary="Register a subscription and its running term, or rename it",
    responses={
        201: {"model": SubscriptionShown, "description": "Registered now"},
        **documented(HTTPStatus.ACCEPTED),
    },
)
async def write_subscription(
    subscription_id: SubscriptionPath,
    body: SubscriptionBody,
    response: Response,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> SubscriptionShown:
    """A case is started for a registered term: it reminds, takes orders and renews the term.

    Without `term` the client is on the free tariff, and its first order opens the first case.
    """
    is_new = await command.write_subscription(
        services, caller, command_id, subscription_id, body.asked
    )
    if is_new:
        response.status_code = HTTPStatus.CREATED
    found = await found_by(services.database, caller, subscription_id)
    return subscription_shown(found, language, caller.role)
