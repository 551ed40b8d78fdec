"""Requests that are politely refused, and why; no case is started for them."""

from demo.stage import Stage
from domain.refund.conditions import Refusal
from simulation.billing_data import Invoice
from simulation.expectation import expect

TITLE = "Refused politely"


def play(stage: Stage) -> None:
    """Each refusal says what the client can do about it."""
    data = stage.data
    _refused(stage, data.unpaid, Refusal.INVOICE_NOT_PAID)
    _refused(stage, data.of_service_centre, Refusal.INVOICE_ISSUED_BY_SERVICE_CENTRE)
    _refused(stage, data.too_old, Refusal.INVOICE_TOO_OLD)


def _refused(stage: Stage, invoice: Invoice, code: Refusal) -> None:
    client = stage.cast.client(invoice.client)
    words = client.refused(code, "POST", "/v1/refunds", {"invoice_number": invoice.number})
    left_behind = client.read("/v1/refunds", invoice_number=invoice.number)["items"]
    expect(f"cases of {invoice.number} after the refusal", 0, len(left_behind))
    stage.terminal.event(client.role, f"{invoice.client.name}, {invoice.number}", words)
