"""What a client and staff say to an unpaid order, over HTTP."""

from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from domain.collection.collection import CourtKind, Reason
from starter.api.billing.invoice import InvoicePath
from starter.api.collection.case import AskedOfCollection
from starter.api.http.models import Body, Day, Lax, Line, Note
from starter.api.http.problems import UNKNOWN
from starter.api.http.route import CommandId, CurrentCaller, LanguageDep, ServicesDep, router
from starter.commands.collection import contact, decide
from starter.commands.collection.contact import ContactChannel
from starter.commands.collection.decide import Court
from starter.presentation.collection.collection import CollectionShown, collection_shown

MAX_COURT_LENGTH = 200
MAX_NUMBER_LENGTH = 60

routes = router("collections")


class ReasonBody(Body):
    """Why the order is not paid."""

    answer: Annotated[Reason, Lax] = Field(examples=["forgot"])


class PromiseBody(Body):
    """The day on which the client pays; `reason` is what else was said."""

    pay_on: Day
    reason: Note | None = None


class PauseBody(Body):
    """Until which day nobody writes to the client, and why."""

    paused_until: Day
    reason: Note


class WhyBody(Body):
    """Why."""

    reason: Note


class CourtBody(Body):
    """A court that was asked for what is owed."""

    kind: Annotated[CourtKind, Lax] = Field(examples=["order"])
    court: Line = Field(min_length=1, max_length=MAX_COURT_LENGTH, pattern=r"\S")
    number: Line = Field(min_length=1, max_length=MAX_NUMBER_LENGTH, pattern=r"\S")
    filed_on: Day
    reason: Note | None = None


class ContactBody(Body):
    """A contact that staff had with the client."""

    channel: Annotated[ContactChannel, Lax] = Field(examples=["call"])
    contacted_on: Day
    note: Note


@routes.post(
    "/v1/invoices/{invoice_number}/collection",
    summary="Collect an overdue order",
    status_code=HTTPStatus.CREATED,
    responses=UNKNOWN,
)
async def open_collection(
    invoice_number: InvoicePath,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> CollectionShown:
    """Begins what the hourly round would begin. `collection_not_overdue` before the day of payment
    has passed.
    """
    row = await decide.open_collection(services, caller, command_id, invoice_number)
    return collection_shown(row, caller, language)


@routes.post(
    "/v1/collections/{collection_id}/reason", summary="Say why it is not paid", responses=UNKNOWN
)
async def give_reason(body: ReasonBody, asked: AskedOfCollection) -> CollectionShown:
    """The money is looked for at once; the reason decides how long nobody writes."""
    return await asked.by(decide.give_reason, body.answer)


@routes.post("/v1/collections/{collection_id}/promise", summary="Promise to pay", responses=UNKNOWN)
async def promise_payment(body: PromiseBody, asked: AskedOfCollection) -> CollectionShown:
    """Nobody writes before the day; a promise that is not kept is followed by the next letter."""
    return await asked.by(decide.promise_payment, body.pay_on, body.reason)


@routes.post(
    "/v1/collections/{collection_id}/pause", summary="Pause the letters", responses=UNKNOWN
)
async def pause_collection(body: PauseBody, asked: AskedOfCollection) -> CollectionShown:
    """The ladder goes on where it stood."""
    return await asked.by(decide.pause_collection, body.paused_until, body.reason)


@routes.post("/v1/collections/{collection_id}/claim", summary="Send the claim", responses=UNKNOWN)
async def send_claim(asked: AskedOfCollection) -> CollectionShown:
    """On a bank day, within the client's hours, and not on a day on which it was contacted."""
    return await asked.by(decide.send_claim)


@routes.post(
    "/v1/collections/{collection_id}/lawyer", summary="Hand to the lawyer", responses=UNKNOWN
)
async def to_lawyer(body: WhyBody, asked: AskedOfCollection) -> CollectionShown:
    """Nothing is sent by itself from then on."""
    return await asked.by(decide.to_lawyer, body.reason)


@routes.post(
    "/v1/collections/{collection_id}/lawyer/return", summary="Hand back", responses=UNKNOWN
)
async def from_lawyer(body: WhyBody, asked: AskedOfCollection) -> CollectionShown:
    """The letters go on where they stood; after a claim, its days."""
    return await asked.by(decide.from_lawyer, body.reason)


@routes.post("/v1/collections/{collection_id}/court", summary="Record a court", responses=UNKNOWN)
async def record_court(body: CourtBody, asked: AskedOfCollection) -> CollectionShown:
    """An order to pay or a suit, with the fee by the rules of its day."""
    court = Court(body.kind, body.court, body.number, body.filed_on)
    return await asked.by(decide.record_court, court, body.reason)


@routes.post("/v1/collections/{collection_id}/settle", summary="Settle a debt", responses=UNKNOWN)
async def settle_debt(body: WhyBody, asked: AskedOfCollection) -> CollectionShown:
    """The parties have agreed otherwise than by a payment."""
    return await asked.by(decide.settle_debt, body.reason)


@routes.post(
    "/v1/collections/{collection_id}/cancel", summary="Cancel a collection", responses=UNKNOWN
)
async def cancel_collection(body: WhyBody, asked: AskedOfCollection) -> CollectionShown:
    """Nothing is owed after all."""
    return await asked.by(decide.cancel_collection, body.reason)


@routes.post(
    "/v1/collections/{collection_id}/write-off", summary="Propose a write-off", responses=UNKNOWN
)
async def propose_write_off(body: WhyBody, asked: AskedOfCollection) -> CollectionShown:
    """The case goes on until another person confirms."""
    return await asked.by(decide.propose_write_off, body.reason)


@routes.post(
    "/v1/collections/{collection_id}/write-off/confirm",
    summary="Confirm a write-off",
    responses=UNKNOWN,
)
async def confirm_write_off(asked: AskedOfCollection) -> CollectionShown:
    """`collection_write_off_by_one` to whoever proposed it."""
    return await asked.by(decide.confirm_write_off)


@routes.post(
    "/v1/collections/{collection_id}/write-off/decline",
    summary="Decline a write-off",
    responses=UNKNOWN,
)
async def decline_write_off(body: WhyBody, asked: AskedOfCollection) -> CollectionShown:
    """The case goes on."""
    return await asked.by(decide.decline_write_off, body.reason)


@routes.post(
    "/v1/collections/{collection_id}/contacts",
    summary="Write a contact down",
    status_code=HTTPStatus.NO_CONTENT,
)
async def log_contact(body: ContactBody, asked: AskedOfCollection) -> None:
    """No letter leaves on the day of one."""
    await asked.done(contact.log_contact, body.channel, body.contacted_on, body.note)
