"""The accountant's work with the bank: hands over runs, uploads statements."""

import time
from datetime import date, timedelta
from typing import Any

from demo.case import STATUS_LIMIT_SECONDS, Case
from demo.stage import Stage
from domain.access.roles import Role
from domain.banking.bank_statement import EntryDirection
from domain.banking.matching import HoldReason
from domain.banking.statement_import import BankStatementStatus, EntryStatus
from domain.money import parse_amount
from domain.payout.payout import PayoutStatus
from domain.refund.refund import RefundStatus
from simulation.api_client import Document
from simulation.expectation import Unexpected, expect
from stack.product import OWN_ACCOUNT
from texts import day, rubles

LOOK_SECONDS = 0.1


class StatementDesk:
    """Uploads the bank's statements."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._accountant = stage.cast.accountant

    def bank_day_after(self, start: date, count: int = 1) -> date:
        """The count-th bank day after a date."""
        found = self._accountant.read("/v1/bank-days", start=start.isoformat(), count=str(count))
        return date.fromisoformat(found["date"])

    def upload_statement(self, of: date) -> None:
        """The bank's statement up to a day comes, and is imported."""
        file = self._stage.cast.wait(self._stage.bank.statement(self._stage.data.today, of))
        imported = self._imported(self._accountant.upload("/v1/bank-statements", file))
        new = f"entries: {imported['entries_total']}, new: {imported['entries_new']}"
        self._show(f"uploads the bank's statement up to {day(of)}", new)

    def held(self, purpose: str, reason: HoldReason) -> Document:
        """The entry of a purpose, once the import has come to it and holds it for a reason."""
        deadline = time.monotonic() + STATUS_LIMIT_SECONDS
        while (entry := self._in_queue(purpose)) is None:
            if time.monotonic() > deadline:
                raise Unexpected("the queue of held money", purpose, "none such")
            time.sleep(LOOK_SECONDS)
        expect("why the money waits for a person", reason, entry["hold_code"])
        amount = rubles(parse_amount(entry["amount"]))
        event = f"finds {amount} in the queue: {entry['hold'].lower()}"
        self._show(event, entry["counterparty_name"])
        return entry

    def _in_queue(self, purpose: str) -> Document | None:
        asked = {"status": EntryStatus.UNMATCHED, "direction": EntryDirection.IN}
        queue = self._accountant.read("/v1/bank-entries", **asked)["items"]
        held = (one for one in queue if one["purpose"] == purpose and one["hold_code"])
        return next(held, None)

    def _imported(self, statement: Document) -> Document:
        deadline = time.monotonic() + STATUS_LIMIT_SECONDS
        while statement["status"] == BankStatementStatus.RECEIVED:
            if time.monotonic() > deadline:
                raise Unexpected("the bank statement", "to be imported", statement["status"])
            time.sleep(LOOK_SECONDS)
            statement = self._accountant.read(f"/v1/bank-statements/{statement['id']}")
        expect("the bank statement", BankStatementStatus.IMPORTED, statement["status"])
        return statement

    def _show(self, event: str, outcome: str = "") -> None:
        self._stage.terminal.event(self._accountant.role, event, outcome)


class BankDesk(StatementDesk):
    """A case's orders at the sandbox bank.

    A run is dated by the API's clock, which is real; the bank's days are those of the case's clock.
    So the bank is told to execute each order as many days late as the case is ahead.
    """

    def __init__(self, stage: Stage, case: Case) -> None:
        super().__init__(stage)
        self._case = case

    def pay(self, executed_on: date, comes_back_on: date | None = None) -> None:
        """Gathers a run and hands it to the bank, which debits on a day and may return it."""
        run = self._gathered()
        file = self._accountant.download(run["file"])
        name = f"payment-run-{run['number']}.txt"
        self._show(f"downloads {name} for the bank's client", f"{len(file)} bytes")
        (order,) = self._accountant.read(f"/v1/payment-runs/{run['id']}/orders")["items"]
        self._arm(order, executed_on, comes_back_on)
        self._deliver(file, order)
        self._accountant.command("POST", f"/v1/payment-runs/{run['id']}/handing-over")
        sent = "hands the run over: sent, not paid"
        self._case.wait_for_payout(PayoutStatus.SENT, self._accountant.role, sent)
        expect("the case whose order is sent", RefundStatus.PAYING, self._case.view()["status"])

    def _gathered(self) -> Document:
        body = {"own_account": OWN_ACCOUNT}
        run = self._accountant.command("POST", "/v1/payment-runs", body)
        expect(
            "orders of the run and payouts left out of it",
            (1, []),
            (run["orders"], run["left_out"]),
        )
        self._show(
            "gathers a payment run", f"№ {run['number']}, {rubles(parse_amount(run['total']))}"
        )
        return run

    def _arm(self, order: Document, executed_on: date, comes_back_on: date | None) -> None:
        late = executed_on - date.fromisoformat(order["day"])
        rules = [self._rule("late", order, days=late.days)]
        if comes_back_on is not None:
            back: timedelta = comes_back_on - executed_on
            rules.append(self._rule("return", order, after_days=back.days))
        self._stage.cast.wait(self._stage.bank.misbehave(rules))

    def _rule(self, kind: str, order: Document, **days: int) -> dict[str, Any]:
        return {"kind": kind, "number": str(order["number"]), "times": 1, **days}

    def _deliver(self, file: bytes, order: Document) -> None:
        taken = self._stage.cast.wait(self._stage.bank.deliver(file))
        right = {str(order["number"]): "executed"}
        expect("what the bank does with the file", right, taken)
        self._stage.terminal.event(Role.BANK, f"takes the file with order № {order['number']}")
