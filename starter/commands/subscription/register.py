"""Registers subscriptions of the host product, with the running term in its records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from db.case.policy import renewal_policy_from, renewal_valid_at
from db.database import ConstraintBroken, Database
from db.subscription import subscription as subscriptions
from db.subscription.subscription import TermOfRecord, TermStored
from db.subscription.subscription_queries import SubscriptionWritten, TariffSize
from domain.calendar.bank_calendar import moscow_date
from domain.renewal.renewal import RenewalRequest, renewal_workflow_id
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import FieldError, conflict, invalid
from starter.commands.renewal.case import watch
from starter.commands.services import Services

_REFUSALS = {
    TermStored.OVERLAPS: "term_overlaps",
    TermStored.NOT_THE_LAST: "term_not_the_last",
    TermStored.INVOICE_TAKEN: "term_invoice_taken",
}


@dataclass(frozen=True)
class TermAsked:
    """The running term in the host product's records; both days are Moscow days and inclusive."""

    tariff_code: str
    starts_on: date
    ends_on: date
    invoice_number: str | None = None


@dataclass(frozen=True)
class SubscriptionAsked:
    """A subscription; `term` registers the paid term that is running, or ended a few days ago."""

    client_id: str
    title: str
    term: TermAsked | None = None


@command
async def write_subscription(
    services: Services,
    _caller: Caller,
    command_id: UUID,
    subscription_id: str,
    asked: SubscriptionAsked,
) -> bool:
    """Registers a subscription and its running term, or renames it; returns whether it is new.

    A case is started for a registered term: it reminds, takes orders and renews the term.
    """
    now, database = datetime.now(UTC), services.database
    term = None
    if asked.term is not None:
        term = await _judged(database, asked.client_id, asked.term, now)
    row = await _put(database, subscription_id, asked, now)
    if term is not None:
        await _register(database, subscription_id, term, now)
        await watch(services, _request(row, term), command_id)
    return row.is_new


async def _judged(
    database: Database, client_id: str, asked: TermAsked, now: datetime
) -> TermOfRecord:
    """The term to store; refused with every error in it."""
    (policy_row,), tariffs, owners = await database.read(
        renewal_valid_at(now),
        subscriptions.tariff(asked.tariff_code),
        subscriptions.invoice_owner(asked.invoice_number or ""),
    )
    grace = timedelta(days=renewal_policy_from(policy_row).grace_days)
    unknown = asked.invoice_number is not None and not any(
        row.client_id == client_id for row in owners
    )
    problems = [
        *_tariff_problems(tariffs),
        *_day_problems(asked, moscow_date(now), grace),
        *([FieldError("invoice_unknown", "/term/invoice_number")] if unknown else ()),
    ]
    if problems:
        raise invalid(*problems)
    return TermOfRecord(
        asked.tariff_code, tariffs[0].units, asked.starts_on, asked.ends_on, asked.invoice_number
    )


def _tariff_problems(tariffs: Sequence[TariffSize]) -> list[FieldError]:
    if not tariffs:
        return [FieldError("tariff_unknown", "/term/tariff_code")]
    return [FieldError("tariff_is_free", "/term/tariff_code")] if tariffs[0].is_free else []


def _day_problems(asked: TermAsked, today: date, grace: timedelta) -> list[FieldError]:
    if asked.ends_on < asked.starts_on:
        return [FieldError("period_malformed", "/term/ends_on")]
    if asked.starts_on > today:
        return [FieldError("term_not_begun", "/term/starts_on")]
    if today - asked.ends_on > grace:
        return [FieldError("term_over", "/term/ends_on", params={"days": grace.days})]
    return []


async def _put(
    database: Database, subscription_id: str, asked: SubscriptionAsked, now: datetime
) -> SubscriptionWritten:
    try:
        row = await subscriptions.put(database, subscription_id, asked.client_id, asked.title, now)
    except ConstraintBroken as broken:
        if broken.constraint != "subscriptions_client_id_fkey":
            raise
        raise invalid(FieldError("client_unknown", "/client_id")) from None
    if row is None:
        raise conflict("subscription_differs")
    return row


async def _register(
    database: Database, subscription_id: str, term: TermOfRecord, now: datetime
) -> None:
    stored = await subscriptions.register_term(database, subscription_id, term, now)
    if stored in _REFUSALS:
        raise conflict(_REFUSALS[stored])


def _request(row: SubscriptionWritten, term: TermOfRecord) -> RenewalRequest:
    """The request that opens the case of the term."""
    return RenewalRequest(
        renewal_workflow_id(row.id, term.ends_on),
        row.id,
        row.client_id,
        str(subscriptions.term_id(row.id, term)),
        term.ends_on,
    )
