"""One renewal of a story: who does what, and the resulting status."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from typing import Any

from demo.case import LOOK_SECONDS, STATUS_LIMIT_SECONDS, WEEKDAYS
from demo.stage import Stage
from demo.time_skipping import let_pass
from domain.access.roles import Role
from domain.calendar.bank_calendar import MOSCOW
from domain.money import parse_amount
from domain.renewal.indicator import Level
from domain.renewal.renewal import PayBy, RenewalAction, RenewalStatus, renewal_workflow_id
from simulation.api_client import Document
from simulation.billing_data import Client
from simulation.bodies import order_body
from simulation.expectation import Unexpected, expect
from simulation.people import Person
from simulation.sandboxes import Transfer
from stack.mailbox import plain_text
from texts import day, moment, rubles, translate


@dataclass(frozen=True)
class Held:
    """The subscription as the host product registers it, with the term that runs."""

    id: str
    title: str
    client: Client
    tariff_code: str
    starts_on: date
    ends_on: date


class Renewal:
    """A renewal of one term. Everything is done through the API."""

    def __init__(self, stage: Stage, held: Held) -> None:
        self.held = held
        self.id = renewal_workflow_id(held.id, held.ends_on)
        self.client = stage.cast.client(held.client)
        self._stage = stage
        self._title = "—"

    @property
    def path(self) -> str:
        """The case's path in the API."""
        return f"/v1/renewals/{self.id}"

    def view(self, person: Person | None = None) -> Document:
        """The case as a person sees it, the client by default."""
        return (person or self.client).read(self.path)

    def register(self) -> None:
        """The host product brings the subscription; from then on a case watches its term."""
        held = self.held
        term = {
            "tariff_code": held.tariff_code,
            "starts_on": held.starts_on.isoformat(),
            "ends_on": held.ends_on.isoformat(),
        }
        body = {"client_id": held.client.id, "title": held.title, "term": term}
        self._stage.cast.billing.command("PUT", f"/v1/subscriptions/{held.id}", body)
        event = f"registers «{held.title}», paid until {day(held.ends_on)}"
        self.show(Role.BILLING, event, self.view())

    def show_indicator(self, right: Level) -> None:
        """What the host product shows on the client's profile."""
        found = self.client.read(f"/v1/subscriptions/{self.held.id}/indicator")
        expect(f"the indicator of {self.held.id}", right, found["level"])
        self._stage.terminal.event("product", f"indicator: {found['level']}", found["sentence"])

    def report_usage(self, units: int) -> None:
        """The host product reports the usage of the running term."""
        body = {"reported_at": datetime.now(UTC).isoformat(), "units_used": units}
        path = f"/v1/subscriptions/{self.held.id}/usage"
        self._stage.cast.billing.command("PUT", path, body)
        self._stage.terminal.event("product", f"reports that {units} units are used")

    def let_time_pass(self, until: datetime) -> None:
        """Skips the case's time to an instant."""
        let_pass(self._stage.stack.temporal_address, self.id, until)
        moscow = until.astimezone(MOSCOW)
        named = f"{WEEKDAYS[moscow.weekday()]} {moscow:%d.%m.%Y, %H:%M}"
        self._stage.terminal.event("calendar", f"for the case it is {named}")

    def wait_for_letter(self, template: str) -> None:
        """Until the client has a letter about this case."""
        subject = translate(f"mail.{template}.subject", subscription=self.held.title)

        def is_awaited(letter: EmailMessage) -> bool:
            to_client = letter["To"] == self.held.client.email
            return bool(to_client and letter["Subject"] == subject and self._is_of(letter))

        self._stage.stack.mailbox.wait_for(is_awaited)
        self._stage.terminal.event(Role.CLIENT, "gets a letter", f"«{subject}»")

    def offers(self) -> list[Document]:
        """What is offered now, shown with prices and reasons."""
        found = self.client.read(f"/v1/subscriptions/{self.held.id}/offers")["items"]
        self._stage.terminal.event(Role.CLIENT, f"looks at the offers: {len(found)}")
        rows = [
            (one["title"], one["tariff_title"], rubles(parse_amount(one["price"])), one["reason"])
            for one in found
        ]
        self._stage.terminal.table(("offer", "tariff", " price", "why"), rows)
        return list(found)

    def requisites(self) -> Mapping[str, Any]:
        """Our stored requisites of the client's INN, which need not be typed."""
        found = self.client.read(f"/v1/organisations/{self.held.client.inn}")
        event = f"confirms the requisites found by INN {found['inn']}"
        self._stage.terminal.event(Role.CLIENT, event, found["name"])
        return found

    def order(self, offer: Document, requisites: Mapping[str, Any]) -> Document:
        """The client orders an offer, to be paid by an invoice."""
        body = order_body(offer, PayBy.BANK_TRANSFER, requisites)
        path = f"/v1/subscriptions/{self.held.id}/orders"
        placed = self.client.command("POST", path, body)
        expect("the case that takes the order", self.id, placed["id"])
        amount = rubles(parse_amount(placed["amount"]))
        event = f"orders «{offer['title']}»: invoice {placed['invoice_number']}, {amount}"
        self.show(Role.CLIENT, event, placed)
        return placed

    def claim(self) -> None:
        """The client claims that the payment is on its way."""
        offered = {one["action"]: one for one in self.view()["actions"]}
        action = offered[RenewalAction.CLAIM_PAYMENT]
        state = self.client.command(action["method"], action["href"])
        until = moment(datetime.fromisoformat(state["claimed_until"]))
        self._stage.terminal.event(
            Role.CLIENT, "says that the payment is on its way", f"no reminders until {until}"
        )

    def letters(self) -> list[EmailMessage]:
        """Every letter about this case that has come, in the order of arrival."""
        found = self._stage.stack.mailbox.letters()
        return [letter for letter in found if self._is_of(letter)]

    def _is_of(self, letter: EmailMessage) -> bool:
        """Whether a letter names this case."""
        return self.id in plain_text(letter).split()

    def followed_by(self, next_id: str) -> Document:
        """The case of the next term, once it is open."""
        deadline = time.monotonic() + STATUS_LIMIT_SECONDS
        while True:
            found = self.client.read("/v1/renewals", subscription_id=self.held.id)["items"]
            if found[0]["id"] == next_id:
                return dict(found[0])
            if time.monotonic() > deadline:
                raise Unexpected(f"waiting for what follows {self.id}", next_id, found[0]["id"])
            time.sleep(LOOK_SECONDS)

    def wait_until(self, status: RenewalStatus, who: str, event: str) -> Document:
        """Waits until the case has the status."""
        deadline = time.monotonic() + STATUS_LIMIT_SECONDS
        while (view := self.view())["status"] != status:
            if time.monotonic() > deadline:
                raise Unexpected(f"waiting for {self.id}", status, view["status"])
            time.sleep(LOOK_SECONDS)
        self.show(who, event, view)
        return view

    def show(self, who: str, event: str, state: Document) -> None:
        """An event, and the resulting status."""
        after = state["title"]
        outcome = "" if after == self._title else f"{self._title} → {after}"
        self._title = after
        self._stage.terminal.event(who, event, outcome)


def send(stage: Stage, transfer: Transfer) -> None:
    """A transfer from a payer's bank to ours."""
    stage.cast.wait(stage.bank.receive(transfer))
    event = f"brings {rubles(transfer.kopecks)} on {day(transfer.day)}"
    stage.terminal.event(Role.BANK, event, f"«{transfer.purpose}»")
