"""Subscriptions written by the host product, with the running term of its records."""

from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from uuid import UUID

from fastapi import Response
from pydantic import Field

from db.case.policy import renewal_policy_from, renewal_valid_at
from db.database import ConstraintBroken, Database, Row
from db.subscription import subscription as subscriptions
from db.subscription.subscription import TermOfRecord, TermStored
from domain.calendar.bank_calendar import moscow_date
from domain.renewal.renewal import RenewalRequest, renewal_workflow_id
from starter.api.http.models import Body, ClientId, Day, InvoiceNumber, Line
from starter.api.http.problems import Problem, documented
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    TemporalDep,
    router,
)
from starter.api.subscription.catalogue import TariffCode
from starter.api.subscription.presenters import SubscriptionPath, SubscriptionShown
from starter.api.subscription.reading import found_by, subscription_shown
from starter.commands.cases import Cases
from starter.commands.refusal import FieldError, LookAt, Noun, invalid
from starter.renewal import start_of
from workflows.renewal import RenewalWorkflow

MAX_TITLE_LENGTH = 160

routes = router("subscriptions")

_REFUSALS = {
    TermStored.OVERLAPS: "term_overlaps",
    TermStored.NOT_THE_LAST: "term_not_the_last",
    TermStored.INVOICE_TAKEN: "term_invoice_taken",
}


class TermBody(Body):
    """The running term as the host product has it; both days are Moscow days and belong to it."""

    tariff_code: TariffCode
    starts_on: Day
    ends_on: Day
    invoice_number: InvoiceNumber | None = Field(
        None, description="The invoice that it was paid by, if we have it."
    )


class SubscriptionBody(Body):
    """A subscription; `term` registers the paid term that runs, or ran until a few days ago."""

    client_id: ClientId
    title: Line = Field(
        min_length=1, max_length=MAX_TITLE_LENGTH, pattern=r"\S", examples=["Компас: ООО «Ромашка»"]
    )
    term: TermBody | None = None


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
    database: DatabaseDep,
    cases: TemporalDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> SubscriptionShown:
    """A registered term is watched from now on: its case reminds, takes orders and renews it.

    Without `term` the client is on the free tariff, and its first order opens the first case.
    """
    now = datetime.now(UTC)
    term = None if body.term is None else await _judged(database, body.client_id, body.term, now)
    row = await _put(database, subscription_id, body, now)
    if row.is_new:
        response.status_code = HTTPStatus.CREATED
    if term is not None:
        await _register(database, subscription_id, term, now)
        await _watch(cases, row, term, command_id)
    return subscription_shown(await found_by(database, caller, subscription_id), language)


async def _judged(
    database: Database, client_id: str, body: TermBody, now: datetime
) -> TermOfRecord:
    """The term to put down; raises `Problem` 422 with everything that is wrong with it."""
    (policy_row,), tariffs, owners = await database.read(
        renewal_valid_at(now),
        subscriptions.tariff(body.tariff_code),
        subscriptions.invoice_owner(body.invoice_number or ""),
    )
    grace = timedelta(days=renewal_policy_from(policy_row).grace_days)
    unknown = body.invoice_number is not None and not any(
        row.client_id == client_id for row in owners
    )
    problems = [
        *_tariff_problems(tariffs),
        *_day_problems(body, moscow_date(now), grace),
        *([FieldError("invoice_unknown", "/term/invoice_number")] if unknown else ()),
    ]
    if problems:
        raise invalid(*problems)
    return TermOfRecord(
        body.tariff_code, tariffs[0].units, body.starts_on, body.ends_on, body.invoice_number
    )


def _tariff_problems(tariffs: list[Row]) -> list[FieldError]:
    if not tariffs:
        return [FieldError("tariff_unknown", "/term/tariff_code")]
    return [FieldError("tariff_is_free", "/term/tariff_code")] if tariffs[0].is_free else []


def _day_problems(body: TermBody, today: date, grace: timedelta) -> list[FieldError]:
    if body.ends_on < body.starts_on:
        return [FieldError("period_malformed", "/term/ends_on")]
    if body.starts_on > today:
        return [FieldError("term_not_begun", "/term/starts_on")]
    if today - body.ends_on > grace:
        return [FieldError("term_over", "/term/ends_on", params={"days": grace.days})]
    return []


async def _put(
    database: Database, subscription_id: str, body: SubscriptionBody, now: datetime
) -> Row:
    try:
        row = await subscriptions.put(database, subscription_id, body.client_id, body.title, now)
    except ConstraintBroken as broken:
        if broken.constraint != "subscriptions_client_id_fkey":
            raise
        raise invalid(FieldError("client_unknown", "/client_id")) from None
    if row is None:
        raise Problem("subscription_differs", HTTPStatus.CONFLICT)
    return row


async def _register(
    database: Database, subscription_id: str, term: TermOfRecord, now: datetime
) -> None:
    stored = await subscriptions.register_term(database, subscription_id, term, now)
    if stored in _REFUSALS:
        raise Problem(_REFUSALS[stored], HTTPStatus.CONFLICT)


async def _watch(cases: Cases, row: Row, term: TermOfRecord, command_id: UUID) -> None:
    """Has the term watched; a case that does so already answers where it is."""
    renewal_id = renewal_workflow_id(row.id, term.ends_on)
    request = RenewalRequest(
        renewal_id,
        row.id,
        row.client_id,
        str(subscriptions.term_id(row.id, term)),
        term.ends_on,
    )
    await cases.update_with_start(
        start_of(request, cases.task_queue),
        RenewalWorkflow.ask,
        command_id,
        request,
        look_at=LookAt(Noun.RENEWAL, renewal_id),
    )
