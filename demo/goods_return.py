"""One return of goods of a story: who does what, and the resulting status."""

import re
import time
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from demo.case import LOOK_SECONDS, STATUS_LIMIT_SECONDS
from demo.stage import Stage
from domain.access.roles import Role
from domain.goods_return.goods_return import (
    GoodsReturnAction,
    GoodsReturnStatus,
    Ground,
    goods_return_workflow_id,
)
from domain.money import amount_text
from simulation.api_client import Document
from simulation.billing_data import Invoice
from simulation.expectation import Unexpected
from simulation.people import Person
from simulation.upload import upload
from stack.mailbox import plain_text
from stack.product import MAIL_FROM, MAILBOXES
from texts import deadline, rubles, translate


class GoodsReturn:
    """A return of goods of one invoice. Everything is done through the API."""

    def __init__(self, stage: Stage, invoice: Invoice) -> None:
        self.invoice = invoice
        self.id = goods_return_workflow_id(invoice.number, 1)
        self.client = stage.cast.client(invoice.client)
        self._stage = stage
        self._title = "—"
        self._answer_until = ""

    def view(self) -> Document:
        """The return as staff read it."""
        return self._stage.cast.specialist.read(f"/v1/returns/{self.id}")

    def ask(self, ground: Ground, line_no: int, pieces: int, comment: str) -> None:
        """The client asks to give pieces of a line back."""
        body = {
            "invoice_number": self.invoice.number,
            "ground": ground,
            "lines": [{"line_no": line_no, "pieces": pieces}],
            "comment": comment,
        }
        answer = self.client.command("POST", "/v1/returns", body)
        self._answer_until = deadline(datetime.fromisoformat(answer["wait_until"]))
        event = f"asks to give {pieces} pieces of {self.invoice.number} back: «{comment}»"
        self._show(Role.CLIENT, event, answer)

    def say(self, action: GoodsReturnAction, event: str, body: Document | None = None) -> None:
        """The client does something about it."""
        answer = self.client.command("POST", f"/v1/returns/{self.id}/{action}", body)
        self._show(Role.CLIENT, event, answer)

    def act(self, action: GoodsReturnAction, event: str, body: Document | None = None) -> None:
        """A specialist does something about it."""
        staff = self._stage.cast.specialist
        answer = staff.command("POST", f"/v1/returns/{self.id}/{action}", body)
        self._show(staff.role, event, answer)

    def photograph(self, name: str, content: bytes) -> str:
        """A specialist hands a photo in; its id."""
        return self._handed_in(self._stage.cast.specialist, name, content)

    def claim_carriage(self, kopecks: int, name: str, receipt: bytes) -> None:
        """The client says what it paid the carrier, and shows the receipt."""
        file_id = self._handed_in(self.client, name, receipt)
        body = {"amount": amount_text(kopecks), "receipt": file_id}
        answer = self.client.command("POST", f"/v1/returns/{self.id}/carriage", body)
        event = f"has paid the carrier {rubles(kopecks)}, and shows the receipt"
        self._show(Role.CLIENT, event, answer)

    def confirm_carriage(self) -> None:
        """A specialist has compared the receipt."""
        staff = self._stage.cast.specialist
        answer = staff.command("POST", f"/v1/returns/{self.id}/carriage/confirm")
        self._show(staff.role, "confirms the carriage by the receipt", answer)

    def pay_carriage(self) -> None:
        """An accountant has paid it by the bank, today."""
        staff, today = self._stage.cast.accountant, self._stage.data.today
        body = {"on": today.isoformat()}
        answer = staff.command("POST", f"/v1/returns/{self.id}/carriage/pay", body)
        self._show(staff.role, "pays the carriage back, by the bank", answer)

    def _handed_in(self, person: Person, name: str, content: bytes) -> str:
        request = upload({name: content}, "image/jpeg")
        cast = self._stage.cast
        stored: Any = cast.wait(cast.api.ask(person.caller, request))
        return str(stored[0]["id"])

    def act_pdf(self) -> bytes:
        """The act of acceptance, as the client reads it."""
        return self.client.download(f"/v1/returns/{self.id}/act.pdf")

    def wait_until(self, status: GoodsReturnStatus, event: str) -> Document:
        """Until the process has come to a status by itself."""
        deadline = time.monotonic() + STATUS_LIMIT_SECONDS
        while (view := self.view())["status"] != status:
            if time.monotonic() > deadline:
                found = f"«{view['title']}» after {STATUS_LIMIT_SECONDS:g} s"
                raise Unexpected(f"waiting for {self.id}", f"to be {status}", found)
            time.sleep(LOOK_SECONDS)
        self._show("system", event, view)
        return view

    def letter(self, template: str, role: Role) -> EmailMessage:
        """A letter about this return, once it has come."""
        to, subject = self.addressed(template, role)

        def is_awaited(letter: EmailMessage) -> bool:
            return (letter["To"], letter["Subject"]) == (to, subject) and self._is_of(letter)

        return self._stage.stack.mailbox.wait_for(is_awaited)

    def addressed(self, template: str, role: Role) -> tuple[str, str]:
        """To whom a letter about this return goes, and its subject."""
        to = self.invoice.client.email if role is Role.CLIENT else MAILBOXES[role]
        return to, translate(f"mail.{template}.subject", until=self._answer_until)

    def letters(self) -> list[tuple[str, str]]:
        """To whom every letter of ours about this return went, and its subject."""
        return [
            (str(letter["To"]), str(letter["Subject"]))
            for letter in self._stage.stack.mailbox.letters()
            if letter["From"] == MAIL_FROM and self._is_of(letter)
        ]

    def _is_of(self, letter: EmailMessage) -> bool:
        return re.search(rf"/{self.id}\b", plain_text(letter)) is not None

    def _show(self, who: str, event: str, view: Document) -> None:
        """An event, and the resulting status."""
        after = view["title"]
        outcome = "" if after == self._title else f"{self._title} → {after}"
        self._title = after
        self._stage.terminal.event(who, event, outcome)
