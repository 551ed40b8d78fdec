"""What a client and a specialist do with a return of goods over the API."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2

from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from tests.books import Books, Line
from tests.scans import pdf, picture
from tests.starter.caller import Api
from tests.workflows.case_under_test import eventually

KEYBOARD = 3_000_00
"""Three keyboards of 1 000.00 each."""


def today() -> date:
    return moscow_date(datetime.now(UTC))


def goods(
    sum_kopecks: int = KEYBOARD, quantity: int = 3, *, kind: str = "goods", days_ago: int = 2
) -> Line:
    """A line of goods that were delivered some days ago."""
    delivered = today() - timedelta(days=days_ago)
    columns = {"title": "Клавиатура", "quantity": quantity, "delivered_on": delivered}
    return Line(sum_kopecks, kind, columns)


def consumer(books: Books) -> str:
    """A person; its id."""
    client_id = f"client-{uuid4().hex[:12]}"
    books.put("clients", id=client_id, kind="individual", name="Анна Ким", email="kim@example.org")
    return client_id


def sold(books: Books, *lines: Line, **columns: Any) -> tuple[str, str]:
    """A consumer with a paid invoice; their ids."""
    client_id = consumer(books)
    number = books.invoice(*(lines or (goods(),)), client_id=client_id, **columns)
    return client_id, number


async def asked(
    api: Api, client_id: str, number: str, pieces: int = 2, **changes: Any
) -> httpx2.Response:
    """A client asks to give pieces of the first line back."""
    body = {
        "invoice_number": number,
        "ground": "wrong_goods",
        "lines": [{"line_no": 1, "pieces": pieces}],
        **changes,
    }
    return await api.call("POST", "/v1/returns", client_id=client_id, json=body)


async def opened(
    api: Api, books: Books, *lines: Line, pieces: int = 2, **changes: Any
) -> tuple[str, str]:
    """A requested return; its client and its id."""
    client_id, number = sold(books, *lines)
    answer = await asked(api, client_id, number, pieces, **changes)
    assert answer.status_code == 201, answer.text
    return client_id, answer.json()["id"]


async def said(api: Api, client_id: str, return_id: str, action: str, **body: Any) -> Any:
    """What the client does."""
    sent: dict[str, Any] = {"json": body} if body else {}
    return await api.call("POST", f"/v1/returns/{return_id}/{action}", client_id=client_id, **sent)


async def did(api: Api, return_id: str, action: str, **body: Any) -> Any:
    """What a specialist does."""
    sent: dict[str, Any] = {"json": body} if body else {}
    return await api.call(
        "POST", f"/v1/returns/{return_id}/{action}", role=Role.SPECIALIST, login="petrova", **sent
    )


async def handed_in(
    api: Api, name: str = "Коробка.jpg", content: bytes | None = None, **who: Any
) -> httpx2.Response:
    """A file is handed in, a photo by default, by a specialist by default."""
    sent = [("file", (name, picture("JPEG") if content is None else content))]
    caller = who or {"role": Role.SPECIALIST, "login": "petrova"}
    return await api.call("POST", "/v1/files", files=sent, **caller)


async def photographed(api: Api, **who: Any) -> str:
    """The id of a photo that was handed in."""
    answer = await handed_in(api, **who)
    assert answer.status_code == 201, answer.text
    return str(answer.json()[0]["id"])


async def inspected(api: Api, return_id: str, sound: int = 2, **changes: Any) -> Any:
    """A specialist finds so many sound pieces of the first line; what is held against the client is
    on a photo.
    """
    if (sound < 2 or False in changes.values()) and "photos" not in changes:
        changes["photos"] = [await photographed(api)]
    found = {
        "packing": True,
        "labels": True,
        "unused": True,
        "serial": True,
        "lines": [{"line_no": 1, "pieces": sound}],
        **changes,
    }
    return await did(api, return_id, "inspect", **found)


async def to_inspected(
    api: Api, client_id: str, return_id: str, sound: int = 2, **changes: Any
) -> None:
    """Allowed, sent, received and inspected."""
    for answer in (
        await did(api, return_id, "authorise"),
        await said(api, client_id, return_id, "ship", track="RU 1234"),
        await did(api, return_id, "receive"),
        await inspected(api, return_id, sound, **changes),
    ):
        assert answer.status_code == 200, answer.text


async def claimed(api: Api, client_id: str, return_id: str, **changes: Any) -> Any:
    """The client says what it paid the carrier, with a receipt unless another is named."""
    if "receipt" not in changes:
        answer = await handed_in(api, "Чек.pdf", pdf(), client_id=client_id)
        assert answer.status_code == 201, answer.text
        changes["receipt"] = answer.json()[0]["id"]
    return await said(api, client_id, return_id, "carriage", **{"amount": "450.50", **changes})


async def paid(api: Api, return_id: str, on: date | None = None) -> Any:
    """An accountant records that the carriage is paid."""
    return await api.call(
        "POST",
        f"/v1/returns/{return_id}/carriage/pay",
        role=Role.ACCOUNTANT,
        json={"on": (on or today()).isoformat()},
    )


async def read(api: Api, return_id: str) -> Any:
    return (await api.call("GET", f"/v1/returns/{return_id}", role=Role.SPECIALIST)).json()


async def ended(api: Api, return_id: str, status: str = "closed") -> Any:
    """The return once it has come to a status."""

    async def is_there() -> bool:
        return bool((await read(api, return_id))["status"] == status)

    await eventually(is_there)
    return await read(api, return_id)


def refund_of(books: Books, return_id: str) -> Any:
    """The refund case of a return."""
    return books.row(
        "SELECT id, status, sum_kopecks, asked FROM refunds WHERE goods_return_id = %(id)s",
        id=return_id,
    )


def held(books: Books, return_id: str) -> int:
    """The pieces of the invoice's lines that returns keep."""
    return int(
        books.row(
            "SELECT coalesce(sum(p.held), 0) FROM returned_pieces p"
            " JOIN goods_returns r ON r.invoice_number = p.invoice_number WHERE r.id = %(id)s",
            id=return_id,
        )[0]
    )
