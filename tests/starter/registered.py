"""What the billing system registers in these tests, written through the API."""

from typing import Any
from uuid import uuid4

from tests.starter.caller import Api

INN = "7707083893"


def client_body(**changes: Any) -> dict[str, Any]:
    """A company that is right in everything."""
    return {
        "kind": "company",
        "name": "ООО «Ромашка»",
        "inn": INN,
        "kpp": "770701001",
        "email": "office@romashka.example",
        **changes,
    }


def line_body(**changes: Any) -> dict[str, Any]:
    """A year of a subscription."""
    return {
        "line_no": 1,
        "title": "Подписка на год",
        "kind": "subscription",
        "sum": "12200.50",
        "vat_rate": "vat22",
        "period_start": "2026-01-01",
        "period_end": "2026-12-31",
        **changes,
    }


def invoice_body(client_id: str, **changes: Any) -> dict[str, Any]:
    """An invoice of one line."""
    return {
        "client_id": client_id,
        "issued_by": "online",
        "issued_on": "2025-12-20",
        "total": "12200.50",
        "lines": [line_body()],
        **changes,
    }


def payment_body(invoice_number: str, **changes: Any) -> dict[str, Any]:
    """The whole of that invoice, by card."""
    return {
        "invoice_number": invoice_number,
        "method": "bank_card",
        "acquirer_payment_id": uuid4().hex,
        "amount": "12200.50",
        "vat_rate": "vat22",
        "received_at": "2025-12-21T12:30:00+03:00",
        **changes,
    }


async def register_client(api: Api, **changes: Any) -> str:
    """A new client; its id."""
    client_id = f"client-{uuid4().hex[:12]}"
    answer = await api.call("PUT", f"/v1/clients/{client_id}", json=client_body(**changes))
    assert answer.status_code == 201, answer.text
    return client_id


async def write_invoice(api: Api, client_id: str, **changes: Any) -> str:
    """A new invoice of that client; its number."""
    number = uuid4().hex[:12]
    body = invoice_body(client_id, **changes)
    answer = await api.call("PUT", f"/v1/invoices/{number}", json=body)
    assert answer.status_code == 201, answer.text
    return number
