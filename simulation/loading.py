"""Loads the data set through the API, and registers its payments at the acquirer."""

from collections.abc import Sequence
from typing import Any

from domain.money import amount_text
from simulation.api_client import ApiClient
from simulation.billing_data import Client, Invoice, Line, Payment
from simulation.catalogue import TARIFFS, load_catalogue
from simulation.dataset import DataSet
from simulation.people import BILLING
from simulation.sandboxes import Acquirer


async def load(api: ApiClient, acquirer: Acquirer, data: DataSet) -> str:
    """Loads the data set as other systems would; returns a summary in words."""
    await load_invoices(api, acquirer, data.clients, data.invoices)
    await load_catalogue(api, data.today)
    return _registered(data)


async def load_invoices(
    api: ApiClient, acquirer: Acquirer, clients: Sequence[Client], invoices: Sequence[Invoice]
) -> None:
    """Loads these invoices with their payments, and their clients first."""
    for client in clients:
        await api.command(BILLING, "PUT", f"/v1/clients/{client.id}", client_body(client))
    for invoice in invoices:
        await api.command(BILLING, "PUT", f"/v1/invoices/{invoice.number}", _invoice(invoice))
        if invoice.payment is not None:
            await _pay(api, acquirer, invoice, invoice.payment)


async def _pay(api: ApiClient, acquirer: Acquirer, invoice: Invoice, payment: Payment) -> None:
    """Registers a payment at the acquirer first, which can refund only what it knows."""
    if payment.acquirer_id is not None:
        taken = {
            "id": payment.acquirer_id,
            "amount": amount_text(invoice.total_kopecks),
            "method": payment.method,
            "captured_at": payment.received_at.isoformat(),
        }
        await acquirer.take(taken)
    body = {
        "invoice_number": invoice.number,
        "method": payment.method,
        "acquirer_payment_id": payment.acquirer_id,
        "amount": amount_text(invoice.total_kopecks),
        "received_at": payment.received_at.isoformat(),
    }
    await api.command(BILLING, "PUT", f"/v1/payments/{payment.id}", body)


def client_body(client: Client) -> dict[str, Any]:
    """The body with which billing registers a client."""
    return {
        "kind": client.kind,
        "name": client.name,
        "inn": client.inn,
        "kpp": client.kpp,
        "email": client.email,
    }


def _invoice(invoice: Invoice) -> dict[str, Any]:
    return {
        "client_id": invoice.client.id,
        "issued_by": invoice.issued_by,
        "service_centre": invoice.service_centre,
        "issued_on": invoice.issued_on.isoformat(),
        "due_on": invoice.due_on and invoice.due_on.isoformat(),
        "total": amount_text(invoice.total_kopecks),
        "lines": [_line(number, line) for number, line in enumerate(invoice.lines, start=1)],
    }


def _line(number: int, line: Line) -> dict[str, Any]:
    start, end = line.period or (None, None)
    return {
        "line_no": number,
        "title": line.title,
        "kind": line.kind,
        "sum": amount_text(line.sum_kopecks),
        "vat_rate": line.vat_rate,
        "period_start": start and start.isoformat(),
        "period_end": end and end.isoformat(),
        "delivered_on": line.delivered_on and line.delivered_on.isoformat(),
        "quantity": line.quantity,
    }


def _registered(data: DataSet) -> str:
    payments = [invoice.payment for invoice in data.invoices if invoice.payment is not None]
    acquired = sum(payment.acquirer_id is not None for payment in payments)
    return (
        f"registers {len(data.clients)} clients, {len(data.invoices)} invoices and "
        f"{len(payments)} payments, {acquired} of them taken by the acquirer; "
        f"{len(TARIFFS)} tariffs are on sale"
    )
