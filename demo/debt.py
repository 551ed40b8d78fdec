"""One overdue order of a story: who does what, and the resulting status."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from itertools import groupby
from typing import Any

from demo.case import LOOK_SECONDS, STATUS_LIMIT_SECONDS, WEEKDAYS
from demo.stage import Stage
from demo.time_skipping import let_pass
from domain.access.roles import Role
from domain.calendar.bank_calendar import MOSCOW
from domain.collection.collection import CollectionStatus, collection_workflow_id
from simulation.api_client import Document
from simulation.billing_data import Invoice
from simulation.expectation import Unexpected, expect
from simulation.loading import load_invoices
from stack.mailbox import plain_text
from stack.product import MAIL_FROM, MAILBOXES
from texts import day, moment, rubles, translate

MOST_WAITS = 8
"""Waits of a case before the next letter: looks, and hours in which nobody is written to."""


class Debt:
    """The case of an overdue order. Billing and staff do everything through the API."""

    def __init__(self, stage: Stage, invoice: Invoice) -> None:
        self.invoice = invoice
        self.id = collection_workflow_id(invoice.number)
        self._stage = stage
        self._staff = stage.cast.accountant
        self._title = "—"

    def register(self) -> None:
        """Billing brings the order, whose day of payment has gone by."""
        stage, invoice = self._stage, self.invoice
        stage.cast.wait(load_invoices(stage.cast.api, stage.acquirer, [invoice.client], [invoice]))
        due = "" if invoice.due_on is None else f"to be paid by {day(invoice.due_on)}"
        event = f"registers order {invoice.number}, {rubles(invoice.total_kopecks)}"
        stage.terminal.event(Role.BILLING, event, due)

    def begin(self) -> None:
        """The case is begun at once instead of within the hour."""
        state = self._staff.command("POST", f"/v1/invoices/{self.invoice.number}/collection")
        self.show(self._staff.role, "begins what the hourly round begins", state)

    def view(self) -> Document:
        """The case as staff read it."""
        return self._staff.read(f"/v1/collections/{self.id}")

    def written(self) -> Sequence[Document]:
        """The letters of the ladder that were written, the first one first."""
        found: Any = self._staff.read(f"/v1/collections/{self.id}/letters")
        return list(reversed(found))

    def let_wait_end(self) -> Document:
        """Skips the case's time to the end of its open wait; the case as it is afterwards."""
        before = self.view()
        self.let_time_pass(datetime.fromisoformat(before["wait_until"]))
        return self._until(
            lambda view: view["wait_until"] != before["wait_until"], "what follows the wait"
        )

    def let_time_pass(self, until: datetime) -> None:
        """Skips the case's time to an instant."""
        let_pass(self._stage.stack.temporal_address, self.id, until)
        moscow = until.astimezone(MOSCOW)
        named = f"{WEEKDAYS[moscow.weekday()]} {moscow:%d.%m.%Y, %H:%M}"
        self._stage.terminal.event("calendar", f"for the case it is {named}")

    def come_to_letter(self, number: int) -> Document:
        """Lets waits end until so many letters are written; the last of them."""
        for _ in range(MOST_WAITS):
            letters = self.written()
            if len(letters) >= number:
                break
            self.let_wait_end()
        else:
            raise Unexpected(f"letters about {self.id}", number, len(letters))
        self.show("system", "looks for the money, finds none, and writes", self.view())
        return dict(letters[number - 1])

    def wait_until(self, status: CollectionStatus, who: str, event: str) -> None:
        """Waits until the case has the status."""
        view = self._until(lambda view: view["status"] == status, f"to be {status}")
        self.show(who, event, view)

    def receive(self, template: str, role: Role, **params: str) -> EmailMessage:
        """A letter about this order, once it has come; it is shown."""
        to, subject = self.addressed(template, role, **params)

        def is_awaited(letter: EmailMessage) -> bool:
            return (letter["To"], _spaced(letter["Subject"])) == (to, subject)

        letter = self._stage.stack.mailbox.wait_for(is_awaited)
        self._stage.terminal.event(role, "gets a letter", f"«{subject}»")
        return letter

    def addressed(self, template: str, role: Role, **params: str) -> tuple[str, str]:
        """To whom a letter about this order goes, and its subject with plain spaces."""
        to = self.invoice.client.email if role is Role.CLIENT else MAILBOXES[role]
        known: dict[str, Any] = {"invoice_number": self.invoice.number, **params}
        return to, _spaced(translate(f"mail.{template}.subject", **known))

    def report(self, path: Sequence[CollectionStatus], letters: Sequence[tuple[str, str]]) -> None:
        """Every change with the case's own dates, and every letter; raises `Unexpected` for others.

        `path` has each status once in a row: hours in which nobody is written to change nothing.
        """
        view = self.view()
        rows = list(reversed(view["timeline"]))
        passed = [status for status, _ in groupby(row["to_status"] for row in rows)]
        expect(f"history of {self.id}", list(path), passed)
        terminal = self._stage.terminal
        terminal.chapter(f"{self.id}: {view['title']}", self._stage.stack.case_url(self.id))
        terminal.table(("when, in the case's time", "status", "by"), [_change(row) for row in rows])
        sent = self._letters(len(letters))
        found = [(str(one["To"]), _spaced(one["Subject"])) for one in sent]
        expect(f"letters about {self.id}", sorted(letters), sorted(found))
        terminal.table(("to", "subject"), found)

    def show(self, who: str, event: str, view: Document) -> None:
        """An event, and the resulting status."""
        after = view["title"]
        outcome = "" if after == self._title else f"{self._title} → {after}"
        self._title = after
        self._stage.terminal.event(who, event, outcome)

    def _letters(self, at_least: int) -> list[EmailMessage]:
        """Every letter of ours that names the order; the last may still be under way."""
        deadline = time.monotonic() + STATUS_LIMIT_SECONDS
        while True:
            found = [
                letter
                for letter in self._stage.stack.mailbox.letters()
                if letter["From"] == MAIL_FROM and self.invoice.number in plain_text(letter)
            ]
            if len(found) >= at_least or time.monotonic() > deadline:
                return found
            time.sleep(LOOK_SECONDS)

    def _until(self, reached: Callable[[Document], bool], what: str) -> Document:
        deadline = time.monotonic() + STATUS_LIMIT_SECONDS
        while not reached(view := self.view()):
            if time.monotonic() > deadline:
                found = f"«{view['title']}» after {STATUS_LIMIT_SECONDS:g} s"
                raise Unexpected(f"waiting for {self.id}", what, found)
            time.sleep(LOOK_SECONDS)
        return view


def _spaced(subject: object) -> str:
    """A subject as mail leaves it: the spaces within a sum are like any other."""
    return " ".join(str(subject).split())


def _change(row: Document) -> tuple[str, str, str]:
    at = moment(datetime.fromisoformat(row["at"]).astimezone(UTC))
    return at, row["title"], row["by"]
