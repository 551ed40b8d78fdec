"""One refund of a story: who does what, and the resulting status."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from email.message import EmailMessage
from typing import Any

from demo.stage import Stage
from demo.time_skipping import let_pass
from domain.access.roles import Role
from domain.billing.requisites import Requisites
from domain.calendar.bank_calendar import MOSCOW
from domain.money import parse_amount
from domain.payout.payout import ChannelReason, PayoutStatus
from domain.refund.refund import Action, RefundStatus
from domain.refund.statement import CODE_DIGITS
from simulation.api_client import Document
from simulation.billing_data import Invoice
from simulation.bodies import code_in
from simulation.expectation import Unexpected, expect
from simulation.people import Person
from texts import day, rubles, translate

CREDIT_BANK_DAYS = 10
"""«В течение десяти банковских дней с даты платежа»."""
STATUS_LIMIT_SECONDS = 30.0
LOOK_SECONDS = 0.2
WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")


class Case:
    """A refund of one invoice. Everything is done through the API."""

    def __init__(self, stage: Stage, invoice: Invoice) -> None:
        self.invoice = invoice
        self.client = stage.cast.client(invoice.client)
        self.id = ""
        self._stage = stage
        self._title = "—"
        self._amount: str | None = None

    @property
    def acquirer_payment_id(self) -> str | None:
        """The acquirer's id of the invoice's payment; None for a bank transfer."""
        return self.invoice.payment.acquirer_id if self.invoice.payment else None

    def view(self, person: Person | None = None) -> Document:
        """The case as a person sees it, the client by default."""
        return (person or self.client).read(f"/v1/refunds/{self.id}")

    def open(self, stopped_on: date) -> None:
        """The client asks for the refund of the whole invoice."""
        body = {"invoice_number": self.invoice.number, "stopped_on": stopped_on.isoformat()}
        state = self.client.command("POST", "/v1/refunds", body)
        self.id = state["id"]
        event = f"asks to refund {self.invoice.number} ({rubles(self.invoice.total_kopecks)})"
        self._show(Role.CLIENT, event, state)

    def open_surplus(self) -> None:
        """The client requests the surplus."""
        body = {"invoice_number": self.invoice.number, "surplus": True}
        state = self.client.command("POST", "/v1/refunds", body)
        self.id = state["id"]
        self._show(Role.CLIENT, f"asks for the surplus of {self.invoice.number}", state)

    def act(self, person: Person, action: Action, event: str, body: Any = None) -> Document:
        """A person takes an action that the API offers in this status."""
        offer = self._offer(person, action, event)
        answer = person.command(offer["method"], offer["href"], body)
        self._show(person.role, event, answer)
        return answer

    def is_refused(self, person: Person, action: Action, code: str, event: str) -> None:
        """A person tries what is not allowed, and is refused."""
        offer = self._offer(person, action, event)
        words = person.refused(code, offer["method"], offer["href"])
        self._stage.terminal.event(person.role, event, f"refused: {words}")

    def enter_requisites(self, requisites: Requisites) -> None:
        """The client enters the requisites; that makes the statement."""
        event = f"enters requisites: {requisites.bank_name}, account …{requisites.account[-4:]}"
        self.act(self.client, Action.ENTER_REQUISITES, event, asdict(requisites))

    def sign(self) -> None:
        """The client signs the newest statement with the code from a letter."""
        mailbox = self._stage.stack.mailbox
        seen = {letter["Message-ID"] for letter in mailbox.letters(self.invoice.client.email)}
        self.act(self.client, Action.REQUEST_CODE, "asks for a one-time code")
        subject = translate("mail.refund_one_time_code.subject", invoice_number=self.invoice.number)

        def is_awaited(letter: EmailMessage) -> bool:
            return letter["Subject"] == subject and letter["Message-ID"] not in seen

        code = code_in(mailbox.wait_for(is_awaited))
        if code is None:
            raise Unexpected("the letter with the one-time code", f"{CODE_DIGITS} digits", "none")
        self.act(self.client, Action.SIGN, "signs with the code from the letter", {"code": code})

    def wait_until_paid(self) -> None:
        """Waits for the acquirer or the bank to pay."""
        view = self._wait(_is_in(RefundStatus.COMPLETED), "to be paid")
        paid_on = date.fromisoformat(view["paid_on"])
        self._show(Role.BANK, f"the money leaves on {day(paid_on)}", view)

    def wait_until_begun(self, who: str, event: str) -> None:
        """Waits until a refund that the client has not asked for is there and asks it."""
        deadline = time.monotonic() + STATUS_LIMIT_SECONDS
        while not any(self._is_begun(one) for one in self._of_invoice()):
            if time.monotonic() > deadline:
                raise Unexpected(f"waiting for {self.id}", "to be begun", self._of_invoice())
            time.sleep(LOOK_SECONDS)
        self._show(who, event, self.view())

    def wait_until_asked_again(self) -> None:
        """Waits until the money has come back and the client is asked for other requisites."""
        view = self._wait(_is_in(RefundStatus.AWAITING_STATEMENT), "the client to be asked again")
        self._show(Role.BANK, f"the money comes back: {view['timeline'][-1]['reason']}", view)

    def wait_for_payout(self, status: PayoutStatus, who: str, event: str) -> Document:
        """Waits for the newest payout attempt and shows it."""
        view = self._wait(
            lambda view: view["payouts"][-1]["status"] == status, f"a {status} payout"
        )
        payout: Document = view["payouts"][-1]
        self._stage.terminal.event(who, event, f"payout {payout['attempt']}: {payout['title']}")
        return payout

    def show_channel(self, right: ChannelReason) -> None:
        """Shows the channel of the payout, and why."""
        change = self.view()["timeline"][-1]
        expect(f"why {self.id} is paid this way", right, change["reason_code"])
        self._stage.terminal.event("policy", f"chooses the way: {change['reason']}")

    def let_time_pass(self, until: datetime) -> None:
        """Skips the case's time to an instant; a running payout would stop it."""
        let_pass(self._stage.stack.temporal_address, self.id, until)
        moscow = until.astimezone(MOSCOW)
        event = f"for the case it is {_named(moscow.date())}, {moscow:%H:%M}"
        self._stage.terminal.event("calendar", event)

    def let_bank_days_pass(self) -> None:
        """Skips the case's time until the last day of crediting is over."""
        view = self.view()
        paid_on, credit_by = date.fromisoformat(view["paid_on"]), self._counted(view)
        days = self._bank_days(paid_on, credit_by)
        expect(f"bank days of {self.id}", CREDIT_BANK_DAYS, len(days))
        self._stage.terminal.event("calendar", f"bank days: {', '.join(map(_named, days))}")
        skipped = let_pass(
            self._stage.stack.temporal_address, self.id, datetime.fromisoformat(view["wait_until"])
        )
        closed = self._wait(lambda view: view.get("closed_at") is not None, "to be closed")
        self._stage.terminal.event(
            "calendar",
            f"{skipped.days} days pass for the case; it is over",
            f"{closed['title']}, feedback is asked",
        )

    def leave_feedback(self, score: int, text: str) -> None:
        """The client's feedback."""
        body = {"score": score, "text": text}
        self.act(self.client, Action.LEAVE_FEEDBACK, f"leaves feedback: {score} of 5", body)

    def _of_invoice(self) -> Sequence[Document]:
        query = {"invoice_number": self.invoice.number}
        found: Sequence[Document] = self.client.read("/v1/refunds", **query)["items"]
        return found

    def _is_begun(self, one: Document) -> bool:
        return (one["id"], one["status"]) == (self.id, RefundStatus.AWAITING_STATEMENT)

    def _offer(self, person: Person, action: Action, event: str) -> Mapping[str, str]:
        view = self.view(person)
        offered: dict[str, Mapping[str, str]] = {one["action"]: one for one in view["actions"]}
        if action not in offered:
            found = f"{', '.join(offered) or 'nothing'} in «{view['title']}»"
            raise Unexpected(f"{person.name} {event}", f"{action} to be offered", found)
        return offered[action]

    def _counted(self, view: Document) -> date:
        """The last day of crediting, computed again by the calendar."""
        counted = self.client.read(
            "/v1/bank-days", start=view["paid_on"], count=str(CREDIT_BANK_DAYS)
        )
        expect(f"the last day of crediting of {self.id}", counted["date"], view["credit_by"])
        return date.fromisoformat(view["credit_by"])

    def _bank_days(self, paid_on: date, credit_by: date) -> list[date]:
        span = {"from": paid_on.isoformat(), "to": credit_by.isoformat()}
        days = self.client.read("/v1/calendar/days", **span)["days"]
        counted = [date.fromisoformat(one["day"]) for one in days if one["is_bank_day"]]
        return [one for one in counted if one > paid_on]

    def _wait(self, reached: Callable[[Document], bool], what: str) -> Document:
        deadline = time.monotonic() + STATUS_LIMIT_SECONDS
        while not reached(view := self.view()):
            if time.monotonic() > deadline:
                found = f"«{view['title']}» after {STATUS_LIMIT_SECONDS:g} s"
                raise Unexpected(f"waiting for {self.id}", what, found)
            time.sleep(LOOK_SECONDS)
        return view

    def _show(self, who: str, event: str, answer: Document) -> None:
        """An event, with the move of the status and the new sum when there was one."""
        before, after = self._title, answer.get("title", self._title)
        outcome = f"{before} → {after}" if after != before else ""
        amount = answer.get("amount") if outcome else None
        if amount is not None and amount != self._amount:
            outcome += f", {rubles(parse_amount(amount))}"
            self._amount = amount
        self._title = after
        self._stage.terminal.event(who, event, outcome)


def _is_in(status: RefundStatus) -> Callable[[Document], bool]:
    return lambda view: view["status"] == status


def _named(one: date) -> str:
    return f"{WEEKDAYS[one.weekday()]} {one:%d.%m}"
