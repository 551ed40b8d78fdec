"""A renewal as staff see it, what they may do about it, and an offer of a specialist."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import Path
from starlette.responses import Response

from db.facts import load
from db.notification import inbox
from domain.calendar.bank_calendar import moscow_date
from domain.subscription.offer import IndividualOffer
from domain.subscription.tariff import Tariff
from starter.access import roles_of
from starter.commands.refusal import FieldError
from starter.commands.subscription import offer as command
from starter.connection import web_ui_of
from starter.presentation.case.timeline import MAX_LETTERS
from starter.presentation.renewal.addresses import RENEWAL_ID_PATTERN, Addresses
from starter.presentation.renewal.case_in_full import renewal_in_full
from starter.presentation.renewal.schemas import RenewalInFull
from starter.presentation.renewal.story import renewal_story
from starter.presentation.renewal.waiting import renewal_waiting
from starter.presentation.subscription.offers import offering
from starter.web.desk.offered import offered_in, tariffs_sold
from starter.web.http.deed import done
from starter.web.http.forms import Form
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep

DOCUMENTS = Addresses("/renewals/{}", "/orders/{}/invoice.pdf", MappingProxyType({}))
"""Where the documents of a renewal are; staff give the case itself no commands."""
REASON = "offer-reason"

RenewalId = Annotated[str, Path(pattern=RENEWAL_ID_PATTERN)]

routes = pages()


@routes.get("/desk/renewals/{renewal_id}")
async def show_renewal_on_desk(visit: VisitDep, renewal_id: RenewalId) -> Response:
    """The page that letters to staff about an order lead to."""
    return await _page(visit, renewal_id)


@routes.post("/desk/renewals/{renewal_id}/offer")
async def make_individual_offer(visit: VisitDep, renewal_id: RenewalId) -> Response:
    """Offers the case's subscription a tariff at a price of its own; the client is notified."""
    case = await _case(visit, renewal_id)

    async def offered() -> None:
        reason = visit.form.note(REASON)
        missing = () if reason else (FieldError("page_reason_missing", field=REASON),)
        offer = offered_in(visit.form, missing)
        await command.make_individual_offer(
            visit.services, visit.caller, visit.command_id, case.subscription_id, offer, reason
        )

    async def page(form: Form, status: int) -> Response:
        return await _page(visit, renewal_id, form, status)

    return await done(visit, offered(), f"/desk/renewals/{renewal_id}", page)


async def _page(
    visit: Visit, renewal_id: str, form: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    case = await _case(visit, renewal_id)
    letters = await visit.database.rows(inbox.letters_of(renewal_id, None, MAX_LETTERS + 1))
    settings = visit.services.settings
    return visit.page(
        "desk_renewal.html",
        status=status,
        form=form,
        here=f"/desk/renewals/{renewal_id}",
        case=case,
        waiting=await renewal_waiting(visit.services, visit.caller, renewal_id, visit.language),
        story=renewal_story(case, letters[:MAX_LETTERS], visit.caller, settings, visit.language),
        has_more_letters=len(letters) > MAX_LETTERS,
        max_letters=MAX_LETTERS,
        may_see_claim=visit.caller.role in roles_of("read_payment_order_shown"),
        may_see_invoice=visit.caller.role in roles_of("read_invoice_pdf"),
        **await _decision(visit, case),
    )


async def _case(visit: Visit, renewal_id: str) -> RenewalInFull:
    return await renewal_in_full(
        visit.database,
        visit.caller,
        renewal_id,
        visit.language,
        addresses=DOCUMENTS,
        web_ui=partial(web_ui_of, visit.services.settings),
    )


async def _decision(visit: Visit, case: RenewalInFull) -> dict[str, Any]:
    """What the role may do: a specialist offers, an accountant looks for the money."""
    now = datetime.now(UTC)
    found = await load(visit.database, offering(case.subscription_id, now))
    role, is_open = visit.caller.role, case.closed_at is None
    may_offer = is_open and role in roles_of("make_individual_offer")
    tariffs: Sequence[Tariff] = ()
    if may_offer:
        tariffs = await tariffs_sold(visit.database, moscow_date(now))
    individual: Sequence[IndividualOffer] = found.situation.individual
    invoice = case.invoice
    return {
        "may_offer": may_offer,
        "tariffs": tariffs,
        "individual": individual,
        "awaits_money": is_open and invoice is not None and invoice.paid < invoice.total,
        "may_find_money": role in roles_of("upload_bank_statement"),
    }
